//! JSON as lines that people read: `key: value`, what is inside by two more spaces.

use serde_json::Value;

/// The members of an object, a line each.
#[must_use]
pub fn of(value: &Value) -> String {
    let mut out = String::new();
    push(&mut out, value, 0);
    out
}

/// What was written in a conversation, oldest first as mittwald lists it.
#[must_use]
pub fn of_messages(list: &Value) -> String {
    let mut out = String::new();
    let messages = list.get("messages").and_then(Value::as_array);
    for message in messages.into_iter().flatten() {
        let text = |way: &str| message.pointer(way).and_then(Value::as_str).unwrap_or_default();
        let Some(content) = message.get("messageContent").and_then(Value::as_str) else { continue };
        let staff = message.pointer("/createdBy/isEmployee").and_then(Value::as_bool);
        let of = if staff == Some(true) { " (mittwald)" } else { "" };
        out.push_str(&format!(
            "\n{}, {}{of}:\n{content}\n",
            text("/createdAt"),
            text("/createdBy/name")
        ));
    }
    out
}

fn push(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                push_member(out, name, value, depth);
            }
        }
        Value::Array(values) => {
            for value in values {
                push_member(out, "-", value, depth);
            }
        }
        other => {
            out.push_str(&plain(other));
            out.push('\n');
        }
    }
}

fn push_member(out: &mut String, name: &str, value: &Value, depth: usize) {
    let nothing = value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty);
    if nothing {
        return;
    }
    out.push_str(&"  ".repeat(depth));
    out.push_str(name);
    if name != "-" {
        out.push(':');
    }
    if value.is_object() || value.is_array() {
        out.push('\n');
        push(out, value, depth.saturating_add(1));
    } else {
        out.push(' ');
        out.push_str(&plain(value));
        out.push('\n');
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
