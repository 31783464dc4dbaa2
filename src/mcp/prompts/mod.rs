//! `prompts/list` and `prompts/get` (2025-11-25 server/prompts): what a person starts by name.
//!
//! A prompt comes as one user message with all its four parts: the task, the check, the way back, the
//! way on after an interruption. Hosts put messages into a conversation as they come, and a message
//! in the assistant's name would be words that it never said; parts that came one by one would have
//! to be asked for, and the last two are needed just when nobody thinks of asking.
//!
//! - here: the two methods
//! - `values`: the arguments that came, checked
//! - `message`: the message, with the arguments in it

mod message;
mod values;

use super::Context;
use super::dispatch::Outcome;
use super::error::{Error, shown};
use super::frame::Call;
use super::reply::ResultWriter;
use super::revision::Revision;
use super::{locale, params};
use crate::catalog::{self, Completes, PROMPTS, Prompt, PromptArgument};
use crate::http::Language;
use crate::mittwald::json;
use crate::tools::spelling;

pub use values::{LANGUAGE, LANGUAGES};

/// Lists every prompt, on one page, in the person's language. Every address lists the same: which
/// tools a prompt would lack here, its message says.
///
/// # Errors
/// -32602 for a cursor.
pub fn list(context: &Context<'_>, call: &Call<'_>, revision: Revision) -> Outcome {
    params::no_cursor(call)?;
    let language = locale::of(context, call);
    let writer = ResultWriter::open(call.id.get(), revision, None, 32_768);
    let writer = writer.with("prompts", |out| {
        out.push('[');
        for prompt in &PROMPTS {
            json::push_comma(out);
            definition(out, context, prompt, language);
        }
        out.push(']');
    });
    // Private by `cacheable`: it depends on the reader's language.
    Ok(writer.cacheable(revision).close())
}

fn definition(
    out: &mut String,
    context: &Context<'_>,
    prompt: &'static Prompt,
    language: Language,
) {
    let words = prompt.words(language);
    out.push('{');
    for (name, text) in
        [("name", prompt.name), ("title", words.title), ("description", words.description)]
    {
        json::push_name(out, name);
        json::push_string(out, text);
    }
    json::push_name(out, "arguments");
    out.push('[');
    for argument in asked_for(context, prompt) {
        let description = argument.description(language);
        push_argument(out, argument.name, description, argument.required);
    }
    push_argument(out, LANGUAGE, values::about_language(language), false);
    out.push_str("]}");
}

fn push_argument(out: &mut String, name: &str, description: &str, required: bool) {
    json::push_comma(out);
    out.push_str("{\"name\":");
    json::push_string(out, name);
    out.push_str(",\"description\":");
    json::push_string(out, description);
    out.push_str(if required { ",\"required\":true}" } else { ",\"required\":false}" });
}

/// The arguments that a person is asked for: a project that is fixed anyway is none of them.
pub fn asked_for<'a>(
    context: &Context<'a>,
    prompt: &'static Prompt,
) -> impl Iterator<Item = &'static PromptArgument> + use<'a> {
    let fixed = context.project().is_some();
    prompt.arguments.iter().filter(move |argument| !(fixed && is_project(argument)))
}

/// Whether an argument names a project.
fn is_project(argument: &PromptArgument) -> bool {
    argument.completes == Some(Completes::Project)
}

/// Gives a prompt's message, in the language of its argument `language`, else in the person's.
///
/// # Errors
/// -32602 for a name that no prompt has, and for arguments that are missing, unknown or no texts.
pub fn get(context: &Context<'_>, call: &Call<'_>, revision: Revision) -> Outcome {
    let [name, arguments] = params::members(call, ["name", "arguments"])?;
    let prompt = named(&params::text(name, "name", "the name of a prompt")?)?;
    let given = values::read(context, prompt, arguments)?;
    let language = given.language.unwrap_or_else(|| locale::of(context, call));
    let text = message::write(context, prompt, &given, language);
    let writer = ResultWriter::open(call.id.get(), revision, None, text.len());
    Ok(writer
        .string("description", prompt.words(language).description)
        .with("messages", |out| {
            out.push_str("[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":");
            json::push_string(out, &text);
            out.push_str("}}]");
        })
        .close())
}

/// The prompt of this name.
///
/// # Errors
/// -32602 that names what was probably meant.
pub fn named(name: &str) -> Result<&'static Prompt, Error> {
    catalog::find_prompt(name).ok_or_else(|| {
        let near = spelling::nearest(name, PROMPTS.iter().map(|prompt| prompt.name));
        let near = near.map(|near| format!(" {near} is probably meant.")).unwrap_or_default();
        Error::Params(format!(
            "Prompt not found: {}.{near} prompts/list shows them all.",
            shown(name)
        ))
    })
}

#[cfg(test)]
mod tests;
