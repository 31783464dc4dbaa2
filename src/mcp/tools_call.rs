//! `tools/call`: finds the tool, lets `tools` call it, and wraps what comes back.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::error::{Error, shown};
use super::frame::Call;
use super::input::Round;
use super::ladder::Admitted;
use super::progress::ClientProgress;
use super::reply::{Answered, ResultWriter};
use super::revision::{Era, Revision};
use super::{Context, LEFT, Note, mirrored};
use crate::http::Status;
use crate::mittwald::json;
use crate::tools::spelling;
use crate::tools::surface::{Absent, Surface};
use crate::tools::{self, Environment, ToolResult};

/// Calls a tool. What goes wrong inside it is a result that the model reads (`isError`, 2025-11-25
/// server/tools, "Error Handling").
///
/// # Errors
/// -32602 for a call without a name, with arguments that are no object, or of a tool that this
/// surface does not serve.
pub async fn answer(
    context: &Context<'_>,
    call: &Call<'_>,
    admitted: &Admitted<'_>,
    began_ms: u64,
) -> Result<Answered, Error> {
    let revision = admitted.revision;
    let params = call.params.map_or("{}", RawValue::get);
    let [name, arguments] = json::pick(params, ["name", "arguments"])
        .map_err(|_| Error::Params("name or arguments is given twice.".into()))?;
    let name = name.and_then(json::text).ok_or_else(|| {
        Error::Params("name is missing or no string; it must be the name of a tool.".into())
    })?;
    let arguments = arguments.filter(|arguments| !json::is_null(arguments));
    if arguments.is_some_and(|arguments| !json::is_object(arguments)) {
        return Err(Error::Params("arguments must be a JSON object, not a text or a list.".into()));
    }
    let named = context
        .surface
        .look_up(&name)
        .map_err(|absent| Error::Params(not_served(&name, absent, context.surface)))?;
    let note = Note {
        method: "tools/call",
        tool: named.tool.name,
        revision: revision.name(),
        outcome: LEFT,
    };
    (context.under_way)(note);
    let progress = ClientProgress::new(admitted.meta.progress_token, context.ports.events);
    if revision.era() == Era::Modern {
        mirrored::check(context, named, arguments)?;
    }
    let round = Round { context, admitted, method: "tools/call", name: &name, arguments };
    let input = round.input(call.params)?;
    let environment =
        Environment { progress: &progress, input: &input, ..context.environment(began_ms) };
    let result = tools::call(&environment, named, arguments).await;
    let note = Note { outcome: result.outcome, ..note };
    let id = call.id.get();
    if let Some(required) = &result.asks {
        return match round.ask(id, required) {
            Ok(body) => Ok(Answered { body, status: Status::OK, challenge: None, note }),
            Err(error) => Ok(Answered::failed(id, &error, revision.era(), note)),
        };
    }
    let body = wrap(id, revision, &result);
    let challenge = result.challenge.filter(|_| result.status != Status::OK);
    Ok(Answered { body, status: result.status, challenge, note })
}

/// Content, structured content and the error flag (2025-11-25 server/tools, "Tool Result"). The same
/// JSON stands in the text, for clients that do not read the structure; what third parties wrote
/// stands between two lines that say so.
fn wrap(id: &str, revision: Revision, result: &ToolResult) -> String {
    let capacity = result.text.len().saturating_mul(2).saturating_add(result.text.len() / 4);
    let writer = ResultWriter::open(id, revision, result.challenge.as_deref(), capacity).with(
        "content",
        |out| {
            out.push('[');
            let fence = result.fence.as_ref();
            let texts = [
                fence.map(|fence| Cow::Owned(fence.opening())),
                Some(Cow::Borrowed(result.text.as_str())),
                fence.map(|fence| Cow::Owned(fence.closing())),
            ];
            for text in texts.iter().flatten() {
                json::push_comma(out);
                out.push_str("{\"type\":\"text\",\"text\":");
                json::push_string(out, text);
                out.push('}');
            }
            out.push(']');
        },
    );
    if result.is_error {
        writer.json("isError", "true").close()
    } else {
        writer.json("structuredContent", &result.text).json("isError", "false").close()
    }
}

/// Why the tool is not there, and what to do about it.
fn not_served(name: &str, absent: Absent, surface: &Surface) -> String {
    match absent {
        Absent::ReadOnly => format!(
            "Tool not found: {} changes something, and this connection ({}) serves reading tools only. To \
             use it, the person adds the connector again under /mcp.",
            shown(name),
            surface.path(),
        ),
        Absent::NoProject => format!(
            "Tool not found: {} is about things outside of projects, and this connection ({}) is for one \
             project. To use it, the person adds the connector under /mcp.",
            shown(name),
            surface.path(),
        ),
        Absent::Toolset(toolset) => format!(
            "Tool not found: {} is not among the tools of this connection ({}). To use it, the person \
             adds the connector under /mcp/x/{toolset} (this toolset) or /mcp/x/all (every tool).",
            shown(name),
            surface.path(),
        ),
        Absent::Unknown => {
            let near = spelling::nearest(name, surface.tools().map(|tool| tool.name));
            let near = near.map(|near| format!(" {near} is probably meant.")).unwrap_or_default();
            format!(
                "Tool not found: {}.{near} The list of tools may have changed: press Refresh on the \
                 mittwald connector in the client's settings, then ask for tools/list again.",
                shown(name),
            )
        }
    }
}
