//! One value against its shape: read it, or say what came and what is allowed.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::value::RawValue;

use super::format;
use crate::catalog::{Key, Member, Shape};
use crate::mittwald::{Value, choice, json};

/// Longest text that a sentence repeats: longer ones may be secrets, and help nobody.
const MAX_ECHO: usize = 40;

/// Most values of a closed list that a sentence names.
const MAX_NAMED: usize = 25;

/// Largest whole number that JSON carries exactly (RFC 8259 section 6).
const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

/// Reads a value. Whatever is wrong with it goes to `problems`, one sentence each, beginning with
/// `at`, the name of the argument and the way inside it.
pub fn read<'a>(
    raw: &'a RawValue,
    shape: &Shape,
    at: &str,
    problems: &mut Vec<String>,
) -> Option<Value<'a>> {
    let value = match shape {
        Shape::Text { .. } => text(raw, shape),
        Shape::Integer { min, max } => {
            integer(raw.get()).filter(|number| (min..=max).contains(&number)).map(Value::Integer)
        }
        Shape::Number => number(raw).map(Value::Number),
        Shape::Boolean => boolean(raw),
        Shape::List { items, min, max } => {
            return list(raw, (items, *min, *max), shape, at, problems);
        }
        Shape::Object(keys) => return object(raw, (keys, &[]), shape, at, problems),
        Shape::OneOf { keys, members } => {
            return object(raw, (keys, members), shape, at, problems);
        }
        Shape::Map(values) => return map(raw, values, shape, at, problems),
    };
    if value.is_none() {
        problems.push(mismatch(at, raw, shape));
    }
    value
}

fn text<'a>(raw: &'a RawValue, shape: &Shape) -> Option<Value<'a>> {
    let Shape::Text { min, max, values, format } = shape else { return None };
    let text = json::text(raw)?;
    let length = text.chars().count();
    let fits = length >= usize::try_from(*min).ok()? && length <= usize::try_from(*max).ok()?;
    let listed = values.is_empty() || values.contains(&text.as_ref());
    let formed = format.is_none_or(|format| format::matches(format, &text));
    (fits && listed && formed).then_some(Value::Text(text))
}

/// A whole number however it is written: for JSON schema `1.0` and `1e2` are integers.
fn integer(text: &str) -> Option<i64> {
    if !text.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
        return None;
    }
    text.parse::<i64>().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.fract() == 0.0 && number.abs() <= MAX_EXACT).then_some(number as i64)
    })
}

fn number(raw: &RawValue) -> Option<&str> {
    let text = raw.get();
    let number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    (number && text.parse::<f64>().is_ok_and(f64::is_finite)).then_some(text)
}

fn boolean<'a>(raw: &RawValue) -> Option<Value<'a>> {
    match raw.get() {
        "true" => Some(Value::Boolean(true)),
        "false" => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn list<'a>(
    raw: &'a RawValue,
    (items, min, max): (&Shape, u32, u32),
    shape: &Shape,
    at: &str,
    problems: &mut Vec<String>,
) -> Option<Value<'a>> {
    let elements = raw.get().starts_with('[').then(|| json::elements(raw.get()).ok()).flatten();
    let fits = |count: usize| u32::try_from(count).is_ok_and(|count| (min..=max).contains(&count));
    let Some(elements) = elements.filter(|elements| fits(elements.len())) else {
        problems.push(mismatch(at, raw, shape));
        return None;
    };
    let before = problems.len();
    let values: Vec<Value<'a>> = elements
        .into_iter()
        .enumerate()
        .filter_map(|(index, element)| read(element, items, &format!("{at}[{index}]"), problems))
        .collect();
    (problems.len() == before).then_some(Value::List(values))
}

fn object<'a>(
    raw: &'a RawValue,
    (keys, combinations): (&[Key], &[Member]),
    shape: &Shape,
    at: &str,
    problems: &mut Vec<String>,
) -> Option<Value<'a>> {
    if keys.is_empty() {
        // Passed on as it is, so it must be sound through and through: broken escapes show here.
        let sound =
            json::is_object(raw) && serde_json::from_str::<serde_json::Value>(raw.get()).is_ok();
        if !sound {
            problems.push(mismatch(at, raw, shape));
        }
        return sound.then_some(Value::Object(raw.get()));
    }
    let members = members(raw, shape, at, problems)?;
    let before = problems.len();
    for key in keys.iter().filter(|key| key.required) {
        if !members.iter().any(|(name, _)| *name == key.name) {
            problems.push(format!(
                "{at}.{} is missing; it must be {}.",
                key.name,
                expected(&key.shape)
            ));
        }
    }
    for (name, value) in &members {
        match keys.iter().find(|key| key.name == name.as_ref()) {
            Some(key) => {
                read(value, &key.shape, &format!("{at}.{}", key.name), problems);
            }
            None => problems.push(format!(
                "{at} has no key {}; it must be {}.",
                echo(name),
                expected(shape)
            )),
        }
    }
    if problems.len() == before && !combinations.is_empty() {
        let given: Vec<choice::Given<'_>> =
            members.iter().map(|(name, raw)| (name.as_ref(), json::text(raw))).collect();
        if choice::fitting(combinations, &given).is_none() {
            problems.push(format!("{at} must have {}.", choice::described(combinations)));
        }
    }
    (problems.len() == before).then_some(Value::Object(raw.get()))
}

fn map<'a>(
    raw: &'a RawValue,
    values: &Shape,
    shape: &Shape,
    at: &str,
    problems: &mut Vec<String>,
) -> Option<Value<'a>> {
    let members = members(raw, shape, at, problems)?;
    let before = problems.len();
    for (name, value) in members {
        read(value, values, &format!("{at}[{}]", echo(&name)), problems);
    }
    (problems.len() == before).then_some(Value::Object(raw.get()))
}

/// The members of an object.
fn members<'a>(
    raw: &'a RawValue,
    shape: &Shape,
    at: &str,
    problems: &mut Vec<String>,
) -> Option<Vec<(Cow<'a, str>, &'a RawValue)>> {
    match json::members(raw.get()) {
        Ok(members) => return Some(members),
        Err(error) if json::is_object(raw) && error.is_data() => {
            problems.push(format!("{at}: a key is given twice."));
        }
        Err(_) => problems.push(mismatch(at, raw, shape)),
    }
    None
}

fn mismatch(at: &str, raw: &RawValue, shape: &Shape) -> String {
    format!("{at} must be {}; it is {}.", expected(shape), came(raw))
}

/// What a shape accepts.
#[must_use]
pub fn expected(shape: &Shape) -> String {
    match shape {
        Shape::Text { values, .. } if !values.is_empty() => one_of(values),
        Shape::Text { format: Some(format), .. } => format::described(*format).to_owned(),
        Shape::Text { min, max, .. } => format!("a text{}", bounds(*min, *max, "character")),
        Shape::Integer { min: i64::MIN, max: i64::MAX } => "a whole number".into(),
        Shape::Integer { min, max: i64::MAX } => format!("a whole number of at least {min}"),
        Shape::Integer { min: i64::MIN, max } => format!("a whole number of at most {max}"),
        Shape::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Shape::Number => "a number".into(),
        Shape::Boolean => "true or false".into(),
        Shape::List { items, min, max } => {
            format!("a list{} (each {})", bounds(*min, *max, "element"), expected(items))
        }
        Shape::OneOf { members, .. } => {
            format!("an object with {}", choice::described(members))
        }
        Shape::Map(values) => format!("an object (each value {})", expected(values)),
        Shape::Object([]) => "an object".into(),
        Shape::Object(keys) => {
            let names: Vec<String> = keys
                .iter()
                .map(|key| {
                    if key.required {
                        format!("{} (required)", key.name)
                    } else {
                        key.name.to_owned()
                    }
                })
                .collect();
            format!("an object with the keys {}", names.join(", "))
        }
    }
}

fn one_of(values: &[&str]) -> String {
    let mut out = String::from("one of ");
    for (index, value) in values.iter().take(MAX_NAMED).enumerate() {
        let joint = if index == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(out, "{joint}\"{value}\"");
    }
    if let Some(more) = values.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        let _ = write!(out, " and {more} more in the tool's schema");
    }
    out
}

fn bounds(min: u32, max: u32, unit: &str) -> String {
    match (min, max) {
        (0, u32::MAX) => String::new(),
        (1, u32::MAX) => " that is not empty".into(),
        (min, u32::MAX) => format!(" of at least {min} {unit}s"),
        (0, max) => format!(" of at most {max} {unit}s"),
        (min, max) if min == max => format!(" of exactly {min} {unit}s"),
        (min, max) => format!(" of {min} to {max} {unit}s"),
    }
}

/// What came, without repeating long texts.
#[must_use]
pub fn came(raw: &RawValue) -> String {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'"') => match json::text(raw) {
            Some(text) => format!("the text {}", echo(&text)),
            None => "a text with broken escapes".into(),
        },
        Some(b'[') => "a list".into(),
        Some(b'{') => "an object".into(),
        Some(b'n') => "null".into(),
        Some(b't' | b'f') => text.to_owned(),
        _ => format!("the number {}", text.chars().take(MAX_ECHO).collect::<String>()),
    }
}

/// A text in quotes, or how long it is where it is long.
#[must_use]
pub fn echo(text: &str) -> String {
    let length = text.chars().count();
    if length > MAX_ECHO {
        format!("of {length} characters")
    } else {
        let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("\"{shown}\"")
    }
}
