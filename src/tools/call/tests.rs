use super::*;
use crate::http::Status;
use crate::ports::LedgerRefusal;
use crate::ports::testing::{FixedLimit, MemoryLedger};
use crate::tools::caller::Level;
use crate::tools::testing::Scene;

const GET: (&str, &str) = ("mittwald_project_get", r#"{"projectId":"p-abc"}"#);
const UPDATE: (&str, &str) =
    ("mittwald_project_update", r#"{"projectId":"p-abc","description":"new"}"#);

fn failing(failure: crate::ports::UpstreamFailure) -> Scene {
    let mut scene = Scene::default();
    scene.upstream = scene.upstream.will_fail(failure);
    scene
}

fn says(result: &ToolResult, parts: &[&str]) {
    assert!(result.is_error);
    for part in parts {
        assert!(result.text.contains(part), "{part}\nin {}", result.text);
    }
}

#[test]
fn a_read_is_one_request_and_no_entry_in_the_log() {
    let scene = Scene::default().answering(200, r#"{"id":"a","description":"Shop","x":1}"#);
    let result = scene.call(GET.0, GET.1);
    assert_eq!(result, ToolResult::answer(r#"{"id":"a","description":"Shop"}"#.into()));
    assert_eq!(scene.only_request().0, "GET https://api.example/v2/projects/p-abc");
    assert!(scene.ledger.opened.borrow().is_empty());
    assert_eq!(scene.upstream.asked.borrow()[0].timeout_ms, UPSTREAM_TIMEOUT_MS);
}

#[test]
fn a_write_is_noted_before_and_after() {
    let scene = Scene::default().answering(204, "");
    let result = scene.call(UPDATE.0, UPDATE.1);
    assert_eq!(result.text, r#"{"done":true,"projectId":"p-abc"}"#);
    assert_eq!(*scene.ledger.opened.borrow(), [UPDATE.0]);
    assert_eq!(*scene.ledger.closed.borrow(), [true]);
    assert_eq!(scene.only_request().1.as_deref(), Some(r#"{"description":"new"}"#));
}

#[test]
fn a_revoked_grant_writes_nothing_and_starts_a_new_sign_in() {
    let ledger = MemoryLedger { refuses: Some(LedgerRefusal::Revoked), ..MemoryLedger::default() };
    let scene = Scene { ledger, ..Scene::default() };
    let result = scene.call(UPDATE.0, UPDATE.1);
    says(&result, &["revoked", "Sign in again"]);
    assert_eq!((result.status, scene.asked()), (Status::UNAUTHORIZED, 0));
    assert!(result.challenge.unwrap().contains("invalid_token"));
}

#[test]
fn a_write_that_cannot_be_noted_is_not_sent() {
    let ledger =
        MemoryLedger { refuses: Some(LedgerRefusal::Unavailable), ..MemoryLedger::default() };
    let scene = Scene { ledger, ..Scene::default() };
    says(&scene.call(UPDATE.0, UPDATE.1), &["nothing was sent", "Try again"]);
    assert_eq!(scene.asked(), 0);
}

#[test]
fn a_missing_scope_is_403_with_a_challenge_and_a_way_out() {
    let mut scene = Scene::default();
    scene.caller.scopes = Some(vec!["project:read".into()]);
    let result = scene.call(UPDATE.0, UPDATE.1);
    says(&result, &["Permission denied", "project:write", "connects the mittwald connector again"]);
    assert_eq!((result.status, scene.asked()), (Status::FORBIDDEN, 0));
    let challenge = result.challenge.unwrap();
    // With what it holds already: a client that asks for the challenge's scopes only loses nothing.
    assert!(
        challenge.contains("insufficient_scope")
            && challenge.contains("scope=\"project:read project:write\"")
    );
}

#[test]
fn a_scope_that_mittwald_did_not_grant_is_told_and_not_asked_for_again() {
    let mut scene = Scene::default();
    scene.caller.scopes = Some(vec!["project:read".into()]);
    scene.caller.left_out = vec!["project:write".into()];
    let result = scene.call(UPDATE.0, UPDATE.1);
    says(&result, &["Permission denied", "project:write", "mittwald's sign-in does not offer it"]);
    assert_eq!((result.status, result.challenge, scene.asked()), (Status::OK, None, 0));
    // What a token does carry counts, whatever else is said.
    scene.caller.scopes = None;
    assert!(!scene.answering(204, "").call(UPDATE.0, UPDATE.1).is_error);
}

#[test]
fn a_read_only_connection_changes_nothing() {
    let mut scene = Scene::default();
    scene.caller.level = Level::Read;
    let result = scene.call(UPDATE.0, UPDATE.1);
    says(&result, &["Permission denied", "read only", "consent page"]);
    assert_eq!((result.status, result.challenge, scene.asked()), (Status::OK, None, 0));
    scene.caller.level = Level::Manage;
    assert!(!scene.answering(204, "").call(UPDATE.0, UPDATE.1).is_error);
}

#[test]
fn a_client_that_never_asked_to_change_anything_is_asked_to_ask() {
    let mut scene = Scene::default();
    scene.caller.level = Level::Read;
    scene.caller.scopes = Some(vec!["project:read".into()]);
    let result = scene.call(UPDATE.0, UPDATE.1);
    assert_eq!((result.status, scene.asked()), (Status::FORBIDDEN, 0));
    assert!(result.challenge.unwrap().contains("scope=\"project:read project:write\""));
    // The person saw the choice and chose reading.
    scene.caller.as_asked = false;
    assert_eq!(scene.call(UPDATE.0, UPDATE.1).status, Status::OK);
    // A level stays a level, also where no scope says so.
    scene.caller.as_asked = true;
    scene.caller.scopes = Some(vec!["project:read".into(), "project:write".into()]);
    let result = scene.call(UPDATE.0, UPDATE.1);
    says(&result, &["Permission denied", "read only"]);
    assert_eq!((result.status, scene.asked()), (Status::OK, 0));
}

#[test]
fn wrong_arguments_are_told_and_not_sent() {
    let scene = Scene::default();
    says(
        &scene.call(GET.0, r#"{"project":"p-abc"}"#),
        &["Nothing was sent", "projectId is missing"],
    );
    assert_eq!(scene.asked(), 0);
}

#[test]
fn too_many_calls_have_to_wait() {
    let scene = Scene { limiter: FixedLimit(false), ..Scene::default() };
    says(&scene.call(GET.0, GET.1), &["Too many calls", "Wait a minute"]);
    assert_eq!(scene.asked(), 0);
}

#[test]
fn nothing_begins_that_cannot_end_in_time() {
    let scene = Scene::default();
    scene.clock.advance(49);
    scene.clock.0.set(scene.clock.0.get() + 500);
    says(&scene.call(GET.0, GET.1), &["used up the time"]);
    assert_eq!(scene.asked(), 0);
    let scene = Scene::default().answering(200, "{}");
    scene.clock.advance(40);
    assert!(!scene.call(GET.0, GET.1).is_error);
    assert_eq!(scene.upstream.asked.borrow()[0].timeout_ms, 10_000);
}

#[test]
fn each_refusal_of_the_api_has_its_remedy() {
    for (status, parts) in [
        (403, &["Permission denied", "projectId \"p-abc\"", "role", "No access"][..]),
        (404, &["projectId \"p-abc\"", "Valid ids come from mittwald_project_list", "No access"]),
        (409, &["conflicts", "No access"]),
        (412, &["wait a few seconds", "No access"]),
        (418, &["status 418", "No access"]),
        (400, &["does not accept", "No access"]),
        (500, &["status 500", "the call was right", "Try again in a moment"]),
        (503, &["status 503"]),
    ] {
        let scene = Scene::default().answering(status, r#"{"type":"X","message":"No access"}"#);
        let result = scene.call(GET.0, GET.1);
        says(&result, parts);
        assert_eq!((result.status, result.challenge), (Status::OK, None), "{status}");
    }
}

#[test]
fn a_violation_names_our_argument() {
    let body = r#"{"type":"ValidationError","message":"bad","validationErrors":[
        {"message":"must not be blank","path":".description","type":"string"},
        {"message":"unknown project","path":"projectId"},
        {"message":"odd","path":".zzz"}]}"#;
    let scene = Scene::default().answering(400, body);
    let result = scene.call(UPDATE.0, UPDATE.1);
    says(
        &result,
        &[
            "- description: must not be blank",
            "- projectId: unknown project",
            "- something that no argument sets: odd",
        ],
    );
    assert_eq!(*scene.ledger.closed.borrow(), [false]);
}

#[test]
fn an_ended_sign_in_is_said_and_can_be_renewed() {
    let scene = Scene::default().answering(401, r#"{"message":"token expired"}"#);
    let result = scene.call(GET.0, GET.1);
    says(&result, &["Sign in again"]);
    assert_eq!(result.status, Status::OK);
    assert!(result.challenge.unwrap().contains("invalid_token"));
    let mut scene = Scene::default().answering(401, "{}");
    scene.caller.scopes = None;
    says(&scene.call(GET.0, GET.1), &["API token", "mStudio"]);
}

#[test]
fn a_rate_limit_tells_how_long_to_wait() {
    let mut scene = Scene::default();
    scene.upstream = scene.upstream.will_answer(429, &[("x-ratelimit-reset", "17")], "");
    says(&scene.call(GET.0, GET.1), &["Wait 17 seconds"]);
    let mut scene = Scene::default();
    scene.upstream = scene.upstream.will_answer(429, &[("retry-after", "2.5")], "");
    says(&scene.call(GET.0, GET.1), &["Wait 3 seconds"]);
    says(&Scene::default().answering(429, "{}").call(GET.0, GET.1), &["Wait a minute"]);
}

#[test]
fn an_answer_that_is_no_data_is_called_so() {
    for (content_type, body, part) in [
        ("text/html; charset=utf-8", "<html>nginx</html>", "an HTML page"),
        ("application/json", "  ", "nothing at all"),
        ("application/json", "{\"id\":", "not JSON"),
        ("application/json", "[]", "another form"),
        ("text/plain", "{}", "not JSON"),
        ("", "{}", "not JSON"),
        ("application/json", "\u{feff}{}", "not JSON"),
    ] {
        let mut scene = Scene::default();
        scene.upstream = scene.upstream.will_answer(200, &[("content-type", content_type)], body);
        let result = scene.call(GET.0, GET.1);
        says(&result, &[part]);
        assert!(!result.text.contains("nginx"), "the page itself stays out");
    }
}

#[test]
fn an_unanswered_read_may_be_repeated_and_a_write_must_be_looked_at_first() {
    use crate::ports::UpstreamFailure::{Redirected, TimedOut, TooLarge, Unreachable};
    for (failure, part) in [(TimedOut, "did not answer in time"), (Unreachable, "broke off")] {
        says(&failing(failure).call(GET.0, GET.1), &[part, "Nothing was changed. Try again"]);
    }
    for failure in [TimedOut, Unreachable, TooLarge, Redirected] {
        let scene = failing(failure);
        let result = scene.call(UPDATE.0, UPDATE.1);
        says(
            &result,
            &["may have taken effect", "with mittwald_project_get", "before calling this again"],
        );
        assert!(!result.text.contains("Try again in a moment"));
        // The log says neither done nor refused: nobody knows.
        assert_eq!(scene.ledger.opened.borrow().len(), 1);
        assert!(scene.ledger.closed.borrow().is_empty());
    }
    says(&Scene::default().answering(502, "").call(UPDATE.0, UPDATE.1), &["may have taken effect"]);
    says(&failing(TooLarge).call(GET.0, GET.1), &["Ask for less"]);
}

#[test]
fn a_long_message_of_the_api_is_capped_and_cleaned() {
    let message = format!("a\u{1b}[31m{}", "x".repeat(1_000));
    let body = serde_json::json!({ "message": message }).to_string();
    let result = Scene::default().answering(404, &body).call(GET.0, GET.1);
    assert!(!result.text.contains('\u{1b}') && result.text.len() < 800, "{}", result.text.len());
}

#[test]
fn the_token_is_in_no_answer() {
    for status in [200, 400, 401, 403, 404, 429, 500] {
        let result = Scene::default().answering(status, r#"{"message":"m"}"#).call(GET.0, GET.1);
        assert!(!format!("{result:?}").contains("upstream-token"));
    }
}
