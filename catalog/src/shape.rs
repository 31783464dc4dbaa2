//! What an argument accepts: from the API's schema to the table's `Shape`, and to the JSON schema
//! that clients see.
//!
//! The JSON schema is kept boring on purpose, because OpenAI, Anthropic and Gemini each refuse
//! something: no `format` but `date-time` (the table still checks uuid, email, uri and date), no
//! unions, no `additionalProperties`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::facts::{Facts, Kind, Schema};
use crate::settle::{Unions, settle};

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
        let schema =
            settle(facts, schema, Unions::Refuse).map_err(|why| format!("{path} {why}"))?;
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
            Some(Kind::Object) => {
                let mut keys = Vec::new();
                for (name, property) in &schema.properties {
                    let path = format!("{path}.{name}");
                    let required = schema.required.contains(name);
                    let note = inner.notes.get(&path);
                    inner.met.insert(path.clone());
                    if property.read_only {
                        continue;
                    }
                    if note.is_some_and(|note| note.hide) {
                        if required {
                            return Err(format!("{path} is hidden, but the API requires it"));
                        }
                        continue;
                    }
                    let description = note.and_then(|note| note.description.clone());
                    keys.push(Key {
                        name: name.clone(),
                        required,
                        description,
                        shape: Self::nested(facts, property, &path, inner, depth + 1)?,
                    });
                }
                Self::Object(keys)
            }
        })
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

    /// The JSON schema that clients see, without description.
    #[must_use]
    pub fn json_schema(&self) -> Map<String, Value> {
        let mut schema = Map::new();
        let mut put = |key: &str, value: Value| schema.insert(key.into(), value);
        match self {
            Self::Text { min, max, values, format } => {
                put("type", json!("string"));
                if *format == Some(Format::DateTime) {
                    put("format", json!("date-time"));
                }
                if !values.is_empty() {
                    put("enum", json!(values));
                }
                if *min > 0 {
                    put("minLength", json!(min));
                }
                if *max < u32::MAX {
                    put("maxLength", json!(max));
                }
            }
            Self::Integer { min, max } => {
                put("type", json!("integer"));
                if *min > i64::MIN {
                    put("minimum", json!(min));
                }
                if *max < i64::MAX {
                    put("maximum", json!(max));
                }
            }
            Self::Number => {
                put("type", json!("number"));
            }
            Self::Boolean => {
                put("type", json!("boolean"));
            }
            Self::List { items, min, max } => {
                put("type", json!("array"));
                put("items", Value::Object(items.json_schema()));
                if *min > 0 {
                    put("minItems", json!(min));
                }
                if *max < u32::MAX {
                    put("maxItems", json!(max));
                }
            }
            Self::Object(keys) => {
                put("type", json!("object"));
                if !keys.is_empty() {
                    put("properties", keys.iter().map(Key::json_schema).collect());
                }
                let required: Vec<&str> =
                    keys.iter().filter(|key| key.required).map(|key| key.name.as_str()).collect();
                if !required.is_empty() {
                    put("required", json!(required));
                }
            }
        }
        schema
    }

    /// Whether a `fix` or `default` of the TOML is such a value.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        match self {
            Self::Text { values, .. } => value
                .as_str()
                .is_some_and(|text| values.is_empty() || values.iter().any(|v| v == text)),
            Self::Integer { min, max } => {
                value.as_i64().is_some_and(|number| (*min..=*max).contains(&number))
            }
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::List { items, .. } => {
                value.as_array().is_some_and(|list| list.iter().all(|value| items.accepts(value)))
            }
            Self::Object(keys) => value.as_object().is_some_and(|object| {
                let known = object.iter().all(|(name, value)| {
                    keys.is_empty()
                        || keys.iter().any(|key| key.name == *name && key.shape.accepts(value))
                });
                let complete =
                    keys.iter().all(|key| !key.required || object.contains_key(&key.name));
                known && complete
            }),
        }
    }
}

impl Key {
    fn json_schema(&self) -> (String, Value) {
        let mut schema = self.shape.json_schema();
        if let Some(description) = &self.description {
            schema.insert("description".into(), json!(description));
        }
        (self.name.clone(), Value::Object(schema))
    }
}

fn small(limit: Option<u64>, otherwise: u32) -> u32 {
    limit.map_or(otherwise, |limit| u32::try_from(limit).unwrap_or(u32::MAX))
}
