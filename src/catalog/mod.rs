//! The compiled tool catalogue: the shapes of its tables, and the tables themselves.
//!
//! `build.rs` lets the `mittwald-catalog` crate join `catalog/operations.json` (facts of the
//! mittwald API) with `catalog/tools/*.toml` (our tools, in our words) and write one Rust file of
//! constants in terms of the types below. Everything is `'static`: looking a tool up allocates
//! nothing, and a tool that passed the compiler cannot name a parameter that the API lacks.

mod answer;
mod operation;
mod prompt;
mod tables {
    // The generated file names the types below without a path.
    #[allow(clippy::wildcard_imports)]
    use super::*;
    include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
}

pub use answer::{Answer, Field, Source};
pub use operation::{Job, Operation, PathPart, Use, Verb};
pub use prompt::{
    Completes, Prompt, PromptArgument, PromptKind, Skill, SkillFile, Words, find_prompt,
};
/// Every older name of a tool, sorted. They can be called; `tools/list` shows the tools only.
pub use tables::ALIASES;
/// Every tool in the order in which `tools/list` shows them: `mittwald_project_list` first, then
/// family by family.
pub use tables::LISTING;
/// Every prompt, in the order of `prompts/list`.
pub use tables::PROMPTS;
/// Every scope that some tool needs, sorted.
pub use tables::SCOPES;
/// Every tool, sorted by name.
pub use tables::TOOLS;
/// Every toolset (`/mcp/x/<toolset>`), in the order of `tools/list`.
pub use tables::TOOLSETS;

/// One tool as the connector serves it.
#[derive(Debug)]
pub struct Tool {
    /// Unique name, `^[a-z][a-z0-9_]{0,39}$`.
    pub name: &'static str,
    /// What a call does to the person's hosting.
    pub effect: Effect,
    /// mittwald scopes that a call needs, all of them, for example `project:read`; none where the API
    /// asks for none.
    pub scopes: &'static [&'static str],
    /// Whether a person must confirm each call.
    pub confirm: bool,
    /// What they see before.
    pub preview: Preview,
    /// Whether plain `/mcp` serves it.
    pub core: bool,
    /// Whether every surface serves it, whichever toolsets it names.
    pub everywhere: bool,
    /// Toolsets that serve it (`/mcp/x/<toolset>`), its family's first.
    pub toolsets: &'static [&'static str],
    /// How a call is proved to stay inside a fixed project.
    pub project: Binding,
    /// How secondary ids are, each where the call names it.
    pub secondary: &'static [Binding],
    /// Whether the answer carries text that third parties wrote: it is fenced and labelled as data.
    pub untrusted: bool,
    /// Every argument, sorted by name.
    pub args: &'static [Arg],
    /// Which of the arguments go together.
    pub choices: &'static [Choice],
    /// The request that a call turns into; a job may have none of its own.
    pub operation: Option<Operation>,
    /// The job that runs in place of one request.
    pub job: Option<Job>,
    /// How the API's answer becomes ours.
    pub answer: Answer,
    /// The tool's definition as `tools/list` sends it: one JSON object, ready to be copied.
    pub json: &'static str,
    /// The definition where a project is fixed, if that takes the project's argument away.
    pub project_json: Option<&'static str>,
    /// The definition for clients of the modern era, where no project is fixed, if they repeat some
    /// argument in a header.
    pub modern_json: Option<&'static str>,
    /// Those arguments, each with its header.
    pub mirrored: &'static [(&'static str, &'static str)],
}

/// What a person is shown before they confirm a call.
#[derive(Debug)]
pub struct Preview {
    /// The reading tool that shows the thing itself, and which of its arguments (first) ours fill.
    pub shown_by: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    /// Reading tools that list what goes along, asked with arguments of the same name.
    pub lists: &'static [&'static str],
}

/// What a tool does, in OpenAI's sense: destructive = deletes, overwrites, cancels or revokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Adds something.
    Write,
    /// Deletes, overwrites, cancels or revokes something.
    Destructive,
}

/// Where the project of a call is found.
#[derive(Debug)]
pub enum Binding {
    /// The tool belongs to no project and is not served under `/mcp/p/{projectId}`.
    None,
    /// It shows what belongs to nobody, and is served everywhere.
    Public,
    /// The job looks to it itself that it stays inside.
    Own,
    /// This argument is the project's id: it disappears from the schema there, and is filled.
    Argument(&'static str),
    /// The API's answer (each row of it, in a list) has the project's id at this path of keys.
    Answer(&'static [&'static str]),
    /// The answers of these GETs lead to it, the last one has it.
    Via(&'static [Lookup]),
    /// The project's own list has the id.
    Listed {
        /// The list; the parameter of its path is the project.
        lookup: Lookup,
        /// Argument with the id, or a dotted way into one.
        argument: &'static str,
    },
}

/// A GET that tells where something belongs.
#[derive(Debug)]
pub struct Lookup {
    /// Its path. The first lookup's is filled from the tool's own arguments (a dotted name leads into
    /// lists and objects; `*` stands for each value of a map, `#` for each key); the one parameter of
    /// a further one is what the lookup before found.
    pub path: &'static [PathPart],
    /// Path of keys in its answer (in each row of it, in a list) to what is looked for.
    pub at: &'static [&'static str],
}

/// Arguments that go together: the variants of a union in the API's body, made flat.
///
/// The arguments of a choice are all that its members name. Given are those that the call names, or
/// a default fills. If none is given, and the choice is not `required`, nothing is checked and
/// nothing sent. Else some member must fit, and the first that does adds what it `sends`.
#[derive(Debug)]
pub struct Choice {
    /// Whether one of the members must fit even where none of the arguments is given.
    pub required: bool,
    /// The combinations that the API takes.
    pub members: &'static [Member],
}

/// A combination of arguments, or of keys in a [`Shape::OneOf`]. It fits where everything in `needs`
/// is given, nothing of the choice that is neither in `needs` nor in `may` is given, and each given
/// argument of `when` has one of the values. (`when` may name an argument that is required anyway,
/// and so stands in neither list.)
#[derive(Debug)]
pub struct Member {
    /// Must be given.
    pub needs: &'static [&'static str],
    /// May be given.
    pub may: &'static [&'static str],
    /// Must then have one of these values (text).
    pub when: &'static [(&'static str, &'static [&'static str])],
    /// Sent in the body besides: path of object keys, JSON text. Empty in a [`Shape::OneOf`].
    pub sends: &'static [(&'static [&'static str], &'static str)],
}

/// An older name of a tool. A call is a call of `tool` with the fixed arguments added, which the
/// call itself may not name.
#[derive(Debug)]
pub struct Alias {
    /// The older name, no tool's.
    pub name: &'static str,
    /// The tool.
    pub tool: &'static Tool,
    /// Argument of the tool, JSON text of its value.
    pub fixed: &'static [(&'static str, &'static str)],
}

/// One argument of a tool.
#[derive(Debug)]
pub struct Arg {
    /// Name that the model sees.
    pub name: &'static str,
    /// Whether a call without it is refused.
    pub required: bool,
    /// What values are accepted.
    pub shape: Shape,
    /// Where the value goes.
    pub place: Place,
    /// JSON text of the value to send where the call names none.
    pub default: Option<&'static str>,
    /// Tool that its description names as the source of valid values.
    pub listed_by: Option<&'static str>,
}

impl Arg {
    /// Whether its value says what the call is about: it stands in the path, or a job has it for an id.
    #[must_use]
    pub fn names_something(&self) -> bool {
        match self.place {
            Place::Path => true,
            Place::Own => self.name.ends_with("Id"),
            _ => false,
        }
    }
}

/// Where an argument's value goes in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Into the path, where [`PathPart::Arg`] names it.
    Path,
    /// Query parameter of this name; an array becomes a repeated key.
    Query(&'static str),
    /// Into the JSON body at this path of object keys; an empty path is the whole body.
    Body(&'static [&'static str]),
    /// Page size: the API's `limit`. Absent: [`DEFAULT_LIMIT`].
    Limit,
    /// Page number from 1: sent as the API's `skip`, a multiple of the limit.
    Page,
    /// Nowhere: what a person's confirmation comes back as.
    Confirmation,
    /// Nowhere by itself: the job makes something of it.
    Own,
}

/// Rows of a page when the call names no limit.
pub const DEFAULT_LIMIT: u64 = 50;

/// Accepted values of an argument, from the API's own schema.
#[derive(Debug)]
pub enum Shape {
    /// Text.
    Text {
        /// Fewest characters.
        min: u32,
        /// Most characters; `u32::MAX` where the API sets no limit.
        max: u32,
        /// Closed list of values; empty where any text goes.
        values: &'static [&'static str],
        /// Format that the text must have.
        format: Option<Format>,
    },
    /// Whole number within bounds (inclusive).
    Integer {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// Any JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// List of values of one shape.
    List {
        /// Shape of each element.
        items: &'static Shape,
        /// Fewest elements.
        min: u32,
        /// Most elements; `u32::MAX` where the API sets no limit.
        max: u32,
    },
    /// Object with these keys and no others; an empty list accepts any object.
    Object(&'static [Key]),
    /// Object with some of these keys, in one of these combinations.
    OneOf {
        /// The keys; required are those that all combinations need.
        keys: &'static [Key],
        /// The combinations.
        members: &'static [Member],
    },
    /// Object with any keys, whose values all have this shape.
    Map(&'static Shape),
}

/// A key of a [`Shape::Object`] or [`Shape::OneOf`].
#[derive(Debug)]
pub struct Key {
    /// Name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Shape of its value.
    pub shape: Shape,
}

/// Formats that arguments are checked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4122 UUID.
    Uuid,
    /// RFC 3339 date and time.
    DateTime,
    /// RFC 3339 full date.
    Date,
    /// E-mail address.
    Email,
    /// Absolute URI.
    Uri,
}

/// The alias of this name.
#[must_use]
pub fn find_alias(name: &str) -> Option<&'static Alias> {
    let index = ALIASES.binary_search_by(|alias| alias.name.cmp(name)).ok()?;
    ALIASES.get(index)
}

/// The tool of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.binary_search_by(|tool| tool.name.cmp(name)).ok().and_then(|index| TOOLS.get(index))
}
