//! The subset of JSON Schema that every client takes; each rule is somebody's refusal.
//!
//! - `oneOf`, `anyOf`, `allOf`: OpenAI and Anthropic reject them at the top, and one such tool
//!   breaks a whole session; Gemini rejects some inside. We have none anywhere.
//! - `$ref`: recursive ones break `tools/list` in Claude Code.
//! - `const`, `exclusiveMinimum`, enums of numbers, missing `type`, other formats than
//!   `date-time`, `additionalProperties`: Gemini.
//! - an array without `items`: OpenAI.
//! - a root that is no object: MCP itself.

use serde_json::{Map, Value};

/// Most objects inside one another, the root counted; arrays do not count.
pub const DEEPEST: usize = 4;

const KNOWN: [&str; 14] = [
    "type",
    "description",
    "format",
    "enum",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "items",
    "properties",
    "required",
];

/// Everything that some client would refuse in an `inputSchema` or `outputSchema` called `name`.
#[must_use]
pub fn lint(name: &str, schema: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    if schema["type"] != "object" {
        problems.push(format!("{name}: the root must be of type object"));
    }
    let mut schema = schema.clone();
    // OpenAI demands it of the answer that tells who is signed in; Gemini is handed no answers' schemas.
    if name == "outputSchema"
        && let Some(root) = schema.as_object_mut()
    {
        root.retain(|key, value| key != "additionalProperties" || *value != Value::Bool(false));
    }
    level(name, &schema, 1, &mut problems);
    problems
}

fn level(at: &str, schema: &Value, depth: usize, problems: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        problems.push(format!("{at}: no schema object"));
        return;
    };
    let mut problem = |what: &str| problems.push(format!("{at}: {what}"));
    for key in schema.keys() {
        match key.as_str() {
            // `{"type": "object", "additionalProperties": false}` says "no arguments".
            "additionalProperties" if !schema.contains_key("properties") => {}
            key if KNOWN.contains(&key) => {}
            key => problem(&format!("{key} is refused by some client")),
        }
    }
    let kind = schema.get("type").and_then(Value::as_str);
    if kind.is_none() {
        problem("type is missing");
    }
    if schema.get("format").is_some_and(|format| format != "date-time") {
        problem("format other than date-time is refused by some client");
    }
    if let Some(values) = schema.get("enum") {
        let texts = |list: &Vec<Value>| !list.is_empty() && list.iter().all(Value::is_string);
        if !values.as_array().is_some_and(texts) {
            problem("an enum of anything but texts is refused by some client");
        }
    }
    if kind == Some("array") && !schema.contains_key("items") {
        problem("an array without items is refused by some client");
    }
    if kind == Some("object") && depth > DEEPEST {
        problem(&format!(
            "more than {DEEPEST} objects inside one another: choose fields further up (answers), \
             flatten, hide or pick a variant (arguments)"
        ));
    }
    inner(at, schema, depth, problems);
}

fn inner(at: &str, schema: &Map<String, Value>, depth: usize, problems: &mut Vec<String>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        level(&format!("{at}.{name}"), property, depth + 1, problems);
    }
    if let Some(items) = schema.get("items") {
        // An array adds no level: its element stands where the array stands.
        level(&format!("{at}[]"), items, depth, problems);
    }
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        let known = |properties: &Map<String, Value>| {
            name.as_str().is_some_and(|name| properties.contains_key(name))
        };
        if !properties.is_some_and(known) {
            problems.push(format!("{at}: required names {name}, which is no property"));
        }
    }
}
