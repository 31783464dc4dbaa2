//! Reading an answer: which outcome a status stands for, and whether the body can be used.

use super::error::{ApiError, Unreadable};
use super::paging;
use super::violation::is_json;
use crate::catalog::{Answer, Tool};
use crate::ports::UpstreamResponse;

/// A success.
#[derive(Debug, PartialEq, Eq)]
pub struct Success<'a> {
    /// JSON text, not looked into yet; the text itself where that is the answer; empty where the
    /// tool's answer needs none.
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
    let nothing = response.body.trim_ascii().is_empty();
    if matches!(tool.answer, Answer::Done) && nothing {
        return Ok(Success { json: "", total: None });
    }
    if let Answer::Text { media_type, .. } = &tool.answer
        && *media_type != "application/json"
    {
        return text(&response.body, &headers.get("content-type").unwrap_or_default());
    }
    let json = json(response)?;
    if matches!(tool.answer, Answer::Done) {
        // Nothing of it is used, but half an answer is no confirmation.
        return match serde_json::from_str::<serde::de::IgnoredAny>(json) {
            Ok(_) => Ok(Success { json: "", total: None }),
            Err(_) => Err(ApiError::Unreadable(Unreadable::NotJson)),
        };
    }
    Ok(Success { json, total: paging::total(headers) })
}

/// The JSON that a lookup beside the tool's own request came to.
///
/// # Errors
/// As [`read`].
pub fn of_lookup<'a>(response: &'a UpstreamResponse, tool: &Tool) -> Result<&'a str, ApiError> {
    if (200..300).contains(&response.status) {
        return json(response);
    }
    let headers = response.headers.as_ref();
    Err(ApiError::of_status(response.status, headers, &response.body, tool))
}

/// The body of a success, which must call itself JSON; it is not looked into yet.
///
/// # Errors
/// [`ApiError::Unreadable`].
pub fn json(response: &UpstreamResponse) -> Result<&str, ApiError> {
    if response.body.trim_ascii().is_empty() {
        return Err(ApiError::Unreadable(Unreadable::Empty));
    }
    // A proxy's page may come with status 200; only what says it is JSON is read as such.
    let content_type = response.headers.get("content-type").unwrap_or_default();
    if !is_json(&content_type) {
        let page = content_type.to_ascii_lowercase().contains("html");
        return Err(ApiError::Unreadable(if page {
            Unreadable::Page
        } else {
            Unreadable::NotJson
        }));
    }
    str::from_utf8(&response.body).map_err(|_| ApiError::Unreadable(Unreadable::NotJson))
}

/// A text as it is; an empty one is an answer too.
fn text<'a>(body: &'a [u8], content_type: &str) -> Result<Success<'a>, ApiError> {
    if content_type.to_ascii_lowercase().contains("html") {
        return Err(ApiError::Unreadable(Unreadable::Page));
    }
    let text = str::from_utf8(body).map_err(|_| ApiError::Unreadable(Unreadable::NotText))?;
    Ok(Success { json: text, total: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_text() {
        let outcome = |result| match result {
            Ok(Success { json, .. }) => Ok(json),
            Err(error) => Err(error),
        };
        let read = |body, content_type| outcome(text(body, content_type));
        assert_eq!(read(b"a\nb", "text/plain"), Ok("a\nb"));
        assert_eq!(read(b"", ""), Ok(""), "an empty log is an answer");
        let page = Err(ApiError::Unreadable(Unreadable::Page));
        assert_eq!(read(b"<html>", "text/HTML; charset=utf-8"), page);
        let bytes = Err(ApiError::Unreadable(Unreadable::NotText));
        assert_eq!(read(&[0xff, 0xfe], "application/octet-stream"), bytes);
    }
}
