//! A tiny catalogue that compiles, to be broken in one place per test.

// Each test file uses its part of this.
#![allow(dead_code)]

mod shapes;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use mittwald_catalog::{Compiled, Problem, compile};
use serde_json::{Value, json};

/// Two tools over the made-up API of [`facts`].
pub const GOOD: &str = r#"# Things.
[[tool]]
name = "mittwald_thing_list"
title = "List things"
description = "Lists things."
operation = "GET /v2/things"
effect = "read"
hints = { read_only = true, destructive = false, idempotent = true, open_world = false }
scope = "project:read"
toolsets = ["thing"]
core = true
project = "none"
[tool.args]
sort = "Field to sort by."
[tool.answer]
list = "things"
fields = ["id", "name"]

[[tool]]
name = "mittwald_thing_create"
title = "Create a thing"
description = "Creates a thing."
operation = "POST /v2/things"
effect = "write"
hints = { read_only = false, destructive = false, idempotent = false, open_world = false }
scope = "project:write"
project = "none"
[tool.args]
name = "Name of the thing."
[tool.answer]
object = true
fields = ["id"]
"#;

/// A tool over `operation` with these lines after the usual ones.
pub fn tool(operation: &str, rest: &str) -> String {
    let read = operation.starts_with("GET");
    let delete = !operation.starts_with("GET") && !operation.starts_with("POST");
    let effect = if read {
        "read"
    } else if delete {
        "destructive"
    } else {
        "write"
    };
    format!(
        "[[tool]]\nname = \"mittwald_x\"\ntitle = \"X\"\ndescription = \"X.\"\n\
         operation = \"{operation}\"\neffect = \"{effect}\"\nconfirm = {delete}\n\
         hints = {{ read_only = {read}, destructive = {delete}, idempotent = {read}, \
         open_world = false }}\nscope = \"project:read\"\nproject = \"none\"\n{rest}\n"
    )
}

/// Compiles a catalogue whose one family is this text.
pub fn compile_text(family: &str) -> (Result<Compiled, Vec<Problem>>, PathBuf) {
    compile_folder(&[("tools/thing.toml", family)])
}

/// Compiles the tiny catalogue with these files replaced or added.
pub fn compile_folder(files: &[(&str, &str)]) -> (Result<Compiled, Vec<Problem>>, PathBuf) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{count}", std::process::id()));
    fs::create_dir_all(folder.join("tools")).unwrap();
    fs::create_dir_all(folder.join("prompts")).unwrap();
    let facts = facts();
    let customer = customer(&facts);
    let facts = facts.to_string();
    let usual = [
        ("operations.json", facts.as_str()),
        ("scopes.toml", "scopes = [\"project:read\", \"project:write\"]\n"),
        ("toolsets.toml", "families = [\"thing\"]\n"),
        ("reads-by-post.toml", "[writes_by_get]\n\"GET /v2/pull\" = \"pulls\"\n"),
        ("customer-operations.csv", customer.as_str()),
        ("left-out.toml", ""),
        ("aliases.toml", ""),
        ("former-tools.toml", ""),
        ("tools/thing.toml", GOOD),
    ];
    for (name, text) in usual.iter().chain(files) {
        fs::write(folder.join(name), text).unwrap();
    }
    let result = compile(&folder);
    let _ = fs::remove_dir_all(&folder);
    (result, folder)
}

/// This family is refused at the line of `marker`.
#[track_caller]
pub fn refused_text(text: &str, marker: &str, message: &str) {
    let (result, folder) = compile_text(text);
    let problems = result.expect_err("must be refused");
    let file = folder.join("tools/thing.toml");
    let line = line_of(text, marker);
    let found =
        problems.iter().any(|p| p.file == file && p.line == line && p.message.contains(message));
    let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(found, "no {message:?} at line {line} among {listed:#?}");
}

/// Line (from 1) of the first line that contains `marker`.
pub fn line_of(text: &str, marker: &str) -> usize {
    let index = text.lines().position(|line| line.contains(marker));
    index.unwrap_or_else(|| panic!("{marker:?} is not in\n{text}")) + 1
}

/// Every operation as a customer's, judged by its method.
fn customer(facts: &Value) -> String {
    let mut text = String::from("operation,effect,money,secret,binary\n");
    for key in facts["operations"].as_object().unwrap().keys() {
        let effect = match key.as_str() {
            "POST /v2/reset" => "destructive",
            key if key.starts_with("GET") => "read",
            _ => "write",
        };
        let yes = |said: bool| if said { "yes" } else { "" };
        let (money, secret) = (key == "POST /v2/buy", key.ends_with("secret"));
        let _ = writeln!(text, "{key},{effect},{},{},", yes(money), yes(secret));
    }
    text
}

fn facts() -> Value {
    let text = || json!({ "type": "string" });
    let body =
        |schema: Value| json!({ "required": true, "type": "application/json", "schema": schema });
    let answer = |schema: Value| json!({ "200": { "type": "application/json", "schema": schema } });
    let thing = json!({ "$ref": "#/schemas/Thing" });
    let path = json!([{ "name": "thingId", "in": "path", "required": true, "schema": text() }]);
    let query = |name: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "schema": schema });
    let operation = |params: Value, body: Value, responses: Value| {
        let mut operation = json!({ "id": "x", "tag": "Thing", "auth": true, "params": params, "responses": responses });
        if !body.is_null() {
            operation["body"] = body;
        }
        operation
    };
    let deep = |inner: Value| json!({ "type": "object", "properties": { "in": inner } });
    let one = |schema: Value| {
        let schema = json!({ "type": "object", "properties": { "value": schema } });
        operation(json!([]), body(schema), json!({ "204": {} }))
    };
    let mut facts = json!({
        "generated_by": "a test", "api_version": "0",
        "operations": {
            "GET /v2/things": operation(
                json!([
                    query("limit", json!({ "type": "integer" })),
                    query("skip", json!({ "type": "integer" })),
                    query("sort", json!({ "type": "string", "enum": ["id", "name"] })),
                ]),
                Value::Null,
                answer(json!({ "type": "array", "items": thing })),
            ),
            "POST /v2/things": operation(json!([]), body(thing.clone()), answer(thing.clone())),
            "GET /v2/things/{thingId}": operation(path.clone(), Value::Null, answer(thing.clone())),
            "PATCH /v2/things/{thingId}": operation(path.clone(), Value::Null, json!({ "204": {} })),
            "DELETE /v2/things/{thingId}": operation(path.clone(), Value::Null, json!({ "204": {} })),
            "PUT /v2/things/{thingId}": operation(
                path,
                body(json!({
                    "type": "object",
                    "required": ["thingId", "box"],
                    "properties": {
                        "thingId": text(),
                        "box": {
                            "type": "object",
                            "required": ["width"],
                            "properties": { "width": { "type": "integer" }, "note": text() },
                        },
                    },
                })),
                json!({ "204": {} }),
            ),
            "GET /v2/pull": operation(json!([]), Value::Null, json!({ "204": {} })),
            "POST /v2/empty": operation(json!([]), Value::Null, answer(json!({ "type": "object" }))),
            "GET /v2/logs": operation(json!([]), Value::Null, json!({ "200": { "type": "text/plain", "schema": text() } })),
            "POST /v2/upload": operation(
                json!([]),
                json!({ "required": true, "type": "multipart/form-data", "schema": { "type": "object", "properties": { "file": text() } } }),
                json!({ "204": {} }),
            ),
            "POST /v2/header": operation(
                json!([{ "name": "Token", "in": "header", "required": true, "schema": text() }]),
                Value::Null,
                json!({ "204": {} }),
            ),
            "POST /v2/union": operation(
                json!([]),
                body(json!({ "oneOf": [{ "type": "object", "properties": { "a": text() } }, { "type": "object", "properties": { "b": text() } }] })),
                json!({ "204": {} }),
            ),
            "POST /v2/inner-union": one(json!({ "anyOf": [text(), { "type": "integer" }] })),
            "POST /v2/numeric-enum": one(json!({ "type": "integer", "enum": [1, 2] })),
            "POST /v2/untyped": one(json!({})),
            "POST /v2/deep": one(deep(deep(deep(deep(text()))))),
            "POST /v2/cyclic": one(json!({ "$ref": "#/schemas/Cyclic" })),
            "POST /v2/above": one(json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true })),
        },
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["name", "id"],
                "properties": {
                    "id": { "type": "string", "format": "uuid", "readOnly": true },
                    "name": { "type": "string", "maxLength": 9 },
                    "anything": { "readOnly": true },
                    "gone": { "type": "string", "nullable": true, "readOnly": true },
                    "self": { "readOnly": true, "allOf": [{ "$ref": "#/schemas/Cyclic" }] },
                },
            },
            "Cyclic": { "type": "object", "properties": { "next": { "$ref": "#/schemas/Cyclic" } } },
        },
    });
    let operations = facts["operations"].as_object_mut().unwrap();
    operations.extend(shapes::operations());
    facts
}
