//! The consent page.

use askama::Template;

use crate::http::form::{Form, encode};
use crate::http::{Language, Response, Status};
use crate::tools::caller::Level;

use super::respond;
use super::rights::{self, Choice, Right};

/// What the page shows.
#[derive(Debug)]
pub struct ConsentView<'a> {
    /// Name that the client gave itself.
    pub client_name: &'a str,
    /// Where the answer goes.
    pub destination: Destination<'a>,
    /// Host and port of that place, for a website.
    pub address: &'a str,
    /// Whether it belongs to a client that we know.
    pub known: bool,
    /// Scopes asked for.
    pub scopes: &'a [String],
    /// Highest level that the scopes admit.
    pub highest: Level,
    /// The sealed request, for the form.
    pub sealed: &'a str,
    /// Query of this page, for the language switch.
    pub query: &'a str,
    /// Language.
    pub language: Language,
    /// Where the form may lead beside ourselves.
    pub form_actions: Vec<String>,
}

/// Where an authorization response goes, in a person's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A website.
    Host(&'a str),
    /// A program on the person's own computer, listening on loopback.
    ThisComputer,
    /// An installed application, by the scheme it registered.
    Application(&'a str),
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Page<'a> {
    de: bool,
    lang: &'static str,
    title: &'a str,
    other_language: String,
    client_name: &'a str,
    target: String,
    unknown_host: bool,
    local: bool,
    rights: Vec<Right>,
    choices: Vec<Choice>,
    sealed: &'a str,
}

/// The page.
#[must_use]
pub fn page(view: &ConsentView<'_>) -> Response {
    let language = view.language;
    let (target, local) = match view.destination {
        Destination::Host(_) => (view.address.to_owned(), false),
        Destination::ThisComputer => (
            language
                .pick("ein Programm auf deinem Computer", "a program on your computer")
                .to_owned(),
            true,
        ),
        Destination::Application(scheme) => (format!("{scheme}://"), true),
    };
    let template = Page {
        de: language == Language::German,
        lang: language.tag(),
        title: language.pick("Zugriff erlauben?", "Allow access?"),
        other_language: switch_language(view.query, language),
        client_name: view.client_name,
        unknown_host: !local && !view.known,
        target,
        local,
        rights: rights::grouped(view.scopes, language),
        choices: rights::choices(view.highest, language),
        sealed: view.sealed,
    };
    respond(&template, Status::OK, &view.form_actions)
}

/// The same page in the other language.
fn switch_language(query: &str, language: Language) -> String {
    let other = match language {
        Language::German => Language::English,
        Language::English => Language::German,
    };
    let kept = Form::parse(query.as_bytes());
    let mut pairs: Vec<(&str, &str)> = kept.pairs().filter(|(name, _)| *name != "lang").collect();
    pairs.push(("lang", other.tag()));
    format!("/authorize?{}", encode(&pairs))
}
