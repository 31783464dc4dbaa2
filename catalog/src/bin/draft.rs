//! `draft [--tag <tag>] ["METHOD /path" ...]`: TOML skeletons of tools on stdout, to be filled with
//! words; what cannot be drafted on stderr.

use std::path::Path;
use std::process::ExitCode;

use mittwald_catalog::draft::Desk;
use mittwald_catalog::facts::Facts;
use mittwald_catalog::registers::Registers;

fn main() -> ExitCode {
    let catalog = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(catalog.join("operations.json")).unwrap_or_default();
    let facts = match Facts::parse(&text) {
        Ok(facts) => facts,
        Err(error) => {
            eprintln!("operations.json: {error}");
            return ExitCode::FAILURE;
        }
    };
    let registers = match Registers::load(catalog, &facts) {
        Ok(registers) => registers,
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            return ExitCode::FAILURE;
        }
    };
    let desk = Desk { facts: &facts, registers: &registers };
    let mut keys: Vec<String> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--tag" {
            let tag = arguments.next().unwrap_or_default();
            let found = desk.of_tag(&tag);
            if found.is_empty() {
                eprintln!("the API has no customer operations with tag {tag:?}");
                return ExitCode::FAILURE;
            }
            keys.extend(found.into_iter().map(str::to_owned));
        } else {
            keys.push(argument);
        }
    }
    if keys.is_empty() {
        eprintln!("usage: draft [--tag <tag>] [\"METHOD /path\" ...]");
        return ExitCode::from(2);
    }
    let mut failed = false;
    for key in keys {
        match desk.draft(&key) {
            Ok(text) => print!("{text}"),
            Err(problem) => {
                failed = true;
                eprintln!("{problem}");
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
