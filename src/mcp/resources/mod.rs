//! Resources (2025-11-25 server/resources): guides, the table of tools, skills, and the person's own
//! things.
//!
//! Here are `resources/templates/list`, and `resources/read` of what is the same for everybody; [`uri`]
//! says what a URI names, [`listing`] is `resources/list`, `personal` reads something of the person's,
//! `tool_table` is what can be called at this address.

pub mod listing;
mod personal;
mod tool_table;
pub mod uri;

use super::Context;
use super::dispatch::Outcome;
use super::error::Error;
use super::frame::Call;
use super::reply::{Answered, Keep, ResultWriter};
use super::revision::Revision;
use super::{Note, about, locale, params};
use crate::http::Status;
use crate::mittwald::json;
pub use personal::is_served;
use uri::{Resource, TEMPLATES, Template};

/// Media type of guides, skills and tables.
pub const MARKDOWN: &str = "text/markdown";

/// Longest URI that an error repeats.
const MAX_ECHO: usize = 512;

/// Lists the templates, on one page, in the person's language.
///
/// # Errors
/// -32602 for a cursor.
pub fn templates(context: &Context<'_>, call: &Call<'_>, revision: Revision) -> Outcome {
    params::no_cursor(call)?;
    let language = locale::of(context, call);
    let pick = |[german, english]: [&'static str; 2]| language.pick(german, english);
    let writer = ResultWriter::open(call.id.get(), revision, None, 4_096);
    let writer = writer.with("resourceTemplates", |out| {
        out.push('[');
        for template in TEMPLATES.iter().filter(|template| is_served(context, template)) {
            json::push_comma(out);
            out.push('{');
            push_texts(
                out,
                &[
                    ("uriTemplate", &template.uri()),
                    ("name", template.kind),
                    ("title", pick(template.title)),
                    ("description", pick(template.description)),
                    ("mimeType", personal::JSON),
                ],
            );
            out.push('}');
        }
        out.push(']');
    });
    // Private by `cacheable`: it depends on the reader's language.
    Ok(writer.cacheable(revision).close())
}

/// Reads a resource.
///
/// # Errors
/// A URI that names nothing here: -32602 in the modern era, -32002 before, with `data.uri`.
pub async fn read(
    context: &Context<'_>,
    call: &Call<'_>,
    revision: Revision,
    began_ms: u64,
) -> Result<Answered, Error> {
    let [uri] = params::members(call, ["uri"])?;
    let uri = params::text(uri, "uri", "the URI of a resource")?;
    let (id, forever) = (call.id.get(), about::LIST_TTL_MS);
    let text = |text: &str, keep| {
        answered(id, revision, Content { uri: &uri, media_type: MARKDOWN, text }, keep)
    };
    match uri::parse(&uri) {
        Some(Resource::Guide(guide)) => Ok(text(&guide.text(), Keep::Public(forever))),
        Some(Resource::Skill(file)) => Ok(text(&file.pieces.concat(), Keep::Public(forever))),
        // What an address serves may come to depend on what the person allowed.
        Some(Resource::Tools) => {
            Ok(text(&tool_table::write(context.surface), Keep::Private(forever)))
        }
        Some(Resource::Thing(template, thing)) => {
            let asked = personal::Asked { template, id: thing, uri: &uri };
            personal::read(context, call, revision, began_ms, asked).await
        }
        None => Err(no_resource(&uri, revision, not_there(&uri))),
    }
}

/// What a resource says.
struct Content<'a> {
    uri: &'a str,
    media_type: &'static str,
    text: &'a str,
}

fn answered(id: &str, revision: Revision, content: Content<'_>, keep: Keep) -> Answered {
    let Content { uri, media_type, text } = content;
    let capacity = text.len().saturating_add(text.len() / 8);
    let writer = ResultWriter::open(id, revision, None, capacity).with("contents", |out| {
        out.push_str("[{");
        push_texts(out, &[("uri", uri), ("mimeType", media_type), ("text", text)]);
        out.push_str("}]");
    });
    Answered {
        body: writer.kept(revision, keep).close(),
        status: Status::OK,
        challenge: None,
        note: Note { method: "resources/read", tool: "", revision: revision.name(), outcome: "ok" },
    }
}

/// Members that are texts.
fn push_texts(out: &mut String, members: &[(&str, &str)]) {
    for (name, text) in members {
        json::push_name(out, name);
        json::push_string(out, text);
    }
}

fn no_resource(uri: &str, revision: Revision, message: String) -> Error {
    let uri = uri.chars().take(MAX_ECHO).collect();
    Error::NoResource { message, uri, era: revision.era() }
}

/// Why a URI names nothing, as far as it can be seen.
fn not_there(uri: &str) -> String {
    let kind = |template: &&Template| uri.starts_with(&template.root());
    match TEMPLATES.iter().find(kind) {
        Some(template) => format!(
            "Resource not found: the URI must be {} with an id as mittwald writes it.",
            template.uri()
        ),
        None => {
            "Resource not found: no URI of this connector is spelled like that. resources/list and \
                 resources/templates/list show what there is."
                .into()
        }
    }
}
