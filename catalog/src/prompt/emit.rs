//! A prompt's constants, of the types in `src/catalog/prompt.rs`.

use super::{Argument, Completes, Kind, Prompt, Texts};
use crate::emit::{list, option, text_literal};

/// The table of prompts. `tool` gives a tool's position in the table of tools.
#[must_use]
pub fn table(prompts: &[Prompt], tool: impl Fn(&str) -> usize) -> String {
    let mut text = format!(
        "/// Every prompt, in the order of `prompts/list`.\npub static PROMPTS: [Prompt; {}] = [\n",
        prompts.len()
    );
    for one in prompts {
        text.push_str(&prompt(one, &tool));
        text.push_str(",\n");
    }
    text.push_str("];\n");
    text
}

fn prompt(prompt: &Prompt, tool: impl Fn(&str) -> usize) -> String {
    let kind = match prompt.kind {
        Kind::Tutorial => "Tutorial",
        Kind::HowTo => "HowTo",
        Kind::Runbook => "Runbook",
    };
    format!(
        "Prompt {{ name: {name}, kind: PromptKind::{kind}, tools: {tools}, arguments: {arguments}, \
         english: {english}, german: {german}, skill: {skill} }}",
        name = text_literal(&prompt.name),
        tools = list(&prompt.tools, |name| format!("&TOOLS[{}]", tool(name))),
        arguments = list(&prompt.arguments, argument),
        english = words(&prompt.en, &prompt.english_guide()),
        german = words(&prompt.de, &prompt.german_guide()),
        skill = option(prompt.skill_name(), |name| skill(prompt, &name)),
    )
}

fn argument(argument: &Argument) -> String {
    format!(
        "PromptArgument {{ name: {name}, required: {required}, completes: {completes}, \
         english: {english}, german: {german} }}",
        name = text_literal(&argument.name),
        required = argument.required,
        completes = option(argument.completes, completes),
        english = text_literal(argument.en.trim()),
        german = text_literal(argument.de.trim()),
    )
}

fn completes(completes: Completes) -> String {
    format!("Completes::{completes:?}")
}

fn words(texts: &Texts, guide: &[String]) -> String {
    format!(
        "Words {{ title: {title}, description: {description}, main: {main}, verify: {verify}, \
         roll_back: {roll_back}, resume: {resume}, guide: {guide} }}",
        title = text_literal(&texts.title),
        description = text_literal(&texts.description),
        main = text_literal(&texts.main),
        verify = text_literal(&texts.verify),
        roll_back = text_literal(&texts.roll_back),
        resume = text_literal(&texts.resume),
        guide = list(guide, text_literal),
    )
}

fn skill(prompt: &Prompt, name: &str) -> String {
    let files = list(prompt.skill_files(), |file| {
        format!(
            "SkillFile {{ path: {path}, pieces: {pieces}, size: {size}, digest: {digest} }}",
            path = text_literal(file.path),
            pieces = list(&file.pieces, text_literal),
            size = file.size(),
            digest = text_literal(file.digest()),
        )
    });
    format!(
        "Skill {{ name: {name}, description: {description}, files: {files} }}",
        name = text_literal(name),
        description = text_literal(prompt.skill_description()),
    )
}
