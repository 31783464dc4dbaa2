//! An argument that a modern client repeats in a header: both say the same, or nothing is sent.

use super::*;
use crate::mcp::tests::modern::{VERSION, request};
use crate::tools::surface::Surface;
use crate::tools::testing::UUID;

const TOOL: &str = "mittwald_project_get";
const HEADER: &str = "mcp-param-projectid";

fn call(scene: &Scene, name: &str, arguments: &Value, field: Option<&str>) -> Heard {
    let body = request("tools/call", json!({"name": name, "arguments": arguments}));
    let mut headers =
        vec![("mcp-protocol-version", VERSION), ("mcp-method", "tools/call"), ("mcp-name", name)];
    headers.extend(field.map(|field| (HEADER, field)));
    send(scene, &headers, &body)
}

fn scene() -> Scene {
    Scene::default().answering(200, "{}")
}

#[test]
fn the_header_repeats_the_argument() {
    for (id, field) in [
        (UUID, UUID.to_owned()),
        (UUID, format!("  {UUID} ")),
        (UUID, "=?base64?MGY4ZmFkNWItZDljYi00NjlmLWExNjUtNzA4Njc3Mjg5NTBl?=".to_owned()),
        // Without both halves of the sentinel it is what it is.
        ("SGVsbG8=", "SGVsbG8=".to_owned()),
        ("SGVsbG8?=", "SGVsbG8?=".to_owned()),
        ("=?base64?SGVsbG8=", "=?base64?SGVsbG8=".to_owned()),
    ] {
        let heard = call(&scene(), TOOL, &json!({"projectId": id}), Some(&field));
        assert_eq!(heard.status, 200, "{field}: {}", heard.text);
        assert!(heard.body.get("error").is_none(), "{field}");
    }
}

#[test]
fn anything_else_is_refused_before_anything_is_sent() {
    let given = json!({"projectId": UUID});
    for (arguments, field, why) in [
        (&given, None, "is missing; it must repeat the argument projectId"),
        (&given, Some("other"), "differs from the argument projectId"),
        (&given, Some(&*UUID.to_uppercase()), "differs"),
        (&given, Some("=?base64?SGVsbG8?="), "has a broken"),
        (&given, Some("=?base64?SGVs!!!bG8=?="), "has a broken"),
        (&given, Some("=?base64?SGVsbG8=?="), "differs"),
        (&json!({}), Some(UUID), "is there, but the arguments have no projectId"),
        (&json!({"projectId": null}), Some(UUID), "is there, but"),
    ] {
        let scene = scene();
        let heard = call(&scene, TOOL, arguments, field);
        assert_eq!((heard.status, heard.code(), scene.asked()), (400, -32_020, 0), "{field:?}");
        let told = heard.message();
        assert!(
            told.starts_with("The header Mcp-Param-ProjectId ") && told.contains(why),
            "{told}"
        );
        assert_eq!(heard.note.outcome, "header_mismatch");
    }
}

#[test]
fn an_argument_that_is_not_given_has_no_header() {
    for arguments in [json!({}), json!({"projectId": null})] {
        let heard = call(&scene(), TOOL, &arguments, None);
        assert_eq!((heard.status, &heard.body["result"]["isError"]), (200, &json!(true)));
    }
}

#[test]
fn only_modern_clients_are_asked_for_it() {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": TOOL, "arguments": {"projectId": UUID}}});
    for headers in [&[][..], &[(HEADER, "other")]] {
        assert!(send(&scene(), headers, &body).body.get("error").is_none());
    }
    let listed = |body: &Value, headers: &[(&str, &str)]| {
        let heard = send(&Scene::default(), headers, body);
        let tools = heard.body["result"]["tools"].as_array().expect("tools").clone();
        let get = tools.into_iter().find(|tool| tool["name"] == TOOL).expect("the tool");
        get["inputSchema"]["properties"]["projectId"]["x-mcp-header"].clone()
    };
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    assert_eq!(listed(&list, &[]), Value::Null);
    let headers = [("mcp-protocol-version", VERSION), ("mcp-method", "tools/list")];
    assert_eq!(listed(&request("tools/list", json!({})), &headers), json!("ProjectId"));
}

#[test]
fn where_the_definition_does_not_say_so_nobody_is_asked_for_it() {
    let mut scene = scene();
    scene.surface = Surface::parse(&format!("/mcp/p/{UUID}")).unwrap();
    let heard = call(&scene, TOOL, &json!({}), None);
    assert!(heard.body.get("error").is_none(), "{}", heard.text);
    let alias = crate::catalog::ALIASES
        .iter()
        .find(|alias| alias.tool.name == TOOL && alias.fixed.is_empty());
    if let Some(alias) = alias {
        let heard = call(&self::scene(), alias.name, &json!({"projectId": UUID}), None);
        assert!(heard.body.get("error").is_none(), "{}", heard.text);
    }
}
