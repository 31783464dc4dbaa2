//! Authenticated encryption: XChaCha20-Poly1305, `<key id>.<base64url(nonce, ciphertext)>`.
//!
//! XChaCha's nonce is 192 bits, so a random one never repeats; and WebAssembly has no AES
//! instructions, so ChaCha is the faster choice there.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::{KeyRing, Purpose, base64url, from_base64url};
use crate::ports::{NoRandomness, Random};

const NONCE_BYTES: usize = 24;

/// Seals `text`. `context` is authenticated but not stored: opening needs the same one.
///
/// # Errors
/// [`NoRandomness`] where the platform has none.
pub fn seal(
    ring: &KeyRing,
    purpose: Purpose,
    context: &str,
    text: &str,
    random: &dyn Random,
) -> Result<String, NoRandomness> {
    let (kid, key) = ring.current(purpose);
    let mut nonce = [0_u8; NONCE_BYTES];
    random.fill(&mut nonce)?;
    let payload = Payload { msg: text.as_bytes(), aad: context.as_bytes() };
    // Encryption fails only for messages of many gigabytes.
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(&nonce), payload)
        .map_err(|_| NoRandomness)?;
    let mut bytes = nonce.to_vec();
    bytes.extend_from_slice(&ciphertext);
    Ok(format!("{kid}.{}", base64url(&bytes)))
}

/// Opens what [`seal`] made with this purpose and context; `None` for anything else.
#[must_use]
pub fn open(ring: &KeyRing, purpose: Purpose, context: &str, sealed: &str) -> Option<String> {
    let (kid, text) = sealed.split_once('.')?;
    let key = ring.find(kid, purpose)?;
    let bytes = from_base64url(text)?;
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE_BYTES)?;
    let payload = Payload { msg: ciphertext, aad: context.as_bytes() };
    let opened =
        XChaCha20Poly1305::new(key.into()).decrypt(XNonce::from_slice(nonce), payload).ok()?;
    String::from_utf8(opened).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::testing::{SeededRandom, ring};

    #[test]
    fn opens_only_with_the_same_purpose_and_context() {
        let ring = ring();
        let sealed =
            seal(&ring, Purpose::Consent, "a", "text", &SeededRandom::new(1)).expect("sealed");
        assert_eq!(open(&ring, Purpose::Consent, "a", &sealed).as_deref(), Some("text"));
        assert_eq!(open(&ring, Purpose::Consent, "b", &sealed), None);
        assert_eq!(open(&ring, Purpose::UpstreamToken, "a", &sealed), None);
    }

    proptest::proptest! {
        #[test]
        fn round_trips_and_refuses_every_changed_byte(text in ".{0,80}", at in 0_usize..200, seed in 1_u64..1000) {
            let ring = ring();
            let sealed = seal(&ring, Purpose::Consent, "", &text, &SeededRandom::new(seed)).expect("sealed");
            let opened = open(&ring, Purpose::Consent, "", &sealed);
            proptest::prop_assert_eq!(opened.as_deref(), Some(text.as_str()));
            let mut bytes = sealed.into_bytes();
            let index = at % bytes.len();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            proptest::prop_assert_eq!(open(&ring, Purpose::Consent, "", &changed), None);
        }

        #[test]
        fn arbitrary_text_never_opens_or_panics(text in ".{0,120}") {
            proptest::prop_assert_eq!(open(&ring(), Purpose::Consent, "", &text), None);
        }
    }
}
