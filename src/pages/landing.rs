//! The landing page: the connector's address, how to connect, and what to do when it fails in ways
//! that the connector itself cannot see.

use askama::Template;

use crate::http::{Language, Origin, Response, Status};

use super::respond;

#[derive(Template)]
#[template(path = "landing.html")]
struct Page<'a> {
    de: bool,
    lang: &'static str,
    title: &'a str,
    url: String,
    other_language: &'static str,
    version: &'static str,
}

/// The page at `/`.
#[must_use]
pub fn page(issuer: &Origin, language: Language) -> Response {
    let de = language == Language::German;
    let template = Page {
        de,
        lang: language.tag(),
        title: language.pick(
            "mittwald mit Ihrem KI-Assistenten verbinden",
            "Connect mittwald to your AI assistant",
        ),
        url: format!("{issuer}/mcp"),
        other_language: if de { "/?lang=en" } else { "/?lang=de" },
        version: env!("CARGO_PKG_VERSION"),
    };
    respond(&template, Status::OK, &[])
}
