//! Signing in at mittwald: we are an OAuth client there (authorization code + PKCE, public client).
//!
//! `GET /v2/oauth2/authorize`, `POST /v2/oauth2/token`, `GET /v2/users/self`.

use serde::Deserialize;

use crate::config::Config;
use crate::http::form;
use crate::keys::{Secret, digest};
use crate::ports::{Upstream, UpstreamFailure, UpstreamRequest, UpstreamResponse};

/// Milliseconds for one request of a sign-in.
const TIMEOUT_MS: u32 = 15_000;

/// Seconds that a token is taken to live where mittwald does not say.
const DEFAULT_LIFETIME: u64 = 3600;

/// mittwald's tokens, fresh.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Access token.
    pub access: Secret,
    /// Refresh token, if one was given.
    pub refresh: Option<Secret>,
    /// When the access token expires.
    pub expiry: Expiry,
    /// Scopes granted, if they differ from those asked for.
    pub scope: Option<String>,
}

/// When a token expires, in the way mittwald said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So many seconds from now.
    In(u64),
    /// At this moment, in seconds since the Unix epoch.
    At(u64),
}

impl Expiry {
    /// The moment, in seconds since the Unix epoch.
    #[must_use]
    pub const fn from(self, now: u64) -> u64 {
        match self {
            Self::In(seconds) => now.saturating_add(seconds),
            Self::At(moment) => moment,
        }
    }
}

/// Why a sign-in step failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInFailure {
    /// mittwald refused: the code or token is unknown, used or expired.
    #[error("mittwald refused the code or token")]
    Refused,
    /// mittwald offers no refresh over OAuth.
    #[error("mittwald does not refresh tokens this way")]
    RefreshUnsupported,
    /// mittwald could not be reached or answered nonsense.
    #[error("mittwald could not be reached")]
    Unavailable,
}

/// Where the browser goes to sign in.
#[must_use]
pub fn authorize_url(
    config: &Config,
    redirect_uri: &str,
    scopes: &[String],
    state: &str,
    verifier: &str,
) -> String {
    form::with_query(
        &config.authorize_url,
        &[
            ("response_type", "code"),
            ("client_id", &config.client_id),
            ("redirect_uri", redirect_uri),
            ("scope", &scopes.join(" ")),
            ("state", state),
            ("code_challenge", &digest(verifier)),
            ("code_challenge_method", "S256"),
        ],
    )
}

/// Exchanges mittwald's code.
///
/// # Errors
/// [`SignInFailure`].
pub async fn exchange(
    config: &Config,
    upstream: &dyn Upstream,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
) -> Result<Tokens, SignInFailure> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &config.client_id),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
    ];
    tokens(upstream.send(token_request(config, &fields)).await)
}

/// Renews mittwald's tokens: the refresh grant, and the documented session refresh where mittwald
/// does not offer it (the API's document declares no refresh grant; production accepts it).
///
/// # Errors
/// [`SignInFailure`].
pub async fn refresh(
    config: &Config,
    upstream: &dyn Upstream,
    refresh_token: &Secret,
) -> Result<Tokens, SignInFailure> {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", config.client_id.as_str()),
        ("refresh_token", refresh_token.expose()),
    ];
    match tokens(upstream.send(token_request(config, &fields)).await) {
        Err(SignInFailure::RefreshUnsupported) => {
            refresh_session(config, upstream, refresh_token).await
        }
        other => other,
    }
}

/// `PUT /v2/users/self/sessions`.
async fn refresh_session(
    config: &Config,
    upstream: &dyn Upstream,
    refresh_token: &Secret,
) -> Result<Tokens, SignInFailure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Session {
        token: String,
        refresh_token: Option<String>,
        expires_at: Option<String>,
    }
    let body =
        serde_json::to_string(&serde_json::json!({ "refreshToken": refresh_token.expose() }));
    let request = UpstreamRequest {
        method: "PUT",
        url: format!("{}/v2/users/self/sessions", config.api_url),
        headers: vec![
            ("content-type", "application/json".into()),
            ("accept", "application/json".into()),
        ],
        body: Some(body.unwrap_or_default()),
        timeout_ms: TIMEOUT_MS,
    };
    let response = upstream.send(request).await.map_err(|_| SignInFailure::Unavailable)?;
    match response.status {
        200 => {}
        400..=499 if response.status != 429 => return Err(SignInFailure::Refused),
        _ => return Err(SignInFailure::Unavailable),
    }
    let session: Session =
        serde_json::from_slice(&response.body).map_err(|_| SignInFailure::Unavailable)?;
    Ok(Tokens {
        access: session.token.into(),
        refresh: session.refresh_token.map(Secret::from),
        expiry: session
            .expires_at
            .as_deref()
            .and_then(moment)
            .unwrap_or(Expiry::In(DEFAULT_LIFETIME)),
        scope: None,
    })
}

/// An RFC 3339 moment.
fn moment(text: &str) -> Option<Expiry> {
    let moment = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    u64::try_from(moment.timestamp()).ok().map(Expiry::At)
}

/// Who an access token belongs to: the mittwald user id.
///
/// # Errors
/// [`SignInFailure::Refused`] where mittwald does not know the token.
pub async fn user_id(
    config: &Config,
    upstream: &dyn Upstream,
    access: &Secret,
) -> Result<String, SignInFailure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct User {
        user_id: String,
    }
    let request = UpstreamRequest {
        method: "GET",
        url: format!("{}/v2/users/self", config.api_url),
        headers: vec![("x-access-token", access.clone()), ("accept", "application/json".into())],
        body: None,
        timeout_ms: TIMEOUT_MS,
    };
    let response = upstream.send(request).await.map_err(|_| SignInFailure::Unavailable)?;
    match response.status {
        200 => serde_json::from_slice::<User>(&response.body)
            .map(|user| user.user_id)
            .ok()
            .filter(|id| !id.is_empty())
            .ok_or(SignInFailure::Unavailable),
        401 | 403 => Err(SignInFailure::Refused),
        _ => Err(SignInFailure::Unavailable),
    }
}

/// Ends the session at mittwald that an access token belongs to (`PUT /v2/logout`, operation
/// `user-logout`). The API has no RFC 7009; ending a session by its id would need that id first.
///
/// # Errors
/// [`SignInFailure::Refused`] where mittwald does not know the token (any more).
pub async fn log_out(
    config: &Config,
    upstream: &dyn Upstream,
    access: &Secret,
) -> Result<(), SignInFailure> {
    let request = UpstreamRequest {
        method: "PUT",
        url: format!("{}/v2/logout", config.api_url),
        headers: vec![
            ("x-access-token", access.clone()),
            ("content-type", "application/json".into()),
            ("accept", "application/json".into()),
        ],
        body: Some("{}".into()),
        timeout_ms: TIMEOUT_MS,
    };
    match upstream.send(request).await.map(|response| response.status) {
        Ok(200..=299) => Ok(()),
        Ok(401) => Err(SignInFailure::Refused),
        _ => Err(SignInFailure::Unavailable),
    }
}

fn token_request(config: &Config, fields: &[(&str, &str)]) -> UpstreamRequest {
    UpstreamRequest {
        method: "POST",
        url: config.token_url.clone(),
        headers: vec![
            ("content-type", "application/x-www-form-urlencoded".into()),
            ("accept", "application/json".into()),
        ],
        body: Some(form::encode(fields)),
        timeout_ms: TIMEOUT_MS,
    }
}

fn tokens(answer: Result<UpstreamResponse, UpstreamFailure>) -> Result<Tokens, SignInFailure> {
    #[derive(Deserialize)]
    struct Granted {
        access_token: String,
        refresh_token: Option<String>,
        expires_in: Option<u64>,
        scope: Option<String>,
    }
    #[derive(Deserialize)]
    struct Refused {
        error: String,
    }
    let response = answer.map_err(|_| SignInFailure::Unavailable)?;
    if response.status == 200 {
        let granted: Granted =
            serde_json::from_slice(&response.body).map_err(|_| SignInFailure::Unavailable)?;
        return Ok(Tokens {
            access: granted.access_token.into(),
            refresh: granted.refresh_token.map(Secret::from),
            expiry: Expiry::In(granted.expires_in.unwrap_or(DEFAULT_LIFETIME)),
            scope: granted.scope,
        });
    }
    let error = serde_json::from_slice::<Refused>(&response.body).map(|body| body.error);
    match (response.status, error.as_deref()) {
        (400 | 401, Ok("unsupported_grant_type")) => Err(SignInFailure::RefreshUnsupported),
        (400 | 401, Ok(_)) => Err(SignInFailure::Refused),
        _ => Err(SignInFailure::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::config;
    use crate::ports::testing::ScriptedUpstream;
    use futures::executor::block_on;

    #[test]
    fn a_refused_refresh_and_an_outage_are_told_apart() {
        let cases = [
            (400, r#"{"error":"invalid_grant"}"#, SignInFailure::Refused),
            (500, r#"{"error":"server_error"}"#, SignInFailure::Unavailable),
            (429, "", SignInFailure::Unavailable),
            (200, "<html>", SignInFailure::Unavailable),
            (400, "<html>", SignInFailure::Unavailable),
        ];
        for (status, body, expected) in cases {
            let upstream = ScriptedUpstream::default().will_answer(status, &[], body);
            let outcome = block_on(refresh(&config(), &upstream, &"r".into()));
            assert_eq!(outcome.map(|_| ()), Err(expected), "{status} {body}");
        }
    }

    #[test]
    fn an_unsupported_refresh_grant_falls_back_to_the_session() {
        let upstream = ScriptedUpstream::default()
            .will_answer(400, &[], r#"{"error":"unsupported_grant_type"}"#)
            .will_answer(
                200,
                &[],
                r#"{"token":"a2","refreshToken":"r2","expiresAt":"1970-01-01T01:00:00Z"}"#,
            );
        let tokens = block_on(refresh(&config(), &upstream, &"r".into())).expect("tokens");
        assert_eq!((tokens.access.expose(), tokens.expiry), ("a2", Expiry::At(3600)));
        assert_eq!(upstream.asked.borrow().last().map(|asked| asked.method), Some("PUT"));
    }
}
