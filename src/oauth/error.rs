//! OAuth errors (RFC 6749 sections 4.1.2.1 and 5.2, RFC 7591 section 3.2.2, RFC 8707 section 2).

use serde::Serialize;

use crate::http::form::FormError;
use crate::http::{Response, Status};
use crate::ports::NoRandomness;

use super::stores::StoreUnavailable;

/// An error as the wire knows it: a code that programs read and a sentence that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthError {
    /// Registered error code.
    pub code: Code,
    /// What is wrong and what to do. No token, code or key ever stands in it.
    pub description: String,
}

/// Registered error codes that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// 400: a parameter is missing, repeated or malformed.
    InvalidRequest,
    /// 401: the client is unknown or its secret is wrong.
    InvalidClient,
    /// 400: the code or refresh token is unknown, expired, used or not this client's.
    InvalidGrant,
    /// 400: no requested scope is one of ours.
    InvalidScope,
    /// 400: the resource is not one of ours, or not the one that was granted.
    InvalidTarget,
    /// 400: the redirect URIs of a registration cannot be used.
    InvalidRedirectUri,
    /// 400: another part of a registration cannot be used.
    InvalidClientMetadata,
    /// 400: `response_type` is not `code`.
    UnsupportedResponseType,
    /// 400: `grant_type` is neither `authorization_code` nor `refresh_token`.
    UnsupportedGrantType,
    /// Redirect: the person, or mittwald, said no.
    AccessDenied,
    /// 500 or redirect: something failed on our side.
    ServerError,
    /// 503 or redirect: mittwald or a store is out of reach; nothing was consumed.
    TemporarilyUnavailable,
}

impl Code {
    /// Name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    const fn status(self) -> Status {
        match self {
            Self::InvalidClient => Status::UNAUTHORIZED,
            Self::ServerError => Status::INTERNAL,
            Self::TemporarilyUnavailable => Status::UNAVAILABLE,
            _ => Status::BAD_REQUEST,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: &'a str,
}

impl OAuthError {
    /// An error with this code and sentence.
    #[must_use]
    pub fn new(code: Code, description: impl Into<String>) -> Self {
        Self { code, description: description.into() }
    }

    /// The JSON response of `/register`, `/token` and `/revoke`. `basic` tells whether the client
    /// tried HTTP Basic, which then must be challenged (RFC 6749 section 5.2).
    #[must_use]
    pub fn into_response(self, basic: bool) -> Response {
        let body = Body { error: self.code.name(), error_description: &self.description };
        let json = serde_json::to_string(&body).unwrap_or_default();
        let response = Response::json(self.code.status(), json).no_store();
        match self.code {
            Code::InvalidClient if basic => {
                response.with("www-authenticate", "Basic realm=\"mittwald MCP\"")
            }
            Code::TemporarilyUnavailable => response.with("retry-after", "5"),
            _ => response,
        }
    }
}

impl From<FormError> for OAuthError {
    fn from(error: FormError) -> Self {
        Self::new(Code::InvalidRequest, format!("{error}."))
    }
}

impl From<NoRandomness> for OAuthError {
    fn from(_: NoRandomness) -> Self {
        Self::new(Code::ServerError, "Nothing can be issued right now. Please try again.")
    }
}

impl From<StoreUnavailable> for OAuthError {
    fn from(_: StoreUnavailable) -> Self {
        Self::new(
            Code::TemporarilyUnavailable,
            "The connection store cannot be reached. Nothing was used up; please try again.",
        )
    }
}
