//! The house rules that a compiler does not check.
//!
//! 1. Only `src/edge` names Cloudflare's crate.
//! 2. Rooms depend on each other one way: edge -> router -> {mcp, oauth, pages} -> tools -> mittwald
//!    -> catalog; leaves may be used by all and use only leaves.
//! 3. No file outgrows what one can read in a sitting.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, in lines, tests within it not counted.
const MAX_LINES: usize = 350;

/// May be longer: the conformance suite's fixtures are in one file, so that leaving it out leaves all out.
const LONG: &str = "src/mcp/fixtures.rs";

const LEAVES: [&str; 4] = ["http", "ports", "keys", "config"];

/// What each room may use beside the leaves and itself.
const MAY_USE: [(&str, &[&str]); 8] = [
    ("router", &["mcp", "oauth", "pages", "tools"]),
    ("mcp", &["tools", "mittwald", "catalog"]),
    // Endpoints of the authorization server answer with pages; pages know nothing of OAuth.
    ("oauth", &["pages", "tools", "mittwald", "catalog"]),
    ("pages", &["tools", "catalog"]),
    ("tools", &["mittwald", "catalog"]),
    ("mittwald", &["catalog"]),
    ("catalog", &[]),
    ("edge", &["router", "mcp", "oauth", "pages", "tools", "mittwald", "catalog"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a text file");
                files.push((path, text));
            }
        }
    }
    assert!(files.len() > 30, "the sources are where this test looks for them");
    files
}

/// `src/oauth/token.rs` -> `oauth`, `src/config.rs` -> `config`.
fn room(path: &Path) -> String {
    let below =
        path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("below src");
    let first =
        below.components().next().expect("a component").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The code without comments and without the tests at the end of the file.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn only_the_edge_knows_cloudflare() {
    for (path, text) in sources() {
        let code = code(&text);
        let names_it = ["worker::", "use worker", "js_sys::", "wasm_bindgen"].iter().any(|name| {
            code.match_indices(name).any(|(at, _)| {
                !code[..at]
                    .chars()
                    .next_back()
                    .is_some_and(|before| before.is_alphanumeric() || before == '_')
            })
        });
        assert!(!names_it || room(&path) == "edge", "{} names Cloudflare's crates", path.display());
    }
}

#[test]
fn rooms_depend_on_each_other_one_way() {
    for (path, text) in sources() {
        let own = room(&path);
        if own == "lib" {
            continue;
        }
        let allowed =
            MAY_USE.iter().find(|(name, _)| *name == own).map_or(&[][..], |(_, allowed)| allowed);
        for (at, _) in code(&text).match_indices("crate::") {
            let code = code(&text);
            let rest = &code[at + "crate::".len()..];
            let used: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            // Tests and their stand-ins may be made of anything.
            if path.ends_with("testing.rs") || path.ends_with("tests.rs") || used.is_empty() {
                continue;
            }
            let fine =
                used == own || LEAVES.contains(&used.as_str()) || allowed.contains(&used.as_str());
            assert!(fine, "{} uses {used}, which {own} may not", path.display());
        }
    }
}

#[test]
fn no_file_outgrows_a_reader() {
    for (path, text) in sources() {
        if path.ends_with(LONG) {
            continue;
        }
        let lines = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines; split it", path.display());
    }
}
