//! The connections page: what is connected, what was changed, and buttons that end it.

use askama::Template;

use crate::http::{Language, Response, Status};
use crate::tools::caller::Level;

use super::consent::Destination;
use super::rights;
use super::{respond, respond_with};

/// What the list shows.
#[derive(Debug)]
pub struct ConnectionsView<'a> {
    /// Living connections.
    pub connections: Vec<ConnectionView<'a>>,
    /// Writes with API tokens, newest first.
    pub by_api_tokens: Vec<WriteView<'a>>,
    /// Writes of connections that have ended, newest first.
    pub by_ended: Vec<WriteView<'a>>,
    /// What the forms carry against forged posts.
    pub form_token: &'a str,
    /// What happened.
    pub notice: Option<Notice>,
    /// Language.
    pub language: Language,
}

/// A living connection.
#[derive(Debug)]
pub struct ConnectionView<'a> {
    /// Its id, for the form.
    pub id: &'a str,
    /// Name that the client gave itself.
    pub client_name: &'a str,
    /// Where its sign-in led.
    pub destination: Destination<'a>,
    /// The connector's address that it uses.
    pub address: &'a str,
    /// Scopes.
    pub scopes: &'a [String],
    /// Level.
    pub level: Level,
    /// The one project; `None` for all.
    pub project: Option<String>,
    /// Seconds since the epoch.
    pub since: u64,
    /// Seconds since the epoch.
    pub used_at: u64,
    /// Its writes, newest first.
    pub writes: Vec<WriteView<'a>>,
}

/// A write.
#[derive(Debug)]
pub struct WriteView<'a> {
    /// Client, where it is not plain from where the entry stands.
    pub client_name: Option<&'a str>,
    /// Where the client's sign-in led.
    pub destination: Option<Destination<'a>>,
    /// Tool.
    pub tool: &'a str,
    /// Id of the thing written; may be empty.
    pub target: &'a str,
    /// Seconds since the epoch.
    pub at: u64,
    /// Whether it took effect; `None` where nobody knows.
    pub succeeded: Option<bool>,
}

/// What the page without a session shows.
#[derive(Debug)]
pub struct SignInView<'a> {
    /// The sealed sign-in, for the form.
    pub sealed: &'a str,
    /// What happened.
    pub notice: Option<Notice>,
    /// Language.
    pub language: Language,
    /// Where the form may lead beside ourselves.
    pub form_actions: Vec<String>,
}

/// A sentence about what has just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// One connection was ended.
    Ended,
    /// Every connection was ended.
    AllEnded,
    /// The form was not of this session; nothing was ended.
    Refused,
    /// The session is over; nothing was ended.
    SessionOver,
    /// The button's form is old or was sent before.
    Stale,
    /// The person, or mittwald, said no.
    NotSignedIn,
    /// mittwald or a store is out of reach.
    Unavailable,
}

impl Notice {
    const fn text(self, language: Language) -> &'static str {
        let (german, english) = match self {
            Self::Ended => (
                "Die Verbindung ist getrennt. Die Anwendung kann ab sofort nichts mehr ändern; lesen kann sie höchstens noch 15 Minuten.",
                "The connection has ended. The application can change nothing from now on, and can read for at most 15 more minutes.",
            ),
            Self::AllEnded => (
                "Alle Verbindungen sind getrennt. Die Anwendungen können ab sofort nichts mehr ändern; lesen können sie höchstens noch 15 Minuten.",
                "All connections have ended. The applications can change nothing from now on, and can read for at most 15 more minutes.",
            ),
            Self::Refused => (
                "Das Formular war veraltet oder kam nicht von dieser Seite. Es wurde nichts getrennt. Hier ist der aktuelle Stand.",
                "The form was out of date or did not come from this page. Nothing was disconnected. This is how things stand.",
            ),
            Self::SessionOver => (
                "Ihre Anmeldung gilt nicht mehr. Es wurde nichts getrennt. Bitte melden Sie sich noch einmal an.",
                "Your sign-in is no longer valid. Nothing was disconnected. Please sign in again.",
            ),
            Self::Stale => (
                "Die Seite war länger als zehn Minuten offen, wurde schon abgeschickt, oder Ihr Browser nimmt keine Cookies an. Bitte versuchen Sie es noch einmal.",
                "The page was open for more than ten minutes, was sent before, or your browser accepts no cookies. Please try again.",
            ),
            Self::NotSignedIn => (
                "Die Anmeldung bei mittwald wurde abgebrochen. Es hat sich nichts geändert.",
                "The sign-in at mittwald was cancelled. Nothing has changed.",
            ),
            Self::Unavailable => (
                "Die Anmeldung bei mittwald ist gerade nicht möglich. Bitte versuchen Sie es in einigen Sekunden noch einmal.",
                "The sign-in at mittwald is not possible right now. Please try again in a few seconds.",
            ),
        };
        language.pick(german, english)
    }

    /// Whether it is good news, as far as it looks.
    const fn is_done(self) -> bool {
        matches!(self, Self::Ended | Self::AllEnded)
    }
}

#[derive(Template)]
#[template(path = "connections_sign_in.html")]
struct SignInPage<'a> {
    de: bool,
    lang: &'static str,
    title: &'a str,
    notice: Option<&'static str>,
    sealed: &'a str,
}

/// The page without a session: one button.
#[must_use]
pub fn sign_in(view: &SignInView<'_>, status: Status) -> Response {
    let language = view.language;
    let template = SignInPage {
        de: language == Language::German,
        lang: language.tag(),
        title: title(language),
        notice: view.notice.map(|notice| notice.text(language)),
        sealed: view.sealed,
    };
    respond(&template, status, &view.form_actions)
}

#[derive(Template)]
#[template(path = "connections.html")]
struct ListPage<'a> {
    de: bool,
    lang: &'static str,
    title: &'a str,
    notice: Option<&'static str>,
    done: bool,
    form_token: &'a str,
    connections: Vec<Entry<'a>>,
    by_api_tokens: Vec<Line<'a>>,
    by_ended: Vec<Line<'a>>,
}

struct Entry<'a> {
    id: &'a str,
    client_name: &'a str,
    target: String,
    address: &'a str,
    rights: Vec<Rights>,
    level: &'static str,
    project: Option<String>,
    since: Moment,
    used_at: Moment,
    writes: Vec<Line<'a>>,
}

/// What is allowed in one area.
struct Rights {
    area: &'static str,
    words: String,
}

struct Line<'a> {
    client: Option<String>,
    tool: &'a str,
    target: &'a str,
    at: Moment,
    result: &'static str,
}

/// The page of a signed-in person.
#[must_use]
pub fn list(view: &ConnectionsView<'_>, status: Status) -> Response {
    let language = view.language;
    let template = ListPage {
        de: language == Language::German,
        lang: language.tag(),
        title: title(language),
        notice: view.notice.map(|notice| notice.text(language)),
        done: view.notice.is_some_and(Notice::is_done),
        form_token: view.form_token,
        connections: view.connections.iter().map(|one| entry(one, language)).collect(),
        by_api_tokens: lines(&view.by_api_tokens, language),
        by_ended: lines(&view.by_ended, language),
    };
    respond_with(&template, status, "'self'")
}

fn entry<'a>(view: &'a ConnectionView<'_>, language: Language) -> Entry<'a> {
    Entry {
        id: view.id,
        client_name: view.client_name,
        target: target(view.destination, language),
        address: view.address,
        rights: rights_of(view.scopes, language),
        level: match view.level {
            Level::Read => language.pick("Nur ansehen", "Read only"),
            Level::Manage => language.pick("Verwalten", "Manage"),
            Level::Delete => language.pick("Verwalten und löschen", "Manage and delete"),
        },
        project: view.project.clone(),
        since: Moment::of(view.since),
        used_at: Moment::of(view.used_at),
        writes: lines(&view.writes, language),
    }
}

fn rights_of(scopes: &[String], language: Language) -> Vec<Rights> {
    // What was granted holds as it is: no level stands above it.
    let rights: Vec<rights::Right> = scopes
        .iter()
        .map(|scope| rights::Right { scope: scope.clone(), level: Level::Read })
        .collect();
    let areas = rights::grouped(&rights, language).into_iter();
    let words = |area: &rights::Area| {
        area.sentences.iter().map(|sentence| sentence.text).collect::<Vec<_>>().join("; ")
    };
    areas.map(|area| Rights { area: area.name, words: words(&area) }).collect()
}

fn lines<'a>(writes: &[WriteView<'a>], language: Language) -> Vec<Line<'a>> {
    writes.iter().map(|write| line(write, language)).collect()
}

fn line<'a>(view: &WriteView<'a>, language: Language) -> Line<'a> {
    let client = view.client_name.map(|name| match view.destination {
        Some(destination) => format!("{name} ({})", target(destination, language)),
        None => name.to_owned(),
    });
    Line {
        client,
        tool: view.tool,
        target: view.target,
        at: Moment::of(view.at),
        result: match view.succeeded {
            Some(true) => language.pick("ausgeführt", "done"),
            Some(false) => language.pick("abgelehnt", "refused"),
            None => language.pick("Ausgang unbekannt", "outcome unknown"),
        },
    }
}

fn target(destination: Destination<'_>, language: Language) -> String {
    match destination {
        Destination::Host(host) => host.to_owned(),
        Destination::ThisComputer => language
            .pick("ein Programm auf Ihrem Computer", "a program on your computer")
            .to_owned(),
        Destination::Application(scheme) => format!("{scheme}://"),
    }
}

const fn title(language: Language) -> &'static str {
    language.pick("Ihre verbundenen Anwendungen", "Your connected applications")
}

/// A moment as both languages read it: `2026-11-24 12:16 UTC`. The reader's time zone is unknown.
struct Moment {
    /// For people.
    text: String,
    /// For programs (RFC 3339).
    machine: String,
}

impl Moment {
    fn of(seconds: u64) -> Self {
        let moment = i64::try_from(seconds)
            .ok()
            .and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0))
            .unwrap_or_default()
            .naive_utc();
        let (date, time) = (moment.date().to_string(), moment.time().to_string());
        let minutes = time.get(..5).unwrap_or_default();
        Self { text: format!("{date} {minutes} UTC"), machine: format!("{date}T{minutes}Z") }
    }
}

#[cfg(test)]
mod tests;
