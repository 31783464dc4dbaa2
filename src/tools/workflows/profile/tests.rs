//! 1. The id is mittwald's user id; name, email and nickname are there where mittwald has them, and
//!    nothing else of the profile.
//! 2. It is one request, on every surface, also of a connection for one project.
//! 3. A failure is told like that of any tool.

use serde_json::{Value, json};

use crate::tools::surface::Surface;
use crate::tools::testing::{Scene, UUID};

const USER: &str = r#"{"userId":"u-1","email":"jule@example.com","phoneNumber":"+49",
    "person":{"firstName":" Jule ","lastName":"Sommer"},"passwordUpdatedAt":"2026-01-01"}"#;

fn profile(scene: &Scene) -> Value {
    let result = scene.call("mittwald_profile_get", "{}");
    assert!(!result.is_error, "{}", result.text);
    serde_json::from_str(&result.text).expect("JSON")
}

#[test]
fn it_is_who_is_signed_in_and_no_more() {
    let scene = Scene::default().answering(200, USER);
    let expected = json!({
        "id": "u-1", "name": "Jule Sommer", "email": "jule@example.com", "nickname": "Jule",
    });
    assert_eq!(profile(&scene), expected);
    assert_eq!(scene.requests(), ["GET /v2/users/self"]);
    assert!(scene.ledger.opened.borrow().is_empty());
}

#[test]
fn what_mittwald_does_not_have_is_left_out() {
    for user in [r#"{"userId":"u-1"}"#, r#"{"userId":"u-1","person":{"firstName":" "},"email":""}"#]
    {
        assert_eq!(profile(&Scene::default().answering(200, user)), json!({ "id": "u-1" }));
    }
    let only_last = r#"{"userId":"u-1","person":{"firstName":"","lastName":"Sommer"}}"#;
    let answer = profile(&Scene::default().answering(200, only_last));
    assert_eq!(answer, json!({ "id": "u-1", "name": "Sommer" }));
}

#[test]
fn every_surface_serves_it() {
    let fixed = format!("/mcp/p/{UUID}");
    for path in ["/mcp", "/mcp/readonly", "/mcp/x/dns", &fixed, &format!("{fixed}/x/mail/readonly")]
    {
        let surface = Surface::parse(path).expect("an address");
        let scene = Scene { surface, ..Scene::default() }.answering(200, USER);
        assert_eq!(profile(&scene)["id"], "u-1", "{path}");
    }
    let mut scene = Scene::default().answering(200, USER);
    scene.caller.project = Some(UUID.into());
    assert_eq!(profile(&scene)["id"], "u-1");
}

#[test]
fn a_failure_is_told() {
    let scene = Scene::default().answering(200, r#"{"no":"user"}"#);
    let result = scene.call("mittwald_profile_get", "{}");
    assert_eq!((result.outcome, result.is_error), ("api_unreadable", true));
    let scene = Scene::default().answering(401, "{}");
    let result = scene.call("mittwald_profile_get", "{}");
    assert!(result.challenge.is_some() && result.text.contains("Sign in again"), "{}", result.text);
    let scene = Scene::default();
    assert!(scene.call("mittwald_profile_get", r#"{"id":"x"}"#).text.contains("id"));
    assert_eq!(scene.asked(), 0);
}
