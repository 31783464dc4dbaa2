//! Which tool carries which customer operation: exactly one primary tool, or several that differ in
//! what they fix, or `left-out.toml` says why there is none.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::Problem;
use crate::registers::Registers;
use crate::tool::Tool;

/// The operations of tools and of `left-out.toml` against each other.
#[must_use]
pub fn problems(tools: &[Tool], registers: &Registers) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut primaries: BTreeMap<&str, Vec<&Tool>> = BTreeMap::new();
    for tool in tools.iter().filter(|tool| tool.primary) {
        if let Some(operation) = &tool.operation {
            primaries.entry(operation).or_default().push(tool);
        }
    }
    for (operation, tools) in &primaries {
        let problem = |tool: &Tool, message: String| Problem {
            file: tool.file.clone(),
            line: tool.line,
            message: format!("{}: {message}", tool.name),
        };
        if let (Some(reason), Some(tool)) = (registers.left_out.get(*operation), tools.first()) {
            let message =
                format!("{operation} stands in catalog/left-out.toml as {}", reason.reason.word());
            problems.push(problem(tool, message));
        }
        let mut fixed = BTreeSet::new();
        for tool in tools {
            let differs = !tool.variety.is_empty() && fixed.insert(&tool.variety);
            if tools.len() > 1 && !differs {
                let other = tools.iter().find(|other| other.name != tool.name);
                problems.push(problem(
                    tool,
                    format!(
                        "{operation} has another primary tool, {}: rests_on = [...] here, or a \
                         variant or fix in both",
                        other.map_or("", |other| &other.name)
                    ),
                ));
            }
        }
    }
    for tool in tools {
        for key in used(tool) {
            if let Some(left_out) = registers.left_out.get(key) {
                let word = left_out.reason.word();
                problems.push(Problem {
                    file: tool.file.clone(),
                    line: tool.line,
                    message: format!(
                        "{}: the job uses {key}, which stands in catalog/left-out.toml as {word}",
                        tool.name
                    ),
                });
            }
        }
    }
    problems
}

/// The operations that a job sends besides its own.
fn used(tool: &Tool) -> impl Iterator<Item = &str> {
    let uses = tool.job.iter().flat_map(|job| &job.uses).map(|one| one.key.as_str());
    uses.filter(|key| tool.operation.as_deref() != Some(*key))
}

/// The customer operations that neither a primary tool carries, nor a job uses, nor `left-out.toml` names.
#[must_use]
pub fn uncovered<'a>(tools: &[Tool], registers: &'a Registers) -> BTreeSet<&'a str> {
    let primary = tools.iter().filter(|tool| tool.primary);
    let carried: BTreeSet<&str> = primary
        .filter_map(|tool| tool.operation.as_deref())
        .chain(tools.iter().flat_map(used))
        .collect();
    registers
        .customer
        .keys()
        .map(String::as_str)
        .filter(|key| !carried.contains(key) && !registers.left_out.contains_key(*key))
        .collect()
}
