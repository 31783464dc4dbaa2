//! Surfaces: the addresses a user can connect to, each serving its own set of tools.

use crate::catalog::{self, Effect, LISTING, Tool};

/// Where everything begins.
const ROOT: &str = "/mcp";

/// Last segment of an address that serves reading tools only.
const READ_ONLY: &str = "readonly";

/// An address that serves tools. A value of this type exists only for addresses that do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surface {
    path: String,
    read_only: bool,
}

/// Why a surface does not serve a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// No tool has this name anywhere.
    Unknown,
    /// It exists, but changes something, and this surface only reads.
    ReadOnly,
}

impl Surface {
    /// The surface at this path, exactly as typed: a trailing slash is another address, and every
    /// other path below `/mcp` is none (404 before 401).
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let mut read_only = false;
        let below = path.strip_prefix(ROOT)?;
        let mut segments = below.split('/');
        // What stands before the first slash belongs to the root's own segment.
        if segments.next() != Some("") {
            return None;
        }
        for segment in segments {
            // `readonly` ends an address; project and toolsets will come before it.
            if read_only || segment != READ_ONLY {
                return None;
            }
            read_only = true;
        }
        Some(Self { path: path.to_owned(), read_only })
    }

    /// The path as it was typed: the protected resource's identifier.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether this surface serves reading tools only.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The tools that are served here, in the order of `tools/list`.
    pub fn tools(&self) -> impl Iterator<Item = &'static Tool> {
        LISTING.iter().copied().filter(|tool| self.serves(tool))
    }

    /// The tool of this name.
    ///
    /// # Errors
    /// [`Absent`] says why it is not served here.
    pub fn look_up(&self, name: &str) -> Result<&'static Tool, Absent> {
        let tool = catalog::find(name).ok_or(Absent::Unknown)?;
        if self.serves(tool) { Ok(tool) } else { Err(Absent::ReadOnly) }
    }

    /// The tool of this name, if it is served here.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static Tool> {
        self.look_up(name).ok()
    }

    /// Scopes that the tools served here need, sorted, each once.
    #[must_use]
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut scopes: Vec<&'static str> = self.tools().filter_map(|tool| tool.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    fn serves(&self, tool: &Tool) -> bool {
        !self.read_only || tool.effect == Effect::Read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_addresses_serve_tools_and_nothing_like_them_does() {
        assert!(Surface::parse("/mcp").is_some_and(|surface| !surface.is_read_only()));
        assert!(Surface::parse("/mcp/readonly").is_some_and(|surface| surface.is_read_only()));
        for other in [
            "/mcp/",
            "/mcp/readonly/",
            "/mcp/readonly/readonly",
            "/mcpx",
            "/mcp//readonly",
            "/MCP",
            "/mcp/p/p-abc",
            "/mcp/x/dns",
            "/mcp/%72eadonly",
            "/",
            "",
        ] {
            assert_eq!(Surface::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_read_only_address_has_no_tool_that_writes() {
        let all = Surface::parse("/mcp").unwrap();
        let reading = Surface::parse("/mcp/readonly").unwrap();
        assert!(reading.tools().all(|tool| tool.effect == Effect::Read));
        assert!(all.tools().count() > reading.tools().count());
        assert_eq!(reading.look_up("mittwald_project_update").err(), Some(Absent::ReadOnly));
        assert_eq!(reading.look_up("mittwald_nothing").err(), Some(Absent::Unknown));
        assert!(all.find("mittwald_project_update").is_some());
    }

    #[test]
    fn the_listing_begins_with_the_projects() {
        let surface = Surface::parse("/mcp").unwrap();
        assert_eq!(surface.tools().next().map(|tool| tool.name), Some("mittwald_project_list"));
    }

    #[test]
    fn scopes_are_those_of_the_tools_served() {
        let reading = Surface::parse("/mcp/readonly").unwrap().scopes();
        assert!(reading.contains(&"project:read") && !reading.contains(&"project:write"));
        assert!(reading.is_sorted());
        assert!(Surface::parse("/mcp").unwrap().scopes().contains(&"project:write"));
    }
}
