//! What a refusal of the API says, in terms of our arguments: the model never saw the API's names.

use serde_json::value::RawValue;

use super::error::capped;
use super::json;
use crate::catalog::{Arg, Place, Tool};
use crate::http::{Headers, media};

/// Most violations that are passed on.
const MAX_VIOLATIONS: usize = 20;

/// One thing that the API does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Our argument, with the rest of the path inside it (`labels[2].name`); `None` where no
    /// argument fills the place.
    pub argument: Option<String>,
    /// What the API says about it.
    pub message: String,
}

/// The readable part of an error body; empty where there is none.
#[derive(Debug, Default)]
pub struct Told {
    /// `message`, capped.
    pub message: String,
    /// `validationErrors`, by our arguments.
    pub violations: Vec<Violation>,
}

impl Told {
    /// Reads an error body. Many have no declared shape, so anything may stand there; only JSON
    /// that says it is JSON is looked into.
    #[must_use]
    pub fn read(headers: &dyn Headers, body: &[u8], tool: &Tool) -> Self {
        let json = headers.get("content-type").is_some_and(|value| is_json(&value));
        let Some(text) = json.then(|| str::from_utf8(body).ok()).flatten() else {
            return Self::default();
        };
        let Ok([message, errors]) = json::pick(text, ["message", "validationErrors"]) else {
            return Self::default();
        };
        Self {
            message: message.and_then(json::text).map(|text| capped(&text)).unwrap_or_default(),
            violations: errors.map(|errors| violations(errors, tool)).unwrap_or_default(),
        }
    }
}

/// Whether a media type is JSON (RFC 6839 section 3.1 for `+json`).
#[must_use]
pub fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    media::is(content_type, "application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

fn violations(errors: &RawValue, tool: &Tool) -> Vec<Violation> {
    let errors = json::elements(errors.get()).unwrap_or_default();
    errors.into_iter().take(MAX_VIOLATIONS).filter_map(|error| violation(error, tool)).collect()
}

fn violation(error: &RawValue, tool: &Tool) -> Option<Violation> {
    let [message, path] = json::pick(error.get(), ["message", "path"]).ok()?;
    let message = message.and_then(json::text).map(|text| capped(&text)).unwrap_or_default();
    let path = path.and_then(json::text).unwrap_or_default();
    Some(Violation { argument: argument(&path, tool), message })
}

/// The argument that fills the place which the API calls `path`, for example `.labels[2].name`.
fn argument(path: &str, tool: &Tool) -> Option<String> {
    let steps: Vec<&str> =
        path.split(['.', '[', ']', '/']).filter(|step| !step.is_empty()).collect();
    // Some services name the part of the request first (`body.description`).
    let without_part = steps.split_first().map_or(&[][..], |(_, rest)| rest);
    find(&steps, tool).or_else(|| find(without_part, tool))
}

fn find(steps: &[&str], tool: &Tool) -> Option<String> {
    let (arg, inside) = tool
        .args
        .iter()
        .filter_map(|arg| Some((arg, rest_inside(arg, steps, tool)?)))
        .min_by_key(|(_, inside)| inside.len())?;
    let mut named = arg.name.to_owned();
    for step in inside {
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            named.push_str(&format!("[{step}]"));
        } else {
            named.push_str(&format!(".{step}"));
        }
    }
    Some(capped(&named))
}

/// The steps that remain below the place of this argument, if the path leads there.
fn rest_inside<'s, 'p>(arg: &Arg, steps: &'s [&'p str], tool: &Tool) -> Option<&'s [&'p str]> {
    match arg.place {
        Place::Body(keys) => steps.strip_prefix(keys).filter(|_| !keys.is_empty()),
        Place::Query(name) => steps.strip_prefix(&[name]),
        Place::Limit => steps.strip_prefix(&["limit"]),
        Place::Page => steps.strip_prefix(&["skip"]),
        Place::Confirmation => None,
        Place::Path => steps.strip_prefix(&[api_name(arg.name, tool)?]),
        // A job that sends an argument on mostly keeps the API's name for it.
        Place::Own => steps.strip_prefix(&[arg.name]),
    }
}

/// What the API's path template calls the argument: the braces stand in the order of the parts.
fn api_name(name: &str, tool: &Tool) -> Option<&'static str> {
    let operation = tool.operation.as_ref()?;
    let filled = operation.path.iter().filter_map(|part| match part {
        crate::catalog::PathPart::Arg(arg) => Some(*arg),
        crate::catalog::PathPart::Literal(_) => None,
    });
    let braces = operation.template.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    filled.zip(braces).find(|(arg, _)| *arg == name).map(|(_, brace)| brace)
}
