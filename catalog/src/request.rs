//! The request that a tool call turns into: arguments, their places, and what is fixed.

use serde_json::Value;

use crate::choice::Choice;
use crate::shape::Shape;
use crate::slots::{Slot, SlotPlace};

/// A joined request.
#[derive(Debug)]
pub struct Request {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// `/v2/projects/{projectId}`
    pub template: String,
    /// The template in pieces.
    pub path: Vec<PathPart>,
    /// Query parameters of every call.
    pub fixed_query: Vec<(String, String)>,
    /// Body values of every call.
    pub fixed_body: Vec<(Vec<String>, Value)>,
    /// Body values that repeat an argument.
    pub repeated: Vec<(Vec<String>, String)>,
    /// Body texts that the Worker makes itself, a password each.
    pub generated: Vec<Vec<String>>,
    /// Whether a JSON body is sent.
    pub body: bool,
    /// Arguments in the order in which clients see them.
    pub arguments: Vec<Argument>,
    /// Which of the arguments go together.
    pub choices: Vec<Choice>,
}

/// A piece of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// Copied as it stands.
    Literal(String),
    /// Value of this argument.
    Argument(String),
    /// A parameter of the API that no argument fills yet.
    Open(String),
}

/// An argument of a tool.
#[derive(Debug)]
pub struct Argument {
    /// Name that the model sees.
    pub name: String,
    /// Last part of the API's own name.
    pub api_name: String,
    /// What the model reads.
    pub description: String,
    /// Whether a call without it is refused.
    pub required: bool,
    /// What it accepts.
    pub shape: Shape,
    /// Where its value goes.
    pub place: Place,
    /// Value that we send where the call names none.
    pub default: Option<Value>,
    /// Default in the JSON schema: ours or the API's.
    pub shown_default: Option<Value>,
    /// Modern clients repeat it in `Mcp-Param-<this>`.
    pub header: Option<String>,
}

/// Where a value goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Path.
    Path,
    /// Query parameter of this name.
    Query(String),
    /// Body at this path of keys; empty: the whole body.
    Body(Vec<String>),
    /// Page size.
    Limit,
    /// Page number.
    Page,
    /// Nowhere: the Worker reads it itself.
    Confirmation,
    /// Nowhere in a request of the API by itself: the job makes something of it.
    Own,
}

/// Largest page we offer.
const LARGEST_PAGE: i64 = 100;
/// `catalog::DEFAULT_LIMIT` of the Worker.
const DEFAULT_LIMIT: u64 = 50;

impl Argument {
    /// `confirmation_token`, for tools that a person confirms.
    #[must_use]
    pub fn confirmation() -> Self {
        Self {
            name: "confirmation_token".into(),
            api_name: String::new(),
            // Its name says what it is, and the preview that brings it says the rest.
            description: String::new(),
            required: false,
            shape: Shape::Text { min: 0, max: u32::MAX, values: Vec::new(), format: None },
            place: Place::Confirmation,
            header: None,
            default: None,
            shown_default: None,
        }
    }

    /// `limit` and `page`, for operations with the API's paging.
    #[must_use]
    pub fn paging() -> [Self; 2] {
        let integer = |name: &str, description: &str, max, place, shown: u64| Self {
            name: name.into(),
            api_name: name.into(),
            description: description.into(),
            required: false,
            shape: Shape::Integer { min: 1, max },
            place,
            default: None,
            shown_default: Some(shown.into()),
            header: None,
        };
        [
            integer("limit", "Entries per page.", LARGEST_PAGE, Place::Limit, DEFAULT_LIMIT),
            integer("page", "Page number.", i64::MAX, Place::Page, 1),
        ]
    }
}

impl Request {
    /// A request of `METHOD /path` with nothing filled.
    #[must_use]
    pub fn new(key: &str) -> Self {
        let (method, template) = key.split_once(' ').unwrap_or(("", key));
        let mut path = Vec::new();
        let mut rest = template;
        while let Some((literal, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            path.push(PathPart::Literal(literal.into()));
            path.push(PathPart::Open(name.into()));
            rest = after;
        }
        if !rest.is_empty() {
            path.push(PathPart::Literal(rest.into()));
        }
        Self {
            method: method.into(),
            template: template.into(),
            path,
            fixed_query: Vec::new(),
            fixed_body: Vec::new(),
            repeated: Vec::new(),
            generated: Vec::new(),
            body: false,
            arguments: Vec::new(),
            choices: Vec::new(),
        }
    }

    /// Whether some value goes into the body.
    #[must_use]
    pub fn fills_body(&self) -> bool {
        let argument = |argument: &Argument| matches!(argument.place, Place::Body(_));
        !self.fixed_body.is_empty()
            || !self.generated.is_empty()
            || !self.repeated.is_empty()
            || self.arguments.iter().any(argument)
    }

    /// Whether the API pages.
    #[must_use]
    pub fn pages(&self) -> bool {
        self.arguments.iter().any(|argument| argument.place == Place::Limit)
    }

    /// Fills the path parameter `name`.
    pub fn name_path_part(&mut self, name: &str, part: PathPart) {
        for open in &mut self.path {
            if *open == PathPart::Open(name.into()) {
                *open = part.clone();
            }
        }
    }

    /// Fixes the value of a slot.
    ///
    /// # Errors
    /// A value that has no text for a path or query.
    pub fn fix(&mut self, slot: &Slot, value: &Value) -> Result<(), String> {
        match &slot.place {
            SlotPlace::Path => {
                let text = wire_text(value)?;
                let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
                if text.is_empty() || !text.chars().all(unreserved) {
                    return Err(format!("{text:?} cannot stand in a path"));
                }
                self.name_path_part(&slot.name, PathPart::Literal(text));
            }
            SlotPlace::Query => {
                let values = match value {
                    Value::Array(list) => list.iter().collect(),
                    single => vec![single],
                };
                for value in values {
                    self.fixed_query.push((slot.name.clone(), wire_text(value)?));
                }
            }
            SlotPlace::Body(path) => self.fixed_body.push((path.clone(), value.clone())),
        }
        Ok(())
    }
}

fn wire_text(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(format!("{value} cannot be sent in a path or query")),
    }
}
