//! Reading something of the person's: a call of the tool that shows it, so that everything that holds
//! for the tool holds here: permission, scope, the fixed project, the rate, the fence around what
//! third parties wrote. It may be a tool of any toolset: a URI names a thing, not a tool.

use serde_json::value::RawValue;

use super::super::error::Error;
use super::super::frame::Call;
use super::super::reply::{self, Answered, Keep};
use super::super::revision::Revision;
use super::super::{Context, LEFT, Note};
use super::uri::Template;
use super::{Content, answered, no_resource};
use crate::catalog;
use crate::http::Status;
use crate::mittwald::json;
use crate::tools::result::Fence;
use crate::tools::surface::{Absent, Named};
use crate::tools::{self, ToolResult};

/// Media type of personal things.
pub const JSON: &str = "application/json";

/// What is to be read.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Its kind.
    pub template: &'static Template,
    /// Its id.
    pub id: &'a str,
    /// Both, as they came.
    pub uri: &'a str,
}

/// Whether things of this kind can be read here: where the connection is for one project, what
/// belongs to none cannot.
#[must_use]
pub fn is_served(context: &Context<'_>, template: &Template) -> bool {
    let outside = |(name, _): &(&str, &str)| {
        let absent = context.surface.look_up(name).err();
        absent == Some(Absent::NoProject) || absent == Some(Absent::Unknown)
    };
    let no_project = |(name, _): &(&str, &str)| {
        catalog::find(name).is_none_or(|tool| matches!(tool.project, catalog::Binding::None))
    };
    let limited = context.caller.project.is_some();
    !template.tools.iter().any(|tool| outside(tool) || limited && no_project(tool))
}

/// Reads it. Not to be kept: what a tool changes a moment later must be seen.
///
/// # Errors
/// Nothing is there: as for an unknown URI.
pub async fn read(
    context: &Context<'_>,
    call: &Call<'_>,
    revision: Revision,
    began_ms: u64,
    asked: Asked<'_>,
) -> Result<Answered, Error> {
    if !is_served(context, asked.template) {
        let message = format!(
            "Resource not found: this connection is for one project, and {} is about things outside of \
             projects.",
            asked.template.uri()
        );
        return Err(no_resource(asked.uri, revision, message));
    }
    let environment = context.environment(began_ms);
    let mut last = None;
    for (name, argument) in asked.template.tools {
        let Some(tool) = catalog::find(name) else { continue };
        let mut arguments = String::from("{");
        json::push_name(&mut arguments, argument);
        json::push_string(&mut arguments, asked.id);
        arguments.push('}');
        let Ok(arguments) = RawValue::from_string(arguments) else { continue };
        let note = Note {
            method: "resources/read",
            tool: tool.name,
            revision: revision.name(),
            outcome: LEFT,
        };
        (context.under_way)(note);
        let named = Named { tool, alias: None };
        let result = tools::call(&environment, named, Some(&arguments)).await;
        let note = Note { outcome: result.outcome, ..note };
        if !result.is_error {
            return Ok(shown(call, revision, asked.uri, &result, note));
        }
        // An id of the other kind: mittwald says of both that nothing is there.
        let is_last = !is_nowhere(&result);
        last = Some((result, note));
        if is_last {
            break;
        }
    }
    match last {
        Some((result, note)) if is_refusal(&result) => Ok(failed(call, revision, result, note)),
        Some((result, _)) => Err(no_resource(asked.uri, revision, missing(asked, &result))),
        None => Err(no_resource(asked.uri, revision, "Resource not found.".into())),
    }
}

/// Whether an error says that nothing is there, or that this person may not see it, which mittwald
/// does not always tell apart.
fn is_nowhere(result: &ToolResult) -> bool {
    matches!(result.outcome, "api_not_found" | "api_forbidden" | "api_invalid")
}

/// Whether an error says something else than that the URI is wrong.
fn is_refusal(result: &ToolResult) -> bool {
    !is_nowhere(result) && !matches!(result.outcome, "bad_arguments" | "unknown_short_id")
}

/// The sentence of the tool; where several were tried, each would only tell half of it.
fn missing(asked: Asked<'_>, result: &ToolResult) -> String {
    if asked.template.tools.len() > 1 && is_nowhere(result) {
        return format!(
            "Resource not found: no {} has the id {}, or this person may not see it.",
            asked.template.kind, asked.id
        );
    }
    if result.outcome == "api_forbidden" {
        return result.text.clone();
    }
    format!("Resource not found. {}", result.text)
}

/// The tool's answer. What third parties wrote stands between its two lines in one JSON document: a
/// host that takes the first of several contents would lose the second line, or the data.
fn shown(
    call: &Call<'_>,
    revision: Revision,
    uri: &str,
    result: &ToolResult,
    note: Note,
) -> Answered {
    let text = match &result.fence {
        None => result.text.clone(),
        Some(fence) => fenced(fence, &result.text),
    };
    let content = Content { uri, media_type: JSON, text: &text };
    Answered { note, ..answered(call.id.get(), revision, content, Keep::Private(0)) }
}

fn fenced(fence: &Fence, json: &str) -> String {
    let mut out = String::from("{\"notice\":");
    json::push_string(&mut out, &fence.opening());
    json::push_name(&mut out, "data");
    out.push_str(json);
    json::push_name(&mut out, "end");
    json::push_string(&mut out, &fence.closing());
    out.push('}');
    out
}

/// The tool's sentence as an error, with the status and the challenge that a call of it has.
pub fn failed(call: &Call<'_>, revision: Revision, result: ToolResult, note: Note) -> Answered {
    let ToolResult { text, status, challenge, outcome, .. } = result;
    let error = Error::Failed { message: text, reason: outcome, challenge: challenge.clone() };
    let challenge = challenge.filter(|_| status != Status::OK);
    let note = Note { revision: revision.name(), ..note };
    Answered { body: reply::error(Some(call.id.get()), &error), status, challenge, note }
}
