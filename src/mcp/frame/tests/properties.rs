//! What must hold for whatever is posted.
//!
//! 1. a valid message is read as what it is, however it is spelled: order, white space, escapes,
//!    members that nobody knows
//! 2. an id is kept byte for byte, also by a refusal
//! 3. a member given twice is refused, however it is spelled
//! 4. nothing panics: arbitrary bytes, arbitrary JSON, valid messages with something changed
//! 5. what is no JSON never passes, and what is JSON is never called none
//! 6. our own answers are messages

use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::*;
use crate::mcp::reply::{self, ResultWriter};
use crate::mcp::revision::Revision;

/// JSON values of every kind, as serde writes them.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no NaN", |x| x.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            objects_of(inner).prop_map(Value::from),
        ]
    })
}

fn objects_of(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let members = prop::collection::btree_map(any::<String>(), inner, 0..6);
    members.prop_map(|members| members.into_iter().collect())
}

fn objects() -> impl Strategy<Value = Value> {
    objects_of(values()).prop_map(Value::from)
}

/// White space between tokens (RFC 8259 section 2).
fn spaces() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,3}"
}

/// A text as JSON writes it, with any of its characters as escapes: `spell` decides one by one.
fn spelled(text: &str, spell: &[bool]) -> String {
    let mut out = String::from("\"");
    for (at, c) in text.chars().enumerate() {
        if spell.get(at % spell.len().max(1)).copied().unwrap_or_default() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            let plain = Value::from(c.to_string()).to_string();
            out.push_str(&plain[1..plain.len() - 1]);
        }
    }
    out.push('"');
    out
}

fn spellings() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), 1..8)
}

/// Ids as they may be written: texts with any escapes, whole numbers of any length.
fn ids() -> impl Strategy<Value = String> {
    prop_oneof![
        (any::<String>(), spellings()).prop_map(|(text, spell)| spelled(&text, &spell)),
        "-?(0|[1-9][0-9]{0,60})",
        Just("\"\\ud800\"".to_owned()),
        "\"(\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-c][0-9a-fA-F]{3}|[ -!#-\\[\\]-~])*\"",
    ]
}

/// A request with its members in some order, with white space and strangers between them.
#[derive(Debug, Clone)]
struct Written {
    text: String,
    id: String,
    method: String,
    params: Option<Value>,
}

fn requests() -> impl Strategy<Value = Written> {
    let params = prop::option::of(objects());
    let stranger = prop::option::of(("[a-z]{7,9}", values()));
    let parts = (ids(), any::<String>(), params, stranger, spellings());
    let shape = (Just([0_usize, 1, 2, 3, 4]).prop_shuffle(), spaces(), spaces());
    (parts, shape).prop_map(|((id, method, params, stranger, spell), (order, before, after))| {
        let written = |name: &str, value: String| {
            Some(format!("{}{before}:{after}{value}", spelled(name, &spell)))
        };
        let members = [
            written("jsonrpc", spelled("2.0", &spell)),
            written("id", id.clone()),
            written("method", spelled(&method, &spell)),
            params.as_ref().and_then(|params| written("params", params.to_string())),
            stranger.and_then(|(name, value)| written(&name, value.to_string())),
        ];
        let members: Vec<String> = order.into_iter().filter_map(|at| members[at].clone()).collect();
        let text = format!(
            "{before}{{{after}{}{before}}}{after}",
            members.join(&format!("{after},{before}"))
        );
        Written { text, id, method, params }
    })
}

/// The kind of a refusal, or that there is none.
fn code(bytes: &[u8]) -> Option<i64> {
    decode(bytes).err().map(|refused| refused.error.code())
}

fn is_json(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// Scenario 5 for one body. A byte order mark, and a name that is no text, are refused as no JSON
/// although a grammar would take them.
fn judged_rightly(bytes: &[u8]) {
    let code = code(bytes);
    if is_json(bytes) {
        let broken_name = bytes.windows(2).any(|pair| pair.eq_ignore_ascii_case(b"\\u"));
        assert!(code != Some(-32_700) || broken_name, "{}", String::from_utf8_lossy(bytes));
    } else {
        assert!(code.is_some(), "{}", String::from_utf8_lossy(bytes));
    }
    if let Ok(Frame::Batch(elements)) = decode(bytes) {
        for element in elements {
            let _ = message(element.get());
        }
    }
}

proptest! {
    #[test]
    fn a_request_is_read_as_it_was_meant(written in requests()) {
        let Message::Request(call) = single(&written.text) else { panic!("no request") };
        prop_assert_eq!(call.id.get(), written.id);
        prop_assert_eq!(call.method.as_ref(), written.method);
        let params = call.params.map(|params| serde_json::from_str::<Value>(params.get()).unwrap());
        prop_assert_eq!(params, written.params);
    }

    #[test]
    fn a_request_without_an_id_is_a_notification(method in any::<String>(), params in objects()) {
        let text = json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string();
        let Message::Notification(read, raw) = single(&text) else { panic!("no notification") };
        prop_assert_eq!(read.as_ref(), method);
        prop_assert_eq!(serde_json::from_str::<Value>(raw.unwrap().get()).unwrap(), params);
    }

    #[test]
    fn an_array_is_a_batch_of_what_it_holds(written in prop::collection::vec(requests(), 0..5)) {
        let texts: Vec<&str> = written.iter().map(|one| one.text.as_str()).collect();
        let text = format!("[{}]", texts.join(","));
        let Ok(Frame::Batch(elements)) = decode(text.as_bytes()) else { panic!("no batch") };
        prop_assert_eq!(elements.len(), written.len());
        for (element, one) in elements.iter().zip(&written) {
            let Ok(Message::Request(call)) = message(element.get()) else { panic!("no request") };
            prop_assert_eq!(call.id.get(), &one.id);
        }
    }

    #[test]
    fn a_refused_message_keeps_its_id(id in ids(), version in "[a-z0-9.]{0,4}") {
        prop_assume!(version != "2.0");
        let text = json!({"jsonrpc": version, "method": "x"}).to_string();
        let text = text.replacen('{', &format!("{{\"id\":{id},"), 1);
        prop_assert_eq!(refused(text.as_bytes()), (-32_600, Some(id)));
    }

    #[test]
    fn a_member_given_twice_is_refused(
        name in prop::sample::select(vec!["jsonrpc", "id", "method", "params", "result", "error"]),
        spell in spellings(),
        written in requests(),
        last in any::<bool>(),
    ) {
        let value = match name { "jsonrpc" => "\"2.0\"", "id" => "1", "method" => "\"x\"", _ => "{}" };
        let once = format!("\"{name}\":{value}");
        let again = format!("{}:{value}", spelled(name, &spell));
        let inner = written.text.trim();
        let inner = &inner[1..inner.len() - 1];
        let text = if last {
            format!("{{{inner},{once},{again}}}")
        } else {
            format!("{{{again},{once},{inner}}}")
        };
        let Refused { error, .. } = decode(text.as_bytes()).expect_err("a refusal");
        prop_assert_eq!(error.code(), -32_600);
        prop_assert!(error.to_string().contains("twice"), "{}", error);
    }

    #[test]
    fn any_json_gets_an_answer(value in values(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        judged_rightly(text.as_bytes());
    }

    #[test]
    fn any_value_may_stand_for_any_member(
        members in prop::collection::vec(
            (prop::sample::select(vec!["jsonrpc", "id", "method", "params", "result", "error", "x"]), values()),
            0..7,
        ),
    ) {
        let members: Vec<String> =
            members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        judged_rightly(format!("{{{}}}", members.join(",")).as_bytes());
    }

    #[test]
    fn a_changed_message_gets_an_answer(
        written in requests(),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..9_usize, prop_oneof![
                prop::collection::vec(any::<u8>(), 0..5),
                r#"[\[\]{}:,"\\/ua0-9.eE+\- \x00]{0,5}"#.prop_map(String::into_bytes),
            ]),
            1..4,
        ),
    ) {
        let mut bytes = written.text.into_bytes();
        for (at, remove, insert) in changes {
            let start = at.index(bytes.len() + 1);
            let end = (start + remove).min(bytes.len());
            bytes.splice(start..end, insert);
        }
        judged_rightly(&bytes);
    }

    #[test]
    fn a_message_cut_off_anywhere_is_no_json(written in requests(), at in any::<prop::sample::Index>()) {
        let text = written.text.trim_end();
        let cut = &text.as_bytes()[..at.index(text.len())];
        prop_assert_eq!(code(cut), Some(-32_700));
    }

    #[test]
    fn our_answers_are_messages(id in ids(), name in "[a-z]{1,9}", value in values(), said in any::<String>()) {
        for revision in Revision::ALL {
            let result = ResultWriter::open(&id, revision, None, 0).json(&name, &value.to_string()).close();
            prop_assert!(matches!(single(&result), Message::Response), "{}", result);
        }
        let error = reply::error(Some(&id), &Error::Params(said.clone()));
        prop_assert!(matches!(single(&error), Message::Response), "{}", error);
        let nameless = reply::error(None, &Error::MethodNotFound(said));
        prop_assert!(matches!(single(&nameless), Message::Response), "{}", nameless);
    }
}
