//! The session of a person on the connections page: fifteen minutes, in a cookie of its own.
//!
//! The cookie is sealed and says whose `Account` object it is for; nothing is stored. It is no key to
//! mittwald: the tokens of that sign-in are not kept. Its forms carry a token that only the sealed
//! cookie knows, which is the protection against forged posts (one per session, so that several tabs
//! and a reloaded page work).

use serde::{Deserialize, Serialize};

use crate::http::{Origin, Request, Response};
use crate::keys::{Purpose, mac, random, seal};
use crate::ports::NoRandomness;

use super::{Server, cookie};

/// Seconds that a session lives (15 minutes), whatever happens in it.
pub const LIFETIME: u64 = 15 * 60;

/// Who looks at their connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Name of the `Account` object.
    pub account: String,
    /// What a form of this session must carry.
    pub form_token: String,
    /// When it is over, in seconds since the epoch.
    pub expires_at: u64,
}

impl Session {
    /// A new session for this account.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn begin(server: &Server<'_>, account: String) -> Result<Self, NoRandomness> {
        Ok(Self {
            account,
            form_token: random::<16>(server.ports.random)?,
            expires_at: server.ports.clock.now().saturating_add(LIFETIME),
        })
    }

    /// The browser's session, if it has one that is not over.
    #[must_use]
    pub fn read(server: &Server<'_>, request: &Request) -> Option<Self> {
        let sealed = cookie::only(request, name(server.issuer))?;
        let json = seal::open(server.keys, Purpose::Session, &context(server.issuer), &sealed)?;
        let session: Self = serde_json::from_str(&json).ok()?;
        (server.ports.clock.now() < session.expires_at).then_some(session)
    }

    /// The response with the session's cookie.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn keep(&self, response: Response, server: &Server<'_>) -> Result<Response, NoRandomness> {
        let json = serde_json::to_string(self).map_err(|_| NoRandomness)?;
        let context = context(server.issuer);
        let sealed =
            seal::seal(server.keys, Purpose::Session, &context, &json, server.ports.random)?;
        Ok(cookie::set_named(response, name(server.issuer), &sealed, LIFETIME, server.issuer))
    }

    /// Whether a form's token is this session's.
    #[must_use]
    pub fn wrote(&self, form_token: Option<&str>) -> bool {
        form_token.is_some_and(|given| mac::same(&self.form_token, given))
    }
}

/// The response that removes the session's cookie.
#[must_use]
pub fn leave(response: Response, issuer: &Origin) -> Response {
    cookie::set_named(response, name(issuer), "", 0, issuer)
}

/// Name of the cookie; see [`cookie::name`] for the prefix.
const fn name(issuer: &Origin) -> &'static str {
    if issuer.is_https() { "__Host-mittwald-mcp-connections" } else { "mittwald-mcp-connections" }
}

/// A session opens under the origin that it began at. On loopback, cookies do not tell ports apart.
fn context(issuer: &Origin) -> String {
    format!("session:{issuer}")
}
