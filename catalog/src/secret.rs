//! Which fields of an answer could be a secret: those are not shown unless the TOML says `safe`.

use crate::facts::{Kind, Schema};

/// Words in a field's name that say "secret" anywhere.
const ALWAYS: [&str; 8] =
    ["password", "passphrase", "secret", "token", "jwt", "authcode", "apikey", "credential"];
/// Words that say it where the operation is known to return a secret.
const WHERE_MARKED: [&str; 7] = ["key", "code", "url", "uri", "pin", "hash", "value"];
/// Pairs of words that say it anywhere.
const PAIRS: [[&str; 2]; 4] =
    [["auth", "code"], ["private", "key"], ["api", "key"], ["access", "key"]];
/// Formats that no secret has.
const HARMLESS: [&str; 4] = ["date-time", "date", "uuid", "email"];

/// Whether the value at this path of names could be a secret. `marked`: the operation returns one.
#[must_use]
pub fn could_be_secret(path: &[String], schema: &Schema, marked: bool) -> bool {
    // Environment variables are where people put passwords.
    if path.iter().any(|name| words(name).iter().any(|word| word == "env" || word == "environment"))
        && schema.kind == Some(Kind::Object)
    {
        return true;
    }
    let text = matches!(schema.kind, Some(Kind::String | Kind::Array) | None);
    let closed = !schema.values.is_empty();
    let harmless = schema.format.as_deref().is_some_and(|format| HARMLESS.contains(&format));
    text && !closed && !harmless && path.iter().any(|name| names_secret(name, marked))
}

fn names_secret(name: &str, marked: bool) -> bool {
    let words = words(name);
    // `tokenId` names a token, it is none.
    if words.last().is_some_and(|word| word == "id") {
        return false;
    }
    let has = |wanted: &&str| words.iter().any(|word| word == *wanted);
    let pair = |pair: &[String]| PAIRS.iter().any(|known| pair == known);
    ALWAYS.iter().any(has) || (marked && WHERE_MARKED.iter().any(has)) || words.windows(2).any(pair)
}

/// `authCodes` -> `auth`, `code`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    for character in name.chars() {
        if character.is_ascii_uppercase() || !character.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_ascii_alphanumeric()) {
            word.push(character.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    // Plurals hide nothing.
    words.iter().map(|word| word.strip_suffix('s').unwrap_or(word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Schema {
        Schema { kind: Some(Kind::String), ..Schema::default() }
    }

    #[test]
    fn names_say_it() {
        let secret = |name: &str, marked| could_be_secret(&[name.to_owned()], &text(), marked);
        for name in ["password", "authCode", "apiKeys", "refreshToken", "private_key"] {
            assert!(secret(name, false), "{name}");
        }
        for name in ["key", "url", "supportCode"] {
            assert!(!secret(name, false) && secret(name, true), "{name}");
        }
        for name in ["name", "tokenId", "description", "keyboard"] {
            assert!(!secret(name, true), "{name}");
        }
    }

    #[test]
    fn environments_hold_passwords() {
        let map = Schema { kind: Some(Kind::Object), ..Schema::default() };
        assert!(could_be_secret(&["envs".to_owned()], &map, false));
        assert!(!could_be_secret(&["settings".to_owned()], &map, false));
    }

    #[test]
    fn times_closed_lists_and_flags_are_none() {
        let path = ["passwordUpdatedAt".to_owned()];
        let time = Schema { format: Some("date-time".into()), ..text() };
        assert!(!could_be_secret(&path, &time, true));
        let closed = Schema { values: vec!["strong".into()], ..text() };
        assert!(!could_be_secret(&path, &closed, true));
        let flag = Schema { kind: Some(Kind::Boolean), ..Schema::default() };
        assert!(!could_be_secret(&path, &flag, true));
    }
}
