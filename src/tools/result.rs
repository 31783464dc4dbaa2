//! What a tool call came to, for the protocol layer to wrap.

use crate::http::Status;

/// The result of a tool call (2025-11-25 server/tools, "Tool Result").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// A JSON object for an answer, a sentence for an error.
    pub text: String,
    /// Whether `text` is an error sentence (`isError`); otherwise it is `structuredContent` too.
    pub is_error: bool,
    /// `WWW-Authenticate` value where the person has to allow more or sign in again; goes into
    /// `_meta["mcp/www_authenticate"]`, and into the header where `status` is not 200.
    pub challenge: Option<String>,
    /// HTTP status: 200, 401 where our own grant has ended, 403 where a scope is missing.
    pub status: Status,
    /// Name for the log line.
    pub outcome: &'static str,
}

impl ToolResult {
    /// An answer.
    #[must_use]
    pub const fn answer(json: String) -> Self {
        Self { text: json, is_error: false, challenge: None, status: Status::OK, outcome: "ok" }
    }

    /// An error that the model reads.
    #[must_use]
    pub fn error(outcome: &'static str, sentence: impl Into<String>) -> Self {
        Self { text: sentence.into(), is_error: true, challenge: None, status: Status::OK, outcome }
    }

    /// The same error with a challenge that a client can act on.
    #[must_use]
    pub fn challenged(self, status: Status, challenge: String) -> Self {
        Self { status, challenge: Some(challenge), ..self }
    }
}
