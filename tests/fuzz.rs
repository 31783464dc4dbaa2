//! The fuzz targets (`fuzz/`, `make fuzz`) with the stable compiler: they compile, and hold for examples and
//! for random bytes.
//!
//! 1. the examples from which `make fuzz` starts
//! 2. random bytes
//! 3. the examples with random bytes in them: nearer to what is accepted than chance ever comes
//! 4. every target has its program in `fuzz/`

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![allow(missing_docs)]

#[path = "../fuzz/src/entries/mod.rs"]
mod entries;

use std::fs;
use std::path::Path;

use proptest::prelude::*;

type Entry = fn(&[u8]);

const TARGETS: [(&str, Entry); 5] = [
    ("redirect_uri", entries::redirect_uri),
    ("client_metadata", entries::client_metadata),
    ("token_request", entries::token_request),
    ("bearer_token", entries::bearer_token),
    ("frame", entries::frame),
];

fn examples(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/examples").join(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(files.len() >= 3, "{}", folder.display());
    files.iter().map(|file| fs::read(file).expect("a file")).collect()
}

#[test]
fn examples_hold() {
    for (target, entry) in TARGETS {
        for example in examples(target) {
            entry(&example);
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml"))
            .expect("a manifest");
    for (target, _) in TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_hold(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for (_, entry) in TARGETS {
            entry(&bytes);
        }
    }

    #[test]
    fn spoilt_examples_hold(
        which in any::<usize>(),
        at in any::<usize>(),
        remove in 0..8_usize,
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..6),
            "[ -~]{0,6}".prop_map(String::into_bytes),
        ],
    ) {
        for (target, entry) in TARGETS {
            let examples = examples(target);
            let mut example = examples[which % examples.len()].clone();
            let start = at % (example.len() + 1);
            let end = (start + remove).min(example.len());
            example.splice(start..end, bytes.iter().copied());
            entry(&example);
        }
    }
}
