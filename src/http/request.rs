//! An HTTP request as handlers see it.

use std::fmt;

use super::Origin;

/// Largest request body that is read, in bytes (1 MiB). Larger ones are answered with 413.
pub const MAX_BODY: usize = 1024 * 1024;

/// HTTP method (RFC 9110 section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// Any other method.
    Other,
}

impl Method {
    /// Name on the wire; `OTHER` for a method that we do not know.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other => "OTHER",
        }
    }
}

/// Looks header fields up one at a time: reading one from the runtime crosses a language border,
/// so nobody copies the whole set.
pub trait Headers {
    /// The field's value (`name` in lower case); repeated fields arrive joined by `, `.
    fn get(&self, name: &str) -> Option<String>;
}

impl Headers for Vec<(String, String)> {
    fn get(&self, name: &str) -> Option<String> {
        self.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }
}

/// The body, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The bytes; empty where there was no body.
    Bytes(Vec<u8>),
    /// Longer than [`MAX_BODY`]: not read to the end.
    TooLarge,
    /// The connection broke off while it was read.
    Broken,
}

/// A request, independent of the runtime that received it.
pub struct Request {
    /// Method.
    pub method: Method,
    /// Where the client addressed us: scheme, and host and port of the `Host` header.
    pub origin: Origin,
    /// Path, still percent-encoded, beginning with `/`.
    pub path: String,
    /// Query without `?`; empty where there is none.
    pub query: String,
    /// Header fields.
    pub headers: Box<dyn Headers>,
    /// Body.
    pub body: Body,
}

impl Request {
    /// A header field's value, trimmed; `name` in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| value.trim().to_owned())
    }
}

impl fmt::Debug for Request {
    /// Leaves out query, headers and body: they carry codes and tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.method.name(), self.origin, self.path)
    }
}
