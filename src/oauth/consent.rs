//! The consent page: shows who asks for what, and takes the person's choice.
//!
//! Between showing and sending, the request travels in the form, sealed: nothing in it can be
//! changed, it opens only together with the cookie of the browser it was shown in (that is the
//! protection against forged posts, RFC 9700 section 4.7), and its name can begin one sign-in only.
//! The page is always shown: nothing remembers that somebody agreed before (confused deputy).
//!
//! Not checked is the `Origin` header: `Referrer-Policy: no-referrer` makes browsers send `null`.

use serde::{Deserialize, Serialize};

use crate::http::form::Form;
use crate::http::{Body, Language, Origin, Request, Response, media};
use crate::keys::{Purpose, digest, random, seal};
use crate::mittwald::sign_in;
use crate::pages;
use crate::ports::NoRandomness;
use crate::tools::caller::Level;
use crate::tools::permission;
use crate::tools::surface::Surface;

use super::error::{Code, OAuthError};
use super::login::{self, Login, Projects};
use super::offered::Offered;
use super::request::AuthorizationRequest;
use super::resource::Resource;
use super::stores::{LoginCommand, LoginReply};
use super::{Server, cookie, language, scope};

/// What the form carries.
#[derive(Serialize, Deserialize)]
struct Pending {
    /// Name of the `Login` object that this page may create.
    login: String,
    request: AuthorizationRequest,
    /// The project that the connector's address fixes.
    project: Option<String>,
    german: bool,
    expires_at: u64,
}

impl Pending {
    const fn language(&self) -> Language {
        if self.german { Language::German } else { Language::English }
    }
}

/// Shows the page. It lists no right that mittwald is known not to offer: nobody can grant it.
#[must_use]
pub fn show(
    server: &Server<'_>,
    request: &Request,
    asked: AuthorizationRequest,
    offered: &Offered,
    language: Language,
) -> Response {
    let return_to = asked.return_to.clone();
    match try_show(server, request, asked, offered, language) {
        Ok(response) => response,
        Err(error) => return_to.with_error(&error.into(), server.issuer),
    }
}

fn try_show(
    server: &Server<'_>,
    request: &Request,
    asked: AuthorizationRequest,
    offered: &Offered,
    language: Language,
) -> Result<Response, NoRandomness> {
    // Several tabs of one browser share the cookie, so that a second sign-in does not spoil the first.
    let browser = match cookie::read(request, server.issuer) {
        Some(value) => value,
        None => random::<16>(server.ports.random)?,
    };
    let surface = Resource::requested(Some(&asked.resource), server.issuer).ok();
    let surface = surface.map(|(_, surface)| surface);
    let pending = Pending {
        login: random::<16>(server.ports.random)?,
        project: surface.as_ref().and_then(Surface::project).map(str::to_owned),
        request: asked,
        german: language == Language::German,
        expires_at: server.ports.clock.now().saturating_add(login::LIFETIME),
    };
    let json = serde_json::to_string(&pending).map_err(|_| NoRandomness)?;
    let sealed =
        seal::seal(server.keys, Purpose::Consent, &digest(&browser), &json, server.ports.random)?;
    let redirect_uri = &pending.request.return_to.redirect_uri;
    let scopes = offered.of(&pending.request.scopes);
    let page = pages::consent(&pages::ConsentView {
        client_name: &pending.request.client_name,
        client_host: pending.request.client_host.as_deref(),
        destination: redirect_uri.destination(),
        address: redirect_uri.authority(),
        known: redirect_uri.is_known(),
        rights: &rights(&scopes, surface.as_ref()),
        highest: scope::highest_level(&scopes),
        project: pending.project.as_deref(),
        sealed: &sealed,
        query: &request.query,
        language,
        form_actions: form_actions(server, &pending.request),
    });
    Ok(cookie::set(page, &browser, server.issuer))
}

/// What the page lists: the scopes, with the one that every sign-in needs, and what the surface's tools
/// do under none.
fn rights(scopes: &[String], surface: Option<&Surface>) -> Vec<pages::Right> {
    let highest = scope::highest_level(scopes);
    let mut rights: Vec<pages::Right> = scope::at_level(scopes, highest)
        .into_iter()
        .map(|scope| pages::Right { level: scope::lowest_level(&scope), scope })
        .collect();
    let unscoped = |level: Level| {
        let mut tools = surface.into_iter().flat_map(Surface::tools);
        level <= highest
            && tools.any(|tool| tool.scopes.is_empty() && permission::needed_level(tool) == level)
    };
    let mut levels: Vec<Level> =
        [Level::Manage, Level::Delete].into_iter().filter(|level| unscoped(*level)).collect();
    // What is only read without a scope are catalogues and prices, which need no consent of anybody.
    if !levels.is_empty() {
        levels.push(Level::Read);
    }
    rights.extend(levels.into_iter().map(pages::Right::without_scope));
    rights
}

/// Takes the person's choice: on to mittwald, or back to the client with `access_denied`.
pub async fn post(server: &Server<'_>, request: &Request) -> Response {
    let form = posted(request).unwrap_or_default();
    let Some((pending, browser)) = open(server, request, &form) else {
        let language = language::of(server, request, &form);
        return pages::message(&pages::Message::CONSENT_STALE, language);
    };
    let language = pending.language();
    let return_to = pending.request.return_to.clone();
    if form.get("decision") != Ok(Some("allow")) {
        let denied = OAuthError::new(Code::AccessDenied, "The person did not agree.");
        return return_to.with_error(&denied, server.issuer);
    }
    match begin(server, &form, pending, &browser).await {
        Ok(Some(response)) => cookie::set(response, &browser, server.issuer),
        Ok(None) => pages::message(&pages::Message::CONSENT_STALE, language),
        Err(error) => return_to.with_error(&error, server.issuer),
    }
}

/// The fields of a posted form; `None` where the body is none.
#[must_use]
pub fn posted(request: &Request) -> Option<Form> {
    let form_type = "application/x-www-form-urlencoded";
    if !media::is(&request.header("content-type")?, form_type) {
        return None;
    }
    let Body::Bytes(body) = &request.body else { return None };
    Some(Form::parse(body))
}

/// Opens the form with the browser's own cookie; `None` for a forged, foreign or old one.
fn open(server: &Server<'_>, request: &Request, form: &Form) -> Option<(Pending, String)> {
    let browser = cookie::read(request, server.issuer)?;
    let sealed = form.get("request").ok().flatten()?;
    let json = seal::open(server.keys, Purpose::Consent, &digest(&browser), sealed)?;
    let pending: Pending = serde_json::from_str(&json).ok()?;
    let fresh = server.ports.clock.now() < pending.expires_at;
    fresh.then_some((pending, browser))
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
    // Like the level: what the form does not say is the narrower choice.
    let projects = match (pending.project, form.get("projects")?) {
        (Some(fixed), _) => Projects::Fixed(fixed),
        (None, Some("all")) => Projects::All,
        (None, _) => Projects::One,
    };
    let offered = Offered::look_up(server.ports.cache).await;
    let scopes = offered.of(&scope::at_level(&pending.request.scopes, level));
    let verifier = random::<32>(server.ports.random)?;
    let callback = server.callback();
    let upstream = projects.upstream(&scopes);
    let to_mittwald =
        sign_in::authorize_url(server.config, &callback, &upstream, &pending.login, &verifier);
    let login = Login {
        purpose: login::Purpose::Client(Box::new(pending.request)),
        scopes,
        level,
        projects,
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
