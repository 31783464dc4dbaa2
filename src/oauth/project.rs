//! From a person who has signed in to the client's code, by way of the project.
//!
//! Where the person allows all projects, the code follows at once. Where the connector's address fixes
//! one (`/mcp/p/{id}`), mittwald is asked whether the person has access to it. Where the person allows
//! one of their choice, this page lists theirs and takes the choice: `GET` and `POST /consent/project`.
//!
//! What waits, and why it waits in the `Login` object, is told in [`super::login`]. The browser holds
//! only the object's name, sealed for its cookie: the same protection against forged posts as on the
//! consent page (RFC 9700 section 4.7), and mittwald, who knows the name as `state`, cannot make one.
//! Everything is checked before the choice is ended: an outage, a missing choice or a foreign project
//! leave it open.

use crate::http::form::{Form, with_query};
use crate::http::{Language, Request, Response};
use crate::keys::{Purpose, digest, seal};
use crate::mittwald::projects::{self, ProjectsFailure};
use crate::pages;

use super::error::{Code, OAuthError};
use super::issue::{self, SignedIn};
use super::login::{self, Choosing, Login, Projects, Purpose as SignInPurpose};
use super::request::AuthorizationRequest;
use super::stores::{LoginCommand, LoginReply};
use super::{Server, consent, cookie, language};

/// Where the page is.
pub const PATH: &str = "/consent/project";

/// Longest search term, in characters.
const MAX_SEARCH: usize = 100;

/// Highest page number that is asked for.
const MAX_PAGE: u64 = 10_000;

/// What follows the sign-in of this name: the client's code, or the page where a project is chosen.
///
/// # Errors
/// What the client is told.
pub async fn settle(
    server: &Server<'_>,
    asked: &AuthorizationRequest,
    login: &Login,
    person: &SignedIn,
    browser: &str,
    name: &str,
) -> Result<Response, OAuthError> {
    let project = match &login.projects {
        Projects::All => None,
        Projects::Fixed(id) => {
            let upstream = server.ports.upstream;
            let verified =
                projects::verify(server.config, upstream, &person.tokens.access, id).await;
            match verified {
                Ok(id) => Some(id),
                Err(failure) => {
                    issue::discard(server, person).await;
                    return Err(refused(failure, id));
                }
            }
        }
        Projects::One => return wait(server, login, person, browser, name).await,
    };
    let code = issue::code(server, asked, login, project, person).await?;
    Ok(asked.return_to.with_code(&code, server.issuer))
}

/// Stores what waits for the choice and sends the browser to the page.
async fn wait(
    server: &Server<'_>,
    login: &Login,
    person: &SignedIn,
    browser: &str,
    name: &str,
) -> Result<Response, OAuthError> {
    let now = server.ports.clock.now();
    let choosing = Choosing {
        login: login.clone(),
        person: person.seal(server.keys, server.ports.random, name, now)?,
        expires_at: now.saturating_add(login::LIFETIME),
    };
    let context = handle_context(browser);
    let handle = seal::seal(server.keys, Purpose::Consent, &context, name, server.ports.random)?;
    let command = LoginCommand::Choose(Box::new(choosing));
    match server.stores.logins.call(name, command).await? {
        LoginReply::Created => {
            let page = with_query(&format!("{}{PATH}", server.issuer), &[("sign_in", &handle)]);
            let response = Response::see_other(page).no_store();
            Ok(cookie::set(response, browser, server.issuer))
        }
        _ => Err(OAuthError::new(Code::AccessDenied, "The sign-in took too long; try again.")),
    }
}

/// What a sealed name is tied to. Differs from the consent form's: neither opens as the other.
fn handle_context(browser: &str) -> String {
    format!("project {}", digest(browser))
}

/// A choice that waits for this browser.
struct Waiting {
    /// Name of the `Login` object.
    name: String,
    /// The same, sealed for the browser.
    handle: String,
    /// Digest of the browser's cookie.
    cookie: String,
    choosing: Box<Choosing>,
    /// What the client asked for.
    asked: AuthorizationRequest,
    person: SignedIn,
}

impl Waiting {
    /// The switch on this page, then the language of the sign-in.
    fn language(&self, form: &Form) -> Language {
        language::chosen(form).unwrap_or_else(|| self.choosing.login.language())
    }
}

/// Shows the projects to choose from.
pub async fn get(server: &Server<'_>, request: &Request) -> Response {
    let form = Form::parse(request.query.as_bytes());
    let response = match find(server, request, &form).await {
        Ok(waiting) => show(server, &form, &waiting, None).await,
        Err(message) => pages::message(message, language::of(server, request, &form)),
    };
    language::keep(server, &form, response)
}

/// Takes the choice: a code for the client, or `access_denied`.
pub async fn post(server: &Server<'_>, request: &Request) -> Response {
    let form = consent::posted(request).unwrap_or_default();
    let waiting = match find(server, request, &form).await {
        Ok(waiting) => waiting,
        Err(message) => return pages::message(message, language::of(server, request, &form)),
    };
    if form.get("decision") != Ok(Some("allow")) {
        let denied = OAuthError::new(Code::AccessDenied, "The person did not agree.");
        return end(server, &form, &waiting, Err(denied)).await;
    }
    let Ok(Some(chosen)) = form.get("project") else {
        return show(server, &form, &waiting, Some(pages::ChoiceProblem::Missing)).await;
    };
    let access = &waiting.person.tokens.access;
    match projects::verify(server.config, server.ports.upstream, access, chosen).await {
        Ok(id) => end(server, &form, &waiting, Ok(id)).await,
        Err(ProjectsFailure::NoAccess) => {
            show(server, &form, &waiting, Some(pages::ChoiceProblem::NotYours)).await
        }
        Err(ProjectsFailure::Unavailable) => {
            pages::message(&pages::Message::MITTWALD_AWAY, waiting.language(&form))
        }
        Err(failure @ ProjectsFailure::SignedOut) => {
            end(server, &form, &waiting, Err(refused(failure, chosen))).await
        }
    }
}

/// The choice that the form or query names, if it still waits for this browser.
async fn find(
    server: &Server<'_>,
    request: &Request,
    form: &Form,
) -> Result<Waiting, &'static pages::Message> {
    let stale = &pages::Message::SIGN_IN_STALE;
    let browser = cookie::read(request, server.issuer).ok_or(stale)?;
    let handle = form.get("sign_in").ok().flatten().ok_or(stale)?;
    let context = handle_context(&browser);
    let name = seal::open(server.keys, Purpose::Consent, &context, handle).ok_or(stale)?;
    let cookie = digest(&browser);
    let look = LoginCommand::Look { cookie: cookie.clone() };
    let choosing = match server.stores.logins.call(&name, look).await {
        Ok(LoginReply::Choosing(choosing)) => choosing,
        Ok(_) => return Err(stale),
        Err(_) => return Err(&pages::Message::TRY_AGAIN),
    };
    let person = SignedIn::open(&choosing.person, server.keys, &name).ok_or(stale)?;
    // Only a client's sign-in ever gets here.
    let SignInPurpose::Client(asked) = &choosing.login.purpose else { return Err(stale) };
    let asked = AuthorizationRequest::clone(asked);
    Ok(Waiting { name, handle: handle.to_owned(), cookie, choosing, asked, person })
}

/// The page, with what is wrong about the choice that was sent.
async fn show(
    server: &Server<'_>,
    form: &Form,
    waiting: &Waiting,
    problem: Option<pages::ChoiceProblem>,
) -> Response {
    let language = waiting.language(form);
    let search: Option<String> = form
        .get("search")
        .ok()
        .flatten()
        .map(|term| term.trim().chars().take(MAX_SEARCH).collect());
    let search = search.as_deref().filter(|term| !term.is_empty());
    let number = form.get("page").ok().flatten().and_then(|number| number.parse().ok());
    let number = number.unwrap_or(1).clamp(1, MAX_PAGE);
    let access = &waiting.person.tokens.access;
    let upstream = server.ports.upstream;
    let listing = match projects::list(server.config, upstream, access, number, search).await {
        Ok(listing) => listing,
        Err(ProjectsFailure::Unavailable) => {
            return pages::message(&pages::Message::MITTWALD_AWAY, language);
        }
        Err(failure) => return end(server, form, waiting, Err(no_list(failure))).await,
    };
    let asked = &waiting.asked;
    let redirect_uri = &asked.return_to.redirect_uri;
    pages::project(&pages::ProjectView {
        client_name: &asked.client_name,
        destination: redirect_uri.destination(),
        address: redirect_uri.authority(),
        rows: listing
            .projects
            .iter()
            .map(|project| pages::ProjectRow {
                id: &project.id,
                short_id: &project.short_id,
                name: &project.description,
            })
            .collect(),
        total: listing.total,
        page: number,
        page_size: projects::PAGE_SIZE,
        search: search.unwrap_or_default(),
        handle: &waiting.handle,
        language,
        problem,
        form_actions: vec![redirect_uri.csp_source()],
    })
}

/// Ends the choice, once, and answers the client: a code for this project, or the error.
async fn end(
    server: &Server<'_>,
    form: &Form,
    waiting: &Waiting,
    outcome: Result<String, OAuthError>,
) -> Response {
    let command = LoginCommand::Finish { cookie: waiting.cookie.clone() };
    match server.stores.logins.call(&waiting.name, command).await {
        Ok(LoginReply::Choosing(_)) => {}
        Ok(_) => return pages::message(&pages::Message::SIGN_IN_STALE, waiting.language(form)),
        Err(_) => return pages::message(&pages::Message::TRY_AGAIN, waiting.language(form)),
    }
    let asked = &waiting.asked;
    let login = &waiting.choosing.login;
    let issued = match outcome {
        Ok(project) => issue::code(server, asked, login, Some(project), &waiting.person).await,
        Err(error) => {
            issue::discard(server, &waiting.person).await;
            Err(error)
        }
    };
    match issued {
        Ok(code) => asked.return_to.with_code(&code, server.issuer),
        Err(error) => asked.return_to.with_error(&error, server.issuer),
    }
}

/// Why there is no access to a project.
fn refused(failure: ProjectsFailure, id: &str) -> OAuthError {
    match failure {
        ProjectsFailure::NoAccess => OAuthError::new(
            Code::AccessDenied,
            format!("The person who signed in has no access to the project {id}."),
        ),
        ProjectsFailure::SignedOut => signed_out(),
        ProjectsFailure::Unavailable => OAuthError::new(
            Code::TemporarilyUnavailable,
            "mittwald could not be reached to check the access to the project; try again.",
        ),
    }
}

/// Why there is no list to choose from.
fn no_list(failure: ProjectsFailure) -> OAuthError {
    match failure {
        ProjectsFailure::NoAccess => OAuthError::new(
            Code::AccessDenied,
            "mittwald did not allow listing the person's projects, so none could be chosen.",
        ),
        ProjectsFailure::SignedOut | ProjectsFailure::Unavailable => signed_out(),
    }
}

fn signed_out() -> OAuthError {
    OAuthError::new(Code::AccessDenied, "mittwald no longer accepts the sign-in; try again.")
}

#[cfg(test)]
mod tests;
