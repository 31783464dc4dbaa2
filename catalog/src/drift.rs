//! What changed between two states of `operations.json`, for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::facts::{Facts, Operation};
use crate::openapi::references;

/// Readable list of added, removed and changed operations; names what changed in each.
///
/// An operation also counts as changed when a named schema that it uses changed, itself or through
/// other schemas.
#[must_use]
pub fn report(old: &Facts, new: &Facts) -> String {
    let mut text = String::new();
    let other: BTreeSet<&str> = new
        .schemas
        .iter()
        .filter(|(name, schema)| old.schemas.get(*name).is_some_and(|before| before != *schema))
        .map(|(name, _)| name.as_str())
        .collect();
    let (mut added, mut removed, mut changed) = (0, 0, 0);
    for (key, operation) in &new.operations {
        match old.operations.get(key) {
            None => {
                added += 1;
                let _ = writeln!(text, "+ {key} ({})", operation.id);
            }
            Some(before) => {
                let mut list = differences(before, operation);
                let used = used_schemas(new, operation);
                let names = used.iter().filter(|name| other.contains(name.as_str()));
                list.extend(names.map(|name| format!("schema {name} changed")));
                if !list.is_empty() {
                    changed += 1;
                    let _ = writeln!(text, "~ {key}: {}", list.join(", "));
                }
            }
        }
    }
    for (key, operation) in &old.operations {
        if !new.operations.contains_key(key) {
            removed += 1;
            let _ = writeln!(text, "- {key} ({})", operation.id);
        }
    }
    let total = new.operations.len();
    let _ =
        writeln!(text, "{total} operations: {added} added, {removed} removed, {changed} changed");
    text
}

/// Names of the schemas that an operation uses, through other schemas too.
fn used_schemas(facts: &Facts, operation: &Operation) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    operation.schemas().for_each(|schema| references(schema, &mut wanted));
    let mut used = BTreeSet::new();
    while let Some(name) = wanted.pop_first() {
        if let Some(schema) = facts.schemas.get(&name).filter(|_| !used.contains(&name)) {
            references(schema, &mut wanted);
            used.insert(name);
        }
    }
    used
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
