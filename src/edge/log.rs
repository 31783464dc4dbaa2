//! The log: one line per request, written when its answer is complete, or when nobody waits for it any
//! more. It says what, how it ended, how long. No path, query, header or argument: those may hold codes,
//! tokens and people's data.

use std::cell::Cell;
use std::rc::Rc;

use worker::Method;

use crate::mcp::{Note, TraceId};
use crate::ports::Clock;
use crate::router::{Answer, UnderWay};

use super::clock::RuntimeClock;

/// Status of a request whose client left before it was answered (as nginx logs it): never sent.
const CLIENT_LEFT: u16 = 499;

/// A line to be written. Dropping it writes that the client left.
pub struct LogLine {
    method: Method,
    began_ms: u64,
    under_way: Rc<Cell<UnderWay>>,
    written: bool,
}

impl LogLine {
    /// For a request that begins now.
    pub fn begin(method: Method, under_way: Rc<Cell<UnderWay>>) -> Self {
        Self { method, began_ms: RuntimeClock.now_ms(), under_way, written: false }
    }

    /// Writes how it was answered.
    pub fn answered(mut self, answer: &Answer) {
        self.written = true;
        let Answer { response, route, note, trace, left_out } = answer;
        self.write(route, response.status.0, *note, *trace, left_out);
    }

    fn write(
        &self,
        route: &str,
        status: u16,
        note: Option<Note>,
        trace: Option<TraceId>,
        left_out: &[String],
    ) {
        let line = serde_json::json!({
            "method": self.method.to_string(),
            "route": route,
            "status": status,
            "ms": RuntimeClock.now_ms().saturating_sub(self.began_ms),
            "mcp": note,
            "trace": trace,
            "left_out": left_out,
        });
        worker::console_log!("{line}");
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        if !self.written {
            let UnderWay { route, note } = self.under_way.get();
            self.write(route, CLIENT_LEFT, note, None, &[]);
        }
    }
}
