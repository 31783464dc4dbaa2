//! What a person gets to see of their account: connections and the log of writes, without anything
//! that could be used as a key.

use serde::{Deserialize, Serialize};

use crate::tools::caller::Level;

use super::grant::{Grant, State};

/// The account, as `/connections` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Living connections, the one used last first.
    pub connections: Vec<Connection>,
    /// The log of writes, newest first; also of connections that have ended, and of API tokens.
    pub writes: Vec<PastWrite>,
}

/// A grant that a client holds tokens for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Grant id.
    pub grant: String,
    /// Name that the client gave itself.
    pub client_name: String,
    /// Where the client received its code.
    pub redirect_uri: String,
    /// Resource (audience).
    pub resource: String,
    /// Scopes that the person agreed to.
    pub scopes: Vec<String>,
    /// Level that the person chose.
    pub level: Level,
    /// The one project, if the person chose one.
    pub project: Option<String>,
    /// Seconds since the epoch.
    pub since: u64,
    /// Last exchange, refresh or write, in seconds since the epoch. Reads leave no trace, but a client
    /// that reads refreshes every [`super::access_token::LIFETIME`].
    pub used_at: u64,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastWrite {
    /// Grant id; `None` for an API token.
    pub grant: Option<String>,
    /// Name of the grant's client.
    pub client_name: Option<String>,
    /// Where the grant's client received its code.
    pub redirect_uri: Option<String>,
    /// Tool.
    pub tool: String,
    /// Id of the thing written; may be empty.
    pub target: String,
    /// When it began, in seconds since the epoch.
    pub at: u64,
    /// Whether it took effect; `None` where nobody knows (yet).
    pub succeeded: Option<bool>,
}

impl Overview {
    /// The overview of these grants and writes (newest first).
    ///
    /// A grant whose code was not exchanged is no connection yet: no client holds a token.
    #[must_use]
    pub fn of(grants: Vec<Grant>, writes: Vec<PastWrite>, now: u64) -> Self {
        let last_write = |id: &str| {
            writes
                .iter()
                .find(|write| write.grant.as_deref() == Some(id))
                .map_or(0, |write| write.at)
        };
        let mut connections: Vec<Connection> = grants
            .into_iter()
            .filter(|grant| now < grant.ends_at() && matches!(grant.state, State::Active { .. }))
            .map(|grant| Connection {
                used_at: grant.used_at.max(last_write(&grant.id)),
                grant: grant.id,
                client_name: grant.client_name,
                redirect_uri: grant.redirect_uri,
                resource: grant.resource,
                scopes: grant.scopes,
                level: grant.level,
                project: grant.project,
                since: grant.created_at,
            })
            .collect();
        connections.sort_by(|a, b| b.used_at.cmp(&a.used_at).then_with(|| a.grant.cmp(&b.grant)));
        Self { connections, writes }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grant::IDLE_LIFETIME;
    use super::super::grant::testing::{pending, right};
    use super::*;

    fn active(id: &str, at: u64) -> Grant {
        let mut grant = pending(id);
        grant.exchange(&right(), 110).expect("exchanged");
        grant.used_at = at;
        grant
    }

    fn write(grant: Option<&str>, at: u64) -> PastWrite {
        PastWrite {
            grant: grant.map(str::to_owned),
            client_name: None,
            redirect_uri: None,
            tool: "t".into(),
            target: String::new(),
            at,
            succeeded: None,
        }
    }

    #[test]
    fn living_connections_are_shown_and_nothing_that_opens_a_door() {
        let grants = vec![pending("waiting"), active("idle", 120), active("busy", 130)];
        let now = 120 + IDLE_LIFETIME;
        let shown = Overview::of(grants.clone(), Vec::new(), 150);
        let ids: Vec<_> = shown.connections.iter().map(|one| one.grant.as_str()).collect();
        assert_eq!(ids, ["busy", "idle"]);
        let later = Overview::of(grants, Vec::new(), now);
        assert_eq!(later.connections.len(), 1, "an idle grant has ended");
        let json = serde_json::to_string(&shown).expect("JSON");
        assert!(!json.contains("sealed") && !json.contains("\"code\""), "{json}");
    }

    #[test]
    fn a_write_counts_as_use() {
        let writes = vec![write(Some("a"), 900), write(None, 800), write(Some("a"), 300)];
        let shown = Overview::of(vec![active("a", 120), active("b", 500)], writes, 1000);
        let used: Vec<_> = shown.connections.iter().map(|one| one.used_at).collect();
        assert_eq!(used, [900, 500]);
    }
}
