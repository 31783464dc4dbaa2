//! A tool's definition as `tools/list` sends it.

use serde_json::{Map, Value, json};

use crate::request::Argument;
use crate::rules::AllHints;

/// What goes into a definition.
#[derive(Debug)]
pub struct Definition<'a> {
    /// `name`
    pub name: &'a str,
    /// `title`
    pub title: &'a str,
    /// `description`
    pub description: &'a str,
    /// Arguments for `inputSchema`.
    pub arguments: Vec<&'a Argument>,
    /// `outputSchema`
    pub output_schema: Value,
    /// `annotations`
    pub hints: AllHints,
    /// `securitySchemes`
    pub scopes: &'a [String],
    /// Further members of `_meta`
    pub meta: &'a Map<String, Value>,
}

impl Definition<'_> {
    /// The definition where this argument is fixed, and so not offered.
    #[must_use]
    pub fn without(mut self, argument: &str) -> Self {
        self.arguments.retain(|offered| offered.name != argument);
        self
    }

    /// The JSON object, keys in the order of the MCP specification.
    #[must_use]
    pub fn json(&self) -> Value {
        self.with_input(input_schema(&self.arguments))
    }

    /// The same for clients of the modern era, where some argument is to be repeated in a header. Nobody
    /// else learns of it: to the others it would be a keyword that some of them refuse.
    #[must_use]
    pub fn modern_json(&self) -> Option<Value> {
        let mut schema = input_schema(&self.arguments);
        let mut any = false;
        for argument in &self.arguments {
            if let Some(header) = &argument.header {
                schema["properties"][&argument.name]["x-mcp-header"] = json!(header);
                any = true;
            }
        }
        any.then(|| self.with_input(schema))
    }

    fn with_input(&self, input_schema: Value) -> Value {
        let schemes = json!([{ "type": "oauth2", "scopes": self.scopes }]);
        let mut meta = self.meta.clone();
        meta.insert("securitySchemes".into(), schemes.clone());
        json!({
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": input_schema,
            "outputSchema": self.output_schema,
            "annotations": {
                // 2025-03-26 clients know a title only here.
                "title": self.title,
                "readOnlyHint": self.hints.read_only,
                "destructiveHint": self.hints.destructive,
                "idempotentHint": self.hints.idempotent,
                "openWorldHint": self.hints.open_world,
            },
            // OpenAI reads the first, and the copy where a client drops unknown keys.
            "securitySchemes": schemes,
            "_meta": meta,
        })
    }
}

/// `inputSchema` of these arguments.
#[must_use]
pub fn input_schema(arguments: &[&Argument]) -> Value {
    if arguments.is_empty() {
        return json!({ "type": "object", "additionalProperties": false });
    }
    let properties: Map<String, Value> = arguments
        .iter()
        .map(|argument| (argument.name.clone(), argument_schema(argument)))
        .collect();
    let required: Vec<&str> = arguments
        .iter()
        .filter(|argument| argument.required)
        .map(|argument| argument.name.as_str())
        .collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if let (Some(schema), false) = (schema.as_object_mut(), required.is_empty()) {
        schema.insert("required".into(), json!(required));
    }
    schema
}

fn argument_schema(argument: &Argument) -> Value {
    let mut schema = argument.shape.json_schema();
    if !argument.description.is_empty() {
        schema.insert("description".into(), json!(argument.description));
    }
    if let Some(default) = &argument.shown_default {
        schema.insert("default".into(), default.clone());
    }
    Value::Object(schema)
}
