//! Reading an answer: which outcome a status stands for, and whether the body can be used.

use super::error::{ApiError, Unreadable};
use super::paging;
use super::violation::is_json;
use crate::catalog::{Answer, Tool};
use crate::ports::UpstreamResponse;

/// A success.
#[derive(Debug, PartialEq, Eq)]
pub struct Success<'a> {
    /// JSON text, not looked into yet; empty where the tool's answer needs none.
    pub json: &'a str,
    /// Rows that match over all pages, where the API says so.
    pub total: Option<u64>,
}

/// What the answer means for this tool.
///
/// # Errors
/// [`ApiError`] for every status but 2xx, and for a body that the tool cannot use.
pub fn read<'a>(response: &'a UpstreamResponse, tool: &Tool) -> Result<Success<'a>, ApiError> {
    let headers = response.headers.as_ref();
    if !(200..300).contains(&response.status) {
        return Err(ApiError::of_status(response.status, headers, &response.body, tool));
    }
    if matches!(tool.answer, Answer::Done) {
        return Ok(Success { json: "", total: None });
    }
    if response.body.trim_ascii().is_empty() {
        return Err(ApiError::Unreadable(Unreadable::Empty));
    }
    // A proxy's page may come with status 200; only what says it is JSON is read as such.
    let content_type = headers.get("content-type").unwrap_or_default();
    if !is_json(&content_type) {
        let page = content_type.to_ascii_lowercase().contains("html");
        return Err(ApiError::Unreadable(if page {
            Unreadable::Page
        } else {
            Unreadable::NotJson
        }));
    }
    let json =
        str::from_utf8(&response.body).map_err(|_| ApiError::Unreadable(Unreadable::NotJson))?;
    Ok(Success { json, total: paging::total(headers) })
}
