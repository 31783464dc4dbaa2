//! Fetching what a client publishes about itself.

use futures::future::LocalBoxFuture;

use crate::http::Headers;

/// Largest document that is read, in bytes (5 KB, draft-ietf-oauth-client-id-metadata-document
/// section 6.6), counted while it arrives.
pub const MAX_DOCUMENT: usize = 5 * 1024;

/// Milliseconds until a document must have arrived, its last byte included.
pub const DOCUMENT_TIMEOUT_MS: u32 = 5_000;

/// Fetches public documents whose addresses come from strangers. It sends nothing but a plain GET:
/// no credentials, no cookies, nothing of the request that names the address.
///
/// Exists only where the platform keeps such requests off private networks.
pub trait Documents {
    /// Gets one document, following no redirect, within [`DOCUMENT_TIMEOUT_MS`] and
    /// [`MAX_DOCUMENT`].
    fn fetch<'a>(&'a self, url: &'a str) -> LocalBoxFuture<'a, Result<Document, DocumentFailure>>;
}

/// The answer to a request for a document.
pub struct Document {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: Box<dyn Headers>,
    /// Body; left unread, and so empty, where the status is not 200.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFailure {
    /// Not everything arrived within [`DOCUMENT_TIMEOUT_MS`].
    #[error("no answer in time")]
    TimedOut,
    /// No connection, or it broke off.
    #[error("the connection failed")]
    Unreachable,
    /// More than [`MAX_DOCUMENT`], whatever its `Content-Length` said.
    #[error("the document is too large")]
    TooLarge,
}
