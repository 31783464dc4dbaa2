//! Multi round-trip requests (2026-07-28 basic/patterns/mrtr): a tool that needs to know something first
//! ends with questions instead of an answer; the client finds out, and sends the same call again with
//! what it found. Nothing is remembered in between: what a tool wants to know in the next round travels
//! with the client, sealed ([`InputRequired::state`]).
//!
//! A tool reads [`Input`] from its environment, asks what is missing with [`InputRequired`], and looks at
//! [`Input::can`] before: a question that the client cannot be asked is an error to it (-32021), for tools
//! that cannot do without. Legacy clients can be asked nothing. The same goes for prompts and resources.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::mittwald::json;

/// What the client can be asked (2026-07-28 basic/index, "Capabilities"). Default: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// To show a form to the person.
    pub form: bool,
    /// To send the person to an address.
    pub url: bool,
    /// To let its model write something.
    pub sampling: bool,
    /// To name its roots.
    pub roots: bool,
}

/// What came with a call, besides its arguments.
#[derive(Debug, Default)]
pub struct Input<'a> {
    /// What the client can be asked.
    pub can: Abilities,
    /// What it answered, by the key of the question; each an object. Keys that nobody asked for are there
    /// as well, and nobody looks at them. A key that was asked for and is missing: ask again.
    pub answers: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// The state of the round before, as the tool gave it: it is of this person, connection, tool and
    /// arguments, and younger than ten minutes. `None` in the first round, and also where a client leaves
    /// it out: a tool that relies on it begins anew then.
    pub state: Option<String>,
}

/// For whoever can ask nothing and was told nothing.
pub static NO_INPUT: Input<'static> = Input {
    can: Abilities { form: false, url: false, sampling: false, roots: false },
    answers: Vec::new(),
    state: None,
};

/// How the person took a question (2025-11-25 client/elicitation, "Response Actions").
#[derive(Debug, Clone, Copy)]
pub enum Elicited<'a> {
    /// Agreed; with what a form brought, as an object. Its values are the client's word: check them.
    Accepted(Option<&'a RawValue>),
    /// Said no.
    Declined,
    /// Went away without a decision.
    Cancelled,
}

impl Input<'_> {
    /// The client's answer to the question with this key, as it came.
    #[must_use]
    pub fn answer(&self, key: &str) -> Option<&RawValue> {
        self.answers.iter().find(|(name, _)| name == key).map(|(_, answer)| *answer)
    }

    /// How the person took a question; `None` where there is no answer, or one that is none: ask again.
    #[must_use]
    pub fn elicited(&self, key: &str) -> Option<Elicited<'_>> {
        let answer = self.answer(key)?;
        let [action, content] = json::pick(answer.get(), ["action", "content"]).ok()?;
        match json::text(action?)?.as_ref() {
            "accept" => match content {
                Some(content) if !json::is_object(content) => None,
                content => Some(Elicited::Accepted(content)),
            },
            "decline" => Some(Elicited::Declined),
            "cancel" => Some(Elicited::Cancelled),
            _ => None,
        }
    }
}

/// A request to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// `elicitation/create`, a form. Never for secrets: the answer passes the client.
    Form {
        /// What the person reads.
        message: String,
        /// JSON schema of the form: a flat object of strings, numbers, booleans and choices.
        schema: Cow<'static, str>,
    },
    /// `elicitation/create`, an address that the person opens. It must be https, tell nothing of the person,
    /// and sign in whoever opens it.
    Url {
        /// What the person reads.
        message: String,
        /// The address.
        url: String,
    },
    /// `sampling/createMessage`.
    Sampling {
        /// Its parameters, a JSON object.
        params: Cow<'static, str>,
    },
    /// `roots/list`.
    Roots,
}

/// What a tool needs to know before it goes on. There is at least one question or a state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputRequired {
    /// Questions, each under a key of the tool's.
    pub questions: Vec<(Cow<'static, str>, Question)>,
    /// What the tool wants to know in the next round. The client carries it, and can neither read nor
    /// change it, nor use it for another call; but it can use it twice.
    pub state: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_form_is_none() {
        let text = r#"{"ok":{"action":"accept","content":{"a":1}},"bare":{"action":"accept"},
            "no":{"action":"decline"},"away":{"action":"cancel"},"odd":{"action":"perhaps"},
            "list":{"action":"accept","content":[]},"none":{},"twice":{"action":"accept","action":"decline"}}"#;
        let input = Input { answers: json::members(text).unwrap(), ..Input::default() };
        let taken = |key| match input.elicited(key) {
            Some(Elicited::Accepted(content)) => content.map_or("accepted", RawValue::get),
            Some(Elicited::Declined) => "declined",
            Some(Elicited::Cancelled) => "cancelled",
            None => "none",
        };
        let keys = ["ok", "bare", "no", "away", "odd", "list", "none", "twice", "unasked"];
        assert_eq!(
            keys.map(taken),
            [
                "{\"a\":1}",
                "accepted",
                "declined",
                "cancelled",
                "none",
                "none",
                "none",
                "none",
                "none"
            ]
        );
    }
}
