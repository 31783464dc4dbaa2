//! The master keys and the keys derived from them.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;

use super::{base64url, from_base64url};

/// Bytes of a master key.
pub const MASTER_KEY_BYTES: usize = 32;

/// What a derived key is for. One purpose, one key (RFC 5869 `info`): a value made for one purpose
/// never verifies as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signs access tokens.
    AccessToken,
    /// Seals mittwald's tokens.
    UpstreamToken,
    /// Authenticates refresh tokens.
    RefreshToken,
    /// Authenticates self-contained client ids.
    ClientId,
    /// Makes client secrets.
    ClientSecret,
    /// Seals the authorization request while the consent page is open.
    Consent,
    /// Names `Account` objects after mittwald users.
    Account,
    /// Seals the session of the connections page.
    Session,
    /// Seals what travels with a client between the rounds of a request.
    RequestState,
    /// Seals where the next page of a list begins.
    Cursor,
    /// Seals tokens of a person's confirmation.
    Confirmation,
}

/// Every purpose, and what tells its key from the others'.
const PURPOSES: [(Purpose, &str); 11] = [
    (Purpose::AccessToken, "access token"),
    (Purpose::UpstreamToken, "upstream token"),
    (Purpose::RefreshToken, "refresh token"),
    (Purpose::ClientId, "client id"),
    (Purpose::ClientSecret, "client secret"),
    (Purpose::Consent, "consent"),
    (Purpose::Account, "account"),
    (Purpose::Session, "session"),
    (Purpose::RequestState, "request state"),
    (Purpose::Cursor, "cursor"),
    (Purpose::Confirmation, "confirmation"),
];

/// A derived 256-bit key.
pub type DerivedKey = [u8; 32];

/// Current and former master keys, with every key derived once.
pub struct KeyRing {
    /// The current one first, then the former ones in the order of the configuration.
    generations: Vec<Generation>,
}

struct Generation {
    kid: String,
    derived: [DerivedKey; PURPOSES.len()],
}

/// A master key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyProblem {
    /// `MASTER_KEY` is not set.
    #[error(
        "the secret MASTER_KEY is not set; make one with `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='` and store it with `wrangler secret put MASTER_KEY`"
    )]
    Missing,
    /// A key is not 32 bytes of base64url.
    #[error("the secret {0} must be 32 random bytes in base64url (43 characters)")]
    Malformed(&'static str),
}

impl KeyRing {
    /// Reads `MASTER_KEY`, and `MASTER_KEY_OLD` as a comma-separated list, newest first.
    ///
    /// # Errors
    /// [`MasterKeyProblem`] names the secret and what it must be.
    pub fn new(current: Option<&str>, old: Option<&str>) -> Result<Self, MasterKeyProblem> {
        let current = current.map(str::trim).filter(|key| !key.is_empty());
        let mut generations =
            vec![Generation::new(current.ok_or(MasterKeyProblem::Missing)?, "MASTER_KEY")?];
        for key in old.unwrap_or_default().split(',').map(str::trim).filter(|key| !key.is_empty()) {
            generations.push(Generation::new(key, "MASTER_KEY_OLD")?);
        }
        Ok(Self { generations })
    }

    /// The key that new values are made with, and its id.
    #[must_use]
    pub fn current(&self, purpose: Purpose) -> (&str, &DerivedKey) {
        // `new` made at least one generation; the fallback only keeps this function total.
        static NONE: DerivedKey = [0; 32];
        self.generations
            .first()
            .map_or(("", &NONE), |generation| (generation.kid.as_str(), generation.key(purpose)))
    }

    /// The key with this id, current or former.
    #[must_use]
    pub fn find(&self, kid: &str, purpose: Purpose) -> Option<&DerivedKey> {
        self.generations
            .iter()
            .find(|generation| generation.kid == kid)
            .map(|generation| generation.key(purpose))
    }

    /// The oldest key: names that must never change are made with it, so that a rotation (which
    /// puts the former key into `MASTER_KEY_OLD`) leaves them alone.
    #[must_use]
    pub fn oldest(&self, purpose: Purpose) -> &DerivedKey {
        match self.generations.last() {
            Some(generation) => generation.key(purpose),
            None => self.current(purpose).1,
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.generations.iter().map(|generation| &generation.kid)).finish()
    }
}

impl Generation {
    fn new(master: &str, name: &'static str) -> Result<Self, MasterKeyProblem> {
        let bytes = from_base64url(master.trim_end_matches('='))
            .filter(|bytes| bytes.len() == MASTER_KEY_BYTES)
            .ok_or(MasterKeyProblem::Malformed(name))?;
        let hkdf = Hkdf::<Sha256>::new(Some(b"mittwald-mcp"), &bytes);
        let mut kid = [0_u8; 6];
        let mut derived = [[0_u8; 32]; PURPOSES.len()];
        let mut fits = hkdf.expand(b"key id", &mut kid).is_ok();
        for ((_, info), key) in PURPOSES.iter().zip(derived.iter_mut()) {
            fits &= hkdf.expand(info.as_bytes(), key).is_ok();
        }
        if fits {
            Ok(Self { kid: base64url(&kid), derived })
        } else {
            Err(MasterKeyProblem::Malformed(name))
        }
    }

    fn key(&self, purpose: Purpose) -> &DerivedKey {
        // Every purpose stands in the table; the fallback only keeps this function total.
        static NONE: DerivedKey = [0; 32];
        let place = PURPOSES.iter().position(|(known, _)| *known == purpose);
        place.and_then(|place| self.derived.get(place)).unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const B: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

    #[test]
    fn a_missing_or_short_key_is_named() {
        assert_eq!(KeyRing::new(None, None).err(), Some(MasterKeyProblem::Missing));
        assert_eq!(KeyRing::new(Some(" "), None).err(), Some(MasterKeyProblem::Missing));
        assert_eq!(
            KeyRing::new(Some("c2hvcnQ"), None).err(),
            Some(MasterKeyProblem::Malformed("MASTER_KEY"))
        );
        assert_eq!(
            KeyRing::new(Some(A), Some("x")).err(),
            Some(MasterKeyProblem::Malformed("MASTER_KEY_OLD"))
        );
    }

    #[test]
    fn every_purpose_has_its_own_key() {
        let ring = KeyRing::new(Some(A), None).expect("a ring");
        let keys: std::collections::HashSet<_> =
            PURPOSES.iter().map(|(purpose, _)| *ring.current(*purpose).1).collect();
        assert_eq!(keys.len(), PURPOSES.len());
    }

    #[test]
    fn rotation_keeps_former_keys_and_the_oldest_name() {
        let before = KeyRing::new(Some(A), None).expect("a ring");
        let after = KeyRing::new(Some(B), Some(A)).expect("a ring");
        let (kid, key) = before.current(Purpose::ClientId);
        assert_eq!(after.find(kid, Purpose::ClientId), Some(key));
        assert_ne!(after.current(Purpose::ClientId).1, key);
        assert_eq!(after.oldest(Purpose::Account), before.oldest(Purpose::Account));
    }

    #[test]
    fn debug_output_shows_key_ids_only() {
        let shown = format!("{:?}", KeyRing::new(Some(B), None).expect("a ring"));
        assert!(!shown.contains(B) && shown.len() < 20, "{shown}");
    }
}
