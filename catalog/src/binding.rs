//! `project = "..."`: how a call is proved to stay inside a fixed project (`/mcp/p/{projectId}`).

use std::fmt;

use crate::facts::{Facts, Operation};
use crate::projection::follow;
use crate::request::{Argument, PathPart, Request};
use crate::settle::{Unions, settle};
use crate::shape::Shape;
use crate::slots::path_names;

/// Where the project of a call is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The tool belongs to no project.
    None,
    /// An argument is the project's id.
    Argument(String),
    /// The API's answer names it at this path (of each row, in a list).
    Answer(Vec<String>),
    /// The answer of a GET names it.
    Via {
        /// `GET /path`
        key: String,
        /// Its path, filled from the tool's arguments of the same API name.
        path: Vec<PathPart>,
        /// Where its answer names the project.
        at: Vec<String>,
    },
}

/// What a binding is read against.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// The API's schemas.
    pub facts: &'a Facts,
    /// The tool's operation.
    pub operation: &'a Operation,
    /// The tool's request.
    pub request: &'a Request,
}

impl Binding {
    /// Reads the bindings of a tool: the project's own, then those of secondary ids (`argument:` or
    /// `via:` each), which are checked too where the call names them.
    ///
    /// # Errors
    /// What is wrong, as a sentence.
    pub fn parse_all(texts: &[String], bound: Bound<'_>) -> Result<(Self, Vec<Self>), String> {
        let Some((first, others)) = texts.split_first() else {
            return Err("project is an empty list".into());
        };
        let primary = Self::parse(first, bound, true)?;
        let mut secondary = Vec::new();
        for text in others {
            match Self::parse(text, bound, false)? {
                found @ (Self::Argument(_) | Self::Via { .. }) if primary != Self::None => {
                    secondary.push(found);
                }
                _ => return Err(format!("project: {text:?} cannot stand second")),
            }
        }
        Ok((primary, secondary))
    }

    /// Reads `none`, `argument:<name>`, `answer:<path>` or `via:<GET operation>:<path>`.
    fn parse(text: &str, bound: Bound<'_>, primary: bool) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::None);
        }
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "argument" => match bound.request.arguments.iter().find(|a| a.name == rest) {
                Some(Argument { shape: Shape::Text { .. }, .. }) => Ok(Self::Argument(rest.into())),
                Some(_) => Err(format!("project: argument {rest} is no text")),
                None => Err(format!("project: there is no argument {rest}")),
            },
            "answer" => {
                names_project(bound.facts, bound.operation, rest)
                    .map_err(|why| format!("project: {why}"))?;
                Ok(Self::Answer(dotted(rest)))
            }
            "via" => Self::via(rest, bound, primary).map_err(|why| format!("project: {why}")),
            _ => Err(format!(
                "project is {text:?}: must be \"none\", \"argument:<name>\", \"answer:<path>\" or \
                 \"via:<GET operation>:<path>\""
            )),
        }
    }

    fn via(text: &str, bound: Bound<'_>, primary: bool) -> Result<Self, String> {
        let (key, at) = text.rsplit_once(':').ok_or("via needs an operation and a path")?;
        let operation = bound
            .facts
            .operations
            .get(key)
            .filter(|_| key.starts_with("GET "))
            .ok_or_else(|| format!("the API has no {key:?} to read the project from"))?;
        let mut lookup = Request::new(key);
        for name in path_names(key) {
            let mut of_name = bound.request.arguments.iter().filter(|a| a.api_name == name);
            let argument =
                of_name.next().ok_or(format!("{key} needs {name}, which is no argument"))?;
            if of_name.next().is_some() {
                return Err(format!("{key} needs {name}, and two arguments have that API name"));
            }
            // Without it nothing could be proved; a secondary id is only checked where it is given.
            if primary && !argument.required && argument.default.is_none() {
                return Err(format!("{key} needs {name}, which a call may leave out"));
            }
            lookup.name_path_part(name, PathPart::Argument(argument.name.clone()));
        }
        names_project(bound.facts, operation, at)?;
        Ok(Self::Via { key: key.into(), path: lookup.path, at: dotted(at) })
    }
}

fn dotted(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// Whether the API's answer, or each row of it, has something at this path.
pub fn names_project(facts: &Facts, operation: &Operation, path: &str) -> Result<(), String> {
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
            Self::Answer(path) => write!(f, "answer:{}", path.join(".")),
            Self::Via { key, at, .. } => write!(f, "via:{key}:{}", at.join(".")),
        }
    }
}
