//! An HTTP response, and constructors for the kinds we send.

use std::borrow::Cow;

/// HTTP status code (RFC 9110 section 15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

#[allow(missing_docs)]
impl Status {
    pub const OK: Self = Self(200);
    pub const CREATED: Self = Self(201);
    pub const ACCEPTED: Self = Self(202);
    pub const NO_CONTENT: Self = Self(204);
    pub const SEE_OTHER: Self = Self(303);
    pub const BAD_REQUEST: Self = Self(400);
    pub const UNAUTHORIZED: Self = Self(401);
    pub const FORBIDDEN: Self = Self(403);
    pub const NOT_FOUND: Self = Self(404);
    pub const METHOD_NOT_ALLOWED: Self = Self(405);
    pub const CONTENT_TOO_LARGE: Self = Self(413);
    pub const UNSUPPORTED_MEDIA_TYPE: Self = Self(415);
    pub const MISDIRECTED: Self = Self(421);
    pub const TOO_MANY_REQUESTS: Self = Self(429);
    pub const INTERNAL: Self = Self(500);
    pub const BAD_GATEWAY: Self = Self(502);
    pub const UNAVAILABLE: Self = Self(503);
    pub const GATEWAY_TIMEOUT: Self = Self(504);
}

/// A response, independent of the runtime that sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: Status,
    /// Header fields, names in lower case.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// Body; empty where the response has none.
    pub body: Cow<'static, str>,
}

impl Response {
    /// A response without a body.
    #[must_use]
    pub const fn empty(status: Status) -> Self {
        Self { status, headers: Vec::new(), body: Cow::Borrowed("") }
    }

    /// A JSON document, already serialised.
    #[must_use]
    pub fn json(status: Status, body: impl Into<Cow<'static, str>>) -> Self {
        Self::typed(status, "application/json", body)
    }

    /// An HTML page.
    #[must_use]
    pub fn html(status: Status, body: impl Into<Cow<'static, str>>) -> Self {
        Self::typed(status, "text/html; charset=utf-8", body)
    }

    /// Plain text.
    #[must_use]
    pub fn text(status: Status, body: impl Into<Cow<'static, str>>) -> Self {
        Self::typed(status, "text/plain; charset=utf-8", body)
    }

    /// Sends the browser elsewhere with GET (303, never 307: RFC 9700 section 4.12).
    #[must_use]
    pub fn see_other(location: String) -> Self {
        Self::empty(Status::SEE_OTHER).with("location", location)
    }

    /// The same response with one more header field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same response, to be kept by nobody (RFC 9111 section 5.2.2.5).
    #[must_use]
    pub fn no_store(self) -> Self {
        self.with("cache-control", "no-store")
    }

    /// A header field's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_ref())
    }

    fn typed(status: Status, media: &'static str, body: impl Into<Cow<'static, str>>) -> Self {
        Self { status, headers: vec![("content-type", Cow::Borrowed(media))], body: body.into() }
    }
}
