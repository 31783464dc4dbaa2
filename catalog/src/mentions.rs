//! Tools that a text names: `Id of the project, from mittwald_project_list.`

use crate::alias::Alias;
use crate::problem::Problem;
use crate::tool::Tool;

/// Names of tools in a text, in order.
pub fn of(text: &str) -> impl Iterator<Item = &str> {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(move |c: char| !in_name(c)).filter(|word| word.starts_with("mittwald_"))
}

/// Descriptions that name a tool which does not exist.
pub fn problems(tools: &[Tool], aliases: &[Alias]) -> Vec<Problem> {
    let known = |name: &str| {
        tools.iter().any(|tool| tool.name == name) || aliases.iter().any(|a| a.name == name)
    };
    let mut problems = Vec::new();
    for tool in tools {
        let described = tool.request.arguments.iter().map(|argument| argument.description.as_str());
        let texts = described.chain(tool.json["description"].as_str());
        for name in texts.flat_map(of).filter(|name| !known(name)) {
            problems.push(Problem {
                file: tool.file.clone(),
                line: tool.line,
                message: format!("{}: a description names {name}, which is no tool", tool.name),
            });
        }
    }
    problems
}
