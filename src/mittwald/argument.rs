//! Arguments of a call after they were checked: nothing else reaches a request.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::json;
use crate::catalog::{Arg, Place};

/// A checked value, borrowed from the frame where it can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// Whole number.
    Integer(i64),
    /// Any number, as it was written.
    Number(&'a str),
    /// `true` or `false`.
    Boolean(bool),
    /// List.
    List(Vec<Value<'a>>),
    /// Object, as it was written.
    Object(&'a str),
}

impl Value<'_> {
    /// Appends the value as JSON.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Text(text) => json::push_string(out, text),
            Self::List(values) => {
                out.push('[');
                for value in values {
                    json::push_comma(out);
                    value.write_json(out);
                }
                out.push(']');
            }
            other => out.push_str(&other.plain()),
        }
    }

    /// The value as it stands in a path or query: text without quotes, everything else as JSON.
    #[must_use]
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Number(text) | Self::Object(text) => Cow::Borrowed(text),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
            Self::List(_) => {
                let mut out = String::new();
                self.write_json(&mut out);
                Cow::Owned(out)
            }
        }
    }
}

/// The checked arguments of one call.
#[derive(Debug, Default)]
pub struct Arguments<'a>(Vec<(&'static Arg, Value<'a>)>);

impl<'a> Arguments<'a> {
    /// Adds an argument that passed its shape.
    pub fn push(&mut self, arg: &'static Arg, value: Value<'a>) {
        self.0.push((arg, value));
    }

    /// Replaces the value of an argument that is there.
    pub fn replace(&mut self, name: &str, value: Value<'a>) {
        if let Some((_, held)) = self.0.iter_mut().find(|(arg, _)| arg.name == name) {
            *held = value;
        }
    }

    /// Every argument given, or defaulted.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Arg, &Value<'a>)> {
        self.0.iter().map(|(arg, value)| (*arg, value))
    }

    /// The value of this argument.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(arg, _)| arg.name == name).map(|(_, value)| value)
    }

    /// The whole number that goes to this place, if it is one.
    #[must_use]
    pub fn integer_at(&self, place: Place) -> Option<u64> {
        self.0.iter().find(|(arg, _)| arg.place == place).and_then(|(_, value)| match value {
            Value::Integer(number) => u64::try_from(*number).ok(),
            _ => None,
        })
    }

    /// The arguments as a JSON object, without what only confirms them.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = String::from("{");
        for (arg, value) in self.iter().filter(|(arg, _)| arg.place != Place::Confirmation) {
            json::push_name(&mut out, arg.name);
            value.write_json(&mut out);
        }
        out.push('}');
        out
    }

    /// Ids that say what a call is about, in the order of the arguments.
    pub fn ids(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        self.0
            .iter()
            .filter(|(arg, _)| arg.names_something())
            .map(|(arg, value)| (arg.name, value.plain()))
    }

    /// `projectId "p-abc"`, or several joined by `and`; empty where the path has no id.
    #[must_use]
    pub fn named_ids(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.ids() {
            if !out.is_empty() {
                out.push_str(" and ");
            }
            let shown: String = value.chars().take(60).collect();
            let _ = write!(out, "{name} \"{shown}\"");
        }
        out
    }
}
