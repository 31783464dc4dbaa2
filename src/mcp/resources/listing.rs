//! `resources/list`: the table of tools, the person's projects, the guides, the skills.
//!
//! Projects come a hundred to a page. The first page has everything else as well, since many clients
//! read no second one.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::error::Error;
use super::super::frame::Call;
use super::super::reply::{Answered, Keep, ResultWriter};
use super::super::revision::Revision;
use super::super::{Context, Note, cursor, locale};
use super::{MARKDOWN, personal, push_texts, uri};
use crate::catalog;
use crate::http::{Language, Status};
use crate::mittwald::json;
use crate::tools::guides::Guide;
use crate::tools::surface::Named;
use crate::tools::{self, ToolResult};

/// Projects on one page.
const PAGE_SIZE: u64 = 100;

/// Milliseconds for which a client may keep a page: it has what a tool may change.
const TTL_MS: u64 = 30_000;

/// The method's name, in the log and in cursors.
const METHOD: &str = "resources/list";

/// A page of the person's projects.
#[derive(Debug, Default, Deserialize)]
struct Page {
    projects: Vec<Project>,
    #[serde(default)]
    total: u64,
}

/// What a row says about a project.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    id: String,
    #[serde(default)]
    short_id: String,
    #[serde(default)]
    description: String,
}

/// Lists a page. A connection that may not see projects gets a list without them; where mittwald fails,
/// the tool's sentence is the answer, because a list without them would be kept as if it were right.
///
/// # Errors
/// -32602 for a cursor that none of ours is.
pub async fn answer(
    context: &Context<'_>,
    call: &Call<'_>,
    revision: Revision,
    began_ms: u64,
) -> Result<Answered, Error> {
    let number = match cursor::position(context, METHOD, call.params)? {
        None => 1,
        Some(page) => {
            page.parse().map_err(|_| Error::Params("This cursor names no page.".into()))?
        }
    };
    let page = match projects(context, number, began_ms).await {
        Ok(page) => page,
        Err(result) if result.outcome.starts_with("denied_") => Page::default(),
        Err(result) => {
            let note = Note { method: METHOD, tool: "", revision: "", outcome: result.outcome };
            return Ok(personal::failed(call, revision, result, note));
        }
    };
    let language = locale::of(context, call);
    let writer = ResultWriter::open(call.id.get(), revision, None, 32_768);
    let writer = writer.with("resources", |out| {
        out.push('[');
        if number == 1 {
            push_tools(out, language);
        }
        page.projects.iter().for_each(|project| push_project(out, project, language));
        if number == 1 {
            push_guides(out, language);
            push_guides(out, language.other());
            push_skills(out);
        }
        out.push(']');
    });
    let writer = if number.saturating_mul(PAGE_SIZE) < page.total {
        let next = number.saturating_add(1).to_string();
        writer.string("nextCursor", &cursor::at(context, METHOD, &next)?)
    } else {
        writer
    };
    Ok(Answered {
        body: writer.kept(revision, Keep::Private(TTL_MS)).close(),
        status: Status::OK,
        challenge: None,
        note: Note { method: METHOD, tool: "", revision: revision.name(), outcome: "ok" },
    })
}

/// The person's projects; where the connection is for one, that one.
async fn projects(context: &Context<'_>, number: u64, began_ms: u64) -> Result<Page, ToolResult> {
    let (name, arguments) = match context.project() {
        None => ("mittwald_project_list", format!("{{\"limit\":{PAGE_SIZE},\"page\":{number}}}")),
        Some(_) if number > 1 => return Ok(Page::default()),
        Some(_) => ("mittwald_project_get", "{}".to_owned()),
    };
    let unreadable = || ToolResult::error("unreadable", "The list of projects cannot be read.");
    let tool = catalog::find(name).ok_or_else(unreadable)?;
    let arguments = RawValue::from_string(arguments).map_err(|_| unreadable())?;
    let environment = context.environment(began_ms);
    let named = Named { tool, alias: None };
    let result = tools::call(&environment, named, Some(&arguments)).await;
    if result.is_error {
        return Err(result);
    }
    let page = if context.project().is_some() {
        serde_json::from_str(&result.text).map(|project| Page { projects: vec![project], total: 1 })
    } else {
        serde_json::from_str(&result.text)
    };
    page.map_err(|_| unreadable())
}

fn push_tools(out: &mut String, language: Language) {
    open(out);
    push_texts(
        out,
        &[
            ("uri", uri::TOOLS),
            ("name", "tools"),
            ("title", language.pick("Werkzeuge dieser Verbindung", "Tools of this connection")),
            (
                "description",
                language.pick(
                    "Was jedes Werkzeug tut und welches Recht es braucht.",
                    "What each tool does, and which right it needs.",
                ),
            ),
            ("mimeType", MARKDOWN),
        ],
    );
    out.push('}');
}

fn push_project(out: &mut String, project: &Project, language: Language) {
    let Project { id, short_id, description } = project;
    let what = format!("{} {short_id}", language.pick("Projekt", "Project"));
    open(out);
    push_texts(
        out,
        &[
            ("uri", &format!("mittwald://project/{id}")),
            // Clients before 2025-06-18 show the name; it must tell one project from another.
            ("name", &format!("{description} ({short_id})")),
            ("title", description),
            ("description", &what),
            ("mimeType", personal::JSON),
        ],
    );
    out.push('}');
}

fn push_guides(out: &mut String, language: Language) {
    for guide in Guide::all(language) {
        let (name, tag) = (guide.prompt.name, language.tag());
        open(out);
        push_texts(
            out,
            &[
                ("uri", &guide.uri()),
                ("name", &format!("{name}.{tag}")),
                ("title", guide.words().title),
                ("description", guide.words().description),
                ("mimeType", MARKDOWN),
            ],
        );
        push_size(out, guide.size());
        out.push('}');
    }
}

/// `SKILL.md` of each; the rest of a skill is read from its own list (SEP-2640).
fn push_skills(out: &mut String) {
    for skill in uri::skills() {
        let Some(manifest) = skill.files.first() else { continue };
        open(out);
        push_texts(
            out,
            &[
                ("uri", &uri::of_skill_file(skill, manifest)),
                ("name", skill.name),
                ("description", skill.description),
                ("mimeType", MARKDOWN),
            ],
        );
        push_size(out, manifest.size);
        out.push('}');
    }
}

fn open(out: &mut String) {
    json::push_comma(out);
    out.push('{');
}

fn push_size(out: &mut String, size: usize) {
    json::push_name(out, "size");
    out.push_str(&size.to_string());
}
