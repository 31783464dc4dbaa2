//! What a declared tool becomes: requests, definitions and tables.
//!
//! 1. Renamed, fixed, defaulted, hidden and flattened arguments go where they should.
//! 2. Notes on keys inside an argument describe and hide them.
//! 3. The emitted Rust and JSON say the same.

mod broken;

use broken::{GOOD, compile_text, refused_text, tool};
use serde_json::{Value, json};

const BOX: &str = "[tool.args]\n\"path.thingId\" = \"Id.\"\n\"body.thingId\" = { fix = \"x\" }\n";
const DONE: &str = "[tool.answer]\ndone = true\n";

fn put(args: &str) -> mittwald_catalog::Compiled {
    let text = tool("PUT /v2/things/{thingId}", &format!("{BOX}{args}\n{DONE}"));
    compile_text(&text).0.unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn a_flattened_object_gives_its_keys() {
    let compiled =
        put("box = { flatten = true }\n\"box.width\" = \"Width.\"\n\"box.note\" = { hide = true }");
    let schema = &compiled.tools[0].json["inputSchema"];
    assert_eq!(
        *schema,
        json!({
            "type": "object",
            "properties": {
                "thingId": { "type": "string", "description": "Id." },
                "width": { "type": "integer", "description": "Width." },
                "confirmation_token": { "type": "string" },
            },
            "required": ["thingId", "width"],
        })
    );
    let rust = compiled.rust();
    assert!(rust.contains("place: Place::Body(&[\"box\", \"width\"])"), "{rust}");
    assert!(
        rust.contains("fixed_body: &[(&[\"thingId\"], \"\\\"x\\\"\")], repeated: &[], generated: &[], body: true"),
        "{rust}"
    );
}

#[test]
fn keys_inside_an_argument_are_described_and_hidden() {
    let compiled =
        put("box = \"Box.\"\n\"box.width\" = \"Width.\"\n\"box.note\" = { hide = true }");
    let schema = &compiled.tools[0].json["inputSchema"]["properties"]["box"];
    assert_eq!(
        *schema,
        json!({
            "type": "object",
            "properties": { "width": { "type": "integer", "description": "Width." } },
            "required": ["width"],
            "description": "Box.",
        })
    );
}

#[test]
fn a_renamed_path_argument_keeps_the_template() {
    let args =
        "[tool.args]\nthingId = { rename = \"id\", description = \"Id.\", default = \"self\" }\n";
    let answer = "[tool.answer]\nobject = true\nfields = [\"id\", { name = \"port\", value = 3306 }, \"gone\"]\n";
    let compiled = compile_text(&tool("GET /v2/things/{thingId}", &format!("{args}{answer}"))).0;
    let compiled = compiled.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let json = &compiled.tools[0].json;
    assert_eq!(json["inputSchema"]["properties"]["id"]["default"], "self");
    assert_eq!(json["inputSchema"]["required"], Value::Null, "the default fills it");
    // The API requires `id`; `gone` may be null, and nulls are left out.
    assert_eq!(json["outputSchema"]["required"], json!(["id", "port"]));
    assert_eq!(json["outputSchema"]["properties"]["port"], json!({ "type": "integer" }));
    let rust = compiled.rust();
    for part in [
        "template: \"/v2/things/{thingId}\"",
        "path: &[PathPart::Literal(\"/v2/things/\"), PathPart::Arg(\"id\")]",
        "default: Some(\"\\\"self\\\"\")",
        "Source::Constant(\"3306\")",
    ] {
        assert!(rust.contains(part), "no {part} in {rust}");
    }
}

#[test]
fn a_fixed_query_parameter_is_no_argument() {
    let text = GOOD.replace("sort = \"Field to sort by.\"", "sort = { fix = \"name\" }");
    let compiled = compile_text(&text).0.expect("good");
    let properties = compiled.tools[0].json["inputSchema"]["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["limit", "page"]);
    assert!(compiled.rust().contains("fixed_query: &[(\"sort\", \"name\")]"));
}

#[test]
fn a_generated_text_is_no_argument() {
    let compiled = compile_text(
        &GOOD.replace("name = \"Name of the thing.\"", "name = { generate = \"password\" }"),
    );
    let compiled = compiled.0.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let schema = &compiled.tools[1].json["inputSchema"];
    assert_eq!(*schema, json!({ "type": "object", "additionalProperties": false }));
    assert!(compiled.rust().contains("generated: &[&[\"name\"]], body: true"));
    let sort = "sort = { generate = \"password\" }";
    refused_text(
        &GOOD.replace("sort = \"Field to sort by.\"", sort),
        sort,
        "only a text in the body",
    );
    let rust = compile_text(&tool("PUT /v2/things/{thingId}", "[tool.args]\n\"path.thingId\" = \"Id.\"\n\"body.thingId\" = { same_as = \"thingId\" }\nbox = \"Box.\"\n[tool.answer]\ndone = true\n")).0.expect("good").rust();
    assert!(rust.contains("repeated: &[(&[\"thingId\"], \"thingId\")], generated: &[]"), "{rust}");
    let same = GOOD.replace("name = \"Name of the thing.\"", "name = { same_as = \"nothing\" }");
    let problems = compile_text(&same).0.expect_err("nothing to repeat");
    assert!(problems[0].message.contains("no required argument nothing"), "{problems:?}");
    let both = "name = { generate = \"password\", description = \"Name.\" }";
    refused_text(
        &GOOD.replace("name = \"Name of the thing.\"", both),
        both,
        "can have no description",
    );
}

#[test]
fn a_tool_without_arguments_takes_none() {
    let text = tool("GET /v2/pull", DONE)
        .replace("effect = \"read\"", "effect = \"write\"")
        .replace("read_only = true", "read_only = false");
    let compiled = compile_text(&text).0.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let schema = &compiled.tools[0].json["inputSchema"];
    assert_eq!(*schema, json!({ "type": "object", "additionalProperties": false }));
}

#[test]
fn tables_are_sorted_and_the_listing_is_not() {
    let rust = compile_text(GOOD).0.expect("good").rust();
    let create = rust.find("name: \"mittwald_thing_create\"").unwrap();
    let list = rust.find("name: \"mittwald_thing_list\"").unwrap();
    assert!(create < list);
    let listing = rust.split("pub static LISTING").nth(1).unwrap();
    assert!(listing.starts_with(": [&Tool; 2] = [\n&TOOLS[1], // mittwald_thing_list\n&TOOLS[0],"));
    assert!(rust.contains("pub static SCOPES: &[&str] = &[\"project:read\", \"project:write\"];"));
}
