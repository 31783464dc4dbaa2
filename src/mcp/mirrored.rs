//! Arguments that a modern client repeats in `Mcp-Param-*` headers (2026-07-28
//! basic/transports/streamable-http, "Custom Headers from Tool Parameters"). Whatever stands in between may
//! have acted on a header, so one that says something else than the body is refused, and so is one that is
//! missing, or that there is no argument for.

use serde_json::value::RawValue;

use super::Context;
use super::error::Error;
use super::header;
use crate::mittwald::json;
use crate::tools::surface::Named;

/// Whether headers and arguments of a call say the same.
///
/// # Errors
/// -32020 names the header.
pub fn check(
    context: &Context<'_>,
    named: Named,
    arguments: Option<&RawValue>,
) -> Result<(), Error> {
    let mirrored = context.surface.mirrored(named);
    if mirrored.is_empty() {
        return Ok(());
    }
    // What cannot be read is refused with the arguments.
    let given = arguments.and_then(|raw| json::members(raw.get()).ok()).unwrap_or_default();
    for (argument, name) in mirrored {
        let body = given.iter().find(|(given, _)| given == argument).map(|(_, value)| *value);
        let body = body.filter(|value| !json::is_null(value));
        let field = context.headers.get(name);
        let wrong = match (body, field.as_deref().map(str::trim)) {
            (None, None) => continue,
            (None, Some(_)) => format!("is there, but the arguments have no {argument}"),
            (Some(_), None) => format!("is missing; it must repeat the argument {argument}"),
            (Some(body), Some(field)) => match header::decoded(field) {
                None => "has a broken =?base64?..?= form".into(),
                Some(field) if same(&field, body) => continue,
                Some(_) => format!("differs from the argument {argument}"),
            },
        };
        return Err(Error::HeaderMismatch(format!(
            "The header {name} {wrong}. tools/list says which arguments have a header (x-mcp-header)."
        )));
    }
    Ok(())
}

/// Whether a header's text is the value: texts and flags as they are, numbers by what they count.
fn same(field: &str, body: &RawValue) -> bool {
    match json::text(body) {
        Some(text) => text == field,
        None => body.get() == field || number(field).is_some_and(|n| number(body.get()) == Some(n)),
    }
}

/// A decimal number in JSON's notation without an exponent.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    serde_json::from_str(text).ok().filter(|_| plain)
}
