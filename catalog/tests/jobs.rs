//! Tools that are more than one request.
//!
//! 1. Arguments and answer of a job's own are declared in the TOML, in its order; mistakes are named.
//! 2. With an operation, they come besides those of the API.
//! 3. What a job uses must exist, counts as covered, and decides about the effect.
//! 4. Several scopes, an own project, further `_meta`, every surface.

mod broken;

use broken::{GOOD, compile_folder, compile_text, refused_text};
use mittwald_catalog::Compiled;
use mittwald_catalog::coverage::uncovered;
use serde_json::json;

/// A job that makes a thing and looks at it.
const JOB: &str = r#"[[tool]]
name = "mittwald_thing_make"
title = "Make a thing"
description = "Makes a thing."
job = "thing_make"
uses = ["POST /v2/things", "GET /v2/things/{thingId}"]
effect = "write"
hints = { read_only = false, destructive = false, idempotent = false, open_world = false }
scope = ["project:write", "project:read"]
project = "argument:projectId"
[tool.input.title]
type = "text"
max = 9
required = true
description = "Title."
[tool.input.projectId]
type = "text"
format = "uuid"
required = true
description = "Project."
[tool.input.boxes]
type = "list"
max = 3
items = { type = "object", keys = { width = { type = "integer", min = 1, required = true }, note = "text" } }
description = "Boxes."
[tool.input.mode]
type = "text"
values = ["fast", "slow"]
default = "fast"
description = "Mode."
[tool.output]
thingId = { type = "text", required = true }
ready = "boolean"
rows = { type = "list", items = { type = "object", keys = { id = "text" } } }
"#;

fn compiled(text: &str) -> Compiled {
    compile_text(text).0.unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn swapped(from: &str, to: &str) -> String {
    assert!(JOB.contains(from), "{from}");
    JOB.replacen(from, to, 1)
}

#[test]
fn a_job_takes_and_answers_what_it_declares() {
    let tool = &compiled(JOB).tools[0];
    assert_eq!(
        tool.json["inputSchema"],
        json!({
            "type": "object",
            "properties": {
                "title": { "type": "string", "maxLength": 9, "description": "Title." },
                "projectId": { "type": "string", "description": "Project." },
                "boxes": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "width": { "type": "integer", "minimum": 1 },
                            "note": { "type": "string" },
                        },
                        "required": ["width"],
                    },
                    "maxItems": 3,
                    "description": "Boxes.",
                },
                "mode": {
                    "type": "string", "enum": ["fast", "slow"], "description": "Mode.", "default": "fast",
                },
            },
            "required": ["title", "projectId"],
        })
    );
    let names: Vec<&String> =
        tool.json["inputSchema"]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["title", "projectId", "boxes", "mode"], "the order of the file");
    assert_eq!(
        tool.json["outputSchema"],
        json!({
            "type": "object",
            "properties": {
                "thingId": { "type": "string" },
                "ready": { "type": "boolean" },
                "rows": {
                    "type": "array",
                    "items": { "type": "object", "properties": { "id": { "type": "string" } } },
                },
            },
            "required": ["thingId"],
        })
    );
    let fixed = tool.project_json.as_ref().expect("a definition for one project");
    assert!(fixed["inputSchema"]["properties"].get("projectId").is_none());
    assert_eq!(tool.json["securitySchemes"][0]["scopes"], json!(["project:read", "project:write"]));
    let rust = compiled(JOB).rust();
    for part in [
        "job: Some(Job { name: \"thing_make\", uses: &[Use { verb: Verb::Post, template: \"/v2/things\"",
        "PathPart::Arg(\"thingId\")], writes: false }",
        "operation: None",
        "answer: Answer::Own",
        "place: Place::Own, default: Some(\"\\\"fast\\\"\")",
        "scopes: &[\"project:read\", \"project:write\"]",
    ] {
        assert!(rust.contains(part), "no {part} in {rust}");
    }
}

#[test]
fn mistakes_in_what_it_declares_are_named() {
    for (from, to, marker, message) in [
        ("type = \"text\"\nmax = 9", "max = 9", "input.title", "title has no type"),
        (
            "max = 9",
            "max = 9\nitems = \"text\"",
            "input.title",
            "items says nothing about this type",
        ),
        ("description = \"Title.\"", "", "input.title", "needs a description"),
        ("[tool.input.title]", "[tool.input.\"t-t\"]", "input.\"t-t\"", "no name that all clients"),
        ("[tool.input.title]", "[tool.input.password]", "input.password", "could be a secret"),
        (
            "type = \"list\"\nmax = 3\nitems",
            "type = \"list\"\nmax = 3\nkeys = {}\nformat = \"date\"\nitems",
            "input.boxes",
            "format says",
        ),
        ("default = \"fast\"", "default = \"quick\"", "input.mode", "no value of it"),
        ("ready = \"boolean\"", "token = \"text\"", "token =", "could be a secret"),
        (
            "ready = \"boolean\"",
            "ready = { type = \"boolean\", description = \"D.\" }",
            "ready =",
            "types, items, keys",
        ),
    ] {
        let message =
            if message == "types, items, keys" { "an answer has a type, items" } else { message };
        refused_text(&swapped(from, to), marker, message);
    }
    refused_text(&swapped("ready = \"boolean\"", "ready = \"bool\""), "ready =", "unknown variant");
    let safe = "[tool.input.password]\nsafe = true";
    compiled(&swapped("[tool.input.title]", safe));
}

#[test]
fn a_job_with_an_operation_adds_to_what_the_api_takes() {
    let text = GOOD.replace(
        "operation = \"POST /v2/things\"",
        "operation = \"POST /v2/things\"\njob = \"thing_make\"\nuses = [\"GET /v2/things/{thingId}\"]",
    );
    let text = text.replace(
        "[tool.args]\nname = \"Name of the thing.\"",
        "[tool.args]\nname = \"Name.\"\n[tool.input.wait]\ntype = \"boolean\"\ndescription = \"Wait.\"",
    );
    let both = compiled(&text);
    let tool = &both.tools[1];
    let properties = tool.json["inputSchema"]["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["name", "wait"]);
    assert_eq!(tool.json["outputSchema"]["required"], json!(["id"]), "the API's answer");
    let uses: Vec<&str> =
        tool.job.iter().flat_map(|job| &job.uses).map(|one| one.key.as_str()).collect();
    assert_eq!(uses, ["POST /v2/things", "GET /v2/things/{thingId}"]);
    let own = text.replace(
        "[tool.answer]\nobject = true\nfields = [\"id\"]",
        "[tool.output]\nthingId = \"text\"",
    );
    let schema = &compiled(&own).tools[1].json["outputSchema"];
    assert_eq!(schema["properties"], json!({ "thingId": { "type": "string" } }));
    let problems = compile_text(&format!("{text}[tool.output]\nx = \"text\"\n")).0;
    let problems = problems.expect_err("two answers");
    assert!(problems[0].message.contains("[tool.output]: one of them"), "{problems:#?}");
    let twice = text.replace("[tool.input.wait]", "[tool.input.name]");
    refused_text(&twice, "tool.input.name", "there are two of this name");
}

#[test]
fn what_only_a_job_has_needs_one() {
    let name = "[[tool]]";
    for key in ["uses = [\"POST /v2/things\"]", "on_new = [\"POST /v2/things\"]"] {
        refused_text(
            &GOOD.replacen("title =", &format!("{key}\ntitle ="), 1),
            name,
            "only a job has it",
        );
    }
    let own = GOOD.replacen("project = \"none\"", "project = \"own\"", 1);
    refused_text(&own, "project = \"own\"", "only a job can look to it itself");
    let job = "[[tool]]";
    refused_text(
        &format!("{JOB}[tool.args]\nx = \"X.\"\n"),
        job,
        "[tool.args] is about an operation",
    );
    refused_text(
        &swapped("[tool.output]\nthingId", "[tool.answer]\ndone = true\n[tool.x]\nthingId"),
        "tool.x",
        "unknown field",
    );
    refused_text(&swapped("\"thing_make\"", "\"Thing-Make\""), "job =", "it is the name of a file");
    let answer = swapped("argument:projectId", "answer:projectId");
    refused_text(&answer, "project =", "a job is proved before it begins");
}

#[test]
fn what_it_uses_exists_and_is_covered() {
    let uses = "uses = [\"POST /v2/things\", \"GET /v2/things/{thingId}\"]";
    refused_text(&swapped("GET /v2/things/{thingId}", "GET /v2/nothing"), "uses =", "no operation");
    refused_text(&swapped("GET /v2/things/{thingId}", "POST /v2/things"), "uses =", "twice");
    refused_text(&swapped(uses, "uses = []"), "job =", "uses is missing");
    let both = compiled(JOB);
    let open = uncovered(&both.tools, &both.registers);
    assert!(!open.contains("POST /v2/things") && open.contains("PUT /v2/things/{thingId}"));
    let left_out = "\"POST /v2/things\" = { reason = \"secret\", note = \"No.\" }\n";
    let problems = compile_folder(&[("tools/thing.toml", JOB), ("left-out.toml", left_out)]).0;
    let problems = problems.expect_err("used and left out");
    assert!(
        problems.iter().any(|p| p.message.contains("the job uses POST /v2/things")),
        "{problems:#?}"
    );
}

#[test]
fn the_effect_is_that_of_the_worst_that_it_uses() {
    let with = |key: &str| swapped("\"GET /v2/things/{thingId}\"", &format!("\"{key}\""));
    for key in
        ["PUT /v2/things/{thingId}", "PATCH /v2/things/{thingId}", "DELETE /v2/things/{thingId}"]
    {
        refused_text(&with(key), "effect =", "overwrites or deletes, so it is destructive");
    }
    refused_text(&with("DELETE /v2/things/{thingId}"), "effect =", "a DELETE needs confirm");
    refused_text(&with("POST /v2/buy"), "effect =", "it costs money");
    refused_text(&with("POST /v2/reset"), "effect =", "says destructive");
    let new = swapped(
        "scope =",
        "on_new = [\"DELETE /v2/things/{thingId}\", \"PUT /v2/things/{thingId}\"]\nscope =",
    );
    let tool = &compiled(&new).tools[0];
    assert_eq!(tool.job.as_ref().map(|job| job.uses.len()), Some(4), "what it made may be undone");
    let read = JOB.replace("effect = \"write\"", "effect = \"read\"");
    refused_text(&read, "effect =", "the job uses POST /v2/things, which changes something");
    let idle = swapped("\"POST /v2/things\", ", "");
    refused_text(&idle, "effect =", "nothing that the job uses changes anything");
}

#[test]
fn one_scope_is_not_enough_where_several_are_needed() {
    let unknown = swapped("\"project:read\"]", "\"nothing:read\"]");
    refused_text(&unknown, "scope =", "unknown scope \"nothing:read\"");
    let none = swapped("[\"project:write\", \"project:read\"]", "\"none\"");
    assert!(compiled(&none).tools[0].scopes.is_empty());
}

#[test]
fn a_tool_for_every_surface_is_a_core_read() {
    let name = "[[tool]]";
    let everywhere = GOOD.replacen("core = true", "core = true\neverywhere = true", 1);
    assert!(compiled(&everywhere).tools[0].everywhere);
    refused_text(
        &everywhere.replacen("core = true\n", "", 1),
        name,
        "only for a read that is core",
    );
    let meta = GOOD.replacen("core = true", "core = true\nmeta = { \"x/y\" = true }", 1);
    let json = &compiled(&meta).tools[0].json["_meta"];
    assert_eq!((&json["x/y"], json["securitySchemes"].is_array()), (&json!(true), true));
}

#[test]
fn a_closed_answer_says_so() {
    let closed = swapped("scope =", "closed = true\nscope =");
    assert_eq!(compiled(&closed).tools[0].json["outputSchema"]["additionalProperties"], false);
    let open = &compiled(JOB).tools[0].json["outputSchema"];
    assert!(open.get("additionalProperties").is_none());
}

#[test]
fn the_page_lists_what_each_job_sends() {
    let page = compiled(JOB).page();
    assert!(
        page.contains("| `mittwald_thing_make` | `POST /v2/things`, `GET /v2/things/{thingId}` |"),
        "{page}"
    );
    assert!(page.contains("| write | project:read, project:write |"), "{page}");
}
