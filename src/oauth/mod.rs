//! The authorization server: OAuth 2.1 towards MCP clients, with the person signed in at mittwald.
//!
//! # The way of a sign-in
//! 1. [`register`]: the client gets a self-contained, signed `client_id` (RFC 7591); nothing is stored.
//!    Or it brings an id that is the address of its metadata document ([`cimd`]).
//! 2. [`authorize`]: its request is checked ([`request`]) and shown on the consent page. It travels
//!    sealed in the page's form, so that a GET without a person behind it creates nothing.
//! 3. [`consent`]: the person's choice creates a [`login`] and sends the browser to mittwald.
//! 4. [`callback`]: mittwald's code becomes mittwald's tokens, the user becomes an [`account`], the
//!    choice becomes a [`grant`] there, and the client gets its own code ([`issue`]). Where the grant is
//!    for one project, the person chooses it in between, or theirs is checked ([`project`]). A scope
//!    that mittwald does not offer ([`offered`]) is left out, at worst in a second try ([`retry`]).
//! 5. [`token`]: code -> [`access_token`] and refresh token; refresh with rotation.
//! 6. [`bearer`]: every request to `/mcp` is verified without reading storage.
//!
//! A grant ends by [`revoke`] (the client), by [`connections`] (the person, in a [`session`] of their
//! own), by a replay or by itself; [`sign_out`] then ends mittwald's session behind it.
//!
//! # Rooms within
//! Values that exist only valid: [`scope`], [`redirect_uri`], [`resource`], [`client`]. Everything
//! here is pure; `edge` brings the two Durable Objects behind [`stores`].

pub mod access_token;
pub mod account;
pub mod api_token;
pub mod authorize;
pub mod bearer;
pub mod callback;
pub mod cimd;
pub mod client;
pub mod connections;
pub mod consent;
pub mod cookie;
pub mod error;
pub mod grant;
pub mod issue;
pub mod language;
pub mod login;
pub mod metadata;
pub mod offered;
pub mod overview;
pub mod project;
pub mod redirect_uri;
pub mod refresh_token;
pub mod register;
pub mod request;
pub mod resource;
pub mod retry;
pub mod revoke;
pub mod scope;
pub mod session;
pub mod sign_out;
pub mod stores;
#[cfg(test)]
pub mod testing;
pub mod token;

use crate::config::Config;
use crate::http::Origin;
use crate::keys::KeyRing;
use crate::ports::Ports;

/// What every endpoint of the authorization server works with.
#[derive(Clone, Copy)]
pub struct Server<'a> {
    /// Configuration.
    pub config: &'a Config,
    /// Keys.
    pub keys: &'a KeyRing,
    /// Our public origin, which is also the issuer identifier (RFC 8414 section 2).
    pub issuer: &'a Origin,
    /// Time, randomness, mittwald.
    pub ports: Ports<'a>,
    /// The two kinds of Durable Object.
    pub stores: stores::Stores<'a>,
}

impl Server<'_> {
    /// Where mittwald sends people back to: what is registered there, or our own host (loopback).
    #[must_use]
    pub fn callback(&self) -> String {
        let registered = self.config.redirect_url.clone();
        registered.unwrap_or_else(|| format!("{}/mittwald/callback", self.issuer))
    }
}
