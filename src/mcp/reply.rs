//! The texts that go back: JSON-RPC envelopes around ready-made JSON, each written once.

use super::about::{LIST_TTL_MS, SERVER_INFO};
use super::error::{Error, Refused};
use super::revision::{Era, Revision};
use super::{Note, Reply};
use crate::http::{Response, Status};
use crate::mittwald::json;

/// Member of `_meta` that says who answers (2026-07-28 basic/index).
const SERVER_INFO_KEY: &str = "io.modelcontextprotocol/serverInfo";

/// Member of `_meta` with challenges, from which ChatGPT offers to sign in again.
pub const CHALLENGE_KEY: &str = "mcp/www_authenticate";

/// For how many milliseconds a client may keep a result, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// For everybody: the same for all people and languages.
    Public(u64),
    /// For the person who asked.
    Private(u64),
}

/// One answered request: its envelope, and what HTTP and the log need.
#[derive(Debug)]
pub struct Answered {
    /// JSON-RPC response.
    pub body: String,
    /// HTTP status, where it is the only message.
    pub status: Status,
    /// `WWW-Authenticate` header, where the status asks for one.
    pub challenge: Option<String>,
    /// For the log.
    pub note: Note,
}

impl Answered {
    /// A request that came to an error.
    #[must_use]
    pub fn failed(id: &str, failure: &Error, era: Era, note: Note) -> Self {
        let note = Note { outcome: failure.name(), ..note };
        let body = error(Some(id), failure);
        Self { body, status: failure.status(era), challenge: None, note }
    }
}

/// Writes a JSON-RPC response with a result.
#[derive(Debug)]
pub struct ResultWriter {
    out: String,
}

impl ResultWriter {
    /// Opens the envelope; the modern era's `resultType` and `_meta` stand first, together with a
    /// challenge that a client can act on.
    #[must_use]
    pub fn open(id: &str, revision: Revision, challenge: Option<&str>, capacity: usize) -> Self {
        Self::typed(id, revision, "\"complete\"", challenge, capacity)
    }

    /// Opens the envelope of a result that asks the client something (modern era).
    #[must_use]
    pub fn asking(id: &str, revision: Revision) -> Self {
        Self::typed(id, revision, "\"input_required\"", None, 0)
    }

    fn typed(
        id: &str,
        revision: Revision,
        result_type: &'static str,
        challenge: Option<&str>,
        capacity: usize,
    ) -> Self {
        let mut out = String::with_capacity(capacity.saturating_add(512));
        out.push_str("{\"jsonrpc\":\"2.0\",\"id\":");
        out.push_str(id);
        out.push_str(",\"result\":{");
        let modern = revision.era() == Era::Modern;
        if modern {
            json::push_name(&mut out, "resultType");
            out.push_str(result_type);
        }
        if modern || challenge.is_some() {
            json::push_name(&mut out, "_meta");
            out.push('{');
            if modern {
                json::push_name(&mut out, SERVER_INFO_KEY);
                out.push_str(SERVER_INFO);
            }
            if let Some(challenge) = challenge {
                json::push_name(&mut out, CHALLENGE_KEY);
                out.push('[');
                json::push_string(&mut out, challenge);
                out.push(']');
            }
            out.push('}');
        }
        Self { out }
    }

    /// Adds a member whose value is JSON already.
    #[must_use]
    pub fn json(mut self, name: &str, value: &str) -> Self {
        json::push_name(&mut self.out, name);
        self.out.push_str(value);
        self
    }

    /// Adds a member that `write` writes.
    #[must_use]
    pub fn with(mut self, name: &str, write: impl FnOnce(&mut String)) -> Self {
        json::push_name(&mut self.out, name);
        write(&mut self.out);
        self
    }

    /// Adds a string.
    #[must_use]
    pub fn string(self, name: &str, value: &str) -> Self {
        self.with(name, |out| json::push_string(out, value))
    }

    /// Adds what [`Self::kept`] adds, for a list that may come to depend on what the person allowed: a
    /// shared cache would gain nothing here.
    #[must_use]
    pub fn cacheable(self, revision: Revision) -> Self {
        self.kept(revision, Keep::Private(LIST_TTL_MS))
    }

    /// Adds `ttlMs` and `cacheScope`, which the modern era wants on discovery, lists and resources
    /// (2026-07-28 server/utilities/caching).
    #[must_use]
    pub fn kept(self, revision: Revision, keep: Keep) -> Self {
        let (ttl_ms, scope) = match (revision.era(), keep) {
            (Era::Legacy, _) => return self,
            (Era::Modern, Keep::Public(ttl_ms)) => (ttl_ms, "\"public\""),
            (Era::Modern, Keep::Private(ttl_ms)) => (ttl_ms, "\"private\""),
        };
        self.json("ttlMs", &ttl_ms.to_string()).json("cacheScope", scope)
    }

    /// Closes the envelope.
    #[must_use]
    pub fn close(mut self) -> String {
        self.out.push_str("}}");
        self.out
    }
}

/// A JSON-RPC error. Without an id where it could not be read: MCP's schema knows no null ids.
#[must_use]
pub fn error(id: Option<&str>, error: &Error) -> String {
    envelope(id, error.code(), &error.to_string(), error.data().as_deref())
}

fn envelope(id: Option<&str>, code: i64, message: &str, data: Option<&str>) -> String {
    let mut out = String::from("{\"jsonrpc\":\"2.0\"");
    if let Some(id) = id {
        json::push_name(&mut out, "id");
        out.push_str(id);
    }
    json::push_name(&mut out, "error");
    out.push('{');
    json::push_name(&mut out, "code");
    out.push_str(&code.to_string());
    json::push_name(&mut out, "message");
    json::push_string(&mut out, message);
    if let Some(data) = data {
        json::push_name(&mut out, "data");
        out.push_str(data);
    }
    out.push_str("}}");
    out
}

/// What the router refuses before a message is read: a JSON-RPC error without an id.
#[must_use]
pub fn refusal(status: Status, code: i64, message: &str) -> Response {
    Response::json(status, envelope(None, code, message, None))
}

/// The reply to a message that was refused.
#[must_use]
pub fn to_refused(refused: &Refused) -> Reply {
    let era = refused.revision.map_or(Era::Legacy, Revision::era);
    Reply {
        response: Response::json(
            refused.error.status(era),
            error(refused.id.as_deref(), &refused.error),
        ),
        note: Note {
            method: "unknown",
            tool: "",
            revision: refused.revision.map_or("", Revision::name),
            outcome: refused.error.name(),
        },
        trace: None,
    }
}

/// The reply to a request that was answered.
#[must_use]
pub fn to_answered(answered: Answered) -> Reply {
    let Answered { body, status, challenge, note } = answered;
    let response = Response::json(status, body);
    let response = match challenge {
        Some(challenge) => response.with("www-authenticate", challenge),
        None => response,
    };
    Reply { response, note, trace: None }
}
