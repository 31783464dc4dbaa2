//! Scenario 2: our reading of formats against the crate's.
//!
//! Ours is never the stricter one, but for mail addresses with a quoted name or a bare IP address,
//! and addresses that are a scheme and nothing else. It is milder here:
//! - date and time: a leap second in any minute,
//! - mail: letters of every script, `--` anywhere in a host,
//! - addresses: letters of every script, brackets, `%`, ports, users and a second `#` are left to
//!   the API.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use super::{FORMATS, runner};
use crate::catalog::Format;
use crate::tools::format;

/// Texts for each format.
const TEXTS: u32 = 3_000;

/// Characters that mean something in some format.
const LETTERS: &str = "aZ0123456789-.:@/ ä%#?[]\"'()\\\n+TtZz_~!|^`{}<>,;=&$*€";

#[test]
fn formats_are_read_as_elsewhere_but_for_what_is_listed() {
    for (name, own) in FORMATS {
        let elsewhere = jsonschema::options()
            .should_validate_formats(true)
            .build(&json!({ "format": name }))
            .unwrap();
        let outcome = runner(TEXTS).run(&texts(own), |text| {
            let ours = format::matches(own, &text);
            let theirs = elsewhere.is_valid(&json!(text));
            let listed = if ours { milder(own, &text) } else { stricter(own, &text) };
            prop_assert!(ours == theirs || listed, "{name} {text:?}: {ours} here, {theirs} there");
            Ok(())
        });
        if let Err(problem) = outcome {
            panic!("{problem}");
        }
    }
}

fn milder(format: Format, text: &str) -> bool {
    match format {
        Format::DateTime => text.contains(":60"),
        Format::Email => !text.is_ascii() || text.contains("--"),
        Format::Uri => !text.is_ascii() || text.contains(['[', ']', '%']) || left_to_the_api(text),
        Format::Date | Format::Uuid => false,
    }
}

fn left_to_the_api(uri: &str) -> bool {
    let authority = uri.split_once("//").map_or("", |(_, rest)| rest);
    authority.contains([':', '@']) || uri.matches('#').count() > 1
}

fn stricter(format: Format, text: &str) -> bool {
    match format {
        Format::Email => text.starts_with('"') || text.contains("@["),
        Format::Uri => text.ends_with(':'),
        Format::Date | Format::DateTime | Format::Uuid => false,
    }
}

/// Texts of the format with up to three characters set, added or taken away.
fn texts(format: Format) -> BoxedStrategy<String> {
    let letter = prop::option::of(select(Vec::from_iter(LETTERS.chars())));
    let edits = vec((any::<Index>(), letter, any::<bool>()), 0..=3);
    (select(originals(format)), edits)
        .prop_map(|(original, edits)| {
            let mut text = Vec::from_iter(original.chars());
            for (at, letter, instead) in edits {
                let at = at.index(text.len() + 1);
                let until = if instead || letter.is_none() { text.len().min(at + 1) } else { at };
                text.splice(at..until, letter);
            }
            String::from_iter(text)
        })
        .boxed()
}

fn originals(format: Format) -> &'static [&'static str] {
    match format {
        Format::Date => &["2026-01-31", "2024-02-29", "1900-02-28", "0000-12-31"],
        Format::DateTime => &[
            "2026-01-31T08:30:00Z",
            "2024-02-29t23:59:59.5+02:00",
            "2016-12-31T23:59:60z",
            "2016-12-31 23:59:59Z",
        ],
        Format::Email => &[
            "a@example.com",
            "a.b+c@ex-ample.de",
            "käthe@müller.de",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
        ],
        Format::Uri => &[
            "https://example.com/a?b=c",
            "mailto:a@example.com",
            "https://[::1]:80/",
            "urn:a",
            "https://a/%20#x",
        ],
        Format::Uuid => {
            &["0f8fad5b-d9cb-469f-a165-70867728950e", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"]
        }
    }
}
