//! Refresh tokens and authorization codes: what names a grant, and proves it.
//!
//! Both begin with the name of the person's `Account` object and the grant's id. A refresh token is
//! a MAC over these and its generation: it is recomputed instead of stored, a forged one is refused
//! without touching storage, and a retry gets the same successor byte for byte.

use crate::keys::{KeyRing, Purpose, Secret, mac};

/// A verified refresh token, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Name of the `Account` object.
    pub account: String,
    /// Grant id.
    pub grant: String,
    /// Its number within the grant, from 1.
    pub generation: u32,
}

impl RefreshToken {
    /// The token as the client gets it: `<key id>.<account>.<grant>.<generation>.<MAC>`.
    #[must_use]
    pub fn issue(&self, keys: &KeyRing) -> Secret {
        let (kid, key) = keys.current(Purpose::RefreshToken);
        let generation = self.generation.to_string();
        let proof = mac::mac(key, &[kid, &self.account, &self.grant, &generation]);
        Secret::from(format!("{kid}.{}.{}.{generation}.{proof}", self.account, self.grant))
    }

    /// Takes a token apart; `None` unless we made it.
    #[must_use]
    pub fn verify(token: &str, keys: &KeyRing) -> Option<Self> {
        let mut parts = token.split('.');
        let (kid, account, grant, generation, proof) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let key = keys.find(kid, Purpose::RefreshToken)?;
        let proven = mac::verify(key, &[kid, account, grant, generation], proof);
        if !proven || parts.next().is_some() {
            return None;
        }
        let (account, grant) = (account.to_owned(), grant.to_owned());
        Some(Self { account, grant, generation: generation.parse().ok()? })
    }
}

/// An authorization code, taken apart. Nothing about it is verified: the `Account` object compares
/// the secret's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// Name of the `Account` object.
    pub account: String,
    /// Grant id.
    pub grant: String,
    /// 256 random bits.
    pub secret: Secret,
}

impl AuthorizationCode {
    /// The code as the client gets it.
    #[must_use]
    pub fn issue(&self) -> Secret {
        Secret::from(format!("{}.{}.{}", self.account, self.grant, self.secret.expose()))
    }

    /// Takes a code apart; `None` for anything that is not of its form, so that no storage object
    /// is ever named by free text.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let mut parts = code.split('.');
        let (account, grant, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let is_name = |text: &str, bytes: usize| {
            crate::keys::from_base64url(text).is_some_and(|decoded| decoded.len() == bytes)
        };
        let formed = is_name(account, ACCOUNT_BYTES) && is_name(grant, 16) && is_name(secret, 32);
        (formed && parts.next().is_none()).then(|| Self {
            account: account.to_owned(),
            grant: grant.to_owned(),
            secret: Secret::from(secret),
        })
    }
}

/// Bytes of an account's name.
const ACCOUNT_BYTES: usize = 32;

/// Name of a person's `Account` object: a keyed hash of the mittwald user id, so that neither logs
/// nor tokens tell who it is. Made with the oldest key: a rotation renames nobody.
#[must_use]
pub fn account_name(user_id: &str, keys: &KeyRing) -> String {
    mac::mac(keys.oldest(Purpose::Account), &[user_id])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::testing::ring;

    #[test]
    fn only_our_own_refresh_tokens_verify() {
        let token = RefreshToken { account: "a".into(), grant: "g".into(), generation: 3 };
        let text = token.issue(&ring());
        assert_eq!(RefreshToken::verify(text.expose(), &ring()), Some(token));
        let raised = text.expose().replace(".3.", ".4.");
        for forged in [raised.as_str(), "", "a.b.c.1.d", &format!("{}.", text.expose())] {
            assert_eq!(RefreshToken::verify(forged, &ring()), None, "{forged}");
        }
    }

    #[test]
    fn codes_have_one_form() {
        let code = AuthorizationCode {
            account: account_name("u", &ring()),
            grant: "AAAAAAAAAAAAAAAAAAAAAA".into(),
            secret: Secret::from("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        };
        assert_eq!(AuthorizationCode::parse(code.issue().expose()), Some(code.clone()));
        for other in ["", "a.b.c", "..", &format!("{}.x", code.issue().expose())] {
            assert_eq!(AuthorizationCode::parse(other), None, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_never_verifies_or_panics(text in ".{0,120}") {
            proptest::prop_assert_eq!(RefreshToken::verify(&text, &ring()), None);
            let _ = AuthorizationCode::parse(&text);
        }
    }
}
