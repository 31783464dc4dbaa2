//! The only `fetch` to mittwald: a deadline over the whole exchange, a cap on the answer, and no
//! redirect to another host.

use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, select};
use wasm_bindgen::JsValue;
use worker::{AbortController, Delay, Fetch, RequestInit, RequestRedirect};

use crate::http::Origin;
use crate::ports::{
    MAX_UPSTREAM_BODY, Upstream, UpstreamFailure, UpstreamRequest, UpstreamResponse,
};

use super::body::{self, RuntimeHeaders, Unread};

/// Redirects followed within one host (308 occurs, with method and body kept).
const MAX_REDIRECTS: u8 = 2;

/// Sends with the runtime's `fetch`.
pub struct RuntimeFetch;

impl Upstream for RuntimeFetch {
    fn send<'a>(
        &'a self,
        request: UpstreamRequest,
    ) -> LocalBoxFuture<'a, Result<UpstreamResponse, UpstreamFailure>> {
        async move {
            let abort = AbortController::default();
            let signal = abort.signal();
            let deadline =
                Delay::from(std::time::Duration::from_millis(u64::from(request.timeout_ms)));
            let exchange = exchange(&request, &signal).boxed_local();
            match select(exchange, deadline).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(((), _)) => {
                    abort.abort();
                    Err(UpstreamFailure::TimedOut)
                }
            }
        }
        .boxed_local()
    }
}

async fn exchange(
    request: &UpstreamRequest,
    signal: &worker::AbortSignal,
) -> Result<UpstreamResponse, UpstreamFailure> {
    let mut url = request.url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let prepared = prepare(request, &url).map_err(|_| UpstreamFailure::Unreachable)?;
        let mut response = Fetch::Request(prepared)
            .send_with_signal(signal)
            .await
            .map_err(|_| UpstreamFailure::Unreachable)?;
        if !matches!(response.status_code(), 307 | 308) {
            let body = body::read(&mut response, MAX_UPSTREAM_BODY).await?;
            let status = response.status_code();
            let headers = Box::new(RuntimeHeaders(response.headers().clone()));
            return Ok(UpstreamResponse { status, headers, body });
        }
        let location = response.headers().get("location").ok().flatten();
        url = location
            .and_then(|location| within_host(&url, &location))
            .ok_or(UpstreamFailure::Redirected)?;
    }
    Err(UpstreamFailure::Redirected)
}

fn prepare(request: &UpstreamRequest, url: &str) -> worker::Result<worker::Request> {
    let headers = worker::Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value.expose())?;
    }
    let mut init = RequestInit::new();
    init.with_method(worker::Method::from(request.method.to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual);
    if let Some(body) = &request.body {
        init.with_body(Some(JsValue::from_str(body)));
    }
    worker::Request::new_with_init(url, &init)
}

/// The redirect's target, if it stays on the same origin.
fn within_host(from: &str, location: &str) -> Option<String> {
    let target = url::Url::parse(from).ok()?.join(location).ok()?;
    (Origin::of(target.as_str()) == Origin::of(from)).then(|| target.to_string())
}

impl From<Unread> for UpstreamFailure {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Broken => Self::Unreachable,
            Unread::TooLarge => Self::TooLarge,
        }
    }
}
