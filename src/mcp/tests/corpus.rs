//! Odd frames (`tests/frames/*.json`), each with the answer that it must get; `tests/frames.test.mjs`
//! walks the same files against the built Worker.
//!
//! 1. every case, under every revision, and without a version header
//! 2. any id comes back byte for byte, with a result or an error, in both eras
//! 3. the files are what their readers take them for: names once, every case with an answer for every
//!    revision

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::http::request::MAX_BODY;
use crate::mcp::revision::{Era, Revision};

const MODERN_META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

/// Cases of all files, each with the file's name.
fn cases() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frames");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for case in file["cases"].as_array().unwrap() {
            all.push((name.clone(), case.clone()));
        }
    }
    assert!(all.len() > 300, "the corpus is where this test looks for it");
    all
}

/// The revisions to walk; `None` sends no version header.
fn revisions() -> impl Iterator<Item = Option<Revision>> {
    std::iter::once(None).chain(Revision::ALL.into_iter().map(Some))
}

/// How a case is written for one revision.
struct Writer<'a> {
    case: &'a Value,
    modern: bool,
}

impl Writer<'_> {
    fn method(&self) -> &str {
        let asked = if self.modern { "server/discover" } else { "ping" };
        self.case["method"].as_str().unwrap_or(asked)
    }

    /// Puts the parts in that differ by era, and the long ones; all but the padding.
    fn fill(&self, text: &str) -> String {
        let asked = if self.modern { "server/discover" } else { "ping" };
        let meta = if self.modern { MODERN_META } else { "\"_meta\":{}" };
        let ask = if self.modern {
            format!("\"method\":\"{asked}\",\"params\":{{{meta}}}")
        } else {
            format!("\"method\":\"{asked}\"")
        };
        let mut text = text
            .replace("$ping", "{\"jsonrpc\":\"2.0\",\"id\":1,$ask}")
            .replace("$ask", &ask)
            .replace("$method", &format!("\"{asked}\""))
            .replace("$meta", meta);
        for (at, fill) in self.case["fill"].as_array().into_iter().flatten().enumerate() {
            let times = usize::try_from(fill[1].as_u64().unwrap()).unwrap();
            text = text.replace(&format!("${at}"), &fill[0].as_str().unwrap().repeat(times));
        }
        text
    }

    fn padding(&self) -> String {
        let Some(wanted) = self.case["bytes"].as_u64() else { return String::new() };
        let rest = self.fill(self.case["body"].as_str().unwrap()).replace("$pad", "");
        let with = self.case["pad"].as_str().unwrap_or("x");
        with.repeat(usize::try_from(wanted).unwrap() - rest.len())
    }

    fn body(&self) -> Vec<u8> {
        if let Some(hex) = self.case["hex"].as_str() {
            return hex
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect();
        }
        self.write(self.case["body"].as_str().unwrap()).into_bytes()
    }

    fn write(&self, text: &str) -> String {
        self.fill(text).replace("$pad", &self.padding())
    }
}

/// The answer that a case must get under a revision.
fn answer(case: &Value, revision: Revision) -> &Value {
    let era = if revision.era() == Era::Modern { "modern" } else { "legacy" };
    let arrays = if revision.has_batches() { "batching" } else { "single" };
    [arrays, era, "answer"]
        .into_iter()
        .find_map(|key| case.get(key))
        .unwrap_or_else(|| panic!("{} has no answer for {}", case["name"], revision.name()))
}

/// What is wrong with one JSON-RPC response; it must begin with the id byte for byte, or without any.
fn fault(writer: &Writer<'_>, expected: &Value, text: &str) -> Option<String> {
    let id = expected["id"].as_str().map(|id| format!("\"id\":{},", writer.write(id)));
    let member = if expected["result"] == true { "result" } else { "error" };
    let start = format!("{{\"jsonrpc\":\"2.0\",{}\"{member}\":", id.unwrap_or_default());
    let Some(rest) = text.strip_prefix(&start) else { return Some(format!("no {start:.99}")) };
    let value: Value = serde_json::from_str(rest.strip_suffix('}')?).expect("JSON");
    let says = expected["says"].as_str().unwrap_or_default();
    if value["code"] != expected["code"] {
        return Some(format!("another code than {}", expected["code"]));
    }
    let message = value["message"].as_str().unwrap_or_default();
    (!message.contains(says)).then(|| format!("it does not say {says}"))
}

/// What is wrong with the answer to a case.
fn fault_of(case: &Value, revision: Option<Revision>) -> Option<String> {
    let read_as = revision.unwrap_or(Revision::ASSUMED);
    let writer = Writer { case, modern: read_as.era() == Era::Modern };
    let expected = answer(case, read_as);
    let heard = send_case(case, revision);
    let fault = if expected["status"] != heard.status {
        Some(format!("not {}", expected["status"]))
    } else if let Some(messages) = expected["messages"].as_array() {
        let answers: Vec<&RawValue> = serde_json::from_str(&heard.text).expect("an array");
        let pairs = messages.iter().zip(&answers);
        (messages.len() != answers.len())
            .then(|| format!("{} answers", answers.len()))
            .or_else(|| pairs.into_iter().find_map(|(one, text)| fault(&writer, one, text.get())))
    } else if expected["status"] == 202 {
        (!heard.text.is_empty()).then(|| "a body".to_owned())
    } else {
        fault(&writer, expected, &heard.text)
    };
    fault.map(|fault| {
        format!(
            "{} ({}): {fault}: {} {:.300}",
            case["name"],
            read_as.name(),
            heard.status,
            heard.text
        )
    })
}

fn send_case(case: &Value, revision: Option<Revision>) -> Heard {
    let modern = revision == Some(Revision::V2026_07_28);
    let writer = Writer { case, modern };
    let bytes = writer.body();
    let body = if bytes.len() > MAX_BODY { Body::TooLarge } else { Body::Bytes(bytes) };
    let content_type = match &case["headers"]["content-type"] {
        Value::Null if case.get("headers").is_some() => "",
        other => other.as_str().unwrap_or("application/json"),
    };
    let mut headers = vec![("content-type", content_type)];
    if let Some(revision) = revision {
        headers.push(("mcp-protocol-version", revision.name()));
    }
    if modern {
        headers.push(("mcp-method", writer.method()));
        if let Some(tool) = case["tool"].as_str() {
            headers.push(("mcp-name", tool));
        }
    }
    post_with(&Scene::default().answering(200, "[]"), &headers, body)
}

#[test]
fn every_odd_frame_gets_its_answer_under_every_revision() {
    let mut faults = Vec::new();
    for (file, case) in cases() {
        for revision in revisions() {
            faults.extend(fault_of(&case, revision).map(|fault| format!("{file}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_case_has_a_name_of_its_own_and_an_answer_for_every_revision() {
    let mut names = BTreeSet::new();
    for (file, case) in cases() {
        assert!(names.insert(format!("{file} {}", case["name"])), "{file}: {} twice", case["name"]);
        assert_ne!(case.get("body").is_some(), case.get("hex").is_some(), "{}", case["name"]);
        for revision in Revision::ALL {
            let expected = answer(&case, revision);
            assert!(expected["status"].is_u64(), "{}", case["name"]);
            let kinds = ["code", "result", "messages"];
            let kinds = kinds.iter().filter(|kind| expected.get(kind).is_some()).count();
            assert_eq!(kinds, usize::from(expected["status"] != 202), "{}", case["name"]);
        }
    }
}

proptest! {
    #[test]
    fn any_id_comes_back_as_it_was_written(
        id in prop_oneof![
            "-?(0|[1-9][0-9]{0,40})",
            "\"(\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}|[ -!#-\\[\\]-~ä-ü日本👋])*\"",
        ],
        known in any::<bool>(),
    ) {
        let mut case = json!({"body": "{\"jsonrpc\":\"2.0\",$ask,\"id\":$0}", "fill": [[id, 1]]});
        let mut expected = json!({"id": "$0", "result": true});
        if !known {
            case["method"] = "nonsense".into();
            case["body"] = "{\"jsonrpc\":\"2.0\",\"id\":$0,\"method\":\"nonsense\",\"params\":{$meta}}".into();
            expected = json!({"id": "$0", "code": -32601});
        }
        for revision in revisions() {
            let heard = send_case(&case, revision);
            let writer = Writer { case: &case, modern: revision == Some(Revision::V2026_07_28) };
            prop_assert_eq!(fault(&writer, &expected, &heard.text), None, "{}", heard.text);
        }
    }
}
