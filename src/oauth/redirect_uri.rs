//! Redirect URIs: which ones a client may register, and when a requested one is the registered one.
//!
//! An allow-list on parsed URLs, never a deny-list on strings (RFC 9700 section 4.1):
//! - `https` with a host, compared byte for byte;
//! - `http` on loopback, where the port is free (RFC 8252 section 7.3) and all else is exact;
//! - private-use schemes of clients we know, by exact string.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::Origin;
use crate::pages::Destination;

/// Longest redirect URI, in bytes.
pub const MAX_LENGTH: usize = 2048;

/// Private-use redirect URIs (RFC 8252 section 7.1) of clients we know. Any program can claim such
/// a scheme, so the list is closed and the consent page shows where the answer goes.
const PRIVATE_USE: [&str; 3] = [
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "vscode://vscode.github-authentication/did-authenticate",
    "vscode-insiders://vscode.github-authentication/did-authenticate",
];

/// Where the clients that we know receive answers over https: host, and what the path begins with
/// where the host serves strangers as well. Exactly these hosts, on their usual port; nothing below
/// them. Every other host may be registered too, but the consent page warns of it.
const KNOWN: [(&str, &str); 17] = [
    ("chatgpt.com", "/"),
    ("platform.openai.com", "/"),
    ("claude.ai", "/"),
    ("claude.com", "/"),
    ("vscode.dev", "/"),
    ("insiders.vscode.dev", "/"),
    ("www.cursor.com", "/"),
    ("callback.mistral.ai", "/"),
    ("www.perplexity.ai", "/"),
    ("enterprise.perplexity.ai", "/"),
    ("api.devin.ai", "/"),
    ("antigravity.google", "/"),
    ("grok.com", "/"),
    ("console.x.ai", "/"),
    ("oauth.n8n.cloud", "/"),
    ("api.v0.dev", "/"),
    // Every project at Google has an address here; the Gemini app's own begin like this.
    ("oauth-redirect.googleusercontent.com", "/r/user_bound_custom-mcp-"),
];

/// A redirect URI that may be registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri {
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Https,
    Loopback,
    PrivateUse,
}

/// Why a redirect URI is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Longer than [`MAX_LENGTH`].
    #[error("is too long")]
    TooLong,
    /// Not an absolute URL in plain ASCII, spelled as it will be sent.
    #[error("must be an absolute URL in its normal spelling")]
    Malformed,
    /// Has a fragment (RFC 6749 section 3.1.2).
    #[error("must have no fragment")]
    Fragment,
    /// Has a user name or password.
    #[error("must have no user name or password")]
    Credentials,
    /// Has a wildcard for a host.
    #[error("must name one host, without *")]
    Wildcard,
    /// `http` on a host that is not this machine.
    #[error("must use https (http is for localhost, 127.0.0.1 and [::1])")]
    PlainHttp,
    /// A scheme that is neither http(s) nor one of a client we know.
    #[error("has a scheme that is not accepted")]
    Scheme,
}

impl RedirectUri {
    /// Checks a redirect URI.
    ///
    /// # Errors
    /// [`RedirectUriError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, RedirectUriError> {
        if text.len() > MAX_LENGTH {
            return Err(RedirectUriError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(RedirectUriError::Malformed);
        }
        if PRIVATE_USE.contains(&text) {
            return Ok(Self { text: text.to_owned(), kind: Kind::PrivateUse });
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::Malformed)?;
        if url.fragment().is_some() {
            return Err(RedirectUriError::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(RedirectUriError::Credentials);
        }
        if authority(text).contains('*') {
            return Err(RedirectUriError::Wildcard);
        }
        // The parser lets `;`, `,` and quotes pass in a host. They have no place in a name (RFC 1123
        // section 2.1), and would break out of the policy header that `csp_source` goes into.
        let in_names = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        if !authority(text).bytes().all(in_names) {
            return Err(RedirectUriError::Malformed);
        }
        let kind = match url.scheme() {
            "https" => Kind::Https,
            "http" if Origin::of(text).is_some_and(|origin| origin.is_loopback()) => Kind::Loopback,
            "http" => return Err(RedirectUriError::PlainHttp),
            _ => return Err(RedirectUriError::Scheme),
        };
        // What a browser would rewrite (dot segments, upper-case hosts, backslashes) is refused, so
        // that the string compared is the address visited. A missing path is the one exception.
        if url.as_str() != text && url.as_str().strip_suffix('/') != Some(text) {
            return Err(RedirectUriError::Malformed);
        }
        Ok(Self { text: text.to_owned(), kind })
    }

    /// The URI as registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this registered URI admits a requested one.
    #[must_use]
    pub fn admits(&self, requested: &str) -> bool {
        if self.text == requested {
            return true;
        }
        let is_loopback = Self::parse(requested).is_ok_and(|uri| uri.kind == Kind::Loopback);
        self.kind == Kind::Loopback && is_loopback && portless(&self.text) == portless(requested)
    }

    /// Where an answer to this URI goes, in a person's terms.
    #[must_use]
    pub fn destination(&self) -> Destination<'_> {
        match self.kind {
            Kind::Https => Destination::Host(host_of(authority(&self.text))),
            Kind::Loopback => Destination::ThisComputer,
            Kind::PrivateUse => {
                Destination::Application(self.text.split(':').next().unwrap_or_default())
            }
        }
    }

    /// Whether the answer goes to a client that we know: an https address of the list, or one of the
    /// private-use addresses, whose list is closed. Any program can listen on loopback.
    #[must_use]
    pub fn is_known(&self) -> bool {
        match self.kind {
            Kind::Https => KNOWN.iter().any(|(host, path)| {
                authority(&self.text) == *host && path_and_query(&self.text).starts_with(path)
            }),
            Kind::Loopback => false,
            Kind::PrivateUse => true,
        }
    }

    /// Host and port, as they stand in the URI.
    #[must_use]
    pub fn authority(&self) -> &str {
        authority(&self.text)
    }

    /// Source expression for the `form-action` directive of the consent page (CSP3 section 2.3.1).
    #[must_use]
    pub fn csp_source(&self) -> String {
        match self.kind {
            Kind::PrivateUse => {
                format!("{}:", self.text.split(':').next().unwrap_or_default())
            }
            Kind::Https | Kind::Loopback => {
                let end = self.text.len().saturating_sub(path_and_query(&self.text).len());
                self.text.get(..end).unwrap_or_default().to_owned()
            }
        }
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = RedirectUriError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.text
    }
}

/// `host:port` of a URL in normal spelling.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

fn host_of(authority: &str) -> &str {
    match authority.rfind(':') {
        Some(colon) if !authority.ends_with(']') => authority.get(..colon).unwrap_or(authority),
        _ => authority,
    }
}

fn path_and_query(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return "" };
    rest.find(['/', '?']).and_then(|start| rest.get(start..)).unwrap_or_default()
}

/// A loopback URL without its port.
fn portless(url: &str) -> (&str, &str) {
    (host_of(authority(url)), path_and_query(url))
}

#[cfg(test)]
mod tests;
