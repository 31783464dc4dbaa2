//! Every customer operation is accounted for.
//!
//! 1. Exactly one primary tool (the compiler refuses a second), or a line in `left-out.toml`, or, for
//!    the time being, a line in `coverage-pending.txt`. That list can only shrink:
//!    `UPDATE_SNAPSHOTS=1 cargo test -p mittwald-catalog` takes out what has a tool now, and adds
//!    nothing.
//! 2. `docs/tools.md` is what the command writes.
//! 3. The sizes name every tool.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mittwald_catalog::{Compiled, compile, coverage};

fn catalog() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn compiled() -> Compiled {
    compile(catalog()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn updating() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1")
}

#[test]
fn every_customer_operation_is_accounted_for() {
    let compiled = compiled();
    let uncovered = coverage::uncovered(&compiled.tools, &compiled.registers);
    let path = catalog().join("coverage-pending.txt");
    let text = fs::read_to_string(&path).unwrap();
    let mut pending: BTreeSet<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    if updating() {
        pending.retain(|key| uncovered.contains(key));
        let lines: String = text
            .lines()
            .filter(|key| pending.contains(key))
            .map(|key| format!("{key}\n"))
            .collect();
        fs::write(&path, lines).unwrap();
    }
    let forgotten: Vec<_> = uncovered.difference(&pending).collect();
    assert!(forgotten.is_empty(), "no tool, and not in left-out.toml: {forgotten:#?}");
    let done: Vec<_> = pending.difference(&uncovered).collect();
    assert!(done.is_empty(), "take out of coverage-pending.txt (UPDATE_SNAPSHOTS=1): {done:#?}");
    assert_eq!(compiled.registers.customer.len(), 377);
}

#[test]
fn the_page_of_tools_is_fresh() {
    let path = catalog().join("../docs/tools.md");
    let page = compiled().page();
    if updating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == page,
        "docs/tools.md is stale: cargo run -p mittwald-catalog --bin tools-page > docs/tools.md"
    );
}

#[test]
fn sizes_name_every_tool() {
    let compiled = compiled();
    let sizes = compiled.sizes();
    let of = |path: &str| sizes.iter().find(|surface| surface["surface"] == path).unwrap();
    let count = |path: &str| of(path)["tools"].as_array().unwrap().len();
    assert_eq!(count("/mcp/x/all"), compiled.tools.len());
    assert_eq!(count("/mcp"), compiled.tools.iter().filter(|tool| tool.core).count());
    let first = &of("/mcp")["tools"][0];
    assert_eq!(first["name"], "mittwald_project_list");
    let text: serde_json::Value = serde_json::from_str(first["text"].as_str().unwrap()).unwrap();
    assert_eq!(
        text.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["name", "description", "inputSchema"]
    );
    let listing: usize = compiled.tools.iter().map(|tool| tool.json.to_string().len()).sum();
    assert!(of("/mcp/x/all")["bytes"].as_u64().unwrap() >= listing as u64);
}
