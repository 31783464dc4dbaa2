//! Unions of the API, made flat.
//!
//! 1. `variant` picks a member: of the body, of an argument; by keys, absent keys and values.
//! 2. `flatten` makes a choice of arguments; what is needed always is required; a hidden constant
//!    is sent; hidden keys drop a member.
//! 3. `merge` makes one object of a union inside a list.
//! 4. Maps.
//! 5. What of all this is refused.

mod broken;

use broken::{compile_text, refused_text, tool};
use mittwald_catalog::Compiled;
use serde_json::{Value, json};

const DONE: &str = "[tool.answer]\ndone = true\n";
const JOB: &str = "sharedWith = { hide = true }\nnote = { hide = true }\ntarget = { flatten = true }\n\
                   \"target.url\" = \"Url.\"\n\"target.path\" = \"Path.\"\n\
                   \"target.program\" = \"Program.\"\n\"target.arguments\" = \"Arguments.\"\n";

#[track_caller]
fn compiled(operation: &str, args: &str) -> Compiled {
    let text = tool(operation, &format!("[tool.args]\n{args}\n{DONE}"));
    compile_text(&text).0.unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn input(compiled: &Compiled) -> &Value {
    &compiled.tools[0].json["inputSchema"]
}

#[test]
fn a_tool_sends_the_variant_it_picks() {
    let text = |variant: &str, args: &str| {
        tool("POST /v2/union", &format!("variant = {variant}\n[tool.args]\n{args}\n{DONE}"))
    };
    for variant in ["\"a\"", "[\"a\"]", "[\"!b\"]"] {
        let compiled = compile_text(&text(variant, "a = \"A.\"")).0.expect("the first member");
        assert_eq!(
            input(&compiled)["properties"],
            json!({ "a": { "type": "string", "description": "A." } })
        );
    }
    refused_text(
        &text("\"c\"", "a = \"A.\""),
        "[[tool]]",
        "no such variant; it has 2: [\"a\"] | [\"b\"]",
    );
    refused_text(&text("\"!c\"", "a = \"A.\""), "[[tool]]", "several such variants");
    refused_text(&text("\"a\"", "b = \"B.\""), "b = ", "no request of");
}

#[test]
fn an_argument_is_the_variant_it_picks() {
    let rest = "note = { hide = true }\nsharedWith = { hide = true }\n";
    let target = "target = { variant = \"program\", description = \"Target.\" }\n";
    let inner = "\"target.arguments\" = { hide = true }\n";
    let found = compiled("POST /v2/job", &format!("{rest}{target}{inner}"));
    assert_eq!(input(&found)["properties"]["target"]["required"], json!(["path", "program"]));
    assert_eq!(found.tools[0].request.choices, []);
    let flat = target.replace("description = \"Target.\"", "flatten = true");
    let keys = "\"target.path\" = \"Path.\"\n\"target.program\" = \"Program.\"\n";
    let found = compiled("POST /v2/job", &format!("{rest}{flat}{keys}{inner}"));
    assert_eq!(input(&found)["required"], json!(["path", "program"]));
    let pay = "pay = { variant = \"method=invoice\", description = \"Pay.\" }";
    let found = compiled("PUT /v2/pay", pay);
    assert_eq!(
        input(&found)["properties"]["pay"]["properties"]["method"]["enum"],
        json!(["invoice"])
    );
}

#[test]
fn a_flattened_union_is_a_choice_of_arguments() {
    let found = compiled("POST /v2/job", JOB);
    assert_eq!(input(&found)["required"], Value::Null, "each is optional by itself");
    let rust = found.rust();
    let choice = "choices: &[Choice { required: true, members: &[\
         Member { needs: &[\"url\"], may: &[], when: &[], sends: &[] }, \
         Member { needs: &[\"path\", \"program\"], may: &[\"arguments\"], when: &[], sends: &[] }] }]";
    assert!(rust.contains(choice), "{rust}");
    assert!(rust.contains("place: Place::Body(&[\"target\", \"url\"])"), "{rust}");
    // `arguments` goes into the same object.
    assert!(rust.contains("place: Place::Body(&[\"target\", \"arguments\"])"), "{rust}");
}

#[test]
fn hidden_keys_drop_a_member() {
    let only_program = JOB.replace("\"target.url\" = \"Url.\"", "\"target.url\" = { hide = true }");
    let found = compiled("POST /v2/job", &only_program);
    assert_eq!(input(&found)["required"], json!(["path", "program"]));
    assert_eq!(found.tools[0].request.choices, [], "nothing is left to choose");
    let half = JOB.replace("\"target.path\" = \"Path.\"", "\"target.path\" = { hide = true }");
    refused_text(
        &tool("POST /v2/job", &format!("[tool.args]\n{half}{DONE}")),
        "[[tool]]",
        "program: only variants that are hidden use it",
    );
    let none = half.replace("\"target.url\" = \"Url.\"", "\"target.url\" = { hide = true }");
    let none = tool("POST /v2/job", &format!("[tool.args]\n{none}{DONE}"));
    refused_text(&none, "[[tool]]", "hides every variant");
}

#[test]
fn values_tell_members_apart_and_hidden_constants_are_sent() {
    let args = "pay = { flatten = true }\n\"pay.method\" = \"Method.\"\n\"pay.iban\" = \"Iban.\"\n\"pay.bic\" = \"Bic.\"\n";
    let found = compiled("PUT /v2/pay", args);
    assert_eq!(input(&found)["required"], json!(["method"]), "all members need it");
    assert_eq!(input(&found)["properties"]["method"]["enum"], json!(["debit", "invoice"]));
    let rust = found.rust();
    assert!(rust.contains("when: &[(\"method\", &[\"debit\"])]"), "{rust}");
    let hidden = args.replace("\"pay.method\" = \"Method.\"", "\"pay.method\" = { hide = true }");
    let rust = compiled("PUT /v2/pay", &hidden).rust();
    assert!(rust.contains("sends: &[(&[\"pay\", \"method\"], \"\\\"debit\\\"\")]"), "{rust}");
    let fixed =
        args.replace("\"pay.method\" = \"Method.\"", "\"pay.method\" = { fix = \"debit\" }");
    let found = compiled("PUT /v2/pay", &fixed);
    assert_eq!(input(&found)["required"], json!(["iban"]), "only debit is left");
    assert!(found.rust().contains("fixed_body: &[(&[\"pay\", \"method\"], \"\\\"debit\\\"\")]"));
}

#[test]
fn an_optional_union_need_not_be_chosen() {
    let args = "note = { hide = true }\ntarget = { variant = \"url\", description = \"Target.\" }\n\
                sharedWith = { flatten = true }\n\"sharedWith.method\" = \"Method.\"\n\
                \"sharedWith.iban\" = \"Iban.\"\n\"sharedWith.bic\" = { hide = true }\n";
    let found = compiled("POST /v2/job", args);
    let choice = &found.tools[0].request.choices[0];
    assert!(!choice.required);
    assert_eq!(choice.members[0].needs, ["iban", "method"]);
    assert_eq!(input(&found)["required"], json!(["target"]));
}

#[test]
fn we_may_insist_on_what_the_api_leaves_open() {
    let args = "note = { hide = true }\ntarget = { variant = \"url\", description = \"Target.\" }\n\
                sharedWith = { flatten = true, required = true, variant = \"iban\" }\n\
                \"sharedWith.method\" = { fix = \"debit\" }\n\"sharedWith.iban\" = \"Iban.\"\n\
                \"sharedWith.bic\" = \"Bic.\"\n";
    let found = compiled("POST /v2/job", args);
    assert_eq!(input(&found)["required"], json!(["iban", "target"]));
    assert_eq!(found.tools[0].request.choices, []);
}

#[test]
fn a_required_object_is_sent_even_if_it_is_empty() {
    let args = "records = \"R.\"\nsettings = { flatten = true }\n\"settings.ttl\" = \"T.\"\n";
    let found = compiled("PUT /v2/zone", args);
    assert_eq!(input(&found)["required"], json!(["records"]));
    assert!(found.rust().contains("fixed_body: &[(&[\"settings\"], \"{}\")]"));
}

#[test]
fn a_whole_body_can_be_a_choice() {
    let found = compiled("POST /v2/union", "body = { flatten = true }\na = \"A.\"\nb = \"B.\"");
    assert_eq!(found.tools[0].request.choices[0].members.len(), 2);
    assert!(found.rust().contains("place: Place::Body(&[\"a\"])"));
}

#[test]
fn a_union_in_a_list_becomes_one_object() {
    let body = "body = { rename = \"paths\", description = \"Paths.\" }\n";
    let text = |target: &str| tool("POST /v2/paths", &format!("[tool.args]\n{body}{target}{DONE}"));
    refused_text(&text(""), "body = ", "body.target is a union");
    let merged = "\"body.target\" = { merge = true, description = \"Exactly one.\" }\n";
    let found = compile_text(&text(merged)).0.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let row = &input(&found)["properties"]["paths"]["items"];
    assert_eq!(
        row["properties"]["target"],
        json!({
            "type": "object",
            "properties": { "page": { "type": "boolean" }, "url": { "type": "string" } },
            "description": "Exactly one.",
        })
    );
    let rust = found.rust();
    assert!(rust.contains("shape: Shape::OneOf { keys: &["), "{rust}");
    assert!(
        rust.contains("Member { needs: &[\"url\"], may: &[], when: &[], sends: &[] }"),
        "{rust}"
    );
    let picked = "\"body.target\" = { variant = \"page\" }\n";
    let found = compile_text(&text(picked)).0.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let row = &input(&found)["properties"]["paths"]["items"];
    assert_eq!(row["properties"]["target"]["required"], json!(["page"]));
}

#[test]
fn maps_have_one_shape_for_all_values() {
    let found = compiled("POST /v2/map", "labels = \"Labels.\"\nservices = \"Services.\"");
    let properties = &input(&found)["properties"];
    assert_eq!(properties["labels"]["description"], "Labels. Each value: text.");
    assert_eq!(properties["services"]["type"], "object");
    let told = "Services. Each value: {image: text, ports?: [text]}.";
    assert_eq!(properties["services"]["description"], told, "no schema can say it");
    let rust = found.rust();
    assert!(rust.contains("shape: Shape::Map(&Shape::Object(&[Key { name: \"image\""), "{rust}");
    let hidden = "labels = \"L.\"\nservices = \"S.\"\n\"services.*.ports\" = { hide = true }";
    let found = compiled("POST /v2/map", hidden);
    assert_eq!(
        input(&found)["properties"]["services"]["description"],
        "S. Each value: {image: text}."
    );
}

#[test]
fn what_is_no_union_has_no_variant() {
    let text = |args: &str| tool("POST /v2/job", &format!("[tool.args]\n{args}{DONE}"));
    let note = |note: &str| text(&JOB.replace("note = { hide = true }", note));
    refused_text(
        &note("note = { variant = \"x\", description = \"N.\" }"),
        "note =",
        "is no union",
    );
    refused_text(
        &note("note = { merge = true, description = \"N.\" }"),
        "note =",
        "nothing to merge",
    );
    refused_text(&note("note = { flatten = true }"), "[[tool]]", "nothing to flatten");
    refused_text(
        &text(&JOB.replace("target = { flatten = true }", "target = \"Target.\"")),
        "target =",
        "is a union",
    );
    let described = JOB.replace("{ flatten = true }", "{ flatten = true, description = \"T.\" }");
    refused_text(&text(&described), "target =", "describe its keys");
    let default = JOB.replace("\"Url.\"", "{ description = \"U.\", default = \"x\" }");
    refused_text(&text(&default), "target.url", "can have no default");
    let nowhere = format!("{JOB}nowhere = {{ flatten = true }}\n");
    refused_text(&text(&nowhere), "nowhere", "no request of");
}
