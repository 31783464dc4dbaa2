//! The consent page: shows who asks for what, and takes the person's choice.
//!
//! Between showing and sending, the request travels in the form, sealed: nothing in it can be
//! changed, it opens only together with the cookie of the browser it was shown in (that is the
//! protection against forged posts, RFC 9700 section 4.7), and its name can begin one sign-in only.

use serde::{Deserialize, Serialize};

use crate::http::form::Form;
use crate::http::{Body, Language, Origin, Request, Response, media};
use crate::keys::{Purpose, digest, random, seal};
use crate::mittwald::sign_in;
use crate::pages;
use crate::ports::NoRandomness;
use crate::tools::caller::Level;

use super::error::{Code, OAuthError};
use super::login::{self, Login};
use super::offered::Offered;
use super::request::AuthorizationRequest;
use super::stores::{LoginCommand, LoginReply};
use super::{Server, cookie, scope};

/// What the form carries.
#[derive(Serialize, Deserialize)]
struct Pending {
    /// Name of the `Login` object that this page may create.
    login: String,
    request: AuthorizationRequest,
    german: bool,
    expires_at: u64,
}

/// Shows the page.
#[must_use]
pub fn show(
    server: &Server<'_>,
    request: &Request,
    asked: AuthorizationRequest,
    language: Language,
) -> Response {
    let return_to = asked.return_to.clone();
    match try_show(server, request, asked, language) {
        Ok(response) => response,
        Err(error) => return_to.with_error(&error.into(), server.issuer),
    }
}

fn try_show(
    server: &Server<'_>,
    request: &Request,
    asked: AuthorizationRequest,
    language: Language,
) -> Result<Response, NoRandomness> {
    // Several tabs of one browser share the cookie, so that a second sign-in does not spoil the first.
    let browser = match cookie::read(request, server.issuer) {
        Some(value) => value,
        None => random::<16>(server.ports.random)?,
    };
    let pending = Pending {
        login: random::<16>(server.ports.random)?,
        request: asked,
        german: language == Language::German,
        expires_at: server.ports.clock.now().saturating_add(login::LIFETIME),
    };
    let json = serde_json::to_string(&pending).map_err(|_| NoRandomness)?;
    let sealed =
        seal::seal(server.keys, Purpose::Consent, &digest(&browser), &json, server.ports.random)?;
    let page = pages::consent(&pages::ConsentView {
        client_name: &pending.request.client_name,
        destination: pending.request.return_to.redirect_uri.destination(),
        scopes: &pending.request.scopes,
        highest: scope::highest_level(&pending.request.scopes),
        sealed: &sealed,
        query: &request.query,
        language,
        form_actions: form_actions(server, &pending.request),
    });
    Ok(cookie::set(page, &browser, server.issuer))
}

/// Takes the person's choice: on to mittwald, or back to the client with `access_denied`.
pub async fn post(server: &Server<'_>, request: &Request) -> Response {
    let language = Language::preferred(request.header("accept-language").as_deref());
    let Some((form, pending, browser)) = open(server, request) else {
        return pages::message(&pages::Message::CONSENT_STALE, language);
    };
    let return_to = pending.request.return_to.clone();
    if form.get("decision") != Ok(Some("allow")) {
        let denied = OAuthError::new(Code::AccessDenied, "The person did not agree.");
        return return_to.with_error(&denied, server.issuer);
    }
    match begin(server, &form, pending, &browser).await {
        Ok(Some(response)) => response,
        Ok(None) => pages::message(&pages::Message::CONSENT_STALE, language),
        Err(error) => return_to.with_error(&error, server.issuer),
    }
}

/// Opens the form with the browser's own cookie; `None` for a forged, foreign or old one.
fn open(server: &Server<'_>, request: &Request) -> Option<(Form, Pending, String)> {
    let form_type = "application/x-www-form-urlencoded";
    if !media::is(&request.header("content-type")?, form_type) {
        return None;
    }
    let Body::Bytes(body) = &request.body else { return None };
    let form = Form::parse(body);
    let browser = cookie::read(request, server.issuer)?;
    let sealed = form.get("request").ok().flatten()?;
    let json = seal::open(server.keys, Purpose::Consent, &digest(&browser), sealed)?;
    let pending: Pending = serde_json::from_str(&json).ok()?;
    let fresh = server.ports.clock.now() < pending.expires_at;
    fresh.then_some((form, pending, browser))
}

/// Stores the sign-in and sends the browser to mittwald. `None` where this form was sent before.
async fn begin(
    server: &Server<'_>,
    form: &Form,
    pending: Pending,
    browser: &str,
) -> Result<Option<Response>, OAuthError> {
    let level = match form.get("level")? {
        Some("delete") => Level::Delete,
        Some("manage") => Level::Manage,
        _ => Level::Read,
    };
    let offered = Offered::look_up(server.ports.cache).await;
    let scopes = offered.of(&scope::at_level(&pending.request.scopes, level));
    let verifier = random::<32>(server.ports.random)?;
    let callback = server
        .config
        .redirect_url
        .clone()
        .unwrap_or_else(|| format!("{}/mittwald/callback", server.issuer));
    let to_mittwald =
        sign_in::authorize_url(server.config, &callback, &scopes, &pending.login, &verifier);
    let login = Login {
        purpose: login::Purpose::Client(Box::new(pending.request)),
        scopes,
        level,
        cookie: digest(browser),
        verifier,
        callback,
        second_try: false,
        german: pending.german,
        expires_at: pending
            .expires_at
            .max(server.ports.clock.now().saturating_add(login::LIFETIME)),
    };
    let command = LoginCommand::Create(Box::new(login));
    match server.stores.logins.call(&pending.login, command).await? {
        LoginReply::Created => Ok(Some(Response::see_other(to_mittwald).no_store())),
        _ => Ok(None),
    }
}

/// Where the form may lead. Browsers hold every redirect that follows a post against this list, so
/// each host on the way stands in it: mittwald, the registered callback, and the client.
fn form_actions(server: &Server<'_>, request: &AuthorizationRequest) -> Vec<String> {
    let ours = [Some(&server.config.authorize_url), server.config.redirect_url.as_ref()];
    let mut sources: Vec<String> = ours
        .into_iter()
        .flatten()
        .filter_map(|url| Origin::of(url))
        .map(|origin| origin.as_str().to_owned())
        .collect();
    sources.push(request.return_to.redirect_uri.csp_source());
    sources
}
