//! `aliases.toml`: older names of tools. A call of one is a call of its tool with the arguments
//! renamed and some fixed.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
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
    /// Older argument name -> the tool's.
    pub rename: Vec<(String, String)>,
    /// Arguments of the tool that are always this.
    pub fixed: Vec<(String, Value)>,
    /// The definition, where `tools/list` shows the alias.
    pub json: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    tool: Spanned<String>,
    #[serde(default)]
    rename: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    fix: BTreeMap<Spanned<String>, Value>,
    #[serde(default)]
    listed: bool,
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
        for (old, new) in &note.rename {
            if argument(new.get_ref()).is_none() {
                problem(new.span(), format!("{} has no argument {}", tool.name, new.get_ref()));
            }
            let renamed_too = note.rename.values().any(|new| new.get_ref() == old);
            if argument(old).is_some() && !renamed_too {
                problem(new.span(), format!("{} has an argument {old} itself", tool.name));
            }
        }
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
        let rename = note.rename.iter().map(|(old, new)| (old.clone(), new.get_ref().clone()));
        let fixed = note.fix.iter().map(|(key, value)| (key.get_ref().clone(), value.clone()));
        let mut alias = Alias {
            name: name.get_ref().clone(),
            tool: tool.name.clone(),
            rename: rename.collect(),
            fixed: fixed.collect(),
            json: None,
        };
        alias.json = note.listed.then(|| definition(&alias, tool));
        aliases.push(alias);
    }
    if problems.is_empty() { Ok(aliases) } else { Err(problems) }
}

/// The tool's definition under the older names.
fn definition(alias: &Alias, tool: &Tool) -> Value {
    let mut json = tool.json.clone();
    json["name"] = json!(alias.name);
    let old_name = |name: &str| {
        let renamed = alias.rename.iter().find(|(_, new)| new == name);
        renamed.map_or(name, |(old, _)| old).to_owned()
    };
    let fixed = |name: &str| alias.fixed.iter().any(|(fixed, _)| fixed == name);
    let schema = &mut json["inputSchema"];
    if let Some(properties) = schema["properties"].as_object() {
        let kept = properties
            .iter()
            .filter(|(name, _)| !fixed(name))
            .map(|(name, property)| (old_name(name), property.clone()))
            .collect();
        schema["properties"] = Value::Object(kept);
    }
    if let Some(required) = schema["required"].as_array() {
        let kept: Vec<String> = required
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| !fixed(name))
            .map(old_name)
            .collect();
        schema["required"] = json!(kept);
    }
    json
}
