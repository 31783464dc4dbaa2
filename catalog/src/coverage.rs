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
        primaries.entry(&tool.operation).or_default().push(tool);
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
    problems
}

/// The customer operations that neither a primary tool carries nor `left-out.toml` names.
#[must_use]
pub fn uncovered<'a>(tools: &[Tool], registers: &'a Registers) -> BTreeSet<&'a str> {
    let carried: BTreeSet<&str> =
        tools.iter().filter(|tool| tool.primary).map(|tool| tool.operation.as_str()).collect();
    registers
        .customer
        .keys()
        .map(String::as_str)
        .filter(|key| !carried.contains(key) && !registers.left_out.contains_key(*key))
        .collect()
}
