//! The Model Context Protocol over Streamable HTTP: one POST endpoint, two eras, no sessions. The era
//! is chosen for each request from what the request itself says; nothing is remembered.
//!
//! # Layout
//! - here: [`post`], from a request to a reply
//! - [`frame`]: bytes -> JSON-RPC messages
//! - [`revision`]: the five revisions of the protocol, and the two eras
//! - [`ladder`]: which era a message belongs to, and what a modern one must bring
//! - [`meta`]: what a request says about itself; [`trace`]: its trace, for the log
//! - [`header`]: `Mcp-*` header values; [`mirrored`]: arguments that stand in headers as well
//! - [`dispatch`]: method -> handler
//! - [`initialize`], [`discover`], [`tools_list`], [`tools_call`]: one method each
//! - [`input`]: asking the client, in rounds; [`request_state`]: what travels with it in between
//! - [`cursor`]: where the next page of a list begins
//! - [`prompts`], [`resources`], [`skills`]: what there is besides tools; [`completion`] of their arguments
//! - [`params`]: members of parameters; [`locale`]: the person's language
//! - [`about`]: who we are and what we offer; [`instructions`]: for models
//! - [`progress`]: how far the work is, for who asked to know
//! - [`batch`]: the arrays of 2025-03-26
//! - [`error`]: every JSON-RPC error, with code and status
//! - [`reply`]: the texts that go back
//! - `fixtures`: what the conformance suite wants beside the product; in no build that is deployed

pub mod about;
pub mod batch;
pub mod completion;
pub mod cursor;
pub mod discover;
pub mod dispatch;
pub mod error;
#[cfg(any(test, feature = "conformance"))]
pub mod fixtures;
pub mod frame;
pub mod header;
pub mod initialize;
pub mod input;
pub mod instructions;
pub mod ladder;
pub mod locale;
pub mod meta;
pub mod mirrored;
pub mod params;
pub mod progress;
pub mod prompts;
pub mod reply;
pub mod request_state;
pub mod resources;
pub mod revision;
pub mod skills;
pub mod tools_call;
pub mod tools_list;
pub mod trace;

use crate::config::Config;
use crate::http::{Body, Headers, Language, Request, Response, Status, media};
use crate::keys::KeyRing;
use crate::ports::Ports;
use crate::tools::Environment;
use crate::tools::caller::Caller;
use crate::tools::input::NO_INPUT;
use crate::tools::progress::NoProgress;
use crate::tools::surface::Surface;

pub use error::INVALID_REQUEST;
use error::{Error, Refused};
use frame::{Frame, Message};
pub use reply::refusal;
pub use trace::TraceId;

/// What an answer depends on besides the message: made by the router after authentication.
pub struct Context<'a> {
    /// Configuration.
    pub config: &'a Config,
    /// Header fields of the HTTP request: some must repeat what the message says.
    pub headers: &'a dyn Headers,
    /// Keys: of what travels with the client.
    pub keys: &'a KeyRing,
    /// The address that the client is connected to.
    pub surface: &'a Surface,
    /// Who calls.
    pub caller: &'a Caller,
    /// The outside world.
    pub ports: Ports<'a>,
    /// `WWW-Authenticate` value for an error code, a description and scopes (RFC 6750 section 3).
    pub challenge: &'a dyn Fn(&str, &str, &[&str]) -> String,
    /// Language of sentences that a person reads; what a model reads is English.
    pub language: Language,
    /// Hears what is being answered, before it is: should the client leave, the log says what it left.
    pub under_way: &'a dyn Fn(Note),
}

impl<'a> Context<'a> {
    /// What a call of a tool depends on; `began_ms` is when the HTTP request began.
    #[must_use]
    pub const fn environment(&self, began_ms: u64) -> Environment<'a> {
        Environment {
            api_url: self.config.api_url.as_str(),
            surface: self.surface,
            caller: self.caller,
            ports: self.ports,
            language: self.language,
            keys: self.keys,
            challenge: self.challenge,
            progress: &NoProgress,
            input: &NO_INPUT,
            began_ms,
        }
    }

    /// The one project that this connection is for: the address fixes it, or the person's consent.
    #[must_use]
    pub fn project(&self) -> Option<&'a str> {
        self.caller.project_at(self.surface)
    }
}

/// Outcome of a message whose client left before the answer.
pub const LEFT: &str = "left";

/// What the log line says about a message: fixed names only, never an argument or an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Note {
    /// Method; `unknown` for one that we do not have, `batch` for several.
    pub method: &'static str,
    /// Tool that was called; empty where none was.
    pub tool: &'static str,
    /// Protocol revision; empty where the message did not get that far.
    pub revision: &'static str,
    /// How it ended: `ok`, or the name of the error.
    pub outcome: &'static str,
}

/// A response, and what the log says.
#[derive(Debug)]
pub struct Reply {
    /// Response.
    pub response: Response,
    /// For the log.
    pub note: Note,
    /// The client's trace, if it named one: for the log too.
    pub trace: Option<TraceId>,
}

/// Answers a POST to a surface; authentication and `Origin` were checked.
pub async fn post(context: &Context<'_>, request: &Request) -> Reply {
    match receive(context, request).await {
        Ok(reply) => reply,
        Err(refused) => reply::to_refused(&refused),
    }
}

async fn receive(context: &Context<'_>, request: &Request) -> Result<Reply, Refused> {
    let content_type = request.header("content-type").unwrap_or_default();
    if !media::is(&content_type, "application/json") {
        return Err(Error::ContentType.into());
    }
    let body = match &request.body {
        Body::Bytes(bytes) => bytes,
        Body::TooLarge => return Err(Error::TooLarge.into()),
        Body::Broken => return Err(Error::NotJson("the body broke off".into()).into()),
    };
    let began_ms = context.ports.clock.now_ms();
    match frame::decode(body)? {
        Frame::Single(message) => single(context, request, &message, began_ms).await,
        Frame::Batch(elements) => batch::answer(context, request, &elements, began_ms).await,
    }
}

async fn single(
    context: &Context<'_>,
    request: &Request,
    message: &Message<'_>,
    began_ms: u64,
) -> Result<Reply, Refused> {
    let admitted = ladder::admit(message, request)?;
    let trace = admitted.meta.traceparent.and_then(TraceId::of);
    match message {
        Message::Request(call) => {
            let answered = dispatch::answer(context, call, &admitted, began_ms).await;
            Ok(Reply { trace, ..reply::to_answered(answered) })
        }
        // A notification needs nothing from us, and a response answers nothing that we asked: we
        // keep no session in which we could have (202 in every revision).
        Message::Notification(method, _) => Ok(Reply {
            response: Response::empty(Status::ACCEPTED),
            note: Note {
                method: dispatch::known_name(method),
                tool: "",
                revision: admitted.revision.name(),
                outcome: "accepted",
            },
            trace,
        }),
        Message::Response => Ok(Reply {
            response: Response::empty(Status::ACCEPTED),
            note: Note {
                method: "response",
                tool: "",
                revision: admitted.revision.name(),
                outcome: "accepted",
            },
            trace,
        }),
    }
}

#[cfg(test)]
mod tests;
