//! A sign-in at mittwald in progress: begun by the person's choice on the consent page, taken out
//! once by the callback, gone after ten minutes.
//!
//! # Choosing one project
//! Whose projects there are is known only after the sign-in, so a person who allows one project chooses
//! it then, on a second page ([`super::project`]). What waits meanwhile (mittwald's tokens, the
//! agreement) stays here: the record moves on from [`Record::Open`] over [`Record::SigningIn`] to
//! [`Record::Choosing`], and ends as [`Record::Used`] like every other.
//!
//! The alternative, the signed-in state sealed in the page's form and its name used once, was not
//! taken. Here nothing of mittwald's tokens goes to the browser, not even sealed; the page can be
//! reloaded, paged through, searched and read in the other language without carrying anything along; a
//! failure of mittwald uses nothing up, because looking ([`LoginCommand::Look`]) and ending
//! ([`LoginCommand::Finish`]) are two commands; and "once" is the same synchronous transition that
//! already keeps the callback from running twice, not a second list of used names. Each of the two
//! steps has ten minutes of its own.

use serde::{Deserialize, Serialize};

use crate::http::Language;
use crate::keys::mac;
use crate::mittwald::projects;
use crate::tools::caller::Level;

use super::request::AuthorizationRequest;
use super::stores::{LoginCommand, LoginReply};

/// Seconds that a sign-in may take.
pub const LIFETIME: u64 = 600;

/// What a person signs in at mittwald for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// A client asks for access.
    Client(Box<AuthorizationRequest>),
    /// The person wants to see their connections.
    Connections,
}

/// Which projects a client gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Projects {
    /// All that the person has access to.
    All,
    /// One, which the person chooses after signing in.
    One,
    /// The one that the connector's address names (`/mcp/p/{id}`).
    Fixed(String),
}

impl Projects {
    /// What mittwald is asked for: to list a person's projects, or to see whether one is theirs, takes
    /// a right of its own. The grant gets it only if the client asked for it.
    #[must_use]
    pub fn upstream(&self, scopes: &[String]) -> Vec<String> {
        let mut scopes = scopes.to_vec();
        if *self != Self::All && !scopes.iter().any(|scope| scope == projects::SCOPE) {
            scopes.push(projects::SCOPE.to_owned());
        }
        scopes
    }
}

/// What the callback needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Why.
    pub purpose: Purpose,
    /// Scopes that the person agreed to.
    pub scopes: Vec<String>,
    /// Level that the person chose.
    pub level: Level,
    /// Projects that the person allowed.
    pub projects: Projects,
    /// Digest of the browser's cookie.
    pub cookie: String,
    /// PKCE verifier towards mittwald.
    pub verifier: String,
    /// Redirect URI that mittwald was given.
    pub callback: String,
    /// Whether mittwald refused a scope before, and this is the try without it.
    #[serde(default)]
    pub second_try: bool,
    /// Whether the person reads German.
    pub german: bool,
    /// When it is over, in seconds since the epoch.
    pub expires_at: u64,
}

impl Login {
    /// Language of the pages of this sign-in.
    #[must_use]
    pub const fn language(&self) -> Language {
        if self.german { Language::German } else { Language::English }
    }
}

/// A person who has signed in and still has to choose a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosing {
    /// The sign-in that came before.
    pub login: Login,
    /// The person and mittwald's tokens, sealed ([`super::issue::SignedIn::seal`]).
    pub person: String,
    /// When it is over, in seconds since the epoch.
    pub expires_at: u64,
}

/// What the object holds: one record that only moves forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// Waiting for the callback.
    Open(Box<Login>),
    /// The callback has it and will come back with the person: they choose one project.
    SigningIn {
        /// Digest of the browser's cookie.
        cookie: String,
    },
    /// The person has signed in and chooses a project.
    Choosing(Box<Choosing>),
    /// Taken out; kept until it expires so that the same form cannot begin it again.
    Used,
}

/// Applies a command to the record; returns what to store (if anything changes) and the reply.
#[must_use]
pub fn apply(
    record: Option<Record>,
    command: LoginCommand,
    now: u64,
) -> (Option<Record>, LoginReply) {
    match (command, record) {
        (LoginCommand::Create(login), None) => (Some(Record::Open(login)), LoginReply::Created),
        (LoginCommand::Create(_), Some(_)) => (None, LoginReply::AlreadyUsed),
        (LoginCommand::Take { .. }, None | Some(Record::Used)) => (None, LoginReply::Unknown),
        (LoginCommand::Take { cookie }, Some(Record::Open(login))) => {
            if now >= login.expires_at {
                (None, LoginReply::Unknown)
            } else if mac::same(&login.cookie, &cookie) {
                let next = match login.projects {
                    Projects::One => Record::SigningIn { cookie },
                    Projects::All | Projects::Fixed(_) => Record::Used,
                };
                (Some(next), LoginReply::Taken(login))
            } else {
                (None, LoginReply::OtherBrowser)
            }
        }
        (LoginCommand::Take { .. }, Some(Record::SigningIn { .. } | Record::Choosing(_))) => {
            (None, LoginReply::Unknown)
        }
        (LoginCommand::Choose(choosing), Some(Record::SigningIn { cookie }))
            if mac::same(&choosing.login.cookie, &cookie) =>
        {
            (Some(Record::Choosing(choosing)), LoginReply::Created)
        }
        (LoginCommand::Choose(_), _) => (None, LoginReply::Unknown),
        (LoginCommand::Look { cookie }, record) => match waiting(record, &cookie, now) {
            Ok(choosing) => (None, LoginReply::Choosing(choosing)),
            Err(reply) => (None, reply),
        },
        (LoginCommand::Finish { cookie }, record) => match waiting(record, &cookie, now) {
            Ok(choosing) => (Some(Record::Used), LoginReply::Choosing(choosing)),
            Err(reply) => (None, reply),
        },
    }
}

/// The choice that is still to be made, for the browser in which everything began.
fn waiting(record: Option<Record>, cookie: &str, now: u64) -> Result<Box<Choosing>, LoginReply> {
    match record {
        Some(Record::Choosing(choosing)) if now < choosing.expires_at => {
            if mac::same(&choosing.login.cookie, cookie) {
                Ok(choosing)
            } else {
                Err(LoginReply::OtherBrowser)
            }
        }
        _ => Err(LoginReply::Unknown),
    }
}

#[cfg(test)]
mod tests;
