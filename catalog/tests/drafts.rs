//! Drafts of all customer operations compile once their TODOs are words, and not before. That also
//! proves that the format can carry every operation that is not left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mittwald_catalog::draft::Desk;
use mittwald_catalog::facts::Facts;
use mittwald_catalog::registers::Registers;
use mittwald_catalog::{Compiled, Problem, compile};

fn catalog() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn facts() -> Facts {
    Facts::parse(&fs::read_to_string(catalog().join("operations.json")).unwrap()).unwrap()
}

/// Drafts of every customer operation, each tool with a name of its own.
fn all_drafts() -> String {
    let facts = facts();
    let registers = Registers::load(catalog(), &facts).unwrap();
    let desk = Desk { facts: &facts, registers: &registers };
    let mut text = String::new();
    for key in registers.customer.keys().filter(|key| !registers.left_out.contains_key(*key)) {
        text.push_str(&desk.draft(key).unwrap_or_else(|problem| panic!("{problem}")));
    }
    let mut taken = BTreeSet::new();
    let lines = text.lines().map(|line| match line.strip_prefix("name = \"mittwald_") {
        None => line.to_owned(),
        Some(name) => {
            let name = name.trim_end_matches('"');
            let first = taken.insert(name.to_owned());
            let count = taken.len();
            if first {
                line.to_owned()
            } else {
                format!("name = \"mittwald_x{count}_{}\"", &name[..name.len().min(20)])
            }
        }
    });
    lines.map(|line| line + "\n").collect()
}

/// The real catalogue with these tools only.
fn compile_with(name: &str, tools: &str) -> Result<Compiled, Vec<Problem>> {
    let folder: PathBuf =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("tools")).unwrap();
    for file in [
        "operations.json",
        "scopes.toml",
        "toolsets.toml",
        "reads-by-post.toml",
        "customer-operations.csv",
        "left-out.toml",
    ] {
        fs::copy(catalog().join(file), folder.join(file)).unwrap();
    }
    fs::write(folder.join("aliases.toml"), "").unwrap();
    fs::write(folder.join("former-tools.toml"), "").unwrap();
    fs::write(folder.join("tools/project.toml"), tools).unwrap();
    let result = compile(&folder);
    fs::remove_dir_all(&folder).unwrap();
    result
}

#[test]
fn filled_drafts_of_every_customer_operation_compile() {
    let text = all_drafts().replace("TODO", "Words");
    let compiled = compile_with("filled", &text).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| {
                let line = text.lines().nth(problem.line - 1).unwrap_or_default();
                format!("{}: {} | {line}", problem.line, problem.message)
            })
            .collect();
        panic!("{} problems\n{}", lines.len(), lines.join("\n"))
    });
    let operations: BTreeSet<&str> =
        compiled.tools.iter().map(|tool| tool.operation.as_deref().unwrap()).collect();
    let all = compiled.registers.customer.len();
    assert_eq!(operations.len() + compiled.registers.left_out.len(), all);
    println!("{} tools over {} of {all} operations", compiled.tools.len(), operations.len());
    let rust = compiled.rust();
    let tables = rust.split("pub static LISTING").next().unwrap();
    assert_eq!(tables.matches("Tool { name: ").count(), compiled.tools.len());
}

#[test]
fn a_draft_does_not_compile_as_it_is() {
    let problems = compile_with("raw", &all_drafts()).expect_err("TODOs are left");
    assert!(problems.iter().all(|problem| problem.message == "TODO is left of the draft"));
    assert!(problems.len() > 1000, "{}", problems.len());
}
