//! The order of a call: what the person allowed, the arguments, the rate, the log of writes, one
//! request, the answer. Nothing is sent before all of it holds, and nothing is retried.

use serde_json::value::RawValue;

use super::caller::Caller;
use super::check::{self, Settled};
use super::confirm;
use super::input::Input;
use super::outcome::{conclude, not_opened, refuse, unsent};
use super::progress::Progress;
use super::project::{self, Outside};
use super::result::ToolResult;
use super::short_id::{self, Unresolved};
use super::surface::{Named, Surface};
use super::{answer, permission, workflows};
use crate::catalog::{Binding, Effect, Tool};
use crate::http::Language;
use crate::keys::{KeyRing, Secret};
use crate::mittwald::error::Effected;
use crate::mittwald::request::Way;
use crate::mittwald::response::Success;
use crate::mittwald::{
    ApiError, Arguments, UPSTREAM_TIMEOUT_MS, Value, password, request, response,
};
use crate::ports::{
    LedgerRefusal, NoRandomness, Ports, Spent, UpstreamFailure, UpstreamRequest, WriteId,
    WriteRecord,
};

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
    /// Language of sentences that a person reads.
    pub language: Language,
    /// Keys, for what travels to the client and comes back.
    pub keys: &'a KeyRing,
    /// `WWW-Authenticate` value for an error code, a description and scopes (RFC 6750 section 3).
    pub challenge: &'a dyn Fn(&str, &str, &[&str]) -> String,
    /// Hears how far the call is.
    pub progress: &'a dyn Progress,
    /// What the client can be asked, and what it answered.
    pub input: &'a Input<'a>,
    /// When the HTTP request began, in milliseconds since the Unix epoch.
    pub began_ms: u64,
}

impl<'a> Environment<'a> {
    /// How one more request reaches mittwald.
    ///
    /// # Errors
    /// [`ApiError::NoAnswer`] where too little time is left to begin one.
    pub fn way(&self) -> Result<Way<'a>, ApiError> {
        let timeout_ms = time_left(self).ok_or(ApiError::NoAnswer(UpstreamFailure::TimedOut))?;
        Ok(Way { api_url: self.api_url, token: &self.caller.upstream, timeout_ms })
    }

    /// The one project that the call must stay in: the address fixes it, or the person's consent.
    #[must_use]
    pub fn project(&self) -> Option<&'a str> {
        self.caller.project_at(self.surface)
    }
}

/// Calls a tool that the surface serves.
pub async fn call(
    environment: &Environment<'_>,
    named: Named,
    given: Option<&RawValue>,
) -> ToolResult {
    let Named { tool, alias } = named;
    let fixed = alias.map_or(&[][..], |alias| alias.fixed);
    let arguments = match admitted(environment, tool, fixed, given) {
        Ok(arguments) => arguments,
        Err(refused) => return refused,
    };
    if !environment.ports.limiter.allow(&environment.caller.account).await {
        return ToolResult::error(
            "rate_limited",
            "Too many calls by this person within a minute; nothing was sent. Wait a minute, then go on \
             with fewer calls: lists show many things in one call.",
        );
    }
    proceed(environment, tool, arguments).await.unwrap_or_else(|refused| refused)
}

/// Calls a tool as a part of another call, which was counted already. Whether the surface serves the
/// tool is for the caller to say.
pub(super) async fn within(
    environment: &Environment<'_>,
    tool: &'static Tool,
    given: Option<&RawValue>,
) -> ToolResult {
    match admitted(environment, tool, &[], given) {
        Ok(arguments) => {
            proceed(environment, tool, arguments).await.unwrap_or_else(|refused| refused)
        }
        Err(refused) => refused,
    }
}

/// The arguments, where the caller may call the tool and they are right.
fn admitted<'a>(
    environment: &'a Environment<'_>,
    tool: &'static Tool,
    fixed: &'static [(&'static str, &'static str)],
    given: Option<&'a RawValue>,
) -> Result<Arguments<'a>, ToolResult> {
    let Environment { surface, caller, .. } = environment;
    if let Err(denied) = permission::check(caller, tool, surface.project()) {
        return Err(refuse(environment, tool, denied));
    }
    let project = environment.project();
    let settled = Settled {
        fixed,
        project: match tool.project {
            Binding::Argument(name) => project.map(|project| (name, project)),
            _ => None,
        },
    };
    check::check(tool, given, settled)
        .map_err(|problems| ToolResult::error("bad_arguments", problems.told(tool)))
}

/// What follows once the arguments are right: ids, project, the request.
async fn proceed(
    environment: &Environment<'_>,
    tool: &'static Tool,
    mut arguments: Arguments<'_>,
) -> Result<ToolResult, ToolResult> {
    match short_id::resolve(environment, tool, &mut arguments).await {
        Ok(()) => {}
        Err(Unresolved::Unknown(told)) => return Err(ToolResult::error("unknown_short_id", told)),
        Err(Unresolved::Failed(error)) => {
            return Err(unsent(environment, tool, &arguments, &error, "The short id"));
        }
    }
    if let Some(project) = environment.project() {
        if let Binding::Argument(name) = tool.project
            && arguments.get(name).is_some_and(|id| id.plain().eq_ignore_ascii_case(project))
        {
            // The letters of a UUID have no case for us, but they may have one for mittwald.
            arguments.replace(name, Value::Text(project.to_ascii_lowercase().into()));
        }
        match project::prove(environment, tool, &arguments, project).await {
            Ok(()) => {}
            Err(Outside::Foreign) => {
                return Err(conclude(environment, tool, &arguments, Err(project::foreign())));
            }
            Err(Outside::Unproved(error)) => {
                let what = "Whether this stays inside the project";
                return Err(unsent(environment, tool, &arguments, &error, what));
            }
        }
    }
    if let Some(job) = &tool.job {
        return Ok(workflows::run(environment, tool, job, &arguments).await);
    }
    let spends = confirm::settle(environment, tool, &arguments, None).await?;
    let Ok(way) = environment.way() else {
        return Err(ToolResult::error(
            "out_of_time",
            "The calls before this one used up the time of the request; nothing was sent. Call it again \
             on its own.",
        ));
    };
    let Ok(password) = generated(environment, tool) else {
        let told = "The connector has no randomness for a password; nothing was sent. Try again in a moment.";
        return Err(ToolResult::error("no_randomness", told));
    };
    let Ok(prepared) = request::render(way, tool, &arguments, password.as_ref()) else {
        return Err(ToolResult::error(
            "unrenderable",
            "These arguments cannot be made into a request; nothing was sent. Check the ids.",
        ));
    };
    if tool.effect == Effect::Read {
        let outcome = exchange(environment, tool, &arguments, prepared).await;
        return Ok(conclude(environment, tool, &arguments, outcome));
    }
    Ok(write(environment, tool, &arguments, spends, prepared).await)
}

/// The password that the request needs and nobody chooses, if it needs one.
pub(super) fn generated(
    environment: &Environment<'_>,
    tool: &'static Tool,
) -> Result<Option<Secret>, NoRandomness> {
    if tool.operation.as_ref().is_none_or(|operation| operation.generated.is_empty()) {
        return Ok(None);
    }
    password::generate(environment.ports.random).map(Some)
}

/// A write stands in the log before it is sent, and never happens under a grant that has ended.
async fn write(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    spends: Option<Spent>,
    prepared: UpstreamRequest,
) -> ToolResult {
    let Environment { caller, ports, .. } = environment;
    let id = match note(environment, tool, arguments, spends.as_ref()).await {
        Ok(id) => id,
        Err(refusal) => return not_opened(environment, tool, refusal),
    };
    let outcome = exchange(environment, tool, arguments, prepared).await;
    // An entry whose outcome nobody knows stays open, and reads as just that.
    match outcome.as_ref().map_or_else(ApiError::effected, |_| Effected::Yes) {
        Effected::Perhaps => {}
        effected => ports.ledger.close(&caller.account, id, effected == Effected::Yes),
    }
    conclude(environment, tool, arguments, outcome)
}

/// Opens an entry in the log, and uses up the confirmation that the write needed.
pub(super) async fn note(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    spends: Option<&Spent>,
) -> Result<WriteId, LedgerRefusal> {
    let caller = environment.caller;
    let target = arguments.ids().last().map(|(_, id)| id.into_owned()).unwrap_or_default();
    let record = WriteRecord {
        account: &caller.account,
        grant: caller.grant.as_deref(),
        client: &caller.client,
        tool: tool.name,
        target: &target,
        spends,
    };
    environment.ports.ledger.open(&record).await
}

/// Sends a request of the tool's, and makes its answer; of a fixed project, only what belongs to it.
pub(super) async fn exchange(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    prepared: UpstreamRequest,
) -> Result<String, ApiError> {
    let received = environment.ports.upstream.send(prepared).await.map_err(ApiError::NoAnswer)?;
    let Some(project) = environment.project() else {
        return answer::compose(tool, arguments, &response::read(&received, tool)?);
    };
    let success = match response::read(&received, tool) {
        // Where the answer alone tells the project, a refusal would tell that something is there.
        Err(ApiError::Forbidden { .. } | ApiError::NotFound { .. })
            if matches!(tool.project, Binding::Answer(_)) =>
        {
            return Err(project::foreign());
        }
        other => other?,
    };
    let (json, total) = project::own(tool, &success, project)?;
    answer::compose(tool, arguments, &Success { json: &json, total })
}

/// Milliseconds for one request; `None` where it is too late to begin.
pub(super) fn time_left(environment: &Environment<'_>) -> Option<u32> {
    let elapsed = environment.ports.clock.now_ms().saturating_sub(environment.began_ms);
    let left = DEADLINE_MS.saturating_sub(elapsed);
    if left < MIN_TIMEOUT_MS {
        return None;
    }
    Some(u32::try_from(left).map_or(UPSTREAM_TIMEOUT_MS, |left| left.min(UPSTREAM_TIMEOUT_MS)))
}

#[cfg(test)]
mod tests;
