//! Each step of a plan is told to the client before it is done.

use std::cell::RefCell;

use super::*;
use crate::tools::progress::Progress;

/// What was told.
#[derive(Default)]
struct Heard(RefCell<Vec<(u32, Option<u32>, String)>>);

impl Progress for Heard {
    fn report(&self, done: u32, total: Option<u32>, message: &str) {
        self.0.borrow_mut().push((done, total, message.to_owned()));
    }
}

#[test]
fn steps_are_told_as_they_begin() {
    let scene = Scene::default().answering(201, r#"{"id":"t1"}"#).answering(409, "{}");
    let heard = Heard::default();
    let environment = Environment { progress: &heard, ..scene.environment() };
    let declared = TOOL.job.as_ref().expect("a job");
    let arguments = Arguments::default();
    let result = block_on(perform(&environment, &TOOL, declared, &arguments, two_steps));
    assert!(result.is_error);
    let told = [
        (0, Some(3), "Step 1 of 3: make the thing.".to_owned()),
        (1, Some(3), "Step 2 of 3: put it in place.".to_owned()),
    ];
    assert_eq!(*heard.0.borrow(), told, "the third step never began");
}
