//! Scopes: mittwald's own names (`project:read`), as far as some tool needs them.

use crate::catalog::SCOPES;
use crate::tools::caller::Level;

/// Lets us ask mittwald who signed in. Every grant carries it.
pub const IDENTITY: &str = "user:read";

/// Asks for a refresh token (OpenID Connect Core section 11). Every client gets one anyway, so the
/// scope is advertised and accepted, and means nothing to a resource.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Every scope that a grant can carry, sorted.
#[must_use]
pub fn all() -> Vec<&'static str> {
    let mut scopes = SCOPES.to_vec();
    if !scopes.contains(&IDENTITY) {
        scopes.push(IDENTITY);
        scopes.sort_unstable();
    }
    scopes
}

/// The scopes of a space-separated list that are ours, sorted and unique. Others are left out, not
/// refused: clients ask for what other servers know (`openid`), and get what they can use.
#[must_use]
pub fn known(list: &str) -> Vec<String> {
    all()
        .into_iter()
        .filter(|scope| list.split(' ').any(|asked| asked == *scope))
        .map(str::to_owned)
        .collect()
}

/// Whether a scope is within a level.
#[must_use]
pub fn within(scope: &str, level: Level) -> bool {
    level >= lowest_level(scope)
}

/// The lowest level that includes a scope.
#[must_use]
pub fn lowest_level(scope: &str) -> Level {
    match scope.rsplit_once(':') {
        Some((_, "read")) => Level::Read,
        Some((_, "delete")) => Level::Delete,
        _ => Level::Manage,
    }
}

/// What remains of the scopes at a level, with the identity scope that every sign-in needs.
#[must_use]
pub fn at_level(scopes: &[String], level: Level) -> Vec<String> {
    let mut kept: Vec<String> =
        scopes.iter().filter(|scope| within(scope, level)).cloned().collect();
    if !kept.iter().any(|scope| scope == IDENTITY) {
        kept.push(IDENTITY.to_owned());
        kept.sort_unstable();
    }
    kept
}

/// The highest level at which one of the scopes says more than the level below.
#[must_use]
pub fn highest_level(scopes: &[String]) -> Level {
    [Level::Delete, Level::Manage]
        .into_iter()
        .find(|level| {
            let below = if *level == Level::Delete { Level::Manage } else { Level::Read };
            scopes.iter().any(|scope| within(scope, *level) && !within(scope, below))
        })
        .unwrap_or(Level::Read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(scopes: &[&str]) -> Vec<String> {
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }

    #[test]
    fn foreign_scopes_are_left_out() {
        assert_eq!(known("openid project:read offline_access project:read"), ["project:read"]);
    }

    #[test]
    fn a_level_keeps_what_it_allows_and_the_identity() {
        let scopes = owned(&["app:delete", "app:write", "project:read"]);
        assert_eq!(at_level(&scopes, Level::Read), ["project:read", "user:read"]);
        assert_eq!(at_level(&scopes, Level::Manage), ["app:write", "project:read", "user:read"]);
        assert_eq!(at_level(&scopes, Level::Delete).len(), 4);
    }

    #[test]
    fn only_levels_that_say_something_are_offered() {
        assert_eq!(highest_level(&owned(&["app:read"])), Level::Read);
        assert_eq!(highest_level(&owned(&["app:read", "app:write"])), Level::Manage);
        assert_eq!(highest_level(&owned(&["app:delete"])), Level::Delete);
    }
}
