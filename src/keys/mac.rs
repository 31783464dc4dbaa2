//! Message authentication: HMAC-SHA256 (RFC 2104), 128 or 256 bits of it, in base64url.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::base64url;
use super::ring::DerivedKey;

/// The MAC of these parts. Each part's length goes in, so that moving a character from one part
/// to the next gives another MAC.
#[must_use]
pub fn mac(key: &DerivedKey, parts: &[&str]) -> String {
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key) else {
        // HMAC takes keys of any length.
        return String::new();
    };
    for part in parts {
        hmac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hmac.update(part.as_bytes());
    }
    base64url(&hmac.finalize().into_bytes())
}

/// Whether `given` is the MAC of these parts, in constant time.
#[must_use]
pub fn verify(key: &DerivedKey, parts: &[&str], given: &str) -> bool {
    let expected = mac(key, parts);
    !expected.is_empty() && same(&expected, given)
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_apart() {
        let key = [7; 32];
        let made = mac(&key, &["ab", "c"]);
        assert!(verify(&key, &["ab", "c"], &made));
        assert!(!verify(&key, &["a", "bc"], &made));
        assert!(!verify(&[8; 32], &["ab", "c"], &made));
        assert!(!verify(&key, &["ab", "c"], ""));
    }
}
