//! Unions of the API: which members one has, and which member a `variant` picks.

use crate::facts::{Facts, Schema};
use crate::settle::{Unions, both, name_kind, settle};

/// Most members that a union is taken apart into.
const MOST: usize = 64;

/// What a schema accepts, one plain schema for each way: a single one where there is no union.
/// Unions inside of its properties stay.
///
/// # Errors
/// Why it cannot be taken apart, as the rest of a sentence about it.
pub fn members(facts: &Facts, schema: &Schema) -> Result<Vec<Schema>, String> {
    let schema = facts
        .resolve(schema)
        .ok_or_else(|| format!("refers to nothing: {:?}", schema.reference))?;
    let bare =
        Schema { one_of: Vec::new(), any_of: Vec::new(), all_of: Vec::new(), ..schema.clone() };
    let mut ways = vec![bare];
    for part in &schema.all_of {
        ways = pairs(&ways, &members(facts, part)?)?;
    }
    for variants in [&schema.one_of, &schema.any_of] {
        let mut found = Vec::new();
        for variant in variants {
            found.extend(members(facts, variant)?);
        }
        if !found.is_empty() {
            ways = pairs(&ways, &found)?;
        }
    }
    ways.iter_mut().for_each(name_kind);
    Ok(ways)
}

fn pairs(left: &[Schema], right: &[Schema]) -> Result<Vec<Schema>, String> {
    if left.len() * right.len() > MOST {
        return Err(format!("is a union of more than {MOST} members"));
    }
    let pair = |left: &Schema, right: &Schema| {
        let mut pair = left.clone();
        both(&mut pair, right.clone());
        pair
    };
    Ok(left.iter().flat_map(|left| right.iter().map(|right| pair(left, right))).collect())
}

/// The one member that fits all `terms`. A term is a key that the member has (`acme`, dotted to look
/// deeper), one that it lacks (`!contact`), or a closed value that it takes (`aggregate=project`).
///
/// # Errors
/// Why there is not exactly one, as the rest of a sentence.
pub fn pick(facts: &Facts, schema: &Schema, terms: &[String]) -> Result<Schema, String> {
    let all = members(facts, schema)?;
    let total = all.len();
    if total < 2 {
        return Err("is no union, so it has no variant".into());
    }
    let fitting = |member: &&Schema| terms.iter().all(|term| fits(facts, member, term));
    let mut found = all.iter().filter(fitting);
    match (found.next(), found.next()) {
        (Some(member), None) => Ok(member.clone()),
        (None, _) => Err(format!("has no such variant; {}", described(facts, &all))),
        _ => Err(format!("has several such variants; {}", described(facts, &all))),
    }
}

fn fits(facts: &Facts, member: &Schema, term: &str) -> bool {
    if let Some(absent) = term.strip_prefix('!') {
        return at(facts, member, absent).is_none();
    }
    match term.split_once('=') {
        None => at(facts, member, term).is_some(),
        Some((path, value)) => at(facts, member, path)
            .is_some_and(|schema| schema.values.iter().any(|known| known == value)),
    }
}

/// The schema at a dotted path; arrays on the way are looked through.
fn at(facts: &Facts, schema: &Schema, path: &str) -> Option<Schema> {
    let mut schema = schema.clone();
    for key in path.split('.') {
        while let Some(items) = schema.items.as_deref() {
            schema = settle(facts, items, Unions::Merge).ok()?;
        }
        schema = settle(facts, schema.properties.get(key)?, Unions::Merge).ok()?;
    }
    Some(schema)
}

/// The members with the terms that pick each, for people.
#[must_use]
pub fn described(facts: &Facts, members: &[Schema]) -> String {
    let list: Vec<String> = (0..members.len())
        .map(|index| {
            let quoted: Vec<String> =
                terms(facts, members, index).iter().map(|term| format!("{term:?}")).collect();
            format!("[{}]", quoted.join(", "))
        })
        .collect();
    format!("it has {}: {}", list.len(), list.join(" | "))
}

/// The shortest terms that pick the member at `index` and no other; empty if there are none.
#[must_use]
pub fn terms(facts: &Facts, members: &[Schema], index: usize) -> Vec<String> {
    let Some(member) = members.get(index) else {
        return Vec::new();
    };
    let candidates = candidates(facts, member, members);
    let alone = |terms: &[&String]| {
        members
            .iter()
            .enumerate()
            .all(|(other, m)| (other == index) == terms.iter().all(|term| fits(facts, m, term)))
    };
    if let Some(term) = candidates.iter().find(|term| alone(&[*term])) {
        return vec![term.clone()];
    }
    for (position, first) in candidates.iter().enumerate() {
        for second in candidates.iter().skip(position + 1) {
            if alone(&[first, second]) {
                return vec![first.clone(), second.clone()];
            }
        }
    }
    Vec::new()
}

fn candidates(facts: &Facts, member: &Schema, members: &[Schema]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, property) in &member.properties {
        found.push(name.clone());
        let Ok(mut inner) = settle(facts, property, Unions::Merge) else { continue };
        for value in inner.values.iter().filter_map(serde_json::Value::as_str) {
            found.push(format!("{name}={value}"));
        }
        if let Some(items) = inner.items.as_deref() {
            inner = settle(facts, items, Unions::Merge).unwrap_or_default();
        }
        found.extend(inner.properties.keys().map(|key| format!("{name}.{key}")));
    }
    // Plain keys read best, then values, then what is deeper, then what is absent.
    found.sort_by_key(|term| (term.contains('.'), term.contains('=')));
    let mut absent: Vec<String> = members
        .iter()
        .flat_map(|other| candidates_of_other(facts, other))
        .filter(|key| at(facts, member, key).is_none())
        .map(|key| format!("!{key}"))
        .collect();
    absent.sort_by_key(|term| term.matches('.').count());
    absent.dedup();
    found.extend(absent);
    found
}

fn candidates_of_other(facts: &Facts, member: &Schema) -> Vec<String> {
    let mut keys: Vec<String> = member.properties.keys().cloned().collect();
    for (name, property) in &member.properties {
        let Ok(mut inner) = settle(facts, property, Unions::Merge) else { continue };
        if let Some(items) = inner.items.as_deref() {
            inner = settle(facts, items, Unions::Merge).unwrap_or_default();
        }
        keys.extend(inner.properties.keys().map(|key| format!("{name}.{key}")));
    }
    keys
}

/// A schema for a value that both members take at the same place.
///
/// # Errors
/// Why there is none.
pub fn common(facts: &Facts, left: &Schema, right: &Schema) -> Result<Schema, String> {
    if left == right {
        return Ok(left.clone());
    }
    let left = settle(facts, left, Unions::Refuse)?;
    let right = settle(facts, right, Unions::Refuse)?;
    let number = |schema: &Schema| {
        matches!(schema.kind, Some(crate::facts::Kind::Integer | crate::facts::Kind::Number))
    };
    let nested = |schema: &Schema| !schema.properties.is_empty() || schema.items.is_some();
    if left == right {
        return Ok(left);
    }
    if nested(&left)
        || nested(&right)
        || (left.kind != right.kind && !(number(&left) && number(&right)))
    {
        return Err("has another shape in another variant: pick one with variant".into());
    }
    let mut cover = Schema { kind: left.kind, ..Schema::default() };
    if left.kind != right.kind {
        cover.kind = Some(crate::facts::Kind::Number);
    }
    if left.format == right.format {
        cover.format = left.format;
    }
    if !left.values.is_empty() && !right.values.is_empty() {
        cover.values = left.values;
        for value in right.values {
            if !cover.values.contains(&value) {
                cover.values.push(value);
            }
        }
    }
    Ok(cover)
}
