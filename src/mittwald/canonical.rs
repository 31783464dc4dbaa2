//! One text for all spellings of the same JSON: members sorted by name, no blanks, strings escaped one
//! way. Numbers stay as they were written, because 1 and 1.0 need not mean the same to everybody.
//!
//! Who compares digests of it (RFC 8785 has the idea) knows that a client repeated itself.

use serde_json::value::RawValue;

use super::json;

/// The canonical text.
///
/// # Errors
/// The text is no JSON, or an object has a member twice.
pub fn canonical(text: &str) -> Result<String, serde_json::Error> {
    let raw: &RawValue = serde_json::from_str(text)?;
    let mut out = String::with_capacity(text.len());
    push(&mut out, raw)?;
    Ok(out)
}

/// serde reads 128 levels at most, which bounds the recursion.
fn push(out: &mut String, raw: &RawValue) -> Result<(), serde_json::Error> {
    match raw.get().as_bytes().first() {
        Some(b'{') => {
            let mut members = json::members(raw.get())?;
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            out.push('{');
            for (name, value) in members {
                json::push_name(out, &name);
                push(out, value)?;
            }
            out.push('}');
        }
        Some(b'[') => {
            out.push('[');
            for value in json::elements(raw.get())? {
                json::push_comma(out);
                push(out, value)?;
            }
            out.push(']');
        }
        Some(b'"') => json::push_string(out, &serde_json::from_str::<String>(raw.get())?),
        _ => out.push_str(raw.get()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::canonical;

    #[test]
    fn spellings_of_the_same_are_one_text() {
        let one =
            canonical(" { \"b\" : [1, {\"d\":null,\"c\":\"\\u00e4\\/\"}] ,\n\"a\":true}").unwrap();
        assert_eq!(one, "{\"a\":true,\"b\":[1,{\"c\":\"ä/\",\"d\":null}]}");
        assert_eq!(canonical(&one).unwrap(), one);
    }

    #[test]
    fn what_is_not_the_same_stays_different() {
        for (one, other) in [
            ("1", "1.0"),
            ("12345678901234567890123", "12345678901234567890124"),
            ("[1,2]", "[2,1]"),
            ("[[1],2]", "[[1,2]]"),
            ("{\"a\":\"1\"}", "{\"a\":1}"),
            ("{\"a\":null}", "{}"),
        ] {
            assert_ne!(canonical(one).unwrap(), canonical(other).unwrap());
        }
        for broken in ["", "{", "{\"a\":1,\"a\":1}", "[{\"a\":1,\"\\u0061\":1}]", "1 2"] {
            assert!(canonical(broken).is_err(), "{broken}");
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn blanks_change_nothing_and_the_meaning_stays(value in values()) {
            let plain = canonical(&value.to_string()).unwrap();
            let pretty = canonical(&serde_json::to_string_pretty(&value).unwrap()).unwrap();
            prop_assert_eq!(&plain, &pretty);
            prop_assert_eq!(serde_json::from_str::<Value>(&plain).unwrap(), value);
        }
    }
}
