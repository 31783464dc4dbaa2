//! What a metadata document must say (draft-ietf-oauth-client-id-metadata-document section 4, with
//! the members of RFC 7591 section 2). What it says beyond that is ignored; nothing it links to
//! (logo, keys) is ever fetched.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};

use crate::http::media;
use crate::oauth::client::{AuthMethod, Registration};
use crate::oauth::redirect_uri::RedirectUri;
use crate::oauth::register::{accepted_uris, clean_name};
use crate::ports::Document;

use super::Unusable;
use super::address::ClientAddress;

/// Why a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No JSON object, or a member that we read has another type than RFC 7591 gives it.
    #[error("it is no JSON object of client metadata")]
    Malformed,
    /// `client_id` is not the very address of the document.
    #[error("its client_id is not its address")]
    OtherClient,
    /// It holds a shared secret or a private key: what is published proves nothing.
    #[error("it holds a secret")]
    Secret,
    /// `client_name` is missing or has nothing to show.
    #[error("it has no client_name")]
    NoName,
    /// `redirect_uris` is missing or empty, or one of them is not acceptable.
    #[error("its redirect_uris cannot be used")]
    RedirectUris,
    /// `grant_types` or `response_types` leave out the one flow that there is.
    #[error("it does not use the authorization code flow")]
    OtherFlow,
    /// It does not offer to be a public client, or asks for a method that needs a shared secret.
    #[error("its way of authentication is not offered here")]
    Authentication,
}

/// What we read of a document.
#[derive(Deserialize)]
struct Metadata {
    client_id: Option<String>,
    client_name: Option<String>,
    #[serde(default)]
    redirect_uris: Option<Vec<String>>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
    /// Seen at ChatGPT: what it can do beside what it prefers.
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    jwks: Option<Keys>,
    #[serde(default)]
    client_secret: Present,
    #[serde(default)]
    client_secret_expires_at: Present,
}

#[derive(Deserialize)]
struct Keys {
    #[serde(default)]
    keys: Vec<Key>,
}

/// The members of a key that are secret (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
#[derive(Deserialize)]
struct Key {
    #[serde(default)]
    d: Present,
    #[serde(default)]
    p: Present,
    #[serde(default)]
    q: Present,
    #[serde(default)]
    dp: Present,
    #[serde(default)]
    dq: Present,
    #[serde(default)]
    qi: Present,
    #[serde(default)]
    oth: Present,
    #[serde(default)]
    k: Present,
}

impl Key {
    const fn is_secret(&self) -> bool {
        self.d.0
            || self.p.0
            || self.q.0
            || self.dp.0
            || self.dq.0
            || self.qi.0
            || self.oth.0
            || self.k.0
    }
}

/// Whether a member is there, whatever its value.
#[derive(Default)]
struct Present(bool);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self(true))
    }
}

/// The text of an answer: 200, JSON by its type, UTF-8.
///
/// # Errors
/// [`Unusable::Unavailable`] where the server failed or is too busy, [`Unusable::Refused`] for
/// everything else, redirects included.
pub fn text(answer: &Document) -> Result<String, Unusable> {
    match answer.status {
        200 => {}
        429 | 500.. => return Err(Unusable::Unavailable),
        _ => return Err(Unusable::Refused),
    }
    if !answer.headers.get("content-type").is_some_and(|value| media::is_json(&value)) {
        return Err(Unusable::Refused);
    }
    String::from_utf8(answer.body.clone()).map_err(|_| Unusable::Refused)
}

/// Reads the document of an address.
///
/// # Errors
/// [`Refused`] says why it is not used.
pub fn read(text: &str, address: &ClientAddress<'_>) -> Result<Registration, Refused> {
    // serde would also take an array for a struct.
    if !text.trim_start().starts_with('{') {
        return Err(Refused::Malformed);
    }
    let metadata: Metadata = serde_json::from_str(text).map_err(|_| Refused::Malformed)?;
    if metadata.client_id.as_deref() != Some(address.as_str()) {
        return Err(Refused::OtherClient);
    }
    let keys = metadata.jwks.as_ref().map_or(&[][..], |jwks| &jwks.keys);
    if metadata.client_secret.0
        || metadata.client_secret_expires_at.0
        || keys.iter().any(Key::is_secret)
    {
        return Err(Refused::Secret);
    }
    let leaves_out = |types: &Option<Vec<String>>, needed: &str| {
        types.as_ref().is_some_and(|types| !types.iter().any(|name| name == needed))
    };
    if leaves_out(&metadata.grant_types, "authorization_code")
        || leaves_out(&metadata.response_types, "code")
    {
        return Err(Refused::OtherFlow);
    }
    Ok(Registration {
        name: metadata.client_name.as_deref().and_then(clean_name).ok_or(Refused::NoName)?,
        redirect_uris: redirect_uris(metadata.redirect_uris.as_deref())?,
        auth: public(&metadata)?,
        issued_at: 0,
    })
}

/// The same policy as at registration.
fn redirect_uris(named: Option<&[String]>) -> Result<Vec<RedirectUri>, Refused> {
    let accepted = accepted_uris(named.unwrap_or_default()).map_err(|_| Refused::RedirectUris)?;
    if accepted.is_empty() { Err(Refused::RedirectUris) } else { Ok(accepted) }
}

/// A client of this kind is public here: nothing is shared with it, and PKCE is its proof. One that
/// prefers to sign (`private_key_jwt`) is taken at its word that it can do without, and refused if
/// it says nothing of the sort: to let it in unproven would be less than it asked for.
fn public(metadata: &Metadata) -> Result<AuthMethod, Refused> {
    let lists_none = metadata
        .token_endpoint_auth_methods_supported
        .as_ref()
        .is_some_and(|methods| methods.iter().any(|method| method == "none"));
    match metadata.token_endpoint_auth_method.as_deref() {
        None | Some("none") => Ok(AuthMethod::None),
        Some(method) if method.starts_with("client_secret_") => Err(Refused::Authentication),
        Some(_) if lists_none => Ok(AuthMethod::None),
        Some(_) => Err(Refused::Authentication),
    }
}

#[cfg(test)]
mod tests;
