//! What a person writes in `tools/*.toml`.
//!
//! Nearly everything is optional here, so that all that is missing can be reported at once, in our
//! words; [`crate::tool::join`] insists. A key that no type below knows is refused by serde.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_json::Value;
use toml::Spanned;

use crate::own::OwnNotes;

/// A file: one family of tools.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The tools in the order of `tools/list`.
    #[serde(default, rename = "tool")]
    pub tools: Vec<Spanned<Declaration>>,
}

/// `[[tool]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// `mittwald_<resource>_<verb>`
    pub name: Option<Spanned<String>>,
    /// Short title for people.
    pub title: Option<Spanned<String>>,
    /// What, when, limits, side effects; for a model.
    pub description: Option<Spanned<String>>,
    /// `METHOD /path`
    pub operation: Option<Spanned<String>>,
    /// Which member of the body's union is sent, see [`crate::union::pick`].
    pub variant: Option<Spanned<Words>>,
    /// Job that the tool runs instead of one request, see [`crate::job`].
    pub job: Option<Spanned<String>>,
    /// Every operation that the job sends, besides its own.
    #[serde(default)]
    pub uses: Vec<Spanned<String>>,
    /// Those of them that it sends only to what it made itself a moment ago, so that nothing of the
    /// person's is overwritten or deleted.
    #[serde(default)]
    pub on_new: Vec<Spanned<String>>,
    /// Arguments of the job's own, see [`crate::own`].
    #[serde(default)]
    pub input: OwnNotes,
    /// Answer of the job's own, in place of `answer`.
    #[serde(default)]
    pub output: OwnNotes,
    /// Whether the answer has no other fields than `output`.
    #[serde(default)]
    pub closed: bool,
    /// Whether every surface serves the tool, whichever toolsets it names.
    #[serde(default)]
    pub everywhere: bool,
    /// Further members of the definition's `_meta`.
    #[serde(default)]
    pub meta: serde_json::Map<String, Value>,
    /// Operations that the tool uses without being their primary tool.
    #[serde(default)]
    pub rests_on: Vec<Spanned<String>>,
    /// What a call does.
    pub effect: Option<Spanned<Effect>>,
    /// Whether a person has to confirm each call.
    #[serde(default)]
    pub confirm: bool,
    /// Reading tools whose lists the preview of a confirmation shows: what goes along.
    #[serde(default)]
    pub shows: Vec<Spanned<String>>,
    /// The four hints of MCP.
    pub hints: Option<Spanned<Hints>>,
    /// mittwald scope, a list of those that are all needed, or `none`.
    pub scope: Option<Spanned<Words>>,
    /// Toolsets that serve the tool besides `all` and its family's.
    #[serde(default)]
    pub toolsets: Vec<Spanned<String>>,
    /// Whether plain `/mcp` serves it.
    #[serde(default)]
    pub core: bool,
    /// Whether the answer carries text that third parties wrote.
    #[serde(default)]
    pub untrusted: bool,
    /// How a call is bound to a project, see [`crate::binding`]; secondary ids after the first.
    pub project: Option<Spanned<Words>>,
    /// Arguments by the API's name, see [`crate::arguments`].
    #[serde(default)]
    pub args: BTreeMap<Spanned<String>, ArgumentNote>,
    /// Projection of the API's answer.
    pub answer: Option<Spanned<AnswerNote>>,
}

/// One text, or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// `"a"`
    One(String),
    /// `["a", "b"]`
    Many(Vec<String>),
}

impl Words {
    /// The texts.
    #[must_use]
    pub fn list(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(list) => list,
        }
    }
}

/// In OpenAI's sense: destructive = deletes, overwrites, cancels or revokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Adds something.
    Write,
    /// Deletes, overwrites, cancels or revokes something.
    Destructive,
}

/// The four hints; each must be said.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hints {
    /// `readOnlyHint`
    pub read_only: Option<bool>,
    /// `destructiveHint`
    pub destructive: Option<bool>,
    /// `idempotentHint`
    pub idempotent: Option<bool>,
    /// `openWorldHint`
    pub open_world: Option<bool>,
}

/// `[tool.args]`: `name = "description"`, or a table of these.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ArgumentTable {
    description: Option<String>,
    rename: Option<String>,
    fix: Option<Value>,
    default: Option<Value>,
    hide: bool,
    generate: Option<Generated>,
    same_as: Option<String>,
    flatten: bool,
    variant: Option<Words>,
    merge: bool,
    required: bool,
    header: Option<String>,
}

/// A value that the Worker makes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Generated {
    /// A random password that fits mittwald's policy.
    Password,
}

/// What is said about one API parameter or body key.
#[derive(Debug, Default)]
pub struct ArgumentNote {
    /// What the model reads.
    pub description: Option<String>,
    /// Name that the model sees, where it is not the API's.
    pub rename: Option<String>,
    /// Value that is always sent; no argument then.
    pub fix: Option<Value>,
    /// Value that we send where the call names none.
    pub default: Option<Value>,
    /// Not offered.
    pub hide: bool,
    /// Made by the Worker; no argument then.
    pub generate: Option<Generated>,
    /// Filled with what this argument (by our name) says; no argument of its own then.
    pub same_as: Option<String>,
    /// The keys of this body object become arguments themselves.
    pub flatten: bool,
    /// Which member of the union here is sent.
    pub variant: Option<Words>,
    /// The members of the union here become one object with the keys of all.
    pub merge: bool,
    /// We insist where the API does not.
    pub required: bool,
    /// Modern clients repeat it in `Mcp-Param-<this>`, see [`crate::mirror`].
    pub header: Option<String>,
}

impl<'de> Deserialize<'de> for ArgumentNote {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = ArgumentNote;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a description or a table")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ArgumentNote { description: Some(text.into()), ..ArgumentNote::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = ArgumentTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ArgumentNote {
                    description: table.description,
                    rename: table.rename,
                    fix: table.fix,
                    default: table.default,
                    hide: table.hide,
                    generate: table.generate,
                    same_as: table.same_as,
                    flatten: table.flatten,
                    variant: table.variant,
                    merge: table.merge,
                    required: table.required,
                    header: table.header,
                })
            }
        }
        deserializer.deserialize_any(TextOrTable)
    }
}

/// `[tool.answer]`: exactly one of `list`, `object`, `text`, `done`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerNote {
    /// The API answers an array; it gets this name.
    pub list: Option<String>,
    /// The API answers an object.
    #[serde(default)]
    pub object: bool,
    /// The API answers a text; it gets this name.
    pub text: Option<String>,
    /// The API answers nothing.
    #[serde(default)]
    pub done: bool,
    /// What is kept of the object or of each row.
    #[serde(default)]
    pub fields: Vec<Spanned<FieldNote>>,
}

/// A field: `"id"`, or a table.
#[derive(Debug)]
pub struct FieldNote {
    /// Name in our answer.
    pub name: String,
    /// Path in the API's answer, dotted; the name where it is not said.
    pub from: Option<String>,
    /// Fields of the object or of each row of the array there.
    pub fields: Vec<Spanned<FieldNote>>,
    /// A constant.
    pub value: Option<Value>,
    /// Copied whole, as an object whose keys we do not declare.
    pub open: bool,
    /// Looks like a secret, but is none.
    pub safe: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    name: String,
    from: Option<String>,
    #[serde(default)]
    fields: Vec<Spanned<FieldNote>>,
    value: Option<Value>,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    safe: bool,
}

impl<'de> Deserialize<'de> for FieldNote {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = FieldNote;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field or a table")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(FieldNote {
                    name: text.into(),
                    from: None,
                    fields: Vec::new(),
                    value: None,
                    open: false,
                    safe: false,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = FieldTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(FieldNote {
                    name: table.name,
                    from: table.from,
                    fields: table.fields,
                    value: table.value,
                    open: table.open,
                    safe: table.safe,
                })
            }
        }
        deserializer.deserialize_any(TextOrTable)
    }
}
