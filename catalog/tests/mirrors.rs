//! Arguments that modern clients repeat in a header.
//!
//! 1. The definition for modern clients says so, and no other.
//! 2. Names, shapes and secrets that cannot be repeated are refused where they are written.
//! 3. The real catalogue repeats what is listed here, and each header means one argument everywhere.

mod broken;

use std::path::Path;

use broken::{GOOD, compile_text, refused_text};
use mittwald_catalog::compile;
use mittwald_catalog::facts::{Facts, Kind, Schema};
use mittwald_catalog::mirror;
use mittwald_catalog::shape::Shape;

const SORT: &str = "sort = \"Field to sort by.\"";

fn with(note: &str) -> String {
    GOOD.replacen(SORT, note, 1)
}

#[test]
fn only_modern_clients_read_of_it() {
    let text = with("sort = { description = \"Field to sort by.\", header = \"Sort-By\" }");
    let tools = compile_text(&text).0.expect("good").tools;
    let modern = tools[0].modern_json.as_ref().expect("a definition of its own");
    let sort = &modern["inputSchema"]["properties"]["sort"];
    assert_eq!(sort["x-mcp-header"], "Sort-By");
    assert!(!tools[0].json.to_string().contains("x-mcp-header"));
    let mut same = modern.clone();
    same["inputSchema"]["properties"]["sort"].as_object_mut().unwrap().remove("x-mcp-header");
    assert_eq!(same, tools[0].json, "nothing else differs");
    assert!(tools[1].modern_json.is_none());
}

#[test]
fn what_cannot_be_repeated_is_refused() {
    for name in ["", "Sort By", "Sört", "a:b", &"x".repeat(33)] {
        let note = format!("sort = {{ description = \"x\", header = \"{name}\" }}");
        refused_text(&with(&note), "sort =", "is no name: letters, digits and dashes");
    }
    for note in ["fix = \"id\"", "hide = true"] {
        let note = format!("sort = {{ {note}, header = \"Sort\" }}");
        refused_text(&with(&note), "sort =", "no argument, so no header can repeat it");
    }
    let shared = broken::tool(
        "PUT /v2/things/{thingId}",
        "[tool.args]\n\"path.thingId\" = { description = \"Id.\", header = \"Thing\" }\n\
         \"body.thingId\" = { rename = \"inner\", description = \"Id.\", header = \"thing\" }\n\
         box = \"Box.\"\n[tool.answer]\ndone = true\n",
    );
    refused_text(&shared, "[[tool]]", "two arguments cannot share it");
}

#[test]
fn shapes_and_secrets() {
    let facts = Facts::default();
    let text = || Schema { kind: Some(Kind::String), ..Schema::default() };
    let plain = Shape::Text { min: 0, max: 9, values: Vec::new(), format: None };
    let check = |name: &str, shape: &Shape| mirror::check(&facts, (name, &text()), shape, "X");
    assert_eq!(check("projectId", &plain), Ok(()));
    assert_eq!(check("projectId", &Shape::Boolean), Ok(()));
    for shape in [Shape::Number, Shape::Map(Box::new(plain.clone())), Shape::Object(Vec::new())] {
        let refused = check("projectId", &shape).expect_err("refused");
        assert!(refused.starts_with("only a text, a whole number or a flag"), "{refused}");
    }
    for name in ["password", "authCode", "token", "apiKey", "key", "callbackUrl"] {
        let refused = check(name, &plain).expect_err("refused");
        assert!(refused.starts_with("could be a secret"), "{name}: {refused}");
    }
}

#[test]
fn the_real_catalogue_repeats_these() {
    let compiled = compile(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("it compiles");
    let mirrored: Vec<(String, String, String)> = compiled
        .tools
        .iter()
        .flat_map(|tool| {
            mirror::of(&tool.request).map(|(argument, header)| {
                (tool.name.clone(), argument.name.clone(), header.to_owned())
            })
        })
        .collect();
    let expected = ("mittwald_project_get".into(), "projectId".into(), "ProjectId".into());
    assert_eq!(mirrored, [expected]);
}
