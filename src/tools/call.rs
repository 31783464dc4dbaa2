//! The order of a call: what the person allowed, the arguments, the rate, the log of writes, one
//! request, the answer. Nothing is sent before all of it holds, and nothing is retried.

use serde_json::value::RawValue;

use super::answer;
use super::caller::Caller;
use super::check;
use super::permission::{self, Denied};
use super::result::ToolResult;
use super::surface::Surface;
use crate::catalog::{Effect, Tool};
use crate::http::Status;
use crate::mittwald::error::Effected;
use crate::mittwald::sentence::{self, About};
use crate::mittwald::{ApiError, Arguments, UPSTREAM_TIMEOUT_MS, request, response};
use crate::ports::{LedgerRefusal, Ports, UpstreamRequest, WriteId, WriteRecord};

/// Milliseconds for everything that one HTTP request's tool calls do: some clients give up at 60 s.
pub const DEADLINE_MS: u64 = 50_000;

/// Least time, in milliseconds, in which a request to mittwald is worth starting.
const MIN_TIMEOUT_MS: u64 = 1_000;

/// What a call depends on besides its arguments.
#[derive(Clone, Copy)]
pub struct Environment<'a> {
    /// Base of the mittwald API.
    pub api_url: &'a str,
    /// Where the client is connected.
    pub surface: &'a Surface,
    /// Who calls.
    pub caller: &'a Caller,
    /// The outside world.
    pub ports: Ports<'a>,
    /// `WWW-Authenticate` value for an error code, a description and scopes (RFC 6750 section 3).
    pub challenge: &'a dyn Fn(&str, &str, &[&str]) -> String,
    /// When the HTTP request began, in milliseconds since the Unix epoch.
    pub began_ms: u64,
}

/// Calls a tool that the surface serves.
pub async fn call(
    environment: &Environment<'_>,
    tool: &'static Tool,
    given: Option<&RawValue>,
) -> ToolResult {
    let Environment { caller, ports, .. } = environment;
    if let Err(denied) = permission::check(caller, tool) {
        return refuse(environment, tool, denied);
    }
    let arguments = match check::check(tool, given) {
        Ok(arguments) => arguments,
        Err(problems) => return ToolResult::error("bad_arguments", problems.told(tool)),
    };
    if let Err(denied) = permission::check_project(caller, &arguments) {
        return refuse(environment, tool, denied);
    }
    if !ports.limiter.allow(&caller.account).await {
        return ToolResult::error(
            "rate_limited",
            "Too many calls by this person within a minute; nothing was sent. Wait a minute, then go on \
             with fewer calls: lists show many things in one call.",
        );
    }
    let Some(timeout) = time_left(environment) else {
        return ToolResult::error(
            "out_of_time",
            "The calls before this one used up the time of the request; nothing was sent. Call it again \
             on its own.",
        );
    };
    let token = &caller.upstream;
    let Ok(prepared) = request::render(environment.api_url, tool, &arguments, token, timeout)
    else {
        return ToolResult::error(
            "unrenderable",
            "These arguments cannot be made into a request; nothing was sent. Check the ids.",
        );
    };
    if tool.effect == Effect::Read {
        let outcome = exchange(environment, tool, &arguments, prepared).await;
        return conclude(environment, tool, &arguments, outcome);
    }
    write(environment, tool, &arguments, prepared).await
}

/// A write stands in the log before it is sent, and never happens under a grant that has ended.
async fn write(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    prepared: UpstreamRequest,
) -> ToolResult {
    let Environment { caller, ports, .. } = environment;
    let target = arguments.ids().last().map(|(_, id)| id.into_owned()).unwrap_or_default();
    let record = WriteRecord {
        account: &caller.account,
        grant: caller.grant.as_deref(),
        client: &caller.client,
        tool: tool.name,
        target: &target,
    };
    let id: WriteId = match ports.ledger.open(&record).await {
        Ok(id) => id,
        Err(refusal) => return not_opened(environment, refusal),
    };
    let outcome = exchange(environment, tool, arguments, prepared).await;
    let took_effect =
        outcome.as_ref().map_or_else(|error| error.effected() == Effected::Yes, |_| true);
    ports.ledger.close(&caller.account, id, took_effect);
    conclude(environment, tool, arguments, outcome)
}

async fn exchange(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    prepared: UpstreamRequest,
) -> Result<String, ApiError> {
    let received = environment.ports.upstream.send(prepared).await.map_err(ApiError::NoAnswer)?;
    let success = response::read(&received, tool)?;
    answer::compose(tool, arguments, &success)
}

fn conclude(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    outcome: Result<String, ApiError>,
) -> ToolResult {
    let error = match outcome {
        Ok(json) => return ToolResult::answer(json),
        Err(error) => error,
    };
    let about = About {
        tool,
        arguments,
        api_token: environment.caller.scopes.is_none(),
        served: &|name| environment.surface.find(name),
    };
    let result = ToolResult::error(error.name(), sentence::of(&error, &about));
    if error == ApiError::SignInAgain {
        // Our own token is still good, so the exchange itself succeeds: only the tool failed.
        return result.challenged(Status::OK, sign_in_again(environment));
    }
    result
}

fn refuse(environment: &Environment<'_>, tool: &'static Tool, denied: Denied) -> ToolResult {
    let result = ToolResult::error(denied.name(), denied.told(tool, environment.caller));
    match denied {
        Denied::Scope(scope) => {
            let description = format!("{} needs {scope}", tool.name);
            let challenge = (environment.challenge)("insufficient_scope", &description, &[scope]);
            result.challenged(Status::FORBIDDEN, challenge)
        }
        Denied::Level(_) | Denied::Project => result,
    }
}

fn not_opened(environment: &Environment<'_>, refusal: LedgerRefusal) -> ToolResult {
    match refusal {
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

fn sign_in_again(environment: &Environment<'_>) -> String {
    let scopes = environment.surface.scopes();
    (environment.challenge)("invalid_token", "The sign-in has ended; sign in again", &scopes)
}

/// Milliseconds for one request; `None` where it is too late to begin.
fn time_left(environment: &Environment<'_>) -> Option<u32> {
    let elapsed = environment.ports.clock.now_ms().saturating_sub(environment.began_ms);
    let left = DEADLINE_MS.saturating_sub(elapsed);
    if left < MIN_TIMEOUT_MS {
        return None;
    }
    Some(u32::try_from(left).map_or(UPSTREAM_TIMEOUT_MS, |left| left.min(UPSTREAM_TIMEOUT_MS)))
}

#[cfg(test)]
mod tests;
