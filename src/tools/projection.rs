//! The API's JSON -> the declared fields of it, in declared order, straight into one text. Values
//! that are copied whole are never taken apart, and no tree is built.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::catalog::{Field, Source};
use crate::mittwald::json;

/// A value this short, in bytes, is written even where the room is used up: leaving out scalars would
/// break the tool's `outputSchema` and save nothing.
const ALWAYS: usize = 200;

/// Where a projection writes, and how far.
#[derive(Debug)]
pub struct Sheet {
    /// The text.
    pub out: String,
    /// Length in bytes beyond which long values are cut.
    pub room: usize,
    /// Names of the fields that were cut.
    pub cut: Vec<&'static str>,
}

impl Sheet {
    /// An empty sheet with this much room.
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self { out: String::new(), room, cut: Vec::new() }
    }

    fn is_full(&self) -> bool {
        self.out.len() > self.room
    }

    fn note_cut(&mut self, name: &'static str) {
        if !self.cut.contains(&name) {
            self.cut.push(name);
        }
    }
}

/// How many rows were written, and how many there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Written.
    pub shown: u64,
    /// In the API's answer.
    pub seen: u64,
}

/// Writes an object's fields, with braces.
///
/// # Errors
/// The text is no JSON object.
pub fn object(
    json: &str,
    fields: &'static [Field],
    sheet: &mut Sheet,
) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let values = Pick(fields).deserialize(&mut reader)?;
    reader.end()?;
    write_object(&values, fields, sheet)
}

/// Writes an array's rows, with brackets, until the room is used up: a row is whole or not there.
/// Only a first row that is too long for itself has its fields cut.
///
/// # Errors
/// The text is no JSON array of objects.
pub fn rows(
    json: &str,
    fields: &'static [Field],
    sheet: &mut Sheet,
) -> Result<Counted, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let counted = serde::Deserializer::deserialize_seq(&mut reader, Rows { fields, sheet })?;
    reader.end()?;
    Ok(counted)
}

/// Writes an array's elements as they are, with brackets, until the room is used up.
///
/// # Errors
/// The text is no JSON array of texts, numbers and booleans.
pub fn values(json: &str, sheet: &mut Sheet) -> Result<Counted, serde_json::Error> {
    let elements = json::elements(json)?;
    let mut counted = Counted { shown: 0, seen: 0 };
    sheet.out.push('[');
    for element in elements {
        let text = element.get();
        if text.starts_with(['{', '[', 'n']) {
            return Err(serde::de::Error::custom("no plain value"));
        }
        counted.seen = counted.seen.saturating_add(1);
        if counted.shown.saturating_add(1) == counted.seen
            && sheet.out.len().saturating_add(text.len()) <= sheet.room
        {
            json::push_comma(&mut sheet.out);
            sheet.out.push_str(text);
            counted.shown = counted.seen;
        }
    }
    sheet.out.push(']');
    Ok(counted)
}

struct Rows<'s> {
    fields: &'static [Field],
    sheet: &'s mut Sheet,
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = Counted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Counted, A::Error> {
        let Self { fields, sheet } = self;
        let mut counted = Counted { shown: 0, seen: 0 };
        let mut full = false;
        sheet.out.push('[');
        loop {
            if full {
                if rows.next_element::<IgnoredAny>()?.is_none() {
                    break;
                }
            } else {
                let Some(values) = rows.next_element_seed(Pick(fields))? else { break };
                full = !write_row(&values, fields, counted.shown == 0, sheet)
                    .map_err(serde::de::Error::custom)?;
                counted.shown = counted.shown.saturating_add(u64::from(!full));
            }
            counted.seen = counted.seen.saturating_add(1);
        }
        sheet.out.push(']');
        Ok(counted)
    }
}

/// Writes a row whole, or not at all; says whether it did.
fn write_row(
    values: &[Option<&RawValue>],
    fields: &'static [Field],
    first: bool,
    sheet: &mut Sheet,
) -> Result<bool, serde_json::Error> {
    let start = sheet.out.len();
    let room = std::mem::replace(&mut sheet.room, usize::MAX);
    json::push_comma(&mut sheet.out);
    let written = write_object(values, fields, sheet);
    sheet.room = room;
    written?;
    if !sheet.is_full() {
        return Ok(true);
    }
    sheet.out.truncate(start);
    if first {
        write_object(values, fields, sheet)?;
    }
    Ok(first)
}

fn write_object(
    values: &[Option<&RawValue>],
    fields: &'static [Field],
    sheet: &mut Sheet,
) -> Result<(), serde_json::Error> {
    sheet.out.push('{');
    for (field, value) in fields.iter().zip(values) {
        write_field(field, *value, sheet)?;
    }
    sheet.out.push('}');
    Ok(())
}

/// Writes one member; `top` is the value at the first key of the field's path.
fn write_field(
    field: &'static Field,
    top: Option<&RawValue>,
    sheet: &mut Sheet,
) -> Result<(), serde_json::Error> {
    if let Source::Constant(text) = field.source {
        json::push_name(&mut sheet.out, field.name);
        sheet.out.push_str(text);
        return Ok(());
    }
    let Some(value) = descend(top, path(&field.source))? else { return Ok(()) };
    match field.source {
        Source::Object(_, below) if json::is_object(value) => {
            json::push_name(&mut sheet.out, field.name);
            object(value.get(), below, sheet)
        }
        Source::Rows(_, below) if value.get().starts_with('[') => {
            json::push_name(&mut sheet.out, field.name);
            let counted = rows(value.get(), below, sheet)?;
            if counted.shown < counted.seen {
                sheet.note_cut(field.name);
            }
            Ok(())
        }
        Source::Copy(_) => {
            json::push_name(&mut sheet.out, field.name);
            copy(field.name, value, sheet);
            Ok(())
        }
        // Not what the API promises, so not what we promise either.
        _ => Ok(()),
    }
}

const fn path(source: &Source) -> &'static [&'static str] {
    match source {
        Source::Copy(path) | Source::Object(path, _) | Source::Rows(path, _) => path,
        Source::Constant(_) => &[],
    }
}

/// The value at the rest of the path; `None` where there is none, or null.
fn descend<'a>(
    top: Option<&'a RawValue>,
    path: &'static [&'static str],
) -> Result<Option<&'a RawValue>, serde_json::Error> {
    let mut value = top;
    for key in path.iter().skip(1) {
        value = match value {
            Some(object) if json::is_object(object) => {
                let [found] = json::pick(object.get(), [key])?;
                found
            }
            _ => None,
        };
    }
    Ok(value.filter(|value| !json::is_null(value)))
}

/// Copies a value; where the room is used up, the part of it that still has the same type.
fn copy(name: &'static str, value: &RawValue, sheet: &mut Sheet) {
    let text = value.get();
    let after = sheet.out.len().saturating_add(text.len());
    if text.len() <= ALWAYS || after <= sheet.room {
        sheet.out.push_str(text);
        return;
    }
    sheet.note_cut(name);
    let left = sheet.room.saturating_sub(sheet.out.len());
    match text.as_bytes().first() {
        Some(b'"') => {
            let whole = json::text(value).unwrap_or_default();
            let kept = whole.floor_char_boundary(left.min(whole.len()));
            json::push_string(&mut sheet.out, whole.get(..kept).unwrap_or_default());
        }
        Some(b'[') => {
            let elements = json::elements(text).unwrap_or_default();
            sheet.out.push('[');
            for element in elements {
                if sheet.out.len().saturating_add(element.get().len()) > sheet.room {
                    break;
                }
                json::push_comma(&mut sheet.out);
                sheet.out.push_str(element.get());
            }
            sheet.out.push(']');
        }
        _ => sheet.out.push_str("{}"),
    }
}

/// Picks from an object, in one pass, the value at the first key of each field's path.
struct Pick(&'static [Field]);

impl<'de> DeserializeSeed<'de> for Pick {
    type Value = Vec<Option<&'de RawValue>>;

    fn deserialize<D: serde::Deserializer<'de>>(self, object: D) -> Result<Self::Value, D::Error> {
        object.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Pick {
    type Value = Vec<Option<&'de RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = vec![None; self.0.len()];
        while let Some(key) = map.next_key_seed(FirstKey(self.0))? {
            let Some(key) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value::<&'de RawValue>()?;
            for (slot, field) in values.iter_mut().zip(self.0) {
                if path(&field.source).first() == Some(&key) {
                    *slot = Some(value);
                }
            }
        }
        Ok(values)
    }
}

/// Reads a key and keeps it only if a field begins there.
struct FirstKey(&'static [Field]);

impl<'de> DeserializeSeed<'de> for FirstKey {
    type Value = Option<&'static str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for FirstKey {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self
            .0
            .iter()
            .filter_map(|field| path(&field.source).first().copied())
            .find(|first| *first == key))
    }
}

#[cfg(test)]
mod tests;
