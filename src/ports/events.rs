//! What goes to a client before its answer does.

use crate::http::Response;

/// Takes messages for the client that waits for an answer: notifications about the work on it. Where the
/// client takes no stream, they are lost, and nobody needs to know.
pub trait Events {
    /// Sends one JSON-RPC message. The first one settles how the answer travels: as an event stream, and
    /// with status 200.
    fn send(&self, message: String);
}

/// Sends nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoEvents;

impl Events for NoEvents {
    fn send(&self, _message: String) {}
}

/// A response whose body is sent piece by piece, while it is made.
pub trait Outlet {
    /// Sends status and header fields; the body follows through [`Outlet::write`], and ends with the answer.
    fn begin(&self, head: Response);

    /// Sends a piece of the body.
    fn write(&self, text: String);
}
