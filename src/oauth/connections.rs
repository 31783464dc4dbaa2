//! `/connections`: what a person has connected, what was changed in their name, and how it ends.
//!
//! Without a session, GET shows one button. Like the consent page it creates nothing: the sign-in that
//! the button would begin travels sealed in its form, bound to the browser's cookie, and can begin
//! once. So no link and no foreign page can start a sign-in at mittwald in a person's name, let alone
//! end a connection. The sign-in asks mittwald for nothing but who it is; its tokens are handed to
//! the `Account` object to be ended, and a [`Session`] begins.

use serde::{Deserialize, Serialize};

use crate::http::form::{Form, encode};
use crate::http::{Body, Language, Origin, Request, Response, Status, media};
use crate::keys::{Purpose, digest, random, seal};
use crate::mittwald::sign_in;
use crate::pages::{self, ConnectionView, ConnectionsView, Notice, WriteView};
use crate::tools::caller::Level;
use crate::tools::surface::Surface;

use super::error::{Code, OAuthError};
use super::issue::{self, SignedIn};
use super::login::{self, Login};
use super::overview::{Connection, Overview, PastWrite};
use super::redirect_uri::RedirectUri;
use super::refresh_token::account_name;
use super::session::{self, Session};
use super::stores::{AccountCommand, AccountReply, LoginCommand, LoginReply};
use super::{Server, cookie};

/// What a sign-in of this purpose asks mittwald for: who it is.
const SCOPES: [&str; 1] = ["user:read"];

/// What the form of the button carries.
#[derive(Serialize, Deserialize)]
struct Button {
    /// Name of the `Login` object that it may create.
    login: String,
    expires_at: u64,
}

/// Shows the connections, or the button to sign in.
pub async fn get(server: &Server<'_>, request: &Request) -> Response {
    let language = Language::of_page(request);
    match Session::read(server, request) {
        None => button(server, request, language, None, Status::OK),
        Some(session) => {
            let query = Form::parse(request.query.as_bytes());
            let ended = query.get("ended").ok().flatten();
            list(server, &session, language, Shown::After(ended)).await
        }
    }
}

/// Begins a sign-in, or ends connections, or the session.
pub async fn post(server: &Server<'_>, request: &Request) -> Response {
    let language = Language::of_page(request);
    let stale = |notice| button(server, request, language, Some(notice), Status::FORBIDDEN);
    let Some(form) = read_form(request) else { return stale(Notice::Stale) };
    if let Ok(Some(sealed)) = form.get("request") {
        return match begin(server, request, sealed, language).await {
            Ok(Some(response)) => response,
            Ok(None) => stale(Notice::Stale),
            Err(_) => pages::message(&pages::Message::TRY_AGAIN, language),
        };
    }
    let Some(session) = Session::read(server, request) else { return stale(Notice::SessionOver) };
    if !session.wrote(form.get("token").ok().flatten()) {
        return list(server, &session, language, Shown::Refused).await;
    }
    if let Ok(Some(_)) = form.get("leave") {
        return session::leave(back(server, language, None), server.issuer);
    }
    let Ok(Some(ended)) = form.get("end") else {
        return list(server, &session, language, Shown::Refused).await;
    };
    let grant = (ended != ALL).then(|| ended.to_owned());
    let command = AccountCommand::Disconnect { grant };
    match server.stores.accounts.call(&session.account, command).await {
        Ok(AccountReply::Done) => back(server, language, Some(ended)),
        _ => pages::message(&pages::Message::TRY_AGAIN, language),
    }
}

fn read_form(request: &Request) -> Option<Form> {
    let form_type = "application/x-www-form-urlencoded";
    let Body::Bytes(body) = &request.body else { return None };
    media::is(&request.header("content-type")?, form_type).then(|| Form::parse(body))
}

/// Value of the button that ends every connection; no grant id has this form.
const ALL: &str = "all";

/// The callback of a sign-in that the button began.
pub async fn signed_in(
    server: &Server<'_>,
    request: &Request,
    login: &Login,
    outcome: Result<SignedIn, OAuthError>,
) -> Response {
    let language = login.language();
    let person = match outcome {
        Ok(person) => person,
        Err(error) if error.code == Code::AccessDenied => {
            let notice = Some(Notice::NotSignedIn);
            return button(server, request, language, notice, Status::FORBIDDEN);
        }
        Err(_) => {
            let notice = Some(Notice::Unavailable);
            return button(server, request, language, notice, Status::UNAVAILABLE);
        }
    };
    let account = account_name(&person.user, server.keys);
    // They have said who it is.
    issue::discard(server, &person).await;
    let response = back(server, language, None);
    Session::begin(server, account)
        .and_then(|session| session.keep(response, server))
        .unwrap_or_else(|_| pages::message(&pages::Message::TRY_AGAIN, language))
}

/// The page for a browser without a session.
fn button(
    server: &Server<'_>,
    request: &Request,
    language: Language,
    notice: Option<Notice>,
    status: Status,
) -> Response {
    let made = (|| {
        let browser = match cookie::read(request, server.issuer) {
            Some(value) => value,
            None => random::<16>(server.ports.random)?,
        };
        let button = Button {
            login: random::<16>(server.ports.random)?,
            expires_at: server.ports.clock.now().saturating_add(login::LIFETIME),
        };
        let json = serde_json::to_string(&button).map_err(|_| crate::ports::NoRandomness)?;
        let context = button_context(&browser);
        let sealed =
            seal::seal(server.keys, Purpose::Session, &context, &json, server.ports.random)?;
        let view = pages::SignInView {
            sealed: &sealed,
            notice,
            language,
            form_actions: form_actions(server),
        };
        let page = pages::connections_sign_in(&view, status);
        Ok::<_, crate::ports::NoRandomness>(cookie::set(page, &browser, server.issuer))
    })();
    made.unwrap_or_else(|_| pages::message(&pages::Message::TRY_AGAIN, language))
}

/// Stores the sign-in and sends the browser to mittwald. `None` for a form that is forged, old, from
/// another browser, or was sent before.
async fn begin(
    server: &Server<'_>,
    request: &Request,
    sealed: &str,
    language: Language,
) -> Result<Option<Response>, OAuthError> {
    let Some(browser) = cookie::read(request, server.issuer) else { return Ok(None) };
    let opened = seal::open(server.keys, Purpose::Session, &button_context(&browser), sealed);
    let button = opened.and_then(|json| serde_json::from_str::<Button>(&json).ok());
    let now = server.ports.clock.now();
    let Some(button) = button.filter(|button| now < button.expires_at) else { return Ok(None) };
    let verifier = random::<32>(server.ports.random)?;
    let scopes = SCOPES.map(str::to_owned).to_vec();
    let callback = server.callback();
    let to_mittwald =
        sign_in::authorize_url(server.config, &callback, &scopes, &button.login, &verifier);
    let login = Login {
        purpose: login::Purpose::Connections,
        scopes,
        level: Level::Read,
        projects: login::Projects::All,
        cookie: digest(&browser),
        verifier,
        callback,
        second_try: false,
        german: language == Language::German,
        expires_at: now.saturating_add(login::LIFETIME),
    };
    let command = LoginCommand::Create(Box::new(login));
    match server.stores.logins.call(&button.login, command).await? {
        LoginReply::Created => {
            let response = Response::see_other(to_mittwald).no_store();
            // The sign-in may take as long as the cookie lives from now on.
            Ok(Some(cookie::set(response, &browser, server.issuer)))
        }
        _ => Ok(None),
    }
}

fn button_context(browser: &str) -> String {
    format!("button:{}", digest(browser))
}

/// Where the button may lead: mittwald, and the host that mittwald sends people back to.
fn form_actions(server: &Server<'_>) -> Vec<String> {
    [&server.config.authorize_url, &server.callback()]
        .into_iter()
        .filter_map(|url| Origin::of(url))
        .map(|origin| origin.as_str().to_owned())
        .collect()
}

/// Back to the page with GET, so that reloading it ends nothing again.
fn back(server: &Server<'_>, language: Language, ended: Option<&str>) -> Response {
    let mut query = vec![("lang", language.tag())];
    query.extend(ended.map(|what| ("ended", what)));
    let address = format!("{}/connections?{}", server.issuer, encode(&query));
    Response::see_other(address).no_store()
}

/// Why the list is shown.
#[derive(Clone, Copy)]
enum Shown<'a> {
    /// Asked for, perhaps after something was ended.
    After(Option<&'a str>),
    /// Instead of what a form asked for that is not this session's.
    Refused,
}

async fn list(
    server: &Server<'_>,
    session: &Session,
    language: Language,
    shown: Shown<'_>,
) -> Response {
    let reply = server.stores.accounts.call(&session.account, AccountCommand::Overview).await;
    let Ok(AccountReply::Overview(overview)) = reply else {
        return pages::message(&pages::Message::TRY_AGAIN, language);
    };
    let status = match shown {
        Shown::After(_) => Status::OK,
        Shown::Refused => Status::FORBIDDEN,
    };
    let view = view(&overview, &session.form_token, notice(&overview, shown), language);
    pages::connections(&view, status)
}

/// The address says what was ended, and anybody can write addresses: it is repeated only where the
/// list agrees.
fn notice(overview: &Overview, shown: Shown<'_>) -> Option<Notice> {
    match shown {
        Shown::Refused => Some(Notice::Refused),
        Shown::After(None) => None,
        Shown::After(Some(ALL)) => overview.connections.is_empty().then_some(Notice::AllEnded),
        Shown::After(Some(grant)) => {
            let lives = overview.connections.iter().any(|connection| connection.grant == grant);
            (!lives).then_some(Notice::Ended)
        }
    }
}

fn view<'a>(
    overview: &'a Overview,
    form_token: &'a str,
    notice: Option<Notice>,
    language: Language,
) -> ConnectionsView<'a> {
    let lives = |id: &str| overview.connections.iter().any(|connection| connection.grant == id);
    let writes = |belongs: &dyn Fn(Option<&str>) -> bool| -> Vec<WriteView<'a>> {
        let fitting = overview.writes.iter().filter(|write| belongs(write.grant.as_deref()));
        fitting.map(write_view).collect()
    };
    ConnectionsView {
        connections: overview
            .connections
            .iter()
            .map(|connection| {
                let of_this = |grant: Option<&str>| grant == Some(&connection.grant);
                let mut writes = writes(&of_this);
                // They stand below their client.
                writes.iter_mut().for_each(|write| write.client_name = None);
                connection_view(connection, writes)
            })
            .collect(),
        by_api_tokens: writes(&|grant| grant.is_none()),
        by_ended: writes(&|grant| grant.is_some_and(|id| !lives(id))),
        form_token,
        notice,
        language,
    }
}

fn connection_view<'a>(
    connection: &'a Connection,
    writes: Vec<WriteView<'a>>,
) -> ConnectionView<'a> {
    let surface =
        Origin::split_normalised(&connection.resource).and_then(|(_, path)| Surface::parse(path));
    let project = connection
        .project
        .clone()
        .or_else(|| surface.and_then(|surface| surface.project().map(str::to_owned)));
    ConnectionView {
        id: &connection.grant,
        client_name: &connection.client_name,
        destination: RedirectUri::destination_of(&connection.redirect_uri),
        address: &connection.resource,
        scopes: &connection.scopes,
        level: connection.level,
        project,
        since: connection.since,
        used_at: connection.used_at,
        writes,
    }
}

fn write_view(write: &PastWrite) -> WriteView<'_> {
    WriteView {
        client_name: write.client_name.as_deref(),
        destination: write.redirect_uri.as_deref().map(RedirectUri::destination_of),
        tool: &write.tool,
        target: &write.target,
        at: write.at,
        succeeded: write.succeeded,
    }
}

#[cfg(test)]
mod tests;
