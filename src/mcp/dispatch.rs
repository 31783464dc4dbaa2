//! Method -> handler, for both eras.

use super::error::{Error, shown};
use super::frame::Call;
use super::ladder::Admitted;
use super::reply::{self, Answered, ResultWriter};
use super::revision::Era;
use super::{Context, Note, discover, initialize, tools_call, tools_list};
use crate::http::Status;

/// A result of a method, before its envelope is noted.
pub type Outcome = Result<String, Error>;

/// Answers a request that was admitted.
pub async fn answer(
    context: &Context<'_>,
    call: &Call<'_>,
    admitted: &Admitted,
    began_ms: u64,
) -> Answered {
    let revision = admitted.revision;
    let id = call.id.get();
    let outcome: Outcome = match (call.method.as_ref(), revision.era()) {
        #[cfg(feature = "conformance")]
        _ if super::fixtures::has(call, revision) => {
            super::fixtures::answer(context, call, admitted).await
        }
        ("tools/call", _) => match tools_call::answer(context, call, revision, began_ms).await {
            Ok(answered) => return answered,
            Err(error) => Err(error),
        },
        ("tools/list", _) => tools_list::answer(context, call, revision),
        ("initialize", Era::Legacy) => initialize::answer(call),
        ("ping", Era::Legacy) => Ok(ResultWriter::open(id, revision, None, 0).close()),
        ("server/discover", Era::Modern) => Ok(discover::answer(id, revision)),
        (method, _) => Err(Error::MethodNotFound(shown(method))),
    };
    #[cfg(feature = "conformance")]
    let outcome =
        outcome.map(|body| super::fixtures::extended(call.method.as_ref(), revision, body));
    let note = Note {
        method: known_name(&call.method),
        tool: "",
        revision: revision.name(),
        outcome: outcome.as_ref().map_or_else(Error::name, |_| "ok"),
    };
    let status = outcome.as_ref().map_or_else(|error| error.status(revision.era()), |_| Status::OK);
    let body = outcome.unwrap_or_else(|error| reply::error(Some(id), &error));
    Answered { body, status, challenge: None, note }
}

/// The method's name for the log: only names that we know, so that nothing else gets into it.
#[must_use]
pub fn known_name(method: &str) -> &'static str {
    const KNOWN: [&str; 9] = [
        "initialize",
        "ping",
        "server/discover",
        "tools/list",
        "tools/call",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "notifications/roots/list_changed",
    ];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("unknown")
}
