//! The grant: what a person who signed in allowed a client becomes a record in their `Account` object,
//! and the client gets a code for it.

use serde::{Deserialize, Serialize};

use crate::keys::{KeyRing, Purpose, Secret, digest, random, seal};
use crate::mittwald::sign_in::{Expiry, Tokens};
use crate::ports::{NoRandomness, Random};

use super::access_token::sealing_context;
use super::error::{Code, OAuthError};
use super::grant::{CODE_LIFETIME, Grant, State, UpstreamSession};
use super::login::Login;
use super::refresh_token::{AuthorizationCode, account_name};
use super::request::AuthorizationRequest;
use super::stores::{AccountCommand, AccountReply};
use super::{Server, scope};

/// A person who has just signed in at mittwald.
pub struct SignedIn {
    /// mittwald's id of the user.
    pub user: String,
    /// mittwald's tokens.
    pub tokens: Tokens,
}

/// [`SignedIn`] as text, to be sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    user: String,
    access: String,
    refresh: Option<String>,
    /// Seconds since the epoch: what "in an hour" meant is known only now.
    expires_at: u64,
    scope: Option<String>,
}

impl SignedIn {
    /// Seals person and tokens while they wait in the `Login` object of this name; `now` is when
    /// mittwald gave the tokens, in seconds since the epoch.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn seal(
        &self,
        keys: &KeyRing,
        random: &dyn Random,
        login: &str,
        now: u64,
    ) -> Result<String, NoRandomness> {
        let kept = Kept {
            user: self.user.clone(),
            access: self.tokens.access.expose().to_owned(),
            refresh: self.tokens.refresh.as_ref().map(|token| token.expose().to_owned()),
            expires_at: self.tokens.expiry.from(now),
            scope: self.tokens.scope.clone(),
        };
        let json = serde_json::to_string(&kept).map_err(|_| NoRandomness)?;
        seal::seal(keys, Purpose::UpstreamToken, &waiting(login), &json, random)
    }

    /// Opens what [`SignedIn::seal`] made for the same sign-in.
    #[must_use]
    pub fn open(sealed: &str, keys: &KeyRing, login: &str) -> Option<Self> {
        let json = seal::open(keys, Purpose::UpstreamToken, &waiting(login), sealed)?;
        let kept: Kept = serde_json::from_str(&json).ok()?;
        let tokens = Tokens {
            access: kept.access.into(),
            refresh: kept.refresh.map(Secret::from),
            expiry: Expiry::At(kept.expires_at),
            scope: kept.scope,
        };
        Some(Self { user: kept.user, tokens })
    }
}

/// What ties sealed tokens to the sign-in that they wait in.
fn waiting(login: &str) -> String {
    format!("sign-in {login}")
}

/// Creates the grant, for one project or for all, and gives the client's code.
///
/// # Errors
/// The account store is out of reach, or there is no randomness.
pub async fn code(
    server: &Server<'_>,
    request: &AuthorizationRequest,
    login: &Login,
    project: Option<String>,
    person: &SignedIn,
) -> Result<Secret, OAuthError> {
    let SignedIn { user, tokens } = person;
    let now = server.ports.clock.now();
    let code = AuthorizationCode {
        account: account_name(user, server.keys),
        grant: random::<16>(server.ports.random)?,
        secret: Secret::from(random::<32>(server.ports.random)?),
    };
    let grant = Grant {
        id: code.grant.clone(),
        client_id: request.client_id.clone(),
        client_name: request.client_name.clone(),
        redirect_uri: request.return_to.redirect_uri.as_str().to_owned(),
        resource: request.resource.clone(),
        scopes: granted_scopes(login, tokens),
        level: login.level,
        as_asked: login.level >= scope::highest_level(&request.scopes),
        project,
        left_out: left_out(request, login, tokens),
        created_at: now,
        used_at: now,
        upstream: seal_tokens(server.keys, server.ports.random, &code.account, tokens, now)?,
        state: State::Pending {
            challenge: request.challenge.clone(),
            expires_at: now.saturating_add(CODE_LIFETIME),
        },
        code: digest(code.secret.expose()),
    };
    let command = AccountCommand::Create(Box::new(grant));
    match server.stores.accounts.call(&code.account, command).await? {
        AccountReply::Done => Ok(code.issue()),
        _ => Err(OAuthError::new(Code::ServerError, "The connection could not be stored.")),
    }
}

/// What the person agreed to, as far as mittwald granted it.
fn granted_scopes(login: &Login, tokens: &Tokens) -> Vec<String> {
    match tokens.scope.as_deref().filter(|list| !list.trim().is_empty()) {
        None => login.scopes.clone(),
        Some(list) => {
            let upstream = scope::known(list);
            login.scopes.iter().filter(|scope| upstream.contains(scope)).cloned().collect()
        }
    }
}

/// What the client asked for within the level that the person chose, and the connection will not have:
/// mittwald does not offer it, or did not grant it.
#[must_use]
pub fn left_out(request: &AuthorizationRequest, login: &Login, tokens: &Tokens) -> Vec<String> {
    let granted = granted_scopes(login, tokens);
    scope::at_level(&request.scopes, login.level)
        .into_iter()
        .filter(|scope| !granted.contains(scope))
        .collect()
}

/// Seals mittwald's tokens for an account.
///
/// # Errors
/// [`NoRandomness`].
pub fn seal_tokens(
    keys: &KeyRing,
    random: &dyn Random,
    account: &str,
    tokens: &Tokens,
    now: u64,
) -> Result<UpstreamSession, NoRandomness> {
    let seal = |part: &str, token: &Secret| {
        let context = sealing_context(account, part);
        seal::seal(keys, Purpose::UpstreamToken, &context, token.expose(), random)
    };
    Ok(UpstreamSession {
        access: seal("access", &tokens.access)?,
        expires_at: tokens.expiry.from(now),
        refresh: tokens.refresh.as_ref().map(|token| seal("refresh", token)).transpose()?,
    })
}

/// Hands mittwald's tokens of a sign-in that leads to no grant over to be ended. Should the person's
/// object be out of reach, they are forgotten here and run out by themselves.
pub async fn discard(server: &Server<'_>, person: &SignedIn) {
    let account = account_name(&person.user, server.keys);
    let now = server.ports.clock.now();
    let sealed = seal_tokens(server.keys, server.ports.random, &account, &person.tokens, now);
    if let Ok(session) = sealed {
        let command = AccountCommand::EndUpstream(session);
        let _ = server.stores.accounts.call(&account, command).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::testing::{SeededRandom, ring};

    #[test]
    fn a_waiting_person_opens_only_in_their_own_sign_in() {
        let tokens = Tokens {
            access: "a".into(),
            refresh: Some("r".into()),
            expiry: Expiry::In(600),
            scope: Some("project:read".into()),
        };
        let person = SignedIn { user: "u".into(), tokens };
        let sealed = person.seal(&ring(), &SeededRandom::new(3), "one", 1000).expect("sealed");
        assert!(SignedIn::open(&sealed, &ring(), "other").is_none());
        let opened = SignedIn::open(&sealed, &ring(), "one").expect("opened");
        assert_eq!((opened.user.as_str(), opened.tokens.access.expose()), ("u", "a"));
        assert_eq!(
            opened.tokens.expiry,
            Expiry::At(1600),
            "waiting does not lengthen a token's life"
        );
        assert_eq!(opened.tokens.scope.as_deref(), Some("project:read"));
    }
}
