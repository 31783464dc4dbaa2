//! Which of our scopes mittwald offers at this time.
//!
//! mittwald refuses a whole sign-in that names a scope it does not know, so the configured list
//! (`catalog/scopes.toml`) is held against mittwald's own. That one needs a token: it is read with a
//! person's fresh one when they come back from mittwald, best effort, and kept for a day in the shared
//! cache, because a stale list does no harm: a scope that is gone costs a second try
//! ([`super::retry`]), a scope that is new comes a day later. Only mittwald's API writes it; what a
//! browser brings (`error_description`) decides about its own sign-in and nobody else's.

use crate::keys::Secret;
use crate::mittwald::scopes;
use crate::ports::Cache;

use super::Server;
use super::scope::{self, IDENTITY};

/// Seconds for which mittwald's list is kept (a day).
const KEPT: u64 = 24 * 3600;

/// Where it is kept.
const KEY: &str = "mittwald-scopes";

/// Those of our scopes that mittwald offers; everything while nothing is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered(Option<Vec<String>>);

impl Offered {
    /// What is known.
    pub async fn look_up(cache: &dyn Cache) -> Self {
        Self(cache.look_up(KEY).await.map(|list| scope::known(&list)).filter(|list| usable(list)))
    }

    /// Whether mittwald offers the scope, as far as we know. The identity scope is always asked for:
    /// without it nobody can be told apart, and no sign-in is better than a nameless one.
    #[must_use]
    pub fn has(&self, scope: &str) -> bool {
        scope == IDENTITY
            || self.0.as_ref().is_none_or(|list| list.iter().any(|known| known == scope))
    }

    /// Those of the scopes that mittwald offers.
    #[must_use]
    pub fn of(&self, scopes: &[String]) -> Vec<String> {
        scopes.iter().filter(|scope| self.has(scope)).cloned().collect()
    }
}

/// Reads mittwald's list with a fresh token, unless it is known. Fails silently: the sign-in does not
/// depend on it.
pub async fn learn(server: &Server<'_>, access: &Secret) {
    let cache = server.ports.cache;
    if Offered::look_up(cache).await.0.is_some() {
        return;
    }
    let Some(list) = scopes::list(server.config, server.ports.upstream, access).await else {
        return;
    };
    let ours = scope::known(&list.join(" "));
    if usable(&ours) {
        cache.keep(KEY, ours.join(" "), KEPT).await;
    }
}

/// A list without the identity scope, with which we signed in just now, is not what it claims to be.
fn usable(list: &[String]) -> bool {
    list.iter().any(|scope| scope == IDENTITY)
}

#[cfg(test)]
mod tests;
