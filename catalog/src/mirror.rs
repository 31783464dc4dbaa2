//! Arguments that a modern client repeats in a header, `x-mcp-header` (MCP 2026-07-28
//! basic/transports/streamable-http, "Custom Headers from Tool Parameters"): whatever stands between
//! client and connector can route by them without reading the body. Headers end up in logs, so no
//! secret may be one; and each costs the calls of clients that did not read the list before.

use crate::facts::{Facts, Schema};
use crate::request::{Argument, Request};
use crate::secret;
use crate::shape::Shape;

/// Most characters of a header's name after `Mcp-Param-`.
const LONGEST: usize = 32;

/// Whether an argument of this name, with this schema and shape, may be repeated in this header.
///
/// # Errors
/// Why it may not.
pub fn check(
    facts: &Facts,
    (name, schema): (&str, &Schema),
    shape: &Shape,
    header: &str,
) -> Result<(), String> {
    let plain = header.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if header.is_empty() || header.len() > LONGEST || !plain {
        return Err(format!(
            "header {header:?} is no name: letters, digits and dashes, at most {LONGEST}"
        ));
    }
    if !matches!(shape, Shape::Text { .. } | Shape::Integer { .. } | Shape::Boolean) {
        return Err("only a text, a whole number or a flag can be repeated in a header".into());
    }
    // As if the operation were known to be about secrets: a doubtful name is reason enough.
    let schema = facts.resolve(schema).unwrap_or(schema);
    if secret::could_be_secret(&[name.to_owned()], schema, true) {
        return Err("could be a secret, and headers are logged: it can be in none".into());
    }
    Ok(())
}

/// The arguments that are repeated.
pub fn of(request: &Request) -> impl Iterator<Item = (&Argument, &str)> {
    request.arguments.iter().filter_map(|argument| Some((argument, argument.header.as_deref()?)))
}

/// The first name that two arguments share; the case of a header's letters means nothing.
#[must_use]
pub fn twice(request: &Request) -> Option<&str> {
    let mut seen = Vec::new();
    of(request).map(|(_, header)| header).find(|header| {
        let again = seen.contains(&header.to_ascii_lowercase());
        seen.push(header.to_ascii_lowercase());
        again
    })
}
