//! `prompts/*.toml`: what people start by name, in German and English. One file per prompt; its texts
//! are served three times: as a prompt, as a guide that people read, and, where it is a how-to, as a
//! skill.
//!
//! Here: a file as it is written. `check`: what must be true of it. `document`: the guide and the
//! skill that are made of it. `emit`: its constants for the Worker.

pub mod check;
pub mod document;
pub mod emit;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::problem::{Problem, Source};
use crate::tool::Tool;

/// A compiled prompt.
#[derive(Debug)]
pub struct Prompt {
    /// Name: that of its file.
    pub name: String,
    /// What kind of text it is.
    pub kind: Kind,
    /// Tools that its texts name.
    pub tools: Vec<String>,
    /// Arguments, in the order of the file.
    pub arguments: Vec<Argument>,
    /// English.
    pub en: Texts,
    /// German.
    pub de: Texts,
}

/// Kinds of prompts, in the order of `prompts/list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A longer job, walked through from the beginning.
    Tutorial,
    /// One thing done. These are skills too.
    HowTo,
    /// What to do in an emergency.
    Runbook,
}

/// Things of a person that an argument may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Completes {
    Project,
    App,
    Database,
    Domain,
    MailAddress,
    Backup,
    Conversation,
    Customer,
}

/// An argument.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Name; `{name}` in the texts.
    pub name: String,
    /// Whether the prompt is nothing without it.
    pub required: bool,
    /// What its values are the ids of.
    pub completes: Option<Completes>,
    /// English description.
    pub en: String,
    /// German description.
    pub de: String,
}

/// The texts in one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// What a menu shows.
    pub title: String,
    /// What it does, in a sentence.
    pub description: String,
    /// The task itself.
    pub main: String,
    /// How the result is checked.
    pub verify: String,
    /// How it is undone.
    pub roll_back: String,
    /// How it goes on after an interruption.
    pub resume: String,
}

impl Texts {
    /// The four parts, with the names of the file.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("main", &self.main),
            ("verify", &self.verify),
            ("roll_back", &self.roll_back),
            ("resume", &self.resume),
        ]
    }
}

/// A file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    kind: Kind,
    tools: Vec<Spanned<String>>,
    #[serde(default, rename = "argument")]
    arguments: Vec<Spanned<DeclaredArgument>>,
    en: Spanned<Texts>,
    de: Spanned<Texts>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredArgument {
    name: String,
    required: bool,
    completes: Option<Completes>,
    en: String,
    de: String,
}

/// Reads every file of `prompts/`, in the order of `prompts/list`: kind by kind, then by name.
/// Without the folder there are no prompts.
///
/// # Errors
/// Everything that is wrong with them.
pub fn load(catalog: &Path, tools: &[Tool]) -> Result<Vec<Prompt>, Vec<Problem>> {
    let mut prompts = Vec::new();
    let mut problems = Vec::new();
    for path in files(&catalog.join("prompts")).map_err(|problem| vec![problem])? {
        match read(&path, tools) {
            Ok(prompt) => prompts.push(prompt),
            Err(found) => problems.extend(found),
        }
    }
    prompts.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    if problems.is_empty() { Ok(prompts) } else { Err(problems) }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let unreadable = |error: std::io::Error| Problem {
        file: folder.into(),
        line: 1,
        message: format!("cannot be read: {error}"),
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path, tools: &[Tool]) -> Result<Prompt, Vec<Problem>> {
    let source = Source::read(path).map_err(|problem| vec![problem])?;
    let declaration: Declaration = source.parse().map_err(|problem| vec![problem])?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let problems = check::problems(&name, &declaration, &source, tools);
    if !problems.is_empty() {
        return Err(problems);
    }
    let arguments = declaration.arguments.into_iter().map(|spanned| {
        let DeclaredArgument { name, required, completes, en, de } = spanned.into_inner();
        Argument { name, required, completes, en, de }
    });
    Ok(Prompt {
        name,
        kind: declaration.kind,
        tools: declaration.tools.into_iter().map(Spanned::into_inner).collect(),
        arguments: arguments.collect(),
        en: trimmed(declaration.en.into_inner()),
        de: trimmed(declaration.de.into_inner()),
    })
}

/// Texts stand between headings, so that what is around them in the file does not matter.
fn trimmed(texts: Texts) -> Texts {
    let trim = |text: String| text.trim().to_owned();
    Texts {
        title: trim(texts.title),
        description: trim(texts.description),
        main: trim(texts.main),
        verify: trim(texts.verify),
        roll_back: trim(texts.roll_back),
        resume: trim(texts.resume),
    }
}
