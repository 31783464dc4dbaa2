//! 2026-07-28: every request says all about itself.

use super::*;

pub const VERSION: &str = "2026-07-28";

fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

pub fn request(method: &str, mut params: Value) -> Value {
    if params.get("_meta").is_none() {
        params["_meta"] = meta();
    }
    json!({"jsonrpc": "2.0", "id": "q", "method": method, "params": params})
}

/// Sends with the three headers as a right client sets them.
pub fn right(scene: &Scene, body: &Value) -> Heard {
    let method = body["method"].as_str().unwrap();
    let name = body["params"]["name"].as_str().or(body["params"]["uri"].as_str()).unwrap_or("-");
    send(
        scene,
        &[("mcp-protocol-version", VERSION), ("mcp-method", method), ("mcp-name", name)],
        body,
    )
}

#[test]
fn discovery_says_what_we_speak_and_offer() {
    let heard = right(&Scene::default(), &request("server/discover", json!({})));
    let result = &heard.body["result"];
    assert_eq!((heard.status, &result["supportedVersions"]), (200, &json!([VERSION])));
    assert_eq!(
        result["capabilities"],
        json!({
            "completions": {},
            "extensions": {"io.modelcontextprotocol/skills": {"directoryRead": true}},
            "prompts": {},
            "resources": {},
            "tools": {},
        })
    );
    assert_eq!(
        (&result["resultType"], &result["cacheScope"]),
        (&"complete".into(), &"private".into())
    );
    assert!(result["ttlMs"].is_u64() && result["instructions"].is_string());
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "mittwald");
}

#[test]
fn tools_are_listed_and_called_without_a_handshake() {
    let scene = Scene::default().answering(200, "[]");
    let list = right(&scene, &request("tools/list", json!({})));
    assert_eq!(
        (&list.body["result"]["resultType"], &list.body["result"]["cacheScope"]),
        (&"complete".into(), &"private".into())
    );
    assert!(list.body["result"]["ttlMs"].is_u64());
    let call = right(
        &scene,
        &request("tools/call", json!({"name": "mittwald_project_list", "arguments": {}})),
    );
    let result = &call.body["result"];
    assert_eq!(
        (call.status, &result["resultType"], &result["structuredContent"]["total"]),
        (200, &"complete".into(), &0.into())
    );
    assert!(result.get("ttlMs").is_none());
    assert_eq!(call.note.revision, VERSION);
}

#[test]
fn step_1_meta_must_be_complete() {
    let key = "io.modelcontextprotocol/protocolVersion";
    let capabilities = "io.modelcontextprotocol/clientCapabilities";
    for broken in [
        json!(7),
        json!({}),
        json!({key: VERSION}),
        json!({key: 7, capabilities: {}}),
        json!({key: VERSION, capabilities: []}),
        json!({capabilities: {}}),
    ] {
        let heard = right(&Scene::default(), &request("tools/list", json!({"_meta": broken})));
        assert_eq!(
            (heard.status, heard.code(), &heard.body["id"]),
            (400, -32_602, &"q".into()),
            "{broken}"
        );
    }
    let bare = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    assert_eq!(
        send(&Scene::default(), &[("mcp-protocol-version", VERSION)], &bare).code(),
        -32_602
    );
}

#[test]
fn step_2_the_version_header_must_equal_the_body() {
    let body = request("tools/list", json!({}));
    for headers in [
        &[][..],
        &[("mcp-protocol-version", "2025-11-25")],
        &[("mcp-protocol-version", "2027-01-01")],
    ] {
        let heard = send(&Scene::default(), headers, &body);
        assert_eq!((heard.status, heard.code()), (400, -32_020));
    }
}

#[test]
fn step_3_the_version_must_be_one_of_ours() {
    for version in ["2027-01-01", "2025-11-25", "banana"] {
        let mut meta = meta();
        meta["io.modelcontextprotocol/protocolVersion"] = version.into();
        let body = request("tools/list", json!({"_meta": meta}));
        let heard = send(&Scene::default(), &[("mcp-protocol-version", version)], &body);
        assert_eq!((heard.status, heard.code()), (400, -32_022), "{version}");
        assert_eq!(
            heard.body["error"]["data"],
            json!({"supported": [VERSION], "requested": version})
        );
    }
}

#[test]
fn step_4_method_and_name_headers_must_equal_the_body() {
    let call = request("tools/call", json!({"name": "mittwald_project_list"}));
    let version = ("mcp-protocol-version", VERSION);
    for headers in [
        vec![version],
        vec![version, ("mcp-method", "tools/list")],
        vec![version, ("mcp-method", "Tools/Call"), ("mcp-name", "mittwald_project_list")],
        vec![version, ("mcp-method", "tools/call")],
        vec![version, ("mcp-method", "tools/call"), ("mcp-name", "mittwald_app_list")],
        vec![version, ("mcp-method", "tools/call"), ("mcp-name", "=?base64?!!!?=")],
        vec![version, ("mcp-method", "tools/call"), ("mcp-name", "=?base64?eA==?=")],
    ] {
        let heard = send(&Scene::default(), &headers, &call);
        assert_eq!((heard.status, heard.code()), (400, -32_020), "{headers:?}");
    }
    let encoded = [
        version,
        ("Mcp-Method", " tools/call "),
        ("MCP-NAME", "=?base64?bWl0dHdhbGRfcHJvamVjdF9saXN0?="),
    ];
    assert_eq!(send(&Scene::default().answering(200, "[]"), &encoded, &call).status, 200);
}

#[test]
fn step_5_removed_and_unknown_methods_are_404() {
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
        "tasks/list",
        "tasks/result",
        "subscriptions/listen",
        "prompts/lists",
        "nope",
    ] {
        let heard = right(&Scene::default(), &request(method, json!({})));
        assert_eq!((heard.status, heard.code()), (404, -32_601), "{method}");
    }
}

#[test]
fn earlier_steps_win_over_later_ones() {
    let body = request(
        "nope",
        json!({"_meta": {"io.modelcontextprotocol/protocolVersion": "2027-01-01"}}),
    );
    assert_eq!(send(&Scene::default(), &[], &body).code(), -32_602);
    let mut meta = meta();
    meta["io.modelcontextprotocol/protocolVersion"] = "2027-01-01".into();
    let body = request("nope", json!({"_meta": meta}));
    assert_eq!(send(&Scene::default(), &[], &body).code(), -32_020);
    assert_eq!(
        send(&Scene::default(), &[("mcp-protocol-version", "2027-01-01")], &body).code(),
        -32_022
    );
    let body = request("nope", json!({}));
    assert_eq!(
        send(&Scene::default(), &[("mcp-protocol-version", VERSION)], &body).code(),
        -32_020
    );
}

#[test]
fn a_client_without_a_name_is_served_and_an_unknown_tool_is_no_http_error() {
    let heard = right(&Scene::default(), &request("tools/call", json!({"name": "nope"})));
    assert_eq!((heard.status, heard.code()), (200, -32_602));
}

#[test]
fn notifications_are_accepted_and_responses_are_not() {
    let headers = [("mcp-protocol-version", VERSION)];
    let note =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    let heard = send(&Scene::default(), &headers, &note);
    assert_eq!((heard.status, heard.text.as_str()), (202, ""));
    let heard =
        send(&Scene::default(), &headers, &json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
    assert_eq!((heard.status, heard.code()), (400, -32_600));
    let heard = send(&Scene::default(), &[("mcp-protocol-version", "2099-01-01")], &note);
    assert_eq!((heard.status, heard.code()), (400, -32_022));
}

#[test]
fn a_missing_scope_is_refused_before_anything_is_sent() {
    let mut scene = Scene::default();
    scene.caller.scopes = Some(Vec::new());
    let heard = right(&scene, &request("tools/call", json!({"name": "mittwald_project_list"})));
    assert_eq!((heard.status, scene.asked()), (403, 0));
    let meta = &heard.body["result"]["_meta"];
    assert!(
        meta["mcp/www_authenticate"].is_array()
            && meta["io.modelcontextprotocol/serverInfo"].is_object()
    );
}

#[test]
fn a_state_that_is_not_good_stops_the_call_before_anything_is_sent() {
    let scene = Scene::default();
    let params = json!({
        "name": "mittwald_project_list", "arguments": {}, "requestState": "forged", "inputResponses": {}
    });
    let heard = right(&scene, &request("tools/call", params));
    assert_eq!((heard.status, heard.code(), scene.asked()), (200, -32_602, 0));
    assert!(heard.message().starts_with("requestState was changed"), "{}", heard.message());
    // Where there are no rounds, nobody looks.
    let params = json!({"requestState": "forged", "inputResponses": 1});
    assert_eq!(right(&scene, &request("tools/list", params)).status, 200);
}
