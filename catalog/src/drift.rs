//! What changed between two states of `operations.json`, for people.

use std::fmt::Write as _;

use crate::facts::{Facts, Operation};

/// Readable list of added, removed and changed operations; names what changed in each.
///
/// An operation also counts as changed when a named schema that it uses directly changed; those
/// are listed once, under `schemas`.
#[must_use]
pub fn report(old: &Facts, new: &Facts) -> String {
    let mut text = String::new();
    let (mut added, mut removed, mut changed) = (0, 0, 0);
    for (key, operation) in &new.operations {
        match old.operations.get(key) {
            None => {
                added += 1;
                let _ = writeln!(text, "+ {key} ({})", operation.id);
            }
            Some(before) if before != operation => {
                changed += 1;
                let _ = writeln!(text, "~ {key}: {}", differences(before, operation).join(", "));
            }
            Some(_) => {}
        }
    }
    for (key, operation) in &old.operations {
        if !new.operations.contains_key(key) {
            removed += 1;
            let _ = writeln!(text, "- {key} ({})", operation.id);
        }
    }
    for (name, schema) in &new.schemas {
        if old.schemas.get(name).is_some_and(|before| before != schema) {
            let _ = writeln!(text, "~ schema {name}");
        }
    }
    let total = new.operations.len();
    let _ =
        writeln!(text, "{total} operations: {added} added, {removed} removed, {changed} changed");
    text
}

fn differences(old: &Operation, new: &Operation) -> Vec<String> {
    let mut list = Vec::new();
    for param in &new.params {
        match old.param(param.place, &param.name) {
            None => list.push(format!("parameter {} added", param.name)),
            Some(before) if before != param => {
                list.push(format!("parameter {} changed", param.name));
            }
            Some(_) => {}
        }
    }
    for param in &old.params {
        if new.param(param.place, &param.name).is_none() {
            list.push(format!("parameter {} removed", param.name));
        }
    }
    if old.body != new.body {
        list.push("body changed".into());
    }
    for (status, response) in &new.responses {
        if old.responses.get(status) != Some(response) {
            list.push(format!("response {status} changed"));
        }
    }
    for status in old.responses.keys() {
        if !new.responses.contains_key(status) {
            list.push(format!("response {status} removed"));
        }
    }
    if old.id != new.id {
        list.push(format!("operationId was {}", old.id));
    }
    if old.auth != new.auth {
        list.push("authentication changed".into());
    }
    if old.tag != new.tag {
        list.push(format!("tag was {}", old.tag));
    }
    list
}
