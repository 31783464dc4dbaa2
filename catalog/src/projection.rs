//! Which fields of the API's answer a client gets.
//!
//! An object that is named without `fields` is taken apart into all fields that the API declares,
//! so the schema says exactly what comes, undeclared keys stay behind and nulls are left out at
//! every level.

use serde_json::{Map, Value, json};
use toml::Spanned;

use crate::declaration::FieldNote;
use crate::facts::{Facts, Kind, Schema};
use crate::problem::Report;
use crate::secret::could_be_secret;
use crate::settle::{Unions, settle};

/// A projected field.
#[derive(Debug)]
pub struct Field {
    /// Name in our answer.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
    /// Whether it is always there.
    required: bool,
    /// JSON schema of its value.
    schema: Map<String, Value>,
}

/// Mirrors `catalog::Source`.
#[derive(Debug)]
pub enum Source {
    /// Copied whole.
    Copy(Vec<String>),
    /// Object, projected.
    Object(Vec<String>, Vec<Field>),
    /// Array of objects, projected.
    Rows(Vec<String>, Vec<Field>),
    /// Constant.
    Constant(Value),
}

/// What a projection looks through.
#[derive(Debug, Clone, Copy)]
pub struct Lens<'a> {
    /// The API's schemas.
    pub facts: &'a Facts,
    /// Whether the operation is known to return a secret.
    pub marked: bool,
    /// Whether the TOML says that what is shown here is none.
    pub safe: bool,
}

/// Objects deeper than this are a circle; far beyond what the lint lets through.
const ENDLESS: usize = 12;

/// The fields that `notes` take from `object`.
pub fn project(
    lens: Lens<'_>,
    object: &Schema,
    notes: &[Spanned<FieldNote>],
    report: &mut Report<'_>,
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for note in notes {
        let (span, note) = (note.span(), note.get_ref());
        if fields.iter().any(|field| field.name == note.name) {
            report.add(&span, format!("field {}: there are two", note.name));
        }
        match project_field(lens, object, note, report) {
            Ok(field) => fields.push(field),
            Err(problem) => report.add(&span, format!("field {}: {problem}", note.name)),
        }
    }
    fields
}

fn project_field(
    lens: Lens<'_>,
    object: &Schema,
    note: &FieldNote,
    report: &mut Report<'_>,
) -> Result<Field, String> {
    if let Some(value) = &note.value {
        return if note.from.is_some() || !note.fields.is_empty() {
            Err("a constant has neither from nor fields".into())
        } else {
            constant(&note.name, value)
        };
    }
    let from = note.from.as_deref().unwrap_or(&note.name);
    let (schema, required) = follow(lens.facts, object, from)?;
    let path: Vec<String> = from.split('.').map(str::to_owned).collect();
    let lens = Lens { safe: lens.safe || note.safe, ..lens };
    if note.open {
        return if note.fields.is_empty() && schema.kind == Some(Kind::Object) {
            open(&note.name, path, required, lens)
        } else {
            Err("open is for an object without fields".into())
        };
    }
    if note.fields.is_empty() {
        return whole(lens, &note.name, path, &schema, required, 0);
    }
    match schema.kind {
        Some(Kind::Object) => {
            let fields = project(lens, &schema, &note.fields, report);
            Ok(object_field(&note.name, path, fields, required))
        }
        Some(Kind::Array) => {
            let row = row_of(lens.facts, &schema)?;
            let fields = project(lens, &row, &note.fields, report);
            Ok(rows_field(&note.name, path, fields, required))
        }
        _ => Err("it is neither an object nor an array, so it has no fields".into()),
    }
}

/// The schema at a dotted path, and whether a value is always there.
///
/// # Errors
/// Which step of the path the API does not declare.
pub fn follow(facts: &Facts, object: &Schema, path: &str) -> Result<(Schema, bool), String> {
    let mut schema = object.clone();
    let mut required = true;
    for key in path.split('.') {
        let property = schema
            .properties
            .get(key)
            .ok_or_else(|| format!("the API's answer has no {key} (of {path})"))?;
        let next = settle(facts, property, Unions::Merge).map_err(|why| format!("{path} {why}"))?;
        required &= schema.required.iter().any(|name| name == key) && !next.nullable;
        schema = next;
    }
    Ok((schema, required))
}

/// A field with everything that the API declares below it.
fn whole(
    lens: Lens<'_>,
    name: &str,
    path: Vec<String>,
    schema: &Schema,
    required: bool,
    depth: usize,
) -> Result<Field, String> {
    if depth > ENDLESS {
        return Err("the API's schema contains itself here: choose fields".into());
    }
    match schema.kind {
        Some(Kind::Object) if !schema.properties.is_empty() => {
            let fields = all_fields(lens, schema, depth)?;
            Ok(object_field(name, path, fields, required))
        }
        Some(Kind::Array) => match row_of(lens.facts, schema) {
            Ok(row) if !row.properties.is_empty() => {
                let fields = all_fields(lens, &row, depth)?;
                Ok(rows_field(name, path, fields, required))
            }
            _ => copy(lens, name, path, schema, required),
        },
        _ => copy(lens, name, path, schema, required),
    }
}

fn all_fields(lens: Lens<'_>, object: &Schema, depth: usize) -> Result<Vec<Field>, String> {
    object
        .properties
        .keys()
        .map(|key| {
            let (schema, required) = follow(lens.facts, object, key)?;
            whole(lens, key, vec![key.clone()], &schema, required, depth + 1)
        })
        .collect()
}

fn row_of(facts: &Facts, array: &Schema) -> Result<Schema, String> {
    let items = array.items.as_deref().ok_or("its elements are not declared")?;
    let row = settle(facts, items, Unions::Merge)?;
    if row.kind == Some(Kind::Object) {
        Ok(row)
    } else {
        Err("its elements are no objects, so they have no fields".into())
    }
}

fn copy(
    lens: Lens<'_>,
    name: &str,
    path: Vec<String>,
    schema: &Schema,
    required: bool,
) -> Result<Field, String> {
    if !lens.safe && could_be_secret(&path, schema, lens.marked) {
        return Err(format!(
            "{} could be a secret: leave it out, or say safe = true",
            path.join(".")
        ));
    }
    let schema = value_schema(lens.facts, schema, 0)?;
    Ok(Field { name: name.into(), source: Source::Copy(path), required, schema })
}

/// An object copied whole, without a word about its keys.
fn open(name: &str, path: Vec<String>, required: bool, lens: Lens<'_>) -> Result<Field, String> {
    if lens.marked && !lens.safe {
        return Err("this operation returns a secret: choose fields, or say safe = true".into());
    }
    let schema = Map::from_iter([("type".to_owned(), json!("object"))]);
    Ok(Field { name: name.into(), source: Source::Copy(path), required, schema })
}

/// JSON schema of a value without declared keys: scalar, map, or array of such.
///
/// Enums stay out: clients check answers against the schema, and a state that mittwald adds must
/// not make them throw a right answer away.
fn value_schema(
    facts: &Facts,
    schema: &Schema,
    depth: usize,
) -> Result<Map<String, Value>, String> {
    let kind = schema.kind.ok_or("the API does not say what type it has")?;
    let mut out = Map::new();
    out.insert("type".into(), json!(kind));
    if schema.format.as_deref() == Some("date-time") {
        out.insert("format".into(), json!("date-time"));
    }
    if kind == Kind::Array {
        if depth > ENDLESS {
            return Err("the API's schema contains itself here".into());
        }
        let items = schema.items.as_deref().ok_or("its elements are not declared")?;
        let items = settle(facts, items, Unions::Merge)?;
        out.insert("items".into(), Value::Object(value_schema(facts, &items, depth + 1)?));
    }
    Ok(out)
}

fn constant(name: &str, value: &Value) -> Result<Field, String> {
    let kind = match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        _ => return Err("a constant is a text, a number or a boolean".into()),
    };
    Ok(Field {
        name: name.into(),
        source: Source::Constant(value.clone()),
        required: true,
        schema: Map::from_iter([("type".to_owned(), json!(kind))]),
    })
}

fn object_field(name: &str, path: Vec<String>, fields: Vec<Field>, required: bool) -> Field {
    Field {
        name: name.into(),
        schema: object_schema(properties(&fields), &[]),
        source: Source::Object(path, fields),
        required,
    }
}

fn rows_field(name: &str, path: Vec<String>, fields: Vec<Field>, required: bool) -> Field {
    let items = Value::Object(object_schema(properties(&fields), &[]));
    Field {
        name: name.into(),
        schema: Map::from_iter([("type".to_owned(), json!("array")), ("items".to_owned(), items)]),
        source: Source::Rows(path, fields),
        required,
    }
}

/// JSON schema of an answer with these fields. What is required is said here only: inside rows and
/// objects it would cost every list of tools 5 % and help nobody who reads the answer.
#[must_use]
pub fn fields_schema(fields: &[Field]) -> Map<String, Value> {
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    object_schema(properties(fields), &required)
}

/// The fields as properties.
#[must_use]
pub fn properties(fields: &[Field]) -> Map<String, Value> {
    fields.iter().map(|field| (field.name.clone(), Value::Object(field.schema.clone()))).collect()
}

/// JSON schema of an object.
#[must_use]
pub fn object_schema(properties: Map<String, Value>, required: &[&str]) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    schema
}
