//! Short ids, as mStudio shows them (`p-abc123`): taken wherever an argument wants the UUID of a
//! project, server or app, and looked up where the API itself would refuse them.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::call::Environment;
use crate::catalog::{Arg, Format, Shape, Tool};
use crate::mittwald::error::Unreadable;
use crate::mittwald::{ApiError, Arguments, Value, json, response};

/// Seconds for which a found id is remembered: short ids never change their meaning.
const REMEMBERED: u64 = 300;

/// Something with short ids.
struct Kind {
    /// How arguments that name one end.
    argument: &'static str,
    /// How its short ids begin.
    prefix: &'static str,
    /// List that finds them by `searchTerm`.
    list: &'static str,
    /// What it is called.
    noun: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind { argument: "projectid", prefix: "p-", list: "/v2/projects", noun: "project" },
    Kind { argument: "serverid", prefix: "s-", list: "/v2/servers", noun: "server" },
    Kind {
        argument: "appinstallationid",
        prefix: "a-",
        list: "/v2/app-installations",
        noun: "app",
    },
];

/// Why a short id has no UUID.
#[derive(Debug)]
pub enum Unresolved {
    /// Caller: tool result that says so. Nothing of this kind has it.
    Unknown(String),
    /// Caller: as for any request. mittwald could not be asked.
    Failed(ApiError),
}

/// The short id that the value is, where the argument wants the UUID of what it stands for.
#[must_use]
pub fn given<'a>(raw: &'a RawValue, arg: &Arg) -> Option<Cow<'a, str>> {
    json::text(raw).filter(|text| kind(arg, text).is_some())
}

fn kind(arg: &Arg, text: &str) -> Option<&'static Kind> {
    let Shape::Text { format: Some(Format::Uuid), .. } = arg.shape else { return None };
    let name = arg.name.to_ascii_lowercase();
    let found = KINDS.iter().find(|kind| name.ends_with(kind.argument))?;
    let tail = text.strip_prefix(found.prefix)?;
    let alphanumeric = tail.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (alphanumeric && (4..=12).contains(&tail.len())).then_some(found)
}

/// Puts the UUID in the place of each short id.
///
/// # Errors
/// [`Unresolved`] for the first one that has none; nothing was changed then.
pub async fn resolve(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &mut Arguments<'_>,
) -> Result<(), Unresolved> {
    let mut steps = 0_u32;
    for arg in tool.args {
        let Some(short) = arguments.get(arg.name).map(|value| value.plain().into_owned()) else {
            continue;
        };
        let Some(kind) = kind(arg, &short) else { continue };
        let id = look_up(environment, tool, kind, &short, &mut steps).await?;
        arguments.replace(arg.name, Value::Text(Cow::Owned(id)));
    }
    if steps > 0 {
        environment.progress.report(steps, None, "Asking mittwald.");
    }
    Ok(())
}

async fn look_up(
    environment: &Environment<'_>,
    tool: &'static Tool,
    kind: &Kind,
    short: &str,
    steps: &mut u32,
) -> Result<String, Unresolved> {
    // What one person may see says nothing about another.
    let within = environment.project();
    let key = format!("short-id {} {} {short}", environment.caller.account, within.unwrap_or("-"));
    if let Some(known) = environment.ports.memory.recall(&key) {
        return Ok(known);
    }
    environment.progress.report(*steps, None, &format!("Finding the {} {short}.", kind.noun));
    *steps = steps.saturating_add(1);
    let request = environment.way().map_err(Unresolved::Failed)?.search(kind.list, short);
    let failed = |failure| Unresolved::Failed(ApiError::NoAnswer(failure));
    let received = environment.ports.upstream.send(request).await.map_err(failed)?;
    let rows = response::of_lookup(&received, tool).map_err(Unresolved::Failed)?;
    let found = find(rows, short, within)
        .map_err(|_| Unresolved::Failed(ApiError::Unreadable(Unreadable::OtherShape)))?;
    let Some(id) = found else {
        return Err(Unresolved::Unknown(format!(
            "No {} has the short id {short}, or this person may not see it. Nothing else was sent; \
             check the id.",
            kind.noun
        )));
    };
    environment.ports.memory.remember(key, id.clone(), REMEMBERED);
    Ok(id)
}

/// The id of the row with this short id. Where a project is fixed, what is not of it is nobody's.
fn find(
    rows: &str,
    short: &str,
    within: Option<&str>,
) -> Result<Option<String>, serde_json::Error> {
    for row in json::elements(rows)? {
        let [id, found, project] = json::pick(row.get(), ["id", "shortId", "projectId"])?;
        if found.and_then(json::text).is_none_or(|found| found != short) {
            continue;
        }
        let id = id.and_then(json::text);
        let owner = project.and_then(json::text).or_else(|| id.clone());
        let foreign = within
            .is_some_and(|within| owner.is_none_or(|owner| !owner.eq_ignore_ascii_case(within)));
        return Ok(id.filter(|_| !foreign).map(Cow::into_owned));
    }
    Ok(None)
}
