//! Errors: the policy, and the ones that belong to plain HTTP.
//!
//! # Policy
//! Every request ends in a response; nothing panics. Each layer has one error enum whose variants
//! say in their doc comment what the caller sees, and only the router turns an error into a
//! response, in the form of the surface it happened on:
//!
//! | where | form |
//! |---|---|
//! | `/mcp`, before a message is read | HTTP status + JSON-RPC error without id |
//! | `/mcp`, a message | JSON-RPC error (`mcp` has the codes) |
//! | `/mcp`, a tool that ran | result with `isError: true`, so that the model reads it |
//! | `/register`, `/token`, `/revoke` | RFC 6749 section 5.2 JSON |
//! | `/authorize`, the callback | redirect with `error`, `state`, `iss`; a page where the client or its redirect URI is not trustworthy |
//! | anything else | this [`Problem`] as plain text |
//!
//! An error has an outward message (what is wrong, what to do next) and may have an inward detail
//! for the log; they are different fields. Neither ever contains a token, a code or a key.

use super::{Response, Status};

/// A plain HTTP error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Status code; 4xx or 5xx.
    pub status: Status,
    /// What is wrong and what to do, for the person or program that asked.
    pub message: String,
    /// `Allow` header of a 405.
    pub allow: Option<&'static str>,
}

impl Problem {
    /// An error with this status and message.
    #[must_use]
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), allow: None }
    }

    /// 405 for a path that exists with other methods.
    #[must_use]
    pub fn method_not_allowed(allow: &'static str) -> Self {
        Self {
            status: Status::METHOD_NOT_ALLOWED,
            message: format!("This address answers {allow} only."),
            allow: Some(allow),
        }
    }

    /// The response that says so.
    #[must_use]
    pub fn into_response(self) -> Response {
        let response = Response::text(self.status, format!("{}\n", self.message)).no_store();
        match self.allow {
            Some(allow) => response.with("allow", allow),
            None => response,
        }
    }
}
