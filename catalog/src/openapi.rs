//! From mittwald's OpenAPI 3.0 document to [`Facts`]: takes what is in force, drops the prose.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use thiserror::Error;

use crate::facts::{
    Additional, Body, Facts, Operation, Param, ParamPlace, REF_PREFIX, Response, Schema,
};

/// Why a document gives no facts. Each says where in the document.
#[derive(Debug, Error)]
pub enum OpenApiError {
    /// Something that the document needs is not there or has another type.
    #[error("{0}: missing or not what OpenAPI 3.0 says")]
    Malformed(String),
    /// A reference that leads nowhere or where we do not follow.
    #[error("{at}: reference {reference} cannot be followed")]
    Reference {
        /// Place in the document.
        at: String,
        /// The reference.
        reference: String,
    },
    /// A schema that the facts cannot express.
    #[error("{at}: {reason}")]
    Schema {
        /// Place in the document.
        at: String,
        /// What the reader said.
        reason: String,
    },
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const COMPONENT_SCHEMAS: &str = "#/components/schemas/";

/// Facts of an OpenAPI document.
///
/// # Errors
/// The first place where the document is not what OpenAPI 3.0 says.
pub fn facts(document: &Value) -> Result<Facts, OpenApiError> {
    let version = document["info"]["version"]
        .as_str()
        .ok_or_else(|| OpenApiError::Malformed("info.version".into()))?;
    let mut facts = Facts {
        generated_by: "make catalog".into(),
        api_version: version.into(),
        ..Facts::default()
    };
    for (path, item) in object(&document["paths"], "paths")? {
        for method in METHODS {
            let operation = &item[method];
            if operation["operationId"].is_null() || operation["deprecated"] == true {
                continue;
            }
            let key = format!("{} {path}", method.to_uppercase());
            let read = read_operation(document, item, operation, &key)?;
            facts.operations.insert(key, read);
        }
    }
    facts.schemas = reachable_schemas(document, &facts.operations)?;
    Ok(facts)
}

fn read_operation(
    document: &Value,
    item: &Value,
    operation: &Value,
    at: &str,
) -> Result<Operation, OpenApiError> {
    let mut responses = BTreeMap::new();
    for (status, response) in object(&operation["responses"], at)? {
        let at = format!("{at} response {status}");
        responses.insert(status.clone(), read_response(document, response, &at)?);
    }
    Ok(Operation {
        id: text(&operation["operationId"], at)?,
        tag: text(&operation["tags"][0], at)?,
        auth: operation["security"].as_array().is_none_or(|needed| !needed.is_empty()),
        params: read_params(document, item, operation, at)?,
        body: read_body(document, &operation["requestBody"], at)?,
        responses,
    })
}

/// Parameters of the path item and of the operation, which may replace the former.
fn read_params(
    document: &Value,
    item: &Value,
    operation: &Value,
    at: &str,
) -> Result<Vec<Param>, OpenApiError> {
    let mut params: BTreeMap<(ParamPlace, String), Param> = BTreeMap::new();
    for list in [&item["parameters"], &operation["parameters"]] {
        for param in list.as_array().into_iter().flatten() {
            let param = follow(document, param, at)?;
            let place = match param["in"].as_str() {
                Some("path") => ParamPlace::Path,
                Some("query") => ParamPlace::Query,
                Some("header") => ParamPlace::Header,
                // The API runs without cookies; one internal operation still declares one.
                _ => continue,
            };
            if param["deprecated"] == true {
                continue;
            }
            let name = text(&param["name"], at)?;
            let read = Param {
                name: name.clone(),
                place,
                required: param["required"] == true,
                schema: read_schema(&param["schema"], &format!("{at} parameter {name}"))?,
            };
            params.insert((place, name), read);
        }
    }
    Ok(params.into_values().collect())
}

fn read_body(document: &Value, body: &Value, at: &str) -> Result<Option<Body>, OpenApiError> {
    if body.is_null() {
        return Ok(None);
    }
    let at = format!("{at} body");
    let body = follow(document, body, &at)?;
    let (media_type, schema) = read_content(&body["content"], &at)?
        .ok_or_else(|| OpenApiError::Malformed(format!("{at} content")))?;
    Ok(Some(Body { required: body["required"] == true, media_type, schema }))
}

fn read_response(document: &Value, response: &Value, at: &str) -> Result<Response, OpenApiError> {
    let response = follow(document, response, at)?;
    let (media_type, schema) = read_content(&response["content"], at)?.unzip();
    let mut headers: Vec<String> = response["headers"]
        .as_object()
        .map(|headers| headers.keys().cloned().collect())
        .unwrap_or_default();
    headers.sort();
    Ok(Response { media_type, schema, headers })
}

/// The JSON content if there is one, else the first.
fn read_content(content: &Value, at: &str) -> Result<Option<(String, Schema)>, OpenApiError> {
    let Some(content) = content.as_object() else {
        return Ok(None);
    };
    let json = content.get_key_value("application/json");
    let Some((media_type, entry)) = json.or_else(|| content.iter().next()) else {
        return Ok(None);
    };
    Ok(Some((media_type.clone(), read_schema(&entry["schema"], at)?)))
}

fn read_schema(schema: &Value, at: &str) -> Result<Schema, OpenApiError> {
    let facts_only = strip(schema, at)?;
    serde_json::from_value(facts_only)
        .map_err(|error| OpenApiError::Schema { at: at.into(), reason: error.to_string() })
}

/// A schema without prose and unknown keys. It knows which keys hold schemas, so a property that
/// is itself called `description` stays.
fn strip(schema: &Value, at: &str) -> Result<Value, OpenApiError> {
    let Some(schema) = schema.as_object() else {
        // A parameter or content without schema accepts anything.
        return Ok(Value::Object(Map::new()));
    };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        // OpenAPI 3.0: what stands beside `$ref` does not count.
        let name = reference.strip_prefix(COMPONENT_SCHEMAS).ok_or_else(|| {
            OpenApiError::Reference { at: at.into(), reference: reference.into() }
        })?;
        return Ok(serde_json::json!({ "$ref": format!("{REF_PREFIX}{name}") }));
    }
    let mut kept = Map::new();
    for (key, value) in schema {
        let value = match key.as_str() {
            // `"type": "unknown"` occurs and means what no type means.
            "type" if value == "unknown" => continue,
            "type" | "format" | "enum" | "minimum" | "maximum" | "exclusiveMinimum"
            | "exclusiveMaximum" | "minLength" | "maxLength" | "pattern" | "minItems"
            | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" | "required"
            | "nullable" | "default" | "readOnly" => value.clone(),
            "items" => strip(value, at)?,
            "additionalProperties" if value.is_object() => strip(value, at)?,
            "additionalProperties" => value.clone(),
            "properties" => {
                let mut properties = Map::new();
                for (name, property) in object(value, at)? {
                    properties.insert(name.clone(), strip(property, &format!("{at}.{name}"))?);
                }
                Value::Object(properties)
            }
            "oneOf" | "anyOf" | "allOf" => value
                .as_array()
                .into_iter()
                .flatten()
                .map(|variant| strip(variant, at))
                .collect::<Result<Value, _>>()?,
            _ => continue,
        };
        kept.insert(key.clone(), value);
    }
    Ok(Value::Object(kept))
}

fn reachable_schemas(
    document: &Value,
    operations: &BTreeMap<String, Operation>,
) -> Result<BTreeMap<String, Schema>, OpenApiError> {
    let mut wanted = BTreeSet::new();
    for operation in operations.values() {
        operation.schemas().for_each(|schema| references(schema, &mut wanted));
    }
    let mut found = BTreeMap::new();
    while let Some(name) = wanted.pop_first() {
        if found.contains_key(&name) {
            continue;
        }
        let schema = &document["components"]["schemas"][&name];
        if schema.is_null() {
            return Err(OpenApiError::Reference {
                at: "components.schemas".into(),
                reference: name,
            });
        }
        let schema = read_schema(schema, &name)?;
        references(&schema, &mut wanted);
        found.insert(name, schema);
    }
    Ok(found)
}

/// Adds the names of the schemas that this one refers to.
pub fn references(schema: &Schema, names: &mut BTreeSet<String>) {
    if let Some(name) = schema.reference.as_deref().and_then(|r| r.strip_prefix(REF_PREFIX)) {
        names.insert(name.into());
    }
    let additional = match &schema.additional_properties {
        Some(Additional::Schema(inner)) => Some(inner.as_ref()),
        _ => None,
    };
    let variants = schema.one_of.iter().chain(&schema.any_of).chain(&schema.all_of);
    for inner in
        schema.properties.values().chain(schema.items.as_deref()).chain(additional).chain(variants)
    {
        references(inner, names);
    }
}

/// Follows a `$ref` to a component that is not a schema (response, parameter, body).
fn follow<'a>(document: &'a Value, value: &'a Value, at: &str) -> Result<&'a Value, OpenApiError> {
    let Some(reference) = value["$ref"].as_str() else {
        return Ok(value);
    };
    reference
        .strip_prefix('#')
        .and_then(|pointer| document.pointer(pointer))
        .filter(|target| target["$ref"].is_null())
        .ok_or_else(|| OpenApiError::Reference { at: at.into(), reference: reference.into() })
}

fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Map<String, Value>, OpenApiError> {
    value.as_object().ok_or_else(|| OpenApiError::Malformed(at.into()))
}

fn text(value: &Value, at: &str) -> Result<String, OpenApiError> {
    value.as_str().map(str::to_owned).ok_or_else(|| OpenApiError::Malformed(at.into()))
}
