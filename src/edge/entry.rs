//! The event handlers, and the way of a request through the Worker.

use worker::{Context, Env, event};

use crate::http::request::MAX_BODY;
use crate::http::{Body, Headers, Method, Origin, Problem, Request, Response, Status};
use crate::oauth::stores::Stores;
use crate::ports::{Clock, Documents, Ports};
use crate::router::{self, Answer, World};

use super::body::{self, RuntimeHeaders, Unread};
use super::cache::KvCache;
use super::clock::RuntimeClock;
use super::deployment;
use super::documents::PublicDocuments;
use super::ledger::AccountLedger;
use super::limiter::RateBinding;
use super::memory::IsolateMemory;
use super::objects::Objects;
use super::outbound::RuntimeFetch;
use super::random::RuntimeRandom;

#[event(start)]
fn start() {
    // worker's own hook marks the isolate for a new start after a panic; ours only shows it first.
    let workers_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        workers_hook(info);
    }));
}

#[event(fetch)]
async fn fetch(
    request: worker::Request,
    env: Env,
    context: Context,
) -> worker::Result<worker::Response> {
    let started = RuntimeClock.now_ms();
    let method = request.method();
    let answer = answer(request, &env, &context).await;
    log(&method, &answer, RuntimeClock.now_ms().saturating_sub(started));
    into_runtime(answer.response)
}

async fn answer(request: worker::Request, env: &Env, context: &Context) -> Answer {
    let deployment = match deployment::read(env) {
        Ok(deployment) => deployment,
        Err(problem) => {
            let message = format!("The connector is not configured: {problem}.");
            worker::console_error!("{message}");
            let problem = Problem::new(Status::INTERNAL, message);
            return Answer::new("misconfigured", problem.into_response());
        }
    };
    let Some(request) = from_runtime(request).await else {
        let problem = Problem::new(Status::BAD_REQUEST, "The address cannot be read.");
        return Answer::new("unreadable", problem.into_response());
    };
    let objects = Objects { env, jurisdiction: deployment.config.jurisdiction.as_deref() };
    let ledger = AccountLedger { objects: &objects, context };
    let limiter = RateBinding(env);
    let documents = PublicDocuments::where_strictly_public();
    let world = World {
        config: &deployment.config,
        keys: &deployment.keys,
        ports: Ports {
            clock: &RuntimeClock,
            random: &RuntimeRandom,
            upstream: &RuntimeFetch,
            ledger: &ledger,
            limiter: &limiter,
            memory: &IsolateMemory,
            cache: &KvCache(env),
            documents: documents.as_ref().map(|documents| documents as &dyn Documents),
        },
        stores: Stores { accounts: &objects, logins: &objects },
    };
    router::answer(&world, &request).await
}

/// The runtime's request as ours; `None` where its URL is not http(s).
async fn from_runtime(mut request: worker::Request) -> Option<Request> {
    let method = match request.method() {
        worker::Method::Get => Method::Get,
        worker::Method::Head => Method::Head,
        worker::Method::Post => Method::Post,
        worker::Method::Put => Method::Put,
        worker::Method::Patch => Method::Patch,
        worker::Method::Delete => Method::Delete,
        worker::Method::Options => Method::Options,
        _ => Method::Other,
    };
    let url = request.inner().url();
    let (origin, rest) = Origin::split_normalised(&url)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let headers = RuntimeHeaders(request.headers().clone());
    let body = match method {
        Method::Post => read_body(&mut request, &headers).await,
        _ => Body::Bytes(Vec::new()),
    };
    Some(Request { method, origin, path, query, headers: Box::new(headers), body })
}

/// Reads the body. One that announces its length is read in one go; only one that does not (or
/// lies upwards) is measured piece by piece.
async fn read_body(request: &mut worker::Request, headers: &RuntimeHeaders) -> Body {
    let announced = headers.get("content-length").map(|length| length.parse::<usize>());
    match announced {
        // A length that does not even fit 32 bits is no smaller.
        Some(Err(_)) => Body::TooLarge,
        Some(Ok(length)) if length > MAX_BODY => Body::TooLarge,
        // HTTP delivers at most the announced length (RFC 9112 section 6.3).
        Some(Ok(_)) => request.bytes().await.map_or(Body::Broken, Body::Bytes),
        None => read_stream(request).await,
    }
}

async fn read_stream(request: &mut worker::Request) -> Body {
    let Ok(stream) = request.stream() else { return Body::Bytes(Vec::new()) };
    match body::collect(stream, MAX_BODY).await {
        Ok(bytes) => Body::Bytes(bytes),
        Err(Unread::Broken) => Body::Broken,
        Err(Unread::TooLarge) => Body::TooLarge,
    }
}

fn into_runtime(response: Response) -> worker::Result<worker::Response> {
    let headers = worker::Headers::new();
    for (name, value) in &response.headers {
        headers.append(name, value)?;
    }
    let made = if response.body.is_empty() {
        worker::Response::empty()?
    } else {
        worker::Response::ok(response.body)?
    };
    Ok(made.with_status(response.status.0).with_headers(headers))
}

/// One line per request: what, how it ended, how long. No path, query, header or argument: those
/// may hold codes, tokens and people's data.
fn log(method: &worker::Method, answer: &Answer, milliseconds: u64) {
    let line = serde_json::json!({
        "method": method.to_string(),
        "route": answer.route,
        "status": answer.response.status.0,
        "ms": milliseconds,
        "mcp": answer.note,
        "left_out": answer.left_out,
    });
    worker::console_log!("{line}");
}
