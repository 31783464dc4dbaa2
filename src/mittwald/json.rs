//! JSON text, read member by member and written by hand: values that we only pass on are never
//! taken apart, so a large answer costs one scan and no tree.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The values of these members of an object, in the order of `names`; others are skipped.
///
/// # Errors
/// The text is no JSON (`is_syntax`, `is_eof`), no object, or has one of the members twice
/// (`is_data`).
pub fn pick<'a, const N: usize>(
    json: &'a str,
    names: [&'static str; N],
) -> Result<[Option<&'a RawValue>; N], serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let found = serde::Deserializer::deserialize_map(&mut reader, Pick(names))?;
    reader.end()?;
    Ok(found)
}

/// Every member of an object, in order.
///
/// # Errors
/// As [`pick`], for any member given twice.
pub fn members(json: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let found = serde::Deserializer::deserialize_map(&mut reader, Members)?;
    reader.end()?;
    Ok(found)
}

/// The elements of an array.
///
/// # Errors
/// The text is no JSON array.
pub fn elements(json: &str) -> Result<Vec<&RawValue>, serde_json::Error> {
    serde_json::from_str(json)
}

/// The text behind a JSON string; `None` for other values and for broken escapes.
#[must_use]
pub fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(raw.get()).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The text at a path of keys; `None` where there is none.
///
/// # Errors
/// As [`pick`], for any object on the way.
pub fn at<'a>(
    row: &'a RawValue,
    path: &[&'static str],
) -> Result<Option<Cow<'a, str>>, serde_json::Error> {
    let mut value = row;
    for key in path {
        if !is_object(value) {
            return Ok(None);
        }
        let [found] = pick(value.get(), [key])?;
        let Some(found) = found else { return Ok(None) };
        value = found;
    }
    Ok(text(value))
}

/// Whether the value is an object.
#[must_use]
pub fn is_object(raw: &RawValue) -> bool {
    raw.get().starts_with('{')
}

/// Whether the value is `null`.
#[must_use]
pub fn is_null(raw: &RawValue) -> bool {
    raw.get() == "null"
}

/// Appends a JSON string (RFC 8259 section 7).
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
    {
        let Some((plain, special)) = rest.split_at_checked(at) else { break };
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Appends `"name":`, after a comma unless something was opened just before.
pub fn push_name(out: &mut String, name: &str) {
    push_comma(out);
    push_string(out, name);
    out.push(':');
}

/// Appends a comma unless an object or array was opened just before.
pub fn push_comma(out: &mut String) {
    if !out.ends_with(['{', '[']) && !out.is_empty() {
        out.push(',');
    }
}

struct Pick<const N: usize>([&'static str; N]);

impl<'de, const N: usize> Visitor<'de> for Pick<N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(position) = map.next_key_seed(Position(&self.0))? {
            let Some((slot, name)) =
                position.and_then(|at| Some((found.get_mut(at)?, self.0.get(at)?)))
            else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if slot.replace(map.next_value::<&'de RawValue>()?).is_some() {
                return Err(A::Error::custom(format_args!("\"{name}\" is given twice")));
            }
        }
        Ok(found)
    }
}

/// Reads a key and finds it among the wanted names, without keeping it.
struct Position<'n>(&'n [&'static str]);

impl<'de> DeserializeSeed<'de> for Position<'_> {
    type Value = Option<usize>;

    fn deserialize<D: serde::Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Position<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|name| *name == key))
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found: Self::Value = Vec::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let value = map.next_value::<&'de RawValue>()?;
            found.push((key.0, value));
        }
        refuse_repeated::<A::Error>(&found)?;
        Ok(found)
    }
}

/// Sorted comparison: a quadratic one would let a body of many keys cost seconds.
fn refuse_repeated<E: serde::de::Error>(found: &[(Cow<'_, str>, &RawValue)]) -> Result<(), E> {
    let mut names: Vec<&str> = found.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    let twice = names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next);
    match twice {
        Some((name, _)) => {
            let shown: String = name.chars().take(40).collect();
            Err(E::custom(format_args!("\"{shown}\" is given twice")))
        }
        None => Ok(()),
    }
}

/// A key, borrowed where it has no escapes (serde's own `Cow` always copies).
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_named_members_are_read() {
        let [id, name] = pick(r#"{"x":[{}],"name":"a","id":7}"#, ["id", "name"]).unwrap();
        assert_eq!(id.map(RawValue::get), Some("7"));
        assert_eq!(name.and_then(text).as_deref(), Some("a"));
    }

    #[test]
    fn a_member_given_twice_is_refused_by_name() {
        let error = pick(r#"{"id":1,"id":2}"#, ["id"]).unwrap_err();
        assert!(error.is_data() && error.to_string().starts_with("\"id\" is given twice"));
        assert!(members(r#"{"a":1,"b":2,"\u0061":3}"#).unwrap_err().is_data());
    }

    #[test]
    fn trailing_text_is_no_json() {
        assert!(pick(r#"{"id":1} x"#, ["id"]).unwrap_err().is_syntax());
        assert!(members(r#"{"id":1"#).unwrap_err().is_eof());
    }

    proptest! {
        #[test]
        fn a_string_is_written_as_serde_reads_it(text in any::<String>()) {
            let mut out = String::new();
            push_string(&mut out, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text.clone());
            let raw: Box<RawValue> = serde_json::from_str(&out).unwrap();
            prop_assert_eq!(super::text(&raw).unwrap(), text);
        }
    }
}
