//! `check [<tag>]`: what is wrong with the catalogue, as `file:line: message`; if nothing is, how many
//! tools there are and which customer operations (of the tag) have none yet.

use std::path::Path;
use std::process::ExitCode;

use mittwald_catalog::{compile, coverage, facts::Facts};

fn main() -> ExitCode {
    let catalog = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiled = match compile(catalog) {
        Ok(compiled) => compiled,
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            eprintln!("{} problems", problems.len());
            return ExitCode::FAILURE;
        }
    };
    let tag = std::env::args().nth(1);
    let text = std::fs::read_to_string(catalog.join("operations.json")).unwrap_or_default();
    let facts = Facts::parse(&text).unwrap_or_default();
    let of_tag = |key: &str| {
        let own = facts.operations.get(key).map(|operation| operation.tag.as_str());
        tag.as_deref().is_none_or(|tag| own.is_some_and(|own| own.eq_ignore_ascii_case(tag)))
    };
    let uncovered = coverage::uncovered(&compiled.tools, &compiled.registers);
    let uncovered: Vec<&str> = uncovered.into_iter().filter(|key| of_tag(key)).collect();
    if tag.is_some() {
        uncovered.iter().for_each(|key| println!("no tool yet: {key}"));
    }
    println!("{} tools, {} customer operations without", compiled.tools.len(), uncovered.len());
    ExitCode::SUCCESS
}
