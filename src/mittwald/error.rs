//! What can go wrong between us and mittwald. Every variant becomes a tool result with
//! `isError: true`, so that the model reads what happened and what to do next; the words are in
//! [`super::sentence`]. HTTP stays 200: the MCP exchange itself worked.

use super::violation::{self, Violation};
use crate::catalog::Tool;
use crate::http::Headers;
use crate::ports::UpstreamFailure;

/// Most characters of an API message that are passed on.
pub const MAX_MESSAGE: usize = 300;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// 400, 422. Caller: which argument, and what is wrong with it.
    Invalid {
        /// What the API found, by our arguments.
        violations: Vec<Violation>,
        /// The API's own message.
        message: String,
    },
    /// 401. Caller: sign in again, with `_meta["mcp/www_authenticate"]` so that a client can start it.
    SignInAgain,
    /// 403. Caller: the role is missing (the scope was checked before), or wait after a create.
    Forbidden {
        /// The API's own message.
        message: String,
    },
    /// 404. Caller: which id, and the tool that lists valid ones.
    NotFound {
        /// The API's own message.
        message: String,
    },
    /// 409. Caller: what is there already or in the way.
    Conflict {
        /// The API's own message.
        message: String,
    },
    /// 412. Caller: the state is not (or not yet) the one that the request needs.
    NotYet {
        /// The API's own message.
        message: String,
    },
    /// 429. Caller: how long to wait.
    RateLimited {
        /// Seconds to wait, where the API says so.
        wait: Option<u64>,
    },
    /// 5xx. Caller: mittwald's fault; a write may have taken effect.
    Broken {
        /// Status code.
        status: u16,
    },
    /// Any other status. Caller: which, and that it was not expected.
    Unexpected {
        /// Status code.
        status: u16,
        /// The API's own message.
        message: String,
    },
    /// No answer, or not all of it. Caller: what happened; a write may have taken effect.
    NoAnswer(UpstreamFailure),
    /// A success whose body we cannot use. Caller: so; a write took effect.
    Unreadable(Unreadable),
}

/// What a success had instead of the JSON we need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// HTML, as a proxy or maintenance page sends it.
    Page,
    /// Nothing.
    Empty,
    /// Some other type, or text that is no JSON.
    NotJson,
    /// Bytes that are no text, where the answer is one.
    NotText,
    /// JSON, but no object or no array where the API promises one.
    OtherShape,
}

/// Whether a write that ended in an error happened nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effected {
    /// The API refused it.
    No,
    /// Nobody knows.
    Perhaps,
    /// The API accepted it.
    Yes,
}

impl ApiError {
    /// The error that a status other than 2xx stands for.
    #[must_use]
    pub fn of_status(status: u16, headers: &dyn Headers, body: &[u8], tool: &Tool) -> Self {
        let told = violation::Told::read(headers, body, tool);
        let message = told.message;
        match status {
            400 | 422 => Self::Invalid { violations: told.violations, message },
            401 => Self::SignInAgain,
            403 => Self::Forbidden { message },
            404 => Self::NotFound { message },
            409 => Self::Conflict { message },
            412 => Self::NotYet { message },
            429 => Self::RateLimited { wait: wait(headers) },
            500..=599 => Self::Broken { status },
            _ => Self::Unexpected { status, message },
        }
    }

    /// Whether the request may have done its work all the same.
    #[must_use]
    pub const fn effected(&self) -> Effected {
        match self {
            Self::Broken { .. } | Self::NoAnswer(_) => Effected::Perhaps,
            // A page comes from something before the API: whether the API was reached is unknown.
            Self::Unreadable(Unreadable::Page) => Effected::Perhaps,
            Self::Unreadable(_) => Effected::Yes,
            _ => Effected::No,
        }
    }

    /// Name for the log line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "api_invalid",
            Self::SignInAgain => "api_unauthorized",
            Self::Forbidden { .. } => "api_forbidden",
            Self::NotFound { .. } => "api_not_found",
            Self::Conflict { .. } => "api_conflict",
            Self::NotYet { .. } => "api_not_yet",
            Self::RateLimited { .. } => "api_rate_limited",
            Self::Broken { .. } => "api_broken",
            Self::Unexpected { .. } => "api_unexpected",
            Self::NoAnswer(UpstreamFailure::TimedOut) => "api_timed_out",
            Self::NoAnswer(UpstreamFailure::Unreachable) => "api_unreachable",
            Self::NoAnswer(UpstreamFailure::TooLarge) => "api_too_large",
            Self::NoAnswer(UpstreamFailure::Redirected) => "api_redirected",
            Self::Unreadable(_) => "api_unreadable",
        }
    }
}

/// Seconds until the API answers again: its own header, or RFC 9110's.
fn wait(headers: &dyn Headers) -> Option<u64> {
    ["x-ratelimit-reset", "retry-after"]
        .iter()
        .find_map(|name| headers.get(name)?.trim().parse::<f64>().ok())
        .filter(|seconds| (0.0..=86_400.0).contains(seconds))
        .map(|seconds| seconds.ceil() as u64)
}

/// The text without control characters, at most [`MAX_MESSAGE`] characters long: what the API says
/// is data for the model, not a page to be passed on.
#[must_use]
pub fn capped(text: &str) -> String {
    let mut characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = characters.by_ref().take(MAX_MESSAGE).collect();
    if characters.next().is_some() {
        out.push('…');
    }
    out.trim().to_owned()
}
