//! A sign-in at mittwald in progress: begun by the person's choice on the consent page, taken out
//! once by the callback, gone after ten minutes.

use serde::{Deserialize, Serialize};

use crate::http::Language;
use crate::keys::mac;
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

/// What the object holds: one record that only moves forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// Waiting for the callback.
    Open(Box<Login>),
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
                (Some(Record::Used), LoginReply::Taken(login))
            } else {
                (None, LoginReply::OtherBrowser)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::testing::Fixture;

    fn take(cookie: &str) -> LoginCommand {
        LoginCommand::Take { cookie: cookie.into() }
    }

    #[test]
    fn a_sign_in_is_taken_once_by_its_own_browser() {
        let login = Fixture::new().login();
        let (record, reply) = apply(None, LoginCommand::Create(Box::new(login.clone())), 100);
        assert!(matches!(reply, LoginReply::Created));

        let (unchanged, reply) = apply(record.clone(), take("other"), 100);
        assert!(unchanged.is_none() && matches!(reply, LoginReply::OtherBrowser));

        let (record, reply) = apply(record, take(&login.cookie), 100);
        assert!(matches!(reply, LoginReply::Taken(_)));

        let (_, reply) = apply(record.clone(), take(&login.cookie), 100);
        assert!(matches!(reply, LoginReply::Unknown));

        let (_, reply) = apply(record, LoginCommand::Create(Box::new(login)), 100);
        assert!(matches!(reply, LoginReply::AlreadyUsed));
    }

    #[test]
    fn an_old_sign_in_is_not_taken() {
        let login = Fixture::new().login();
        let record = Some(Record::Open(Box::new(login.clone())));
        let (_, reply) = apply(record, take(&login.cookie), login.expires_at);
        assert!(matches!(reply, LoginReply::Unknown));
    }
}
