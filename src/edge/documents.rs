//! The only `fetch` to addresses that come from clients: one GET that carries nothing of ours, with
//! a deadline over the whole answer, a cap on its size, and no redirects.

use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, select};
use wasm_bindgen::JsValue;
use worker::{AbortController, Fetch, RequestInit, RequestRedirect};

use crate::ports::{DOCUMENT_TIMEOUT_MS, Document, DocumentFailure, Documents, MAX_DOCUMENT};

use super::body::{self, RuntimeHeaders, Unread};
use super::timer::Timer;

/// The compatibility flag without which `fetch` may reach what is not public.
const FLAG: &str = "global_fetch_strictly_public";

/// Fetches with the runtime's `fetch`, which [`FLAG`] keeps to the public internet.
pub struct PublicDocuments(());

impl PublicDocuments {
    /// `None` where the deployment lacks [`FLAG`].
    pub fn where_strictly_public() -> Option<Self> {
        thread_local! {
            static SET: bool = is_set().unwrap_or(false);
        }
        SET.with(|set| *set).then_some(Self(()))
    }
}

/// What the runtime says about [`FLAG`].
fn is_set() -> Option<bool> {
    let member = |value: JsValue, name: &str| js_sys::Reflect::get(&value, &name.into()).ok();
    let cloudflare = member(js_sys::global().into(), "Cloudflare")?;
    member(member(cloudflare, "compatibilityFlags")?, FLAG)?.as_bool()
}

impl Documents for PublicDocuments {
    fn fetch<'a>(&'a self, url: &'a str) -> LocalBoxFuture<'a, Result<Document, DocumentFailure>> {
        async move {
            let abort = AbortController::default();
            let signal = abort.signal();
            let deadline = Timer::ms(u64::from(DOCUMENT_TIMEOUT_MS));
            let outcome = match select(exchange(url, &signal).boxed_local(), deadline).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(((), _)) => Err(DocumentFailure::TimedOut),
            };
            // Whatever was not read is not sent on: an endless body must not keep its connection.
            if !matches!(&outcome, Ok(document) if document.status == 200) {
                abort.abort();
            }
            outcome
        }
        .boxed_local()
    }
}

async fn exchange(url: &str, signal: &worker::AbortSignal) -> Result<Document, DocumentFailure> {
    let prepared = prepare(url).map_err(|_| DocumentFailure::Unreachable)?;
    let mut response = Fetch::Request(prepared)
        .send_with_signal(signal)
        .await
        .map_err(|_| DocumentFailure::Unreachable)?;
    let status = response.status_code();
    let headers = Box::new(RuntimeHeaders(response.headers().clone()));
    let body = match status {
        200 => body::read(&mut response, MAX_DOCUMENT).await?,
        _ => Vec::new(),
    };
    Ok(Document { status, headers, body })
}

fn prepare(url: &str) -> worker::Result<worker::Request> {
    let headers = worker::Headers::new();
    headers.set("accept", "application/json")?;
    headers.set("user-agent", concat!("mittwald-mcp/", env!("CARGO_PKG_VERSION")))?;
    let mut init = RequestInit::new();
    init.with_headers(headers).with_redirect(RequestRedirect::Manual);
    worker::Request::new_with_init(url, &init)
}

impl From<Unread> for DocumentFailure {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Broken => Self::Unreachable,
            Unread::TooLarge => Self::TooLarge,
        }
    }
}
