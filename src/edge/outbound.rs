//! The only `fetch` to mittwald: a deadline over the whole exchange, a cap on the answer, and no
//! redirect to another host.

use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, select};
use wasm_bindgen::JsValue;
use worker::{AbortController, AbortSignal, Fetch, RequestInit, RequestRedirect};

use crate::http::Origin;
use crate::ports::{
    MAX_UPSTREAM_BODY, Upstream, UpstreamFailure, UpstreamRequest, UpstreamResponse,
};

use super::body::{self, RuntimeHeaders, Unread};
use super::timer::Timer;

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
            let abort = AbortOnDrop(Some(AbortController::default()));
            let deadline = Timer::ms(u64::from(request.timeout_ms));
            let exchange = exchange(&request, abort.signal()).boxed_local();
            match select(exchange, deadline).await {
                Either::Left((outcome, _)) => {
                    abort.keep();
                    outcome
                }
                Either::Right(((), _)) => Err(UpstreamFailure::TimedOut),
            }
        }
        .boxed_local()
    }
}

/// Ends the exchange where nobody waits for it any more: its time is over, or the client has left.
struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }

    /// The exchange is over: there is nothing to end.
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(abort) = self.0.take() {
            abort.abort();
        }
    }
}

async fn exchange(
    request: &UpstreamRequest,
    signal: Option<AbortSignal>,
) -> Result<UpstreamResponse, UpstreamFailure> {
    let mut url = request.url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let prepared = prepare(request, &url).map_err(|_| UpstreamFailure::Unreachable)?;
        let fetch = Fetch::Request(prepared);
        let sent = match &signal {
            Some(signal) => fetch.send_with_signal(signal).await,
            None => fetch.send().await,
        };
        let mut response = sent.map_err(|_| UpstreamFailure::Unreachable)?;
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
