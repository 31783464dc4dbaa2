//! Every JSON-RPC error that we send. Codes: JSON-RPC 2.0 section 5.1, and 2026-07-28 basic/index,
//! "Error Codes". Messages say what to do; they never repeat a value that could be a secret.

use super::revision::{Era, Revision};
use crate::http::Status;
use crate::mittwald::json;

/// JSON-RPC 2.0 section 5.1: invalid JSON.
pub const PARSE_ERROR: i64 = -32_700;
/// JSON-RPC 2.0 section 5.1: not a valid message.
pub const INVALID_REQUEST: i64 = -32_600;
/// JSON-RPC 2.0 section 5.1: no such method.
pub const METHOD_NOT_FOUND: i64 = -32_601;
/// JSON-RPC 2.0 section 5.1: invalid parameters.
pub const INVALID_PARAMS: i64 = -32_602;
/// JSON-RPC 2.0 section 5.1: something failed that is not the caller's doing.
pub const INTERNAL_ERROR: i64 = -32_603;
/// 2025-11-25 server/resources, "Error Handling": no such resource. The modern era has
/// [`INVALID_PARAMS`] instead.
pub const RESOURCE_NOT_FOUND: i64 = -32_002;
/// 2026-07-28 basic/index: headers and body disagree.
pub const HEADER_MISMATCH: i64 = -32_020;
/// 2026-07-28 basic/index: the client did not declare a capability that the request needs.
pub const MISSING_CAPABILITY: i64 = -32_021;
/// 2026-07-28 basic/index: unknown revision.
pub const UNSUPPORTED_PROTOCOL_VERSION: i64 = -32_022;

/// Revisions that a modern request may name, as `server/discover` says too. Legacy ones are agreed on
/// by `initialize` alone.
pub const SUPPORTED_VERSIONS: &str = "[\"2026-07-28\"]";

/// Why a message is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Caller: 415, -32600.
    #[error("The Content-Type must be application/json.")]
    ContentType,
    /// Caller: 413, -32600.
    #[error("The message is larger than {} bytes.", crate::http::request::MAX_BODY)]
    TooLarge,
    /// Caller: 400, -32700.
    #[error("The body is no JSON: {0}.")]
    NotJson(String),
    /// Caller: 400, -32600.
    #[error("The body is no JSON-RPC 2.0 message: {0}.")]
    NotAMessage(String),
    /// Caller: 400, -32600: a batch where there is none, or one that is too large.
    #[error("{0}")]
    Batch(&'static str),
    /// Caller: legacy 200, modern 404 (2026-07-28 basic/transports, "Sending Messages"), -32601.
    #[error("The method {0} does not exist here.")]
    MethodNotFound(String),
    /// Caller: 400, -32602: `_meta` of a modern request is missing or wrong.
    #[error("{0}")]
    Meta(&'static str),
    /// Caller: 200, -32602: parameters of a method, or a tool that is not there.
    #[error("{0}")]
    Params(String),
    /// Caller: 200, legacy -32002, modern -32602, with `data.uri`: nothing is there.
    #[error("{message}")]
    NoResource {
        /// Sentence for the caller.
        message: String,
        /// What was asked for.
        uri: String,
        /// Era of the request.
        era: Era,
    },
    /// Caller: 200 (or the status that comes with a challenge), -32603: what a method needed failed.
    #[error("{message}")]
    Failed {
        /// Sentence for the caller.
        message: String,
        /// Name for the log line, and `data.reason`.
        reason: &'static str,
        /// Challenge that a client can act on, in `data`.
        challenge: Option<String>,
    },
    /// Caller: 400, -32020.
    #[error("{0}")]
    HeaderMismatch(String),
    /// Caller: modern 400, legacy 200, -32021, with `data.requiredCapabilities`: a `ClientCapabilities`
    /// object as JSON text.
    #[error("This needs a capability that the client did not declare: {0}.")]
    MissingCapability(String),
    /// Caller: 400, -32022, with `data.supported` and `data.requested`.
    #[error("The protocol version {0} is not supported.")]
    UnsupportedVersion(String),
}

impl Error {
    /// Nothing can be sealed or named for now.
    #[must_use]
    pub fn no_randomness() -> Self {
        Self::Failed {
            message: "The connector has no randomness for now. Try again in a moment.".into(),
            reason: "no_randomness",
            challenge: None,
        }
    }

    /// JSON-RPC error code.
    #[must_use]
    pub const fn code(&self) -> i64 {
        match self {
            Self::NotJson(_) => PARSE_ERROR,
            Self::ContentType | Self::TooLarge | Self::NotAMessage(_) | Self::Batch(_) => {
                INVALID_REQUEST
            }
            Self::MethodNotFound(_) => METHOD_NOT_FOUND,
            Self::Meta(_) | Self::Params(_) => INVALID_PARAMS,
            Self::NoResource { era: Era::Legacy, .. } => RESOURCE_NOT_FOUND,
            Self::NoResource { era: Era::Modern, .. } => INVALID_PARAMS,
            Self::Failed { .. } => INTERNAL_ERROR,
            Self::HeaderMismatch(_) => HEADER_MISMATCH,
            Self::MissingCapability(_) => MISSING_CAPABILITY,
            Self::UnsupportedVersion(_) => UNSUPPORTED_PROTOCOL_VERSION,
        }
    }

    /// HTTP status.
    #[must_use]
    pub const fn status(&self, era: Era) -> Status {
        match (self, era) {
            (Self::ContentType, _) => Status::UNSUPPORTED_MEDIA_TYPE,
            (Self::TooLarge, _) => Status::CONTENT_TOO_LARGE,
            (Self::MethodNotFound(_), Era::Modern) => Status::NOT_FOUND,
            (Self::MethodNotFound(_) | Self::MissingCapability(_), Era::Legacy)
            | (Self::Params(_) | Self::NoResource { .. } | Self::Failed { .. }, _) => Status::OK,
            _ => Status::BAD_REQUEST,
        }
    }

    /// `error.data` as JSON text, if the error has some.
    #[must_use]
    pub fn data(&self) -> Option<String> {
        let mut data = String::from("{");
        let mut member = |name: &str, value: &str| {
            json::push_name(&mut data, name);
            json::push_string(&mut data, value);
        };
        match self {
            Self::UnsupportedVersion(requested) => {
                member("requested", requested);
                json::push_name(&mut data, "supported");
                data.push_str(SUPPORTED_VERSIONS);
            }
            Self::MissingCapability(needed) => {
                json::push_name(&mut data, "requiredCapabilities");
                data.push_str(needed);
            }
            Self::NoResource { uri, .. } => member("uri", uri),
            Self::Failed { reason, challenge, .. } => {
                member("reason", reason);
                if let Some(challenge) = challenge {
                    json::push_name(&mut data, super::reply::CHALLENGE_KEY);
                    data.push('[');
                    json::push_string(&mut data, challenge);
                    data.push(']');
                }
            }
            _ => return None,
        }
        data.push('}');
        Some(data)
    }

    /// Name for the log line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ContentType => "content_type",
            Self::TooLarge => "too_large",
            Self::NotJson(_) => "not_json",
            Self::NotAMessage(_) => "not_a_message",
            Self::Batch(_) => "bad_batch",
            Self::MethodNotFound(_) => "method_not_found",
            Self::Meta(_) => "bad_meta",
            Self::Params(_) => "bad_params",
            Self::NoResource { .. } => "no_resource",
            Self::Failed { reason, .. } => reason,
            Self::HeaderMismatch(_) => "header_mismatch",
            Self::MissingCapability(_) => "missing_capability",
            Self::UnsupportedVersion(_) => "unsupported_version",
        }
    }
}

/// An error, and the message that it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub error: Error,
    /// The message's id as JSON text; `None` where it could not be read.
    pub id: Option<String>,
    /// Revision that the message was read under; `None` where it did not get that far.
    pub revision: Option<Revision>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, id: None, revision: None }
    }
}

/// A name from a message, short enough to be repeated.
#[must_use]
pub fn shown(name: &str) -> String {
    let mut characters = name.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = characters.by_ref().take(64).collect();
    if characters.next().is_some() {
        out.push('…');
    }
    out
}
