//! The handshake era: 2024-11-05 to 2025-11-25.

use super::*;

pub const V11: [(&str, &str); 1] = [("mcp-protocol-version", "2025-11-25")];

pub fn request(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
}

fn tool(name: &str, arguments: Value) -> Value {
    request("tools/call", json!({"name": name, "arguments": arguments}))
}

#[test]
fn a_client_initializes_under_the_revision_it_asked_for_or_our_newest() {
    for (asked, agreed) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
        ("DRAFT", "2025-11-25"),
    ] {
        let params = json!({"protocolVersion": asked, "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}});
        let heard = send(&Scene::default(), &[], &request("initialize", params));
        let result = &heard.body["result"];
        assert_eq!((heard.status, &result["protocolVersion"]), (200, &agreed.into()), "{asked}");
        let offered: Vec<&str> =
            result["capabilities"].as_object().unwrap().keys().map(String::as_str).collect();
        let known: &[&str] = match agreed {
            "2024-11-05" => &["prompts", "resources", "tools"],
            _ => &["completions", "prompts", "resources", "tools"],
        };
        assert_eq!(offered, known, "{asked}");
        assert_eq!(result["serverInfo"]["name"], "mittwald");
        assert!(result["instructions"].as_str().unwrap().contains("mittwald_project_list"));
        assert!(result.get("resultType").is_none() && result.get("_meta").is_none());
    }
}

#[test]
fn the_handshake_ignores_the_version_header() {
    for header in ["2026-07-28", "2099-01-01", "nonsense", "2024-11-05"] {
        let params = json!({"protocolVersion": "2025-06-18"});
        let heard = send(
            &Scene::default(),
            &[("mcp-protocol-version", header)],
            &request("initialize", params),
        );
        assert_eq!(
            (heard.status, &heard.body["result"]["protocolVersion"]),
            (200, &"2025-06-18".into())
        );
    }
    let heard = send(&Scene::default(), &[], &request("initialize", json!({})));
    assert_eq!((heard.status, heard.code()), (200, -32_602));
}

#[test]
fn ping_is_answered_and_notifications_are_accepted() {
    let heard = send(&Scene::default(), &V11, &request("ping", json!({})));
    assert_eq!(heard.body, json!({"jsonrpc": "2.0", "id": 7, "result": {}}));
    for method in ["notifications/initialized", "notifications/cancelled", "whatever", "tools/list"]
    {
        let heard = send(&Scene::default(), &V11, &json!({"jsonrpc": "2.0", "method": method}));
        assert_eq!((heard.status, heard.text.as_str()), (202, ""), "{method}");
    }
    let heard = send(&Scene::default(), &V11, &json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
    assert_eq!((heard.status, heard.text.as_str()), (202, ""));
}

#[test]
fn an_unknown_version_header_is_refused_with_what_we_speak() {
    for header in ["2024-01-01", "nonsense", "2025-11-26", ""] {
        let heard = send(
            &Scene::default(),
            &[("mcp-protocol-version", header)],
            &request("ping", json!({})),
        );
        assert_eq!(
            (heard.status, heard.code(), &heard.body["id"]),
            (400, -32_022, &7.into()),
            "{header}"
        );
        assert_eq!(
            heard.body["error"]["data"],
            json!({"supported": ["2026-07-28"], "requested": header})
        );
    }
    let notification = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(
        send(&Scene::default(), &[("mcp-protocol-version", "x")], &notification).status,
        400
    );
}

#[test]
fn a_missing_version_header_and_unknown_session_headers_do_no_harm() {
    let heard = send(
        &Scene::default(),
        &[("mcp-session-id", "unknown")],
        &request("tools/list", json!({})),
    );
    assert_eq!((heard.status, heard.note.revision), (200, "2025-03-26"));
}

#[test]
fn tools_are_listed_with_the_projects_first() {
    let heard = send(&Scene::default(), &V11, &request("tools/list", json!({})));
    let tools = heard.body["result"]["tools"].as_array().unwrap();
    assert_eq!(tools[0]["name"], "mittwald_project_list");
    assert_eq!(tools.len(), Scene::default().surface.tools().count());
    for tool in tools {
        for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
            assert!(tool["annotations"][hint].is_boolean(), "{hint} of {}", tool["name"]);
        }
        assert!(
            tool["outputSchema"]["type"] == "object" && tool["inputSchema"]["type"] == "object"
        );
    }
    assert!(
        heard.body["result"].get("ttlMs").is_none()
            && heard.body["result"].get("nextCursor").is_none()
    );
}

#[test]
fn a_cursor_that_we_never_gave_is_refused() {
    for cursor in [json!("abc"), json!(""), json!(7)] {
        let heard =
            send(&Scene::default(), &V11, &request("tools/list", json!({"cursor": cursor})));
        assert_eq!((heard.status, heard.code()), (200, -32_602));
    }
    assert_eq!(
        send(&Scene::default(), &V11, &request("tools/list", json!({"cursor": null}))).code(),
        0
    );
}

#[test]
fn a_tool_answers_with_structure_and_the_same_json_as_text() {
    let scene =
        Scene::default().answering(200, r#"[{"id":"a","description":"Käthe's \"Shop\"\n"}]"#);
    let heard = send(&scene, &V11, &tool("mittwald_project_list", json!({})));
    let result = &heard.body["result"];
    assert_eq!(result["structuredContent"]["projects"][0]["description"], "Käthe's \"Shop\"\n");
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, result["structuredContent"]);
    assert_eq!(
        (&result["isError"], &result["content"][0]["type"]),
        (&false.into(), &"text".into())
    );
    assert_eq!(
        heard.note,
        Note {
            method: "tools/call",
            tool: "mittwald_project_list",
            revision: "2025-11-25",
            outcome: "ok"
        }
    );
}

#[test]
fn a_tool_that_fails_is_a_result_that_the_model_reads() {
    let scene = Scene::default().answering(404, "{}");
    let heard = send(&scene, &V11, &tool("mittwald_project_get", json!({"projectId": "p-x"})));
    assert_eq!((heard.status, &heard.body["result"]["isError"]), (200, &true.into()));
    assert!(heard.body["result"].get("structuredContent").is_none());
    assert_eq!(heard.note.outcome, "api_not_found");
}

#[test]
fn an_unknown_tool_names_the_nearest_one_and_the_remedy() {
    let heard = send(&Scene::default(), &V11, &tool("mittwald_list_projects", json!({})));
    assert_eq!((heard.status, heard.code()), (200, -32_602));
    for part in [
        "Tool not found: mittwald_list_projects",
        "mittwald_project_list is probably meant",
        "Refresh",
    ] {
        assert!(heard.message().contains(part), "{part} in {}", heard.message());
    }
    assert!(
        !send(&Scene::default(), &V11, &tool("weather", json!({}))).message().contains("probably")
    );
}

#[test]
fn a_read_only_address_says_why_a_writing_tool_is_not_there() {
    let surface = Surface::parse("/mcp/readonly").unwrap();
    let scene = Scene { surface, ..Scene::default() };
    let heard = send(
        &scene,
        &V11,
        &tool("mittwald_project_update", json!({"projectId": "p", "description": "x"})),
    );
    assert_eq!((heard.status, heard.code(), scene.asked()), (200, -32_602, 0));
    assert!(heard.message().contains("reading tools only"), "{}", heard.message());
    let listed = send(&scene, &V11, &request("tools/list", json!({})));
    assert!(!listed.text.contains("mittwald_project_update"));
}

#[test]
fn a_malformed_call_is_no_tool_error() {
    for params in [
        json!({}),
        json!({"name": 7}),
        json!({"name": "mittwald_project_list", "arguments": []}),
        json!({"name": "mittwald_project_list", "arguments": "{}"}),
    ] {
        let heard = send(&Scene::default(), &V11, &request("tools/call", params));
        assert_eq!((heard.status, heard.code()), (200, -32_602));
    }
    let scene = Scene::default().answering(200, "[]");
    let heard = send(&scene, &V11, &tool("mittwald_project_list", Value::Null));
    assert_eq!(heard.body["result"]["isError"], false);
}

#[test]
fn a_missing_scope_is_403_with_header_and_meta() {
    let mut scene = Scene::default();
    scene.caller.scopes = Some(Vec::new());
    let heard = send(&scene, &V11, &tool("mittwald_project_list", json!({})));
    let challenges = &heard.body["result"]["_meta"]["mcp/www_authenticate"];
    assert_eq!(heard.status, 403);
    assert_eq!(challenges[0].as_str(), heard.www_authenticate.as_deref());
    assert!(heard.www_authenticate.unwrap().contains("insufficient_scope"));
    assert_eq!((&heard.body["id"], &heard.body["result"]["isError"]), (&7.into(), &true.into()));
}

#[test]
fn an_ended_sign_in_at_mittwald_is_told_inside_the_result() {
    let scene = Scene::default().answering(401, "{}");
    let heard = send(&scene, &V11, &tool("mittwald_project_list", json!({})));
    assert_eq!((heard.status, heard.www_authenticate.as_deref()), (200, None));
    let challenge = heard.body["result"]["_meta"]["mcp/www_authenticate"][0].as_str().unwrap();
    assert!(challenge.contains("invalid_token") && challenge.contains("project:read"));
}

#[test]
fn a_level_that_is_too_low_is_a_plain_result() {
    let mut scene = Scene::default();
    scene.caller.level = Level::Read;
    let heard = send(
        &scene,
        &V11,
        &tool("mittwald_project_update", json!({"projectId": "p", "description": "x"})),
    );
    assert_eq!((heard.status, heard.body["result"].get("_meta")), (200, None));
}

#[test]
fn methods_that_we_lack_do_not_exist() {
    for method in [
        "server/discover",
        "resources/subscribe",
        "prompts/lists",
        "logging/setLevel",
        "Tools/List",
        "",
    ] {
        let heard = send(&Scene::default(), &V11, &request(method, json!({})));
        assert_eq!((heard.status, heard.code()), (200, -32_601), "{method}");
    }
}
