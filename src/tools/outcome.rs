//! How a call ended, in words for the model: the answer, an error of mittwald, a refusal of ours.

use super::call::Environment;
use super::confirm;
use super::permission::Denied;
use super::result::{Fence, ToolResult};
use crate::catalog::Tool;
use crate::http::Status;
use crate::mittwald::sentence::{self, About};
use crate::mittwald::{ApiError, Arguments};
use crate::ports::{LedgerRefusal, NoRandomness};

/// The call's own request was sent, or would have changed nothing.
pub fn conclude(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    outcome: Result<String, ApiError>,
) -> ToolResult {
    match outcome {
        Ok(json) if tool.untrusted => match Fence::new(environment.ports.random) {
            Ok(fence) => ToolResult::answer(json).fenced(fence),
            Err(NoRandomness) => ToolResult::error(
                "no_randomness",
                "The connector cannot mark this answer as data for now, so it is not shown. Try again in a \
                 moment.",
            ),
        },
        Ok(json) => ToolResult::answer(json),
        Err(error) => {
            failed(environment, tool, arguments, &error, &|about| sentence::of(&error, about))
        }
    }
}

/// A lookup failed before the call's own request; `what` could not be checked.
pub fn unsent(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    error: &ApiError,
    what: &str,
) -> ToolResult {
    failed(environment, tool, arguments, error, &|about| {
        let why = sentence::of_lookup(error, about);
        format!("{what} could not be checked, so nothing was sent. {why}")
    })
}

pub(super) fn failed(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    error: &ApiError,
    told: &dyn Fn(&About<'_>) -> String,
) -> ToolResult {
    let about = About {
        tool,
        arguments,
        api_token: environment.caller.scopes.is_none(),
        served: &|name| environment.surface.find(name),
    };
    let result = ToolResult::error(error.name(), told(&about));
    if *error == ApiError::SignInAgain {
        // Our own token is still good, so the exchange itself succeeds: only the tool failed.
        return result.challenged(Status::OK, sign_in_again(environment));
    }
    result
}

/// The caller may not do this.
pub fn refuse(environment: &Environment<'_>, tool: &'static Tool, denied: Denied) -> ToolResult {
    let result = ToolResult::error(denied.name(), denied.told(tool, environment.caller));
    match denied {
        Denied::Scope(scope) => {
            let description = format!("{} needs {scope}", tool.name);
            let needed = held_and(tool, environment);
            let challenge = (environment.challenge)("insufficient_scope", &description, &needed);
            result.challenged(Status::FORBIDDEN, challenge)
        }
        Denied::Level(_) | Denied::NotGranted(_) | Denied::Project => result,
    }
}

/// What to ask for next: what the tool needs, and what the token already carries. A client that signs in
/// again with only the challenge's scopes would lose the others (MCP 2025-11-25 basic/authorization,
/// "Runtime Insufficient Scope Errors").
fn held_and<'a>(tool: &'static Tool, environment: &'a Environment<'_>) -> Vec<&'a str> {
    let held = environment.caller.scopes.iter().flatten().map(String::as_str);
    let mut scopes: Vec<&str> = held.filter(|held| !held.is_empty()).collect();
    scopes.extend(tool.scopes);
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// The log of writes refused the write.
pub fn not_opened(
    environment: &Environment<'_>,
    tool: &'static Tool,
    refusal: LedgerRefusal,
) -> ToolResult {
    match refusal {
        LedgerRefusal::ConfirmationUsed => confirm::already_used(tool),
        LedgerRefusal::Revoked => ToolResult::error(
            "revoked",
            "This connection was revoked, so nothing was sent. Sign in again: reconnect the mittwald \
             connector in the client's settings.",
        )
        .challenged(Status::UNAUTHORIZED, sign_in_again(environment)),
        LedgerRefusal::Unavailable => ToolResult::error(
            "ledger_unavailable",
            "The connector could not note the change in its log, so nothing was sent. Try again in a \
             moment.",
        ),
    }
}

/// The challenge of a sign-in that has ended.
#[must_use]
pub fn sign_in_again(environment: &Environment<'_>) -> String {
    let scopes = environment.surface.scopes();
    (environment.challenge)("invalid_token", "The sign-in has ended; sign in again", &scopes)
}
