//! Pages that say one thing: what went wrong, and what to do.

use askama::Template;

use crate::http::{Language, Response, Status};

use super::respond;

/// A message in both languages.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    status: Status,
    german: (&'static str, &'static str),
    english: (&'static str, &'static str),
}

impl Message {
    /// The client id is not one of ours.
    pub const UNKNOWN_CLIENT: Self = Self {
        status: Status::BAD_REQUEST,
        german: (
            "Diese Anwendung ist hier nicht bekannt",
            "Entfernen Sie die Verbindung in Ihrer Anwendung und legen Sie sie neu an: Dabei meldet sie sich hier wieder an. Es wurde nichts freigegeben.",
        ),
        english: (
            "This application is not known here",
            "Remove the connection in your application and add it again: it then registers anew. Nothing was shared.",
        ),
    };

    /// The client id is an address, but there is no client metadata document that we use.
    pub const NO_DOCUMENT: Self = Self {
        status: Status::BAD_REQUEST,
        german: (
            "Diese Anwendung konnte sich nicht ausweisen",
            "Sie verweist auf eine Beschreibung ihrer selbst im Netz. Dort war gerade keine zu finden, oder keine, die gilt. Es wurde nichts freigegeben. Versuchen Sie es in einigen Minuten noch einmal; bleibt es dabei, wenden Sie sich an den Hersteller der Anwendung.",
        ),
        english: (
            "This application could not identify itself",
            "It refers to a description of itself on the web. There was none just now, or none that is valid. Nothing was shared. Try again in a few minutes; if that does not help, turn to the maker of the application.",
        ),
    };

    /// The redirect URI is not registered.
    pub const WRONG_REDIRECT: Self = Self {
        status: Status::BAD_REQUEST,
        german: (
            "Diese Rücksprungadresse gehört nicht zur Anwendung",
            "Die Anfrage wollte das Ergebnis an eine Adresse schicken, die die Anwendung nicht angemeldet hat. Es wurde nichts freigegeben. Beginnen Sie die Verbindung in Ihrer Anwendung neu.",
        ),
        english: (
            "This return address does not belong to the application",
            "The request wanted the result sent to an address that the application has not registered. Nothing was shared. Start the connection again in your application.",
        ),
    };

    /// The consent form is old, was sent before, or comes from elsewhere.
    pub const CONSENT_STALE: Self = Self {
        status: Status::BAD_REQUEST,
        german: (
            "Diese Seite gilt nicht mehr",
            "Sie war länger als zehn Minuten offen, wurde schon abgeschickt, oder Ihr Browser nimmt keine Cookies an. Beginnen Sie die Verbindung in Ihrer Anwendung neu.",
        ),
        english: (
            "This page is no longer valid",
            "It was open for more than ten minutes, was sent before, or your browser accepts no cookies. Start the connection again in your application.",
        ),
    };

    /// The callback belongs to no sign-in of this browser.
    pub const SIGN_IN_STALE: Self = Self {
        status: Status::BAD_REQUEST,
        german: (
            "Diese Anmeldung gilt nicht mehr",
            "Sie dauerte länger als zehn Minuten, wurde schon abgeschlossen, oder begann in einem anderen Browser. Beginnen Sie die Verbindung in Ihrer Anwendung neu.",
        ),
        english: (
            "This sign-in is no longer valid",
            "It took more than ten minutes, was already finished, or began in another browser. Start the connection again in your application.",
        ),
    };

    /// mittwald is out of reach while a person chooses a project; nothing was used up.
    pub const MITTWALD_AWAY: Self = Self {
        status: Status::UNAVAILABLE,
        german: (
            "mittwald antwortet gerade nicht",
            "Laden Sie diese Seite in einigen Sekunden neu; es ist nichts verloren.",
        ),
        english: (
            "mittwald does not answer at the moment",
            "Reload this page in a few seconds; nothing is lost.",
        ),
    };

    /// A store is out of reach; nothing was used up.
    pub const TRY_AGAIN: Self = Self {
        status: Status::UNAVAILABLE,
        german: (
            "Gerade geht es nicht",
            "Ein Speicher ist nicht erreichbar. Laden Sie diese Seite in einigen Sekunden neu; es ist nichts verloren.",
        ),
        english: (
            "Not right now",
            "A store cannot be reached. Reload this page in a few seconds; nothing is lost.",
        ),
    };
}

#[derive(Template)]
#[template(path = "message.html")]
struct Page<'a> {
    lang: &'static str,
    title: &'a str,
    text: &'a str,
}

/// The page.
#[must_use]
pub fn page(message: &Message, language: Language) -> Response {
    let (title, text) = match language {
        Language::German => message.german,
        Language::English => message.english,
    };
    respond(&Page { lang: language.tag(), title, text }, message.status, &[])
}
