//! Every place of an API request that a value can go to: path, query and body.

use std::collections::BTreeSet;

use crate::body::{RawChoice, Walk};
use crate::facts::{Facts, Operation, ParamPlace, Schema};
use crate::ways::Ways;

/// A place for a value.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Where it is.
    pub place: SlotPlace,
    /// The API's name; dotted for a key inside a flattened body object; `body` for a whole body.
    pub name: String,
    /// Whether the API insists on a value.
    pub required: bool,
    /// Whether a [`RawChoice`] says when it is filled.
    pub in_choice: bool,
    /// What it accepts.
    pub schema: Schema,
}

/// Where a slot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotPlace {
    /// `{name}` of the path template.
    Path,
    /// Query parameter.
    Query,
    /// Body, at this path of keys; empty for a body that is no object with known keys.
    Body(Vec<String>),
}

impl Slot {
    /// `path.name`, `query.name` or `body.name`: says which, where a bare name is ambiguous.
    #[must_use]
    pub fn qualified(&self) -> String {
        let place = match self.place {
            SlotPlace::Path => "path",
            SlotPlace::Query => "query",
            SlotPlace::Body(_) => "body",
        };
        format!("{place}.{}", self.name)
    }
}

/// The slots of an operation, in definition order: path (as in the template), query, body.
#[derive(Debug, Default)]
pub struct Slots {
    /// All of them, without the paging parameters where the operation pages.
    pub slots: Vec<Slot>,
    /// Which of them go together.
    pub choices: Vec<RawChoice>,
    /// Body objects that are sent even if nothing is in them.
    pub empty: Vec<Vec<String>>,
    /// Body objects that were flattened.
    pub flattened: BTreeSet<String>,
    /// Whether the API takes `limit` and `skip`, which become our `limit` and `page`.
    pub pages: bool,
    /// The API's media type of a body.
    pub media_type: Option<String>,
    /// Whether the API insists on a body.
    pub body_required: bool,
}

/// The query parameters that our paging takes over.
pub const PAGING: [&str; 3] = ["limit", "skip", "page"];

/// Slots of `operation` (`key` is its `METHOD /path`).
///
/// # Errors
/// What of the request cannot be filled at all, each a sentence.
pub fn slots(
    facts: &Facts,
    key: &str,
    operation: &Operation,
    ways: &Ways,
) -> Result<Slots, Vec<String>> {
    let mut found = Slots::default();
    let mut problems = Vec::new();
    for name in path_names(key) {
        match operation.param(ParamPlace::Path, name) {
            Some(param) => found.slots.push(Slot {
                place: SlotPlace::Path,
                name: name.into(),
                required: true,
                in_choice: false,
                schema: param.schema.clone(),
            }),
            None => problems.push(format!("the API does not declare path parameter {name}")),
        }
    }
    let takes = |name| operation.param(ParamPlace::Query, name).is_some();
    found.pages = takes("limit") && takes("skip");
    for param in &operation.params {
        match param.place {
            ParamPlace::Query if !(found.pages && PAGING.contains(&param.name.as_str())) => {
                found.slots.push(Slot {
                    place: SlotPlace::Query,
                    name: param.name.clone(),
                    required: param.required,
                    in_choice: false,
                    schema: param.schema.clone(),
                });
            }
            ParamPlace::Header if param.required => {
                problems.push(format!("needs header {}, which no tool can send", param.name));
            }
            _ => {}
        }
    }
    // Where the API declares a body for a GET, no HTTP client of ours could send it.
    if let Some(body) = operation.body.as_ref().filter(|_| !key.starts_with("GET ")) {
        found.media_type = Some(body.media_type.clone());
        found.body_required = body.required;
        let mut walk = Walk::new(facts, ways);
        if let Err(why) = walk.body(&body.schema, body.required) {
            problems.push(why);
        }
        found.slots.extend(walk.slots);
        found.choices = walk.choices;
        found.empty = walk.empty;
        found.flattened = walk.flattened;
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// Names in the braces of `METHOD /path/{name}`, in order.
pub fn path_names(key: &str) -> impl Iterator<Item = &str> {
    key.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}
