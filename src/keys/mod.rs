//! Keys, and what is done with them: one master key, one derived key per purpose.
//!
//! # Layout
//! - [`ring`]: `MASTER_KEY` and `MASTER_KEY_OLD`, derivation (RFC 5869), rotation
//! - [`seal`]: authenticated encryption of what must be unreadable outside
//! - [`mac`]: authentication of what may be read but not forged
//! - [`secret`]: a string that no log shows

pub mod mac;
pub mod ring;
pub mod seal;
pub mod secret;

pub use ring::{KeyRing, MasterKeyProblem, Purpose};
pub use secret::Secret;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use crate::ports::{NoRandomness, Random};

/// base64url without padding (RFC 4648 section 5), in constant time.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes behind base64url without padding; `None` for anything else.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// SHA-256 in base64url: how one-time secrets are stored.
#[must_use]
pub fn digest(text: &str) -> String {
    base64url(&Sha256::digest(text.as_bytes()))
}

/// [`digest`] of several texts. Each one's length goes in, so that moving a character from one to the next
/// gives another digest.
#[must_use]
pub fn digest_of(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(part);
    }
    digest(&text)
}

/// A fresh random name or secret of `N` bytes, in base64url.
///
/// # Errors
/// [`NoRandomness`] where the platform has none.
pub fn random<const N: usize>(source: &dyn Random) -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; N];
    source.fill(&mut bytes)?;
    Ok(base64url(&bytes))
}
