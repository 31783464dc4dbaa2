//! What a job keeps in mind about itself, to tell it where it stops midway.

use std::borrow::Cow;

/// What a job planned and did.
#[derive(Debug, Default)]
pub struct Account {
    /// Its steps, each as the rest of a sentence: "create the database".
    pub plan: &'static [&'static str],
    /// How many of them were begun.
    pub begun: usize,
    /// What exists now.
    pub made: Vec<Made>,
    /// How to go on from here by hand.
    pub next: Option<Cow<'static, str>>,
    /// Whether mittwald accepted a write.
    pub wrote: bool,
    /// Whether a write may have happened, though nobody knows.
    pub uncertain: bool,
}

/// Something that a job made.
#[derive(Debug)]
pub struct Made {
    /// What it is, as the rest of a sentence.
    pub what: &'static str,
    /// Its id.
    pub id: String,
    /// Tool that takes it away again.
    pub undo: Option<&'static str>,
}

/// What a job is told that would write without having asked.
pub const UNCONFIRMED: &str = "The connector has an error of its own: it would have changed this without asking. Nothing was sent.";
