//! `GET /authorize`: checks the request and shows the consent page. Creates nothing.

use crate::http::form::Form;
use crate::http::{Language, Request, Response};
use crate::pages;

use super::Server;
use super::consent;
use super::request::{AuthorizationRequest, PageReason, Refusal};

/// Shows the consent page, or says why not.
pub async fn get(server: &Server<'_>, request: &Request) -> Response {
    let form = Form::parse(request.query.as_bytes());
    let language = language(&form, request);
    match AuthorizationRequest::read(&form, server).await {
        Ok(asked) => consent::show(server, request, asked, language),
        Err(refusal) => refuse(server, refusal, language),
    }
}

/// Answers a request that is not shown to a person.
#[must_use]
pub fn refuse(server: &Server<'_>, refusal: Refusal, language: Language) -> Response {
    match refusal {
        Refusal::Redirect(to, error) => to.with_error(&error, server.issuer),
        Refusal::Page(PageReason::Client) => {
            pages::message(&pages::Message::UNKNOWN_CLIENT, language)
        }
        Refusal::Page(PageReason::Document) => {
            pages::message(&pages::Message::NO_DOCUMENT, language)
        }
        Refusal::Page(PageReason::RedirectUri) => {
            pages::message(&pages::Message::WRONG_REDIRECT, language)
        }
    }
}

/// The page's language: the switch on the page, then the client's wish, then the browser's.
fn language(form: &Form, request: &Request) -> Language {
    let named = |name| form.get(name).ok().flatten();
    named("lang")
        .and_then(Language::of_tag)
        .or_else(|| named("ui_locales").and_then(|list| list.split(' ').find_map(Language::of_tag)))
        .unwrap_or_else(|| Language::preferred(request.header("accept-language").as_deref()))
}
