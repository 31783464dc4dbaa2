//! `former-tools.toml`: every tool of the server that this connector replaces, and what does its job
//! here. Who comes from there finds each name and each argument again, or reads why it is gone.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::alias::Alias;
use crate::problem::{Problem, Source};
use crate::tool::Tool;

/// A former tool.
#[derive(Debug, Clone)]
pub enum Former {
    /// Lives on.
    Tool {
        /// Our tool that does its job.
        tool: String,
        /// Former argument -> ours.
        args: BTreeMap<String, String>,
        /// Former arguments that are gone: switches of a command line, passwords, confirmations.
        dropped: Vec<String>,
        /// What is different.
        note: Option<String>,
    },
    /// Left out by decision, with the reason.
    LeftOut(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    tool: Option<Spanned<String>>,
    #[serde(default)]
    args: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    dropped: Vec<String>,
    note: Option<String>,
    left_out: Option<String>,
}

/// Reads the file.
///
/// # Errors
/// Tools and arguments that do not exist, names that cannot be called.
pub fn load(
    catalog: &Path,
    tools: &[Tool],
    aliases: &[Alias],
) -> Result<BTreeMap<String, Former>, Vec<Problem>> {
    let source =
        Source::read(&catalog.join("former-tools.toml")).map_err(|problem| vec![problem])?;
    let file: BTreeMap<Spanned<String>, Line> = source.parse().map_err(|problem| vec![problem])?;
    let mut former = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, line) in file {
        let (span, name) = (name.span(), name.into_inner());
        let mut problem = |span, message: String| {
            problems.push(source.problem(span, format!("{name}: {message}")))
        };
        let tool = match (line.tool, line.left_out) {
            (Some(tool), None) => tool,
            (None, Some(reason)) => {
                former.insert(name, Former::LeftOut(reason));
                continue;
            }
            _ => {
                problem(span, "needs exactly one of tool and left_out".into());
                continue;
            }
        };
        let ours = tool.get_ref();
        let Some(found) = tools.iter().find(|tool| tool.name == *ours) else {
            problem(tool.span(), format!("there is no tool {ours}"));
            continue;
        };
        let callable =
            name == *ours || aliases.iter().any(|alias| alias.name == name && alias.tool == *ours);
        if !callable {
            problem(tool.span(), format!("aliases.toml does not lead {name} to {ours}"));
        }
        for (old, new) in &line.args {
            let known = found.request.arguments.iter().any(|a| a.name == *new.get_ref());
            if !known {
                problem(new.span(), format!("{ours} has no argument {}", new.get_ref()));
            }
            if line.dropped.contains(old) {
                problem(new.span(), format!("{old} is both kept and dropped"));
            }
        }
        let args = line.args.into_iter().map(|(old, new)| (old, new.into_inner())).collect();
        let (tool, dropped, note) = (tool.into_inner(), line.dropped, line.note);
        former.insert(name, Former::Tool { tool, args, dropped, note });
    }
    if problems.is_empty() { Ok(former) } else { Err(problems) }
}
