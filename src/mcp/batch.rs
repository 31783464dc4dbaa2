//! Batches: several messages in one array. Only 2025-03-26 has them (basic/index, "Batching").

use serde_json::value::RawValue;

use super::error::{Error, Refused};
use super::frame::{self, Call, Message};
use super::ladder::{self, Admitted};
use super::meta::Meta;
use super::reply::{self, Answered};
use super::revision::Revision;
use super::{Context, Note, Reply, dispatch};
use crate::http::{Request, Response, Status};

/// Most messages of a batch: each may be a request to mittwald, and all share one deadline.
pub const MAX_MESSAGES: usize = 20;

/// Answers a batch. Its messages are handled one after the other, as they were written: a model that
/// sends a change and a read behind it means them in this order. Errors of single messages stand in
/// the array of answers, under HTTP 200.
///
/// # Errors
/// 400 for a batch as a whole: empty, too large, under a revision without batches, or with a message
/// of the modern era in it.
pub async fn answer(
    context: &Context<'_>,
    request: &Request,
    elements: &[&RawValue],
    began_ms: u64,
) -> Result<Reply, Refused> {
    let messages: Vec<Result<Message<'_>, Refused>> =
        elements.iter().take(MAX_MESSAGES).map(|element| frame::message(element.get())).collect();
    if messages.iter().any(claims_modern) {
        return Err(Error::Batch(ladder::NO_BATCHES).into());
    }
    let revision = ladder::admit_batch(request)?;
    if elements.is_empty() {
        return Err(Error::Batch("The batch is empty.").into());
    }
    if elements.len() > MAX_MESSAGES {
        return Err(
            Error::Batch("The batch is too large: send at most 20 messages at once.").into()
        );
    }
    let mut answers = String::new();
    let mut outcome = "accepted";
    for message in &messages {
        let Some(body) = one(context, message, revision, began_ms, &mut outcome).await else {
            continue;
        };
        answers.push(if answers.is_empty() { '[' } else { ',' });
        answers.push_str(&body);
    }
    let response = if answers.is_empty() {
        Response::empty(Status::ACCEPTED)
    } else {
        answers.push(']');
        Response::json(Status::OK, answers)
    };
    Ok(Reply {
        response,
        note: Note { method: "batch", tool: "", revision: revision.name(), outcome },
        trace: None,
    })
}

fn claims_modern(message: &Result<Message<'_>, Refused>) -> bool {
    match message {
        Ok(Message::Request(Call { params, .. }) | Message::Notification(_, params)) => {
            Meta::of(*params).is_ok_and(|meta| meta.is_modern())
        }
        _ => false,
    }
}

/// The answer to one message; the log gets the last outcome that was not `ok`.
async fn one(
    context: &Context<'_>,
    message: &Result<Message<'_>, Refused>,
    revision: Revision,
    began_ms: u64,
    outcome: &mut &'static str,
) -> Option<String> {
    let call = match message {
        Ok(Message::Request(call)) => call,
        Ok(Message::Notification(..) | Message::Response) => return None,
        Err(refused) => {
            *outcome = refused.error.name();
            return Some(reply::error(refused.id.as_deref(), &refused.error));
        }
    };
    if call.method == "initialize" {
        // 2025-03-26 basic/lifecycle: "The initialize request MUST NOT be part of a JSON-RPC batch".
        let error = Error::Batch("initialize must not be part of a batch.");
        *outcome = error.name();
        return Some(reply::error(Some(call.id.get()), &error));
    }
    let admitted = Admitted { revision, meta: Meta::of(call.params).unwrap_or_default() };
    let Answered { body, note, .. } = dispatch::answer(context, call, &admitted, began_ms).await;
    if note.outcome != "ok" || *outcome == "accepted" {
        *outcome = note.outcome;
    }
    Some(body)
}
