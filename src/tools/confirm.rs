//! Asking the person before something is deleted, overwritten or paid for.
//!
//! A tool with `confirm` is called twice. The first call changes nothing: it shows what exactly would
//! happen (`preview`) and gives a token. The second call has the same arguments and the token, which
//! is bound to all that the person agreed to (`token`): who, where, which tool, which arguments, and
//! what they were shown. If that has changed in between, there is a new preview instead of the change.
//! A token works once: its nonce is spent in the request to the `Account` object that opens the log
//! entry of the write, so that of many calls with one token a single one is sent to mittwald.
//!
//! A client that can show a form (2026-07-28, `elicitation`) is not called twice: it asks the person itself,
//! in a multi round-trip request, and the same token travels in its sealed state.
//!
//! Hosts may ask the person on their own (`destructiveHint`); this does not rest on it.

mod preview;
mod question;
mod token;

use super::call::Environment;
use super::outcome::unsent;
use super::result::ToolResult;
use crate::catalog::Tool;
use crate::mittwald::{Arguments, json};
use crate::ports::Spent;

pub use token::LIFETIME;
use token::{Bound, Unfit};

/// The argument that carries the token.
const ARGUMENT: &str = "confirmation_token";

/// Whether the call may go on: with what it spends, where it needed a confirmation. `planned` is what a
/// job found out that it would do.
///
/// # Errors
/// The preview, or why the token does not fit; nothing was sent in both cases.
pub async fn settle(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    planned: Option<serde_json::Value>,
) -> Result<Option<Spent>, ToolResult> {
    if !tool.confirm {
        return Ok(None);
    }
    let given = match arguments.get(ARGUMENT).map(|value| value.plain().into_owned()) {
        Some(given) => Some(given),
        None => question::agreed(environment.input, tool)?,
    };
    let read = match &given {
        None => None,
        Some(given) => Some(token::read(environment, given).map_err(|unfit| refuse(unfit, tool))?),
    };
    let shown = preview::show(environment, tool, arguments, planned)
        .await
        .map_err(|error| unsent(environment, tool, arguments, &error, "What this would change"))?;
    let bound = Bound::of(environment, tool, arguments, &shown);
    match read {
        None => Err(ask(environment, tool, &bound, &shown, Asked::First)),
        Some(read) => match read.fits(&bound) {
            Ok(spent) => Ok(Some(spent)),
            Err(Unfit::Changed) => Err(ask(environment, tool, &bound, &shown, Asked::Anew)),
            Err(unfit) => Err(refuse(unfit, tool)),
        },
    }
}

/// Whether the person is asked for the first time.
#[derive(Debug, Clone, Copy)]
enum Asked {
    /// They were not asked yet.
    First,
    /// What they agreed to has changed since.
    Anew,
}

/// The question: in a form where the client can show one, else as the preview with its token.
fn ask(
    environment: &Environment<'_>,
    tool: &'static Tool,
    bound: &Bound,
    shown: &preview::Shown,
    asked: Asked,
) -> ToolResult {
    if environment.input.can.form {
        return question::ask(environment, bound, shown);
    }
    let (seen, with, outcome) = match asked {
        Asked::First => (
            "Nothing was changed yet. Tell the person what would happen, with names, and what is lost; ask \
             whether to go on.",
            "again with the same arguments and this",
            "confirmation_required",
        ),
        Asked::Anew => (
            "Nothing was changed: what the person agreed to looks different by now. Show them this new \
             preview and ask again.",
            "with the same arguments and this new",
            "confirmation_outdated",
        ),
    };
    let next = format!(
        "{seen} Only if they agree, call {} {with} {ARGUMENT}, within {} minutes.",
        tool.name,
        LIFETIME / 60,
    );
    let random = environment.ports.random;
    let made = token::make(environment, bound)
        .and_then(|token| shown.fence(random).map(|fence| (token, fence)));
    let Ok((token, fence)) = made else { return no_randomness() };
    let mut out = String::from("{\"done\":false");
    json::push_name(&mut out, "next");
    json::push_string(&mut out, &next);
    json::push_name(&mut out, "preview");
    out.push_str(&shown.json);
    json::push_name(&mut out, ARGUMENT);
    json::push_string(&mut out, &token);
    out.push('}');
    let result = ToolResult { outcome, ..ToolResult::answer(out) };
    match fence {
        Some(fence) => result.fenced(fence),
        None => result,
    }
}

/// Without randomness there is no token.
fn no_randomness() -> ToolResult {
    let told = "The connector has no randomness for a confirmation; nothing was sent. Try again in a moment.";
    ToolResult::error("no_randomness", told)
}

fn refuse(unfit: Unfit, tool: &'static Tool) -> ToolResult {
    let why = match unfit {
        Unfit::Unreadable => "is none of this connector's",
        Unfit::Foreign => "was given to another connection",
        Unfit::OtherTool => "belongs to another tool",
        Unfit::OtherArguments => "belongs to a call with other arguments",
        Unfit::Expired => "is older than 10 minutes",
        // Told by a new preview.
        Unfit::Changed => "is outdated",
    };
    let name = tool.name;
    ToolResult::error(
        unfit.name(),
        format!(
            "Nothing was sent: the {ARGUMENT} {why}. Call {name} without it to get a preview and a token, \
             show the preview to the person and ask them."
        ),
    )
}

/// Another call has used the token.
pub fn already_used(tool: &'static Tool) -> ToolResult {
    ToolResult::error(
        "confirmation_used",
        format!(
            "Nothing was sent: this {ARGUMENT} was used already. Read the current state first; if {} is to \
             happen again, call it without the token and ask the person anew.",
            tool.name
        ),
    )
}

#[cfg(test)]
mod tests;
