//! Makes one level of a schema plain: no `$ref`, no `allOf`, no unions, and a type.

use serde_json::Value;

use crate::facts::{Additional, Facts, Kind, Schema};
use crate::union::{described, members};

/// What to do with `oneOf` and `anyOf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unions {
    /// Requests: a union says what may be combined, and merging would lose that.
    Refuse,
    /// Answers: one shape that covers all variants.
    Merge,
}

/// The schema without references, compositions and (as `unions` says) unions at its top level.
/// Inner schemas stay as they are; settle them when you get there.
///
/// # Errors
/// Why it cannot be made plain, as the rest of a sentence about it.
pub fn settle(facts: &Facts, schema: &Schema, unions: Unions) -> Result<Schema, String> {
    let mut ways = members(facts, schema)?;
    if ways.len() > 1 && unions == Unions::Refuse {
        let known = described(facts, &ways);
        return Err(format!("is a union: pick a member with variant, or flatten it; {known}"));
    }
    let mut plain = ways.remove(0);
    for way in ways {
        plain = either(plain, way)?;
    }
    Ok(plain)
}

/// Says the type where the API only implies it.
pub fn name_kind(schema: &mut Schema) {
    schema.kind = schema.kind.or_else(|| implied_kind(schema));
}

fn implied_kind(schema: &Schema) -> Option<Kind> {
    if !schema.properties.is_empty() || schema.additional_properties.is_some() {
        Some(Kind::Object)
    } else if schema.items.is_some() {
        Some(Kind::Array)
    } else if !schema.values.is_empty() && schema.values.iter().all(Value::is_string) {
        Some(Kind::String)
    } else {
        None
    }
}

/// Both schemas hold.
pub fn both(base: &mut Schema, part: Schema) {
    base.kind = base.kind.or(part.kind);
    base.format = base.format.take().or(part.format);
    base.nullable |= part.nullable;
    base.properties.extend(part.properties);
    base.required.extend(part.required);
    base.required.sort();
    base.required.dedup();
    base.items = base.items.take().or(part.items);
    base.additional_properties = base.additional_properties.take().or(part.additional_properties);
    if base.values.is_empty() {
        base.values = part.values;
    }
    base.default = base.default.take().or(part.default);
    base.minimum = base.minimum.take().or(part.minimum);
    base.maximum = base.maximum.take().or(part.maximum);
    base.min_length = base.min_length.or(part.min_length);
    base.max_length = base.max_length.or(part.max_length);
    base.min_items = base.min_items.or(part.min_items);
    base.max_items = base.max_items.or(part.max_items);
}

/// One of the two holds: a schema that covers both. Limits and enums go, they only
/// matter in requests.
fn either(left: Schema, right: Schema) -> Result<Schema, String> {
    if left.kind != right.kind {
        return Err("is a union of different types".into());
    }
    let mut cover = Schema {
        kind: left.kind,
        nullable: left.nullable || right.nullable,
        format: left.format.filter(|format| right.format.as_ref() == Some(format)),
        ..Schema::default()
    };
    cover.required =
        left.required.into_iter().filter(|name| right.required.contains(name)).collect();
    cover.properties = left.properties;
    for (name, schema) in right.properties {
        let merged = match cover.properties.remove(&name) {
            Some(before) if before != schema => {
                Schema { one_of: vec![before, schema], ..Schema::default() }
            }
            _ => schema,
        };
        cover.properties.insert(name, merged);
    }
    cover.items = match (left.items, right.items) {
        (Some(left), Some(right)) if left != right => {
            Some(Box::new(Schema { one_of: vec![*left, *right], ..Schema::default() }))
        }
        (left, right) => left.or(right),
    };
    cover.additional_properties =
        left.additional_properties.or(right.additional_properties).map(|_| Additional::Flag(true));
    Ok(cover)
}
