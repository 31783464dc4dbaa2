//! The real catalogue.
//!
//! 1. It compiles within its budget, and every definition passes the lint.
//! 2. Its contract is in `tests/snapshots`: one file per tool, and the list of names, which may
//!    only grow. `UPDATE_SNAPSHOTS=1 cargo test -p mittwald-catalog` writes them.
//! 3. `operations.json` is what the facts command writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mittwald_catalog::facts::Facts;
use mittwald_catalog::lint::lint;
use mittwald_catalog::{Compiled, compile};

fn catalog() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn compiled() -> Compiled {
    compile(catalog()).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

fn snapshots() -> PathBuf {
    catalog().join("../tests/snapshots")
}

fn updating() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1")
}

#[test]
fn it_compiles_within_its_budget() {
    let start = Instant::now();
    let tools = compiled().tools.len();
    let took = start.elapsed();
    println!("{tools} tools in {took:?}");
    assert!(took < Duration::from_secs(5), "compiling took {took:?}");
}

#[test]
fn the_project_list_comes_first() {
    assert_eq!(compiled().tools[0].name, "mittwald_project_list");
}

#[test]
fn every_definition_passes_the_lint_and_says_everything() {
    for tool in compiled().tools {
        let json = &tool.json;
        let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "name",
                "title",
                "description",
                "inputSchema",
                "outputSchema",
                "annotations",
                "securitySchemes",
                "_meta"
            ]
        );
        for schema in ["inputSchema", "outputSchema"] {
            assert_eq!(lint(schema, &json[schema]), Vec::<String>::new(), "{}", tool.name);
        }
        let arguments = json["inputSchema"]["properties"].as_object();
        for (name, schema) in arguments.into_iter().flatten() {
            // What a preview brings says what it is for there, and costs a hundred tools nothing here.
            let said = schema["description"].is_string() || name == "confirmation_token";
            assert!(said, "{} {name}", tool.name);
        }
        for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
            assert!(json["annotations"][hint].is_boolean(), "{} {hint}", tool.name);
        }
        assert_eq!(json["securitySchemes"], json["_meta"]["securitySchemes"]);
    }
}

#[test]
fn no_answer_carries_a_password() {
    for tool in compiled().tools {
        let declared = fs::read_to_string(&tool.file).unwrap();
        for name in texts(&tool.json["outputSchema"]) {
            // An id names a token or password, it is none.
            let secret = ["assword", "ecret", "oken"].iter().any(|word| name.contains(word))
                && !name.ends_with("Id");
            let safe = declared.lines().any(|line| {
                line.contains(&format!("name = \"{name}\"")) && line.contains("safe = true")
            });
            assert!(!secret || safe, "{} answers {name}", tool.name);
        }
    }
}

/// Names of the text properties of a schema, times not counted.
fn texts(schema: &serde_json::Value) -> Vec<String> {
    let mut names = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if property["type"] == "string" && property["format"] != "date-time" {
            names.push(name.clone());
        }
        names.extend(texts(property));
        names.extend(texts(&property["items"]));
    }
    names
}

#[test]
fn tools_match_their_snapshots() {
    let folder = snapshots().join("tools");
    let mut files = BTreeSet::new();
    for tool in compiled().tools {
        let path = folder.join(format!("{}.json", tool.name));
        let text = format!("{:#}\n", tool.json);
        if updating() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == text,
            "{} differs from {}; if that is meant, run with UPDATE_SNAPSHOTS=1.\nnow:\n{text}",
            tool.name,
            path.display()
        );
        files.insert(path.file_name().unwrap().to_owned());
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        if updating() && !files.contains(&entry.file_name()) {
            fs::remove_file(entry.path()).unwrap();
        } else {
            assert!(files.contains(&entry.file_name()), "{:?} has no tool", entry.path());
        }
    }
}

#[test]
fn names_only_grow() {
    let path = snapshots().join("names.txt");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let mut names: BTreeSet<String> = kept.lines().map(str::to_owned).collect();
    let compiled = compiled();
    let aliases = compiled.aliases.into_iter().map(|alias| alias.name);
    let tools: BTreeSet<String> =
        compiled.tools.into_iter().map(|tool| tool.name).chain(aliases).collect();
    let gone: Vec<&String> = names.difference(&tools).collect();
    assert!(gone.is_empty(), "clients know these names, keep them: {gone:?}");
    if updating() {
        names.extend(tools.iter().cloned());
        let lines: String = names.iter().map(|name| format!("{name}\n")).collect();
        fs::write(&path, lines).unwrap();
    }
    assert_eq!(names, tools, "run with UPDATE_SNAPSHOTS=1 to add the new names");
}

#[test]
fn the_facts_are_as_the_command_writes_them() {
    let text = fs::read_to_string(catalog().join("operations.json")).unwrap();
    let facts = Facts::parse(&text).unwrap();
    assert!(facts.to_text() == text, "operations.json was edited by hand: make catalog");
    assert!(facts.operations.len() > 400, "{} operations", facts.operations.len());
}
