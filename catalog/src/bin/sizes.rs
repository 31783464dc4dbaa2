//! `sizes`: a JSON line for each surface with what a host reads there; `make tokens` counts it.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match mittwald_catalog::compile(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Ok(compiled) => {
            compiled.sizes().iter().for_each(|surface| println!("{surface}"));
            ExitCode::SUCCESS
        }
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            ExitCode::FAILURE
        }
    }
}
