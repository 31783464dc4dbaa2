//! `initialize`: the handshake of the legacy era (2025-11-25 basic/lifecycle).

use serde_json::value::RawValue;

use super::Context;
use super::about::{self, SERVER_INFO};
use super::dispatch::Outcome;
use super::error::Error;
use super::frame::Call;
use super::instructions;
use super::reply::ResultWriter;
use super::revision::{Era, Revision};
use crate::mittwald::json;

/// Agrees on a revision: the one asked for, or our newest that has this handshake. The modern
/// revision is never agreed on here, because it has no `initialize`.
///
/// # Errors
/// -32602 where the client names no version.
pub fn answer(context: &Context<'_>, call: &Call<'_>) -> Outcome {
    let params = call.params.map_or("{}", RawValue::get);
    let [version] = json::pick(params, ["protocolVersion"])
        .map_err(|_| Error::Params("A member of params is given twice.".into()))?;
    let asked = version
        .and_then(json::text)
        .ok_or_else(|| Error::Params("protocolVersion is missing or no string.".into()))?;
    let agreed = Revision::parse(&asked)
        .filter(|revision| revision.era() == Era::Legacy)
        .unwrap_or(Revision::NEWEST_LEGACY);
    let instructions = instructions::of(context);
    Ok(ResultWriter::open(call.id.get(), agreed, None, instructions.len())
        .string("protocolVersion", agreed.name())
        .json("capabilities", about::capabilities(agreed))
        .json("serverInfo", SERVER_INFO)
        .string("instructions", &instructions)
        .close())
}
