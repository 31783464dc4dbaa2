//! Members of `params`, as the methods read them.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::error::Error;
use super::frame::Call;
use crate::mittwald::json;

/// These members, in the order of `names`; `null` counts as left out, as many clients mean it.
///
/// # Errors
/// -32602 where `params` is no object, or has one of them twice.
pub fn members<'a, const N: usize>(
    call: &'a Call<'_>,
    names: [&'static str; N],
) -> Result<[Option<&'a RawValue>; N], Error> {
    let params = call.params.map_or("{}", RawValue::get);
    let found = json::pick(params, names)
        .map_err(|_| Error::Params("A member of params is given twice.".into()))?;
    Ok(found.map(|member| member.filter(|member| !json::is_null(member))))
}

/// A member that must be a text; `what` says what it stands for.
///
/// # Errors
/// -32602 that names it.
pub fn text<'a>(
    member: Option<&'a RawValue>,
    name: &str,
    what: &str,
) -> Result<Cow<'a, str>, Error> {
    member
        .and_then(json::text)
        .ok_or_else(|| Error::Params(format!("{name} is missing or no string; it must be {what}.")))
}

/// The `cursor` of a list that has one page: none of ours exists, so that any that comes is wrong
/// (2025-11-25 server/utilities/pagination, "Error Handling").
///
/// # Errors
/// -32602 for a cursor.
pub fn no_cursor(call: &Call<'_>) -> Result<(), Error> {
    let [cursor] = members(call, ["cursor"])?;
    if cursor.is_some() {
        let message = "This cursor is unknown: the list has one page. Ask again without a cursor.";
        return Err(Error::Params(message.into()));
    }
    Ok(())
}
