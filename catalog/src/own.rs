//! What a job takes and answers beside the API: `[tool.input.<name>]` and `[tool.output.<name>]`.
//!
//! ```toml
//! [tool.input.version]
//! type = "text"              # text, integer, number, boolean, list, object, map
//! description = "Version to install; the newest where it is left out."
//! max = 20                   # of a text or list: its length; of an integer: its value
//! [tool.output]
//! appInstallationId = { type = "text", required = true }
//! hosts = { type = "list", items = { type = "object", keys = { name = "text", port = "integer" } } }
//! ```
//!
//! In an output, and inside of things, a bare type may stand for a table with nothing else.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_json::{Map, Value, json};
use toml::Spanned;

use crate::arguments::{LONGEST_DESCRIPTION, is_argument_name};
use crate::facts::{self, Schema};
use crate::problem::Report;
use crate::projection::object_schema;
use crate::request::{Argument, Place, Request};
use crate::secret::could_be_secret;
use crate::shape::{Format, Key, Shape, with_map_keys};

/// Names with what is declared about them.
pub type OwnNotes = BTreeMap<Spanned<String>, OwnNote>;

/// What is declared about one value.
#[derive(Debug)]
pub struct OwnNote(OwnTable);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OwnTable {
    #[serde(rename = "type")]
    kind: Option<OwnKind>,
    description: Option<String>,
    required: bool,
    default: Option<Value>,
    min: Option<i64>,
    max: Option<i64>,
    values: Vec<String>,
    format: Option<OwnFormat>,
    items: Option<Box<OwnNote>>,
    keys: OwnNotes,
    safe: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OwnKind {
    Text,
    Integer,
    Number,
    Boolean,
    List,
    Object,
    Map,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OwnFormat {
    Uuid,
    DateTime,
    Date,
    Email,
    Uri,
}

impl<'de> Deserialize<'de> for OwnNote {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TypeOrTable;
        impl<'de> Visitor<'de> for TypeOrTable {
            type Value = OwnNote;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type or a table")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let kind = OwnKind::deserialize(de::value::StrDeserializer::<E>::new(text))?;
                Ok(OwnNote(OwnTable { kind: Some(kind), ..OwnTable::default() }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                OwnTable::deserialize(MapAccessDeserializer::new(map)).map(OwnNote)
            }
        }
        deserializer.deserialize_any(TypeOrTable)
    }
}

/// In the order in which the file has them.
fn in_order(notes: &OwnNotes) -> Vec<(&Spanned<String>, &OwnTable)> {
    let mut listed: Vec<_> = notes.iter().map(|(name, note)| (name, &note.0)).collect();
    listed.sort_by_key(|(name, _)| name.span().start);
    listed
}

/// Adds the declared arguments to those that come from the API.
pub fn arguments(notes: &OwnNotes, request: &mut Request, report: &mut Report<'_>) {
    for (name, note) in in_order(notes) {
        let taken = request.arguments.iter().any(|argument| argument.name == *name.get_ref());
        let made = if taken {
            Err("there are two of this name".to_owned())
        } else {
            argument(name.get_ref(), note)
        };
        match made {
            Ok(argument) => request.arguments.push(argument),
            Err(problem) => {
                report.add(&name.span(), format!("input {}: {problem}", name.get_ref()));
            }
        }
    }
}

fn argument(name: &str, note: &OwnTable) -> Result<Argument, String> {
    if !is_argument_name(name) {
        return Err("no name that all clients accept".into());
    }
    let description = match note.description.as_deref().map(str::trim) {
        None | Some("") => return Err("needs a description".into()),
        Some(text) if text.chars().count() > LONGEST_DESCRIPTION => {
            return Err(format!("description is longer than {LONGEST_DESCRIPTION} characters"));
        }
        Some(text) => text.to_owned(),
    };
    let shape = shape(note, name)?;
    if let Some(default) = &note.default
        && !shape.accepts(default)
    {
        return Err(format!("its default {default} is no value of it"));
    }
    Ok(Argument {
        name: name.into(),
        api_name: name.into(),
        description: with_map_keys(description, &shape),
        required: note.required && note.default.is_none(),
        shape,
        place: Place::Own,
        default: note.default.clone(),
        shown_default: note.default.clone(),
        header: None,
    })
}

/// The shape of a value, and of everything inside it.
fn shape(note: &OwnTable, at: &str) -> Result<Shape, String> {
    let kind = note.kind.ok_or_else(|| format!("{at} has no type"))?;
    only_what_fits(note, kind)
        .map_err(|key| format!("{at}: {key} says nothing about this type"))?;
    Ok(match kind {
        OwnKind::Text => {
            let path = [at.rsplit('.').next().unwrap_or(at).to_owned()];
            if !note.safe && could_be_secret(&path, &text_schema(note), false) {
                return Err(format!("{at} could be a secret; if it is none, say safe = true"));
            }
            Shape::Text {
                min: length(note.min, 0),
                max: length(note.max, u32::MAX),
                values: note.values.clone(),
                format: note.format.map(|format| match format {
                    OwnFormat::Uuid => Format::Uuid,
                    OwnFormat::DateTime => Format::DateTime,
                    OwnFormat::Date => Format::Date,
                    OwnFormat::Email => Format::Email,
                    OwnFormat::Uri => Format::Uri,
                }),
            }
        }
        OwnKind::Integer => {
            Shape::Integer { min: note.min.unwrap_or(i64::MIN), max: note.max.unwrap_or(i64::MAX) }
        }
        OwnKind::Number => Shape::Number,
        OwnKind::Boolean => Shape::Boolean,
        OwnKind::List => Shape::List {
            items: Box::new(items(note, at)?),
            min: length(note.min, 0),
            max: length(note.max, u32::MAX),
        },
        OwnKind::Map => Shape::Map(Box::new(items(note, at)?)),
        OwnKind::Object => Shape::Object(keys(&note.keys, at)?),
    })
}

fn items(note: &OwnTable, at: &str) -> Result<Shape, String> {
    let items = note.items.as_deref().ok_or_else(|| format!("{at} has no items"))?;
    shape(&items.0, at)
}

fn keys(notes: &OwnNotes, at: &str) -> Result<Vec<Key>, String> {
    in_order(notes)
        .into_iter()
        .map(|(name, note)| {
            Ok(Key {
                name: name.get_ref().clone(),
                required: note.required,
                description: note.description.clone(),
                shape: shape(note, &format!("{at}.{}", name.get_ref()))?,
            })
        })
        .collect()
}

/// A key that has no meaning for a type is a mistake, not a wish.
fn only_what_fits(note: &OwnTable, kind: OwnKind) -> Result<(), &'static str> {
    let text = kind == OwnKind::Text;
    let sized = text || matches!(kind, OwnKind::Integer | OwnKind::List);
    let filled = matches!(kind, OwnKind::List | OwnKind::Map);
    let wrong = [
        ("values", !note.values.is_empty() && !text),
        ("format", note.format.is_some() && !text),
        ("min", note.min.is_some() && !sized),
        ("max", note.max.is_some() && !sized),
        ("items", note.items.is_some() && !filled),
        ("keys", !note.keys.is_empty() && kind != OwnKind::Object),
    ];
    wrong.iter().find(|(_, is)| *is).map_or(Ok(()), |(key, _)| Err(key))
}

fn text_schema(note: &OwnTable) -> Schema {
    Schema {
        kind: Some(facts::Kind::String),
        values: note.values.iter().map(|value| json!(value)).collect(),
        format: note.format.map(|format| match format {
            OwnFormat::DateTime => "date-time".to_owned(),
            OwnFormat::Date => "date".to_owned(),
            _ => "other".to_owned(),
        }),
        ..Schema::default()
    }
}

fn length(limit: Option<i64>, otherwise: u32) -> u32 {
    limit.map_or(otherwise, |limit| u32::try_from(limit).unwrap_or(u32::MAX))
}

/// The `outputSchema` of what a job answers. Limits and closed lists stay out, as in answers of the
/// API: they would make clients throw away what is right tomorrow.
pub fn output(notes: &OwnNotes, closed: bool, report: &mut Report<'_>) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut required: Vec<&str> = Vec::new();
    for (name, note) in in_order(notes) {
        let unwanted = note.description.is_some()
            || note.default.is_some()
            || note.min.is_some()
            || note.max.is_some()
            || !note.values.is_empty();
        let schema = if unwanted {
            Err("an answer has a type, items, keys, required and format only".to_owned())
        } else {
            shape(note, name.get_ref()).map(|shape| shape.json_schema())
        };
        match schema {
            Ok(schema) => {
                shown.insert(name.get_ref().clone(), Value::Object(schema));
                required.extend(note.required.then_some(name.get_ref().as_str()));
            }
            Err(problem) => {
                report.add(&name.span(), format!("output {}: {problem}", name.get_ref()));
            }
        }
    }
    let mut schema = object_schema(shown, &required);
    if closed {
        schema.insert("additionalProperties".into(), json!(false));
    }
    schema
}
