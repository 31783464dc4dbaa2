//! What a model or person is told about an error: what happened, and what to do next.

use std::fmt::Write as _;

use super::argument::Arguments;
use super::error::{ApiError, Effected, Unreadable};
use super::violation::Violation;
use crate::catalog::{Arg, Effect, Tool, Verb};
use crate::ports::UpstreamFailure;

/// The call that an error belongs to.
pub struct About<'a> {
    /// Tool.
    pub tool: &'static Tool,
    /// What it was called with.
    pub arguments: &'a Arguments<'a>,
    /// Whether the person uses an API token instead of signing in.
    pub api_token: bool,
    /// Looks up a tool that this connection serves: nothing else is recommended.
    pub served: &'a dyn Fn(&str) -> Option<&'static Tool>,
}

/// The sentence for this error.
#[must_use]
pub fn of(error: &ApiError, about: &About<'_>) -> String {
    let mut out = what_happened(error, about);
    if about.tool.effect != Effect::Read {
        push_fate(&mut out, error, about);
    }
    out
}

/// The sentence for the error of a request that only looked something up for the call: whatever the
/// call would have done, it did not happen.
#[must_use]
pub fn of_lookup(error: &ApiError, about: &About<'_>) -> String {
    what_happened(error, about)
}

fn what_happened(error: &ApiError, about: &About<'_>) -> String {
    match error {
        ApiError::Invalid { violations, message } => invalid(violations, message),
        ApiError::SignInAgain if about.api_token => {
            "mittwald no longer accepts the API token. Create a new one in mStudio and put it into \
             the client's configuration."
                .into()
        }
        ApiError::SignInAgain => {
            "mittwald no longer accepts the sign-in of this connection: it expired or was revoked. \
             Sign in again: reconnect the mittwald connector in the client's settings."
                .into()
        }
        ApiError::Forbidden { message } => forbidden(message, about),
        ApiError::NotFound { message } => not_found(message, about),
        ApiError::Conflict { message } => format!(
            "mittwald refused this because it conflicts with what is there{}. Look at the current \
             state{}, then adapt the call.",
            quoted(message),
            by_tool(check_tool(about)),
        ),
        ApiError::NotYet { message } => format!(
            "mittwald says that a condition for this is not met{}. If something was changed a moment \
             ago, wait a few seconds and try again; otherwise look at the current state{}.",
            quoted(message),
            by_tool(check_tool(about)),
        ),
        ApiError::RateLimited { wait: Some(seconds) } => format!(
            "mittwald takes no more requests of this person for now. Wait {seconds} seconds, then try \
             again with fewer calls."
        ),
        ApiError::RateLimited { wait: None } => {
            "mittwald takes no more requests of this person for \
             now. Wait a minute, then try again with fewer calls."
                .into()
        }
        ApiError::Broken { status } => {
            let retry = retry(about);
            format!(
                "mittwald has a problem of its own (status {status}); the call was right.{retry}"
            )
        }
        ApiError::Unexpected { status, message } => {
            format!(
                "mittwald answered with status {status}, which nothing is known about{}.",
                quoted(message)
            )
        }
        ApiError::NoAnswer(failure) => no_answer(*failure, about),
        ApiError::Unreadable(unreadable) => unreadable_answer(*unreadable),
    }
}

fn invalid(violations: &[Violation], message: &str) -> String {
    if violations.is_empty() {
        let hint = "Compare the arguments with the tool's schema.";
        return format!(
            "mittwald does not accept the values of this call{}. {hint}",
            quoted(message)
        );
    }
    let mut out = String::from(
        "mittwald does not accept the values of this call. Correct these and call again:",
    );
    for Violation { argument, message } in violations {
        let said = if message.is_empty() { "not accepted" } else { message };
        // Writing to a String cannot fail.
        let _ = match argument {
            Some(argument) => write!(out, "\n- {argument}: {said}"),
            None => write!(out, "\n- something that no argument sets: {said}"),
        };
    }
    out
}

fn forbidden(message: &str, about: &About<'_>) -> String {
    let ids = about.arguments.named_ids();
    let place = if ids.is_empty() { String::new() } else { format!(" on {ids}") };
    let right = if about.api_token {
        "The API token's roles must include the right to do this (api_read, api_write), and the \
         person's own role in the project or organisation as well"
    } else {
        "The connection has the right for this kind of call, so it is the person's role in the \
         project or organisation that lacks it: an owner can change the role in mStudio"
    };
    format!(
        "Permission denied: mittwald does not let this person do that{place}{}. {right}. Check also \
         that the id is right{}; for something created seconds ago, wait a moment and try again.",
        quoted(message),
        by_tool(list_tools(about)),
    )
}

fn not_found(message: &str, about: &About<'_>) -> String {
    let ids = about.arguments.named_ids();
    if ids.is_empty() {
        return format!("mittwald found nothing for this call{}.", quoted(message));
    }
    let lists = list_tools(about);
    let next = if lists.is_empty() {
        "Check the id.".to_owned()
    } else {
        format!("Valid ids come{}.", by_tool(lists).replace(" with ", " from "))
    };
    format!(
        "mittwald knows nothing with {ids}, or this person may not see it{}. {next} For something \
         created seconds ago, wait a moment and try again.",
        quoted(message),
    )
}

fn no_answer(failure: UpstreamFailure, about: &About<'_>) -> String {
    let retry = retry(about);
    match failure {
        UpstreamFailure::TimedOut => {
            format!("mittwald did not answer in time (25 seconds at most).{retry}")
        }
        UpstreamFailure::Unreachable => {
            format!("The connection to mittwald failed or broke off before the answer was complete.{retry}")
        }
        UpstreamFailure::TooLarge => {
            "mittwald's answer is larger than the connector can read. Ask for less: a smaller limit or \
             a narrower filter, where the tool has one."
                .into()
        }
        UpstreamFailure::Redirected => "mittwald's answer pointed to another address, which the \
             connector does not follow. This is not the call's fault."
            .into(),
    }
}

/// A read may simply be repeated; what a write needs is said by [`push_fate`].
fn retry(about: &About<'_>) -> &'static str {
    match about.tool.effect {
        Effect::Read => " Nothing was changed. Try again in a moment.",
        Effect::Write | Effect::Destructive => "",
    }
}

fn unreadable_answer(unreadable: Unreadable) -> String {
    let what = match unreadable {
        Unreadable::Page => "an HTML page instead of data, as during maintenance",
        Unreadable::Empty => "nothing at all where data was due",
        Unreadable::NotJson => "something that is not JSON",
        Unreadable::NotText => "bytes that are no text",
        Unreadable::OtherShape => "data of another form than its own documentation promises",
    };
    format!("mittwald sent {what}. This is not the call's fault.")
}

/// Says of a write whether it may have happened: repeating one blindly can do it twice.
fn push_fate(out: &mut String, error: &ApiError, about: &About<'_>) {
    let check = by_tool(check_tool(about));
    match error.effected() {
        Effected::No => {}
        Effected::Perhaps => {
            let _ = write!(
                out,
                " The change may have taken effect all the same. Check the current state{check} before \
                 calling this again."
            );
        }
        Effected::Yes => {
            let _ = write!(
                out,
                " mittwald accepted the change, though; do not call this again. Check the result{check}."
            );
        }
    }
}

fn quoted(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(" (it says: \"{message}\")") }
}

/// ` with mittwald_x`, or ` with mittwald_x or mittwald_y`; nothing where there is no tool.
fn by_tool(tools: Vec<&str>) -> String {
    if tools.is_empty() { String::new() } else { format!(" with {}", tools.join(" or ")) }
}

/// Tools that list valid values for the ids in the path.
fn list_tools(about: &About<'_>) -> Vec<&'static str> {
    let mut tools: Vec<&'static str> = Vec::new();
    for arg in about.tool.args.iter().filter(|arg| arg.names_something()) {
        if let Some(tool) = list_tool(arg, about)
            && !tools.contains(&tool)
        {
            tools.push(tool);
        }
    }
    tools
}

/// The tool that lists valid values of one id: the one that its description names; otherwise the list
/// of the tool's own family, unless that needs the same id itself.
fn list_tool(arg: &Arg, about: &About<'_>) -> Option<&'static str> {
    let named = arg.listed_by.and_then(|name| (about.served)(name));
    let by_family = || {
        let (family, _) = about.tool.name.rsplit_once('_')?;
        let needs_it = |tool: &Tool| tool.args.iter().any(|other| other.name == arg.name);
        (about.served)(&format!("{family}_list")).filter(|tool| !needs_it(tool))
    };
    named.or_else(by_family).map(|tool| tool.name)
}

/// The tool that shows what a write did.
fn check_tool(about: &About<'_>) -> Vec<&'static str> {
    let Some((family, _)) = about.tool.name.rsplit_once('_') else { return Vec::new() };
    // After a create or delete the list tells; after a change the thing itself does.
    let verbs = match about.tool.operation.as_ref().map(|operation| operation.verb) {
        Some(Verb::Post | Verb::Delete) => ["list", "get", "show"],
        Some(Verb::Get | Verb::Put | Verb::Patch) | None => ["get", "show", "list"],
    };
    let found = verbs.iter().find_map(|verb| (about.served)(&format!("{family}_{verb}")));
    found.filter(|tool| tool.name != about.tool.name).map(|tool| tool.name).into_iter().collect()
}
