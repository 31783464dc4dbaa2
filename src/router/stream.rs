//! An answer that begins before it is complete: the first message that goes ahead of it turns the response
//! into an event stream, if the client takes one (MCP basic/transports, "Sending Messages to the Server").

use std::cell::Cell;

use crate::http::{Request, event_stream};
use crate::ports::{Events, Outlet};

use super::cors;

/// Sends messages ahead of the answer to one request.
pub struct Ahead<'a> {
    outlet: &'a dyn Outlet,
    request: &'a Request,
    site: Option<&'a str>,
    state: Cell<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was sent.
    Quiet,
    /// The stream has begun.
    Streaming,
    /// The client takes no stream.
    Refused,
}

impl<'a> Ahead<'a> {
    /// For a request from this site, if it came from a page.
    #[must_use]
    pub const fn of(outlet: &'a dyn Outlet, request: &'a Request, site: Option<&'a str>) -> Self {
        Self { outlet, request, site, state: Cell::new(State::Quiet) }
    }

    /// Whether the answer must go into the stream, because status and header fields are out already.
    #[must_use]
    pub fn is_streaming(&self) -> bool {
        self.state.get() == State::Streaming
    }

    /// Looks at `Accept` only now: most requests never get here.
    fn begin(&self) -> State {
        if self.request.header("accept").is_some_and(|accept| event_stream::is_accepted(&accept)) {
            let site = self.site.map(str::to_owned);
            self.outlet.begin(cors::open_to(site, event_stream::head()));
            State::Streaming
        } else {
            State::Refused
        }
    }
}

impl Events for Ahead<'_> {
    fn send(&self, message: String) {
        if self.state.get() == State::Quiet {
            self.state.set(self.begin());
        }
        if self.is_streaming() {
            self.outlet.write(event_stream::event(&message));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::http::{Body, Method, Origin, Response};

    #[derive(Default)]
    struct Kept {
        heads: RefCell<Vec<Response>>,
        body: RefCell<String>,
    }

    impl Outlet for Kept {
        fn begin(&self, head: Response) {
            self.heads.borrow_mut().push(head);
        }

        fn write(&self, text: String) {
            self.body.borrow_mut().push_str(&text);
        }
    }

    fn request(accept: &str) -> Request {
        Request {
            method: Method::Post,
            origin: Origin::of("https://mcp.example").unwrap(),
            path: "/mcp".into(),
            query: String::new(),
            headers: Box::new(vec![("accept".to_owned(), accept.to_owned())]),
            body: Body::Bytes(Vec::new()),
        }
    }

    #[test]
    fn the_first_message_begins_the_stream_and_the_next_go_on() {
        let (kept, request) = (Kept::default(), request("application/json, text/event-stream"));
        let ahead = Ahead::of(&kept, &request, Some("https://claude.ai"));
        assert!(!ahead.is_streaming());
        ahead.send("1".into());
        ahead.send("2".into());
        assert!(ahead.is_streaming());
        assert_eq!(kept.body.borrow().as_str(), "data: 1\n\ndata: 2\n\n");
        let heads = kept.heads.borrow();
        assert_eq!(heads.len(), 1);
        for (name, value) in [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store, no-transform"),
            ("x-accel-buffering", "no"),
            ("access-control-allow-origin", "https://claude.ai"),
            ("vary", "Origin"),
        ] {
            assert_eq!(heads[0].header(name), Some(value), "{name}");
        }
    }

    #[test]
    fn a_client_without_streams_gets_nothing_ahead() {
        let (kept, request) = (Kept::default(), request("application/json"));
        let ahead = Ahead::of(&kept, &request, None);
        ahead.send("1".into());
        assert!(!ahead.is_streaming());
        assert!(kept.heads.borrow().is_empty() && kept.body.borrow().is_empty());
    }
}
