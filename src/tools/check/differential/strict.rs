//! A published schema with the documented deviations of the check written into it.

use serde_json::{Map, Value, json};

use super::FORMATS;
use crate::catalog::{Arg, Format, Key, Member, Place, Shape, Tool};
use crate::mittwald::choice;
use crate::mittwald::request::MAX_SEGMENT;

/// Largest whole number that JSON carries exactly.
const MAX_EXACT: i64 = 9_007_199_254_740_991;

/// Things with short ids: how arguments that name one end, and how the ids begin.
const SHORT_IDS: [(&str, &str); 3] =
    [("projectid", "p-"), ("serverid", "s-"), ("appinstallationid", "a-")];

/// The schema of a tool's arguments, where `null` stands for nothing and defaults are filled in.
/// A fixed project's argument is not published, and may be named.
pub fn of_tool(tool: &Tool, published: &Value, project: Option<&str>) -> Value {
    let mut schema = published.clone();
    schema["additionalProperties"] = json!(false);
    for arg in tool.args {
        let own = match schema["properties"].get(arg.name) {
            Some(own) => own.clone(),
            None if project == Some(arg.name) => whole(&arg.shape),
            None => continue,
        };
        schema["properties"][arg.name] = of_argument(arg, own);
    }
    let choices: Vec<Value> =
        tool.choices.iter().map(|choice| one_of(choice.members, !choice.required)).collect();
    if !choices.is_empty() {
        schema["allOf"] = json!(choices);
    }
    schema
}

fn of_argument(arg: &Arg, mut schema: Value) -> Value {
    tighten(&mut schema, &arg.shape);
    if arg.place == Place::Path {
        let segment = json!({
            "pattern": r"^[^\u0000-\u001f\u007f-\u009f/\\?#%;]*$",
            "minLength": 1,
            "maxLength": MAX_SEGMENT,
            "not": { "enum": [".", ".."] },
        });
        schema = json!({ "allOf": [schema, segment] });
    }
    let Shape::Text { format: Some(Format::Uuid), .. } = arg.shape else { return schema };
    let name = arg.name.to_lowercase();
    match SHORT_IDS.iter().find(|(end, _)| name.ends_with(end)) {
        None => schema,
        Some((_, prefix)) => {
            let short =
                json!({ "pattern": format!("^{prefix}[A-Za-z0-9]{{4,12}}$"), "type": "string" });
            json!({ "anyOf": [schema, short] })
        }
    }
}

/// Adds what the check asks for beyond the schema.
fn tighten(schema: &mut Value, shape: &Shape) {
    match shape {
        Shape::Text { format: Some(format), .. } => {
            let name = FORMATS.iter().find(|(_, own)| own == format).map(|(name, _)| *name);
            schema["format"] = json!(name);
        }
        Shape::Integer { .. } => {
            schema["allOf"] = json!([{ "minimum": -MAX_EXACT, "maximum": MAX_EXACT }]);
        }
        Shape::List { items, .. } => tighten(&mut schema["items"], items),
        Shape::Map(values) => {
            let mut each = whole(values);
            tighten(&mut each, values);
            schema["additionalProperties"] = each;
        }
        Shape::Object(keys) if !keys.is_empty() => close(schema, keys),
        Shape::OneOf { keys, members } => {
            close(schema, keys);
            schema["allOf"] = json!([one_of(members, false)]);
        }
        Shape::Text { .. } | Shape::Number | Shape::Boolean | Shape::Object(_) => {}
    }
}

fn close(schema: &mut Value, keys: &[Key]) {
    schema["additionalProperties"] = json!(false);
    for key in keys {
        if let Some(own) = schema["properties"].get_mut(key.name) {
            tighten(own, &key.shape);
        }
    }
}

/// Exactly these combinations of properties, or none of them.
fn one_of(members: &[Member], or_none: bool) -> Value {
    let names = choice::names(members);
    let mut ways: Vec<Value> = members.iter().map(|member| combination(member, &names)).collect();
    if or_none {
        ways.push(json!({ "properties": without(&names) }));
    }
    json!({ "anyOf": ways })
}

fn combination(member: &Member, names: &[&str]) -> Value {
    let own = |name: &str| {
        let when = member.when.iter().any(|(other, _)| *other == name);
        when || member.needs.contains(&name) || member.may.contains(&name)
    };
    let foreign: Vec<&str> = names.iter().copied().filter(|name| !own(name)).collect();
    let mut properties = without(&foreign);
    for (name, values) in member.when {
        properties.insert((*name).into(), json!({ "enum": values }));
    }
    json!({ "required": member.needs, "properties": properties })
}

fn without(names: &[&str]) -> Map<String, Value> {
    names.iter().map(|name| ((*name).to_owned(), json!(false))).collect()
}

/// The schema of a shape that no published schema shows.
fn whole(shape: &Shape) -> Value {
    match shape {
        Shape::Text { min, max, values: [], .. } => {
            json!({ "type": "string", "minLength": min, "maxLength": max })
        }
        Shape::Text { min, max, values, .. } => {
            json!({ "type": "string", "minLength": min, "maxLength": max, "enum": values })
        }
        Shape::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::List { items, min, max } => {
            json!({ "type": "array", "items": whole(items), "minItems": min, "maxItems": max })
        }
        Shape::Map(_) => json!({ "type": "object" }),
        Shape::Object(keys) | Shape::OneOf { keys, .. } => {
            let properties: Map<String, Value> =
                keys.iter().map(|key| (key.name.to_owned(), whole(&key.shape))).collect();
            let required = keys.iter().filter(|key| key.required).map(|key| key.name);
            json!({ "type": "object", "properties": properties, "required": Vec::from_iter(required) })
        }
    }
}
