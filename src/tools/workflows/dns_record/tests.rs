//! 1. One record more: what was there stays, with its TTL; four requests. What is there already is not
//!    written again, however it is spelled.
//! 2. A name without a zone gets one; what exists then is told if the job stops there.
//! 3. Nothing is written over somebody else's change, and one at the same moment is told.
//! 4. One record less, after the person agreed to just that.
//! 5. Each kind is written as the API wants it; the last record leaves an empty set.
//! 6. What cannot be is refused (`refusals`).
//! 7. Reads that lag behind are waited for; each step that fails is told.

mod refusals;

use serde_json::{Value, json};

use crate::tools::result::ToolResult;
use crate::tools::surface::Surface;
use crate::tools::testing::{Scene, UUID};

const ADD: &str = "mittwald_dns_record_add";
const REMOVE: &str = "mittwald_dns_record_remove";

/// Where all tools of records are.
fn dns() -> Scene {
    let surface = Surface::parse("/mcp/x/dns").expect("an address");
    Scene { surface, ..Scene::default() }
}

/// The set of TXT records with these entries.
fn txt(entries: &[&str]) -> Value {
    json!({ "txt": { "settings": { "ttl": { "seconds": 300 } }, "entries": entries } })
}

fn zone(domain: &str, sets: &Value) -> Value {
    let mut all = json!({
        "combinedARecords": {}, "cname": {}, "mx": {}, "txt": {}, "srv": {}, "caa": {},
    });
    for (name, set) in sets.as_object().unwrap() {
        all[name] = set.clone();
    }
    json!({ "id": format!("zone-{domain}"), "domain": domain, "recordSet": all })
}

fn example(sets: &Value) -> String {
    zone("example.com", sets).to_string()
}

fn zones(sets: &Value) -> String {
    json!([zone("example.com", sets)]).to_string()
}

fn arguments(kind: &str, value: &str, more: &Value) -> String {
    let mut arguments =
        json!({ "projectId": UUID, "name": "example.com", "type": kind, "value": value });
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    arguments.to_string()
}

fn plain(kind: &str, value: &str) -> String {
    arguments(kind, value, &json!({}))
}

fn answered(result: &ToolResult) -> Value {
    assert!(!result.is_error, "{}: {}", result.outcome, result.text);
    serde_json::from_str(&result.text).expect("JSON")
}

fn refused(result: &ToolResult, outcome: &str, parts: &[&str]) {
    assert_eq!((result.outcome, result.is_error), (outcome, true), "{}", result.text);
    for part in parts {
        assert!(result.text.contains(part), "{part}\nin {}", result.text);
    }
}

fn body(scene: &Scene, index: usize) -> Value {
    let asked = scene.upstream.asked.borrow();
    serde_json::from_str(asked[index].body.as_deref().expect("a body")).expect("JSON")
}

/// Adds to these sets, with nobody else about.
fn adding(sets: &Value, after: &Value, arguments: &str) -> (Value, Value) {
    let scene = dns()
        .answering(200, &zones(sets))
        .answering(200, &example(sets))
        .answering(204, "")
        .answering(200, &example(after));
    let answer = answered(&scene.call(ADD, arguments));
    assert_eq!(scene.asked(), 4);
    (answer, body(&scene, 2))
}

#[test]
fn one_record_more_and_the_others_stay() {
    let scene = dns()
        .answering(200, &zones(&txt(&["v=spf1 -all"])))
        .answering(200, &example(&txt(&["v=spf1 -all"])))
        .answering(204, "")
        .answering(200, &example(&txt(&["v=spf1 -all", "site=1"])));
    let answer = answered(&scene.call(ADD, &plain("TXT", "\"site=1\"")));
    let expected = json!({
        "dnsZoneId": "zone-example.com", "name": "example.com", "zoneCreated": false, "changed": true,
        "before": ["TXT v=spf1 -all"], "after": ["TXT site=1", "TXT v=spf1 -all"],
    });
    assert_eq!(answer, expected);
    let zone = "/v2/dns-zones/zone-example.com";
    let asked = [
        format!("GET /v2/projects/{UUID}/dns-zones"),
        format!("GET {zone}"),
        format!("PUT {zone}/record-sets/txt"),
        format!("GET {zone}"),
    ];
    assert_eq!(scene.requests(), asked);
    let written =
        json!({ "entries": ["site=1", "v=spf1 -all"], "settings": { "ttl": { "seconds": 300 } } });
    assert_eq!(body(&scene, 2), written);
    assert_eq!(*scene.ledger.closed.borrow(), [true]);
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let mx = json!({ "mx": { "settings": {}, "records": [{ "fqdn": "MX.example.com.", "priority": 10 }] } });
    let aaaa =
        json!({ "combinedARecords": { "settings": {}, "a": [], "aaaa": ["2001:DB8:0::1"] } });
    for (sets, kind, value) in [(mx, "MX", "mx.Example.com"), (aaaa, "AAAA", "2001:db8::1")] {
        let scene = dns().answering(200, &zones(&sets));
        let answer = answered(&scene.call(ADD, &plain(kind, value)));
        assert_eq!((&answer["changed"], scene.asked()), (&json!(false), 1));
        assert!(scene.ledger.opened.borrow().is_empty());
    }
}

#[test]
fn each_kind_is_written_as_the_api_wants_it() {
    let auto = json!({ "ttl": { "auto": true } });
    let a = json!({ "combinedARecords": { "a": ["192.0.2.1"], "aaaa": ["2001:db8::1"], "settings": auto } });
    let more =
        json!({ "a": ["192.0.2.1", "192.0.2.2"], "aaaa": ["2001:db8::1"], "settings": auto });
    let (_, written) = adding(&a, &json!({ "combinedARecords": more }), &plain("A", " 192.0.2.2 "));
    assert_eq!(written, more);

    for (kind, value, extra, set, wanted) in [
        (
            "CNAME",
            "Host.example.net.",
            json!({}),
            "cname",
            json!({ "fqdn": "host.example.net", "settings": auto }),
        ),
        (
            "MX",
            "mx.example.net",
            json!({}),
            "mx",
            json!({ "records": [{ "fqdn": "mx.example.net", "priority": 10 }], "settings": auto }),
        ),
        (
            "SRV",
            "sip.example.net",
            json!({ "port": 5061 }),
            "srv",
            json!({ "records": [{ "fqdn": "sip.example.net", "port": 5061, "priority": 0, "weight": 0 }], "settings": auto }),
        ),
        (
            "CAA",
            "letsencrypt.org",
            json!({}),
            "caa",
            json!({ "records": [{ "flags": 0, "tag": "issue", "value": "letsencrypt.org" }], "settings": auto }),
        ),
    ] {
        let after = json!({ set: wanted });
        let (answer, written) = adding(&json!({}), &after, &arguments(kind, value, &extra));
        assert_eq!(written, wanted, "{kind}");
        assert_eq!(answer["before"], json!([]));
        assert!(answer["after"][0].as_str().is_some_and(|text| text.starts_with(kind)));
    }
}

#[test]
fn a_name_without_a_zone_gets_one() {
    let call = arguments("TXT", "v=DMARC1; p=none", &json!({ "name": "_dmarc.Shop.example.com" }));
    let made = zone("_dmarc.shop.example.com", &json!({})).to_string();
    let after = zone("_dmarc.shop.example.com", &txt(&["v=DMARC1; p=none"])).to_string();
    let after = after.replace(r#""seconds":300"#, r#""auto":true"#);
    let both = json!([zone("shop.example.com", &json!({})), zone("example.com", &json!({}))]);
    let scene = dns()
        .answering(200, &both.to_string())
        .answering(201, r#"{"id":"new"}"#)
        .answering(403, "{}")
        .answering(200, &made)
        .answering(204, "")
        .answering(200, &after);
    let answer = answered(&scene.call(ADD, &call));
    assert_eq!((&answer["zoneCreated"], &answer["dnsZoneId"]), (&json!(true), &json!("new")));
    let parent = json!({ "parentZoneId": "zone-example.com", "name": "_dmarc.shop" });
    assert_eq!(body(&scene, 1), parent, "below the domain's own zone");
    assert_eq!(scene.requests()[4], "PUT /v2/dns-zones/new/record-sets/txt");
    assert_eq!(scene.asked(), 6);

    let scene = dns()
        .answering(200, &both.to_string())
        .answering(201, r#"{"id":"new"}"#)
        .answering(200, &made)
        .answering(400, r#"{"message":"no such text"}"#);
    refused(
        &scene.call(ADD, &call),
        "stopped_midway",
        &["DNS zone new", "could not write the records", "no such text", "the zone is found then"],
    );
}

#[test]
fn nothing_is_written_over_somebody_elses_change() {
    let scene =
        dns().answering(200, &zones(&txt(&["a"]))).answering(200, &example(&txt(&["a", "theirs"])));
    let result = scene.call(ADD, &plain("TXT", "ours"));
    let parts = ["nothing was written", "They were: TXT a.", "now: TXT a; TXT theirs."];
    refused(&result, "changed_meanwhile", &parts);
    assert_eq!((scene.asked(), scene.ledger.opened.borrow().len()), (2, 0));
}

#[test]
fn somebody_elses_change_right_afterwards_is_told() {
    let scene = dns()
        .answering(200, &zones(&txt(&["a"])))
        .answering(200, &example(&txt(&["a"])))
        .answering(204, "")
        .answering(200, &example(&txt(&["theirs"])));
    let result = scene.call(ADD, &plain("TXT", "ours"));
    let parts =
        ["at the same moment", "Written was: TXT a; TXT ours.", "There is now: TXT theirs."];
    refused(&result, "stopped_midway", &parts);
    assert_eq!(scene.asked(), 4, "and nothing is tried again");
}

#[test]
fn reads_that_lag_behind_are_waited_for() {
    let before = example(&txt(&["a"]));
    let scene = dns()
        .answering(200, &zones(&txt(&["a"])))
        .answering(200, &before)
        .answering(204, "")
        .answering(200, &before)
        .answering(200, &before)
        .answering(200, &example(&txt(&["a", "b"])));
    let answer = answered(&scene.call(ADD, &plain("TXT", "b")));
    assert!(answer.get("next").is_none() && scene.asked() == 6);

    let mut scene =
        dns().answering(200, &zones(&txt(&["a"]))).answering(200, &before).answering(204, "");
    for _ in 0..40 {
        scene = scene.answering(200, &before);
    }
    let answer = answered(&scene.call(ADD, &plain("TXT", "b")));
    assert!(answer["next"].as_str().is_some_and(|next| next.contains("does not show it yet")));
    assert!(scene.clock.0.get() < 1_050_000, "inside the deadline");
}

#[test]
fn one_record_less_after_the_person_agreed() {
    let two = txt(&["a", "b"]);
    let preview = dns().answering(200, &zones(&two)).call(REMOVE, &plain("TXT", "b"));
    assert_eq!(preview.outcome, "confirmation_required");
    let shown: Value = serde_json::from_str(&preview.text).expect("JSON");
    let planned = json!({
        "name": "example.com", "removed": "TXT b", "before": ["TXT a", "TXT b"], "after": ["TXT a"],
    });
    assert_eq!(shown["preview"]["planned"], planned);

    let scene = dns()
        .answering(200, &zones(&two))
        .answering(200, &zones(&two))
        .answering(200, &example(&two))
        .answering(204, "")
        .answering(200, &example(&txt(&["a"])));
    let answer = answered(&scene.agree(REMOVE, &plain("TXT", "b")));
    assert_eq!(answer["after"], json!(["TXT a"]));
    assert_eq!((body(&scene, 3)["entries"].clone(), scene.asked()), (json!(["a"]), 5));

    let scene =
        dns().answering(200, &zones(&two)).answering(200, &zones(&txt(&["a", "b", "theirs"])));
    let result = scene.agree(REMOVE, &plain("TXT", "b"));
    assert_eq!(result.outcome, "confirmation_outdated", "another state is another question");
    assert_eq!(scene.asked(), 2);
}

#[test]
fn the_last_record_leaves_an_empty_set() {
    let one = txt(&["a"]);
    let none = json!({ "txt": {} });
    let scene = dns()
        .answering(200, &zones(&one))
        .answering(200, &zones(&one))
        .answering(200, &example(&one))
        .answering(204, "")
        .answering(200, &example(&none));
    let answer = answered(&scene.agree(REMOVE, &plain("TXT", "a")));
    assert_eq!((&answer["after"], body(&scene, 3)), (&json!([]), json!({})));
}

#[test]
fn each_step_that_fails_is_told() {
    let one = txt(&["a"]);
    let scene = dns().answering(403, "{}");
    assert_eq!(scene.call(ADD, &plain("TXT", "b")).outcome, "api_forbidden");
    let scene = dns().answering(200, &zones(&one)).answering(500, "");
    assert!(scene.call(ADD, &plain("TXT", "b")).is_error);
    assert!(scene.ledger.opened.borrow().is_empty());
    let scene = dns()
        .answering(200, &zones(&one))
        .answering(200, &example(&one))
        .answering(412, r#"{"message":"not now"}"#);
    let result = scene.call(ADD, &plain("TXT", "b"));
    assert!(result.is_error && !result.text.contains("midway"), "{}", result.text);
    assert_eq!((scene.asked(), scene.ledger.closed.borrow()[0]), (3, false));
    let scene = dns()
        .answering(200, &zones(&one))
        .answering(200, &example(&one))
        .answering(204, "")
        .answering(401, "{}");
    refused(
        &scene.call(ADD, &plain("TXT", "b")),
        "stopped_midway",
        &["Done:", "Nothing was tried twice"],
    );
}
