//! The projects of a person who signs in: the list to choose one from, and whether one is theirs.
//!
//! `GET /v2/projects`, `GET /v2/projects/{projectId}`. mittwald decides what is a person's: we ask with
//! their own fresh token and believe nothing else.

use serde::Deserialize;

use super::paging;
use crate::config::{Config, is_uuid};
use crate::http::form;
use crate::keys::Secret;
use crate::ports::{Upstream, UpstreamRequest, UpstreamResponse};

/// Scope that both requests need.
pub const SCOPE: &str = "project:read";

/// Projects on one page of the list.
pub const PAGE_SIZE: u64 = 25;

/// Milliseconds for one request.
const TIMEOUT_MS: u32 = 15_000;

/// A project, as far as a person needs it to recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// UUID.
    pub id: String,
    /// `p-abc123`.
    #[serde(default)]
    pub short_id: String,
    /// The name that people gave it.
    #[serde(default)]
    pub description: String,
}

/// One page of a person's projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The rows of this page.
    pub projects: Vec<Project>,
    /// How many there are over all pages.
    pub total: u64,
}

/// Why mittwald gave no projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProjectsFailure {
    /// The token is not accepted (any more).
    #[error("mittwald does not accept the token")]
    SignedOut,
    /// The person may not see this project, or projects at all; or it does not exist.
    #[error("mittwald allows no access")]
    NoAccess,
    /// mittwald could not be reached or answered nonsense; asking again may help.
    #[error("mittwald could not be reached")]
    Unavailable,
}

/// One page of the person's projects by name; `number` counts from 1, `search` narrows by name or
/// short id.
///
/// # Errors
/// [`ProjectsFailure`].
pub async fn list(
    config: &Config,
    upstream: &dyn Upstream,
    access: &Secret,
    number: u64,
    search: Option<&str>,
) -> Result<Listing, ProjectsFailure> {
    let page = paging::Page { limit: PAGE_SIZE, number };
    let (limit, skip) = (page.limit.to_string(), page.skip().to_string());
    let mut query = vec![("limit", limit.as_str()), ("skip", &skip), ("sort", "description")];
    query.extend(search.map(|term| ("searchTerm", term)));
    let url = form::with_query(&format!("{}/v2/projects", config.api_url), &query);
    let response = get(upstream, url, access).await?;
    let mut projects: Vec<Project> =
        serde_json::from_slice(&response.body).map_err(|_| ProjectsFailure::Unavailable)?;
    projects.retain(|project| is_uuid(&project.id));
    let shown = u64::try_from(projects.len()).unwrap_or(u64::MAX);
    let total = paging::total(&*response.headers).unwrap_or(shown);
    Ok(Listing { projects, total })
}

/// Whether the person has access to the project of this UUID; gives its id as mittwald spells it.
///
/// # Errors
/// [`ProjectsFailure`]; [`ProjectsFailure::NoAccess`] also for what is no UUID, which is never sent.
pub async fn verify(
    config: &Config,
    upstream: &dyn Upstream,
    access: &Secret,
    id: &str,
) -> Result<String, ProjectsFailure> {
    if !is_uuid(id) {
        return Err(ProjectsFailure::NoAccess);
    }
    let url = format!("{}/v2/projects/{id}", config.api_url);
    let response = get(upstream, url, access).await?;
    let project: Project =
        serde_json::from_slice(&response.body).map_err(|_| ProjectsFailure::Unavailable)?;
    // Another project than the one asked for proves nothing about that one.
    if project.id.eq_ignore_ascii_case(id) {
        Ok(project.id)
    } else {
        Err(ProjectsFailure::Unavailable)
    }
}

async fn get(
    upstream: &dyn Upstream,
    url: String,
    access: &Secret,
) -> Result<UpstreamResponse, ProjectsFailure> {
    let request = UpstreamRequest {
        method: "GET",
        url,
        headers: vec![("x-access-token", access.clone()), ("accept", "application/json".into())],
        body: None,
        timeout_ms: TIMEOUT_MS,
    };
    let response = upstream.send(request).await.map_err(|_| ProjectsFailure::Unavailable)?;
    match response.status {
        200 => Ok(response),
        401 => Err(ProjectsFailure::SignedOut),
        403 | 404 => Err(ProjectsFailure::NoAccess),
        _ => Err(ProjectsFailure::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::config;
    use crate::ports::testing::ScriptedUpstream;
    use futures::executor::block_on;

    const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const OTHER: &str = "1f8fad5b-d9cb-469f-a165-70867728950e";

    fn project(id: &str) -> String {
        format!(r#"{{"id":"{id}","shortId":"p-abc123","description":"Shop"}}"#)
    }

    #[test]
    fn a_page_is_asked_for_by_name_and_told_with_its_total() {
        let rows = format!("[{},{}]", project(ID), project("no-uuid"));
        let headers = [("x-pagination-totalcount", "60")];
        let upstream = ScriptedUpstream::default().will_answer(200, &headers, &rows);
        let listing = block_on(list(&config(), &upstream, &"t".into(), 3, Some("a&b")));
        let listing = listing.expect("a page");
        assert_eq!((listing.projects.len(), listing.total), (1, 60));
        assert_eq!(listing.projects[0].short_id, "p-abc123");
        let url = upstream.asked.borrow()[0].url.clone();
        assert!(
            url.ends_with("/v2/projects?limit=25&skip=50&sort=description&searchTerm=a%26b"),
            "{url}"
        );
    }

    #[test]
    fn access_is_what_mittwald_says_about_this_very_project() {
        for (status, body, expected) in [
            (200, project(ID), Ok(ID.to_owned())),
            (200, project(OTHER), Err(ProjectsFailure::Unavailable)),
            (200, "[]".into(), Err(ProjectsFailure::Unavailable)),
            (401, String::new(), Err(ProjectsFailure::SignedOut)),
            (403, String::new(), Err(ProjectsFailure::NoAccess)),
            (404, String::new(), Err(ProjectsFailure::NoAccess)),
            (429, String::new(), Err(ProjectsFailure::Unavailable)),
            (500, String::new(), Err(ProjectsFailure::Unavailable)),
        ] {
            let upstream = ScriptedUpstream::default().will_answer(status, &[], &body);
            let outcome =
                block_on(verify(&config(), &upstream, &"t".into(), &ID.to_ascii_uppercase()));
            assert_eq!(outcome, expected, "{status} {body}");
        }
    }

    #[test]
    fn what_is_no_uuid_is_never_sent() {
        for id in ["", "p-abc123", "../users/self", "0f8fad5b-d9cb-469f-a165-70867728950e/x"] {
            let upstream = ScriptedUpstream::default();
            let outcome = block_on(verify(&config(), &upstream, &"t".into(), id));
            assert_eq!(outcome, Err(ProjectsFailure::NoAccess), "{id}");
            assert!(upstream.asked.borrow().is_empty());
        }
    }
}
