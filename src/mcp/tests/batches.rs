//! Arrays of messages: 2025-03-26 only.

use super::*;

fn ping(id: u32) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "ping"})
}

#[test]
fn a_batch_is_answered_in_order_and_without_its_notifications() {
    let scene = Scene::default().answering(200, "[]");
    let batch = json!([
        ping(1),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "mittwald_project_list"}},
        {"jsonrpc": "2.0", "id": 3, "method": "nope"},
        7,
        {"jsonrpc": "2.0", "id": 4, "method": "initialize", "params": {"protocolVersion": "2025-03-26"}},
    ]);
    let heard = send(&scene, &[], &batch);
    let answers = heard.body.as_array().unwrap();
    assert_eq!((heard.status, answers.len()), (200, 5));
    assert_eq!(answers[0], json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
    assert_eq!(answers[1]["result"]["structuredContent"]["total"], 0);
    assert_eq!(answers[2]["error"]["code"], -32_601);
    assert_eq!((&answers[3]["error"]["code"], answers[3].get("id")), (&(-32_600).into(), None));
    assert_eq!((&answers[4]["error"]["code"], &answers[4]["id"]), (&(-32_600).into(), &4.into()));
}

#[test]
fn a_batch_of_notifications_is_accepted() {
    let heard = send(
        &Scene::default(),
        &[],
        &json!([{"jsonrpc": "2.0", "method": "notifications/initialized"}]),
    );
    assert_eq!((heard.status, heard.text.as_str()), (202, ""));
}

#[test]
fn other_revisions_have_no_batches() {
    for header in ["2025-06-18", "2025-11-25", "2026-07-28", "2099-01-01"] {
        let heard = send(&Scene::default(), &[("mcp-protocol-version", header)], &json!([ping(1)]));
        assert_eq!((heard.status, heard.code()), (400, -32_600), "{header}");
    }
    for header in ["2025-03-26", "2024-11-05"] {
        assert_eq!(
            send(&Scene::default(), &[("mcp-protocol-version", header)], &json!([ping(1)])).status,
            200
        );
    }
    assert_eq!(
        send(&Scene::default(), &[("mcp-protocol-version", "x")], &json!([ping(1)])).code(),
        -32_022
    );
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
    let claim =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}});
    let heard = send(&Scene::default(), &[], &json!([ping(1), claim]));
    assert_eq!((heard.status, heard.code()), (400, -32_600));
}

#[test]
fn a_batch_is_neither_empty_nor_too_large() {
    for size in [0, batch::MAX_MESSAGES as u32 + 1] {
        let heard =
            send(&Scene::default(), &[], &Value::from((0..size).map(ping).collect::<Vec<_>>()));
        assert_eq!((heard.status, heard.code()), (400, -32_600), "{size}");
    }
    let most = Value::from((0..batch::MAX_MESSAGES as u32).map(ping).collect::<Vec<_>>());
    assert_eq!(send(&Scene::default(), &[], &most).status, 200);
}
