//! The same question, asked by a client that can show the person a form (2026-07-28 client/elicitation).

use std::borrow::Cow;

use super::preview::Shown;
use super::token::{self, Bound};
use crate::catalog::Tool;
use crate::http::Language;
use crate::mittwald::json;
use crate::tools::call::Environment;
use crate::tools::input::{Elicited, Input, InputRequired, Question};
use crate::tools::result::ToolResult;

/// The question's key, and the name of the form's only field.
const KEY: &str = "confirm";

/// What the person agreed to in the round before, as a token; `None` where they were not asked yet, or the
/// answer is none.
///
/// # Errors
/// The person said no, or went away.
pub fn agreed(input: &Input<'_>, tool: &'static Tool) -> Result<Option<String>, ToolResult> {
    let declined = || {
        Err(ToolResult::error(
            "declined",
            format!(
                "The person did not agree, so nothing was changed. Do not call {} again unless they ask for it.",
                tool.name
            ),
        ))
    };
    let agreed = match input.elicited(KEY) {
        None => return Ok(None),
        Some(Elicited::Declined | Elicited::Cancelled) => return declined(),
        Some(Elicited::Accepted(content)) => content
            .and_then(|content| json::pick(content.get(), [KEY]).ok())
            .and_then(|[value]| value)
            .is_some_and(|value| value.get() == "true"),
    };
    if agreed { Ok(input.state.clone()) } else { declined() }
}

/// Asks.
pub fn ask(environment: &Environment<'_>, bound: &Bound, shown: &Shown) -> ToolResult {
    let Ok(token) = token::make(environment, bound) else { return super::no_randomness() };
    let (message, title) = match environment.language {
        Language::English => (english(shown), "Yes, go on"),
        Language::German => (german(shown), "Ja, ausführen"),
    };
    let mut schema =
        String::from("{\"type\":\"object\",\"properties\":{\"confirm\":{\"type\":\"boolean\"");
    json::push_name(&mut schema, "title");
    json::push_string(&mut schema, title);
    schema.push_str("}},\"required\":[\"confirm\"]}");
    ToolResult::asking(InputRequired {
        questions: vec![(KEY.into(), Question::Form { message, schema: Cow::Owned(schema) })],
        state: Some(token),
    })
}

fn english(shown: &Shown) -> String {
    let mut out = format!("{}: {}.", shown.action, shown.thing);
    along(&mut out, " What goes along: ", shown);
    format!("{out} {} Do you want this?", shown.undo.english())
}

fn german(shown: &Shown) -> String {
    let mut out = format!("{}: {}.", shown.action, shown.thing);
    along(&mut out, " Betroffen sind auch: ", shown);
    format!("{out} {} Möchten Sie das?", shown.undo.german())
}

fn along(out: &mut String, words: &str, shown: &Shown) {
    for (place, (what, total)) in shown.along.iter().enumerate() {
        out.push_str(if place == 0 { words } else { ", " });
        out.push_str(&format!("{what} ({total})"));
    }
    if !shown.along.is_empty() {
        out.push('.');
    }
}
