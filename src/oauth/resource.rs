//! Resource identifiers (RFC 8707): the surface that a token is for.

use crate::http::Origin;
use crate::tools::surface::Surface;

/// A protected resource of ours: public origin and a surface's path, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    url: String,
}

impl Resource {
    /// The resource behind a surface.
    #[must_use]
    pub fn of(issuer: &Origin, surface: &Surface) -> Self {
        Self { url: format!("{issuer}{}", surface.path()) }
    }

    /// Reads the `resource` parameter. Absent, it means the whole connector: some clients leave it
    /// out. Scheme and host may be spelled in capitals, and a trailing slash is forgiven (Le Chat
    /// adds one); path and port must be right.
    ///
    /// # Errors
    /// [`NotOurs`] for any other address.
    pub fn requested(parameter: Option<&str>, issuer: &Origin) -> Result<(Self, Surface), NotOurs> {
        let default = format!("{issuer}/mcp");
        let url = parameter.unwrap_or(&default);
        if url.contains(['#', '?']) || Origin::of(url).as_ref() != Some(issuer) {
            return Err(NotOurs);
        }
        let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
        let path =
            after_scheme.find('/').and_then(|start| after_scheme.get(start..)).unwrap_or_default();
        let surface = Surface::parse(path.strip_suffix('/').unwrap_or(path)).ok_or(NotOurs)?;
        Ok((Self::of(issuer, &surface), surface))
    }

    /// The identifier, as it stands in tokens and metadata.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Address of the resource's metadata document (RFC 9728 section 3.1).
    #[must_use]
    pub fn metadata_url(issuer: &Origin, surface: &Surface) -> String {
        format!("{issuer}/.well-known/oauth-protected-resource{}", surface.path())
    }
}

/// The address is no resource of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOurs;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_forgiven_and_other_addresses_are_not() {
        let issuer = Origin::of("https://mcp.example").expect("an origin");
        let of =
            |parameter| Resource::requested(parameter, &issuer).map(|(resource, _)| resource.url);
        for ours in [
            None,
            Some("https://mcp.example/mcp"),
            Some("https://mcp.example/mcp/"),
            Some("HTTPS://MCP.example/mcp"),
        ] {
            assert_eq!(of(ours).as_deref(), Ok("https://mcp.example/mcp"), "{ours:?}");
        }
        assert_eq!(
            of(Some("https://mcp.example/mcp/readonly")).as_deref(),
            Ok("https://mcp.example/mcp/readonly")
        );
        for other in [
            "https://mcp.example",
            "https://mcp.example/",
            "https://mcp.example/mcp//",
            "https://mcp.example/MCP",
            "https://mcp.example/mcp/x",
            "https://mcp.example/mcp?a",
            "https://mcp.example/mcp#a",
            "https://mcp.example:444/mcp",
            "https://mcp.example.evil.example/mcp",
            "https://mcp.example@evil.example/mcp",
            "http://mcp.example/mcp",
            "javascript:x",
            "/mcp",
        ] {
            assert!(of(Some(other)).is_err(), "{other}");
        }
    }
}
