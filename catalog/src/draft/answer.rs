//! `[tool.answer]` of a draft: every field that can be shown, at most four objects deep.

use crate::draft::quoted;
use crate::facts::{Facts, Kind, Operation, Schema};
use crate::lint::DEEPEST;
use crate::secret::could_be_secret;
use crate::settle::{Unions, settle};

/// The table's text.
pub fn draft(facts: &Facts, key: &str, operation: &Operation, marked: bool) -> String {
    let body = parts(facts, key, operation, marked);
    format!("[tool.answer]\n{body}")
}

fn parts(facts: &Facts, key: &str, operation: &Operation, marked: bool) -> String {
    let done = "done = true\n".to_owned();
    let content =
        operation.success().and_then(|r| Some((r.media_type.as_deref()?, r.schema.as_ref()?)));
    let Some((media_type, schema)) = content else { return done };
    let text = format!("text = {}\n", quoted(&list_name(key)));
    if media_type != "application/json" {
        return text;
    }
    let Ok(schema) = settle(facts, schema, Unions::Merge) else { return done };
    match schema.kind {
        Some(Kind::String) => text,
        Some(Kind::Array) => {
            let list = format!("list = {}\n", quoted(&list_name(key)));
            let row = schema.items.as_deref().and_then(|i| settle(facts, i, Unions::Merge).ok());
            match row.filter(|row| row.kind == Some(Kind::Object)) {
                Some(row) => {
                    // The answer itself is an object around the rows.
                    let fields = top(facts, &row, marked, 2);
                    fields.map_or_else(|| done, |fields| format!("{list}{fields}"))
                }
                None => list,
            }
        }
        Some(Kind::Object) if !schema.properties.is_empty() => {
            let fields = top(facts, &schema, marked, 1);
            // Nothing but a secret: that it was done may be said.
            fields.map_or_else(|| done, |fields| format!("object = true\n{fields}"))
        }
        _ => done,
    }
}

fn top(facts: &Facts, object: &Schema, marked: bool, depth: usize) -> Option<String> {
    let mut lines = String::new();
    fields(facts, object, marked, depth, &mut lines).then(|| format!("fields = [\n{lines}]\n"))
}

/// Lines of the fields; says whether there is one.
fn fields(facts: &Facts, object: &Schema, marked: bool, depth: usize, out: &mut String) -> bool {
    let pad = "  ".repeat(depth);
    let mut any = false;
    for (name, property) in &object.properties {
        let schema = match settle(facts, property, Unions::Merge) {
            Ok(schema) => schema,
            Err(why) => {
                out.push_str(&format!("{pad}# {name} {why}\n"));
                continue;
            }
        };
        if could_be_secret(std::slice::from_ref(name), &schema, marked) {
            out.push_str(&format!("{pad}# {name} could be a secret; if it is none: safe = true\n"));
            continue;
        }
        match inner(facts, &schema) {
            Err(why) => out.push_str(&format!("{pad}# {name} {why}\n")),
            Ok(found) if depth >= DEEPEST && (found.is_some() || is_map(facts, &schema)) => {
                out.push_str(&format!("{pad}# {name} is too deep\n"));
            }
            Ok(None) => {
                any = true;
                out.push_str(&format!("{pad}{},\n", quoted(name)));
            }
            Ok(Some(object)) => {
                let mut below = String::new();
                if fields(facts, &object, marked, depth + 1, &mut below) {
                    any = true;
                    let name = quoted(name);
                    out.push_str(&format!(
                        "{pad}{{ name = {name}, fields = [\n{below}{pad}] }},\n"
                    ));
                } else {
                    out.push_str(&format!("{pad}# {name} has nothing to show\n"));
                }
            }
        }
    }
    any
}

/// The object whose keys are fields, here or in each row; `None` for a value copied whole.
fn inner(facts: &Facts, schema: &Schema) -> Result<Option<Schema>, String> {
    match schema.kind {
        None => Err("has no type in the API".into()),
        Some(Kind::Object) => Ok((!schema.properties.is_empty()).then(|| schema.clone())),
        Some(Kind::Array) => {
            let items = schema.items.as_deref().ok_or("has undeclared elements")?;
            let row = settle(facts, items, Unions::Merge)?;
            inner(facts, &row)
        }
        Some(_) => Ok(None),
    }
}

/// Whether the value, or each element of it, is an object without declared keys.
fn is_map(facts: &Facts, schema: &Schema) -> bool {
    match (schema.kind, schema.items.as_deref()) {
        (Some(Kind::Object), _) => true,
        (_, Some(items)) => settle(facts, items, Unions::Merge).is_ok_and(|i| is_map(facts, &i)),
        _ => false,
    }
}

/// `GET /v2/projects/{projectId}/cron-jobs` -> `cronJobs`.
fn list_name(key: &str) -> String {
    let last = key.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('{'));
    let mut name = String::new();
    for (index, word) in last.unwrap_or("rows").split(['-', '_']).enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => name.extend(first.to_uppercase()),
            Some(first) => name.extend(first.to_lowercase()),
            None => {}
        }
        name.push_str(letters.as_str());
    }
    name
}
