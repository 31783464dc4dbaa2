//! `job = "<name>"`: a tool that is more than one request. `src/tools/workflows/<name>.rs` of the Worker
//! runs it.
//!
//! With an `operation`, arguments and answer come from that as for any tool, and the job sends it among
//! others; without one, all of them are the job's own ([`crate::own`]). `uses` names every further
//! operation; the Worker lets a job send nothing else.

use std::ops::Range;

use toml::Spanned;

use crate::declaration::Declaration;
use crate::facts::Facts;
use crate::problem::Report;
use crate::registers::Registers;
use crate::request::{PathPart, Request};

/// A compiled job.
#[derive(Debug)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// Every operation that it sends, its own first.
    pub uses: Vec<Use>,
}

/// An operation that a job sends.
#[derive(Debug)]
pub struct Use {
    /// `METHOD /path`
    pub key: String,
    /// Its path; the parameters keep the API's names.
    pub path: Vec<PathPart>,
    /// Whether it changes something.
    pub writes: bool,
}

/// What a declaration says about its job; `None` for a tool of one request.
pub fn join(
    declaration: &Declaration,
    facts: &Facts,
    registers: &Registers,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Option<Job> {
    let Some(name) = &declaration.job else {
        for (key, given) in [
            ("uses", !declaration.uses.is_empty()),
            ("on_new", !declaration.on_new.is_empty()),
            ("input", !declaration.input.is_empty()),
            ("output", !declaration.output.is_empty()),
        ] {
            if given {
                report.add(at, format!("{key}: only a job has it (job = \"<name>\")"));
            }
        }
        return None;
    };
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.get_ref().is_empty() || !name.get_ref().chars().all(lower) {
        report.add(&name.span(), "job must match ^[a-z0-9_]+$, it is the name of a file");
    }
    let mut uses: Vec<Use> = Vec::new();
    for key in declaration.operation.iter().chain(&declaration.uses).chain(&declaration.on_new) {
        if uses.iter().any(|one| one.key == *key.get_ref()) {
            report.add(&key.span(), format!("uses: {} stands there twice", key.get_ref()));
        } else if facts.operations.contains_key(key.get_ref()) {
            uses.push(used(key, registers));
        } else {
            report.add(&key.span(), format!("uses: the API has no operation {:?}", key.get_ref()));
        }
    }
    if uses.is_empty() {
        report.add(&name.span(), "uses is missing: every operation that the job sends");
    }
    Some(Job { name: name.get_ref().clone(), uses })
}

fn used(key: &Spanned<String>, registers: &Registers) -> Use {
    let key = key.get_ref();
    let reads = match key.starts_with("GET ") {
        true => !registers.writes_by_get.contains_key(key),
        false => registers.reads.contains_key(key),
    };
    Use { key: key.clone(), path: Request::new(key).path, writes: !reads }
}
