//! `[tool.args]` of a draft: every place of the request, unions flattened or merged.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::draft::{list, quoted};
use crate::facts::{Additional, Facts, Operation, Schema};
use crate::shape::{InnerNotes, Shape};
use crate::slots::{Slot, SlotPlace, Slots, slots};
use crate::union::{members, terms};
use crate::ways::{BODY, Ways};

/// The table's text and the names in it.
#[derive(Debug)]
pub struct Drafted {
    /// `[tool.args]`, or nothing.
    pub text: String,
    /// Arguments: our name and the API's.
    pub names: Vec<(String, String)>,
}

/// Objects deeper than this are a circle.
const ENDLESS: usize = 8;

/// Drafts the arguments.
///
/// # Errors
/// What of the request no tool can fill.
pub fn draft(
    facts: &Facts,
    key: &str,
    operation: &Operation,
    mut ways: Ways,
) -> Result<Drafted, String> {
    if let Some(body) = operation.body.as_ref().filter(|_| !key.starts_with("GET ")) {
        let schema = ways.plain(facts, &body.schema, BODY)?;
        scout(facts, &schema, BODY, false, &mut ways, 0);
    }
    let found = loop {
        match slots(facts, key, operation, &ways) {
            Ok(found) => break found,
            // Members that cannot share arguments: one of them is picked.
            Err(problems) if !pick_one(facts, operation, &mut ways, &problems) => {
                return Err(format!("{key}: {}", problems.join("; ")));
            }
            Err(_) => {}
        }
    };
    let mut text = String::new();
    for path in found.flattened.iter().filter(|path| *path != BODY) {
        let variant = ways
            .variants
            .get(path)
            .map_or(String::new(), |terms| format!(", variant = {}", list(terms)));
        let _ = writeln!(text, "{} = {{ flatten = true{variant} }}", bare_key(path));
    }
    let names = names(&found);
    let mut of_arguments = Vec::new();
    for slot in &found.slots {
        let name = names.get(&slot.qualified()).cloned().unwrap_or_default();
        if slot_lines(facts, slot, &found, &name, &ways, &mut text) {
            let api = slot.name.rsplit('.').next().unwrap_or(&slot.name).to_owned();
            of_arguments.push((name, api));
        }
    }
    for path in &ways.merge {
        if !found.slots.iter().any(|slot| slot.name == *path) {
            let _ = writeln!(
                text,
                "{} = {{ merge = true, description = \"TODO exactly one of its keys\" }}",
                bare_key(path)
            );
        }
    }
    let head = if text.is_empty() { "" } else { "[tool.args]\n" };
    Ok(Drafted { text: format!("{head}{text}"), names: of_arguments })
}

/// Finds unions: flattens them, or merges them inside of lists and maps. Says whether there are any.
fn scout(
    facts: &Facts,
    schema: &Schema,
    path: &str,
    nested: bool,
    ways: &mut Ways,
    depth: usize,
) -> bool {
    let Ok(members) = members(facts, schema) else { return false };
    if depth > ENDLESS {
        return false;
    }
    let mut found = members.len() > 1;
    for member in &members {
        for (name, property) in member.properties.iter().filter(|(_, p)| !p.read_only) {
            let below =
                if path == BODY && depth == 0 { name.clone() } else { format!("{path}.{name}") };
            found |= scout(facts, property, &below, nested, ways, depth + 1);
        }
        if let Some(items) = member.items.as_deref() {
            scout(facts, items, path, true, ways, depth + 1);
        }
        if let Some(Additional::Schema(values)) = &member.additional_properties {
            scout(facts, values, &format!("{path}.*"), true, ways, depth + 1);
        }
    }
    let object = members.iter().any(|member| !member.properties.is_empty());
    if found && object && depth > 0 {
        if !nested {
            ways.flatten.insert(path.into());
        } else if members.len() > 1 {
            ways.merge.insert(path.into());
        }
    }
    found
}

/// Picks the first member of the flattened union that a problem names; says whether it did.
fn pick_one(facts: &Facts, operation: &Operation, ways: &mut Ways, problems: &[String]) -> bool {
    let Some(body) = &operation.body else { return false };
    let flattened: Vec<String> = ways.flatten.iter().cloned().collect();
    for path in flattened.iter().filter(|path| !ways.variants.contains_key(*path)) {
        if !problems.iter().any(|problem| problem.starts_with(path.as_str())) {
            continue;
        }
        let mut at = vec![body.schema.clone()];
        for name in path.split('.') {
            let inside = at.iter().filter_map(|schema| members(facts, schema).ok()).flatten();
            at = inside.filter_map(|member| member.properties.get(name).cloned()).collect();
        }
        let Some(found) = at.first().and_then(|schema| members(facts, schema).ok()) else {
            continue;
        };
        let first = terms(facts, &found, 0);
        if found.len() > 1 && !first.is_empty() {
            ways.variants.insert(path.clone(), first);
            return true;
        }
    }
    false
}

/// A name for each slot: the API's, with its way in front where there are two.
fn names(found: &Slots) -> BTreeMap<String, String> {
    let last = |slot: &Slot| slot.name.rsplit('.').next().unwrap_or(&slot.name).to_owned();
    let taken = |name: &str| {
        let paging = found.pages && (name == "limit" || name == "page");
        paging || found.slots.iter().filter(|slot| last(slot) == name).count() > 1
    };
    let mut names = BTreeMap::new();
    for slot in &found.slots {
        let mut name = last(slot);
        if taken(&name) {
            let place = match (&slot.place, slot.name.contains('.')) {
                (SlotPlace::Path, _) => slot.name.clone(),
                (_, true) => camel(&slot.name),
                (SlotPlace::Query, _) => format!("{}Filter", slot.name),
                (SlotPlace::Body(_), _) => format!("new{}", upper(&slot.name)),
            };
            name = place;
        }
        names.insert(slot.qualified(), camel(&name.replace(['-', '[', ']', ':'], ".")));
    }
    names
}

/// The lines about a slot; says whether it is an argument.
fn slot_lines(
    facts: &Facts,
    slot: &Slot,
    found: &Slots,
    name: &str,
    ways: &Ways,
    text: &mut String,
) -> bool {
    let same = found.slots.iter().filter(|other| other.name == slot.name).count() > 1;
    let key = bare_key(&if same { slot.qualified() } else { slot.name.clone() });
    let mut inner = InnerNotes::default();
    inner.ways.merge.clone_from(&ways.merge);
    let shape = match Shape::of(facts, &slot.schema, &slot.name, &mut inner) {
        Ok(shape) => shape,
        Err(why) => {
            let _ = writeln!(text, "{key} = {{ hide = true }} # {why}");
            return false;
        }
    };
    let need = match (slot.required, slot.in_choice) {
        (true, _) => "required",
        (_, true) => "in a choice",
        _ => "optional",
    };
    let mut sketch = shape.sketch();
    if sketch.chars().count() > 90 {
        sketch = sketch.chars().take(90).chain("...".chars()).collect();
    }
    let rename = slot.name.rsplit('.').next() != Some(name);
    let merge = ways.merge.contains(&slot.name);
    let note = if rename || merge {
        let rename = if rename { format!("rename = {}, ", quoted(name)) } else { String::new() };
        let merge = if merge { "merge = true, " } else { "" };
        format!("{{ {rename}{merge}description = \"TODO\" }}")
    } else {
        quoted("TODO")
    };
    let _ = writeln!(text, "{key} = {note} # {need}: {sketch}");
    let place = slot.qualified();
    for path in inner.met.iter().filter(|path| !ways.merge.contains(*path)) {
        let path = if same {
            place.split('.').next().map_or(String::new(), |p| format!("{p}.{path}"))
        } else {
            path.clone()
        };
        let _ = writeln!(text, "# {} = \"...\"", bare_key(&path));
    }
    true
}

/// A TOML key: quoted where it has to be.
fn bare_key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain { name.to_owned() } else { quoted(name) }
}

/// `a.b.c` -> `aBC`.
fn camel(dotted: &str) -> String {
    let mut parts = dotted.split('.').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &upper(part))
}

fn upper(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
