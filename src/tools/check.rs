//! The arguments of a call against the tool's compiled shapes, before anything is sent. All problems
//! are told at once, one sentence each, so that one more call is enough.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{shape, short_id, spelling};
use crate::catalog::{Arg, Choice, Place, Tool};
use crate::mittwald::request::{MAX_SEGMENT, is_segment};
use crate::mittwald::{Arguments, Value, choice, json};

/// Most problems that are told; a call with more is not a typing mistake.
pub const MAX_PROBLEMS: usize = 20;

/// Why arguments are refused: a sentence for each problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl Problems {
    /// The problems as one text.
    #[must_use]
    pub fn told(&self, tool: &Tool) -> String {
        let count = self.0.len();
        let mut out = match count {
            1 => format!("Nothing was sent: the arguments of {} have a problem.", tool.name),
            _ => format!("Nothing was sent: the arguments of {} have {count} problems.", tool.name),
        };
        for problem in self.0.iter().take(MAX_PROBLEMS) {
            out.push_str("\n- ");
            out.push_str(problem);
        }
        if let Some(more) = count.checked_sub(MAX_PROBLEMS).filter(|more| *more > 0) {
            out.push_str(&format!("\n- and {more} more."));
        }
        out
    }
}

/// What is settled about a call's arguments before it says anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settled<'a> {
    /// Arguments that an older name of the tool fixes, as JSON text; a call may not name them.
    pub fixed: &'static [(&'static str, &'static str)],
    /// The argument that names the project, and the project where that is fixed: filled where the
    /// call leaves it out.
    pub project: Option<(&'static str, &'a str)>,
}

impl<'a> Settled<'a> {
    fn fixes(&self, name: &str) -> Option<&'static str> {
        self.fixed.iter().find(|(fixed, _)| *fixed == name).map(|(_, json)| *json)
    }

    fn fills(&self, name: &str) -> Option<Value<'a>> {
        let (_, id) = self.project.filter(|(argument, _)| *argument == name)?;
        Some(Value::Text(Cow::Borrowed(id)))
    }
}

/// Checks the arguments of a call; none at all is an empty object.
///
/// # Errors
/// [`Problems`] names everything that has to be corrected.
pub fn check<'a>(
    tool: &'static Tool,
    given: Option<&'a RawValue>,
    settled: Settled<'a>,
) -> Result<Arguments<'a>, Problems> {
    let members = match given {
        None => Vec::new(),
        Some(raw) => {
            json::members(raw.get()).map_err(|error| Problems(vec![unreadable(&error)]))?
        }
    };
    let mut problems = Vec::new();
    let mut arguments = Arguments::default();
    for (name, _) in &members {
        if settled.fixes(name).is_some() || !tool.args.iter().any(|arg| arg.name == name) {
            problems.push(unknown(name, tool));
        }
    }
    for arg in tool.args {
        let value = members
            .iter()
            .find(|(name, _)| *name == arg.name)
            .map(|(_, raw)| *raw)
            // Many clients send null for what the model left out.
            .filter(|raw| !json::is_null(raw));
        let read = match (value, settled.fixes(arg.name)) {
            (_, Some(json)) => default_value(json),
            (Some(raw), None) => argument(raw, arg, &mut problems),
            (None, None) => settled.fills(arg.name).or_else(|| absent(arg, &mut problems)),
        };
        if let Some(value) = read {
            arguments.push(arg, value);
        }
    }
    // Half a combination is only worth telling once its parts are right.
    if problems.is_empty() {
        problems.extend(tool.choices.iter().filter_map(|choice| mixed(choice, &arguments)));
    }
    if problems.is_empty() { Ok(arguments) } else { Err(Problems(problems)) }
}

/// What is wrong with the arguments that go together.
fn mixed(choice: &'static Choice, arguments: &Arguments<'_>) -> Option<String> {
    let given = choice::given(choice, arguments);
    if given.is_empty() && !choice.required || choice::fitting(choice.members, &given).is_some() {
        return None;
    }
    let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
    let came = if names.is_empty() {
        "none of them is given".to_owned()
    } else {
        format!("given are {}", names.join(", "))
    };
    let nothing = if choice.required { "" } else { ", or none of them" };
    Some(format!(
        "these arguments go together: {}{nothing}; {came}.",
        choice::described(choice.members)
    ))
}

fn argument<'a>(
    raw: &'a RawValue,
    arg: &'static Arg,
    problems: &mut Vec<String>,
) -> Option<Value<'a>> {
    if let Some(text) = short_id::given(raw, arg) {
        return Some(Value::Text(text));
    }
    let value = shape::read(raw, &arg.shape, arg.name, problems)?;
    if arg.place == Place::Path && !is_segment(&value.plain()) {
        problems.push(format!(
            "{} must be an id: not empty, at most {MAX_SEGMENT} characters, without / \\ ? # % ; and not \
             a dot segment; it is {}.",
            arg.name,
            shape::came(raw),
        ));
        return None;
    }
    Some(value)
}

fn absent<'a>(arg: &'static Arg, problems: &mut Vec<String>) -> Option<Value<'a>> {
    if let Some(default) = arg.default {
        return default_value(default);
    }
    if arg.required {
        problems.push(format!(
            "{} is missing; it must be {}.",
            arg.name,
            shape::expected(&arg.shape)
        ));
    }
    None
}

/// A default as the catalogue wrote it; it was checked against the shape when it was compiled.
fn default_value<'a>(text: &'static str) -> Option<Value<'a>> {
    match serde_json::from_str(text).ok()? {
        serde_json::Value::Object(_) => Some(Value::Object(text)),
        serde_json::Value::Array(values) => {
            values.into_iter().map(scalar).collect::<Option<_>>().map(Value::List)
        }
        value => scalar(value),
    }
}

fn scalar<'a>(value: serde_json::Value) -> Option<Value<'a>> {
    match value {
        serde_json::Value::String(text) => Some(Value::Text(Cow::Owned(text))),
        serde_json::Value::Bool(value) => Some(Value::Boolean(value)),
        serde_json::Value::Number(number) => number.as_i64().map(Value::Integer),
        _ => None,
    }
}

fn unknown(name: &str, tool: &Tool) -> String {
    let shown = shape::echo(name);
    if tool.args.is_empty() {
        return format!("the argument {shown} is unknown; this tool takes none.");
    }
    match spelling::nearest(name, tool.args.iter().map(|arg| arg.name)) {
        Some(near) => format!("the argument {shown} is unknown; {near} is probably meant."),
        None => {
            let names: Vec<&str> = tool.args.iter().map(|arg| arg.name).collect();
            format!("the argument {shown} is unknown; this tool takes {}.", names.join(", "))
        }
    }
}

/// Broken escapes or a repeated name: the only things that the frame's own reading let pass.
fn unreadable(error: &serde_json::Error) -> String {
    if error.is_data() {
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or_default();
        format!("the argument {what}.")
    } else {
        "the name of an argument has broken escapes.".into()
    }
}

#[cfg(test)]
mod differential;
#[cfg(test)]
mod tests;
