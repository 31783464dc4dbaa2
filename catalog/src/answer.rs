//! `[tool.answer]`: how the API's answer becomes an object of ours, and the `outputSchema` of it.

use serde_json::{Map, Value, json};
use toml::Spanned;

use crate::declaration::AnswerNote;
use crate::facts::{Facts, Kind, Operation, Schema};
use crate::problem::Report;
use crate::projection::{Field, fields_schema, object_schema, project};
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
    /// Nothing but the fact.
    Done,
}

/// The answer of a tool; `None` if something was reported.
pub fn join(
    facts: &Facts,
    operation: &Operation,
    request: &Request,
    note: &Spanned<AnswerNote>,
    report: &mut Report<'_>,
) -> Option<Answer> {
    let (at, note) = (note.span(), note.get_ref());
    let said = [note.list.is_some(), note.object, note.done];
    if said.iter().filter(|said| **said).count() != 1 {
        report.add(&at, "[tool.answer] needs exactly one of list, object and done");
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
    if media_type != "application/json" {
        report.add(&at, format!("the API answers {media_type}, which has no projection"));
        return None;
    }
    if note.done && note.fields.is_empty() && says_nothing(facts, schema) {
        return Some(Answer::Done);
    }
    match shape_of_answer(facts, schema, note) {
        Ok(rows) => {
            let fields = project(facts, &rows, &note.fields, report);
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

/// The object, or a row of the list, that the fields are taken from.
fn shape_of_answer(facts: &Facts, schema: &Schema, note: &AnswerNote) -> Result<Schema, String> {
    let schema = settle(facts, schema, Unions::Merge).map_err(|why| format!("the answer {why}"))?;
    match (schema.kind, &note.list) {
        (Some(Kind::Object), None) if note.object => Ok(schema),
        (Some(Kind::Array), Some(key)) => {
            if ["total", "page", "limit"].contains(&key.as_str()) {
                return Err(format!("the list cannot be called {key}, that is a name of ours"));
            }
            let items = schema.items.as_deref().ok_or("the answer has no items")?;
            let row = settle(facts, items, Unions::Merge).map_err(|why| format!("a row {why}"))?;
            if row.kind == Some(Kind::Object) {
                Ok(row)
            } else {
                Err("rows that are no objects have no projection".into())
            }
        }
        (Some(Kind::Object), _) => Err("the API answers an object: object = true".into()),
        (Some(Kind::Array), _) => Err("the API answers an array: list = \"<name>\"".into()),
        _ => Err("the API answers neither an object nor an array".into()),
    }
}

impl Answer {
    /// The tool's `outputSchema`.
    #[must_use]
    pub fn output_schema(&self, request: &Request) -> Value {
        let mut properties = Map::new();
        let integer = || json!({ "type": "integer" });
        Value::Object(match self {
            Self::Object(fields) => fields_schema(fields),
            Self::List { key, fields, paged } => {
                let rows = json!({ "type": "array", "items": fields_schema(fields) });
                properties.insert(key.clone(), rows);
                properties.insert("total".into(), integer());
                if *paged {
                    properties.insert("page".into(), integer());
                    properties.insert("limit".into(), integer());
                }
                object_schema(properties, &[key, "total"])
            }
            Self::Done => {
                properties.insert("done".into(), json!({ "type": "boolean" }));
                for name in request.path_arguments() {
                    properties.insert(name.into(), json!({ "type": "string" }));
                }
                object_schema(properties, &["done"])
            }
        })
    }
}
