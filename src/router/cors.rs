//! Calls from web pages (Fetch Standard, section "CORS protocol").

use crate::http::{Origin, Request, Response};

/// Headers that an MCP or OAuth client in a browser may send.
const ALLOWED_HEADERS: &str = "Authorization, Content-Type, Accept, MCP-Protocol-Version, \
    Mcp-Method, Mcp-Name, Mcp-Param-ProjectId, Mcp-Session-Id, Last-Event-ID, X-Mittwald-Api-Token";

/// Headers that it may read.
const EXPOSED_HEADERS: &str = "WWW-Authenticate, Mcp-Session-Id, Retry-After";

/// Sites that may call `/mcp` from a browser. Anything on loopback may too: that is where the
/// inspectors run, and a name that an attacker rebinds does not become one of these three.
const KNOWN_SITES: [&str; 7] = [
    "https://chatgpt.com",
    "https://claude.ai",
    "https://claude.com",
    "https://vscode.dev",
    "https://insiders.vscode.dev",
    "https://www.cursor.com",
    "https://grok.com",
];

/// Opens a response to every site: for documents and endpoints that take no ambient credentials.
#[must_use]
pub fn open(request: &Request, response: Response) -> Response {
    if request.header("origin").is_none() {
        return response;
    }
    with_common(response.with("access-control-allow-origin", "*"))
}

/// Whether a page of this origin may call `/mcp` (MCP: an invalid `Origin` must be refused with 403).
#[must_use]
pub fn may_call(origin: &str, issuer: &Origin) -> bool {
    KNOWN_SITES.contains(&origin)
        || Origin::of(origin)
            .is_some_and(|site| site.as_str() == origin && (site == *issuer || site.is_loopback()))
}

/// Opens a response to the one site that called.
#[must_use]
pub fn open_to(origin: Option<String>, response: Response) -> Response {
    match origin {
        None => response,
        Some(origin) => {
            with_common(response.with("access-control-allow-origin", origin).with("vary", "Origin"))
        }
    }
}

fn with_common(response: Response) -> Response {
    response
        .with("access-control-allow-methods", "GET, POST, OPTIONS")
        .with("access-control-allow-headers", ALLOWED_HEADERS)
        .with("access-control-expose-headers", EXPOSED_HEADERS)
        .with("access-control-max-age", "7200")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_may_send_every_header_that_some_tool_asks_for() {
        let every = crate::tools::surface::Surface::parse("/mcp/x/all").expect("a surface");
        let asked: Vec<_> = every.tools().flat_map(|tool| tool.mirrored).collect();
        assert!(!asked.is_empty());
        for (_, header) in asked {
            assert!(ALLOWED_HEADERS.split(", ").any(|allowed| allowed == *header), "{header}");
        }
    }

    #[test]
    fn known_sites_and_loopback_may_call_and_nobody_else() {
        let issuer = Origin::of("https://mcp.example").expect("an origin");
        for site in
            ["https://claude.ai", "https://mcp.example", "http://localhost:6274", "http://[::1]:1"]
        {
            assert!(may_call(site, &issuer), "{site}");
        }
        for site in [
            "https://evil.example",
            "https://claude.ai.evil.example",
            "https://mcp.example.evil.example",
            "http://mcp.example",
            "http://localhost.evil.example",
            "https://claude.ai/",
            "null",
            "",
        ] {
            assert!(!may_call(site, &issuer), "{site}");
        }
    }
}
