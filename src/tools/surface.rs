//! Surfaces: the addresses a user can connect to, each serving its own set of tools:
//! `/mcp[/p/{projectId}][/x/{toolset,toolset}][/readonly]`.

use crate::catalog::{self, Alias, Binding, Effect, LISTING, TOOLSETS, Tool};
use crate::tools::format;

/// Where everything begins.
const ROOT: &str = "/mcp";

/// The name that stands for every toolset.
const ALL: &str = "all";

/// An address that serves tools. A value of this type exists only for addresses that do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surface {
    path: String,
    project: Option<String>,
    selection: Selection,
    read_only: bool,
}

/// Which tools an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Selection {
    /// The core set.
    Core,
    /// These toolsets.
    Toolsets(Vec<&'static str>),
    /// Every tool.
    All,
}

/// Why a surface does not serve a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// No tool has this name anywhere.
    Unknown,
    /// It exists, but changes something, and this surface only reads.
    ReadOnly,
    /// It exists, but belongs to no project, and this surface has a fixed one.
    NoProject,
    /// It exists in this toolset, which this surface does not serve.
    Toolset(&'static str),
}

/// A tool under the name by which it was called.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// The tool.
    pub tool: &'static Tool,
    /// The older name, if that was called.
    pub alias: Option<&'static Alias>,
}

impl Surface {
    /// The surface at this path, exactly as typed: a trailing slash, another order, and a toolset
    /// that is unknown or repeated are no address at all (404 before 401).
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let below = path.strip_prefix(ROOT)?;
        if !below.is_empty() && !below.starts_with('/') {
            return None;
        }
        let (below, read_only) = match below.strip_suffix("/readonly") {
            Some(rest) => (rest, true),
            None => (below, false),
        };
        let mut segments = below.split('/').skip(1).peekable();
        let project = match segments.next_if_eq(&"p") {
            Some(_) => Some(segments.next().filter(|id| format::is_uuid(id))?.to_owned()),
            None => None,
        };
        let selection = match segments.next_if_eq(&"x") {
            Some(_) => Selection::parse(segments.next()?)?,
            None => Selection::Core,
        };
        if segments.next().is_some() {
            return None;
        }
        Some(Self { path: path.to_owned(), project, selection, read_only })
    }

    /// The path as it was typed: the protected resource's identifier.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The project that every call stays in, if the address fixes one.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.project.as_deref()
    }

    /// Whether this surface serves reading tools only.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The tools that are served here, in the order of `tools/list`.
    pub fn tools(&self) -> impl Iterator<Item = &'static Tool> {
        LISTING.iter().copied().filter(|tool| self.absence(tool).is_none())
    }

    /// A tool's definition as `tools/list` shows it here.
    #[must_use]
    pub fn definition(&self, tool: &Tool) -> &'static str {
        tool.project_json.filter(|_| self.project.is_some()).unwrap_or(tool.json)
    }

    /// The same for clients of the modern era: some arguments are repeated in headers ([`Self::mirrored`]).
    #[must_use]
    pub fn modern_definition(&self, tool: &Tool) -> &'static str {
        tool.modern_json.filter(|_| self.project.is_none()).unwrap_or_else(|| self.definition(tool))
    }

    /// Arguments of a tool that modern clients repeat in headers here, each with its header. Who calls a
    /// tool by an older name never saw its definition; and where a project is fixed, none says so.
    #[must_use]
    pub fn mirrored(&self, named: Named) -> &'static [(&'static str, &'static str)] {
        if named.alias.is_some() || self.project.is_some() { &[] } else { named.tool.mirrored }
    }

    /// The tool of this name, or older name.
    ///
    /// # Errors
    /// [`Absent`] says why it is not served here.
    pub fn look_up(&self, name: &str) -> Result<Named, Absent> {
        let by_alias = || catalog::find_alias(name).map(|alias| (alias.tool, Some(alias)));
        let (tool, alias) = catalog::find(name)
            .map(|tool| (tool, None))
            .or_else(by_alias)
            .ok_or(Absent::Unknown)?;
        self.absence(tool).map_or(Ok(Named { tool, alias }), Err)
    }

    /// The tool of this name, if it is served here.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static Tool> {
        self.look_up(name).ok().map(|named| named.tool)
    }

    /// Scopes that the tools served here need, sorted, each once.
    #[must_use]
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut scopes: Vec<&'static str> =
            self.tools().flat_map(|tool| tool.scopes).copied().collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Why the tool is not served here; `None` where it is.
    fn absence(&self, tool: &Tool) -> Option<Absent> {
        if self.read_only && tool.effect != Effect::Read {
            return Some(Absent::ReadOnly);
        }
        if self.project.is_some() && matches!(tool.project, Binding::None) {
            return Some(Absent::NoProject);
        }
        let selected = match &self.selection {
            Selection::Core => tool.core,
            _ if tool.everywhere => true,
            Selection::Toolsets(names) => tool.toolsets.iter().any(|name| names.contains(name)),
            Selection::All => true,
        };
        if selected {
            return None;
        }
        Some(Absent::Toolset(tool.toolsets.first().copied().unwrap_or(ALL)))
    }
}

impl Selection {
    /// `all`, or names of toolsets with commas between them, each once.
    fn parse(text: &str) -> Option<Self> {
        if text == ALL {
            return Some(Self::All);
        }
        let mut toolsets: Vec<&'static str> = Vec::new();
        for name in text.split(',') {
            let known = TOOLSETS.iter().copied().find(|known| *known == name)?;
            if toolsets.contains(&known) {
                return None;
            }
            toolsets.push(known);
        }
        Some(Self::Toolsets(toolsets))
    }
}

#[cfg(test)]
mod tests;
