//! Who calls a tool, and what they may do.

use super::surface::Surface;
use crate::keys::{Secret, digest_of};

/// A verified caller: made by `oauth` from an access token or an API token, trusted from then on.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Name of the person's `Account` object: stable for a mittwald user, tells nothing about them.
    pub account: String,
    /// Grant that the access token belongs to; `None` for an API token.
    pub grant: Option<String>,
    /// Client id; `api-token` for an API token.
    pub client: String,
    /// Scopes of the token; `None` for an API token, which mittwald itself limits.
    pub scopes: Option<Vec<String>>,
    /// What the person allowed on the consent page.
    pub level: Level,
    /// Whether the client asked for no higher level, so that the person declined nothing.
    pub as_asked: bool,
    /// The one project that the person allowed; `None` for all.
    pub project: Option<String>,
    /// Scopes that the client asked for and mittwald did not grant when the person signed in.
    pub left_out: Vec<String>,
    /// Token for the mittwald API.
    pub upstream: Secret,
}

/// What the person allowed, each level including the one before.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Reads.
    Read,
    /// Reads, creates and changes.
    Manage,
    /// Deletes as well.
    Delete,
}

impl Caller {
    /// Whether the token carries the scope.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|held| held == scope))
    }

    /// Who asks, and through which connection: what is sealed for one is good for no other.
    #[must_use]
    pub fn connection(&self) -> String {
        let grant = self.grant.as_deref().unwrap_or_default();
        digest_of(&[&self.account, grant, &self.client])
    }

    /// The one project that calls at this address must stay in: the address fixes it, or the person's
    /// consent.
    #[must_use]
    pub fn project_at<'a>(&'a self, surface: &'a Surface) -> Option<&'a str> {
        surface.project().or(self.project.as_deref())
    }
}
