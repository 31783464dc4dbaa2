//! Server-sent events (WHATWG HTML, section 9.2): how an answer is sent that begins before it is complete.
//! We send no event names, ids or retry times: MCP's messages need none, and nothing can be resumed.

use super::{Response, Status, media};

/// Media type.
const MEDIA_TYPE: &str = "text/event-stream";

/// A comment, sent while nothing else is: proxies close connections that are silent, and writing is how a
/// connection that ended without a word is noticed.
pub const KEEP_ALIVE: &str = ":\n\n";

/// Seconds of silence after which [`KEEP_ALIVE`] is due.
pub const KEEP_ALIVE_SECONDS: u64 = 15;

/// Status and header fields of a stream. `X-Accel-Buffering` asks proxies not to collect it (MCP 2026-07-28
/// basic/transports/streamable-http), `no-transform` not to compress it.
#[must_use]
pub fn head() -> Response {
    Response::empty(Status::OK)
        .with("content-type", MEDIA_TYPE)
        .with("cache-control", "no-store, no-transform")
        .with("x-accel-buffering", "no")
}

/// One message as an event. Line ends within JSON are only blanks, so they may become the one that the
/// format has.
#[must_use]
pub fn event(message: &str) -> String {
    let mut out = String::with_capacity(message.len().saturating_add(8));
    for line in message.split(['\r', '\n']) {
        out.push_str("data: ");
        out.push_str(line);
        out.push('\n');
    }
    out.push('\n');
    out
}

/// Whether an `Accept` value (RFC 9110 section 12.5.1) names the type. A wildcard does not: who wants a
/// stream says so, and everybody else reads plain JSON.
#[must_use]
pub fn is_accepted(accept: &str) -> bool {
    accept.split(',').any(|range| media::is(range, MEDIA_TYPE) && !is_excluded(range))
}

/// Whether the range's weight is zero: "not acceptable" (RFC 9110 section 12.4.2).
fn is_excluded(range: &str) -> bool {
    range.split(';').skip(1).any(|parameter| {
        parameter.split_once('=').is_some_and(|(name, weight)| {
            name.trim().eq_ignore_ascii_case("q")
                && weight.trim().trim_matches(['0', '.']).is_empty()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{event, is_accepted};

    #[test]
    fn a_message_is_one_event_whatever_its_line_ends() {
        assert_eq!(event(r#"{"a":1}"#), "data: {\"a\":1}\n\n");
        assert_eq!(event("{\r\n}"), "data: {\ndata: \ndata: }\n\n");
        assert_eq!(event("{\r\"a\":\n1}"), "data: {\ndata: \"a\":\ndata: 1}\n\n");
    }

    #[test]
    fn who_takes_a_stream_names_it() {
        for accept in [
            "text/event-stream",
            "application/json, text/event-stream",
            "application/json;q=0.9,Text/Event-Stream;q=0.001",
        ] {
            assert!(is_accepted(accept), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "text/*",
            "application/json",
            "text/event-streams",
            "text/event-stream;q=0",
            "text/event-stream; Q=0.000, application/json",
        ] {
            assert!(!is_accepted(accept), "{accept}");
        }
    }
}
