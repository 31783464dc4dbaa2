use proptest::prelude::*;

use super::*;

mod properties;

fn refused(bytes: &[u8]) -> (i64, Option<String>) {
    let Refused { error, id, .. } = decode(bytes).expect_err("a refusal");
    (error.code(), id)
}

fn single(text: &str) -> Message<'_> {
    match decode(text.as_bytes()).expect("a frame") {
        Frame::Single(message) => message,
        Frame::Batch(_) => panic!("a batch"),
    }
}

#[test]
fn a_request_keeps_its_id_byte_for_byte() {
    for id in ["1", "-7", "0", "12345678901234567890123", "\"a\"", "\"\\u00e4\\n\"", "\"\""] {
        let text = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let Message::Request(call) = single(&text) else { panic!("no request") };
        assert_eq!((call.id.get(), call.method.as_ref()), (id, "ping"));
    }
}

#[test]
fn what_is_no_json_is_a_parse_error() {
    for bytes in [
        &b""[..],
        b"  \n",
        b"{",
        b"[",
        b"nope",
        b"{\"jsonrpc\":\"2.0\",}",
        b"\xEF\xBB\xBF{}",
        b"\xFF\xFE{\0}\0",
        b"\xC3\x28",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x",
        b"{} {}",
        b"[1,]",
        b"{'id':1}",
        b"\"",
    ] {
        assert_eq!(refused(bytes), (-32_700, None), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_is_no_message_is_an_invalid_request() {
    for (text, id) in [
        ("7", None),
        ("null", None),
        ("\"x\"", None),
        ("{}", None),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"x"}"#, None),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, Some("1")),
        (r#"{"id":"a","method":"ping"}"#, Some("\"a\"")),
        (r#"{"jsonrpc":"2.0","id":1}"#, Some("1")),
        (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, Some("1")),
        (r#"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#, Some("1")),
    ] {
        assert_eq!(refused(text.as_bytes()), (-32_600, id.map(str::to_owned)), "{text}");
    }
}

#[test]
fn params_must_be_an_object() {
    let text = r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#;
    assert_eq!(refused(text.as_bytes()), (-32_602, Some("1".into())));
    let text = r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#;
    assert!(matches!(single(text), Message::Request(Call { params: None, .. })));
}

#[test]
fn huge_nesting_is_refused_before_anything_recurses() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(refused(deep.as_bytes()).0, -32_600);
        let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x","params":{{"a":{deep}}}}}"#);
        assert_eq!(refused(text.as_bytes()).0, -32_600);
    }
    let brackets =
        r#"{"jsonrpc":"2.0","id":1,"method":"[[[[\"[[[["}"#.replace("[[[[", &"[".repeat(99));
    assert!(decode(brackets.as_bytes()).is_ok(), "brackets in a string are no nesting");
}

#[test]
fn notifications_and_responses_are_told_apart() {
    let text = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    assert!(matches!(single(text), Message::Notification(..)));
    assert!(matches!(single(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#), Message::Response));
    assert!(matches!(single(r#"{"jsonrpc":"2.0","id":1,"error":{}}"#), Message::Response));
}

#[test]
fn an_array_is_a_batch() {
    let Ok(Frame::Batch(elements)) = decode(b" [ 1, {} ] ") else { panic!("no batch") };
    assert_eq!(elements.len(), 2);
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn any_text_of_json_marks_gets_an_answer(text in r#"[\[\]{}:,"\\a0-9.eE+\- un]{0,80}"#) {
        let sound = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        match decode(text.as_bytes()) {
            Err(refused) if refused.error.code() == -32_700 => prop_assert!(!sound, "{}", text),
            _ => {}
        }
    }

    #[test]
    fn a_broken_message_never_passes(cut in 0_usize..70) {
        let text = r#"{"jsonrpc":"2.0","id":"1","method":"tools/list","params":{"a":[1]}}"#;
        if cut < text.len() {
            prop_assert_eq!(refused(&text.as_bytes()[..cut]).0, -32_700);
        }
    }

    #[test]
    fn a_message_comes_back_as_it_was_written(id in any::<i64>(), method in ".{0,30}", key in ".{0,9}") {
        let params = serde_json::json!({ &key: [1, null] });
        let text = serde_json::json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string();
        let Message::Request(call) = single(&text) else { panic!("no request") };
        prop_assert_eq!(call.id.get(), id.to_string());
        prop_assert_eq!(call.method.as_ref(), method);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(call.params.unwrap().get()).unwrap(), params);
    }
}
