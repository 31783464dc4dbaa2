//! `aliases.toml`: older names of tools. A call of one is a call of its tool with some arguments
//! fixed; `tools/list` shows tools only.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::problem::{Problem, Source};
use crate::rules::is_tool_name;
use crate::tool::Tool;

/// A compiled alias.
#[derive(Debug)]
pub struct Alias {
    /// The older name.
    pub name: String,
    /// The tool it stands for.
    pub tool: String,
    /// Arguments of the tool that are always this.
    pub fixed: Vec<(String, Value)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    tool: Spanned<String>,
    #[serde(default)]
    fix: BTreeMap<Spanned<String>, Value>,
}

/// Reads the file, sorted by name.
///
/// # Errors
/// Everything that does not fit the tools.
pub fn load(catalog: &Path, tools: &[Tool]) -> Result<Vec<Alias>, Vec<Problem>> {
    let source = Source::read(&catalog.join("aliases.toml")).map_err(|problem| vec![problem])?;
    let file: BTreeMap<Spanned<String>, Note> = source.parse().map_err(|problem| vec![problem])?;
    let mut aliases = Vec::new();
    let mut problems = Vec::new();
    for (name, note) in &file {
        let mut problem = |span, message: String| {
            problems.push(source.problem(span, format!("{}: {message}", name.get_ref())));
        };
        if !is_tool_name(name.get_ref()) {
            problem(name.span(), "name must match ^mittwald_[a-z0-9_]*$".into());
        }
        if tools.iter().any(|tool| tool.name == *name.get_ref()) {
            problem(name.span(), "a tool has this name".into());
        }
        let Some(tool) = tools.iter().find(|tool| tool.name == *note.tool.get_ref()) else {
            problem(note.tool.span(), format!("there is no tool {}", note.tool.get_ref()));
            continue;
        };
        let argument = |name: &str| tool.request.arguments.iter().find(|a| a.name == name);
        for (key, value) in &note.fix {
            match argument(key.get_ref()) {
                None => {
                    problem(key.span(), format!("{} has no argument {}", tool.name, key.get_ref()))
                }
                Some(argument) if !argument.shape.accepts(value) => {
                    problem(key.span(), format!("{} does not take {value}", key.get_ref()));
                }
                Some(_) => {}
            }
        }
        let fixed = note.fix.iter().map(|(key, value)| (key.get_ref().clone(), value.clone()));
        aliases.push(Alias {
            name: name.get_ref().clone(),
            tool: tool.name.clone(),
            fixed: fixed.collect(),
        });
    }
    if problems.is_empty() { Ok(aliases) } else { Err(problems) }
}
