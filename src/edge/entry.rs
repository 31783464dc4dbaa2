//! The event handlers, and the way of a request through the Worker.

use std::future::{poll_fn, ready};
use std::rc::Rc;
use std::task::Poll;

use futures::future::{Either, FutureExt, select};
use worker::{Context, Env, event};

use crate::http::request::MAX_BODY;
use crate::http::{Body, Headers, Method, Origin, Problem, Request, Response, Status};
use crate::oauth::stores::Stores;
use crate::ports::{Documents, NoEvents, Ports};
use crate::router::{self, Answer, World};

use super::body::{self, RuntimeHeaders, Unread};
use super::cache::KvCache;
use super::clock::RuntimeClock;
use super::connection::{Connection, Departure, Rest};
use super::deployment;
use super::documents::PublicDocuments;
use super::ledger::AccountLedger;
use super::limiter::RateBinding;
use super::log::LogLine;
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
    let connection = Rc::new(Connection::default());
    let line = LogLine::begin(request.method(), Rc::clone(&connection.under_way));
    let departure = Departure::new(request.inner().signal());
    let mut answering = answer(request, env, context, Rc::clone(&connection)).boxed_local();
    // The answer, or as soon as it must travel as a stream, `None`.
    let first = poll_fn(|context| match answering.poll_unpin(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if connection.has_begun() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    let first = match select(first, departure).await {
        Either::Left((first, _)) => first,
        // Nobody waits: what was going on ends here, with a log line. The response goes nowhere.
        Either::Right(((), _)) => return worker::Response::empty(),
    };
    let head = connection.head();
    let rest = match (first, &head) {
        (Some(answer), None) => {
            line.answered(&answer);
            return into_runtime(answer.response);
        }
        (Some(answer), Some(_)) => Rest::of(ready(answer).boxed_local(), connection, line),
        (None, _) => Rest::of(answering, connection, line),
    };
    let head = head.unwrap_or(Response::empty(Status::OK));
    let headers = into_headers(&head)?;
    Ok(worker::Response::from_stream(rest)?.with_status(head.status.0).with_headers(headers))
}

async fn answer(
    request: worker::Request,
    env: Env,
    context: Context,
    connection: Rc<Connection>,
) -> Answer {
    let deployment = match deployment::read(&env) {
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
    let objects = Objects { env: &env, jurisdiction: deployment.config.jurisdiction.as_deref() };
    let ledger = AccountLedger { objects: &objects, context: &context };
    let limiter = RateBinding(&env);
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
            cache: &KvCache(&env),
            documents: documents.as_ref().map(|documents| documents as &dyn Documents),
            events: &NoEvents,
        },
        stores: Stores { accounts: &objects, logins: &objects },
        outlet: &*connection,
        under_way: &connection.under_way,
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
    let headers = into_headers(&response)?;
    let made = if response.body.is_empty() {
        worker::Response::empty()?
    } else {
        worker::Response::ok(response.body)?
    };
    Ok(made.with_status(response.status.0).with_headers(headers))
}

fn into_headers(response: &Response) -> worker::Result<worker::Headers> {
    let headers = worker::Headers::new();
    for (name, value) in &response.headers {
        headers.append(name, value)?;
    }
    Ok(headers)
}
