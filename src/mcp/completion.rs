//! `completion/complete` (2025-11-25 server/utilities/completion): what a person may mean while they
//! type into a form. They type a name, a short id or a hostname; the values are ids, because that is
//! what arguments take.
//!
//! Lists are those of [`crate::tools::belongings`]: read with the person's own token, within scope
//! and project, and remembered for 30 s for nobody else. Each completion counts as a call.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::value::RawValue;

use super::error::{Error, shown};
use super::frame::Call;
use super::reply::{Answered, ResultWriter};
use super::resources::{self, uri};
use super::revision::Revision;
use super::{Context, Note, params, prompts};
use crate::catalog::Completes;
use crate::http::Status;
use crate::mittwald::{ApiError, json};
use crate::tools::belongings::{self, Kind, Listing, Thing};
use crate::tools::likeness::{Likeness, Typed};
use crate::tools::{Environment, format, outcome};

/// Most values of an answer (2025-11-25 server/utilities/completion, "Completion Results").
const MAX_VALUES: usize = 100;

/// Longest text that is looked for, in characters; nothing of ours has a longer name.
const MAX_TYPED: usize = 200;

/// The argument that narrows others, as every prompt and template calls it.
const PROJECT: &str = "projectId";

/// What the values of an argument are.
enum Source {
    /// Any text: nothing can be proposed.
    Free,
    /// One of these.
    Fixed(&'static [&'static str]),
    /// Ids of these things.
    Things(Completes),
}

/// Values that fit, best first.
#[derive(Debug, Default)]
struct Values {
    values: Vec<String>,
    /// Whether these are all that fit, as far as we know.
    complete: bool,
}

/// Completes an argument of a prompt or of a resource template.
///
/// # Errors
/// -32602 for a reference or an argument that there is not; -32603 where the list cannot be read.
pub async fn answer(
    context: &Context<'_>,
    call: &Call<'_>,
    revision: Revision,
    began_ms: u64,
) -> Result<Answered, Error> {
    let [reference, argument, further] = params::members(call, ["ref", "argument", "context"])?;
    let [name, value] = texts(reference_or(argument, "argument")?, ["name", "value"], "argument")?;
    let name = params::text(name, "argument.name", "the name of an argument")?;
    let value = params::text(value, "argument.value", "what was typed so far")?;
    let source = source(context, reference_or(reference, "ref")?, &name)?;
    let project = project(further)?;
    if !context.ports.limiter.allow(&context.caller.account).await {
        return Err(Error::Failed {
            message: "Too many calls by this person within a minute. Wait a minute, then go on."
                .into(),
            reason: "rate_limited",
            challenge: None,
        });
    }
    let found = match source {
        Source::Free => Values { values: Vec::new(), complete: true },
        Source::Fixed(values) => {
            let typed = Typed::new(&value);
            let fits = |one: &&&str| {
                typed.likeness(one).is_some_and(|likeness| likeness <= Likeness::Beginning)
            };
            let values = values.iter().filter(fits).map(|one| (*one).to_owned()).collect();
            Values { values, complete: true }
        }
        Source::Things(_) if value.chars().count() > MAX_TYPED => {
            Values { values: Vec::new(), complete: true }
        }
        Source::Things(kind) => {
            let environment = context.environment(began_ms);
            let typed = value.trim();
            match things(&environment, kind, project.as_deref(), typed).await {
                Ok(found) => found,
                Err(error) => return Err(unread(&environment, &error)),
            }
        }
    };
    Ok(Answered {
        body: written(call, revision, &found),
        status: Status::OK,
        challenge: None,
        note: Note {
            method: "completion/complete",
            tool: "",
            revision: revision.name(),
            outcome: "ok",
        },
    })
}

fn written(call: &Call<'_>, revision: Revision, found: &Values) -> String {
    let Values { values, complete } = found;
    let more = !complete || values.len() > MAX_VALUES;
    let writer = ResultWriter::open(call.id.get(), revision, None, 4_096);
    let writer = writer.with("completion", |out| {
        out.push_str("{\"values\":[");
        for value in values.iter().take(MAX_VALUES) {
            json::push_comma(out);
            json::push_string(out, value);
        }
        out.push(']');
        // A total that is not known is left out.
        if *complete {
            json::push_name(out, "total");
            out.push_str(&values.len().to_string());
        }
        json::push_name(out, "hasMore");
        out.push_str(if more { "true}" } else { "false}" });
    });
    writer.close()
}

fn reference_or<'a>(member: Option<&'a RawValue>, name: &str) -> Result<&'a RawValue, Error> {
    member
        .filter(|member| json::is_object(member))
        .ok_or_else(|| Error::Params(format!("{name} is missing or no object.")))
}

fn texts<'a, const N: usize>(
    object: &'a RawValue,
    names: [&'static str; N],
    what: &str,
) -> Result<[Option<&'a RawValue>; N], Error> {
    json::pick(object.get(), names)
        .map_err(|_| Error::Params(format!("A member of {what} is given twice.")))
}

/// What the argument takes.
fn source(context: &Context<'_>, reference: &RawValue, argument: &str) -> Result<Source, Error> {
    let [kind, name, uri] = texts(reference, ["type", "name", "uri"], "ref")?;
    let kind = params::text(kind, "ref.type", "ref/prompt or ref/resource")?;
    match kind.as_ref() {
        "ref/prompt" => {
            of_prompt(context, &params::text(name, "ref.name", "the name of a prompt")?, argument)
        }
        "ref/resource" => {
            let uri = params::text(uri, "ref.uri", "one of resources/templates/list")?;
            of_template(context, &uri, argument)
        }
        other => Err(Error::Params(format!(
            "ref.type must be ref/prompt or ref/resource, not {}.",
            shown(other)
        ))),
    }
}

fn of_prompt(context: &Context<'_>, name: &str, argument: &str) -> Result<Source, Error> {
    let prompt = prompts::named(name)?;
    if argument == prompts::LANGUAGE {
        return Ok(Source::Fixed(&prompts::LANGUAGES));
    }
    let found = prompts::asked_for(context, prompt).find(|known| known.name == argument);
    match found {
        Some(found) => Ok(found.completes.map_or(Source::Free, Source::Things)),
        None => Err(Error::Params(format!("{name} has no argument {}.", shown(argument)))),
    }
}

fn of_template(context: &Context<'_>, uri: &str, argument: &str) -> Result<Source, Error> {
    let template = uri::TEMPLATES
        .iter()
        .filter(|template| resources::is_served(context, template))
        .find(|template| template.uri() == uri)
        .ok_or_else(|| {
            Error::Params(format!(
                "There is no resource template {}; resources/templates/list shows them.",
                shown(uri)
            ))
        })?;
    if argument == template.variable {
        Ok(Source::Things(template.completes))
    } else {
        Err(Error::Params(format!(
            "{uri} has no variable {}; it has {}.",
            shown(argument),
            template.variable
        )))
    }
}

/// The project that was chosen before, in `context.arguments`.
fn project(further: Option<&RawValue>) -> Result<Option<String>, Error> {
    let Some(further) = further else { return Ok(None) };
    let wrong = |_| Error::Params("context.arguments must be an object of texts.".into());
    let [arguments] = json::pick(further.get(), ["arguments"]).map_err(wrong)?;
    let Some(arguments) = arguments.filter(|arguments| !json::is_null(arguments)) else {
        return Ok(None);
    };
    let [project] = json::pick(arguments.get(), [PROJECT]).map_err(wrong)?;
    let project = project.and_then(json::text).map(Cow::into_owned);
    Ok(project.filter(|project| !project.trim().is_empty()))
}

/// The lists of a kind.
const fn kinds(completes: Completes) -> &'static [Kind] {
    match completes {
        Completes::Project => &[Kind::Project],
        Completes::App => &[Kind::App],
        Completes::Database => &[Kind::MysqlDatabase, Kind::RedisDatabase],
        Completes::Domain => &[Kind::Domain],
        Completes::MailAddress => &[Kind::MailAddress],
        Completes::Backup => &[Kind::Backup],
        Completes::Conversation => &[Kind::Conversation],
        Completes::Customer => &[Kind::Customer],
    }
}

/// Things that fit what was typed, best first.
async fn things(
    environment: &Environment<'_>,
    completes: Completes,
    project: Option<&str>,
    typed: &str,
) -> Result<Values, ApiError> {
    let project = match project {
        // A project does not narrow projects and organisations: it is one, or belongs to one.
        Some(_) if matches!(completes, Completes::Project | Completes::Customer) => None,
        Some(given) => match uuid_of(environment, given).await? {
            Some(id) => Some(id),
            None => return Ok(Values { values: Vec::new(), complete: true }),
        },
        None => None,
    };
    let text = Typed::new(typed);
    let mut fitting: Vec<(Option<Likeness>, String)> = Vec::new();
    let mut complete = true;
    for kind in kinds(completes) {
        let listing = read(environment, *kind, project.as_deref()).await?;
        let known = listing.things.iter();
        fitting
            .extend(known.filter_map(|thing| Some((Some(fits(&text, thing)?), thing.id.clone()))));
        if listing.is_complete() || listing.withheld.is_some() {
            continue;
        }
        complete = false;
        if text.is_empty() {
            continue;
        }
        // The list is too long to be read whole: mittwald looks through it itself.
        if let Some(found) =
            belongings::search(environment, *kind, project.as_deref(), typed).await?
        {
            complete = found.is_complete();
            fitting.extend(found.things.into_iter().map(|thing| (fits(&text, &thing), thing.id)));
        }
    }
    // What fits only by mittwald's own search comes last.
    fitting.sort_by_key(|(likeness, _)| likeness.map_or(u8::MAX, |likeness| likeness as u8));
    let mut seen = HashSet::new();
    let values = fitting.into_iter().map(|(_, id)| id).filter(|id| seen.insert(id.clone()));
    Ok(Values { values: values.collect(), complete })
}

/// The list; what mittwald shows to nobody here is empty.
async fn read(
    environment: &Environment<'_>,
    kind: Kind,
    project: Option<&str>,
) -> Result<Listing, ApiError> {
    match belongings::list(environment, kind, project).await {
        Err(ApiError::NotFound { .. } | ApiError::Forbidden { .. }) => Ok(Listing::default()),
        other => other,
    }
}

/// How well a thing fits, by whatever people know it by.
fn fits(typed: &Typed, thing: &Thing) -> Option<Likeness> {
    let Thing { id, short_id, name, detail, .. } = thing;
    let texts = [Some(name), short_id.as_ref(), detail.as_ref(), Some(id)];
    texts.into_iter().flatten().filter_map(|text| typed.likeness(text)).min()
}

/// The UUID of the project that was named, maybe by its short id.
async fn uuid_of(environment: &Environment<'_>, given: &str) -> Result<Option<String>, ApiError> {
    if format::is_uuid(given) {
        return Ok(Some(given.to_owned()));
    }
    let projects = read(environment, Kind::Project, None).await?;
    let named = |thing: &&Thing| thing.short_id.as_deref() == Some(given);
    Ok(projects.things.iter().find(named).map(|thing| thing.id.clone()))
}

fn unread(environment: &Environment<'_>, error: &ApiError) -> Error {
    let sign_in = *error == ApiError::SignInAgain;
    let message = if sign_in {
        "mittwald wants the person to sign in again; then this list can be read."
    } else {
        "mittwald did not give the list that this is completed from. Type the id, or try again in a \
         moment."
    };
    Error::Failed {
        message: message.into(),
        reason: error.name(),
        challenge: sign_in.then(|| outcome::sign_in_again(environment)),
    }
}
