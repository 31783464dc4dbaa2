//! Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document): a client whose id is
//! the https address of a document that describes it.
//!
//! # Layout
//! - [`address`]: which ids are such addresses
//! - [`document`]: what the document must say
//! - [`freshness`]: how long it may be used
//! - here: the way from an id to a client
//!
//! # What is kept
//! The document's text, with the moment until which it may be used, in the shared cache under a
//! digest of its address. It is checked again whenever it is read, so a spoilt or older entry counts
//! for nothing, and stricter rules take effect at once. Errors and documents that we refuse are
//! never kept. At the token endpoint the same cache answers, so that a refresh costs one look-up.
//!
//! The consent form does not look again: it carries the request sealed for at most ten minutes, less
//! than a document may be used, and the token endpoint looks anyway before anybody gets a token.

pub mod address;
pub mod document;
pub mod freshness;

use serde::{Deserialize, Serialize};

use crate::http::Origin;
use crate::keys::digest;

use super::Server;
use super::client::Registration;
use address::ClientAddress;

/// Why an address does not become a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It will not do: no acceptable address, no document there, or one that we refuse.
    #[error("the client's metadata document cannot be used")]
    Refused,
    /// It cannot be told right now: no answer, or an error of the server behind the address.
    #[error("the client's metadata document cannot be read at the moment")]
    Unavailable,
}

/// A cached document.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    /// Seconds since the epoch.
    until: u64,
    /// As it was served.
    text: std::borrow::Cow<'a, str>,
}

/// What the client behind an address says of itself, from the cache or from the address.
///
/// # Errors
/// [`Unusable`].
pub async fn find(
    server: &Server<'_>,
    address: &ClientAddress<'_>,
) -> Result<Registration, Unusable> {
    let documents = server.ports.documents.ok_or(Unusable::Refused)?;
    if is_ours(server, address) {
        return Err(Unusable::Refused);
    }
    let key = format!("cimd:{}", digest(address.as_str()));
    if let Some(kept) = server.ports.cache.look_up(&key).await
        && let Ok(kept) = serde_json::from_str::<Kept<'_>>(&kept)
        && server.ports.clock.now() < kept.until
        && let Ok(registration) = document::read(&kept.text, address)
    {
        return Ok(registration);
    }
    // Anybody can make us fetch; nobody can make us hammer somebody else's host.
    if !server.ports.limiter.allow(&format!("cimd:{}", address.host())).await {
        return Err(Unusable::Unavailable);
    }
    let fetched = documents.fetch(address.as_str()).await.map_err(|failure| match failure {
        crate::ports::DocumentFailure::TooLarge => Unusable::Refused,
        _ => Unusable::Unavailable,
    })?;
    let text = document::text(&fetched)?;
    let registration = document::read(&text, address).map_err(|_| Unusable::Refused)?;
    let seconds = freshness::seconds(&*fetched.headers);
    if seconds > 0 {
        let until = server.ports.clock.now().saturating_add(seconds);
        let kept = serde_json::to_string(&Kept { until, text: text.into() }).unwrap_or_default();
        server.ports.cache.keep(&key, kept, seconds).await;
    }
    Ok(registration)
}

/// Whether an address is at a host that this Worker answers for. Asking ourselves could be nested
/// without end, each request asking for the next.
fn is_ours(server: &Server<'_>, address: &ClientAddress<'_>) -> bool {
    let callback = server.config.redirect_url.as_deref().and_then(Origin::of);
    let ours = [Some(server.issuer), callback.as_ref()];
    ours.into_iter().flatten().any(|origin| origin.host() == address.host())
}

#[cfg(test)]
mod tests;
