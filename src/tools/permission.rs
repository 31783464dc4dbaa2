//! What the person allowed on the consent page, checked before anything else: a call needs surface
//! and level and project and scope.

use super::caller::{Caller, Level};
use crate::catalog::{Binding, Effect, Tool, Verb};

/// Why a call is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Caller: tool result, "connected as read-only (or without deleting)". HTTP 200: the person
    /// chose it, so no client should nag them to change it.
    Level(Level),
    /// Caller: HTTP 403 with `insufficient_scope` (RFC 6750 section 3.1), and a tool result that
    /// names the scope.
    Scope(&'static str),
    /// Caller: tool result, "mittwald did not grant it". HTTP 200: the client did ask, so asking again at
    /// once would only send the person round in a circle.
    NotGranted(&'static str),
    /// Caller: tool result, "limited to one project".
    Project,
}

/// Whether the caller's level and scopes allow the tool, and a caller who is limited to one project
/// can use it at all. That the call stays in the project is proved later, by [`super::project`].
///
/// # Errors
/// The first thing that is missing.
pub fn check(caller: &Caller, tool: &Tool, surface_project: Option<&str>) -> Result<(), Denied> {
    if let Some(allowed) = &caller.project {
        let elsewhere = surface_project.is_some_and(|id| !id.eq_ignore_ascii_case(allowed));
        if elsewhere || matches!(tool.project, Binding::None) {
            return Err(Denied::Project);
        }
    }
    let left_out = |scope: &&str| caller.left_out.iter().any(|left_out| left_out == scope);
    let mut missing = tool.scopes.iter().copied().filter(|scope| !caller.has_scope(scope));
    // Asking for one of several brings nothing while another cannot be had.
    let missing = missing.clone().find(left_out).or_else(|| missing.next());
    let level = needed_level(tool);
    // Where the client never asked for more, nobody has declined anything: what is missing is a scope,
    // and asking the person for it is no nagging.
    let declined = !caller.as_asked || missing.is_none();
    if caller.level < level && declined {
        return Err(Denied::Level(level));
    }
    match missing {
        None => Ok(()),
        Some(scope) if left_out(&scope) => Err(Denied::NotGranted(scope)),
        Some(scope) => Err(Denied::Scope(scope)),
    }
}

/// The level that a call needs. An update counts as destructive for clients, but the consent page
/// asks about deleting, and mittwald's own scopes draw the line there too.
#[must_use]
pub fn needed_level(tool: &Tool) -> Level {
    let mut verbs = tool
        .operation
        .iter()
        .map(|one| one.verb)
        .chain(tool.job.iter().flat_map(|job| job.uses).map(|one| one.verb));
    let sends_delete = verbs.any(|verb| verb == Verb::Delete);
    let deletes = sends_delete || tool.scopes.iter().any(|scope| scope.ends_with(":delete"));
    match tool.effect {
        Effect::Read => Level::Read,
        Effect::Write | Effect::Destructive if deletes => Level::Delete,
        Effect::Write | Effect::Destructive => Level::Manage,
    }
}

impl Denied {
    /// What the model is told.
    #[must_use]
    pub fn told(self, tool: &Tool, caller: &Caller) -> String {
        match self {
            Self::Level(Level::Delete) => format!(
                "Permission denied: {} deletes, and on the consent page this connection was allowed to \
                 read and change only. To allow it, the person connects the mittwald connector again in \
                 the client's settings and chooses deleting as well.",
                tool.name
            ),
            Self::Level(_) => format!(
                "Permission denied: {} changes something, and on the consent page this connection was \
                 allowed to read only. To allow it, the person connects the mittwald connector again in \
                 the client's settings and chooses a level that changes things.",
                tool.name
            ),
            Self::Scope(scope) => format!(
                "Permission denied: {} needs the right {scope}, which this connection does not have. To \
                 get it, the person connects the mittwald connector again in the client's settings and \
                 allows {scope} on the consent page.",
                tool.name
            ),
            Self::NotGranted(scope) => format!(
                "Permission denied: {} needs the right {scope}. The connector asked for it, but mittwald's \
                 sign-in does not offer it to this connector or did not grant it, so the connection was made \
                 without it. Calling again does not help; until a later sign-in brings {scope}, this is done \
                 in mStudio.",
                tool.name
            ),
            Self::Project => format!(
                "Permission denied: this connection is limited to the project {}, and {} is about things \
                 outside of projects. mittwald_project_get shows that project; for anything else, the \
                 person connects again and allows all projects.",
                caller.project.as_deref().unwrap_or_default(),
                tool.name
            ),
        }
    }

    /// Name for the log line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Level(_) => "denied_level",
            Self::Scope(_) => "denied_scope",
            Self::NotGranted(_) => "denied_not_granted",
            Self::Project => "denied_project",
        }
    }
}
