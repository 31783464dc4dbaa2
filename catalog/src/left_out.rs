//! `left-out.toml`: customer operations that no tool offers, each with its reason.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::customer::Judged;
use crate::facts::Facts;
use crate::problem::{Problem, Source};

/// Most operations that may be left out.
pub const MOST: usize = 50;

/// An operation that is left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// What forbids a tool.
    pub reason: Reason,
    /// More about it, for people.
    pub note: String,
}

/// What forbids a tool. "Too complex" and "later" are no reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It carries bytes.
    Binary,
    /// It returns or needs a secret.
    Secret,
    /// It needs a browser.
    Browser,
    /// It buys something.
    Buys,
    /// `operations.json` does not have it.
    Absent,
    /// We decided so: it is too much for a conversation (deleting an organisation).
    Decision,
}

impl Reason {
    /// As the file says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Secret => "secret",
            Self::Browser => "browser",
            Self::Buys => "buys",
            Self::Absent => "absent",
            Self::Decision => "decision",
        }
    }
}

/// Reads the file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(
    catalog: &Path,
    facts: &Facts,
    customer: &BTreeMap<String, Judged>,
) -> Result<BTreeMap<String, LeftOut>, Vec<Problem>> {
    let source = Source::read(&catalog.join("left-out.toml")).map_err(|problem| vec![problem])?;
    let file: BTreeMap<Spanned<String>, LeftOut> =
        source.parse().map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut found = BTreeMap::new();
    for (count, (key, left_out)) in file.into_iter().enumerate() {
        let (span, key) = (key.span(), key.into_inner());
        let known = facts.operations.contains_key(&key);
        let wrong = if !customer.contains_key(&key) {
            Some("is no operation of catalog/customer-operations.csv".to_owned())
        } else if left_out.note.trim().is_empty() {
            Some("needs a note".to_owned())
        } else if known == (left_out.reason == Reason::Absent) {
            Some(format!("is {} operations.json", if known { "in" } else { "not in" }))
        } else if count >= MOST {
            Some(format!("is one too many: at most {MOST} may be left out"))
        } else {
            None
        };
        match wrong {
            Some(wrong) => problems.push(source.problem(span, format!("{key} {wrong}"))),
            None => {
                found.insert(key, left_out);
            }
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}
