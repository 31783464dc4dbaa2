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
//! | 6 the client has the capabilities that the method needs | nothing needs one yet |
//! | 7 the token has the scope | 403 ([`super::tools_call`]) |

use serde_json::value::RawValue;

use super::error::{Error, Refused, shown};
use super::frame::{Call, Message};
use super::header;
use super::revision::{Era, Revision, is_modern_name};
use crate::http::Request;
use crate::mittwald::json;

/// Header with the revision.
const VERSION_HEADER: &str = "mcp-protocol-version";

/// Member of `_meta` with the revision: its presence makes a request modern.
const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";

/// Member of `_meta` with what the client can do.
const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";

/// A message that may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admitted {
    /// Revision that its answer follows.
    pub revision: Revision,
}

/// Members of a modern request's `_meta`.
struct Claim<'a> {
    version: Option<&'a RawValue>,
    capabilities: Option<&'a RawValue>,
}

/// Decides the revision of a message, and checks what that revision asks of it.
///
/// # Errors
/// The first step that fails.
pub fn admit(message: &Message<'_>, request: &Request) -> Result<Admitted, Refused> {
    let header = request.header(VERSION_HEADER);
    let (method, params, id) = match message {
        Message::Request(call) => (call.method.as_ref(), call.params, Some(call.id)),
        Message::Notification(method, params) => (method.as_ref(), *params, None),
        Message::Response => ("", None, None),
    };
    let mut revision = None;
    let admitted = (|| {
        let claim = claim(params)?;
        let claimed = claim.as_ref().is_some_and(|claim| claim.version.is_some());
        if method == "initialize" && !claimed {
            // The handshake of the legacy era, whatever the header says.
            return Ok(Admitted { revision: Revision::NEWEST_LEGACY });
        }
        if claimed || header.as_deref().is_some_and(is_modern_name) {
            revision = Some(Revision::V2026_07_28);
            return modern(message, claim.as_ref(), header.as_deref(), request);
        }
        legacy(header.as_deref())
    })();
    admitted.map_err(|error| Refused { error, id: id.map(|id| id.get().to_owned()), revision })
}

/// Whether a message claims to be modern by its `_meta`.
#[must_use]
pub fn has_claim(params: Option<&RawValue>) -> bool {
    claim(params).is_ok_and(|claim| claim.is_some_and(|claim| claim.version.is_some()))
}

fn claim(params: Option<&RawValue>) -> Result<Option<Claim<'_>>, Error> {
    const UNREADABLE: Error =
        Error::Meta("A member of params or of _meta is given twice, or its name is broken.");
    let Some(params) = params else { return Ok(None) };
    let [meta] = json::pick(params.get(), ["_meta"]).map_err(|_| UNREADABLE)?;
    let Some(meta) = meta.filter(|meta| json::is_object(meta)) else { return Ok(None) };
    let [version, capabilities] =
        json::pick(meta.get(), [VERSION_KEY, CAPABILITIES_KEY]).map_err(|_| UNREADABLE)?;
    Ok(Some(Claim { version, capabilities }))
}

fn legacy(header: Option<&str>) -> Result<Admitted, Error> {
    let Some(header) = header else { return Ok(Admitted { revision: Revision::ASSUMED }) };
    match Revision::parse(header) {
        Some(revision) if revision.era() == Era::Legacy => Ok(Admitted { revision }),
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
    let Admitted { revision } = legacy(header.as_deref())?;
    if revision.has_batches() { Ok(revision) } else { Err(Error::Batch(NO_BATCHES).into()) }
}

/// What a batch under a revision without them is told.
pub const NO_BATCHES: &str = "This protocol version has no batches: send one message per request.";

fn modern(
    message: &Message<'_>,
    claim: Option<&Claim<'_>>,
    header: Option<&str>,
    request: &Request,
) -> Result<Admitted, Error> {
    let admitted = Admitted { revision: Revision::V2026_07_28 };
    match message {
        Message::Request(call) => {
            let version = version(claim)?;
            header_equals_version(header, &version)?;
            supported(&version)?;
            header_equals_method(call, request)?;
            header_equals_name(call, request)?;
        }
        // Notifications bring no `_meta` of this kind; only their header can be wrong.
        Message::Notification(..) => header.map_or(Ok(()), supported)?,
        Message::Response => {
            return Err(Error::NotAMessage(
                "this protocol version has no responses to the server".into(),
            ));
        }
    }
    Ok(admitted)
}

/// Step 1.
fn version<'a>(claim: Option<&Claim<'a>>) -> Result<std::borrow::Cow<'a, str>, Error> {
    let claim = claim.ok_or(Error::Meta("params._meta is missing or no object."))?;
    let version = claim.version.and_then(json::text).ok_or(Error::Meta(
        "io.modelcontextprotocol/protocolVersion in _meta is missing or no string.",
    ))?;
    match claim.capabilities {
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
