//! What a person sees before they confirm: the reading tool that shows the thing itself, and those
//! that list what goes along with it.

use crate::declaration::Effect;
use crate::problem::Problem;
use crate::request::{PathPart, Request};
use crate::tool::Tool;

/// A reading tool, and which of its arguments the confirmed tool's fill.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The reading tool.
    pub tool: &'a str,
    /// Its argument, ours.
    pub filled: Vec<(&'a str, &'a str)>,
}

/// The tool that shows what `tool` is about: of the reads whose path leads to it, the longest.
#[must_use]
pub fn shown_by<'a>(tool: &'a Tool, tools: &'a [Tool]) -> Option<Shown<'a>> {
    let ours: Vec<&str> = arguments(&tool.request).collect();
    tools
        .iter()
        .filter(|read| read.effect == Effect::Read && read.request.method == "GET" && read.primary)
        .filter(|read| read.request.template.ends_with('}'))
        .filter(|read| is_prefix(&read.request.template, &tool.request.template))
        .filter(|read| {
            read.request.arguments.iter().all(|argument| {
                !argument.required || arguments(&read.request).any(|name| name == argument.name)
            })
        })
        .map(|read| Shown {
            tool: &read.name,
            filled: arguments(&read.request).zip(ours.iter().copied()).collect(),
        })
        .filter(|shown| !shown.filled.is_empty())
        .max_by_key(|shown| shown.filled.len())
}

/// Lists in `shows` that are none, or that the tool cannot ask for.
#[must_use]
pub fn problems(tools: &[Tool]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for tool in tools {
        for name in &tool.shows {
            let found = tools.iter().find(|read| read.name == *name && read.effect == Effect::Read);
            let fits = found.is_some_and(|read| {
                read.request.arguments.iter().filter(|argument| argument.required).all(|argument| {
                    tool.request.arguments.iter().any(|ours| ours.name == argument.name)
                })
            });
            if !fits {
                problems.push(Problem {
                    file: tool.file.clone(),
                    line: tool.line,
                    message: format!(
                        "{}: shows: {name} is no reading tool whose required arguments this one has",
                        tool.name
                    ),
                });
            }
        }
    }
    problems
}

fn arguments(request: &Request) -> impl Iterator<Item = &str> {
    request.path.iter().filter_map(|part| match part {
        PathPart::Argument(name) => Some(name.as_str()),
        PathPart::Literal(_) | PathPart::Open(_) => None,
    })
}

/// Whether a path leads over another one.
fn is_prefix(shorter: &str, longer: &str) -> bool {
    longer.strip_prefix(shorter).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
