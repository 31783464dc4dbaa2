//! Staying inside one project, where the address (`/mcp/p/{projectId}`) or the person's consent fixes
//! it. Reads are checked before anything is returned, writes before anything is sent. Something of
//! another project answers like something that does not exist: who holds a token for one project
//! learns nothing about the others.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::call::Environment;
use crate::catalog::{Answer, Binding, Lookup, PathPart, Tool};
use crate::mittwald::error::Unreadable;
use crate::mittwald::response::{self, Success};
use crate::mittwald::{ApiError, Arguments, json};

/// Most ids of one argument that are looked up; more are refused.
const MOST_IDS: usize = 10;

/// Why a call may not happen.
#[derive(Debug, PartialEq, Eq)]
pub enum Outside {
    /// Caller: as for an unknown id.
    Foreign,
    /// Caller: tool result, "could not be checked; nothing was sent".
    Unproved(ApiError),
}

/// Proves, as far as that is possible before the request, that the call stays inside the project.
/// What a tool shows by its answer alone is checked by [`own`].
///
/// # Errors
/// [`Outside`].
pub async fn prove(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    project: &str,
) -> Result<(), Outside> {
    for binding in std::iter::once(&tool.project).chain(tool.secondary) {
        match binding {
            // `None` is not served; the others need no proof, none before the answer, or bring their own.
            Binding::None | Binding::Public | Binding::Own | Binding::Answer(_) => {}
            Binding::Argument(name) => {
                if arguments.get(name).is_some_and(|id| !same(&id.plain(), project)) {
                    return Err(Outside::Foreign);
                }
            }
            Binding::Listed { lookup, argument } => {
                let ids = given(argument, arguments)?;
                if !ids.is_empty() {
                    let own = ask(environment, tool, lookup, &|_| Some(project.to_owned())).await?;
                    if !ids.iter().all(|id| own.iter().any(|own| same(id, own))) {
                        return Err(Outside::Foreign);
                    }
                }
            }
            Binding::Via(lookups) => follow(environment, tool, lookups, arguments, project).await?,
        }
    }
    Ok(())
}

/// Asks where something belongs. A secondary id that the call does not name belongs nowhere.
async fn follow(
    environment: &Environment<'_>,
    tool: &'static Tool,
    lookups: &'static [Lookup],
    arguments: &Arguments<'_>,
    project: &str,
) -> Result<(), Outside> {
    let Some((first, further)) = lookups.split_first() else { return Ok(()) };
    for given in every_filling(first.path, arguments)? {
        let value = |name: &'static str| {
            let filled = given.iter().find(|(argument, _)| *argument == name);
            filled.map(|(_, id)| id.clone())
        };
        let mut found = ask(environment, tool, first, &value).await?;
        for lookup in further {
            let [id] = found.as_slice() else { return Err(Outside::Foreign) };
            found = ask(environment, tool, lookup, &|_| Some(id.clone())).await?;
        }
        if found.is_empty() || !found.iter().all(|id| same(id, project)) {
            return Err(Outside::Foreign);
        }
    }
    Ok(())
}

/// Values for the parameters of a path.
type Filling = Vec<(&'static str, String)>;

/// The values for a lookup's path: none where the call leaves the argument out, one filling, or one
/// for each id of a list.
fn every_filling(
    path: &'static [PathPart],
    arguments: &Arguments<'_>,
) -> Result<Vec<Filling>, Outside> {
    let mut fillings: Vec<Filling> = vec![Vec::new()];
    for part in path {
        let PathPart::Arg(name) = part else { continue };
        let ids = given(name, arguments)?;
        fillings = fillings
            .iter()
            .flat_map(|filling| {
                ids.iter().map(|id| {
                    let mut longer = filling.clone();
                    longer.push((*name, id.clone()));
                    longer
                })
            })
            .collect();
    }
    Ok(fillings)
}

/// The ids that a call gives in an argument, or inside one (a dotted way).
fn given(way: &str, arguments: &Arguments<'_>) -> Result<Vec<String>, Outside> {
    let (argument, inside) = way.split_once('.').unwrap_or((way, ""));
    let mut ids = Vec::new();
    if let Some(value) = arguments.get(argument) {
        let mut text = String::new();
        value.write_json(&mut text);
        let value = serde_json::from_str(&text).map_err(|_| Outside::Foreign)?;
        gather(&value, inside, &mut ids);
        ids.sort_unstable();
        ids.dedup();
    }
    if ids.len() > MOST_IDS { Err(Outside::Foreign) } else { Ok(ids) }
}

/// The texts at the end of a dotted way into lists and objects (`*`: each value, `#`: each key).
fn gather(value: &serde_json::Value, way: &str, ids: &mut Vec<String>) {
    let (key, rest) = way.split_once('.').unwrap_or((way, ""));
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|v| gather(v, way, ids)),
        serde_json::Value::Object(members) if key == "#" => ids.extend(members.keys().cloned()),
        serde_json::Value::Object(members) if key == "*" => {
            members.values().for_each(|v| gather(v, rest, ids));
        }
        serde_json::Value::Object(members) => {
            members.get(key).into_iter().for_each(|v| gather(v, rest, ids));
        }
        serde_json::Value::String(text) if way.is_empty() => ids.push(text.clone()),
        _ => {}
    }
}

/// What one lookup finds: a value, or one for each row of a list.
async fn ask(
    environment: &Environment<'_>,
    tool: &'static Tool,
    lookup: &'static Lookup,
    value: &dyn Fn(&'static str) -> Option<String>,
) -> Result<Vec<String>, Outside> {
    let way = environment.way().map_err(Outside::Unproved)?;
    // An id that cannot stand in a path is nobody's.
    let request = way.get(lookup.path, value).map_err(|_| Outside::Foreign)?;
    let failed = |failure| Outside::Unproved(ApiError::NoAnswer(failure));
    let received = environment.ports.upstream.send(request).await.map_err(failed)?;
    let answer = match response::of_lookup(&received, tool) {
        Ok(answer) => answer,
        // mittwald hides what a person may not see in both ways.
        Err(ApiError::NotFound { .. } | ApiError::Forbidden { .. }) => {
            return Err(Outside::Foreign);
        }
        Err(error) => return Err(Outside::Unproved(error)),
    };
    let unreadable = |_| Outside::Unproved(ApiError::Unreadable(Unreadable::OtherShape));
    let rows = if answer.trim_start().starts_with('[') {
        json::elements(answer).map_err(unreadable)?
    } else {
        vec![serde_json::from_str(answer).map_err(unreadable)?]
    };
    let mut found = Vec::new();
    for row in rows {
        let id = json::at(row, lookup.at).map_err(unreadable)?;
        found.push(id.map(Cow::into_owned).ok_or(Outside::Foreign)?);
    }
    Ok(found)
}

/// The part of the answer that belongs to the project: the object if it does, or the rows that do.
///
/// # Errors
/// [`ApiError::NotFound`] where an object belongs elsewhere.
pub fn own<'a>(
    tool: &'static Tool,
    success: &'a Success<'a>,
    project: &str,
) -> Result<(Cow<'a, str>, Option<u64>), ApiError> {
    let all = (Cow::Borrowed(success.json), success.total);
    let Binding::Answer(path) = tool.project else { return Ok(all) };
    let unreadable = |_| ApiError::Unreadable(Unreadable::OtherShape);
    let belongs = |row: &RawValue| {
        json::at(row, path).map(|id| id.is_some_and(|id| same(&id, project))).map_err(unreadable)
    };
    if !matches!(tool.answer, Answer::List { .. } | Answer::Values { .. }) {
        let object: &RawValue = serde_json::from_str(success.json).map_err(unreadable)?;
        return if belongs(object)? { Ok(all) } else { Err(foreign()) };
    }
    let rows = json::elements(success.json).map_err(unreadable)?;
    let mut kept = String::from("[");
    let mut count: usize = 0;
    for row in &rows {
        if belongs(row)? {
            json::push_comma(&mut kept);
            kept.push_str(row.get());
            count = count.saturating_add(1);
        }
    }
    kept.push(']');
    // How many there are elsewhere is nobody's business here.
    let total = success.total.filter(|_| count == rows.len());
    Ok((Cow::Owned(kept), total))
}

/// What an unknown id comes to.
#[must_use]
pub fn foreign() -> ApiError {
    ApiError::NotFound { message: String::new() }
}

/// Whether two ids are the same; the letters of a UUID have no case (RFC 9562 section 4).
fn same(id: &str, project: &str) -> bool {
    id.eq_ignore_ascii_case(project)
}

#[cfg(test)]
mod tests;
