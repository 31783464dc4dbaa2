//! What people start by name: prompts, with the guides and skills that are made of the same texts.

use super::Tool;
use crate::http::Language;

/// A prompt.
#[derive(Debug)]
pub struct Prompt {
    /// Unique name, `^[a-z][a-z0-9_]{0,39}$`.
    pub name: &'static str,
    /// What kind of text it is.
    pub kind: PromptKind,
    /// The tools that its texts name.
    pub tools: &'static [&'static Tool],
    /// Its arguments, in the order in which a form asks for them.
    pub arguments: &'static [PromptArgument],
    /// English.
    pub english: Words,
    /// German.
    pub german: Words,
    /// The skill that says the same; how-tos have one.
    pub skill: Option<Skill>,
}

/// Kinds of prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// A longer job, walked through from the beginning.
    Tutorial,
    /// One thing done.
    HowTo,
    /// What to do in an emergency.
    Runbook,
}

/// An argument of a prompt.
#[derive(Debug)]
pub struct PromptArgument {
    /// Name; `{name}` in the texts.
    pub name: &'static str,
    /// Whether the prompt is nothing without it.
    pub required: bool,
    /// What its values are the ids of; `None` for free text.
    pub completes: Option<Completes>,
    /// English description.
    pub english: &'static str,
    /// German description.
    pub german: &'static str,
}

/// Things of a person whose ids arguments take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completes {
    /// A project.
    Project,
    /// An app installation.
    App,
    /// A MySQL or Redis database.
    Database,
    /// A domain.
    Domain,
    /// A mail address.
    MailAddress,
    /// A backup of a project.
    Backup,
    /// A conversation with support.
    Conversation,
    /// An organisation.
    Customer,
}

/// A prompt's texts in one language (Markdown; no headings in them).
#[derive(Debug)]
pub struct Words {
    /// What a menu shows.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub description: &'static str,
    /// The task itself.
    pub main: &'static str,
    /// How the result is checked.
    pub verify: &'static str,
    /// How it is undone.
    pub roll_back: &'static str,
    /// How it goes on after an interruption.
    pub resume: &'static str,
    /// The guide, in pieces that belong one behind the other.
    pub guide: &'static [&'static str],
}

/// A skill (Agent Skills, served as SEP-2640 says).
#[derive(Debug)]
pub struct Skill {
    /// Unique name: lower-case words with hyphens.
    pub name: &'static str,
    /// When to use it.
    pub description: &'static str,
    /// Every file, `SKILL.md` first.
    pub files: &'static [SkillFile],
}

/// A file of a skill.
#[derive(Debug)]
pub struct SkillFile {
    /// Path below the skill's folder.
    pub path: &'static str,
    /// What it says, in pieces that belong one behind the other.
    pub pieces: &'static [&'static str],
    /// Bytes of the whole file.
    pub size: usize,
    /// `sha256:` and the hexadecimal digest of the whole file.
    pub digest: &'static str,
}

impl Prompt {
    /// The texts in a language.
    #[must_use]
    pub const fn words(&'static self, language: Language) -> &'static Words {
        match language {
            Language::German => &self.german,
            Language::English => &self.english,
        }
    }
}

impl PromptArgument {
    /// The description in a language.
    #[must_use]
    pub const fn description(&self, language: Language) -> &'static str {
        language.pick(self.german, self.english)
    }
}

/// The prompt of this name.
#[must_use]
pub fn find_prompt(name: &str) -> Option<&'static Prompt> {
    super::PROMPTS.iter().find(|prompt| prompt.name == name)
}
