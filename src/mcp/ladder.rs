//! Which era a message belongs to, and the checks of a modern one, in the order in which the
//! conformance suite expects them: the first that fails gives the answer.
//!
//! | step | fails with |
//! |---|---|
//! | 1 `_meta` with `protocolVersion` and `clientCapabilities` | 400, -32602 |
//! | 2 header `MCP-Protocol-Version` equals it | 400, -32020 |
//! | 3 the version is supported | 400, -32022 |
//! | 4 `Mcp-Method` and `Mcp-Name` equal the body | 400, -32020 |
//! | 5 the method exists | 404, -32601 ([`super::dispatch`]) |
//! | 6 the client has the capabilities that a tool cannot do without | 400, -32021 ([`super::input`]) |
//! | 7 the token has the scope | 403 ([`super::tools_call`]) |

use serde_json::value::RawValue;

use super::error::{Error, Refused, shown};
use super::frame::{Call, Message};
use super::header;
use super::meta::Meta;
use super::revision::{Era, Revision, is_modern_name};
use crate::http::Request;
use crate::mittwald::json;

/// Header with the revision.
const VERSION_HEADER: &str = "mcp-protocol-version";

/// A message that may be answered.
#[derive(Debug, Clone, Copy)]
pub struct Admitted<'a> {
    /// Revision that its answer follows.
    pub revision: Revision,
    /// What it says about itself.
    pub meta: Meta<'a>,
}

/// Decides the revision of a message, and checks what that revision asks of it.
///
/// # Errors
/// The first step that fails.
pub fn admit<'a>(message: &Message<'a>, request: &Request) -> Result<Admitted<'a>, Refused> {
    let header = request.header(VERSION_HEADER);
    let (method, params, id) = match message {
        Message::Request(call) => (call.method.as_ref(), call.params, Some(call.id)),
        Message::Notification(method, params) => (method.as_ref(), *params, None),
        Message::Response => ("", None, None),
    };
    let mut revision = None;
    let admitted = (|| {
        let meta = Meta::of(params)?;
        if method == "initialize" && !meta.is_modern() {
            // The handshake of the legacy era, whatever the header says.
            return Ok(Admitted { revision: Revision::NEWEST_LEGACY, meta });
        }
        if meta.is_modern() || header.as_deref().is_some_and(is_modern_name) {
            revision = Some(Revision::V2026_07_28);
            modern(message, &meta, header.as_deref(), request)?;
            return Ok(Admitted { revision: Revision::V2026_07_28, meta });
        }
        Ok(Admitted { revision: legacy(header.as_deref())?, meta })
    })();
    admitted.map_err(|error| Refused { error, id: id.map(|id| id.get().to_owned()), revision })
}

fn legacy(header: Option<&str>) -> Result<Revision, Error> {
    let Some(header) = header else { return Ok(Revision::ASSUMED) };
    match Revision::parse(header) {
        Some(revision) if revision.era() == Era::Legacy => Ok(revision),
        _ => Err(Error::UnsupportedVersion(shown(header))),
    }
}

/// The revision that a batch is read under: the header's, which must have batches.
///
/// # Errors
/// -32022 for an unknown header value, -32600 for a revision without batches.
pub fn admit_batch(request: &Request) -> Result<Revision, Refused> {
    let header = request.header(VERSION_HEADER);
    if header.as_deref().is_some_and(is_modern_name) {
        return Err(Error::Batch(NO_BATCHES).into());
    }
    let revision = legacy(header.as_deref())?;
    if revision.has_batches() { Ok(revision) } else { Err(Error::Batch(NO_BATCHES).into()) }
}

/// What a batch under a revision without them is told.
pub const NO_BATCHES: &str = "This protocol version has no batches: send one message per request.";

fn modern(
    message: &Message<'_>,
    meta: &Meta<'_>,
    header: Option<&str>,
    request: &Request,
) -> Result<(), Error> {
    match message {
        Message::Request(call) => {
            let version = version(meta)?;
            header_equals_version(header, &version)?;
            supported(&version)?;
            header_equals_method(call, request)?;
            header_equals_name(call, request)
        }
        // Notifications bring no `_meta` of this kind; only their header can be wrong.
        Message::Notification(..) => header.map_or(Ok(()), supported),
        Message::Response => {
            Err(Error::NotAMessage("this protocol version has no responses to the server".into()))
        }
    }
}

/// Step 1.
fn version<'a>(meta: &Meta<'a>) -> Result<std::borrow::Cow<'a, str>, Error> {
    if !meta.given {
        return Err(Error::Meta("params._meta is missing or no object."));
    }
    let version = meta.version.and_then(json::text).ok_or(Error::Meta(
        "io.modelcontextprotocol/protocolVersion in _meta is missing or no string.",
    ))?;
    match meta.capabilities {
        Some(capabilities) if json::is_object(capabilities) => Ok(version),
        _ => Err(Error::Meta(
            "io.modelcontextprotocol/clientCapabilities in _meta is missing or no object.",
        )),
    }
}

/// Step 2.
fn header_equals_version(header: Option<&str>, version: &str) -> Result<(), Error> {
    match header {
        Some(header) if header == version => Ok(()),
        Some(_) => Err(mismatch("MCP-Protocol-Version", "differs from _meta")),
        None => Err(mismatch("MCP-Protocol-Version", "is missing")),
    }
}

/// Step 3.
fn supported(version: &str) -> Result<(), Error> {
    if version == Revision::V2026_07_28.name() {
        Ok(())
    } else {
        Err(Error::UnsupportedVersion(shown(version)))
    }
}

/// Step 4, first half.
fn header_equals_method(call: &Call<'_>, request: &Request) -> Result<(), Error> {
    match request.header("mcp-method") {
        None => Err(mismatch("Mcp-Method", "is missing")),
        Some(header) if header == call.method => Ok(()),
        Some(_) => Err(mismatch("Mcp-Method", "differs from the method in the body")),
    }
}

/// Step 4, second half.
fn header_equals_name(call: &Call<'_>, request: &Request) -> Result<(), Error> {
    let Some(member) = named_by(&call.method) else { return Ok(()) };
    let header = request.header("mcp-name").ok_or(mismatch("Mcp-Name", "is missing"))?;
    let header =
        header::decoded(&header).ok_or(mismatch("Mcp-Name", "has a broken =?base64?..?= form"))?;
    let params = call.params.map_or("{}", RawValue::get);
    let [name] =
        json::pick(params, [member]).map_err(|_| mismatch("Mcp-Name", "cannot be compared"))?;
    if name.and_then(json::text).is_some_and(|name| name == header) {
        Ok(())
    } else {
        Err(mismatch("Mcp-Name", "differs from the name in the body"))
    }
}

/// The member of `params` that `Mcp-Name` repeats, for the methods that have one.
fn named_by(method: &str) -> Option<&'static str> {
    match method {
        "tools/call" | "prompts/get" => Some("name"),
        "resources/read" => Some("uri"),
        "tasks/get" | "tasks/update" | "tasks/cancel" => Some("taskId"),
        _ => None,
    }
}

fn mismatch(header: &str, what: &str) -> Error {
    Error::HeaderMismatch(format!("The header {header} {what}."))
}
