//! What is made of a prompt's texts besides the prompt: the guide that people read, and the skill
//! that a host loads (Agent Skills, SEP-2640). Both are lists of pieces that the Worker puts together,
//! so that no text stands in it twice; the digests of a skill are taken here, from the same pieces.

use sha2::{Digest, Sha256};

use super::{Argument, Kind, Prompt, Texts};

/// A file of a skill.
#[derive(Debug)]
pub struct SkillFile {
    /// Path below the skill's folder.
    pub path: &'static str,
    /// What it says, in pieces.
    pub pieces: Vec<String>,
}

/// Words around the texts, in one language.
struct Frame {
    arguments: &'static str,
    required: &'static str,
    optional: &'static str,
    task: &'static str,
    verify: &'static str,
    roll_back: &'static str,
    resume: &'static str,
}

const ENGLISH: Frame = Frame {
    arguments: "What you need",
    required: "needed",
    optional: "if you like",
    task: "The task",
    verify: "Check the result",
    roll_back: "Undo it",
    resume: "After an interruption",
};

const GERMAN: Frame = Frame {
    arguments: "Was Sie brauchen",
    required: "nötig",
    optional: "wenn Sie möchten",
    task: "Die Aufgabe",
    verify: "Das Ergebnis prüfen",
    roll_back: "Rückgängig machen",
    resume: "Nach einer Unterbrechung",
};

impl Prompt {
    /// The English guide (Markdown), in pieces.
    #[must_use]
    pub fn english_guide(&self) -> Vec<String> {
        guide(&self.en, &self.arguments, &ENGLISH, |argument| &argument.en)
    }

    /// The German guide.
    #[must_use]
    pub fn german_guide(&self) -> Vec<String> {
        guide(&self.de, &self.arguments, &GERMAN, |argument| &argument.de)
    }

    /// The skill's name; `None` where the prompt is no how-to. Skills have hyphens (Agent Skills,
    /// "name").
    #[must_use]
    pub fn skill_name(&self) -> Option<String> {
        (self.kind == Kind::HowTo).then(|| self.name.replace('_', "-"))
    }

    /// The skill's description: what it does, and that it needs this connector's tools.
    #[must_use]
    pub fn skill_description(&self) -> String {
        format!("{} Uses the tools of the mittwald connector.", sentence(&self.en.description))
    }

    /// The skill's files; none where the prompt is no how-to. The German guide lies in a folder of its
    /// own, as the specification proposes for what a host loads only when it is needed.
    #[must_use]
    pub fn skill_files(&self) -> Vec<SkillFile> {
        let Some(name) = self.skill_name() else { return Vec::new() };
        let mut manifest = vec![format!(
            "---\nname: {name}\ndescription: {}\n---\n\n",
            serde_json::Value::String(self.skill_description())
        )];
        manifest.extend(self.english_guide());
        manifest.push(
            "\nThe same in German, for people who speak it: [references/de.md](references/de.md).\n"
                .into(),
        );
        vec![
            SkillFile { path: "SKILL.md", pieces: manifest },
            SkillFile { path: "references/de.md", pieces: self.german_guide() },
        ]
    }
}

impl SkillFile {
    /// Bytes of the whole file.
    #[must_use]
    pub fn size(&self) -> usize {
        self.pieces.iter().map(String::len).sum()
    }

    /// `sha256:` and 64 hexadecimal digits, over the whole file.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        self.pieces.iter().for_each(|piece| hash.update(piece));
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }
}

fn guide<'a>(
    texts: &'a Texts,
    arguments: &'a [Argument],
    frame: &Frame,
    described: impl Fn(&'a Argument) -> &'a str,
) -> Vec<String> {
    let mut pieces =
        vec!["# ".into(), texts.title.clone(), "\n\n".into(), texts.description.clone()];
    if !arguments.is_empty() {
        let mut list = format!("\n\n## {}\n", frame.arguments);
        for argument in arguments {
            let need = if argument.required { frame.required } else { frame.optional };
            list.push_str(&format!(
                "\n- `{{{}}}` ({need}): {}",
                argument.name,
                described(argument).trim()
            ));
        }
        pieces.push(list);
    }
    for (heading, text) in [
        (frame.task, &texts.main),
        (frame.verify, &texts.verify),
        (frame.roll_back, &texts.roll_back),
        (frame.resume, &texts.resume),
    ] {
        pieces.push(format!("\n\n## {heading}\n\n"));
        pieces.push(text.clone());
    }
    pieces.push("\n".into());
    pieces
}

fn sentence(text: &str) -> String {
    let ended = text.ends_with(['.', '!', '?']);
    if ended { text.to_owned() } else { format!("{text}.") }
}
