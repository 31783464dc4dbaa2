//! `GET /mittwald/callback`: the person comes back from mittwald.
//!
//! Everything is checked before the sign-in is taken out: the state's form, the browser's cookie.
//! Then mittwald's code becomes tokens, the tokens name the user, and the sign-in's purpose says what
//! comes next: a client gets a code of ours ([`super::issue`]), at once or after the person has chosen
//! a project ([`super::project`]); or the person sees their connections ([`super::connections`]). A
//! refused scope costs a second try ([`super::retry`]).

use crate::http::form::{Form, with_query};
use crate::http::{Origin, Request, Response};
use crate::keys::{digest, from_base64url};
use crate::mittwald::sign_in::{self, SignInFailure};
use crate::pages;

use super::error::{Code, OAuthError};
use super::issue::{self, SignedIn};
use super::login::{self, Login};
use super::retry::{self, Again};
use super::stores::{LoginCommand, LoginReply};
use super::{Server, connections, cookie, language, offered, project};

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

/// How a sign-in went on.
#[derive(Debug)]
pub struct Returned {
    /// Where the browser goes.
    pub response: Response,
    /// Scopes asked for that the connection will not have, for the log.
    pub left_out: Vec<String>,
}

impl From<Response> for Returned {
    fn from(response: Response) -> Self {
        Self { response, left_out: Vec::new() }
    }
}

/// Ends the sign-in: back to the client with a code or an error, or a page where nobody can tell
/// which client it would be.
pub async fn get(server: &Server<'_>, request: &Request) -> Returned {
    let form = Form::parse(request.query.as_bytes());
    let (browser, name, login) = match take(server, request, &form).await {
        Ok(taken) => taken,
        Err(message) => {
            return pages::message(message, language::of(server, request, &form)).into();
        }
    };
    let signed_in = match retry::without_doubtful(server, &form, &login).await {
        Ok(Some(Again { response, left_out })) => return Returned { response, left_out },
        Ok(None) => sign_in(server, &form, &login).await,
        Err(error) => Err(error),
    };
    match &login.purpose {
        login::Purpose::Client(asked) => {
            let settled = match signed_in {
                Ok(person) => project::settle(server, asked, &login, &person, &browser, name)
                    .await
                    .map(|response| (response, issue::left_out(asked, &login, &person.tokens))),
                Err(error) => Err(error),
            };
            match settled {
                Ok((response, left_out)) => Returned { response, left_out },
                Err(error) => asked.return_to.with_error(&error, server.issuer).into(),
            }
        }
        login::Purpose::Connections => {
            connections::signed_in(server, request, &login, signed_in).await.into()
        }
    }
}

/// Takes the sign-in out, for the browser in which it began; gives the browser's value and the
/// sign-in's name as well.
async fn take<'f>(
    server: &Server<'_>,
    request: &Request,
    form: &'f Form,
) -> Result<(String, &'f str, Login), &'static pages::Message> {
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
        Ok(LoginReply::Taken(login)) => Ok((browser, state, *login)),
        Ok(_) => Err(&pages::Message::SIGN_IN_STALE),
        Err(_) => Err(&pages::Message::TRY_AGAIN),
    }
}

/// mittwald's code becomes tokens, and the tokens name the person.
async fn sign_in(server: &Server<'_>, form: &Form, login: &Login) -> Result<SignedIn, OAuthError> {
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
    // At the same time, so that learning mittwald's scopes costs nobody a wait.
    let (user, ()) = futures::join!(
        sign_in::user_id(server.config, upstream, &tokens.access),
        offered::learn(server, &tokens.access),
    );
    let user = user.map_err(sign_in_error)?;
    Ok(SignedIn { user, tokens })
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
