//! `mittwald://tools`: what can be called at this address, as a table for people.

use crate::catalog::{Effect, Tool};
use crate::mittwald::json;
use crate::tools::surface::Surface;

/// Writes it (Markdown). In English, as the tools are.
#[must_use]
pub fn write(surface: &Surface) -> String {
    let mut out = format!(
        "# Tools of {}\n\nWhat each one needs is a right of mittwald, asked for when you connect.\n\n\
         | tool | title | what it does | effect | right |\n|---|---|---|---|---|\n",
        surface.path()
    );
    for tool in surface.tools() {
        let [title, description] = texts(surface.definition(tool));
        out.push_str(&format!(
            "| `{}` | {} | {} | {} | {} |\n",
            tool.name,
            cell(&title),
            cell(&description),
            effect(tool),
            if tool.scopes.is_empty() { "none".into() } else { tool.scopes.join(", ") }
        ));
    }
    out
}

/// Title and description, which stand in the definition only.
fn texts(definition: &str) -> [String; 2] {
    let found = json::pick(definition, ["title", "description"]).unwrap_or_default();
    found.map(|text| text.and_then(json::text).unwrap_or_default().into_owned())
}

const fn effect(tool: &Tool) -> &'static str {
    match (tool.effect, tool.confirm) {
        (Effect::Read, _) => "reads",
        (Effect::Write, false) => "adds",
        (Effect::Write, true) => "adds, asks first",
        (Effect::Destructive, false) => "changes or deletes",
        (Effect::Destructive, true) => "changes or deletes, asks first",
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
