//! Waiting.
//!
//! 1. Pauses grow, and the job's time is kept.
//! 2. What passes by itself is waited out; what does not is told at once, or in the end.

use super::*;

/// Waits until the thing is ready, and answers how long that took.
fn until_ready<'j>(job: &'j Job<'j>) -> LocalBoxFuture<'j, Result<Value, Stop>> {
    Box::pin(async {
        let before = job.time_left_ms();
        let found = job
            .wait(async || {
                let thing: Value =
                    job.get("/v2/things/{thingId}", &[("thingId", "t1")], &[]).await?;
                Ok((thing == json!("ready")).then_some(()))
            })
            .await?;
        let took = before.saturating_sub(job.time_left_ms());
        Ok(json!({ "ready": found.is_some(), "ms": took }))
    })
}

fn waited(scene: &Scene) -> (bool, u64) {
    let result = running(scene, until_ready);
    let answer: Value =
        serde_json::from_str(&result.text).unwrap_or_else(|_| panic!("{}", result.text));
    (answer["ready"] == true, answer["ms"].as_u64().expect("a number"))
}

#[test]
fn pauses_grow() {
    let mut scene = Scene::default();
    for _ in 0..3 {
        scene = scene.answering(200, "\"busy\"");
    }
    let scene = scene.answering(200, "\"ready\"");
    assert_eq!(waited(&scene), (true, 500 + 750 + 1125));
    assert_eq!(waited(&Scene::default().answering(200, "\"ready\"")), (true, 0), "no pause before");
}

#[test]
fn the_time_is_kept() {
    let mut scene = Scene::default();
    for _ in 0..30 {
        scene = scene.answering(200, "\"busy\"");
    }
    let (ready, took) = waited(&scene);
    assert!(!ready && (40_000..50_000).contains(&took), "{took}");
    assert!((10..20).contains(&scene.asked()), "{} questions", scene.asked());
}

#[test]
fn what_passes_is_waited_out() {
    let headers = [("content-type", "application/json"), ("retry-after", "7")];
    let mut scene = Scene::default().answering(404, "{}").answering(403, "{}").answering(412, "{}");
    scene.upstream = scene.upstream.will_answer(429, &headers, "{}");
    scene.upstream = scene.upstream.will_fail(UpstreamFailure::Unreachable);
    let scene = scene.answering(503, "").answering(200, "\"ready\"");
    let (ready, took) = waited(&scene);
    assert!(ready && scene.asked() == 7 && took > 14_000, "{took}");
}

#[test]
fn what_does_not_pass_is_told_at_once_or_in_the_end() {
    let scene = Scene::default().answering(401, "{}");
    assert_eq!(running(&scene, until_ready).outcome, "api_unauthorized");
    let mut scene = Scene::default();
    for _ in 0..30 {
        scene = scene.answering(404, "{}");
    }
    assert_eq!(running(&scene, until_ready).outcome, "api_not_found");
    assert!((5..10).contains(&scene.asked()), "unknown for ten seconds: {}", scene.asked());
    let mut scene = Scene::default();
    for _ in 0..30 {
        scene = scene.answering(503, "");
    }
    assert_eq!(running(&scene, until_ready).outcome, "api_broken", "never an answer");
    let scene = Scene::default().answering(200, "{");
    assert_eq!(running(&scene, until_ready).outcome, "api_unreadable");
}
