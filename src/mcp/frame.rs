//! Bytes -> JSON-RPC 2.0 messages (JSON-RPC 2.0 sections 4 and 6, MCP basic/index "Messages").
//! Parameters stay raw text: only the method that needs them reads them.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::error::{Error, Refused};
use crate::mittwald::json;

/// Deepest nesting of a message. Ours need five levels; the bound keeps hostile ones away from code
/// that recurses (2026-07-28 basic/index asks to bound depth).
pub const MAX_DEPTH: usize = 64;

/// The body of a POST.
#[derive(Debug)]
pub enum Frame<'a> {
    /// One message.
    Single(Message<'a>),
    /// The elements of an array, each to be read by [`message`].
    Batch(Vec<&'a RawValue>),
}

/// A message.
#[derive(Debug)]
pub enum Message<'a> {
    /// Wants an answer.
    Request(Call<'a>),
    /// Wants none; its method.
    Notification(Cow<'a, str>, Option<&'a RawValue>),
    /// Answers something.
    Response,
}

/// A request.
#[derive(Debug)]
pub struct Call<'a> {
    /// Id as it was written: a string or a whole number. It goes back byte for byte.
    pub id: &'a RawValue,
    /// Method.
    pub method: Cow<'a, str>,
    /// Parameters: an object, or none.
    pub params: Option<&'a RawValue>,
}

/// Reads a body.
///
/// # Errors
/// -32700 for what is no JSON, -32600 for JSON that is no message.
pub fn decode(bytes: &[u8]) -> Result<Frame<'_>, Refused> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(not_json("it begins with a byte order mark").into());
    }
    let text = str::from_utf8(bytes).map_err(|_| not_json("it is not UTF-8"))?;
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    if depth(text) > MAX_DEPTH {
        let why = format!("it is nested deeper than {MAX_DEPTH} levels");
        return Err(Error::NotAMessage(why).into());
    }
    match text.as_bytes().first() {
        Some(b'{') => message(text).map(Frame::Single),
        Some(b'[') => {
            json::elements(text).map(Frame::Batch).map_err(|error| unreadable(&error).into())
        }
        None => Err(not_json("it is empty").into()),
        Some(_) => match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => Err(Error::NotAMessage("it is no object".into()).into()),
            Err(error) => Err(unreadable(&error).into()),
        },
    }
}

/// Reads one message.
///
/// # Errors
/// As [`decode`]; with the id where it can be read.
pub fn message(text: &str) -> Result<Message<'_>, Refused> {
    if !text.starts_with('{') {
        return Err(Error::NotAMessage("it is no object".into()).into());
    }
    let members = ["jsonrpc", "id", "method", "params", "result", "error"];
    let [version, id, method, params, result, error] =
        json::pick(text, members).map_err(|error| unreadable(&error))?;
    if id.is_some_and(|id| !is_id(id)) {
        return Err(Error::NotAMessage("the id must be a string or a whole number".into()).into());
    }
    let refuse = |error| Refused { error, id: id.map(|id| id.get().to_owned()), revision: None };
    if version.and_then(json::text).is_none_or(|version| version != "2.0") {
        return Err(refuse(Error::NotAMessage("jsonrpc must be \"2.0\"".into())));
    }
    let Some(method) = method else {
        return match (result, error) {
            (None, None) => Err(refuse(Error::NotAMessage("there is no method".into()))),
            _ => Ok(Message::Response),
        };
    };
    let Some(method) = json::text(method) else {
        return Err(refuse(Error::NotAMessage("the method must be a string".into())));
    };
    // Null parameters are no valid ones, but some clients write them for none.
    let params = params.filter(|params| !json::is_null(params));
    if params.is_some_and(|params| !json::is_object(params)) {
        return Err(refuse(Error::Meta("The params must be an object.")));
    }
    Ok(match id {
        Some(id) => Message::Request(Call { id, method, params }),
        None => Message::Notification(method, params),
    })
}

/// MCP basic/index: "Requests MUST include a string or integer ID. Unlike base JSON-RPC, the ID MUST
/// NOT be null." JSON writes a whole number as a sign and digits.
#[must_use]
pub fn is_id(raw: &RawValue) -> bool {
    let text = raw.get();
    let digits = text.strip_prefix('-').unwrap_or(text);
    text.starts_with('"') || digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_json(why: &str) -> Error {
    Error::NotJson(why.into())
}

/// A syntax error becomes -32700, a member given twice -32600. serde's texts name a place, and
/// nothing of the content.
fn unreadable(error: &serde_json::Error) -> Error {
    if error.is_data() {
        Error::NotAMessage(error.to_string())
    } else {
        Error::NotJson(error.to_string())
    }
}

/// Deepest nesting of brackets outside strings; right for JSON, and harmless for anything else.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        if in_string {
            if escaped {
                escaped = false;
            } else if byte == b'\\' {
                escaped = true;
            } else if byte == b'"' {
                in_string = false;
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests;
