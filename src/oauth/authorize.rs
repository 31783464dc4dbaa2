//! `GET /authorize`: checks the request and shows the consent page. Creates nothing.

use crate::http::form::Form;
use crate::http::{Language, Request, Response};
use crate::pages;

use super::offered::Offered;
use super::request::{AuthorizationRequest, PageReason, Refusal};
use super::{Server, consent, language};

/// Shows the consent page, or says why not.
pub async fn get(server: &Server<'_>, request: &Request) -> Response {
    let form = Form::parse(request.query.as_bytes());
    let language = language::of(server, request, &form);
    let response = match AuthorizationRequest::read(&form, server).await {
        Ok(asked) => {
            let offered = Offered::look_up(server.ports.cache).await;
            consent::show(server, request, asked, &offered, language)
        }
        Err(refusal) => refuse(server, refusal, language),
    };
    language::keep(server, &form, response)
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
