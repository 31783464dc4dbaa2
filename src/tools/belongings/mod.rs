//! What a person has: their projects, apps, databases and so on, by name and id, for search,
//! completion and resources.
//!
//! One request reads at most a hundred things of a kind. What was read is remembered for 30 s in the
//! isolate, under the person, the grant and the project that limits them, so that it never reaches
//! somebody else: typing a name into a completion costs one request, not one for each letter.
//!
//! Scope and project are obeyed here, since no tool's check of them stands before: a kind that this
//! connection may not read comes out empty, and says why ([`Withheld`]).
//!
//! - [`mod@kind`]: the kinds, and which list of the API has each
//! - `reading`: one list -> [`Thing`]s

pub mod kind;
mod reading;

use serde::{Deserialize, Serialize};

pub use kind::Kind;

use super::call::Environment;
use super::caller::Caller;
use super::permission::{self, Denied};
use crate::catalog::{self, Tool};
use crate::mittwald::ApiError;
use kind::Source;

/// Most things of a kind that one request reads.
pub const PAGE: u64 = 100;

/// Seconds for which a list is remembered.
pub const REMEMBERED: u64 = 30;

/// Most projects that are looked into for what the API lists by project only.
pub const MOST_PROJECTS: usize = 5;

/// Something that the person has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// The API's id, a UUID in most cases.
    pub id: String,
    /// `p-abc123`, `a-abc123`, or the number that people know it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_id: Option<String>,
    /// What people call it. Free text: of a conversation, third parties may have written it.
    pub name: String,
    /// What else tells it from others: the app's software and hostname, a database's description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Id of its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// The things of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// What was read, in the API's order.
    pub things: Vec<Thing>,
    /// How many there are, as far as the API says.
    pub total: u64,
    /// Projects that were not looked into, where the kind is listed by project only.
    pub unread_projects: u64,
    /// Why there is nothing, where the connection may not see any.
    pub withheld: Option<Withheld>,
    /// Requests that it cost.
    pub requests: u32,
}

/// Why a connection does not see a kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// The token lacks this scope.
    Scope(&'static str),
    /// It is outside of the one project that the connection is for.
    Project,
}

impl Listing {
    /// Whether everything of the kind is in it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let read = u64::try_from(self.things.len()).unwrap_or(u64::MAX);
        self.withheld.is_none() && self.unread_projects == 0 && self.total <= read
    }

    fn withheld(why: Withheld) -> Self {
        Self { withheld: Some(why), ..Self::default() }
    }
}

/// The first hundred things of this kind, of one project or of everything that the connection may see. A
/// kind that the API lists by project only is read in the first [`MOST_PROJECTS`].
///
/// # Errors
/// [`ApiError`], as of any request; [`ApiError::NotFound`] for a project that is no UUID.
pub async fn list(
    environment: &Environment<'_>,
    kind: Kind,
    project: Option<&str>,
) -> Result<Listing, ApiError> {
    match place(environment, kind, project) {
        Place::Here(source, project) => {
            reading::read(environment, kind, source, project, None).await
        }
        Place::EachProject => in_each_project(environment, kind).await,
        Place::Nowhere(why) => Ok(Listing::withheld(why)),
    }
}

/// The things that the API itself finds by a text, for lists that are too long to read whole; `None`
/// where it cannot search this kind.
///
/// # Errors
/// As [`list`].
pub async fn search(
    environment: &Environment<'_>,
    kind: Kind,
    project: Option<&str>,
    text: &str,
) -> Result<Option<Listing>, ApiError> {
    match place(environment, kind, project) {
        Place::Here(source, project) => {
            let Some(argument) = source.search else { return Ok(None) };
            let by = Some((argument, text));
            reading::read(environment, kind, source, project, by).await.map(Some)
        }
        Place::EachProject => Ok(None),
        Place::Nowhere(why) => Ok(Some(Listing::withheld(why))),
    }
}

/// The list, if it is known without a request.
#[must_use]
pub fn remembered(
    environment: &Environment<'_>,
    kind: Kind,
    project: Option<&str>,
) -> Option<Listing> {
    match place(environment, kind, project) {
        Place::Here(_, project) => reading::remembered(environment, kind, project, None),
        Place::EachProject => None,
        Place::Nowhere(why) => Some(Listing::withheld(why)),
    }
}

/// Where a kind is read.
enum Place<'a> {
    /// In this list, of this project or of all.
    Here(Source, Option<&'a str>),
    /// Only project by project.
    EachProject,
    /// Not for this connection.
    Nowhere(Withheld),
}

fn place<'a>(environment: &Environment<'a>, kind: Kind, project: Option<&'a str>) -> Place<'a> {
    let sources = kind.sources();
    let fixed = environment.project();
    let elsewhere = |(fixed, wanted): (&str, &str)| !fixed.eq_ignore_ascii_case(wanted);
    if fixed.zip(project).is_some_and(elsewhere) {
        return Place::Nowhere(Withheld::Project);
    }
    let project = fixed.or(project);
    let source = match (project, sources.within, sources.across) {
        (Some(_), Some(source), _) | (None, _, Some(source)) => source,
        (Some(_), None, _) => return Place::Nowhere(Withheld::Project),
        (None, _, None) => return Place::EachProject,
    };
    match denied(environment, source.tool) {
        Some(why) => Place::Nowhere(why),
        None => Place::Here(source, project),
    }
}

fn denied(environment: &Environment<'_>, tool: &str) -> Option<Withheld> {
    let allowed = |tool: &Tool, caller: &Caller| {
        permission::check(caller, tool, environment.surface.project())
    };
    match allowed(catalog::find(tool)?, environment.caller) {
        Err(Denied::Scope(scope) | Denied::NotGranted(scope)) => Some(Withheld::Scope(scope)),
        Err(Denied::Project | Denied::Level(_)) => Some(Withheld::Project),
        Ok(()) => None,
    }
}

/// What the first projects have.
async fn in_each_project(environment: &Environment<'_>, kind: Kind) -> Result<Listing, ApiError> {
    if let Some(Withheld::Scope(scope)) =
        kind.sources().within.and_then(|source| denied(environment, source.tool))
    {
        return Ok(Listing::withheld(Withheld::Scope(scope)));
    }
    let projects = Box::pin(list(environment, Kind::Project, None)).await?;
    let first = projects.things.iter().take(MOST_PROJECTS);
    let each = first.map(|project| Box::pin(list(environment, kind, Some(&project.id))));
    let mut all = Listing { requests: projects.requests, ..Listing::default() };
    let looked_into = u64::try_from(each.len()).unwrap_or(u64::MAX);
    all.unread_projects = projects.total.saturating_sub(looked_into);
    all.withheld = projects.withheld;
    for listing in futures::future::try_join_all(each).await? {
        all.total = all.total.saturating_add(listing.total);
        all.requests = all.requests.saturating_add(listing.requests);
        all.things.extend(listing.things);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
