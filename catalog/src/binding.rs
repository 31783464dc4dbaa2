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
    /// The tool belongs to no project, and is not served where one is fixed.
    None,
    /// It shows what belongs to nobody (apps, versions, prices): served everywhere.
    Public,
    /// The job looks to it itself.
    Own,
    /// An argument is the project's id.
    Argument(String),
    /// The API's answer names it at this path (of each row, in a list).
    Answer(Vec<String>),
    /// The answers of GETs name it: each fills the path of the next one, the last has the project.
    Via(Vec<Lookup>),
    /// A list of the project's things has the id.
    Listed {
        /// The list: its path has the project.
        lookup: Lookup,
        /// Argument with the id, or a dotted way into one.
        argument: String,
    },
}

/// A GET on the way to the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// `GET /path`
    pub key: String,
    /// Its path: the first one's is filled from the tool's arguments of the same API name, the one
    /// parameter of each further one from the answer before.
    pub path: Vec<PathPart>,
    /// Where its answer has what is looked for.
    pub at: Vec<String>,
}

/// What a binding is read against.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// The API's schemas.
    pub facts: &'a Facts,
    /// The tool's operation; a job may have none.
    pub operation: Option<&'a Operation>,
    /// Whether it is a job.
    pub job: bool,
    /// The tool's request.
    pub request: &'a Request,
    /// Whether it changes nothing.
    pub reads: bool,
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
                found @ (Self::Argument(_) | Self::Via(_) | Self::Listed { .. })
                    if !matches!(primary, Self::None | Self::Public) =>
                {
                    secondary.push(found);
                }
                _ => return Err(format!("project: {text:?} cannot stand second")),
            }
        }
        Ok((primary, secondary))
    }

    /// Reads `none`, `public`, `argument:<name>`, `answer:<path>` or `via:<GET operation>:<path>`.
    fn parse(text: &str, bound: Bound<'_>, primary: bool) -> Result<Self, String> {
        match text {
            "none" => return Ok(Self::None),
            "public" if bound.reads => return Ok(Self::Public),
            "public" => return Err("project: only a read can belong to nobody".into()),
            "own" if bound.job && primary => return Ok(Self::Own),
            "own" => return Err("project: only a job can look to it itself".into()),
            _ => {}
        }
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "argument" => match bound.request.arguments.iter().find(|a| a.name == rest) {
                Some(Argument { shape: Shape::Text { .. }, .. }) => Ok(Self::Argument(rest.into())),
                Some(_) => Err(format!("project: argument {rest} is no text")),
                None => Err(format!("project: there is no argument {rest}")),
            },
            "answer" if bound.job => {
                Err("project: a job is proved before it begins: argument, via, listed or own"
                    .into())
            }
            // What a write did cannot be taken back once its answer tells where.
            "answer" if !bound.reads => {
                Err("project: only a read can be checked by its answer; use argument or via".into())
            }
            "answer" => {
                let operation = bound.operation.ok_or("project: there is no answer of the API")?;
                names_project(bound.facts, operation, rest)
                    .map_err(|why| format!("project: {why}"))?;
                Ok(Self::Answer(dotted(rest)))
            }
            "via" => Self::via(rest, bound, primary).map_err(|why| format!("project: {why}")),
            "listed" => Self::listed(rest, bound, primary).map_err(|why| format!("project: {why}")),
            _ => Err(format!(
                "project is {text:?}: must be \"none\", \"public\", \"own\", \"argument:<name>\", \
                 \"answer:<path>\", \"via:<GET operation>:<path>\" or \
                 \"listed:<GET operation>:<path>=<argument>\""
            )),
        }
    }

    /// Reads `GET /v2/projects/{projectId}/things:id=thingId`.
    fn listed(text: &str, bound: Bound<'_>, primary: bool) -> Result<Self, String> {
        let (key, rest) = text.rsplit_once(':').ok_or("listed needs an operation and a path")?;
        let (at, place) = rest.split_once('=').ok_or("listed needs <path>=<argument>")?;
        if !key.starts_with("GET ") || path_names(key).ne(["projectId"]) {
            return Err(format!("{key} is no GET whose only parameter is projectId"));
        }
        let operation =
            bound.facts.operations.get(key).ok_or_else(|| format!("the API has no {key:?}"))?;
        names_project(bound.facts, operation, at)?;
        let argument = find_argument(place, bound)?;
        if primary && !argument.required {
            return Err(format!("a call may leave {place} out"));
        }
        let lookup = Lookup { key: key.into(), path: Request::new(key).path, at: dotted(at) };
        Ok(Self::Listed { lookup, argument: place.into() })
    }

    /// Reads `GET /path:where`, and further such pairs.
    fn via(text: &str, bound: Bound<'_>, primary: bool) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(':').collect();
        let (pairs, rest) = parts.as_chunks::<2>();
        if pairs.is_empty() || !rest.is_empty() {
            return Err("via needs an operation and a path".into());
        }
        let mut lookups: Vec<Lookup> = Vec::new();
        for [written, at] in pairs {
            let key = &plain(written);
            let operation = bound
                .facts
                .operations
                .get(key)
                .filter(|_| key.starts_with("GET "))
                .ok_or_else(|| format!("the API has no {key:?} to read the project from"))?;
            let path = match lookups.is_empty() {
                true => from_arguments(written, bound, primary)?,
                false if path_names(key).count() == 1 => Request::new(key).path,
                false => return Err(format!("{key} needs exactly one id, the one found before")),
            };
            names_project(bound.facts, operation, at)?;
            lookups.push(Lookup { key: (*written).into(), path, at: dotted(at) });
        }
        Ok(Self::Via(lookups))
    }
}

/// `GET /path/{name}` of `GET /path/{name=argument}`.
fn plain(written: &str) -> String {
    let mut key = written.to_owned();
    for name in path_names(written) {
        if let Some((api_name, _)) = name.split_once('=') {
            key = key.replace(name, api_name);
        }
    }
    key
}

/// The path of a lookup, filled from the tool's arguments: by the API's name, or `{name=argument}`,
/// where the argument may be a dotted way into lists and objects (`*`: each value of a map, `#`:
/// each of its keys).
fn from_arguments(written: &str, bound: Bound<'_>, primary: bool) -> Result<Vec<PathPart>, String> {
    let mut lookup = Request::new(written);
    let arguments = &bound.request.arguments;
    for name in path_names(written) {
        let argument = match name.split_once('=') {
            Some((_, place)) => {
                let found = find_argument(place, bound)?;
                if primary && place != found.name {
                    return Err(format!("{place}: only a secondary id can be inside an argument"));
                }
                lookup.name_path_part(name, PathPart::Argument(place.into()));
                found
            }
            None => {
                let mut of_name = arguments.iter().filter(|a| a.api_name == name);
                let found =
                    of_name.next().ok_or(format!("it needs {name}, which is no argument"))?;
                if of_name.next().is_some() {
                    return Err(format!("it needs {name}, and two arguments have that API name"));
                }
                lookup.name_path_part(name, PathPart::Argument(found.name.clone()));
                found
            }
        };
        // Without it nothing could be proved; a secondary id is only checked where it is given.
        if primary && !argument.required && argument.default.is_none() {
            return Err(format!("it needs {name}, which a call may leave out"));
        }
    }
    Ok(lookup.path)
}

/// The argument at the beginning of a dotted way that ends at texts.
fn find_argument<'a>(place: &str, bound: Bound<'a>) -> Result<&'a Argument, String> {
    let (argument, inside) = place.split_once('.').unwrap_or((place, ""));
    let found = bound.request.arguments.iter().find(|a| a.name == argument);
    let found = found.ok_or(format!("there is no argument {argument}"))?;
    if leads_to_text(&found.shape, inside) {
        Ok(found)
    } else {
        Err(format!("{place} leads to no text"))
    }
}

/// Whether the dotted way leads from this shape to texts.
fn leads_to_text(shape: &Shape, way: &str) -> bool {
    let (key, rest) = way.split_once('.').unwrap_or((way, ""));
    match shape {
        Shape::List { items, .. } => leads_to_text(items, way),
        Shape::Object(keys) | Shape::OneOf(keys, _) => {
            keys.iter().any(|k| k.name == key && leads_to_text(&k.shape, rest))
        }
        Shape::Map(_) if key == "#" => rest.is_empty(),
        Shape::Map(values) => key == "*" && leads_to_text(values, rest),
        Shape::Text { .. } => way.is_empty(),
        _ => false,
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
            Self::Public => f.write_str("public"),
            Self::Own => f.write_str("own"),
            Self::Argument(name) => write!(f, "argument:{name}"),
            Self::Answer(path) => write!(f, "answer:{}", path.join(".")),
            Self::Listed { lookup: Lookup { key, at, .. }, argument } => {
                write!(f, "listed:{key}:{}={argument}", at.join("."))
            }
            Self::Via(lookups) => {
                f.write_str("via")?;
                lookups
                    .iter()
                    .try_for_each(|Lookup { key, at, .. }| write!(f, ":{key}:{}", at.join(".")))
            }
        }
    }
}
