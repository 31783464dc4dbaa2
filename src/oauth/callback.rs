//! `GET /mittwald/callback`: the person comes back from mittwald.
//!
//! Everything is checked before the sign-in is taken out: the state's form, the browser's cookie.
//! Then mittwald's code becomes tokens, the tokens name the user, and the user's `Account` object
//! gets a grant with a fresh code of ours for the client.

use crate::http::form::{Form, with_query};
use crate::http::{Language, Origin, Request, Response};
use crate::keys::{Purpose, Secret, digest, from_base64url, random, seal};
use crate::mittwald::sign_in::{self, SignInFailure, Tokens};
use crate::pages;

use super::access_token::sealing_context;
use super::error::{Code, OAuthError};
use super::grant::{CODE_LIFETIME, Grant, State, UpstreamSession};
use super::login::Login;
use super::refresh_token::{AuthorizationCode, account_name};
use super::stores::{AccountCommand, AccountReply, LoginCommand, LoginReply};
use super::{Server, cookie, scope};

/// On another host than the public one (the one registered at mittwald may differ): sends the
/// browser on to the public host with what mittwald said and nothing else. Consumes nothing.
#[must_use]
pub fn forward(request: &Request, public: &Origin) -> Response {
    let form = Form::parse(request.query.as_bytes());
    let kept: Vec<(&str, &str)> = ["code", "state", "error", "error_description"]
        .into_iter()
        .filter_map(|name| form.get(name).ok().flatten().map(|value| (name, value)))
        .collect();
    Response::see_other(with_query(&format!("{public}/mittwald/callback"), &kept)).no_store()
}

/// Ends the sign-in: back to the client with a code or an error, or a page where nobody can tell
/// which client it would be.
pub async fn get(server: &Server<'_>, request: &Request) -> Response {
    let form = Form::parse(request.query.as_bytes());
    let language = Language::preferred(request.header("accept-language").as_deref());
    let login = match take(server, request, &form).await {
        Ok(login) => login,
        Err(message) => return pages::message(message, language),
    };
    let return_to = &login.request.return_to;
    match finish(server, &form, &login).await {
        Ok(code) => return_to.with_code(&code, server.issuer),
        Err(error) => return_to.with_error(&error, server.issuer),
    }
}

/// Takes the sign-in out, for the browser in which it began.
async fn take(
    server: &Server<'_>,
    request: &Request,
    form: &Form,
) -> Result<Login, &'static pages::Message> {
    let state = form
        .get("state")
        .ok()
        .flatten()
        .filter(|state| from_base64url(state).is_some_and(|bytes| bytes.len() == 16));
    let (Some(state), Some(browser)) = (state, cookie::read(request, server.issuer)) else {
        return Err(&pages::Message::SIGN_IN_STALE);
    };
    let command = LoginCommand::Take { cookie: digest(&browser) };
    match server.stores.logins.call(state, command).await {
        Ok(LoginReply::Taken(login)) => Ok(*login),
        Ok(_) => Err(&pages::Message::SIGN_IN_STALE),
        Err(_) => Err(&pages::Message::TRY_AGAIN),
    }
}

async fn finish(server: &Server<'_>, form: &Form, login: &Login) -> Result<Secret, OAuthError> {
    if let Some(error) = form.get("error")? {
        return Err(refused_by_mittwald(error));
    }
    let code = form.get("code")?.ok_or_else(|| {
        OAuthError::new(Code::ServerError, "mittwald sent neither a code nor an error.")
    })?;
    let upstream = server.ports.upstream;
    let tokens = sign_in::exchange(server.config, upstream, code, &login.callback, &login.verifier)
        .await
        .map_err(sign_in_error)?;
    let user =
        sign_in::user_id(server.config, upstream, &tokens.access).await.map_err(sign_in_error)?;
    grant(server, login, &user, &tokens).await
}

/// Creates the grant and gives the client's code.
async fn grant(
    server: &Server<'_>,
    login: &Login,
    user: &str,
    tokens: &Tokens,
) -> Result<Secret, OAuthError> {
    let now = server.ports.clock.now();
    let code = AuthorizationCode {
        account: account_name(user, server.keys),
        grant: random::<16>(server.ports.random)?,
        secret: Secret::from(random::<32>(server.ports.random)?),
    };
    let request = &login.request;
    let grant = Grant {
        id: code.grant.clone(),
        client_id: request.client_id.clone(),
        client_name: request.client_name.clone(),
        redirect_uri: request.return_to.redirect_uri.as_str().to_owned(),
        resource: request.resource.clone(),
        scopes: granted_scopes(login, tokens),
        level: login.level,
        project: None,
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

/// mittwald's own error redirect, in our words: its description is not ours to repeat.
fn refused_by_mittwald(error: &str) -> OAuthError {
    match error {
        "access_denied" => {
            OAuthError::new(Code::AccessDenied, "The person did not agree at mittwald.")
        }
        "temporarily_unavailable" => OAuthError::new(
            Code::TemporarilyUnavailable,
            "mittwald's sign-in is not available at the moment; try again.",
        ),
        "invalid_scope" => OAuthError::new(
            Code::InvalidScope,
            "mittwald does not offer one of the requested rights to this connector.",
        ),
        _ => OAuthError::new(Code::ServerError, "mittwald's sign-in failed; try again."),
    }
}

fn sign_in_error(failure: SignInFailure) -> OAuthError {
    match failure {
        SignInFailure::Unavailable => OAuthError::new(
            Code::TemporarilyUnavailable,
            "mittwald could not be reached to finish the sign-in; try again.",
        ),
        SignInFailure::Refused | SignInFailure::RefreshUnsupported => {
            OAuthError::new(Code::AccessDenied, "mittwald did not accept the sign-in; try again.")
        }
    }
}
