//! The grant: what a person who signed in allowed a client becomes a record in their `Account` object,
//! and the client gets a code for it.

use crate::keys::{Purpose, Secret, digest, random, seal};
use crate::mittwald::sign_in::Tokens;

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

/// Creates the grant and gives the client's code.
///
/// # Errors
/// The account store is out of reach, or there is no randomness.
pub async fn code(
    server: &Server<'_>,
    request: &AuthorizationRequest,
    login: &Login,
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
        project: None,
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
/// [`crate::ports::NoRandomness`].
pub fn seal_tokens(
    keys: &crate::keys::KeyRing,
    random: &dyn crate::ports::Random,
    account: &str,
    tokens: &Tokens,
    now: u64,
) -> Result<UpstreamSession, crate::ports::NoRandomness> {
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
