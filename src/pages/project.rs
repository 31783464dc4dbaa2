//! The page on which a person who has signed in chooses one project.

use askama::Template;

use crate::http::form::encode;
use crate::http::{Language, Response, Status};

use super::consent::{Destination, target};
use super::respond;

/// Address of the page.
const PATH: &str = "/consent/project";

/// What the page shows.
#[derive(Debug)]
pub struct ProjectView<'a> {
    /// Name that the client gave itself.
    pub client_name: &'a str,
    /// Where the answer goes.
    pub destination: Destination<'a>,
    /// Host and port of that place, for a website.
    pub address: &'a str,
    /// Projects on this page.
    pub rows: Vec<ProjectRow<'a>>,
    /// Projects on all pages.
    pub total: u64,
    /// Number of this page, from 1.
    pub page: u64,
    /// Projects that fit on a page.
    pub page_size: u64,
    /// What was searched for; empty for nothing.
    pub search: &'a str,
    /// The sign-in's name, sealed for the browser.
    pub handle: &'a str,
    /// Language.
    pub language: Language,
    /// What is wrong with the choice that was sent.
    pub problem: Option<ChoiceProblem>,
    /// Where the form may lead beside ourselves.
    pub form_actions: Vec<String>,
}

/// A project to choose.
#[derive(Debug)]
pub struct ProjectRow<'a> {
    /// UUID.
    pub id: &'a str,
    /// `p-abc123`.
    pub short_id: &'a str,
    /// The name that people gave it.
    pub name: &'a str,
}

/// What is wrong with a choice. The page shows it, with status 400; nothing is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceProblem {
    /// No project, or more than one.
    Missing,
    /// Not a project of this person.
    NotYours,
}

#[derive(Template)]
#[template(path = "project.html")]
struct Page<'a> {
    de: bool,
    lang: &'static str,
    title: &'static str,
    other_language: String,
    client_name: &'a str,
    target: String,
    problem: Option<&'static str>,
    rows: &'a [ProjectRow<'a>],
    searchable: bool,
    search: &'a str,
    page: u64,
    pages: u64,
    previous: Option<String>,
    next: Option<String>,
    sealed: &'a str,
}

/// The page.
#[must_use]
pub fn page(view: &ProjectView<'_>) -> Response {
    let language = view.language;
    let pages = view.total.div_ceil(view.page_size.max(1)).max(1);
    let at = |page: u64, language: Language| address(view, page, language);
    // From beyond the end, one step back leads to the last page.
    let before = view.page.saturating_sub(1).min(pages);
    let template = Page {
        de: language == Language::German,
        lang: language.tag(),
        title: language.pick("Welches Projekt?", "Which project?"),
        other_language: at(view.page, language.other()),
        client_name: view.client_name,
        target: target(view.destination, view.address, language),
        problem: view.problem.map(|problem| words(problem, language)),
        rows: &view.rows,
        searchable: view.total > view.page_size || !view.search.is_empty(),
        search: view.search,
        page: view.page,
        pages,
        previous: (before > 0).then(|| at(before, language)),
        next: (view.page < pages).then(|| at(view.page.saturating_add(1), language)),
        sealed: view.handle,
    };
    let status = if view.problem.is_some() { Status::BAD_REQUEST } else { Status::OK };
    respond(&template, status, &view.form_actions)
}

const fn words(problem: ChoiceProblem, language: Language) -> &'static str {
    match problem {
        ChoiceProblem::Missing => {
            language.pick("Bitte wählen Sie ein Projekt.", "Please choose a project.")
        }
        ChoiceProblem::NotYours => language.pick(
            "Auf dieses Projekt haben Sie keinen Zugriff. Bitte wählen Sie ein anderes.",
            "You have no access to this project. Please choose another one.",
        ),
    }
}

fn address(view: &ProjectView<'_>, page: u64, language: Language) -> String {
    let number = page.to_string();
    let mut query = vec![("sign_in", view.handle)];
    if page > 1 {
        query.push(("page", &number));
    }
    if !view.search.is_empty() {
        query.push(("search", view.search));
    }
    query.push(("lang", language.tag()));
    format!("{PATH}?{}", encode(&query))
}
