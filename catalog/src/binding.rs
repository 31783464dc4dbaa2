//! `project = "..."`: how a call is proved to stay inside a fixed project (`/mcp/p/{projectId}`).

use std::fmt;

use crate::facts::{Facts, Operation};
use crate::projection::follow;
use crate::request::Request;
use crate::settle::{Unions, settle};
use crate::slots::path_names;

/// Where the project of a call is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The tool belongs to no project.
    None,
    /// An argument is the project's id.
    Argument(String),
    /// The API's answer names it at this path (of each row, in a list).
    Answer(String),
    /// The answer of this GET, with the same path arguments, names it at this path.
    Via(String, String),
}

impl Binding {
    /// Reads `none`, `argument:<name>`, `answer:<path>` or `via:<GET operation>:<path>`.
    ///
    /// # Errors
    /// What is wrong, as a sentence.
    pub fn parse(
        text: &str,
        facts: &Facts,
        operation: &Operation,
        request: &Request,
    ) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::None);
        }
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "argument" if request.arguments.iter().any(|argument| argument.name == rest) => {
                Ok(Self::Argument(rest.into()))
            }
            "argument" => Err(format!("project: there is no argument {rest}")),
            "answer" => {
                names_project(facts, operation, rest).map_err(|why| format!("project: {why}"))?;
                Ok(Self::Answer(rest.into()))
            }
            "via" => Self::via(rest, facts, request).map_err(|why| format!("project: {why}")),
            _ => Err(format!(
                "project is {text:?}: must be \"none\", \"argument:<name>\", \"answer:<path>\" or \
                 \"via:<GET operation>:<path>\""
            )),
        }
    }

    fn via(text: &str, facts: &Facts, request: &Request) -> Result<Self, String> {
        let (key, path) = text.rsplit_once(':').ok_or("via needs an operation and a path")?;
        let operation = facts
            .operations
            .get(key)
            .filter(|_| key.starts_with("GET "))
            .ok_or_else(|| format!("the API has no {key:?} to read the project from"))?;
        for name in path_names(key) {
            if !request.arguments.iter().any(|argument| argument.name == name) {
                return Err(format!("{key} needs {name}, which is no argument"));
            }
        }
        names_project(facts, operation, path)?;
        Ok(Self::Via(key.into(), path.into()))
    }
}

/// Whether the API's answer, or each row of it, has something at this path.
fn names_project(facts: &Facts, operation: &Operation, path: &str) -> Result<(), String> {
    let schema = operation
        .success()
        .and_then(|response| response.schema.as_ref())
        .ok_or("the API answers nothing")?;
    let mut object = settle(facts, schema, Unions::Merge)?;
    if let Some(items) = object.items.as_deref() {
        object = settle(facts, items, Unions::Merge)?;
    }
    follow(facts, &object, path).map(|_| ())
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Argument(name) => write!(f, "argument:{name}"),
            Self::Answer(path) => write!(f, "answer:{path}"),
            Self::Via(key, path) => write!(f, "via:{key}:{path}"),
        }
    }
}
