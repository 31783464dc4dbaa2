//! One checked call -> one request. No argument can change which operation is called: path values
//! are refused where they could leave their segment, and everything else is percent-encoded.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::argument::{Arguments, Value};
use super::choice;
use super::json;
use super::paging::Page;
use crate::catalog::{Answer, Operation, PathPart, Place, Tool, Use, Verb};
use crate::keys::Secret;
use crate::ports::UpstreamRequest;

/// How we introduce ourselves to the API.
pub const USER_AGENT: &str = concat!("mittwald-mcp/", env!("CARGO_PKG_VERSION"));

/// Most characters of a path value; the API's longest ids have 64, domain names 253.
pub const MAX_SEGMENT: usize = 300;

/// A request that cannot be made from these arguments. The check of arguments finds both cases
/// first; this is the second lock on the same door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unrenderable {
    /// Caller: tool result, "could not be sent". A path argument has no value.
    #[error("the path argument {0} has no value")]
    Missing(&'static str),
    /// Caller: as above. The tool has no operation of its own.
    #[error("the tool is no single request")]
    NoOperation,
    /// Caller: as above. A path argument would leave its segment.
    #[error("the path argument {0} is no path segment")]
    Unsafe(&'static str),
}

/// Whether a text can stand as one segment of a path: not empty, no dot segment (RFC 3986 section
/// 5.2.4), and none of the characters that proxies and URL parsers disagree about. `%` is refused
/// because some decode twice, and because WHATWG parsers read `%2e%2e` as `..`.
#[must_use]
pub fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && text.chars().count() <= MAX_SEGMENT
        && !text.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | '?' | '#' | '%' | ';'))
}

/// How a request reaches the API.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    /// Base of the API's addresses.
    pub api_url: &'a str,
    /// Token for the API.
    pub token: &'a Secret,
    /// Milliseconds for the whole exchange.
    pub timeout_ms: u32,
}

impl Way<'_> {
    fn headers(&self, accept: &'static str) -> Vec<(&'static str, Secret)> {
        vec![
            ("x-access-token", self.token.clone()),
            ("accept", Secret::from(accept)),
            ("user-agent", Secret::from(USER_AGENT)),
        ]
    }

    fn url(&self) -> String {
        let mut url = String::with_capacity(self.api_url.len().saturating_add(160));
        url.push_str(self.api_url);
        url
    }

    /// A GET of this path, whose parameters are filled by `value`.
    ///
    /// # Errors
    /// [`Unrenderable`] where a parameter has no value or no segment.
    pub fn get(
        &self,
        path: &'static [PathPart],
        value: &dyn Fn(&'static str) -> Option<String>,
    ) -> Result<UpstreamRequest, Unrenderable> {
        let mut url = self.url();
        push_path(&mut url, path, value)?;
        let headers = self.headers("application/json");
        Ok(UpstreamRequest { method: "GET", url, headers, body: None, timeout_ms: self.timeout_ms })
    }

    /// A request of a job: path parameters and query are filled by name, as the API calls them.
    ///
    /// # Errors
    /// [`Unrenderable`] where a parameter has no value or no segment.
    pub fn operation(
        &self,
        operation: &'static Use,
        parameters: &[(&str, &str)],
        query: &[(&str, &str)],
        body: Option<String>,
    ) -> Result<UpstreamRequest, Unrenderable> {
        let mut url = self.url();
        let value = |name| {
            let found = parameters.iter().find(|(parameter, _)| *parameter == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        push_path(&mut url, operation.path, &value)?;
        let mut joint = '?';
        for (name, value) in query {
            push_pair(&mut url, &mut joint, name, value);
        }
        let mut headers = self.headers("application/json");
        if body.is_some() {
            headers.push(("content-type", Secret::from("application/json")));
        }
        let (method, timeout_ms) = (method(operation.verb), self.timeout_ms);
        Ok(UpstreamRequest { method, url, headers, body, timeout_ms })
    }

    /// A GET of the entries of a list that match a text.
    #[must_use]
    pub fn search(&self, list: &'static str, term: &str) -> UpstreamRequest {
        let mut url = self.url();
        url.push_str(list);
        url.push_str("?searchTerm=");
        push_encoded(&mut url, term);
        let headers = self.headers("application/json");
        UpstreamRequest { method: "GET", url, headers, body: None, timeout_ms: self.timeout_ms }
    }
}

/// The request that this call turns into. `password` fills the places for a generated one.
///
/// # Errors
/// [`Unrenderable`] where a path argument is missing or no segment, and for a job without an operation.
pub fn render(
    way: Way<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    password: Option<&Secret>,
) -> Result<UpstreamRequest, Unrenderable> {
    let operation = tool.operation.as_ref().ok_or(Unrenderable::NoOperation)?;
    let mut url = way.url();
    let value = |name| arguments.get(name).map(|value| value.plain().into_owned());
    push_path(&mut url, operation.path, &value)?;
    push_query(&mut url, tool, operation, arguments);
    let mut headers = way.headers(accepted(&tool.answer));
    let body = operation.body.then(|| body(tool, operation, arguments, password));
    if body.is_some() {
        headers.push(("content-type", Secret::from("application/json")));
    }
    let (method, timeout_ms) = (method(operation.verb), way.timeout_ms);
    Ok(UpstreamRequest { method, url, headers, body, timeout_ms })
}

const fn accepted(answer: &Answer) -> &'static str {
    match answer {
        Answer::Text { media_type, .. } => media_type,
        _ => "application/json",
    }
}

const fn method(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Put => "PUT",
        Verb::Patch => "PATCH",
        Verb::Delete => "DELETE",
    }
}

fn push_path(
    url: &mut String,
    parts: &'static [PathPart],
    value: &dyn Fn(&'static str) -> Option<String>,
) -> Result<(), Unrenderable> {
    for part in parts {
        match part {
            PathPart::Literal(text) => url.push_str(text),
            PathPart::Arg(name) => {
                let value = value(name).ok_or(Unrenderable::Missing(name))?;
                if !is_segment(&value) {
                    return Err(Unrenderable::Unsafe(name));
                }
                push_encoded(url, &value);
            }
        }
    }
    Ok(())
}

fn push_query(
    url: &mut String,
    tool: &'static Tool,
    operation: &Operation,
    arguments: &Arguments<'_>,
) {
    let mut joint = '?';
    let mut pair = |name: &str, value: &str| push_pair(url, &mut joint, name, value);
    for (name, value) in operation.fixed_query {
        pair(name, value);
    }
    for (arg, value) in arguments.iter() {
        let Place::Query(name) = arg.place else { continue };
        match value {
            // The API reads an array as a repeated key.
            Value::List(values) => values.iter().for_each(|value| pair(name, &value.plain())),
            other => pair(name, &other.plain()),
        }
    }
    if let Some(page) = Page::asked(tool.args, arguments) {
        pair("limit", &page.limit.to_string());
        if page.skip() > 0 {
            pair("skip", &page.skip().to_string());
        }
    }
}

/// Appends a query parameter; `joint` is `?` before the first one.
fn push_pair(url: &mut String, joint: &mut char, name: &str, value: &str) {
    url.push(*joint);
    *joint = '&';
    push_encoded(url, name);
    url.push('=');
    push_encoded(url, value);
}

/// Appends text percent-encoded: everything but RFC 3986's unreserved characters.
fn push_encoded(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

/// The JSON body that these arguments, what goes with them, and the operation's own values fill.
fn body(
    tool: &'static Tool,
    operation: &Operation,
    arguments: &Arguments<'_>,
    password: Option<&Secret>,
) -> String {
    let chosen = choice::sent(tool, arguments);
    let fixed = operation.fixed_body.iter().chain(&chosen);
    let mut own: Vec<(_, Value<'_>)> =
        fixed.map(|(path, json)| (*path, Value::Object(json))).collect();
    for path in operation.generated {
        own.extend(password.map(|text| (*path, Value::Text(Cow::Borrowed(text.expose())))));
    }
    for (path, name) in operation.repeated {
        own.extend(arguments.get(name).map(|value| (*path, value.clone())));
    }
    let given = arguments.iter().filter_map(|(arg, value)| match arg.place {
        Place::Body(path) => Some((path, value)),
        _ => None,
    });
    let entries: Vec<Entry<'_>> =
        own.iter().map(|(path, value)| (*path, value)).chain(given).collect();
    let mut out = String::new();
    push_object(&mut out, &entries);
    out
}

/// A value and the keys that lead to it.
type Entry<'a> = (&'static [&'static str], &'a Value<'a>);

/// Writes the values that share an object. An empty path is the whole body.
fn push_object(out: &mut String, entries: &[Entry<'_>]) {
    if let [([], value)] = entries {
        value.write_json(out);
        return;
    }
    out.push('{');
    let mut written: Vec<&str> = Vec::new();
    for (path, _) in entries {
        let Some(key) = path.first() else { continue };
        if written.contains(key) {
            continue;
        }
        written.push(key);
        let below: Vec<Entry<'_>> = entries
            .iter()
            .filter_map(|(path, value)| {
                path.split_first()
                    .filter(|(first, _)| *first == key)
                    .map(|(_, rest)| (rest, *value))
            })
            .collect();
        json::push_name(out, key);
        push_object(out, &below);
    }
    out.push('}');
}

#[cfg(test)]
mod tests;
