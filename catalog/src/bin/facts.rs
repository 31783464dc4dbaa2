//! `facts <openapi.json> [<old operations.json>]`: writes `operations.json` to stdout and, given
//! the old one, what changed to stderr. `make catalog` calls it.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::process::ExitCode;

use mittwald_catalog::{drift, facts::Facts, openapi};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (document, old) = match arguments.as_slice() {
        [document] => (document, None),
        [document, old] => (document, Some(old.as_str())),
        _ => {
            eprintln!("usage: facts <openapi.json> [<old operations.json>]");
            return ExitCode::from(2);
        }
    };
    match run(document, old) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{document}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(document: &str, old: Option<&str>) -> Result<(), Box<dyn Error>> {
    let new = openapi::facts(&serde_json::from_str(&fs::read_to_string(document)?)?)?;
    if let Some(old) = old {
        let before = Facts::parse(&fs::read_to_string(old)?)
            .map_err(|error| format!("{old} (the old facts): {error}"))?;
        eprint!("{}", drift::report(&before, &new));
    }
    std::io::stdout().write_all(new.to_text().as_bytes())?;
    Ok(())
}
