//! `[tool.answer]`: how the API's answer becomes an object of ours, and the `outputSchema` of it.

use serde_json::{Map, Value, json};
use toml::Spanned;

use crate::declaration::AnswerNote;
use crate::facts::{Facts, Kind, Operation, Schema};
use crate::problem::Report;
use crate::projection::{Field, Lens, fields_schema, object_schema, project, properties};
use crate::request::Request;
use crate::settle::{Unions, settle};

/// Mirrors `catalog::Answer` of the Worker.
#[derive(Debug)]
pub enum Answer {
    /// Fields of an object.
    Object(Vec<Field>),
    /// Rows of an array.
    List {
        /// Name of the array.
        key: String,
        /// Fields of each row.
        fields: Vec<Field>,
        /// Whether the API pages.
        paged: bool,
    },
    /// Values of an array that are no objects.
    Values {
        /// Name of the array.
        key: String,
        /// JSON type of each.
        kind: Kind,
        /// Whether the API pages.
        paged: bool,
    },
    /// A text.
    Text {
        /// Name of the text.
        key: String,
        /// The API's media type.
        media_type: String,
    },
    /// Nothing but the fact.
    Done,
    /// What the job writes: JSON schema of it.
    Own(Map<String, Value>),
}

/// What the answer is taken from.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The API's schemas.
    pub facts: &'a Facts,
    /// The operation.
    pub operation: &'a Operation,
    /// Whether it is known to return a secret.
    pub marked: bool,
}

/// The answer of a tool; `None` if something was reported.
pub fn join(
    asked: Asked<'_>,
    request: &Request,
    note: &Spanned<AnswerNote>,
    report: &mut Report<'_>,
) -> Option<Answer> {
    let Asked { facts, operation, marked } = asked;
    let (at, note) = (note.span(), note.get_ref());
    let said = [note.list.is_some(), note.text.is_some(), note.object, note.done];
    if said.iter().filter(|said| **said).count() != 1 {
        report.add(&at, "[tool.answer] needs exactly one of list, object, text and done");
        return None;
    }
    let content = operation
        .success()
        .and_then(|response| Some((response.media_type.as_deref()?, response.schema.as_ref()?)));
    let Some((media_type, schema)) = content else {
        if note.done && note.fields.is_empty() {
            return Some(Answer::Done);
        }
        report.add(&at, "the API answers nothing here: done = true, and no fields");
        return None;
    };
    if let Some(key) = &note.text {
        return match text(facts, media_type, schema, note) {
            Ok(()) => Some(Answer::Text { key: key.clone(), media_type: media_type.into() }),
            Err(problem) => {
                report.add(&at, problem);
                None
            }
        };
    }
    if media_type != "application/json" {
        let problem = format!("the API answers {media_type}, which has no projection");
        report.add(&at, format!("{problem}: text = \"<name>\", or the operation is left out"));
        return None;
    }
    // A secret may also be left unsaid.
    let unsaid = marked && request.method != "GET";
    if note.done && note.fields.is_empty() && (unsaid || says_nothing(facts, schema)) {
        return Some(Answer::Done);
    }
    match scalars(facts, schema, note) {
        Ok(None) => {}
        Ok(Some((key, kind))) => {
            return Some(Answer::Values { key, kind, paged: request.pages() });
        }
        Err(problem) => {
            report.add(&at, problem);
            return None;
        }
    }
    match shape_of_answer(facts, schema, note) {
        Ok(rows) => {
            let lens = Lens { facts, marked, safe: false };
            let fields = project(lens, &rows, &note.fields, report);
            if note.fields.is_empty() {
                report.add(&at, "[tool.answer] needs fields");
            }
            if !report.is_empty() {
                return None;
            }
            Some(match &note.list {
                None => Answer::Object(fields),
                Some(key) => Answer::List { key: key.clone(), fields, paged: request.pages() },
            })
        }
        Err(problem) => {
            report.add(&at, problem);
            None
        }
    }
}

/// Whether an answer has content by name only: `{}` or an object without declared keys.
fn says_nothing(facts: &Facts, schema: &Schema) -> bool {
    settle(facts, schema, Unions::Merge).is_ok_and(|schema| {
        matches!(schema.kind, None | Some(Kind::Object)) && schema.properties.is_empty()
    })
}

/// Name and type, where the API answers an array of values that are no objects.
fn scalars(
    facts: &Facts,
    schema: &Schema,
    note: &AnswerNote,
) -> Result<Option<(String, Kind)>, String> {
    let plain = settle(facts, schema, Unions::Merge).map_err(|why| format!("the answer {why}"))?;
    let (Some(items), Some(key)) = (plain.items.as_deref(), &note.list) else { return Ok(None) };
    let row = settle(facts, items, Unions::Merge).map_err(|why| format!("a row {why}"))?;
    match row.kind {
        Some(Kind::String | Kind::Integer | Kind::Number | Kind::Boolean)
            if note.fields.is_empty() =>
        {
            list_name(key)?;
            Ok(row.kind.map(|kind| (key.clone(), kind)))
        }
        Some(Kind::Object) => Ok(None),
        _ => Err("rows that are no objects have no fields".into()),
    }
}

fn list_name(key: &str) -> Result<(), String> {
    if ["total", "page", "limit", "more", "truncated"].contains(&key) {
        return Err(format!("the list cannot be called {key}, that is a name of ours"));
    }
    Ok(())
}

/// Whether an answer is a text that can be read.
fn text(facts: &Facts, media_type: &str, schema: &Schema, note: &AnswerNote) -> Result<(), String> {
    if !note.fields.is_empty() {
        return Err("a text has no fields".into());
    }
    let readable = media_type.starts_with("text/") || media_type == "application/octet-stream";
    let json_text = media_type == "application/json"
        && settle(facts, schema, Unions::Merge).is_ok_and(|s| s.kind == Some(Kind::String));
    if readable || json_text {
        return Ok(());
    }
    Err(format!("the API answers {media_type}, which is no text"))
}

/// The object, or a row of the list, that the fields are taken from.
fn shape_of_answer(facts: &Facts, schema: &Schema, note: &AnswerNote) -> Result<Schema, String> {
    let schema = settle(facts, schema, Unions::Merge).map_err(|why| format!("the answer {why}"))?;
    match (schema.kind, &note.list) {
        (Some(Kind::Object), None) if note.object => Ok(schema),
        (Some(Kind::Array), Some(key)) => {
            list_name(key)?;
            let items = schema.items.as_deref().ok_or("the answer has no items")?;
            settle(facts, items, Unions::Merge).map_err(|why| format!("a row {why}"))
        }
        (Some(Kind::Object), _) => Err("the API answers an object: object = true".into()),
        (Some(Kind::Array), _) => Err("the API answers an array: list = \"<name>\"".into()),
        _ => Err("the API answers neither an object nor an array".into()),
    }
}

impl Answer {
    /// The tool's `outputSchema`.
    #[must_use]
    pub fn output_schema(&self) -> Value {
        let mut shown: Map<String, Value> = Map::new();
        let integer = || json!({ "type": "integer" });
        Value::Object(match self {
            Self::Object(fields) => fields_schema(fields),
            Self::List { key, paged, .. } | Self::Values { key, paged, .. } => {
                let rows = match self {
                    Self::List { fields, .. } => {
                        Value::Object(object_schema(properties(fields), &[]))
                    }
                    Self::Values { kind, .. } => json!({ "type": kind }),
                    _ => Value::Null,
                };
                shown.insert(key.clone(), json!({ "type": "array", "items": rows }));
                shown.insert("total".into(), integer());
                if *paged {
                    shown.insert("page".into(), integer());
                    shown.insert("limit".into(), integer());
                }
                object_schema(shown, &[key, "total"])
            }
            Self::Text { key, .. } => {
                shown.insert(key.clone(), json!({ "type": "string" }));
                object_schema(shown, &[key])
            }
            Self::Own(schema) => schema.clone(),
            Self::Done => {
                shown.insert("done".into(), json!({ "type": "boolean" }));
                // The ids that the call named come back too; an open schema need not say so.
                object_schema(shown, &["done"])
            }
        })
    }
}
