//! A second try at mittwald, without the scopes that it may not know.
//!
//! mittwald answers a sign-in that names an unknown scope with `invalid_scope`, before the person has
//! seen anything. They have agreed to our page already, so they are not asked again: the same choices
//! begin a new sign-in with fewer scopes, once.
//!
//! # Why a sign-in stays single use
//! The first `Login` object was taken out, atomically, before this runs, so at most one successor is
//! begun, however often the callback is called. The successor is an object of its own under a fresh
//! random name, with a fresh PKCE pair, bound to the same browser cookie and over at the same moment.
//! It is marked, and a marked one has no successor. A browser that makes up the error gains a sign-in
//! with fewer rights, of its own.

use crate::http::Response;
use crate::http::form::Form;
use crate::keys::random;
use crate::mittwald::sign_in;

use super::Server;
use super::error::{Code, OAuthError};
use super::login::Login;
use super::offered::Offered;
use super::scope;
use super::stores::{LoginCommand, LoginReply};

/// Scopes in our list that nobody has seen mittwald's sign-in accept.
const DOUBTFUL: &str = "conversation:";

/// Begins the second try: where the browser goes, and which scopes are left out.
#[derive(Debug)]
pub struct Again {
    /// To mittwald.
    pub response: Response,
    /// What is not asked for any more.
    pub left_out: Vec<String>,
}

/// The second try, where mittwald refused a scope; `None` where this is no such refusal, the sign-in
/// is a second try already, or there is nothing to leave out.
///
/// # Errors
/// The store is out of reach, or there is no randomness.
pub async fn without_doubtful(
    server: &Server<'_>,
    form: &Form,
    login: &Login,
) -> Result<Option<Again>, OAuthError> {
    if form.get("error") != Ok(Some("invalid_scope")) || login.second_try {
        return Ok(None);
    }
    let offered = Offered::look_up(server.ports.cache).await;
    let named = form.get("error_description").ok().flatten().unwrap_or_default();
    let doubtful = |scope: &String| {
        *scope != scope::IDENTITY
            && (scope.starts_with(DOUBTFUL) || !offered.has(scope) || names(named, scope))
    };
    let (left_out, scopes): (Vec<String>, Vec<String>) =
        login.scopes.iter().cloned().partition(doubtful);
    if left_out.is_empty() {
        return Ok(None);
    }
    let state = random::<16>(server.ports.random)?;
    let verifier = random::<32>(server.ports.random)?;
    let upstream = login.projects.upstream(&scopes);
    let to_mittwald =
        sign_in::authorize_url(server.config, &login.callback, &upstream, &state, &verifier);
    let second = Login { scopes, verifier, second_try: true, ..login.clone() };
    match server.stores.logins.call(&state, LoginCommand::Create(Box::new(second))).await? {
        LoginReply::Created => {
            let response = Response::see_other(to_mittwald).no_store();
            Ok(Some(Again { response, left_out }))
        }
        _ => Err(OAuthError::new(Code::ServerError, "The sign-in could not be stored.")),
    }
}

/// Whether mittwald's sentence names the scope: as a word, not as part of one.
fn names(sentence: &str, scope: &str) -> bool {
    sentence
        .split(|character: char| !(character.is_ascii_alphanumeric() || "-_:".contains(character)))
        .any(|word| word.trim_matches(':') == scope)
}

#[cfg(test)]
mod tests;
