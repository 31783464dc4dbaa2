//! Cursors: a position comes back to the list, person, connection and address that it was made for.

use proptest::prelude::*;

use super::*;
use crate::mcp::cursor;
use crate::tools::surface::Surface;

const LIST: &str = "resources/list";

fn made(scene: &Scene, position: &str) -> String {
    let config = config();
    cursor::at(&context(scene, &config, &|_| {}), LIST, position).expect("a cursor")
}

fn read(scene: &Scene, list: &'static str, params: &Value) -> Result<Option<String>, String> {
    let config = config();
    let params: Box<serde_json::value::RawValue> =
        serde_json::from_str(&params.to_string()).unwrap();
    cursor::position(&context(scene, &config, &|_| {}), list, Some(&params)).map_err(|error| {
        assert_eq!((error.code(), error.status(revision::Era::Modern)), (-32_602, Status::OK));
        error.to_string()
    })
}

#[test]
fn without_a_cursor_a_list_begins_at_its_beginning() {
    for params in [json!({}), json!({"cursor": null}), json!({"other": 1})] {
        assert_eq!(read(&Scene::default(), LIST, &params), Ok(None));
    }
}

#[test]
fn a_cursor_is_good_where_it_was_made() {
    let scene = Scene::default();
    let cursor = json!({"cursor": made(&scene, "page 2")});
    assert_eq!(read(&scene, LIST, &cursor), Ok(Some("page 2".into())));
    scene.clock.advance(365 * 86_400);
    assert_eq!(read(&scene, LIST, &cursor), Ok(Some("page 2".into())));
    let changes: [&dyn Fn(&mut Scene); 5] = [
        &|scene| scene.caller.account = "other".into(),
        &|scene| scene.caller.grant = None,
        &|scene| scene.caller.client = "other".into(),
        &|scene| scene.surface = Surface::parse("/mcp/readonly").unwrap(),
        &|scene| {
            let other = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
            scene.keys = crate::keys::KeyRing::new(Some(other), None).unwrap();
        },
    ];
    for change in changes {
        let mut other = Scene::default();
        change(&mut other);
        let told = read(&other, LIST, &cursor).expect_err("a refusal");
        assert!(told.starts_with("This cursor is none of this list"), "{told}");
        assert!(told.ends_with("Ask for resources/list again without a cursor."));
    }
    assert!(read(&scene, "prompts/list", &cursor).is_err());
    for odd in [json!(1), json!(""), json!({}), json!("page 2")] {
        assert!(read(&scene, LIST, &json!({"cursor": odd})).is_err(), "{odd}");
    }
}

proptest! {
    #[test]
    fn every_position_comes_back_and_every_change_is_refused(position in ".{0,60}", at in 0_usize..300, to in "[A-Za-z0-9_.-]") {
        let scene = Scene::default();
        let cursor = made(&scene, &position);
        prop_assert_eq!(read(&scene, LIST, &json!({"cursor": cursor})), Ok(Some(position)));
        let at = at % cursor.len();
        let changed = format!("{}{to}{}", &cursor[..at], &cursor[at + 1..]);
        prop_assume!(changed != cursor);
        let refused = read(&scene, LIST, &json!({"cursor": changed})).is_err();
        prop_assert!(refused);
    }
}
