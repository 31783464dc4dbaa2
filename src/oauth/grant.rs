//! The grant: what one person allowed one client, and how it moves on.
//!
//! `Pending` (a code is out) -> `Active` (refresh tokens rotate) -> gone. Every transition is a
//! function that checks everything first and changes the grant last, so that a refused request has
//! used nothing up. The `Account` object runs each in one synchronous stretch of SQL.

use serde::{Deserialize, Serialize};

use crate::keys::mac;
use crate::tools::caller::Level;

/// Seconds in which a code must be exchanged (RFC 6749 section 4.1.2 allows 600).
pub const CODE_LIFETIME: u64 = 60;

/// Seconds in which the refresh token before the current one still gets the current one: answers
/// get lost, and hosts refresh in parallel.
pub const REFRESH_GRACE: u64 = 60;

/// Seconds after which an unused grant ends (90 days).
pub const IDLE_LIFETIME: u64 = 90 * 24 * 3600;

/// A grant, as the `Account` object stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Random name, unique within the account.
    pub id: String,
    /// Client.
    pub client_id: String,
    /// Its display name when the person agreed.
    pub client_name: String,
    /// Redirect URI that the code was sent to.
    pub redirect_uri: String,
    /// Resource (audience).
    pub resource: String,
    /// Scopes that the person agreed to, sorted.
    pub scopes: Vec<String>,
    /// Level that the person chose.
    pub level: Level,
    /// Whether that is the highest level that the client asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_asked: bool,
    /// The one project, if the person chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Scopes asked for that mittwald did not grant, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Seconds since the epoch.
    pub created_at: u64,
    /// Last exchange or refresh.
    pub used_at: u64,
    /// mittwald's tokens.
    pub upstream: UpstreamSession,
    /// Where the grant stands.
    pub state: State,
    /// Digest of the code's secret; kept, so that a second use is recognised.
    pub code: String,
}

/// mittwald's tokens, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamSession {
    /// Sealed access token.
    pub access: String,
    /// When it expires, in seconds since the epoch.
    pub expires_at: u64,
    /// Sealed refresh token, if mittwald gave one.
    pub refresh: Option<String>,
}

/// Where a grant stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is")]
pub enum State {
    /// A code is out and waits for its exchange.
    Pending {
        /// PKCE challenge (S256).
        challenge: String,
        /// When the code expires.
        expires_at: u64,
    },
    /// The code was exchanged.
    Active {
        /// Number of the newest refresh token, from 1.
        generation: u32,
        /// When it was first issued.
        rotated_at: u64,
    },
}

/// What a client shows at the token endpoint with a code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exchange {
    /// Digest of the code's secret.
    pub code: String,
    /// The authenticated client.
    pub client_id: String,
    /// `redirect_uri` parameter; OAuth 2.1 lets it be left out.
    pub redirect_uri: Option<String>,
    /// S256 of the code verifier.
    pub challenge: String,
    /// `resource` parameter, normalised; absent means the granted one.
    pub resource: Option<String>,
}

/// What a client shows at the token endpoint with a refresh token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refresh {
    /// Number of the refresh token within the grant.
    pub generation: u32,
    /// The authenticated client.
    pub client_id: String,
    /// `resource` parameter, normalised; absent means the granted one.
    pub resource: Option<String>,
    /// `scope` parameter; absent means all that were granted.
    pub scopes: Option<Vec<String>>,
}

/// Why a transition is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum GrantRefusal {
    /// No such grant: never was, ended, or was revoked.
    #[error("the grant has ended; sign in again")]
    Unknown,
    /// The code is not this grant's.
    #[error("the authorization code is not valid")]
    WrongCode,
    /// The code was issued to another client.
    #[error("the authorization code or refresh token belongs to another client")]
    WrongClient,
    /// The redirect URI is not the one the code was sent to.
    #[error("redirect_uri is not the one of the authorization request")]
    WrongRedirectUri,
    /// PKCE failed.
    #[error("code_verifier does not match the code_challenge")]
    WrongVerifier,
    /// Another resource than the granted one.
    #[error("resource is not the one that was granted")]
    WrongResource,
    /// None of the scopes asked for was granted.
    #[error("none of the requested scopes was granted")]
    WrongScope,
    /// Over [`CODE_LIFETIME`].
    #[error("the authorization code has expired; start again")]
    CodeExpired,
    /// The code was used before: the grant must end (RFC 6749 section 4.1.2).
    #[error("the authorization code was used twice; the connection has been ended")]
    CodeReplayed,
    /// An old refresh token came back after the grace: the grant must end (RFC 9700 section 4.14.2).
    #[error("an old refresh token was used again; the connection has been ended")]
    RefreshReplayed,
}

impl GrantRefusal {
    /// Whether the grant must not live on: somebody holds what they should not.
    #[must_use]
    pub const fn ends_grant(self) -> bool {
        matches!(self, Self::CodeReplayed | Self::RefreshReplayed)
    }
}

impl Grant {
    /// Exchanges the code: `Pending` -> `Active`.
    ///
    /// # Errors
    /// [`GrantRefusal`]; the grant is as it was.
    pub fn exchange(&mut self, shown: &Exchange, now: u64) -> Result<(), GrantRefusal> {
        if !mac::same(&self.code, &shown.code) {
            return Err(GrantRefusal::WrongCode);
        }
        if self.client_id != shown.client_id {
            return Err(GrantRefusal::WrongClient);
        }
        let State::Pending { challenge, expires_at } = &self.state else {
            return Err(GrantRefusal::CodeReplayed);
        };
        if shown.redirect_uri.as_ref().is_some_and(|uri| *uri != self.redirect_uri) {
            return Err(GrantRefusal::WrongRedirectUri);
        }
        if !mac::same(challenge, &shown.challenge) {
            return Err(GrantRefusal::WrongVerifier);
        }
        self.is_for(shown.resource.as_deref())?;
        if now >= *expires_at {
            return Err(GrantRefusal::CodeExpired);
        }
        self.state = State::Active { generation: 1, rotated_at: now };
        self.used_at = now;
        Ok(())
    }

    /// Whether a refresh token may be used now, without using it.
    ///
    /// # Errors
    /// [`GrantRefusal`].
    pub fn may_refresh(&self, shown: &Refresh, now: u64) -> Result<(), GrantRefusal> {
        if self.client_id != shown.client_id {
            return Err(GrantRefusal::WrongClient);
        }
        let State::Active { generation: current, rotated_at } = self.state else {
            return Err(GrantRefusal::Unknown);
        };
        // The wait for mittwald lies between the look and the use.
        if now >= self.ends_at() {
            return Err(GrantRefusal::Unknown);
        }
        self.is_for(shown.resource.as_deref())?;
        if self.narrowed(shown.scopes.as_deref()).is_empty() {
            return Err(GrantRefusal::WrongScope);
        }
        if shown.generation == current {
            return Ok(());
        }
        // Number 0 was never issued, so it is nobody's predecessor.
        let predecessor = shown.generation > 0 && shown.generation.checked_add(1) == Some(current);
        let in_grace = now < rotated_at.saturating_add(REFRESH_GRACE);
        if predecessor && in_grace { Ok(()) } else { Err(GrantRefusal::RefreshReplayed) }
    }

    /// Uses a refresh token and gives the generation of its successor: the next one, or, for a
    /// retry within the grace, the one that was already issued.
    ///
    /// # Errors
    /// [`GrantRefusal`]; the grant is as it was.
    pub fn refresh(&mut self, shown: &Refresh, now: u64) -> Result<u32, GrantRefusal> {
        self.may_refresh(shown, now)?;
        let State::Active { generation: current, rotated_at } = &mut self.state else {
            return Err(GrantRefusal::Unknown);
        };
        self.used_at = now;
        if shown.generation == *current {
            *current = current.saturating_add(1);
            *rotated_at = now;
        }
        Ok(*current)
    }

    /// The granted scopes, or those of them that are asked for (RFC 6749 section 6: fewer are
    /// possible, more are not).
    #[must_use]
    pub fn narrowed(&self, asked: Option<&[String]>) -> Vec<String> {
        match asked {
            None => self.scopes.clone(),
            Some(asked) => {
                self.scopes.iter().filter(|scope| asked.contains(scope)).cloned().collect()
            }
        }
    }

    /// When nothing can be done with the grant any more.
    #[must_use]
    pub fn ends_at(&self) -> u64 {
        match self.state {
            State::Pending { expires_at, .. } => expires_at,
            State::Active { .. } => self.used_at.saturating_add(IDLE_LIFETIME),
        }
    }

    fn is_for(&self, resource: Option<&str>) -> Result<(), GrantRefusal> {
        match resource {
            Some(resource) if resource != self.resource => Err(GrantRefusal::WrongResource),
            _ => Ok(()),
        }
    }
}

/// Stand-ins for tests.
#[cfg(test)]
pub mod testing {
    use super::*;

    /// A grant of client `c` with code digest `code` and challenge `ch`, pending until 160.
    pub fn pending(id: &str) -> Grant {
        Grant {
            id: id.into(),
            client_id: "c".into(),
            client_name: "Test".into(),
            redirect_uri: "https://client.example/cb".into(),
            resource: "https://mcp.example/mcp".into(),
            scopes: vec!["project:read".into()],
            level: Level::Read,
            as_asked: true,
            project: None,
            left_out: Vec::new(),
            created_at: 100,
            used_at: 100,
            upstream: UpstreamSession { access: "sealed".into(), expires_at: 3700, refresh: None },
            state: State::Pending { challenge: "ch".into(), expires_at: 160 },
            code: "code".into(),
        }
    }

    /// What the right client shows.
    pub fn right() -> Exchange {
        Exchange {
            code: "code".into(),
            client_id: "c".into(),
            redirect_uri: Some("https://client.example/cb".into()),
            challenge: "ch".into(),
            resource: None,
        }
    }

    /// The right client with a refresh token of this generation.
    pub fn refresh(generation: u32) -> Refresh {
        Refresh { generation, client_id: "c".into(), resource: None, scopes: None }
    }
}

#[cfg(test)]
mod model;

#[cfg(test)]
mod tests {
    use super::testing::{pending, refresh, right};
    use super::*;

    #[test]
    fn a_code_is_exchanged_once() {
        let mut grant = pending("g");
        assert_eq!(grant.exchange(&right(), 159), Ok(()));
        assert_eq!(grant.exchange(&right(), 159), Err(GrantRefusal::CodeReplayed));
    }

    #[test]
    fn a_refused_exchange_uses_nothing_up() {
        let wrong = [
            (Exchange { code: "x".into(), ..right() }, GrantRefusal::WrongCode),
            (Exchange { client_id: "x".into(), ..right() }, GrantRefusal::WrongClient),
            (
                Exchange { redirect_uri: Some("x".into()), ..right() },
                GrantRefusal::WrongRedirectUri,
            ),
            (Exchange { challenge: "x".into(), ..right() }, GrantRefusal::WrongVerifier),
            (Exchange { resource: Some("x".into()), ..right() }, GrantRefusal::WrongResource),
        ];
        let mut grant = pending("g");
        for (shown, refusal) in wrong {
            assert_eq!(grant.exchange(&shown, 120), Err(refusal));
            assert_eq!(grant, pending("g"));
        }
        assert_eq!(grant.exchange(&right(), 160), Err(GrantRefusal::CodeExpired));
        assert_eq!(grant.exchange(&right(), 120), Ok(()));
    }

    #[test]
    fn another_client_with_the_code_does_not_end_the_grant() {
        let mut grant = pending("g");
        grant.exchange(&right(), 120).expect("exchanged");
        let thief = Exchange { client_id: "x".into(), ..right() };
        assert_eq!(grant.exchange(&thief, 121), Err(GrantRefusal::WrongClient));
    }

    #[test]
    fn a_lost_answer_gets_the_same_successor_within_the_grace_only() {
        let mut grant = pending("g");
        grant.exchange(&right(), 120).expect("exchanged");
        assert_eq!(grant.refresh(&refresh(1), 200), Ok(2));
        assert_eq!(grant.refresh(&refresh(1), 259), Ok(2));
        assert_eq!(grant.refresh(&refresh(1), 260), Err(GrantRefusal::RefreshReplayed));
        assert_eq!(grant.refresh(&refresh(2), 300), Ok(3));
        assert_eq!(grant.refresh(&refresh(1), 301), Err(GrantRefusal::RefreshReplayed));
    }

    #[test]
    fn a_refresh_token_from_the_future_ends_the_grant_too() {
        let mut grant = pending("g");
        grant.exchange(&right(), 120).expect("exchanged");
        assert_eq!(grant.refresh(&refresh(7), 130), Err(GrantRefusal::RefreshReplayed));
        assert_eq!(grant.refresh(&refresh(u32::MAX), 130), Err(GrantRefusal::RefreshReplayed));
    }

    #[test]
    fn scopes_only_shrink_and_a_refused_refresh_rotates_nothing() {
        let mut grant = pending("g");
        grant.exchange(&right(), 120).expect("exchanged");
        let before = grant.clone();
        let more = Refresh { scopes: Some(vec!["project:write".into()]), ..refresh(1) };
        assert_eq!(grant.refresh(&more, 130), Err(GrantRefusal::WrongScope));
        assert_eq!(grant, before);
        let both = vec!["project:write".into(), "project:read".into()];
        assert_eq!(grant.narrowed(Some(&both)), ["project:read"]);
    }
}
