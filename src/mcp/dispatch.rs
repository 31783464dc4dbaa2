//! Method -> handler, for both eras.

use super::error::{Error, shown};
#[cfg(feature = "conformance")]
use super::fixtures;
use super::frame::Call;
use super::ladder::Admitted;
use super::reply::{self, Answered, ResultWriter};
use super::revision::{Era, Revision};
use super::{
    Context, LEFT, Note, completion, discover, initialize, prompts, resources, skills, tools_call,
    tools_list,
};
use crate::http::Status;

/// A result of a method, before its envelope is noted.
pub type Outcome = Result<String, Error>;

/// Answers a request that was admitted.
pub async fn answer(
    context: &Context<'_>,
    call: &Call<'_>,
    admitted: &Admitted<'_>,
    began_ms: u64,
) -> Answered {
    let revision = admitted.revision;
    let note = |outcome| Note {
        method: known_name(&call.method),
        tool: "",
        revision: revision.name(),
        outcome,
    };
    (context.under_way)(note(LEFT));
    let answered = match call.method.as_ref() {
        #[cfg(feature = "conformance")]
        _ if fixtures::has(call, revision) => fixtures::answer(context, call, admitted).await,
        "tools/call" => tools_call::answer(context, call, admitted, began_ms).await,
        "resources/list" => resources::listing::answer(context, call, revision, began_ms).await,
        "resources/read" => resources::read(context, call, revision, began_ms).await,
        "completion/complete" => completion::answer(context, call, revision, began_ms).await,
        _ => at_once(context, call, revision).map(|body| Answered {
            body,
            status: Status::OK,
            challenge: None,
            note: note("ok"),
        }),
    };
    #[cfg(feature = "conformance")]
    let answered = answered.map(|answered| fixtures::extended(call, revision, answered));
    answered.unwrap_or_else(|error| Answered {
        body: reply::error(Some(call.id.get()), &error),
        status: error.status(revision.era()),
        challenge: None,
        note: note(error.name()),
    })
}

/// Answers what asks nobody else.
fn at_once(context: &Context<'_>, call: &Call<'_>, revision: Revision) -> Outcome {
    let id = call.id.get();
    match (call.method.as_ref(), revision.era()) {
        ("tools/list", _) => tools_list::answer(context, call, revision),
        ("prompts/list", _) => prompts::list(context, call, revision),
        ("prompts/get", _) => prompts::get(context, call, revision),
        ("resources/templates/list", _) => resources::templates(context, call, revision),
        ("skills/list", _) if skills::is_known(revision) => skills::list(call, revision),
        ("skills/get", _) if skills::is_known(revision) => skills::get(call, revision),
        ("resources/directory/read", _) if skills::is_known(revision) => {
            skills::directory(call, revision)
        }
        ("initialize", Era::Legacy) => initialize::answer(context, call),
        ("ping", Era::Legacy) => Ok(ResultWriter::open(id, revision, None, 0).close()),
        ("server/discover", Era::Modern) => Ok(discover::answer(context, id, revision)),
        (method, _) => Err(Error::MethodNotFound(shown(method))),
    }
}

/// The method's name for the log: only names that we know, so that nothing else gets into it.
#[must_use]
pub fn known_name(method: &str) -> &'static str {
    const KNOWN: [&str; 18] = [
        "initialize",
        "ping",
        "server/discover",
        "tools/list",
        "tools/call",
        "prompts/list",
        "prompts/get",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "resources/directory/read",
        "completion/complete",
        "skills/list",
        "skills/get",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "notifications/roots/list_changed",
    ];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("unknown")
}
