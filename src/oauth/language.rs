//! In which language a page of the sign-in speaks: what the person chose with the switch, then what the
//! client asked for, then what the browser prefers. A choice stays for the rest of the sign-in, on pages
//! that know the sign-in and on those that only say that there is none (any more).

use crate::http::form::Form;
use crate::http::{Language, Request, Response};

use super::{Server, cookie};

/// The page's language; `form` is the query of a GET or the body of a POST.
#[must_use]
pub fn of(server: &Server<'_>, request: &Request, form: &Form) -> Language {
    let client = || {
        let wishes = form.get("ui_locales").ok().flatten()?;
        wishes.split(' ').find_map(Language::of_tag)
    };
    chosen(form)
        .or_else(|| cookie::language(request, server.issuer))
        .or_else(client)
        .unwrap_or_else(|| Language::preferred(request.header("accept-language").as_deref()))
}

/// The language that this very request chooses.
#[must_use]
pub fn chosen(form: &Form) -> Option<Language> {
    form.get("lang").ok().flatten().and_then(Language::of_tag)
}

/// The response to a request, remembering the language if the request chose one.
#[must_use]
pub fn keep(server: &Server<'_>, form: &Form, response: Response) -> Response {
    match chosen(form) {
        Some(language) => cookie::set_language(response, language, server.issuer),
        None => response,
    }
}
