//! What must be true of a prompt's file.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Declaration, Texts};
use crate::mentions;
use crate::problem::{Problem, Report, Source};
use crate::tool::Tool;

/// Most characters of a prompt's name, as of a tool's.
const LONGEST_NAME: usize = 40;
/// Most characters of a title: menus cut longer ones.
const LONGEST_TITLE: usize = 60;
/// Most characters of a description, the prompt's or an argument's.
const LONGEST_DESCRIPTION: usize = 200;
/// Most characters of one part: a prompt is read by a model each time it is started.
const LONGEST_PART: usize = 2_500;
/// The argument that every prompt has besides its own.
pub const LANGUAGE: &str = "language";

/// Everything that is wrong.
pub fn problems(
    name: &str,
    declaration: &Declaration,
    source: &Source,
    tools: &[Tool],
) -> Vec<Problem> {
    let mut report = Report::new(source, name);
    let start = 0..0;
    if !is_prompt_name(name) {
        report.add(&start, "a prompt's file must be called ^[a-z][a-z0-9_]{0,39}$");
    }
    if declaration.tools.is_empty() {
        report.add(&start, "tools is empty: which tools do the texts name?");
    }
    let mut declared = BTreeSet::new();
    for tool in &declaration.tools {
        if !tools.iter().any(|known| known.name == *tool.get_ref()) {
            report.add(&tool.span(), format!("there is no tool {}", tool.get_ref()));
        }
        if !declared.insert(tool.get_ref().as_str()) {
            report.add(&tool.span(), format!("tools: {} stands there twice", tool.get_ref()));
        }
    }
    arguments(declaration, &mut report);
    for (language, texts) in [("en", &declaration.en), ("de", &declaration.de)] {
        let at = texts.span();
        let texts = texts.get_ref();
        words(language, texts, &at, &mut report);
        placeholders(language, declaration, texts, &at, &mut report);
        named_tools(language, &declared, texts, &at, &mut report);
    }
    report.into_problems()
}

/// Whether a prompt may be called so.
#[must_use]
pub fn is_prompt_name(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= LONGEST_NAME
        && name.chars().all(rest)
        // The skill of this name has hyphens, never two in a row and none at the end.
        && !name.contains("__")
        && !name.ends_with('_')
}

fn arguments(declaration: &Declaration, report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for spanned in &declaration.arguments {
        let (at, argument) = (spanned.span(), spanned.get_ref());
        let name = &argument.name;
        if !is_placeholder_name(name) || name.len() > LONGEST_NAME {
            report.add(&at, format!("argument {name}: must be called ^[a-z][A-Za-z0-9]{{0,39}}$"));
        }
        if name == LANGUAGE {
            report.add(&at, "argument language: every prompt has it anyway");
        }
        if !seen.insert(name.as_str()) {
            report.add(&at, format!("argument {name}: stands there twice"));
        }
        for (language, description) in [("en", &argument.en), ("de", &argument.de)] {
            line(
                &format!("argument {name}: {language}"),
                description,
                LONGEST_DESCRIPTION,
                &at,
                report,
            );
        }
    }
}

/// A text of one line.
fn line(what: &str, text: &str, longest: usize, at: &Range<usize>, report: &mut Report<'_>) {
    if text.trim().is_empty() {
        report.add(at, format!("{what} is empty"));
    }
    if text.trim().contains('\n') {
        report.add(at, format!("{what} must be one line"));
    }
    if text.trim().chars().count() > longest {
        report.add(at, format!("{what} is longer than {longest} characters"));
    }
    if text.contains(['{', '}']) {
        report.add(at, format!("{what} has a brace; placeholders stand in the four parts only"));
    }
}

fn words(language: &str, texts: &Texts, at: &Range<usize>, report: &mut Report<'_>) {
    line(&format!("{language}.title"), &texts.title, LONGEST_TITLE, at, report);
    line(&format!("{language}.description"), &texts.description, LONGEST_DESCRIPTION, at, report);
    for (part, text) in texts.parts() {
        let what = format!("{language}.{part}");
        if text.trim().is_empty() {
            report.add(at, format!("{what} is empty"));
        }
        if text.chars().count() > LONGEST_PART {
            report.add(at, format!("{what} is longer than {LONGEST_PART} characters"));
        }
        if text.lines().any(|line| line.trim_start().starts_with('#')) {
            report.add(at, format!("{what} has a heading; the parts stand below ours"));
        }
        if text.contains("`{") || text.contains("}`") {
            report.add(
                at,
                format!("{what}: a placeholder stands without backticks; values get them"),
            );
        }
    }
}

/// Placeholders are the declared arguments, each used somewhere.
fn placeholders(
    language: &str,
    declaration: &Declaration,
    texts: &Texts,
    at: &Range<usize>,
    report: &mut Report<'_>,
) {
    let declared: BTreeSet<&str> =
        declaration.arguments.iter().map(|argument| argument.get_ref().name.as_str()).collect();
    let mut used = BTreeSet::new();
    for (part, text) in texts.parts() {
        match placeholders_of(text) {
            Ok(names) => used.extend(names),
            Err(message) => report.add(at, format!("{language}.{part}: {message}")),
        }
    }
    for name in used.difference(&declared) {
        report.add(at, format!("{language}: {{{name}}} is no declared argument"));
    }
    for name in declared.difference(&used) {
        report.add(at, format!("{language}: no part uses {{{name}}}"));
    }
}

/// The names between braces; braces stand for nothing else.
fn placeholders_of(text: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    for (index, piece) in text.split('{').enumerate() {
        let (inside, outside) = match (index, piece.split_once('}')) {
            (0, _) => ("", piece),
            (_, Some((inside, outside))) if is_placeholder_name(inside) => (inside, outside),
            _ => return Err("a brace that opens no placeholder such as {projectId}".into()),
        };
        if outside.contains('}') {
            return Err("a brace that closes no placeholder".into());
        }
        if !inside.is_empty() {
            names.push(inside);
        }
    }
    Ok(names)
}

fn is_placeholder_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The texts name the declared tools and no others.
fn named_tools(
    language: &str,
    declared: &BTreeSet<&str>,
    texts: &Texts,
    at: &Range<usize>,
    report: &mut Report<'_>,
) {
    let parts = texts.parts();
    let named: BTreeSet<&str> = parts.iter().flat_map(|(_, text)| mentions::of(text)).collect();
    for name in named.difference(declared) {
        report.add(at, format!("{language} names {name}, which tools does not list"));
    }
    // OpenAI fixes the names of two tools, which are plain words.
    for name in declared.difference(&named).filter(|name| name.starts_with("mittwald_")) {
        report.add(at, format!("{language} never names {name}, which tools lists"));
    }
}
