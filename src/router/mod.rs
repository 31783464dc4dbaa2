//! Which handler answers which path, and the one place where an error becomes a response.
//!
//! # Layout
//! - here: the table of paths
//! - `endpoint`: the MCP endpoint: Origin, authentication, method, then `mcp`
//! - `stream`: messages that go ahead of the answer
//! - `cors`: who may call from a browser
//! - `origin`: under which origin we answer

mod cors;
mod endpoint;
mod origin;
mod stream;

use std::cell::Cell;

use crate::config::Config;
use crate::http::{Language, Method, Origin, Problem, Request, Response, Status};
use crate::keys::KeyRing;
use crate::oauth::error::OAuthError;
use crate::oauth::offered::Offered;
use crate::oauth::stores::Stores;
use crate::oauth::{
    Server, authorize, callback, connections, consent, metadata, project, register, revoke, token,
};
use crate::pages;
use crate::ports::{Outlet, Ports};
use crate::tools::surface::Surface;

/// Everything outside the request that an answer depends on.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Configuration.
    pub config: &'a Config,
    /// Keys.
    pub keys: &'a KeyRing,
    /// Time, randomness, mittwald, the log of writes.
    pub ports: Ports<'a>,
    /// Durable Objects.
    pub stores: Stores<'a>,
    /// The way to the client for an answer that begins before it is complete.
    pub outlet: &'a dyn Outlet,
    /// What is being answered, as far as it is known.
    pub under_way: &'a Cell<UnderWay>,
}

/// What the log says about a request whose client left before the answer.
#[derive(Debug, Clone, Copy)]
pub struct UnderWay {
    /// Route.
    pub route: &'static str,
    /// More about an MCP message.
    pub note: Option<crate::mcp::Note>,
}

impl Default for UnderWay {
    fn default() -> Self {
        Self { route: "unanswered", note: None }
    }
}

/// An answer, and what the log says about it.
pub struct Answer {
    /// Response.
    pub response: Response,
    /// Which route it was: a fixed name, never the path, which may carry anything.
    pub route: &'static str,
    /// More about an MCP message.
    pub note: Option<crate::mcp::Note>,
    /// Trace that an MCP message named.
    pub trace: Option<crate::mcp::TraceId>,
    /// Scopes that a sign-in asked for and mittwald did not offer or grant.
    pub left_out: Vec<String>,
}

impl Answer {
    /// An answer of which the log says no more than its route.
    #[must_use]
    pub const fn new(route: &'static str, response: Response) -> Self {
        Self { response, route, note: None, trace: None, left_out: Vec::new() }
    }
}

/// Path of a protected resource's metadata, before the resource's own path (RFC 9728 section 3.1).
const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// Answers a request.
pub async fn answer(world: &World<'_>, request: &Request) -> Answer {
    let issuer = match origin::of(world.config, request) {
        Ok(issuer) => issuer,
        Err(problem) => return Answer::new("misdirected", problem.into_response()),
    };
    if request.path == "/mittwald/callback"
        && let Some(public) = &world.config.public_origin
        && *public != request.origin
    {
        return Answer::new("callback-forward", callback::forward(request, public));
    }
    let server = Server {
        config: world.config,
        keys: world.keys,
        issuer: &issuer,
        ports: world.ports,
        stores: world.stores,
    };
    let mut answer = if let Some(surface) = Surface::parse(&request.path) {
        endpoint::answer(world, &server, request, &surface).await
    } else {
        by_path(&server, request).await
    };
    if request.method == Method::Head {
        answer.response.body = "".into();
    }
    answer
}

async fn by_path(server: &Server<'_>, request: &Request) -> Answer {
    let path = request.path.as_str();
    match path {
        "/" => Answer::new("landing", reading(request, || landing(server.issuer, request))),
        "/style.css" => Answer::new("stylesheet", reading(request, stylesheet)),
        "/healthz" => Answer::new(
            "healthz",
            reading(request, || Response::json(Status::OK, "{\"ok\":true}").no_store()),
        ),
        "/version" => Answer::new("version", reading(request, version)),
        "/authorize" => {
            let shown = match not_reading(request) {
                None => authorize::get(server, request).await,
                Some(other) => other,
            };
            Answer::new("authorize", shown)
        }
        "/consent" => Answer::new(
            "consent",
            match request.method {
                Method::Post => consent::post(server, request).await,
                _ => Problem::method_not_allowed("POST").into_response(),
            },
        ),
        project::PATH => Answer::new(
            "consent-project",
            match request.method {
                Method::Get | Method::Head => project::get(server, request).await,
                Method::Post => project::post(server, request).await,
                _ => Problem::method_not_allowed("GET, HEAD, POST").into_response(),
            },
        ),
        "/mittwald/callback" => match request.method {
            Method::Get => {
                let returned = callback::get(server, request).await;
                Answer { left_out: returned.left_out, ..Answer::new("callback", returned.response) }
            }
            _ => Answer::new("callback", Problem::method_not_allowed("GET").into_response()),
        },
        "/connections" => Answer::new(
            "connections",
            match request.method {
                Method::Get | Method::Head => connections::get(server, request).await,
                Method::Post => connections::post(server, request).await,
                _ => Problem::method_not_allowed("GET, HEAD, POST").into_response(),
            },
        ),
        "/register" => Answer::new(
            "register",
            match posting(request) {
                None => finish(request, register::post(server, request)),
                Some(other) => other,
            },
        ),
        "/token" => Answer::new(
            "token",
            match posting(request) {
                None => finish(request, token::post(server, request).await),
                Some(other) => other,
            },
        ),
        "/revoke" => Answer::new(
            "revoke",
            match posting(request) {
                None => finish(request, revoke::post(server, request).await),
                Some(other) => other,
            },
        ),
        "/.well-known/oauth-authorization-server" => Answer::new(
            "authorization-server-metadata",
            cors::open(request, authorization_server(server, request).await),
        ),
        _ => match path.strip_prefix(PROTECTED_RESOURCE).and_then(described) {
            Some(surface) => Answer::new(
                "protected-resource-metadata",
                cors::open(
                    request,
                    reading(request, || metadata::protected_resource(server.issuer, &surface)),
                ),
            ),
            None => Answer::new("unknown", unknown(server.issuer, path).into_response()),
        },
    }
}

async fn authorization_server(server: &Server<'_>, request: &Request) -> Response {
    let offered = Offered::look_up(server.ports.cache).await;
    let documents = server.ports.documents.is_some();
    reading(request, || metadata::authorization_server(server.issuer, documents, &offered))
}

/// The surface that a metadata path is about; the bare path means the whole connector.
fn described(rest: &str) -> Option<Surface> {
    Surface::parse(if rest.is_empty() { "/mcp" } else { rest })
}

/// A page or document that is read: GET, HEAD, and the browser's preflight.
fn reading(request: &Request, make: impl FnOnce() -> Response) -> Response {
    not_reading(request).unwrap_or_else(make)
}

/// The answer to anything but GET and HEAD, if it is anything else.
fn not_reading(request: &Request) -> Option<Response> {
    match request.method {
        Method::Get | Method::Head => None,
        Method::Options => Some(Response::empty(Status::NO_CONTENT).with("allow", "GET, HEAD")),
        _ => Some(Problem::method_not_allowed("GET, HEAD").into_response()),
    }
}

/// The answer to anything but POST, if it is anything else.
fn posting(request: &Request) -> Option<Response> {
    match request.method {
        Method::Post => None,
        Method::Options => {
            Some(cors::open(request, Response::empty(Status::NO_CONTENT).with("allow", "POST")))
        }
        _ => Some(cors::open(request, Problem::method_not_allowed("POST").into_response())),
    }
}

/// The response of an OAuth endpoint that programs call, from any origin: these endpoints take no
/// cookies, so a browser adds nothing to what a caller knows anyway.
fn finish(request: &Request, outcome: Result<Response, OAuthError>) -> Response {
    let response = outcome.unwrap_or_else(|error| error.into_response(token::tried_basic(request)));
    cors::open(request, response)
}

fn landing(issuer: &Origin, request: &Request) -> Response {
    pages::landing(issuer, Language::of_page(request))
}

fn stylesheet() -> Response {
    Response {
        status: Status::OK,
        headers: vec![
            ("content-type", "text/css; charset=utf-8".into()),
            ("cache-control", "public, max-age=3600".into()),
        ],
        body: pages::STYLESHEET.into(),
    }
}

fn version() -> Response {
    const BODY: &str =
        concat!("{\"name\":\"mittwald-mcp\",\"version\":\"", env!("CARGO_PKG_VERSION"), "\"}");
    Response::json(Status::OK, BODY).no_store()
}

fn unknown(issuer: &Origin, path: &str) -> Problem {
    let message = if path == "/mcp/" || path.starts_with("/mcp/") {
        format!(
            "There is no such connector address. Use {issuer}/mcp or {issuer}/mcp/readonly, without a slash at the end."
        )
    } else {
        format!("Nothing is here. The connector's address is {issuer}/mcp.")
    };
    Problem::new(Status::NOT_FOUND, message)
}
