//! The token that carries a person's agreement from the preview to the change: sealed, so that nobody
//! reads or forges it, and bound, so that it is good for nothing else.

use serde::{Deserialize, Serialize};

use super::preview::Shown;
use crate::catalog::Tool;
use crate::keys::{Purpose, digest, digest_of, random, seal};
use crate::mittwald::Arguments;
use crate::mittwald::canonical::canonical;
use crate::ports::{NoRandomness, Spent};
use crate::tools::call::Environment;

/// Seconds for which a token is good.
pub const LIFETIME: u64 = 10 * 60;

/// Separates this use of the key from any other that may come.
const CONTEXT: &str = "confirmation token";

/// What a token is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Digest of account, grant, client and surface.
    connection: String,
    tool: String,
    /// Digest of the canonical arguments.
    arguments: String,
    /// Digest of what the preview showed.
    shown: String,
}

impl Bound {
    /// What this call is bound to.
    pub fn of(
        environment: &Environment<'_>,
        tool: &'static Tool,
        arguments: &Arguments<'_>,
        shown: &Shown,
    ) -> Self {
        Self {
            connection: connection(environment),
            tool: tool.name.to_owned(),
            arguments: digest(&spelled(arguments)),
            shown: shown.digest.clone(),
        }
    }
}

/// A token that is ours.
#[derive(Debug, Serialize, Deserialize)]
pub struct Token {
    bound: Bound,
    nonce: String,
    /// Seconds since the epoch.
    until: u64,
}

/// Why a token does not allow a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Caller: tool result. Not ours, or changed on the way.
    Unreadable,
    /// Caller: tool result. Another person's, grant's, client's or surface's.
    Foreign,
    /// Caller: tool result.
    OtherTool,
    /// Caller: tool result.
    OtherArguments,
    /// Caller: tool result. Older than [`LIFETIME`].
    Expired,
    /// Caller: a new preview. What was shown has changed.
    Changed,
}

impl Unfit {
    /// Name for the log line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "confirmation_wrong",
            Self::Foreign => "confirmation_foreign",
            Self::OtherTool => "confirmation_other_tool",
            Self::OtherArguments => "confirmation_other_arguments",
            Self::Expired => "confirmation_expired",
            Self::Changed => "confirmation_outdated",
        }
    }
}

/// Makes a token.
///
/// # Errors
/// [`NoRandomness`].
pub fn make(environment: &Environment<'_>, bound: &Bound) -> Result<String, NoRandomness> {
    let ports = environment.ports;
    let token = Token {
        bound: bound.clone(),
        nonce: random::<16>(ports.random)?,
        until: ports.clock.now().saturating_add(LIFETIME),
    };
    let json = serde_json::to_string(&token).map_err(|_| NoRandomness)?;
    seal::seal(environment.keys, Purpose::Confirmation, CONTEXT, &json, ports.random)
}

/// Reads a token, and refuses what can be refused without asking mittwald.
///
/// # Errors
/// [`Unfit`].
pub fn read(environment: &Environment<'_>, given: &str) -> Result<Token, Unfit> {
    let opened = seal::open(environment.keys, Purpose::Confirmation, CONTEXT, given);
    let token: Token =
        opened.and_then(|json| serde_json::from_str(&json).ok()).ok_or(Unfit::Unreadable)?;
    if token.bound.connection != connection(environment) {
        return Err(Unfit::Foreign);
    }
    if token.until <= environment.ports.clock.now() {
        return Err(Unfit::Expired);
    }
    Ok(token)
}

impl Token {
    /// What the call spends, if the token is for just this one.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn fits(&self, bound: &Bound) -> Result<Spent, Unfit> {
        let Bound { connection, tool, arguments, shown } = bound;
        if self.bound.connection != *connection {
            return Err(Unfit::Foreign);
        }
        if self.bound.tool != *tool {
            return Err(Unfit::OtherTool);
        }
        if self.bound.arguments != *arguments {
            return Err(Unfit::OtherArguments);
        }
        if self.bound.shown != *shown {
            return Err(Unfit::Changed);
        }
        Ok(Spent { nonce: self.nonce.clone(), until: self.until })
    }
}

/// Who calls, through which client, where.
fn connection(environment: &Environment<'_>) -> String {
    digest_of(&[&environment.caller.connection(), environment.surface.path()])
}

/// The arguments in one spelling, without the token itself.
fn spelled(arguments: &Arguments<'_>) -> String {
    let json = arguments.json();
    // What was checked is JSON without a member twice; what is not would still be told apart.
    canonical(&json).unwrap_or(json)
}
