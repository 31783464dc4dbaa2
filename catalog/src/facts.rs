//! `operations.json`: the facts of the mittwald API, and nothing but facts.
//!
//! Methods, paths, names, types, enums, formats and limits of every operation that is in force
//! (not deprecated, with an `operationId`). Prose (descriptions, titles, summaries, examples) has
//! no place in these types, so it cannot slip into the file. Both the compiler and the sandbox
//! read it; [`crate::openapi`] makes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Command that makes the file.
    pub generated_by: String,
    /// `info.version` of the OpenAPI document.
    pub api_version: String,
    /// Operations by `METHOD /path`.
    pub operations: BTreeMap<String, Operation>,
    /// Named schemas that some operation reaches.
    pub schemas: BTreeMap<String, Schema>,
}

/// One API operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The API's `operationId`.
    pub id: String,
    /// The API's first tag.
    pub tag: String,
    /// Whether a token is needed; `false` where the API says `security: []`.
    pub auth: bool,
    /// Path, query and header parameters, in this order, each group sorted by name.
    pub params: Vec<Param>,
    /// Request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Responses by status (`200`, `default`).
    pub responses: BTreeMap<String, Response>,
}

/// A request parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Name on the wire.
    pub name: String,
    /// Where it is sent.
    #[serde(rename = "in")]
    pub place: ParamPlace,
    /// Whether the API insists on it.
    pub required: bool,
    /// What it accepts.
    pub schema: Schema,
}

/// Where a parameter is sent. The order is the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamPlace {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
}

/// A request body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Whether the API insists on it.
    pub required: bool,
    /// Media type, JSON where the API offers several.
    #[serde(rename = "type")]
    pub media_type: String,
    /// What it accepts.
    pub schema: Schema,
}

/// A response.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Media type, JSON where the API offers several; absent where there is no content.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Shape of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// Names of the declared headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
}

/// A JSON schema in the subset that the API uses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Schema {
    /// `#/schemas/<name>`; such a schema has no other key.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// JSON type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Format, for example `uuid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Whether null is a value too.
    #[serde(skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Whether it only occurs in answers.
    #[serde(skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Closed list of values.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// Value where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// Largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// OpenAPI 3.0 style: whether `minimum` itself is excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_minimum: Option<Value>,
    /// OpenAPI 3.0 style: whether `maximum` itself is excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_maximum: Option<Value>,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// Regular expression of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Fewest elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u64>,
    /// Most elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u64>,
    /// Whether elements must differ.
    #[serde(skip_serializing_if = "is_false")]
    pub unique_items: bool,
    /// Fewest keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_properties: Option<u64>,
    /// Most keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_properties: Option<u64>,
    /// Keys that must be there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Keys of an object.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Schema>,
    /// Other keys of an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_properties: Option<Additional>,
    /// Elements of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Schema>>,
    /// Exactly one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Schema>,
    /// At least one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<Schema>,
    /// All of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all_of: Vec<Schema>,
}

/// JSON type of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text.
    String,
    /// Whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Array.
    Array,
    /// Object.
    Object,
}

/// `additionalProperties`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Additional {
    /// Allowed or not.
    Flag(bool),
    /// Allowed with this shape.
    Schema(Box<Schema>),
}

// serde's `skip_serializing_if` hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Prefix of every reference in the file.
pub const REF_PREFIX: &str = "#/schemas/";

impl Facts {
    /// Reads the file's text.
    ///
    /// # Errors
    /// JSON that is broken or has other keys than these types.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The file's text: one operation and one schema per line, so that a diff names what changed.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{{");
        let _ = writeln!(text, "\"generated_by\": {},", json(&self.generated_by));
        let _ = writeln!(text, "\"api_version\": {},", json(&self.api_version));
        let _ = writeln!(text, "\"operations\": {{");
        lines(&mut text, &self.operations);
        let _ = writeln!(text, "}},\n\"schemas\": {{");
        lines(&mut text, &self.schemas);
        let _ = writeln!(text, "}}\n}}");
        text
    }

    /// The schema itself, references followed. `None` for a reference to nothing.
    #[must_use]
    pub fn resolve<'a>(&'a self, mut schema: &'a Schema) -> Option<&'a Schema> {
        // A chain of bare references that is longer than the file has schemas is a circle.
        for _ in 0..=self.schemas.len() {
            let Some(reference) = &schema.reference else {
                return Some(schema);
            };
            schema = self.schemas.get(reference.strip_prefix(REF_PREFIX)?)?;
        }
        None
    }
}

impl Operation {
    /// Every schema of the operation: parameters, body, responses.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let params = self.params.iter().map(|param| &param.schema);
        let body = self.body.iter().map(|body| &body.schema);
        let responses = self.responses.values().filter_map(|response| response.schema.as_ref());
        params.chain(body).chain(responses)
    }

    /// The first success response with content, else the first success response.
    #[must_use]
    pub fn success(&self) -> Option<&Response> {
        let mut successes = self
            .responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .map(|(_, response)| response);
        successes.clone().find(|response| response.schema.is_some()).or_else(|| successes.next())
    }

    /// The parameter of this name in this place.
    #[must_use]
    pub fn param(&self, place: ParamPlace, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.place == place && param.name == name)
    }
}

fn lines<T: Serialize>(text: &mut String, map: &BTreeMap<String, T>) {
    let last = map.len().saturating_sub(1);
    for (index, (key, value)) in map.iter().enumerate() {
        let comma = if index == last { "" } else { "," };
        let _ = writeln!(text, "{}: {}{comma}", json(key), json(value));
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("facts hold nothing that JSON cannot say")
}
