//! One list of the API, read as [`Thing`]s and remembered.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::kind::{Kind, Source, Way};
use super::{Listing, PAGE, REMEMBERED, Thing};
use crate::catalog::{self, Answer, Arg, Place, Tool};
use crate::mittwald::error::Unreadable;
use crate::mittwald::{ApiError, Arguments, Value, json, request, response};
use crate::tools::call::Environment;
use crate::tools::format;

/// What is remembered of a list.
#[derive(Serialize, Deserialize)]
struct Remembered {
    things: Vec<Thing>,
    total: u64,
}

/// Reads a list, of a project or narrowed by a text that goes into an argument.
///
/// # Errors
/// [`ApiError`].
pub async fn read(
    environment: &Environment<'_>,
    kind: Kind,
    source: Source,
    project: Option<&str>,
    by: Option<(&'static str, &str)>,
) -> Result<Listing, ApiError> {
    let text = by.map(|(_, text)| text);
    if let Some(known) = remembered(environment, kind, project, text) {
        return Ok(known);
    }
    // It would stand in a path or a query: what is no UUID is nobody's project.
    let unknown = || ApiError::NotFound { message: String::new() };
    if project.is_some_and(|project| !format::is_uuid(project)) {
        return Err(unknown());
    }
    let project = project.map(str::to_ascii_lowercase);
    let tool = catalog::find(source.tool).ok_or_else(unknown)?;
    let arguments = arguments(tool, project.as_deref(), by);
    let way = environment.way()?;
    let request = request::render(way, tool, &arguments, None).map_err(|_| unknown())?;
    let received = environment.ports.upstream.send(request).await.map_err(ApiError::NoAnswer)?;
    let success = response::read(&received, tool)?;
    let things = rows(tool, source, success.json, project.as_deref())
        .map_err(|_| ApiError::Unreadable(Unreadable::OtherShape))?;
    let read = u64::try_from(things.len()).unwrap_or(u64::MAX);
    let total = success.total.unwrap_or(read).max(read);
    let kept = Remembered { things, total };
    if let Ok(text_of_it) = serde_json::to_string(&kept) {
        let key = key(environment, kind, project.as_deref(), text);
        environment.ports.memory.remember(key, text_of_it, REMEMBERED);
    }
    Ok(Listing { things: kept.things, total, requests: 1, ..Listing::default() })
}

/// The list, if this person's connection read it a moment ago.
pub fn remembered(
    environment: &Environment<'_>,
    kind: Kind,
    project: Option<&str>,
    text: Option<&str>,
) -> Option<Listing> {
    let known = environment.ports.memory.recall(&key(environment, kind, project, text))?;
    let Remembered { things, total } = serde_json::from_str(&known).ok()?;
    Some(Listing { things, total, ..Listing::default() })
}

/// What one person may see says nothing about another, nor does one connection about the next, which
/// may have other scopes. JSON keeps the parts apart: the text is whatever somebody typed.
fn key(
    environment: &Environment<'_>,
    kind: Kind,
    project: Option<&str>,
    text: Option<&str>,
) -> String {
    let caller = environment.caller;
    let fixed = environment.project().map(str::to_ascii_lowercase);
    let project = project.map(str::to_ascii_lowercase);
    let parts = [
        Some(caller.account.as_str()),
        caller.grant.as_deref(),
        fixed.as_deref(),
        Some(kind.name()),
        project.as_deref(),
        text,
    ];
    let mut key = String::from("belongings [");
    for part in parts {
        json::push_comma(&mut key);
        match part {
            Some(part) => json::push_string(&mut key, part),
            None => key.push_str("null"),
        }
    }
    key
}

fn arguments<'a>(
    tool: &'static Tool,
    project: Option<&'a str>,
    by: Option<(&'static str, &'a str)>,
) -> Arguments<'a> {
    let mut arguments = Arguments::default();
    let arg = |fits: &dyn Fn(&Arg) -> bool| tool.args.iter().find(|arg| fits(arg));
    if let Some(limit) = arg(&|arg| arg.place == Place::Limit) {
        arguments.push(limit, Value::Integer(i64::try_from(PAGE).unwrap_or(i64::MAX)));
    }
    let texts = [project.map(|project| ("projectId", project)), by];
    for (name, text) in texts.into_iter().flatten() {
        if let Some(arg) = arg(&|arg| arg.name == name) {
            arguments.push(arg, Value::Text(Cow::Borrowed(text)));
        }
    }
    arguments
}

/// The rows of a list, or the one object that there is.
fn rows(
    tool: &Tool,
    source: Source,
    json: &str,
    project: Option<&str>,
) -> Result<Vec<Thing>, serde_json::Error> {
    let rows = match tool.answer {
        Answer::Object(_) => vec![serde_json::from_str::<&RawValue>(json)?],
        _ => json::elements(json)?,
    };
    let mut things = Vec::new();
    for row in rows {
        if let Some(thing) = thing(source, row, project)? {
            things.push(thing);
        }
    }
    Ok(things)
}

/// A row without an id is no thing that anybody could ask for.
fn thing(
    source: Source,
    row: &RawValue,
    project: Option<&str>,
) -> Result<Option<Thing>, serde_json::Error> {
    let text = |way: Way| -> Result<Option<String>, serde_json::Error> {
        let found = json::at(row, way)?;
        Ok(found.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    };
    let maybe = |way: Option<Way>| way.map_or(Ok(None), text);
    let Some(id) = text(source.id)? else { return Ok(None) };
    let short_id = maybe(source.short_id)?;
    let mut name = None;
    for way in source.name {
        name = match name {
            None => text(way)?,
            found => found,
        };
    }
    let name = name.or_else(|| short_id.clone()).unwrap_or_else(|| id.clone());
    let mut details: Vec<String> = Vec::new();
    for way in source.detail {
        details.extend(text(way)?.filter(|detail| *detail != name));
    }
    let detail = (!details.is_empty()).then(|| details.join(", "));
    let project = maybe(source.project)?.or_else(|| project.map(str::to_owned));
    Ok(Some(Thing { id, short_id, name, detail, project }))
}
