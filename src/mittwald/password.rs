//! Passwords that nobody chooses: random, within mittwald's policy (at least 8 characters; lower case,
//! upper case, digit and special character; not beginning with a special one).

use crate::keys::Secret;
use crate::ports::{NoRandomness, Random};

/// Characters of a generated password: about 120 bits.
const LENGTH: usize = 24;

const LOWER: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS: &[u8] = b"23456789";
/// Of the policy's special characters, those that no shell, URL or configuration file minds.
const SPECIAL: &[u8] = b"#%+=?!*";

/// A new password.
///
/// # Errors
/// [`NoRandomness`]: nothing may be created then.
pub fn generate(random: &dyn Random) -> Result<Secret, NoRandomness> {
    let every: Vec<u8> = [LOWER, UPPER, DIGITS, SPECIAL].concat();
    // One of each class comes first; what follows makes it unguessable.
    let mut alphabets: Vec<&[u8]> = vec![LOWER, UPPER, DIGITS, SPECIAL];
    alphabets.resize(LENGTH, &every);
    let mut password = String::with_capacity(LENGTH);
    for alphabet in alphabets {
        password.push(char::from(pick(alphabet, random)?));
    }
    Ok(Secret::from(password))
}

/// One of these, all equally likely: bytes beyond the last whole round are drawn again.
fn pick(alphabet: &[u8], random: &dyn Random) -> Result<u8, NoRandomness> {
    let fair = 256_usize.saturating_sub(256_usize.checked_rem(alphabet.len()).unwrap_or(0));
    loop {
        let mut byte = [0_u8];
        random.fill(&mut byte)?;
        let drawn = usize::from(byte[0]);
        let index = drawn.checked_rem(alphabet.len()).filter(|_| drawn < fair);
        if let Some(found) = index.and_then(|index| alphabet.get(index)) {
            return Ok(*found);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ports::testing::SeededRandom;

    #[test]
    fn every_password_fits_the_policy_and_none_comes_twice() {
        let random = SeededRandom::new(7);
        let mut seen = BTreeSet::new();
        for _ in 0..200 {
            let password = generate(&random).unwrap();
            let text = password.expose();
            assert_eq!(text.len(), LENGTH);
            assert!(text.starts_with(|c: char| c.is_ascii_lowercase()), "{text}");
            for class in [LOWER, UPPER, DIGITS, SPECIAL] {
                assert!(text.bytes().any(|byte| class.contains(&byte)), "{text}");
            }
            assert!(seen.insert(text.to_owned()));
        }
    }
}
