//! `[tool.args]` and the API's own parameters become arguments and fixed values.
//!
//! Keys of `[tool.args]` are the API's names: `projectId`, or `body.projectId` where path and body
//! share a name. A dotted key reaches into a body object: if all objects above it say
//! `flatten = true` it is an argument, else it describes or hides a key inside an argument. Unions
//! are picked from (`variant`), flattened into a choice of arguments, or merged into one object.
//! Everything the API declares must be mentioned, so that a new parameter cannot go unnoticed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;

use crate::choice::{self, Filling};
use crate::declaration::{ArgumentNote, Declaration};
use crate::facts::{Facts, Operation};
use crate::mirror;
use crate::problem::Report;
use crate::request::{Argument, PathPart, Place, Request};
use crate::shape::{InnerNote, InnerNotes, Shape, with_map_keys};
use crate::slots::{self, PAGING, Slot, SlotPlace, Slots};
use crate::ways::{Ways, bare};

/// Most characters of an argument's description.
pub const LONGEST_DESCRIPTION: usize = 200;

/// The request of a tool; `None` if something was reported.
pub fn join(
    facts: &Facts,
    key: &str,
    operation: &Operation,
    declaration: &Declaration,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Option<Request> {
    let ways = Ways::of(declaration);
    let slots = match slots::slots(facts, key, operation, &ways) {
        Ok(slots) => slots,
        Err(problems) => {
            for problem in problems {
                report.add(at, format!("{key}: {problem}"));
            }
            return None;
        }
    };
    let mut request = Request::new(key);
    let empty = |path: &Vec<String>| (path.clone(), Value::Object(serde_json::Map::new()));
    request.fixed_body.extend(slots.empty.iter().map(empty));
    let mut notes = assign(&slots, declaration, ways, key, report);
    let mut fillings: BTreeMap<&str, (&Slot, Filling)> = BTreeMap::new();
    for slot in &slots.slots {
        match notes.of_slot.remove(&slot.qualified()) {
            Some((span, note)) => match fill(facts, slot, note, &mut notes.inner, &mut request) {
                Ok(filling) if slot.in_choice => {
                    fillings.insert(&slot.name, (slot, filling));
                }
                Ok(_) => {}
                Err(problem) => {
                    report.add(&span, format!("argument {}: {problem}", slot.name));
                }
            },
            None => report.add(at, unmentioned(slot)),
        }
    }
    for (path, span) in &notes.inner_spans {
        if !notes.inner.met.contains(path) {
            report.add(span, format!("argument {path}: no request of {key} uses it"));
        }
    }
    if report.is_empty() {
        let filling = |name: &str| fillings.get(name).map(|(slot, f)| ((*slot).clone(), f.clone()));
        for raw in &slots.choices {
            if let Err(problem) = choice::resolve(facts, raw, &filling, &mut request) {
                report.add(at, problem);
            }
        }
    }
    if slots.pages {
        request.arguments.extend(Argument::paging());
    }
    let mut names = BTreeSet::new();
    for argument in &request.arguments {
        if !names.insert(&argument.name) {
            report.add(at, format!("argument {}: there are two, rename one", argument.name));
        }
    }
    if let Some(header) = mirror::twice(&request) {
        report.add(at, format!("header {header}: two arguments cannot share it"));
    }
    for (_, repeated) in &request.repeated {
        if !request.arguments.iter().any(|argument| argument.name == *repeated && argument.required)
        {
            report.add(at, format!("same_as: there is no required argument {repeated}"));
        }
    }
    request.body = slots.body_required || request.fills_body();
    if let Some(media_type) = slots.media_type.filter(|m| request.body && m != "application/json") {
        report.add(at, format!("{key} takes {media_type}; a tool can send JSON only"));
    }
    report.is_empty().then_some(request)
}

fn unmentioned(slot: &Slot) -> String {
    let name = &slot.name;
    match &slot.place {
        SlotPlace::Path => format!("path parameter {name} needs a description in [tool.args]"),
        SlotPlace::Query if slot.required => {
            format!("nobody fills required query parameter {name}")
        }
        SlotPlace::Query => format!("query parameter {name} is not mentioned: describe or hide it"),
        SlotPlace::Body(_) if slot.required => format!("nobody fills required body field {name}"),
        SlotPlace::Body(_) => format!("body field {name} is not mentioned: describe or hide it"),
    }
}

/// Which note is about which slot.
struct Assigned<'a> {
    of_slot: BTreeMap<String, (Range<usize>, &'a ArgumentNote)>,
    inner: InnerNotes,
    inner_spans: Vec<(String, Range<usize>)>,
}

fn assign<'a>(
    slots: &Slots,
    declaration: &'a Declaration,
    ways: Ways,
    key: &str,
    report: &mut Report<'_>,
) -> Assigned<'a> {
    let mut assigned = Assigned {
        of_slot: BTreeMap::new(),
        inner: InnerNotes { ways, ..InnerNotes::default() },
        inner_spans: Vec::new(),
    };
    for (name, note) in &declaration.args {
        let (name, span) = (name.get_ref(), name.span());
        let matching: Vec<&Slot> = slots
            .slots
            .iter()
            .filter(|slot| slot.name == *name || slot.qualified() == *name)
            .collect();
        match matching.as_slice() {
            [slot] => {
                if assigned.of_slot.insert(slot.qualified(), (span.clone(), note)).is_some() {
                    report.add(&span, format!("argument {name}: declared twice"));
                }
            }
            [_, ..] => report.add(
                &span,
                format!(
                    "argument {name}: it is in path, query or body; say which (\"body.{name}\")"
                ),
            ),
            // Its keys are the slots.
            [] if note.flatten && slots.flattened.contains(bare(name)) => {
                if note.description.is_some() || note.hide {
                    report.add(&span, format!("argument {name}: flattened, describe its keys"));
                }
            }
            [] if slots.pages && PAGING.contains(&name.as_str()) => report
                .add(&span, format!("argument {name}: paging is added by the compiler, drop this")),
            [] if inside_of_slot(slots, name) || inside_of_slot(slots, bare(name)) => {
                let path = if inside_of_slot(slots, name) { name } else { bare(name) }.to_owned();
                assigned.inner_spans.push((path.clone(), span));
                assigned.inner.notes.insert(
                    path,
                    InnerNote { description: note.description.clone(), hide: note.hide },
                );
            }
            [] => report.add(&span, format!("argument {name}: no request of {key} uses it")),
        }
    }
    assigned
}

fn inside_of_slot(slots: &Slots, path: &str) -> bool {
    slots
        .slots
        .iter()
        .any(|slot| path.strip_prefix(slot.name.as_str()).is_some_and(|rest| rest.starts_with('.')))
}

/// Adds what a note says about a slot to the request; the caller adds what a choice decides.
fn fill(
    facts: &Facts,
    slot: &Slot,
    note: &ArgumentNote,
    inner: &mut InnerNotes,
    request: &mut Request,
) -> Result<Filling, String> {
    let no_argument = note.hide || note.fix.is_some() || note.generate.is_some();
    if note.header.is_some() && (no_argument || note.same_as.is_some()) {
        return Err("no argument, so no header can repeat it".into());
    }
    if note.hide {
        return if slot.required {
            Err("hidden, but the API requires it: nobody fills it".into())
        } else if note.description.is_some() || note.fix.is_some() || note.default.is_some() {
            Err("hidden, so it can have no description, fix or default".into())
        } else {
            Ok(Filling::Hidden)
        };
    }
    let shape = Shape::of(facts, &slot.schema, &slot.name, inner)?;
    if note.generate.is_some() || note.same_as.is_some() {
        return fill_ourselves(slot, note, &shape, request);
    }
    for value in note.fix.iter().chain(&note.default) {
        if !shape.accepts(value) {
            return Err(format!("the API does not take {value}"));
        }
    }
    if let Some(value) = &note.fix {
        return if note.description.is_some() || note.default.is_some() || note.rename.is_some() {
            Err("fixed, so it can have no description, rename or default".into())
        } else {
            if !slot.in_choice {
                request.fix(slot, value)?;
            }
            Ok(Filling::Fixed(value.clone()))
        };
    }
    if slot.in_choice && note.default.is_some() {
        return Err("part of a choice, so it can have no default".into());
    }
    let description = match note.description.as_deref().map(str::trim) {
        None | Some("") => return Err("needs a description".into()),
        Some(text) if text.chars().count() > LONGEST_DESCRIPTION => {
            return Err(format!("description is longer than {LONGEST_DESCRIPTION} characters"));
        }
        Some(text) => text.to_owned(),
    };
    let name = argument_name(slot, note)?;
    if let Some(header) = &note.header {
        mirror::check(facts, (&slot.name, &slot.schema), &shape, header)?;
    }
    let place = match &slot.place {
        SlotPlace::Path => {
            request.name_path_part(&slot.name, PathPart::Argument(name.clone()));
            Place::Path
        }
        SlotPlace::Query => Place::Query(slot.name.clone()),
        SlotPlace::Body(path) => Place::Body(path.clone()),
    };
    request.arguments.push(Argument {
        required: (slot.required || note.required) && note.default.is_none() && !slot.in_choice,
        // What the API does on its own is worth telling, but not worth sending.
        shown_default: note.default.clone().or_else(|| api_default(facts, slot, &shape)),
        default: note.default.clone(),
        api_name: slot.name.rsplit('.').next().unwrap_or(&slot.name).to_owned(),
        name: name.clone(),
        description: with_map_keys(description, &shape),
        shape,
        place,
        header: note.header.clone(),
    });
    Ok(Filling::Argument(name, note.required))
}

/// A text in the body that no argument of its own fills.
fn fill_ourselves(
    slot: &Slot,
    note: &ArgumentNote,
    shape: &Shape,
    request: &mut Request,
) -> Result<Filling, String> {
    let path = match &slot.place {
        SlotPlace::Body(path) if matches!(shape, Shape::Text { .. }) && !path.is_empty() => path,
        _ => return Err("only a text in the body can be generated or the same as another".into()),
    };
    if slot.in_choice {
        return Err("it can be no part of a choice: pick a variant".into());
    }
    if note.description.is_some() || note.default.is_some() || note.fix.is_some() {
        return Err("no argument, so it can have no description, fix or default".into());
    }
    match &note.same_as {
        None => request.generated.push(path.clone()),
        Some(name) => request.repeated.push((path.clone(), name.clone())),
    }
    Ok(Filling::Hidden)
}

fn api_default(facts: &Facts, slot: &Slot, shape: &Shape) -> Option<Value> {
    let default = facts.resolve(&slot.schema)?.default.clone()?;
    shape.accepts(&default).then_some(default)
}

fn argument_name(slot: &Slot, note: &ArgumentNote) -> Result<String, String> {
    let name = note
        .rename
        .as_deref()
        .unwrap_or_else(|| slot.name.rsplit('.').next().unwrap_or(&slot.name));
    if is_argument_name(name) {
        Ok(name.into())
    } else {
        Err(format!("{name:?} is no name that all clients accept: rename it"))
    }
}

/// Whether all clients accept an argument of this name.
#[must_use]
pub fn is_argument_name(name: &str) -> bool {
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|first| first.is_ascii_alphabetic());
    starts_well && name.len() <= 64 && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
