//! The short lists beside the tools: scopes, families and toolsets, exceptions to what a method says.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::customer::{self, Judged};
use crate::facts::Facts;
use crate::left_out::{self, LeftOut};
use crate::problem::{Problem, Source};

/// All of them.
#[derive(Debug, Default)]
pub struct Registers {
    /// `scopes.toml`: what mittwald's sign-in accepts.
    pub scopes: Vec<String>,
    /// `toolsets.toml`: families (one file each) in the order of `tools/list`; each is a toolset.
    pub families: Vec<String>,
    /// `reads-by-post.toml`: operations that change nothing although they are no GET.
    pub reads: BTreeMap<String, String>,
    /// `reads-by-post.toml`: GETs that change something.
    pub writes_by_get: BTreeMap<String, String>,
    /// `reads-by-post.toml`: PUTs and PATCHes that overwrite nothing.
    pub additive: BTreeMap<String, String>,
    /// `customer-operations.csv`: the operations that tools are made of.
    pub customer: BTreeMap<String, Judged>,
    /// `left-out.toml`: those of them that no tool offers.
    pub left_out: BTreeMap<String, LeftOut>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scopes {
    scopes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Toolsets {
    families: Vec<String>,
}

type Reasons = BTreeMap<Spanned<String>, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    #[serde(default)]
    reads: Reasons,
    #[serde(default)]
    writes_by_get: Reasons,
    #[serde(default)]
    additive: Reasons,
}

impl Registers {
    /// Reads the lists of a catalogue.
    ///
    /// # Errors
    /// Files that are missing or malformed; exceptions for operations that the API does not have,
    /// or without a reason.
    pub fn load(catalog: &Path, facts: &Facts) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut registers = Self::default();
        match Source::read(&catalog.join("scopes.toml")).and_then(|s| s.parse::<Scopes>()) {
            Ok(file) => registers.scopes = file.scopes,
            Err(problem) => problems.push(problem),
        }
        match Source::read(&catalog.join("toolsets.toml")).and_then(|s| s.parse::<Toolsets>()) {
            Ok(file) => registers.families = file.families,
            Err(problem) => problems.push(problem),
        }
        let exceptions = Source::read(&catalog.join("reads-by-post.toml"))
            .and_then(|source| Ok((source.parse::<Exceptions>()?, source)));
        match exceptions {
            Ok((file, source)) => {
                let mut take = |reasons| reasoned(reasons, facts, &source, &mut problems);
                registers.reads = take(file.reads);
                registers.writes_by_get = take(file.writes_by_get);
                registers.additive = take(file.additive);
            }
            Err(problem) => problems.push(problem),
        }
        match customer::load(catalog) {
            Ok(customer) => registers.customer = customer,
            Err(problem) => problems.push(problem),
        }
        match left_out::load(catalog, facts, &registers.customer) {
            Ok(left_out) => registers.left_out = left_out,
            Err(found) if !registers.customer.is_empty() => problems.extend(found),
            Err(_) => {}
        }
        if problems.is_empty() { Ok(registers) } else { Err(problems) }
    }
}

fn reasoned(
    reasons: Reasons,
    facts: &Facts,
    source: &Source,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for (key, reason) in reasons {
        let (span, key) = (key.span(), key.into_inner());
        if !facts.operations.contains_key(&key) {
            problems.push(source.problem(span, format!("the API has no operation {key:?}")));
        } else if reason.trim().is_empty() {
            problems.push(source.problem(span, format!("{key} needs its reason")));
        } else {
            known.insert(key, reason);
        }
    }
    known
}
