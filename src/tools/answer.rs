//! The answer of a tool: an object, written once, short enough for a model to hold.
//!
//! A list is `{<key>: [rows], total, page, limit}`, and says in `more` how to get the next page. What
//! does not fit is cut at the end of a row, and `truncated` says what is missing and how to ask for
//! less. Both are additional text members beside the ones that `outputSchema` requires; the schemas
//! are open, so an answer with them is as valid as one without, and the same JSON stands in
//! `structuredContent` and in the text.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::projection::{self, Counted, Sheet};
use crate::catalog::{Answer, Field, Place, Tool};
use crate::mittwald::error::Unreadable;
use crate::mittwald::paging::Page;
use crate::mittwald::response::Success;
use crate::mittwald::{ApiError, Arguments, json};

/// Most bytes of an answer, and so most characters: models lose the thread in longer ones, and some
/// clients cut them without saying so.
pub const MAX_ANSWER: usize = 24_000;

/// Room for what follows the rows: counts and the two notes.
const TAIL: usize = 1_000;

/// Room for an object's fields once it has to be cut; short values may exceed it.
const CUT_OBJECT: usize = 16_000;

/// Writes the answer of a tool.
///
/// # Errors
/// [`ApiError::Unreadable`] where the API did not send what the tool's answer is made of.
pub fn compose(
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    success: &Success<'_>,
) -> Result<String, ApiError> {
    match &tool.answer {
        Answer::Done => Ok(done(arguments)),
        Answer::Object(fields) => object(fields, success),
        Answer::List { key, fields, paged } => {
            let page = if *paged { Page::asked(tool.args, arguments) } else { None };
            list(tool, key, Rows::Projected(fields), page, success)
        }
        Answer::Values { key, paged } => {
            let page = if *paged { Page::asked(tool.args, arguments) } else { None };
            list(tool, key, Rows::Plain, page, success)
        }
        Answer::Text { key, media_type } => text(key, media_type, success),
        // The API did not say it, so nothing of the API's can be read as it.
        Answer::Own => Err(ApiError::Unreadable(Unreadable::OtherShape)),
    }
}

/// `{"done": true}` and the ids that the call named.
fn done(arguments: &Arguments<'_>) -> String {
    let mut out = String::from("{\"done\":true");
    for (name, value) in arguments.ids() {
        json::push_name(&mut out, name);
        json::push_string(&mut out, &value);
    }
    out.push('}');
    out
}

fn object(fields: &'static [Field], success: &Success<'_>) -> Result<String, ApiError> {
    let mut sheet = Sheet::new(usize::MAX);
    projection::object(success.json, fields, &mut sheet).map_err(unreadable)?;
    if sheet.out.len() <= MAX_ANSWER {
        return Ok(sheet.out);
    }
    sheet = Sheet::new(CUT_OBJECT);
    projection::object(success.json, fields, &mut sheet).map_err(unreadable)?;
    // The brace comes off and on again around the note.
    sheet.out.pop();
    push_truncated(
        &mut sheet.out,
        &format!("Too long to show whole. Cut: {}.", sheet.cut.join(", ")),
    );
    sheet.out.push('}');
    Ok(sheet.out)
}

/// What an array's elements are.
#[derive(Clone, Copy)]
enum Rows {
    /// Objects, of which these fields are shown.
    Projected(&'static [Field]),
    /// Texts, numbers, booleans.
    Plain,
}

fn list(
    tool: &'static Tool,
    key: &str,
    rows: Rows,
    page: Option<Page>,
    success: &Success<'_>,
) -> Result<String, ApiError> {
    let mut sheet = Sheet::new(MAX_ANSWER.saturating_sub(TAIL));
    sheet.out.push('{');
    json::push_name(&mut sheet.out, key);
    let counted = match rows {
        Rows::Projected(fields) => projection::rows(success.json, fields, &mut sheet),
        Rows::Plain => projection::values(success.json, &mut sheet),
    }
    .map_err(unreadable)?;
    let Sheet { mut out, cut, .. } = sheet;
    let before = page.map_or(0, Page::skip);
    let known = before.saturating_add(counted.seen);
    // An API that forgets to count must not contradict the rows it sent.
    let total = if counted.seen > 0 {
        success.total.unwrap_or(known).max(known)
    } else {
        success.total.unwrap_or(0)
    };
    push_number(&mut out, "total", total);
    if let Some(page) = page {
        push_number(&mut out, "page", page.number);
        push_number(&mut out, "limit", page.limit);
        push_more(&mut out, page, counted, total, success.total.is_some());
    }
    if counted.shown < counted.seen {
        push_truncated(&mut out, &cut_rows(tool, page, counted));
    } else if !cut.is_empty() {
        push_truncated(
            &mut out,
            &format!("A row was too long to show whole. Cut: {}.", cut.join(", ")),
        );
    }
    out.push('}');
    Ok(out)
}

/// `{<key>: text}`, cut at its end where it is too long: what was asked for comes first.
fn text(key: &str, media_type: &str, success: &Success<'_>) -> Result<String, ApiError> {
    let whole = if media_type == "application/json" {
        Cow::Owned(serde_json::from_str::<String>(success.json).map_err(unreadable)?)
    } else {
        Cow::Borrowed(success.json)
    };
    let mut kept = whole.floor_char_boundary(MAX_ANSWER.saturating_sub(TAIL).min(whole.len()));
    loop {
        let mut out = String::from("{");
        json::push_name(&mut out, key);
        json::push_string(&mut out, whole.get(..kept).unwrap_or_default());
        if kept < whole.len() {
            let (shown, all) = (kept, whole.len());
            push_truncated(&mut out, &format!("Only the first {shown} of {all} bytes fit."));
        }
        out.push('}');
        if out.len() <= MAX_ANSWER || kept == 0 {
            return Ok(out);
        }
        // Escapes made it longer than it is.
        kept = whole.floor_char_boundary(kept / 2);
    }
}

fn push_number(out: &mut String, name: &str, number: u64) {
    json::push_name(out, name);
    // Writing to a String cannot fail.
    let _ = write!(out, "{number}");
}

fn push_truncated(out: &mut String, note: &str) {
    json::push_name(out, "truncated");
    json::push_string(out, note);
}

/// Says how to get the next page, where there is one.
fn push_more(out: &mut String, page: Page, counted: Counted, total: u64, total_known: bool) {
    // Rows that were cut come first: they are asked for with a smaller limit.
    if counted.shown < counted.seen {
        return;
    }
    let seen = page.skip().saturating_add(counted.seen);
    let next = page.number.saturating_add(1);
    let note = if counted.seen == 0 && page.number > 1 && total > 0 {
        format!("This page is past the end; there are {total} in all.")
    } else if counted.seen > 0 && total > seen {
        format!("{} more: call again with page {next}.", total.saturating_sub(seen))
    } else if !total_known && counted.seen >= page.limit {
        format!("There may be more: call again with page {next}.")
    } else {
        return;
    };
    json::push_name(out, "more");
    json::push_string(out, &note);
}

/// How to see the rows that did not fit.
fn cut_rows(tool: &Tool, page: Option<Page>, counted: Counted) -> String {
    let Counted { shown, seen } = counted;
    let filters: Vec<&str> = tool
        .args
        .iter()
        .filter(|arg| {
            matches!(arg.place, Place::Query(_))
                && !matches!(arg.name, "sort" | "order" | "sortOrder")
        })
        .map(|arg| arg.name)
        .collect();
    let narrow = if filters.is_empty() {
        String::new()
    } else {
        format!(" Narrow with {}.", filters.join(", "))
    };
    if page.is_some() {
        format!(
            "Only the first {shown} of this page's {seen} fit. Call again with limit {shown}, and go on \
             with page 2, 3 and so on at that limit.{narrow}"
        )
    } else {
        format!("Only the first {shown} of {seen} fit.{narrow}")
    }
}

/// JSON of another form, or no JSON at all.
fn unreadable(error: serde_json::Error) -> ApiError {
    let other = error.is_data();
    ApiError::Unreadable(if other { Unreadable::OtherShape } else { Unreadable::NotJson })
}

#[cfg(test)]
mod tests;
