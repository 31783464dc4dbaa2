//! The arguments of `prompts/get`. They are a person's data on their way into a message to a model:
//! each is one line of limited length, so that it can be no heading, list or paragraph of its own.

use serde_json::value::RawValue;

use super::super::Context;
use super::super::error::{Error, shown};
use super::{asked_for, is_project};
use crate::catalog::{Prompt, PromptArgument};
use crate::http::Language;
use crate::mittwald::json;

/// The argument that every prompt has besides its own.
pub const LANGUAGE: &str = "language";

/// Its values.
pub const LANGUAGES: [&str; 2] = ["de", "en"];

/// Most characters of a value: what a person types into a form, not a document.
pub const MAX_VALUE: usize = 500;

/// What came, checked.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Language that the message is asked for in.
    pub language: Option<Language>,
    /// Values by argument, each one line.
    values: Vec<(&'static str, String)>,
}

impl Given {
    /// The value of an argument.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }
}

/// What the argument `language` is for.
#[must_use]
pub const fn about_language(language: Language) -> &'static str {
    language.pick(
        "Sprache des Textes: de oder en. Ohne Angabe die Ihrer Anwendung.",
        "Language of the text: de or en. Without it, the one of your application.",
    )
}

/// Reads and checks the arguments of a prompt. An empty text counts as left out: forms send it for a
/// field that nobody filled in. A project that the connection fixes is filled in.
///
/// # Errors
/// -32602 that names the first argument that is wrong, and says what would be right.
pub fn read(
    context: &Context<'_>,
    prompt: &'static Prompt,
    arguments: Option<&RawValue>,
) -> Result<Given, Error> {
    let members = match arguments {
        None => Vec::new(),
        Some(raw) => json::members(raw.get()).map_err(|_| {
            Error::Params("arguments must be a JSON object that names each argument once.".into())
        })?,
    };
    let mut given = Given::default();
    for (name, raw) in &members {
        let Some(value) = one_line(name, raw)? else { continue };
        if name == LANGUAGE {
            given.language = Some(language(&value)?);
            continue;
        }
        let argument = prompt.arguments.iter().find(|argument| argument.name == name);
        let argument = argument.ok_or_else(|| unknown(context, prompt, name))?;
        given.values.push((argument.name, value));
    }
    for argument in prompt.arguments {
        if let Some(project) = context.project().filter(|_| is_project(argument)) {
            fix(&mut given, argument, project)?;
        }
        if argument.required && given.get(argument.name).is_none() {
            return Err(Error::Params(format!(
                "{} is missing. It is: {}",
                argument.name, argument.english
            )));
        }
    }
    Ok(given)
}

/// The value as one line; `None` where there is none.
fn one_line(name: &str, raw: &RawValue) -> Result<Option<String>, Error> {
    if json::is_null(raw) {
        return Ok(None);
    }
    let text = json::text(raw).ok_or_else(|| {
        Error::Params(format!("{} must be a text in double quotes.", shown(name)))
    })?;
    let visible: String = text.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > MAX_VALUE {
        return Err(Error::Params(format!(
            "{} is longer than {MAX_VALUE} characters; shorten it.",
            shown(name)
        )));
    }
    Ok((!line.is_empty()).then_some(line))
}

/// Characters that end a line, or that change how what follows is read without being seen: controls,
/// line and paragraph separators, marks of direction, invisible ones, and the block of tags.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn language(value: &str) -> Result<Language, Error> {
    Language::of_tag(value).ok_or_else(|| Error::Params("language must be de or en.".into()))
}

/// Where the connection is for one project, it is that one, whatever else was said: another one would
/// only lead to refusals.
fn fix(given: &mut Given, argument: &'static PromptArgument, project: &str) -> Result<(), Error> {
    match given.get(argument.name) {
        None => given.values.push((argument.name, project.to_owned())),
        // A short id may well be the same project's; the first tool call finds out.
        Some(value) if value.eq_ignore_ascii_case(project) || value.starts_with("p-") => {}
        Some(_) => {
            return Err(Error::Params(format!(
                "{} is another project than the one that this connection is for ({project}). Leave it \
                 out.",
                argument.name
            )));
        }
    }
    Ok(())
}

fn unknown(context: &Context<'_>, prompt: &'static Prompt, name: &str) -> Error {
    let names: Vec<&str> =
        asked_for(context, prompt).map(|argument| argument.name).chain([LANGUAGE]).collect();
    Error::Params(format!(
        "{} has no argument {}; it takes {}.",
        prompt.name,
        shown(name),
        names.join(", ")
    ))
}
