//! Skills (SEP-2640, `io.modelcontextprotocol/skills`): our how-tos in the form in which hosts load
//! them. Every file is static text: entries, digests and sizes are the compiler's, and a host that
//! checks what it reads finds the same bytes (`resources/read`, see [`super::resources`]).
//!
//! English, as the Agent Skills format has one description; the German text is a file of each skill.

use super::about::LIST_TTL_MS;
use super::dispatch::Outcome;
use super::error::Error;
use super::frame::Call;
use super::params;
use super::reply::{Keep, ResultWriter};
use super::resources::MARKDOWN;
use super::resources::uri::{self, of_skill_file};
use super::revision::{Era, Revision};
use crate::catalog::Skill;
use crate::mittwald::json;

/// The extension's name.
pub const EXTENSION: &str = "io.modelcontextprotocol/skills";

/// Media type of a folder.
const FOLDER: &str = "inode/directory";

/// The same for everybody, as long as this version runs.
const KEEP: Keep = Keep::Public(LIST_TTL_MS);

/// Whether a revision knows extensions.
#[must_use]
pub fn is_known(revision: Revision) -> bool {
    revision.era() == Era::Modern
}

/// `skills/list`: every skill, on one page.
///
/// # Errors
/// -32602 for a cursor.
pub fn list(call: &Call<'_>, revision: Revision) -> Outcome {
    params::no_cursor(call)?;
    let writer = ResultWriter::open(call.id.get(), revision, None, 16_384);
    let writer = writer.with("skills", |out| {
        out.push('[');
        for skill in uri::skills() {
            json::push_comma(out);
            push_entry(out, skill);
        }
        out.push(']');
    });
    Ok(writer.kept(revision, KEEP).close())
}

/// `skills/get`: the entry of one skill, by the URI of its `SKILL.md`.
///
/// # Errors
/// -32602 for a URI that is no skill's.
pub fn get(call: &Call<'_>, revision: Revision) -> Outcome {
    let [uri] = params::members(call, ["uri"])?;
    let uri = params::text(uri, "uri", "the URI of a skill's SKILL.md")?;
    let manifest =
        |skill: &&Skill| skill.files.first().is_some_and(|file| of_skill_file(skill, file) == *uri);
    let skill = uri::skills().find(manifest).ok_or_else(|| {
        Error::Params("No skill has this URI; skills/list shows those that there are.".into())
    })?;
    let writer = ResultWriter::open(call.id.get(), revision, None, 4_096);
    Ok(writer.with("skill", |out| push_entry(out, skill)).kept(revision, KEEP).close())
}

fn push_entry(out: &mut String, skill: &Skill) {
    // The compiler gives each skill its SKILL.md, as the first file.
    let manifest = skill.files.first().map(|file| of_skill_file(skill, file)).unwrap_or_default();
    out.push_str("{\"uri\":");
    json::push_string(out, &manifest);
    json::push_name(out, "frontmatter");
    out.push_str("{\"name\":");
    json::push_string(out, skill.name);
    json::push_name(out, "description");
    json::push_string(out, skill.description);
    out.push('}');
    json::push_name(out, "resources");
    out.push('[');
    for file in skill.files {
        json::push_comma(out);
        out.push_str("{\"uri\":");
        json::push_string(out, &of_skill_file(skill, file));
        json::push_name(out, "digest");
        json::push_string(out, file.digest);
        json::push_name(out, "size");
        out.push_str(&file.size.to_string());
        out.push('}');
    }
    out.push_str("]}");
}

/// `resources/directory/read`: what lies directly in a folder of a skill, on one page.
///
/// # Errors
/// -32602 for a cursor, and for a URI that is no folder's.
pub fn directory(call: &Call<'_>, revision: Revision) -> Outcome {
    params::no_cursor(call)?;
    let [uri] = params::members(call, ["uri"])?;
    let uri = params::text(uri, "uri", "the URI of a skill's folder")?;
    let children = children(&uri);
    if children.is_empty() {
        return Err(Error::Params(
            "This URI names no folder. A skill's folder is skill://<name>, without a slash at the end."
                .into(),
        ));
    }
    let writer = ResultWriter::open(call.id.get(), revision, None, 1_024);
    let writer = writer.with("resources", |out| {
        out.push('[');
        for (name, media_type, size) in &children {
            json::push_comma(out);
            out.push_str("{\"uri\":");
            json::push_string(out, &format!("{uri}/{name}"));
            json::push_name(out, "name");
            json::push_string(out, name);
            json::push_name(out, "mimeType");
            json::push_string(out, media_type);
            if let Some(size) = size {
                json::push_name(out, "size");
                out.push_str(&size.to_string());
            }
            out.push('}');
        }
        out.push(']');
    });
    Ok(writer.kept(revision, KEEP).close())
}

/// What lies directly in a folder: name, media type, and the size of what is a file.
fn children(folder: &str) -> Vec<(&'static str, &'static str, Option<usize>)> {
    let mut children: Vec<(&'static str, &'static str, Option<usize>)> = Vec::new();
    for skill in uri::skills() {
        let root = format!("{}{}", uri::SKILLS, skill.name);
        // What the folder's path is below the skill's own; the skill's own is the empty one.
        let way = match folder.strip_prefix(&root) {
            Some("") => "",
            Some(below) => match below.strip_prefix('/').filter(|way| !way.is_empty()) {
                Some(way) => way,
                None => continue,
            },
            None => continue,
        };
        for file in skill.files {
            let inside = if way.is_empty() {
                Some(file.path)
            } else {
                file.path.strip_prefix(way).and_then(|rest| rest.strip_prefix('/'))
            };
            let child = match inside.map(|inside| inside.split_once('/').unwrap_or((inside, ""))) {
                None => continue,
                Some((name, "")) => (name, MARKDOWN, Some(file.size)),
                Some((name, _)) => (name, FOLDER, None),
            };
            if !children.iter().any(|(name, ..)| *name == child.0) {
                children.push(child);
            }
        }
    }
    children
}
