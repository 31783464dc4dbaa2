//! The JSON schema that clients see.
//!
//! It is kept boring on purpose, because OpenAI, Anthropic and Gemini each refuse something: no
//! `format` but `date-time` (the table still checks uuid, email, uri and date), no unions, no
//! `additionalProperties`. What that cannot say of a map stands in the description instead.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Format, Key, Shape};

impl Shape {
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
            Self::Map(_) => {
                put("type", json!("object"));
            }
            Self::Object(keys) | Self::OneOf(keys, _) => {
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

/// The description of an argument, with the keys of the maps in it, which no schema shows.
#[must_use]
pub fn with_map_keys(description: String, shape: &Shape) -> String {
    let mut text = description;
    map_keys(shape, &mut String::new(), &mut text);
    text
}

fn map_keys(shape: &Shape, at: &mut String, text: &mut String) {
    match shape {
        Shape::Map(values) => {
            let of = if at.is_empty() { String::new() } else { format!(" of {at}") };
            let _ = write!(text, " Each value{of}: {}.", values.sketch());
        }
        Shape::List { items, .. } => map_keys(items, at, text),
        Shape::Object(keys) | Shape::OneOf(keys, _) => {
            for key in keys {
                let before = at.len();
                if !at.is_empty() {
                    at.push('.');
                }
                at.push_str(&key.name);
                map_keys(&key.shape, at, text);
                at.truncate(before);
            }
        }
        _ => {}
    }
}

impl Shape {
    /// The shape in a few words; `?` marks what may be left out.
    #[must_use]
    pub fn sketch(&self) -> String {
        match self {
            Self::Text { values, .. } if !values.is_empty() => values.join("|"),
            Self::Text { .. } => "text".into(),
            Self::Integer { .. } | Self::Number => "number".into(),
            Self::Boolean => "boolean".into(),
            Self::List { items, .. } => format!("[{}]", items.sketch()),
            Self::Map(values) => format!("{{name: {}}}", values.sketch()),
            Self::Object(keys) if keys.is_empty() => "object".into(),
            Self::Object(keys) | Self::OneOf(keys, _) => {
                let keys: Vec<String> = keys
                    .iter()
                    .map(|key| {
                        let optional = if key.required { "" } else { "?" };
                        format!("{}{optional}: {}", key.name, key.shape.sketch())
                    })
                    .collect();
                format!("{{{}}}", keys.join(", "))
            }
        }
    }
}
