//! Every place of an API request that a value can go to: path, query and body.

use std::collections::BTreeMap;

use crate::facts::{Facts, Kind, Operation, ParamPlace, Schema};
use crate::settle::{Unions, settle};

/// A place for a value.
#[derive(Debug)]
pub struct Slot {
    /// Where it is.
    pub place: SlotPlace,
    /// The API's name; dotted for a key inside a flattened body object; `body` for a whole body.
    pub name: String,
    /// Whether the API insists on a value.
    pub required: bool,
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
    /// Whether the API takes `limit` and `skip`, which become our `limit` and `page`.
    pub pages: bool,
    /// The API's media type of a body.
    pub media_type: Option<String>,
    /// Whether the API insists on a body.
    pub body_required: bool,
}

/// The query parameters that our paging takes over.
pub const PAGING: [&str; 3] = ["limit", "skip", "page"];

/// Slots of `operation` (`key` is its `METHOD /path`). `flatten` names the body objects, dotted,
/// whose keys are slots themselves.
///
/// # Errors
/// What of the request cannot be filled at all, each a sentence.
pub fn slots(
    facts: &Facts,
    key: &str,
    operation: &Operation,
    flatten: &BTreeMap<String, bool>,
) -> Result<Slots, Vec<String>> {
    let mut found = Slots::default();
    let mut problems = Vec::new();
    for name in path_names(key) {
        match operation.param(ParamPlace::Path, name) {
            Some(param) => found.slots.push(Slot {
                place: SlotPlace::Path,
                name: name.into(),
                required: true,
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
        match body_slots(facts, &body.schema, body.required, flatten) {
            Ok(slots) => found.slots.extend(slots),
            Err(why) => problems.push(why),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn body_slots(
    facts: &Facts,
    schema: &Schema,
    required: bool,
    flatten: &BTreeMap<String, bool>,
) -> Result<Vec<Slot>, String> {
    let plain = settle(facts, schema, Unions::Refuse).map_err(|why| format!("the body {why}"))?;
    if plain.kind == Some(Kind::Object) && !plain.properties.is_empty() {
        let mut slots = Vec::new();
        // A body that is not marked required, but has required keys, is required in practice.
        object_slots(facts, &plain, &[], true, flatten, &mut slots)?;
        return Ok(slots);
    }
    if plain.kind.is_none()
        || plain.kind == Some(Kind::Object) && plain.additional_properties.is_none()
    {
        return Ok(Vec::new());
    }
    Ok(vec![Slot {
        place: SlotPlace::Body(Vec::new()),
        name: "body".into(),
        required,
        schema: plain,
    }])
}

fn object_slots(
    facts: &Facts,
    object: &Schema,
    path: &[String],
    required: bool,
    flatten: &BTreeMap<String, bool>,
    slots: &mut Vec<Slot>,
) -> Result<(), String> {
    for (name, property) in &object.properties {
        if property.read_only {
            continue;
        }
        let path = [path, std::slice::from_ref(name)].concat();
        let dotted = path.join(".");
        let required = required && object.required.contains(name);
        if flatten.get(&dotted) == Some(&true) {
            let plain =
                settle(facts, property, Unions::Refuse).map_err(|why| format!("{dotted} {why}"))?;
            if plain.properties.is_empty() {
                return Err(format!("{dotted} has no keys, so there is nothing to flatten"));
            }
            object_slots(facts, &plain, &path, required, flatten, slots)?;
            continue;
        }
        slots.push(Slot {
            place: SlotPlace::Body(path),
            name: dotted,
            required,
            schema: property.clone(),
        });
    }
    Ok(())
}

/// Names in the braces of `METHOD /path/{name}`, in order.
pub fn path_names(key: &str) -> impl Iterator<Item = &str> {
    key.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}
