//! What is wrong with the catalogue, and where: `file:line: message`.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// One thing that must be put right before the catalogue compiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File that has to change.
    pub file: PathBuf,
    /// Line in it, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.message)
    }
}

/// A TOML file with its text, which turns spans into lines.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, as a problem of its first line.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Self { path: path.into(), text }),
            Err(error) => Err(Problem {
                file: path.into(),
                line: 1,
                message: format!("cannot be read: {error}"),
            }),
        }
    }

    /// The file as TOML.
    ///
    /// # Errors
    /// The first place where it is not TOML or not of type `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        toml::from_str(&self.text)
            .map_err(|error| self.problem(error.span().unwrap_or_default(), error.message()))
    }

    /// A problem at a place of this file.
    #[must_use]
    pub fn problem(&self, span: Range<usize>, message: impl Into<String>) -> Problem {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        Problem {
            file: self.path.clone(),
            line: before.matches('\n').count() + 1,
            message: message.into(),
        }
    }

    /// Text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Collects the problems of one declared tool, each with the tool's name in front.
#[derive(Debug)]
pub struct Report<'a> {
    source: &'a Source,
    subject: String,
    problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    /// An empty report about `subject`, a tool's name.
    #[must_use]
    pub fn new(source: &'a Source, subject: impl Into<String>) -> Self {
        Self { source, subject: subject.into(), problems: Vec::new() }
    }

    /// Adds a problem.
    pub fn add(&mut self, span: &Range<usize>, message: impl fmt::Display) {
        let message = format!("{}: {message}", self.subject);
        self.problems.push(self.source.problem(span.clone(), message));
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// What was added.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
