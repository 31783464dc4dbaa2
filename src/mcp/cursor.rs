//! Cursors (server/utilities/pagination): where the next page of a list begins, sealed with a key of its
//! own, so that a client can neither read nor make one, and bound to the list, the person, the connection
//! and the address: what one person gets to see says nothing to another.
//!
//! A cursor has no end of its own: a position in a list that has changed since is answered with what is
//! there now, and a key that was rotated out ends them all.

use serde_json::value::RawValue;

use super::Context;
use super::error::Error;
use crate::keys::{Purpose, digest_of, seal};
use crate::mittwald::json;
use crate::ports::NoRandomness;

/// The cursor for this position of a list, which is named by its method.
///
/// # Errors
/// -32603 where the platform has no randomness.
pub fn at(context: &Context<'_>, list: &'static str, position: &str) -> Result<String, Error> {
    let (bound, random) = (bound(context, list), context.ports.random);
    seal::seal(context.keys, Purpose::Cursor, &bound, position, random)
        .map_err(|NoRandomness| Error::no_randomness())
}

/// The position in the cursor of a request for this list; `None` for the first page, where there is none.
///
/// # Errors
/// -32602 for anything that is no cursor of ours for this list, person, connection and address.
pub fn position(
    context: &Context<'_>,
    list: &'static str,
    params: Option<&RawValue>,
) -> Result<Option<String>, Error> {
    let [cursor] = json::pick(params.map_or("{}", RawValue::get), ["cursor"])
        .map_err(|_| Error::Params("A member of params is given twice.".into()))?;
    let Some(cursor) = cursor.filter(|cursor| !json::is_null(cursor)) else { return Ok(None) };
    let opened = json::text(cursor)
        .and_then(|text| seal::open(context.keys, Purpose::Cursor, &bound(context, list), &text));
    opened.map(Some).ok_or_else(|| {
        Error::Params(format!(
            "This cursor is none of this list, connection and address. Ask for {list} again without a cursor."
        ))
    })
}

fn bound(context: &Context<'_>, list: &str) -> String {
    digest_of(&[&context.caller.connection(), context.surface.path(), list])
}
