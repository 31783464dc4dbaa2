//! Every rule of the lint, each with the smallest schema that breaks it.

use mittwald_catalog::lint::lint;
use serde_json::{Value, json};

fn with(property: Value) -> Value {
    json!({ "type": "object", "properties": { "a": property } })
}

#[track_caller]
fn refused(schema: &Value, message: &str) {
    let problems = lint("schema", schema);
    assert!(problems.iter().any(|p| p.contains(message)), "{schema}: {problems:?}");
}

#[test]
fn a_boring_schema_passes() {
    let row = json!({ "type": "object", "properties": { "at": { "type": "string", "format": "date-time" } } });
    let list = json!({ "type": "array", "items": row, "description": "x", "maxItems": 3 });
    assert_eq!(lint("schema", &with(list)), Vec::<String>::new());
    let nothing = json!({ "type": "object", "additionalProperties": false });
    assert_eq!(lint("schema", &nothing), Vec::<String>::new());
}

#[test]
fn keywords_that_clients_refuse() {
    for keyword in ["oneOf", "anyOf", "allOf"] {
        refused(&json!({ "type": "object", keyword: [] }), keyword);
        refused(&with(json!({ "type": "string", keyword: [] })), keyword);
    }
    for keyword in [
        "$ref",
        "$schema",
        "const",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "pattern",
    ] {
        refused(&with(json!({ "type": "string", keyword: "x" })), keyword);
    }
    let closed = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    refused(&closed, "additionalProperties");
}

#[test]
fn types_formats_and_enums() {
    refused(&json!({ "type": "array", "items": { "type": "string" } }), "root must be");
    refused(&with(json!({})), "type is missing");
    refused(&with(json!({ "type": ["string", "null"] })), "type is missing");
    refused(&with(json!({ "type": "array" })), "without items");
    refused(&with(json!({ "type": "array", "items": {} })), "schema.a[]: type is missing");
    refused(&with(json!({ "type": "string", "format": "uuid" })), "format");
    refused(&with(json!({ "type": "integer", "enum": [1] })), "enum");
    refused(&with(json!({ "type": "string", "enum": [] })), "enum");
    refused(&with(json!(true)), "no schema object");
    refused(&json!({ "type": "object", "properties": {}, "required": ["b"] }), "required names");
}

#[test]
fn four_objects_inside_one_another_at_most() {
    let object = |inner: Value| json!({ "type": "object", "properties": { "a": inner } });
    let list = |inner: Value| json!({ "type": "array", "items": inner });
    let leaf = || json!({ "type": "string" });
    let four = object(list(object(object(list(object(leaf()))))));
    assert_eq!(lint("schema", &four), Vec::<String>::new());
    refused(&object(four), "more than 4 objects");
}
