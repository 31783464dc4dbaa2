//! Clients, of two kinds: those that registered here, with self-contained, signed ids (RFC 7591
//! without a register), and those whose id is the address of a document ([`super::cimd`]).
//!
//! A signed id is `<key id>.<base64url(metadata)>.<MAC>`: it carries what was registered, so nothing
//! is stored, nothing can be flooded and nothing expires (ChatGPT registers once and keeps its id
//! for ever). Former keys keep verifying. A client secret is a MAC of the id.

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::keys::{KeyRing, Purpose, base64url, from_base64url, mac};
use crate::pages::Destination;

use super::Server;
use super::cimd::address::ClientAddress;
use super::cimd::{self, Unusable};
use super::redirect_uri::RedirectUri;

/// How a client proves who it is at the token endpoint (RFC 7591 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMethod {
    /// A public client: PKCE is its only proof.
    #[serde(rename = "none")]
    None,
    /// Secret in the `Authorization: Basic` header.
    #[serde(rename = "client_secret_basic")]
    Basic,
    /// Secret in the form.
    #[serde(rename = "client_secret_post")]
    Post,
}

/// What was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Display name, already cleaned; chosen by the client, so proof of nothing.
    #[serde(rename = "n")]
    pub name: String,
    /// Where answers may go.
    #[serde(rename = "r")]
    pub redirect_uris: Vec<RedirectUri>,
    /// Authentication at the token endpoint.
    #[serde(rename = "a")]
    pub auth: AuthMethod,
    /// Seconds since the epoch.
    #[serde(rename = "t")]
    pub issued_at: u64,
}

/// A client whose id verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Client id.
    pub id: String,
    /// What it registered, or its document says.
    pub registration: Registration,
    /// How it came by its id.
    pub origin: ClientOrigin,
}

/// How a client came by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientOrigin {
    /// It registered here: nobody vouches for what it says of itself.
    Registered,
    /// Its id is the address of its document, so that this host vouches for it.
    Document {
        /// Host.
        host: String,
    },
}

/// The id is not one of ours, or is on the list of blocked clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownClient;

/// Why there is no client of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoClient {
    /// Not one of ours, or blocked.
    Unknown,
    /// Its metadata document is refused, or cannot be read at the moment.
    Document(Unusable),
}

impl Client {
    /// Makes the id of a registration.
    #[must_use]
    pub fn register(registration: Registration, keys: &KeyRing) -> Self {
        let (kid, key) = keys.current(Purpose::ClientId);
        let metadata =
            base64url(serde_json::to_string(&registration).unwrap_or_default().as_bytes());
        let signature = mac::mac(key, &[kid, &metadata]);
        let id = format!("{kid}.{metadata}.{signature}");
        Self { id, registration, origin: ClientOrigin::Registered }
    }

    /// Finds the client of an id of either kind.
    ///
    /// # Errors
    /// [`NoClient`].
    pub async fn find(id: &str, server: &Server<'_>) -> Result<Self, NoClient> {
        if !ClientAddress::is_meant(id) {
            return Self::verify(id, server.keys, server.config)
                .map_err(|UnknownClient| NoClient::Unknown);
        }
        let address = ClientAddress::parse(id).ok_or(NoClient::Document(Unusable::Refused))?;
        let blocked = &server.config.blocked_clients;
        // Before anything is fetched from a host that is blocked.
        if blocked.iter().any(|entry| entry == id || entry.eq_ignore_ascii_case(address.host())) {
            return Err(NoClient::Unknown);
        }
        let registration = cimd::find(server, &address).await.map_err(NoClient::Document)?;
        let origin = ClientOrigin::Document { host: address.host().to_owned() };
        let client = Self { id: id.to_owned(), registration, origin };
        if client.is_blocked(blocked) { Err(NoClient::Unknown) } else { Ok(client) }
    }

    /// The host that vouches for the client, if one does.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match &self.origin {
            ClientOrigin::Registered => None,
            ClientOrigin::Document { host } => Some(host),
        }
    }

    /// Verifies a client id that we signed.
    ///
    /// # Errors
    /// [`UnknownClient`] for anything that we did not issue, and for blocked clients.
    pub fn verify(id: &str, keys: &KeyRing, config: &Config) -> Result<Self, UnknownClient> {
        let mut parts = id.split('.');
        let (Some(kid), Some(metadata), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(UnknownClient);
        };
        let key = keys.find(kid, Purpose::ClientId).ok_or(UnknownClient)?;
        if !mac::verify(key, &[kid, metadata], signature) {
            return Err(UnknownClient);
        }
        let registration: Registration = from_base64url(metadata)
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(UnknownClient)?;
        let client = Self { id: id.to_owned(), registration, origin: ClientOrigin::Registered };
        if client.is_blocked(&config.blocked_clients) { Err(UnknownClient) } else { Ok(client) }
    }

    /// The client's secret; `None` for a public client.
    #[must_use]
    pub fn secret(&self, keys: &KeyRing) -> Option<String> {
        if self.registration.auth == AuthMethod::None {
            return None;
        }
        // Made with the key that made the id, so that a rotation changes neither.
        let kid = self.id.split('.').next().unwrap_or_default();
        keys.find(kid, Purpose::ClientSecret).map(|key| mac::mac(key, &[&self.id]))
    }

    /// The registered redirect URI that admits the requested one. The request may leave it out
    /// where only one is registered (RFC 6749 section 3.1.2.3).
    #[must_use]
    pub fn redirect_uri(&self, requested: Option<&str>) -> Option<RedirectUri> {
        let registered = &self.registration.redirect_uris;
        match (requested, registered.as_slice()) {
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
            (Some(requested), _) => registered
                .iter()
                .find(|uri| uri.admits(requested))
                .and_then(|_| RedirectUri::parse(requested).ok()),
        }
    }

    fn is_blocked(&self, blocked: &[String]) -> bool {
        blocked.iter().any(|entry| {
            *entry == self.id
                || self.registration.redirect_uris.iter().any(
                    |uri| matches!(uri.destination(), Destination::Host(host) if host.eq_ignore_ascii_case(entry)),
                )
        })
    }
}

/// Stand-ins for tests.
#[cfg(test)]
pub mod testing {
    use super::*;
    use crate::ports::testing::ring;

    /// A public client with these redirect URIs.
    pub fn public(redirect_uris: &[&str]) -> Client {
        with_auth(redirect_uris, AuthMethod::None)
    }

    /// A client with this authentication method.
    pub fn with_auth(redirect_uris: &[&str], auth: AuthMethod) -> Client {
        let redirect_uris =
            redirect_uris.iter().map(|uri| RedirectUri::parse(uri).expect("a URI")).collect();
        let registration = Registration { name: "Test".into(), redirect_uris, auth, issued_at: 1 };
        Client::register(registration, &ring())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::config;
    use crate::ports::testing::ring;

    const URI: &str = "https://claude.ai/api/mcp/auth_callback";

    #[test]
    fn an_id_verifies_and_carries_what_was_registered() {
        let client = testing::public(&[URI]);
        assert_eq!(Client::verify(&client.id, &ring(), &config()), Ok(client));
    }

    #[test]
    fn a_changed_id_is_unknown() {
        let id = testing::public(&[URI]).id;
        let other = testing::public(&["https://evil.example/cb"]).id;
        let metadata = other.split('.').nth(1).expect("metadata");
        let mut parts: Vec<&str> = id.split('.').collect();
        parts[1] = metadata;
        for forged in
            [parts.join("."), format!("{id}."), format!("{id}x"), "x".into(), String::new()]
        {
            assert_eq!(Client::verify(&forged, &ring(), &config()), Err(UnknownClient), "{forged}");
        }
    }

    #[test]
    fn an_id_and_its_secret_survive_a_key_rotation() {
        let a = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let b = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
        let client = testing::with_auth(&[URI], AuthMethod::Post);
        let rotated = KeyRing::new(Some(b), Some(a)).expect("a ring");
        assert_eq!(Client::verify(&client.id, &rotated, &config()), Ok(client.clone()));
        assert_eq!(client.secret(&rotated), client.secret(&ring()));
        let forgotten = KeyRing::new(Some(b), None).expect("a ring");
        assert_eq!(Client::verify(&client.id, &forgotten, &config()), Err(UnknownClient));
    }

    #[test]
    fn blocking_a_host_or_an_id_is_enough() {
        let client = testing::public(&[URI]);
        for entry in ["claude.ai", client.id.as_str()] {
            let mut config = config();
            config.blocked_clients = vec![entry.to_owned()];
            assert_eq!(Client::verify(&client.id, &ring(), &config), Err(UnknownClient));
        }
    }

    #[test]
    fn a_redirect_uri_may_be_left_out_only_if_it_is_the_only_one() {
        assert!(testing::public(&[URI]).redirect_uri(None).is_some());
        assert!(testing::public(&[URI, "https://claude.com/cb"]).redirect_uri(None).is_none());
        assert!(testing::public(&[URI]).redirect_uri(Some("https://claude.ai/other")).is_none());
    }
}
