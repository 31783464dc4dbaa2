//! Which client ids are addresses of metadata documents
//! (draft-ietf-oauth-client-id-metadata-document section 3).
//!
//! The address must be spelled as a browser would spell it. That settles upper case, default ports,
//! backslashes, dot segments (percent-encoded ones, too) and disguised IP addresses (`0x7f.1`) in one
//! comparison, and the string that was checked is the string that is fetched.

use url::{Host, Url};

use crate::http::origin::names_its_host_plainly;

/// Longest client id of this kind, in bytes: it travels in access tokens.
const MAX_LENGTH: usize = 1024;

/// Names that resolvers keep to themselves (RFC 6761, RFC 6762, RFC 7686, RFC 8375, and those that
/// are commonly used within networks).
const NOT_PUBLIC: [&str; 12] = [
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "test",
];

/// A client id that is the address of a metadata document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress<'a> {
    text: &'a str,
    host: &'a str,
}

impl<'a> ClientAddress<'a> {
    /// Whether an id means to be an address, acceptable or not. The ids that we sign never do.
    #[must_use]
    pub fn is_meant(id: &str) -> bool {
        id.contains("://")
    }

    /// Takes an id for an address; `None` for one that we would not fetch.
    #[must_use]
    pub fn parse(id: &'a str) -> Option<Self> {
        if id.len() > MAX_LENGTH || !names_its_host_plainly(id) {
            return None;
        }
        let url = Url::parse(id).ok()?;
        let plain = url.as_str() == id
            && url.scheme() == "https"
            && url.path() != "/"
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.port() != Some(0);
        let Some(Host::Domain(name)) = url.host() else { return None };
        if !plain || !is_public_name(name) {
            return None;
        }
        // In its normal spelling an https address has its host right behind the scheme.
        let host = id.get("https://".len()..)?.get(..name.len())?;
        Some(Self { text: id, host })
    }

    /// The address.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// Its host: who vouches for the client.
    #[must_use]
    pub const fn host(&self) -> &'a str {
        self.host
    }
}

/// Whether a host name can be somebody's on the public internet: at least two labels of letters,
/// digits and hyphens (RFC 1123 section 2.1), and no reserved ending. Whether it then leads to a
/// public address is for the runtime to see to (`global_fetch_strictly_public`).
fn is_public_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.contains('.') && name.split('.').all(is_label) && !NOT_PUBLIC.contains(&last)
}

#[cfg(test)]
mod tests;
