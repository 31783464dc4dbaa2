//! What goes to the client before the answer, and what the log says besides it.

use super::*;
use crate::tools::progress::Progress;
use crate::tools::testing::UUID;

const SHORT: &str = "s-abc123";

/// Two requests: the server with the short id, then its projects.
fn scene() -> Scene {
    let rows = json!([{"id": UUID, "shortId": SHORT}]).to_string();
    Scene::default().answering(200, &rows).answering(200, "[]")
}

fn call(meta: &Value) -> Value {
    let arguments = json!({"serverId": SHORT});
    let params = json!({"name": "mittwald_project_list", "arguments": arguments, "_meta": meta});
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
}

fn events(scene: &Scene) -> Vec<Value> {
    scene.events.0.borrow().iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

#[test]
fn who_brings_a_token_hears_how_far_the_call_is() {
    for token in [json!("tok\"en"), json!(7)] {
        let scene = scene();
        let heard = send(&scene, &[], &call(&json!({"progressToken": token})));
        assert_eq!(heard.status, 200);
        let events = events(&scene);
        assert_eq!(events.len(), 2);
        for (index, event) in events.iter().enumerate() {
            assert_eq!(
                (&event["jsonrpc"], &event["method"], &event["params"]["progressToken"]),
                (&json!("2.0"), &json!("notifications/progress"), &token)
            );
            assert_eq!(event["params"]["progress"], index);
            assert!(event.get("id").is_none() && event["params"]["message"].is_string());
        }
    }
}

#[test]
fn nobody_else_hears_anything() {
    for meta in [json!({}), json!({"progressToken": 1.5}), json!({"progressToken": null})] {
        let scene = scene();
        assert_eq!(send(&scene, &[], &call(&meta)).status, 200);
        assert!(events(&scene).is_empty(), "{meta}");
    }
}

#[test]
fn progress_only_grows() {
    let events = crate::ports::testing::KeptEvents::default();
    let token: Box<serde_json::value::RawValue> = serde_json::from_str("\"t\"").unwrap();
    let progress = super::super::progress::ClientProgress::new(Some(&token), &events);
    for done in [1, 1, 0, 2, 1, 5] {
        progress.report(done, Some(5), "On.");
    }
    let told: Vec<Value> =
        events.0.borrow().iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let steps: Vec<_> = told.iter().map(|event| event["params"]["progress"].clone()).collect();
    assert_eq!(steps, [1, 2, 5]);
    assert_eq!(told[0]["params"]["total"], 5);
}

#[test]
fn the_log_knows_what_was_under_way_and_under_which_trace() {
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let heard = send(&scene(), &[], &call(&json!({"traceparent": trace})));
    assert_eq!(
        heard.left,
        Some(Note {
            method: "tools/call",
            tool: "mittwald_project_list",
            revision: "2025-03-26",
            outcome: LEFT
        })
    );
    let trace = serde_json::to_string(&heard.trace).unwrap();
    assert_eq!(trace, "\"0af7651916cd43dd8448eb211c80319c\"");
    assert!(!heard.text.contains("0af7651916cd43dd8448eb211c80319c"), "never reflected");
    let heard = send(&scene(), &[], &call(&json!({"traceparent": trace})));
    assert_eq!(heard.trace, None);
}
