//! From an OpenAPI document to facts, and from facts to a list of changes.

use mittwald_catalog::facts::{Facts, ParamPlace};
use mittwald_catalog::{drift, openapi};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "openapi": "3.0.0",
        "info": { "version": "2.1", "title": "An API" },
        "paths": {
            "/v2/things/{thingId}": {
                "parameters": [
                    { "name": "thingId", "in": "path", "required": true, "schema": { "type": "string", "example": "t" } },
                    { "name": "both", "in": "query", "schema": { "type": "string" } },
                ],
                "get": {
                    "operationId": "thing-get",
                    "summary": "Prose.", "description": "Prose.", "tags": ["Thing"],
                    "security": [],
                    "parameters": [
                        { "name": "both", "in": "query", "description": "Prose.", "schema": { "type": "integer" } },
                        { "name": "cookie", "in": "cookie", "schema": { "type": "string" } },
                        { "name": "old", "in": "query", "deprecated": true, "schema": { "type": "string" } },
                    ],
                    "responses": {
                        "200": {
                            "description": "Prose.",
                            "headers": { "X-B": {}, "X-A": {} },
                            "content": {
                                "text/csv": { "schema": { "type": "string" } },
                                "application/json": { "schema": { "$ref": "#/components/schemas/a.Thing" } },
                            },
                        },
                        "404": { "$ref": "#/components/responses/NotFound" },
                    },
                },
                "delete": { "operationId": "thing-delete", "deprecated": true, "tags": ["Thing"], "responses": {} },
                "put": { "tags": ["Thing"], "responses": {} },
            },
        },
        "components": {
            "responses": { "NotFound": { "description": "Prose.", "content": {} } },
            "schemas": {
                "a.Thing": {
                    "type": "object",
                    "title": "Prose.",
                    "required": ["description"],
                    "properties": {
                        "description": { "type": "string", "description": "Prose.", "example": "Prose." },
                        "next": { "$ref": "#/components/schemas/a.Thing", "description": "Prose." },
                        "more": { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Inner" } },
                        "any": { "type": "unknown" },
                    },
                },
                "Inner": { "oneOf": [{ "type": "string", "nullable": true, "maxLength": 3 }] },
                "Unused": { "type": "string" },
            },
        },
    })
}

#[test]
fn facts_without_prose() {
    let facts = openapi::facts(&document()).unwrap();
    let text = facts.to_text();
    assert!(!text.contains("Prose"), "{text}");
    assert_eq!(Facts::parse(&text).unwrap(), facts);
    assert_eq!(facts.api_version, "2.1");

    assert_eq!(Vec::from_iter(facts.operations.keys()), ["GET /v2/things/{thingId}"]);
    let get = &facts.operations["GET /v2/things/{thingId}"];
    assert!(!get.auth, "security: [] is public");
    let names: Vec<&str> = get.params.iter().map(|param| param.name.as_str()).collect();
    assert_eq!(names, ["thingId", "both"], "no cookie, nothing deprecated, path first");
    let both = get.param(ParamPlace::Query, "both").unwrap();
    assert_eq!(json!(both.schema), json!({ "type": "integer" }), "the operation replaces the path");
    let success = get.success().unwrap();
    assert_eq!(success.media_type.as_deref(), Some("application/json"));
    assert_eq!(success.headers, ["X-A", "X-B"]);
    assert_eq!(json!(get.responses["404"]), json!({}));

    assert_eq!(Vec::from_iter(facts.schemas.keys()), ["Inner", "a.Thing"], "only what is reached");
    assert_eq!(
        json!(facts.schemas["a.Thing"]),
        json!({
            "type": "object",
            "required": ["description"],
            "properties": {
                "any": {},
                "description": { "type": "string" },
                "more": { "type": "object", "additionalProperties": { "$ref": "#/schemas/Inner" } },
                "next": { "$ref": "#/schemas/a.Thing" },
            },
        })
    );
}

#[test]
fn one_operation_and_one_schema_per_line() {
    let text = openapi::facts(&document()).unwrap().to_text();
    let starts =
        |line: &&str| line.starts_with("\"GET /v2/things") || line.starts_with("\"a.Thing\"");
    assert_eq!(text.lines().filter(starts).count(), 2);
    assert_eq!(text.lines().count(), 11, "{text}");
}

#[test]
fn broken_documents_say_where() {
    let broken = |pointer: &str, value: Value| {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value;
        openapi::facts(&document).unwrap_err().to_string()
    };
    let get = "/paths/~1v2~1things~1{thingId}/get";
    assert!(broken("/paths", json!(1)).starts_with("paths:"));
    assert!(broken("/info/version", json!(1)).starts_with("info.version:"));
    let gone = json!({ "$ref": "#/components/responses/Gone" });
    let message = broken(&format!("{get}/responses/404"), gone);
    assert!(message.contains("GET /v2/things/{thingId} response 404") && message.contains("Gone"));
    let message = broken("/components/schemas/Inner/oneOf/0/maxLength", json!("x"));
    assert!(message.starts_with("Inner:"), "{message}");
    let outside = json!({ "$ref": "other.json#/a" });
    assert!(broken("/components/schemas/a.Thing/properties/next", outside).contains("other.json"));
}

#[test]
fn changes_are_listed() {
    let old = openapi::facts(&document()).unwrap();
    let mut document = document();
    let paths = document["paths"].as_object_mut().unwrap();
    let mut item = paths["/v2/things/{thingId}"].clone();
    item["get"]["parameters"] = json!([{ "name": "fresh", "in": "query", "schema": {} }]);
    paths.insert("/v2/things/{thingId}".into(), item.clone());
    item["get"]["operationId"] = json!("thing-new");
    paths.insert("/v2/new".into(), item);
    document["components"]["schemas"]["Inner"] = json!({ "type": "integer" });
    let new = openapi::facts(&document).unwrap();
    assert_eq!(
        drift::report(&old, &new),
        "+ GET /v2/new (thing-new)\n\
         ~ GET /v2/things/{thingId}: parameter both changed, parameter fresh added, schema Inner \
         changed\n2 operations: 1 added, 0 removed, 1 changed\n"
    );
    let mut other = self::document();
    other["components"]["schemas"]["Inner"] = json!({ "type": "integer" });
    let alone = drift::report(&old, &openapi::facts(&other).unwrap());
    assert_eq!(
        alone,
        "~ GET /v2/things/{thingId}: schema Inner changed\n\
         1 operations: 0 added, 0 removed, 1 changed\n"
    );
    let back = drift::report(&new, &old);
    assert!(back.contains("- GET /v2/new (thing-new)") && back.contains("parameter fresh removed"));
    assert!(drift::report(&old, &old).starts_with("1 operations: 0 added"));
}
