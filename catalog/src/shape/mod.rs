//! What an argument accepts: from the API's schema to the table's `Shape`, and to the JSON schema
//! that clients see.

mod accepts;
mod schema;

pub use schema::with_map_keys;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::body::closed_values;
use crate::choice::Member;
use crate::facts::{Additional, Facts, Kind, Schema};
use crate::union::common;
use crate::ways::Ways;

/// Mirrors `catalog::Shape` of the Worker.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Text.
    Text {
        /// Fewest characters.
        min: u32,
        /// Most characters.
        max: u32,
        /// Closed list of values.
        values: Vec<String>,
        /// Checked format.
        format: Option<Format>,
    },
    /// Whole number, bounds included.
    Integer {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// List.
    List {
        /// Shape of each element.
        items: Box<Shape>,
        /// Fewest elements.
        min: u32,
        /// Most elements.
        max: u32,
    },
    /// Object; no keys: any object.
    Object(Vec<Key>),
    /// Object with some of these keys, in one of these combinations.
    OneOf(Vec<Key>, Vec<Member>),
    /// Object with any keys, all values of one shape.
    Map(Box<Shape>),
}

/// A key of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Name.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// What the model reads about it.
    pub description: Option<String>,
    /// Shape of its value.
    pub shape: Shape,
}

/// Mirrors `catalog::Format`; the variants' names are used in the emitted Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Format {
    Uuid,
    DateTime,
    Date,
    Email,
    Uri,
}

/// Said in the TOML about a key inside an argument.
#[derive(Debug, Default)]
pub struct InnerNote {
    /// What the model reads.
    pub description: Option<String>,
    /// Not offered.
    pub hide: bool,
}

/// Notes on keys inside an argument by dotted path, and which of them were met.
#[derive(Debug, Default)]
pub struct InnerNotes {
    /// The notes.
    pub notes: BTreeMap<String, InnerNote>,
    /// Which variants are picked and which unions merged.
    pub ways: Ways,
    /// Paths that exist.
    pub met: BTreeSet<String>,
}

/// Objects deeper than this are a circle; far beyond what the lint lets through.
const ENDLESS: usize = 12;

impl Shape {
    /// Shape of a request schema at `path` (dotted, for the notes).
    ///
    /// # Errors
    /// Why it cannot be an argument, as the rest of a sentence.
    pub fn of(
        facts: &Facts,
        schema: &Schema,
        path: &str,
        inner: &mut InnerNotes,
    ) -> Result<Self, String> {
        Self::nested(facts, schema, path, inner, 0)
    }

    fn nested(
        facts: &Facts,
        schema: &Schema,
        path: &str,
        inner: &mut InnerNotes,
        depth: usize,
    ) -> Result<Self, String> {
        if depth > ENDLESS {
            return Err(format!("contains itself at {path}"));
        }
        if inner.ways.merge.contains(path) {
            return Self::merged(facts, schema, path, inner, depth);
        }
        let schema =
            inner.ways.plain(facts, schema, path).map_err(|why| format!("{path} {why}"))?;
        Ok(match schema.kind {
            None => return Err(format!("{path} has no type in the API")),
            Some(Kind::String) => Self::text(&schema, path)?,
            Some(Kind::Integer) if schema.values.is_empty() => Self::integer(&schema),
            Some(Kind::Number) if schema.values.is_empty() => Self::Number,
            Some(Kind::Boolean) => Self::Boolean,
            Some(Kind::Integer | Kind::Number) => {
                return Err(format!("{path} has a numeric enum, which clients refuse"));
            }
            Some(Kind::Array) => {
                let items = schema.items.as_deref().ok_or(format!("{path} has no items"))?;
                Self::List {
                    items: Box::new(Self::nested(facts, items, path, inner, depth + 1)?),
                    min: small(schema.min_items, 0),
                    max: small(schema.max_items, u32::MAX),
                }
            }
            Some(Kind::Object) if schema.properties.is_empty() => {
                match &schema.additional_properties {
                    Some(Additional::Schema(values)) => Self::Map(Box::new(Self::nested(
                        facts,
                        values,
                        &format!("{path}.*"),
                        inner,
                        depth + 1,
                    )?)),
                    _ => Self::Object(Vec::new()),
                }
            }
            Some(Kind::Object) => {
                let mut keys = Vec::new();
                for (name, property) in &schema.properties {
                    let required = schema.required.contains(name);
                    match Self::key(facts, name, property, path, inner, depth)? {
                        Some(key) => keys.push(Key { required, ..key }),
                        None if required && !property.read_only => {
                            return Err(format!(
                                "{path}.{name} is hidden, but the API requires it"
                            ));
                        }
                        None => {}
                    }
                }
                Self::Object(keys)
            }
        })
    }

    /// A key of an object; `None` where it is hidden or only occurs in answers.
    fn key(
        facts: &Facts,
        name: &str,
        property: &Schema,
        path: &str,
        inner: &mut InnerNotes,
        depth: usize,
    ) -> Result<Option<Key>, String> {
        let path = format!("{path}.{name}");
        let note = inner.notes.get(&path);
        inner.met.insert(path.clone());
        if property.read_only || note.is_some_and(|note| note.hide) {
            return Ok(None);
        }
        let description = note.and_then(|note| note.description.clone());
        let shape = Self::nested(facts, property, &path, inner, depth + 1)?;
        Ok(Some(Key { name: name.into(), required: false, description, shape }))
    }

    /// A union of objects as one object, with the combinations of keys that the API takes.
    fn merged(
        facts: &Facts,
        schema: &Schema,
        path: &str,
        inner: &mut InnerNotes,
        depth: usize,
    ) -> Result<Self, String> {
        let told = |why: String| format!("{path} {why}");
        let members = inner.ways.members(facts, schema, path).map_err(told)?;
        if members.len() < 2 {
            return Err(told("is no union, so there is nothing to merge".into()));
        }
        let mut all: BTreeMap<&String, Schema> = BTreeMap::new();
        for (name, property) in members.iter().flat_map(|member| &member.properties) {
            let cover = match all.remove(name) {
                Some(before) => common(facts, &before, property)
                    .map_err(|why| format!("{path}.{name} {why}"))?,
                None => property.clone(),
            };
            all.insert(name, cover);
        }
        let mut keys = Vec::new();
        for (name, property) in &all {
            keys.extend(Self::key(facts, name, property, path, inner, depth)?);
        }
        let mut combinations: Vec<Member> = Vec::new();
        for member in &members {
            let mut combination = Member::default();
            let offered = |name: &String| keys.iter().any(|key| key.name == *name);
            if member.required.iter().any(|name| !offered(name)) {
                continue;
            }
            for (name, property) in member.properties.iter().filter(|(name, _)| offered(name)) {
                let values = facts.resolve(property).map(closed_values).unwrap_or_default();
                let cover = all.get(name).and_then(|cover| facts.resolve(cover));
                let all_values = cover.map(closed_values).unwrap_or_default();
                if !values.is_empty() && values.len() < all_values.len() {
                    combination.when.push((name.clone(), values));
                }
                let required = member.required.contains(name);
                let list = if required { &mut combination.needs } else { &mut combination.may };
                list.push(name.clone());
            }
            if !combinations.contains(&combination) {
                combinations.push(combination);
            }
        }
        if combinations.is_empty() {
            return Err(told("has no variant left: required keys are hidden".into()));
        }
        for key in &mut keys {
            key.required = combinations.iter().all(|member| member.needs.contains(&key.name));
        }
        Ok(Self::OneOf(keys, combinations))
    }

    fn text(schema: &Schema, path: &str) -> Result<Self, String> {
        let mut values = Vec::new();
        for value in schema.values.iter().filter(|value| !value.is_null()) {
            let Some(text) = value.as_str() else {
                return Err(format!("{path} has a numeric enum, which clients refuse"));
            };
            values.push(text.to_owned());
        }
        Ok(Self::Text {
            min: small(schema.min_length, 0),
            max: small(schema.max_length, u32::MAX),
            values,
            format: match schema.format.as_deref() {
                Some("uuid") => Some(Format::Uuid),
                Some("date-time") => Some(Format::DateTime),
                Some("date") => Some(Format::Date),
                Some("email") => Some(Format::Email),
                Some("uri" | "url") => Some(Format::Uri),
                _ => None,
            },
        })
    }

    fn integer(schema: &Schema) -> Self {
        let bound = |number: &Option<serde_json::Number>| {
            number.as_ref().and_then(serde_json::Number::as_i64)
        };
        let excluded = |flag: &Option<Value>| i64::from(flag == &Some(Value::Bool(true)));
        Self::Integer {
            min: bound(&schema.minimum)
                .map_or(i64::MIN, |min| min.saturating_add(excluded(&schema.exclusive_minimum))),
            max: bound(&schema.maximum)
                .map_or(i64::MAX, |max| max.saturating_sub(excluded(&schema.exclusive_maximum))),
        }
    }
}

fn small(limit: Option<u64>, otherwise: u32) -> u32 {
    limit.map_or(otherwise, |limit| u32::try_from(limit).unwrap_or(u32::MAX))
}
