//! Compiles the tool catalogue into `OUT_DIR/catalog.rs`, which `src/catalog` includes.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;
use std::{env, fs, io, process};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=catalog");
    let compiled = mittwald_catalog::compile(Path::new("catalog")).unwrap_or_else(|problems| {
        problems.iter().for_each(|problem| eprintln!("{problem}"));
        process::exit(1);
    });
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&folder).join("catalog.rs"), compiled.rust())
}
