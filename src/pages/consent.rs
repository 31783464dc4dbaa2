//! The consent page.

use askama::Template;

use crate::http::form::{Form, encode};
use crate::http::{Language, Response, Status};
use crate::tools::caller::Level;

use super::respond;
use super::rights::{self, Area, Choice, Right};

/// What the page shows.
#[derive(Debug)]
pub struct ConsentView<'a> {
    /// Name that the client gave itself.
    pub client_name: &'a str,
    /// Host that vouches for the client, if one does.
    pub client_host: Option<&'a str>,
    /// Where the answer goes.
    pub destination: Destination<'a>,
    /// Host and port of that place, for a website.
    pub address: &'a str,
    /// Whether it belongs to a client that we know.
    pub known: bool,
    /// Rights asked for.
    pub rights: &'a [Right],
    /// Highest level that they admit.
    pub highest: Level,
    /// The project that the connector's address fixes.
    pub project: Option<&'a str>,
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
    client_host: &'a str,
    target: String,
    unknown_host: bool,
    local: bool,
    areas: Vec<Area>,
    project: Option<&'a str>,
    choices: Vec<Choice>,
    sealed: &'a str,
}

/// The page.
#[must_use]
pub fn page(view: &ConsentView<'_>) -> Response {
    let language = view.language;
    let local = !matches!(view.destination, Destination::Host(_));
    let template = Page {
        de: language == Language::German,
        lang: language.tag(),
        title: language.pick("Zugriff erlauben?", "Allow access?"),
        other_language: switch_language(view.query, language),
        client_name: view.client_name,
        client_host: view.client_host.unwrap_or_default(),
        unknown_host: !local && !view.known,
        target: target(view.destination, view.address, language),
        local,
        areas: rights::grouped(view.rights, language),
        project: view.project,
        choices: rights::choices(view.highest, language),
        sealed: view.sealed,
    };
    respond(&template, Status::OK, &view.form_actions)
}

/// Where the answer goes, in words.
pub(super) fn target(destination: Destination<'_>, address: &str, language: Language) -> String {
    match destination {
        Destination::Host(_) => address.to_owned(),
        Destination::ThisComputer => language
            .pick("ein Programm auf Ihrem Computer", "a program on your computer")
            .to_owned(),
        Destination::Application(scheme) => format!("{scheme}://"),
    }
}

/// The same page in the other language.
fn switch_language(query: &str, language: Language) -> String {
    let kept = Form::parse(query.as_bytes());
    let mut pairs: Vec<(&str, &str)> = kept.pairs().filter(|(name, _)| *name != "lang").collect();
    pairs.push(("lang", language.other().tag()));
    format!("/authorize?{}", encode(&pairs))
}
