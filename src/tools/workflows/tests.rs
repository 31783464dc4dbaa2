//! What every job can rely on.
//!
//! 1. The catalogue's jobs and the dispatcher's are the same; none sends what the catalogue does not name.
//! 2. The first write opens one entry in the log, which says afterwards whether anything changed.
//! 3. A job that stops midway says what exists, what does not, how to go on and how to undo.
//! 4. A read after a write sees it.
//! 5. An answer that is too long is cut, and says so.

mod steps;
mod waiting;

use std::collections::BTreeSet;

use futures::executor::block_on;
use serde_json::json;

use super::*;
use crate::catalog::{Answer, Binding, Effect, PathPart, Use, Verb};
use crate::http::Status;
use crate::mittwald::error::Unreadable;
use crate::ports::testing::MemoryLedger;
use crate::ports::{LedgerRefusal, UpstreamFailure};
use crate::tools::testing::Scene;

static THING: [PathPart; 2] = [PathPart::Literal("/v2/things/"), PathPart::Arg("thingId")];
static THINGS: [PathPart; 1] = [PathPart::Literal("/v2/things")];
static PREVIEW: [PathPart; 1] = [PathPart::Literal("/v2/preview")];

/// A tool that makes things.
static TOOL: Tool = Tool {
    name: "mittwald_thing_make",
    effect: Effect::Write,
    scopes: &[],
    confirm: false,
    preview: catalog::Preview { shown_by: None, lists: &[] },
    core: true,
    everywhere: false,
    toolsets: &[],
    project: Binding::None,
    secondary: &[],
    untrusted: false,
    args: &[],
    choices: &[],
    operation: None,
    job: Some(JOB),
    answer: Answer::Own,
    json: "{}",
    project_json: None,
    modern_json: None,
    mirrored: &[],
};
const JOB: catalog::Job = catalog::Job {
    name: "thing_make",
    uses: &[
        Use { verb: Verb::Get, template: "/v2/things/{thingId}", path: &THING, writes: false },
        Use { verb: Verb::Get, template: "/v2/things", path: &THINGS, writes: false },
        Use { verb: Verb::Post, template: "/v2/things", path: &THINGS, writes: true },
        Use { verb: Verb::Post, template: "/v2/preview", path: &PREVIEW, writes: false },
        Use { verb: Verb::Put, template: "/v2/things/{thingId}", path: &THING, writes: true },
    ],
};

/// Runs this as the job of the tool.
fn running(scene: &Scene, run: Run) -> ToolResult {
    let declared = TOOL.job.as_ref().expect("a job");
    let arguments = Arguments::default();
    block_on(perform(&scene.environment(), &TOOL, declared, &arguments, run))
}

async fn make(job: &Job<'_>) -> Result<(), Stop> {
    let made: Value = job.send(Verb::Post, "/v2/things", &[], Some(&json!({ "a": 1 }))).await?;
    let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
    job.made("thing", id, Some("mittwald_project_get"));
    Ok(())
}

/// Makes a thing in two steps.
fn two_steps<'j>(job: &'j Job<'j>) -> LocalBoxFuture<'j, Result<Value, Stop>> {
    Box::pin(async {
        job.plan(&["make the thing", "put it in place", "look at it"]);
        job.step();
        make(job).await?;
        job.go_on("call mittwald_project_get and look.");
        job.step();
        let place = json!({});
        let (): () =
            job.send(Verb::Put, "/v2/things/{thingId}", &[("thingId", "t1")], Some(&place)).await?;
        job.step();
        let thing: Value = job.get("/v2/things/{thingId}", &[("thingId", "t1")], &[]).await?;
        Ok(json!({ "thing": thing }))
    })
}

#[test]
fn catalogue_and_dispatcher_have_the_same_jobs() {
    let declared: Vec<&str> =
        catalog::TOOLS.iter().filter_map(|tool| Some(tool.job.as_ref()?.name)).collect();
    let declared: BTreeSet<&str> = declared.into_iter().collect();
    let written: BTreeSet<&str> = JOBS.iter().map(|(name, _)| *name).collect();
    assert_eq!(declared, written);
    assert_eq!(written.len(), JOBS.len(), "each once");
}

#[test]
fn a_job_sends_nothing_that_the_catalogue_does_not_name() {
    for run in [
        (|job| Box::pin(async { job.get("/v2/others", &[], &[]).await })) as Run,
        |job| Box::pin(async { job.send(Verb::Delete, "/v2/things", &[], None).await }),
        |job| Box::pin(async { job.own().await }),
        |job| Box::pin(async { job.own_answer().await }),
    ] {
        let scene = Scene::default();
        let result = running(&scene, run);
        assert_eq!((result.outcome, scene.asked()), ("undeclared_operation", 0));
        assert!(result.is_error && scene.ledger.opened.borrow().is_empty());
    }
}

#[test]
fn parameters_are_encoded_and_cannot_leave_their_segment() {
    let scene = Scene::default().answering(200, "{}");
    let outcome = running(&scene, |job| {
        Box::pin(async {
            let id = [("thingId", "ä b")];
            job.get("/v2/things/{thingId}", &id, &[("q", "a&b"), ("limit", "1")]).await
        })
    });
    assert!(!outcome.is_error);
    assert_eq!(scene.requests(), ["GET /v2/things/%C3%A4%20b?q=a%26b&limit=1"]);
    let scene = Scene::default();
    let outcome = running(&scene, |job| {
        Box::pin(async { job.get("/v2/things/{thingId}", &[("thingId", "../users")], &[]).await })
    });
    assert_eq!((outcome.outcome, scene.asked()), ("api_not_found", 0));
}

#[test]
fn one_entry_in_the_log_for_all_writes_and_none_for_reads() {
    let scene = Scene::default()
        .answering(201, r#"{"id":"t1"}"#)
        .answering(204, "")
        .answering(200, r#"{"a":1}"#);
    let result = running(&scene, two_steps);
    assert_eq!(result.text, r#"{"thing":{"a":1}}"#);
    assert_eq!(*scene.ledger.opened.borrow(), [TOOL.name]);
    assert_eq!(*scene.ledger.closed.borrow(), [true]);
    assert_eq!(scene.requests(), ["POST /v2/things", "PUT /v2/things/t1", "GET /v2/things/t1"]);
    assert_eq!(scene.upstream.asked.borrow()[0].body.as_deref(), Some(r#"{"a":1}"#));

    let scene = Scene::default().answering(200, "{}");
    let looking: Run =
        |job| Box::pin(async { job.send(Verb::Post, "/v2/preview", &[], Some(&json!({}))).await });
    assert!(!running(&scene, looking).is_error);
    assert!(scene.ledger.opened.borrow().is_empty(), "this POST changes nothing");
}

#[test]
fn a_revoked_grant_writes_nothing() {
    let ledger = MemoryLedger { refuses: Some(LedgerRefusal::Revoked), ..MemoryLedger::default() };
    let scene = Scene { ledger, ..Scene::default() };
    let result = running(&scene, two_steps);
    assert_eq!((result.status, result.outcome), (Status::UNAUTHORIZED, "revoked"));
    assert_eq!((scene.asked(), scene.ledger.closed.borrow().len()), (0, 0));
}

#[test]
fn a_job_that_stops_midway_says_what_is_there_and_what_is_not() {
    let scene = Scene::default()
        .answering(201, r#"{"id":"t1"}"#)
        .answering(409, r#"{"message":"the place is taken"}"#);
    let result = running(&scene, two_steps);
    assert_eq!((result.is_error, result.outcome), (true, "stopped_midway"));
    for part in [
        "stopped midway: it could not put it in place. ",
        "the place is taken",
        "Done: make the thing.",
        "This exists now and stays: thing t1; to undo it, use mittwald_project_get.",
        "Not done: put it in place; look at it.",
        "To go on: call mittwald_project_get and look.",
        "Nothing was tried twice.",
    ] {
        assert!(result.text.contains(part), "{part}\nin {}", result.text);
    }
    assert_eq!((scene.asked(), scene.ledger.closed.borrow()[0]), (2, true));
}

#[test]
fn a_tool_that_is_not_served_is_not_recommended_for_undoing() {
    let mut scene = Scene::default().answering(201, r#"{"id":"t1"}"#).answering(500, "");
    scene.surface = crate::tools::surface::Surface::parse("/mcp/x/dns").expect("an address");
    let result = running(&scene, two_steps);
    assert!(result.text.contains("thing t1.") && !result.text.contains("to undo it"));
    assert!(result.text.contains("may have taken effect"), "{}", result.text);
    assert!(scene.ledger.closed.borrow().is_empty(), "nobody knows how it ended");
}

#[test]
fn a_first_step_that_fails_leaves_nothing_and_says_so_simply() {
    let scene = Scene::default().answering(400, r#"{"message":"no"}"#);
    let result = running(&scene, two_steps);
    assert_eq!(result.outcome, "api_invalid");
    assert!(!result.text.contains("midway") && !result.text.contains("taken effect"));
    assert_eq!(*scene.ledger.closed.borrow(), [false]);

    let mut scene = Scene::default();
    scene.upstream = scene.upstream.will_fail(UpstreamFailure::TimedOut);
    let result = running(&scene, two_steps);
    assert!(result.text.contains("may have taken effect"), "{}", result.text);
    assert!(scene.ledger.closed.borrow().is_empty(), "the entry stays open");
    assert_eq!(scene.asked(), 1, "a write is never sent again");
}

#[test]
fn a_read_that_fails_changed_nothing() {
    let mut scene = Scene::default();
    scene.upstream = scene.upstream.will_fail(UpstreamFailure::TimedOut);
    let result = running(&scene, |job| Box::pin(async { job.get("/v2/things", &[], &[]).await }));
    assert_eq!(result.outcome, "api_timed_out");
    assert!(!result.text.contains("may have taken effect"), "{}", result.text);
}

#[test]
fn what_the_job_says_itself_is_told_with_what_exists() {
    let scene = Scene::default().answering(201, r#"{"id":"t1"}"#);
    let result = running(&scene, |job| {
        Box::pin(async {
            make(job).await?;
            Err(job.refuse("bad_choice", "There is no such place."))
        })
    });
    assert!(result.text.contains("There is no such place.") && result.text.contains("thing t1"));
    let result = running(&Scene::default(), |job| {
        Box::pin(async { Err(job.refuse("bad_choice", "There is no such place.")) })
    });
    assert_eq!((result.outcome, &*result.text), ("bad_choice", "There is no such place."));
}

#[test]
fn a_read_after_a_write_sees_it() {
    let json = [("content-type", "application/json")];
    let event = [("content-type", "application/json"), ("etag", "e-1")];
    let mut scene = Scene::default();
    scene.upstream = scene
        .upstream
        .will_answer(201, &event, r#"{"id":"t1"}"#)
        .will_answer(412, &json, "{}")
        .will_answer(200, &json, "1")
        .will_answer(200, &json, "2");
    let result = running(&scene, |job| {
        Box::pin(async {
            make(job).await?;
            let first: u8 = job.get("/v2/things", &[], &[]).await?;
            let second: u8 = job.get("/v2/things", &[], &[]).await?;
            Ok(json!([first, second]))
        })
    });
    assert_eq!(result.text, "[1,2]");
    let asked = scene.upstream.asked.borrow();
    let events: Vec<Option<&str>> = asked
        .iter()
        .map(|request| {
            let field = request.headers.iter().find(|(name, _)| *name == "if-event-reached");
            field.map(|(_, value)| value.expose())
        })
        .collect();
    assert_eq!(events, [None, Some("e-1"), None, None], "an event that does not come is let go");
}

#[test]
fn nothing_begins_without_time() {
    let scene = Scene { began_ms: 1_000_000 - 49_500, ..Scene::default() };
    let result = running(&scene, two_steps);
    assert_eq!((result.outcome, scene.asked()), ("api_timed_out", 0));
}

#[test]
fn a_list_tells_how_many_there_are() {
    let mut scene = Scene::default();
    let headers = [("content-type", "application/json"), ("x-pagination-totalcount", "12")];
    scene.upstream = scene.upstream.will_answer(200, &headers, "[1,2]");
    let result = running(&scene, |job| {
        Box::pin(async {
            let Listed { rows, total }: Listed<u8> =
                job.list("/v2/things", &[], &[("limit", "2")]).await?;
            Ok(json!({ "rows": rows, "total": total }))
        })
    });
    assert_eq!(result.text, r#"{"rows":[1,2],"total":12}"#);
}

#[test]
fn an_answer_of_another_form_is_unreadable() {
    let scene = Scene::default().answering(200, "[]");
    let result = running(&scene, |job| {
        Box::pin(async {
            let number: Result<u8, Stop> = job.get("/v2/things", &[], &[]).await;
            let wrong = ApiErrorIs::other_shape(&number);
            Ok(json!({ "unreadable": wrong }))
        })
    });
    assert_eq!(result.text, r#"{"unreadable":true}"#);
}

struct ApiErrorIs;

impl ApiErrorIs {
    fn other_shape<T>(outcome: &Result<T, Stop>) -> bool {
        let shape = crate::mittwald::ApiError::Unreadable(Unreadable::OtherShape);
        matches!(outcome, Err(Stop::Read(error)) if *error == shape)
    }
}

#[test]
fn what_is_too_long_is_cut_and_says_so() {
    let short = json!({ "rows": [1, 2], "text": "a" });
    assert_eq!(fit(short.clone()), short.to_string());
    for long in [
        json!({ "rows": vec!["x".repeat(100); 1_000], "total": 1_000 }),
        json!({ "text": "ä\"".repeat(40_000), "id": "t1" }),
    ] {
        let text = fit(long);
        assert!(text.len() <= MAX_ANSWER, "{} bytes", text.len());
        let cut: Value = serde_json::from_str(&text).expect("JSON");
        assert!(cut["truncated"].as_str().is_some_and(|note| note.contains("cut off")));
        assert!(cut["total"] == 1_000 || cut["id"] == "t1", "the rest stays");
    }
}
