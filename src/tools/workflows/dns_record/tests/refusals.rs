//! What cannot be is refused with what could:
//!
//! 1. a record that is not clear, or not there,
//! 2. records that mittwald manages,
//! 3. values that do not fit their kind, before anything is asked,
//! 4. more records than a name may have, and names outside of the project's zones.

use super::*;

#[test]
fn which_record_is_meant_has_to_be_clear() {
    let mx = json!({ "mx": { "settings": {}, "records": [
        { "fqdn": "mx.example.net", "priority": 10 }, { "fqdn": "mx.example.net", "priority": 20 },
    ] } });
    let scene = dns().answering(200, &zones(&mx));
    let result = scene.call(REMOVE, &plain("MX", "mx.example.net"));
    refused(&result, "several_such_records", &["MX 10 mx.example.net; MX 20 mx.example.net"]);
    let scene = dns().answering(200, &zones(&mx));
    let call = arguments("MX", "mx.example.net", &json!({ "priority": 20 }));
    assert_eq!(scene.call(REMOVE, &call).outcome, "confirmation_required");
    let scene = dns().answering(200, &zones(&mx));
    let result = scene.call(REMOVE, &plain("MX", "other.example.net"));
    refused(&result, "no_such_record", &["There are: MX 10 mx.example.net;"]);
    let scene = dns().answering(200, &zones(&mx));
    refused(&scene.call(REMOVE, &plain("TXT", "a")), "no_such_record", &["no TXT records"]);
    let scene = dns().answering(200, &zones(&mx));
    let below = arguments("TXT", "a", &json!({ "name": "b.example.com" }));
    refused(&scene.call(REMOVE, &below), "no_such_record", &["b.example.com has no DNS records"]);
}

#[test]
fn what_mittwald_manages_is_left_alone() {
    let managed = json!({
        "combinedARecords": { "managedBy": { "ingressId": "i" } }, "mx": { "managed": true },
    });
    for (kind, value, tool) in [
        ("A", "192.0.2.1", "mittwald_dns_a_set"),
        ("AAAA", "2001:db8::1", "mittwald_dns_a_set"),
        ("MX", "mx.example.net", "mittwald_dns_mx_set"),
    ] {
        for call in [ADD, REMOVE] {
            let scene = dns().answering(200, &zones(&managed));
            let result = scene.call(call, &plain(kind, value));
            refused(&result, "managed_records", &[tool, "Nothing was changed"]);
        }
    }
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_asked() {
    let none = json!({});
    for (kind, value, more, part) in [
        ("A", "example.net", &none, "an IPv4 address"),
        ("AAAA", "192.0.2.1", &none, "an IPv6 address"),
        ("CNAME", "https://example.net/", &none, "no address and no URL"),
        ("MX", "192.0.2.1", &none, "no address and no URL"),
        ("TXT", "\"\"", &none, "a text of 1 to 2048"),
        ("SRV", "sip.example.net", &none, "needs a port"),
        ("A", "192.0.2.1", &json!({ "priority": 1 }), "an A record has no priority"),
        ("TXT", "a", &json!({ "port": 1, "tag": "issue" }), "a TXT record has no port, tag"),
        ("TXT", "a", &json!({ "name": "https://example.com" }), "without https://"),
        ("SPF", "a", &none, "type"),
    ] {
        let scene = dns();
        let result = scene.call(ADD, &arguments(kind, value, more));
        assert!(result.is_error && result.text.contains(part), "{part}\nin {}", result.text);
        assert_eq!(scene.asked(), 0);
    }
}

#[test]
fn limits_and_unknown_zones_are_told() {
    let entries: Vec<String> = (0..20).map(|number| format!("n{number}")).collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let scene = dns().answering(200, &zones(&txt(&entries)));
    let result = scene.call(ADD, &plain("TXT", "more"));
    refused(&result, "too_many_records", &["20 TXT records already", "Remove one first"]);
    let scene = dns().answering(200, &zones(&json!({})));
    let call = arguments("TXT", "a", &json!({ "name": "notexample.com" }));
    refused(&scene.call(ADD, &call), "no_such_zone", &["notexample.com", "has: example.com."]);
    let scene = dns().answering(200, "[]");
    refused(&scene.call(ADD, &call), "no_such_zone", &["This project has none."]);
}
