//! Authentication at the protected resource: who sends this request to `/mcp` (RFC 6750, RFC 9728).

use crate::http::{Request, Response, Status};
use crate::tools::caller::Caller;
use crate::tools::surface::Surface;

use super::Server;
use super::access_token::{self, Rejected};
use super::api_token;
use super::resource::Resource;

/// Header for mittwald API tokens (CI, scripts).
pub const API_TOKEN_HEADER: &str = "x-mittwald-api-token";

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// 401 with a bare challenge: no credentials were sent.
    #[error("sign in first")]
    Missing,
    /// 401 `invalid_token`: the access token is not accepted.
    #[error(transparent)]
    Token(#[from] Rejected),
    /// 401 `invalid_token`: mittwald does not know the API token, or it cannot be one.
    #[error("the mittwald API token is not valid")]
    ApiToken,
    /// 503: mittwald could not be asked about the API token.
    #[error("mittwald cannot be reached to check the API token; try again")]
    Unavailable,
}

/// Verifies the caller for a surface. Reads no storage for our own tokens.
///
/// # Errors
/// [`Unauthenticated`].
pub async fn authenticate(
    server: &Server<'_>,
    request: &Request,
    surface: &Surface,
) -> Result<Caller, Unauthenticated> {
    if let Some(token) = request.header(API_TOKEN_HEADER) {
        return api_token::verify(server, &token).await;
    }
    let authorization = request.header("authorization").ok_or(Unauthenticated::Missing)?;
    let token = match authorization.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Err(Unauthenticated::Missing),
    };
    // Three parts are a token of ours and never go anywhere else.
    let is_jwt = token.split('.').count() == 3;
    if !is_jwt && server.config.allow_api_tokens {
        return api_token::verify(server, token).await;
    }
    let resource = Resource::of(server.issuer, surface);
    let issuer = server.issuer.as_str();
    let now = server.ports.clock.now();
    Ok(access_token::verify(token, server.keys, issuer, resource.as_str(), now)?)
}

/// The response to a request that is not let in.
#[must_use]
pub fn refuse(server: &Server<'_>, surface: &Surface, reason: Unauthenticated) -> Response {
    if reason == Unauthenticated::Unavailable {
        return Response::text(Status::UNAVAILABLE, format!("{reason}.\n"))
            .no_store()
            .with("retry-after", "5");
    }
    let error = (reason != Unauthenticated::Missing).then(|| reason.to_string());
    let challenge =
        challenge(server, surface, error.as_deref().map(|text| ("invalid_token", text)), &[]);
    let description = match reason {
        Unauthenticated::Missing => {
            "Sign in first: connect this address in your client, it opens the sign-in at mittwald."
                .to_owned()
        }
        other => format!("{other}. Refresh the token or sign in again."),
    };
    let body = serde_json::json!({ "error": "invalid_token", "error_description": description });
    Response::json(Status::UNAUTHORIZED, body.to_string())
        .no_store()
        .with("www-authenticate", challenge)
}

/// The `WWW-Authenticate` value for a surface (RFC 6750 section 3, RFC 9728 section 5.1). `scopes`
/// empty means those that the surface's tools need.
#[must_use]
pub fn challenge(
    server: &Server<'_>,
    surface: &Surface,
    error: Option<(&str, &str)>,
    scopes: &[&str],
) -> String {
    let scope = if scopes.is_empty() { surface.scopes().join(" ") } else { scopes.join(" ") };
    let metadata = Resource::metadata_url(server.issuer, surface);
    let error = error.map_or_else(String::new, |(code, description)| {
        format!("error=\"{code}\", error_description=\"{description}\", ")
    });
    format!("Bearer {error}resource_metadata=\"{metadata}\", scope=\"{scope}\"")
}
