//! `params._meta`: what a request says about itself (basic/index, "_meta").

use serde_json::value::RawValue;

use super::error::Error;
use crate::mittwald::json;

/// Revision; its presence makes a request modern.
const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";

/// What the client can do.
const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";

/// The members of a request's `_meta` that we read, raw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Meta<'a> {
    /// Whether there is a `_meta` object at all.
    pub given: bool,
    /// `io.modelcontextprotocol/protocolVersion`.
    pub version: Option<&'a RawValue>,
    /// `io.modelcontextprotocol/clientCapabilities`.
    pub capabilities: Option<&'a RawValue>,
    /// `progressToken`.
    pub progress_token: Option<&'a RawValue>,
    /// `traceparent` (W3C Trace Context).
    pub traceparent: Option<&'a RawValue>,
}

impl<'a> Meta<'a> {
    /// Reads it from a message's parameters.
    ///
    /// # Errors
    /// -32602 where a member is given twice.
    pub fn of(params: Option<&'a RawValue>) -> Result<Self, Error> {
        const UNREADABLE: Error =
            Error::Meta("A member of params or of _meta is given twice, or its name is broken.");
        let Some(params) = params else { return Ok(Self::default()) };
        let [meta] = json::pick(params.get(), ["_meta"]).map_err(|_| UNREADABLE)?;
        let Some(meta) = meta.filter(|meta| json::is_object(meta)) else {
            return Ok(Self::default());
        };
        let names = [VERSION_KEY, CAPABILITIES_KEY, "progressToken", "traceparent"];
        let [version, capabilities, progress_token, traceparent] =
            json::pick(meta.get(), names).map_err(|_| UNREADABLE)?;
        Ok(Self { given: true, version, capabilities, progress_token, traceparent })
    }

    /// Whether the message claims to be modern.
    #[must_use]
    pub const fn is_modern(&self) -> bool {
        self.version.is_some()
    }
}
