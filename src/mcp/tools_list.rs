//! `tools/list`: the definitions as the catalogue's compiler wrote them, one after the other, on one page.
//! Pages would save nobody anything: the texts are ready, and a client needs all of them before its model
//! can choose. Those that never ask for a second page (there are such) would miss tools.

use serde_json::value::RawValue;

use super::Context;
use super::dispatch::Outcome;
use super::error::Error;
use super::frame::Call;
use super::reply::ResultWriter;
use super::revision::{Era, Revision};
use crate::mittwald::json;

/// Lists the surface's tools, all on one page: so no cursor of ours exists, and any that comes is
/// wrong (2025-11-25 server/utilities/pagination, "Error Handling").
///
/// # Errors
/// -32602 for a cursor.
pub fn answer(context: &Context<'_>, call: &Call<'_>, revision: Revision) -> Outcome {
    let params = call.params.map_or("{}", RawValue::get);
    let [cursor] = json::pick(params, ["cursor"])
        .map_err(|_| Error::Params("A member of params is given twice.".into()))?;
    if cursor.is_some_and(|cursor| !json::is_null(cursor)) {
        let message = "This cursor is unknown: the list has one page. Ask again without a cursor.";
        return Err(Error::Params(message.into()));
    }
    let surface = context.surface;
    let definition = |tool| match revision.era() {
        Era::Legacy => surface.definition(tool),
        Era::Modern => surface.modern_definition(tool),
    };
    let capacity = surface
        .tools()
        .fold(0_usize, |sum, tool| sum.saturating_add(definition(tool).len()).saturating_add(1));
    let writer = ResultWriter::open(call.id.get(), revision, None, capacity).with("tools", |out| {
        out.push('[');
        for tool in surface.tools() {
            json::push_comma(out);
            out.push_str(definition(tool));
        }
        out.push(']');
    });
    Ok(writer.cacheable(revision).close())
}
