//! `tools-page > docs/tools.md`: the catalogue for people.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match mittwald_catalog::compile(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Ok(compiled) => {
            print!("{}", compiled.page());
            ExitCode::SUCCESS
        }
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            ExitCode::FAILURE
        }
    }
}
