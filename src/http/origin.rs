//! Origins: scheme, host and port of a URL (RFC 6454).

use std::fmt;

/// An http or https origin, normalised as WHATWG URL does: lower-case host, no default port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    https: bool,
    host_start: usize,
    host_end: usize,
}

impl Origin {
    /// The origin of an absolute http(s) URL; `None` for anything else.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        if !names_its_host_plainly(url) {
            return None;
        }
        let parsed = url::Url::parse(url).ok()?;
        let https = match parsed.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let host = parsed.host_str()?;
        let text = parsed.origin().ascii_serialization();
        let host_start = text.find("://")?.checked_add(3)?;
        let host_end = host_start.checked_add(host.len())?;
        Some(Self { text, https, host_start, host_end })
    }

    /// Splits a URL that a WHATWG parser already normalised, as the runtime's request URLs are,
    /// into origin and the rest (path and query). Parses nothing twice: this is on the hot path.
    #[must_use]
    pub fn split_normalised(url: &str) -> Option<(Self, &str)> {
        let (scheme, rest) = url.split_once("://")?;
        let https = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority_length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(authority_length);
        let host_length = match authority.rfind(':') {
            Some(colon) if !authority.ends_with(']') => colon,
            _ => authority.len(),
        };
        let host_start = scheme.len().checked_add(3)?;
        let host_end = host_start.checked_add(host_length)?;
        Some((Self { text: format!("{scheme}://{authority}"), https, host_start, host_end }, path))
    }

    /// `https://host:port`, without a trailing slash and without a default port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host without port; IPv6 in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.get(self.host_start..self.host_end).unwrap_or_default()
    }

    /// Whether the scheme is https.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the host is this machine by one of the three spellings that local clients use.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        matches!(self.host(), "localhost" | "127.0.0.1" | "[::1]")
    }
}

/// Whether a URL has `://` and then, to the letter, the ASCII host that a parser would find: nothing
/// percent-encoded, no slash too many or too few. Asked before parsing what strangers send: hosts
/// need no such spellings, and idna_adapter 1.0.0 trips over some of them in debug builds.
#[must_use]
pub fn names_its_host_plainly(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !authority.is_empty()
        && authority.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'%')
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn spelling_is_normalised() {
        let of = |url| Origin::of(url).map(|origin| origin.as_str().to_owned());
        assert_eq!(of("HTTPS://MCP.Example:443/mcp?x"), Some("https://mcp.example".into()));
        assert_eq!(of("http://[::1]:8787"), Some("http://[::1]:8787".into()));
        assert_eq!(of("cursor://x/y"), None);
        assert_eq!(of("null"), None);
        for odd in
            ["https:///E%Ea", "https://E%45/", "https:E%E", "https:E%E?://a", "https://\\E%E"]
        {
            assert_eq!(of(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_normalised_url_is_split_as_the_parser_would() {
        for url in [
            "http://localhost:8787/mcp?a=b",
            "https://mcp.example/",
            "http://[::1]:8787/x",
            "http://[::1]/",
        ] {
            let (split, rest) = Origin::split_normalised(url).expect("a URL");
            assert_eq!(Some(&split), Origin::of(url).as_ref());
            assert_eq!(format!("{split}{rest}"), url);
        }
        assert_eq!(Origin::split_normalised("file:///x"), None);
    }

    #[test]
    fn loopback_is_three_spellings_and_no_lookalike() {
        let is = |url| Origin::of(url).is_some_and(|origin| origin.is_loopback());
        assert!(is("http://localhost:1") && is("http://127.0.0.1") && is("http://[::1]:2/x"));
        assert!(!is("http://localhost.evil.example") && !is("http://127.0.0.2"));
    }
}
