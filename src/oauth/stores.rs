//! The two Durable Objects, as the authorization server sees them: commands and replies.
//!
//! `edge` carries them as JSON over an internal fetch; [`super::account`] and [`super::login`] say
//! what they mean.

use futures::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use super::grant::{Exchange, Grant, GrantRefusal, Refresh, UpstreamSession};
use super::login::{Choosing, Login};
use super::overview::Overview;
use crate::ports::Spent;

/// Both stores.
#[derive(Clone, Copy)]
pub struct Stores<'a> {
    /// One object per mittwald user.
    pub accounts: &'a dyn Accounts,
    /// One object per sign-in.
    pub logins: &'a dyn Logins,
}

/// A store could not be reached, or failed; the command may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store is out of reach")]
pub struct StoreUnavailable;

/// Reaches `Account` objects by name.
pub trait Accounts {
    /// Sends one command.
    fn call<'a>(
        &'a self,
        account: &'a str,
        command: AccountCommand,
    ) -> LocalBoxFuture<'a, Result<AccountReply, StoreUnavailable>>;
}

/// Reaches `Login` objects by name.
pub trait Logins {
    /// Sends one command.
    fn call<'a>(
        &'a self,
        login: &'a str,
        command: LoginCommand,
    ) -> LocalBoxFuture<'a, Result<LoginReply, StoreUnavailable>>;
}

/// What an `Account` object is asked.
#[derive(Debug, Serialize, Deserialize)]
pub enum AccountCommand {
    /// Stores a new grant.
    Create(Box<Grant>),
    /// Exchanges a grant's code.
    Exchange {
        /// Grant id.
        grant: String,
        /// What the client showed.
        shown: Exchange,
    },
    /// Uses a refresh token; refreshes mittwald's tokens where they are about to expire.
    Refresh {
        /// Grant id.
        grant: String,
        /// What the client showed.
        shown: Refresh,
    },
    /// Ends a grant, if it is this client's.
    Revoke {
        /// Grant id.
        grant: String,
        /// The authenticated client.
        client_id: String,
    },
    /// Tells what the person has connected, and the log of writes.
    Overview,
    /// Ends one grant, or all of them, by the person's own wish.
    Disconnect {
        /// Grant id; `None` for all.
        grant: Option<String>,
    },
    /// Ends a session at mittwald that no grant came of.
    EndUpstream(UpstreamSession),
    /// Opens an entry in the log of writes, if the grant still lives.
    OpenWrite {
        /// Grant id; `None` for an API token.
        grant: Option<String>,
        /// Client id or `api-token`.
        client: String,
        /// Tool.
        tool: String,
        /// Id of the thing written.
        target: String,
        /// The confirmation that the write uses up.
        #[serde(default)]
        spends: Option<Spent>,
    },
    /// Notes how a write ended.
    CloseWrite {
        /// Entry.
        id: i64,
        /// Whether mittwald accepted it.
        succeeded: bool,
    },
}

/// What an `Account` object answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum AccountReply {
    /// Done; also for revoking what is not there (RFC 7009 section 2.2).
    Done,
    /// The grant after an exchange or refresh, with the generation of the refresh token to issue.
    Granted(Box<Grant>, u32),
    /// Refused; nothing was used up (but a replay has ended the grant).
    Refused(GrantRefusal),
    /// mittwald does not renew its tokens: the person must sign in again. The grant has ended.
    SignInAgain,
    /// mittwald could not be reached, nothing was used up.
    UpstreamUnavailable,
    /// The write may start.
    Opened(i64),
    /// The write may not start: its confirmation was used by another one.
    ConfirmationUsed,
    /// What the person has connected.
    Overview(Box<Overview>),
}

/// What a `Login` object is asked.
#[derive(Debug, Serialize, Deserialize)]
pub enum LoginCommand {
    /// Stores a sign-in that is about to begin.
    Create(Box<Login>),
    /// Takes the sign-in out, once, for the browser with this cookie.
    Take {
        /// Digest of the cookie.
        cookie: String,
    },
    /// The callback is back with the person, who now chooses a project.
    Choose(Box<Choosing>),
    /// Looks at the choice to be made; changes nothing.
    Look {
        /// Digest of the cookie.
        cookie: String,
    },
    /// Ends the choice, once, for the browser with this cookie.
    Finish {
        /// Digest of the cookie.
        cookie: String,
    },
}

/// What a `Login` object answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum LoginReply {
    /// Stored.
    Created,
    /// The sign-in; it cannot be taken again.
    Taken(Box<Login>),
    /// The choice that is to be made, or that was just ended and cannot be made again.
    Choosing(Box<Choosing>),
    /// This page's form was already sent.
    AlreadyUsed,
    /// Nothing under this name: never was, was taken, or is over ten minutes old.
    Unknown,
    /// Began in another browser; it stays there for that one.
    OtherBrowser,
}
