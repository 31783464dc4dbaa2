//! `notifications/progress` (basic/utilities/progress): only for a request that brought a token, each
//! further than the one before, and none after the answer, because whoever reports is done by then.

use std::cell::Cell;

use serde_json::value::RawValue;

use crate::mittwald::json;
use crate::ports::Events;
use crate::tools::progress::Progress;

/// Reports to the client of one request.
pub struct ClientProgress<'a> {
    token: Option<&'a RawValue>,
    events: &'a dyn Events,
    last: Cell<Option<u32>>,
}

impl<'a> ClientProgress<'a> {
    /// For a request with this token: a string or a whole number, anything else is none.
    #[must_use]
    pub fn new(token: Option<&'a RawValue>, events: &'a dyn Events) -> Self {
        let token = token.filter(|token| super::frame::is_id(token));
        Self { token, events, last: Cell::new(None) }
    }
}

impl Progress for ClientProgress<'_> {
    fn report(&self, done: u32, total: Option<u32>, message: &str) {
        let Some(token) = self.token else { return };
        if self.last.get().is_some_and(|last| done <= last) {
            return;
        }
        self.last.set(Some(done));
        let mut out = String::from(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":",
        );
        out.push_str(token.get());
        json::push_name(&mut out, "progress");
        out.push_str(&done.to_string());
        if let Some(total) = total {
            json::push_name(&mut out, "total");
            out.push_str(&total.to_string());
        }
        json::push_name(&mut out, "message");
        json::push_string(&mut out, message);
        out.push_str("}}");
        self.events.send(out);
    }
}
