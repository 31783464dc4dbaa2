//! Whether a value of the TOML is one that the API takes.

use serde_json::{Map, Value};

use super::{Key, Shape};
use crate::choice::Member;

impl Shape {
    /// Whether a `fix` or `default` of the TOML is such a value.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        match self {
            Self::Text { values, .. } => value
                .as_str()
                .is_some_and(|text| values.is_empty() || values.iter().any(|v| v == text)),
            Self::Integer { min, max } => {
                value.as_i64().is_some_and(|number| (*min..=*max).contains(&number))
            }
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::List { items, .. } => {
                value.as_array().is_some_and(|list| list.iter().all(|value| items.accepts(value)))
            }
            Self::Map(values) => value
                .as_object()
                .is_some_and(|object| object.values().all(|value| values.accepts(value))),
            Self::Object(keys) => value.as_object().is_some_and(|object| {
                keys.is_empty() || (known(keys, object) && complete(keys, object))
            }),
            Self::OneOf(keys, members) => value.as_object().is_some_and(|object| {
                let fits = |member: &Member| {
                    let listed =
                        |name: &String| member.needs.contains(name) || member.may.contains(name);
                    object.keys().all(listed)
                        && member.needs.iter().all(|name| object.contains_key(name))
                        && member.when.iter().all(|(name, values)| {
                            object
                                .get(name)
                                .and_then(Value::as_str)
                                .is_none_or(|text| values.iter().any(|value| value == text))
                        })
                };
                known(keys, object) && members.iter().any(fits)
            }),
        }
    }
}

fn known(keys: &[Key], object: &Map<String, Value>) -> bool {
    object
        .iter()
        .all(|(name, value)| keys.iter().any(|key| key.name == *name && key.shape.accepts(value)))
}

fn complete(keys: &[Key], object: &Map<String, Value>) -> bool {
    keys.iter().all(|key| !key.required || object.contains_key(&key.name))
}
