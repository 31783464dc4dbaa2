//! `resources/list`, as a client sees it.
//!
//! 1. It has the table of tools, the projects, guides in both languages, the skills.
//! 2. Projects come in pages of a hundred; everything else is on the first.
//! 3. A connection for one project lists that one, one without the right lists none.
//! 4. A failure is no empty list.

use super::modern::{request, right};
use super::resources::{content, fixed, read};
use super::*;
use crate::catalog::PROMPTS;
use crate::ports::testing::FixedLimit;
use crate::tools::testing::UUID;

fn list(scene: &Scene) -> Heard {
    right(scene, &request("resources/list", json!({})))
}

fn uris(heard: &Heard) -> Vec<String> {
    let resources =
        heard.body["result"]["resources"].as_array().unwrap_or_else(|| panic!("{}", heard.text));
    resources.iter().map(|one| one["uri"].as_str().unwrap().to_owned()).collect()
}

fn projects(count: usize, total: usize) -> Scene {
    let row = |n: usize| json!({"id": format!("{n:08}-2222-4333-8444-555555555555"), "shortId": format!("p-{n}"), "description": format!("P{n}"), "customerId": UUID, "enabled": true, "createdAt": "2026-01-01T00:00:00Z", "status": "ready", "readiness": "ready"});
    let rows: Vec<Value> = (0..count).map(row).collect();
    let mut scene = Scene::default();
    let total = total.to_string();
    let headers =
        [("content-type", "application/json"), ("x-pagination-totalcount", total.as_str())];
    scene.upstream = scene.upstream.will_answer(200, &headers, &Value::from(rows).to_string());
    scene
}

#[test]
fn the_list_has_everything_that_can_be_read() {
    let scene = projects(2, 2);
    let heard = list(&scene);
    let uris = uris(&heard);
    assert_eq!(uris[0], "mittwald://tools");
    assert_eq!(uris[1], "mittwald://project/00000000-2222-4333-8444-555555555555");
    assert_eq!(uris.len(), 1 + 2 + 2 * PROMPTS.len() + 10);
    let project = &heard.body["result"]["resources"][1];
    assert_eq!((&project["name"], &project["title"]), (&"P0 (p-0)".into(), &"P0".into()));
    let result = &heard.body["result"];
    assert_eq!((&result["ttlMs"], &result["cacheScope"]), (&30_000.into(), &"private".into()));
    assert!(result.get("nextCursor").is_none());
    let (asked, _) = scene.only_request();
    assert!(asked.contains("/v2/projects?") && asked.contains("limit=100"), "{asked}");
    for resource in result["resources"].as_array().unwrap() {
        let uri = resource["uri"].as_str().unwrap();
        assert!(resource["name"].as_str().is_some_and(|name| !name.is_empty()), "{resource}");
        if uri.contains("guide") || uri.starts_with("skill") {
            let text = content(&read(&Scene::default(), uri));
            assert_eq!(resource["size"], text["text"].as_str().unwrap().len(), "{uri}");
            assert_eq!(resource["mimeType"], text["mimeType"], "{uri}");
        }
    }
}

#[test]
fn guides_in_the_language_of_the_reader_come_first() {
    for (locale, first) in [("de", "mittwald://guide/de/"), ("en", "mittwald://guide/en/")] {
        let scene = projects(0, 0);
        let mut body = request("resources/list", json!({}));
        body["params"]["_meta"]["openai/locale"] = locale.into();
        let uris = uris(&right(&scene, &body));
        let guide = uris.iter().find(|uri| uri.contains("guide")).unwrap();
        assert!(guide.starts_with(first), "{guide}");
    }
}

#[test]
fn further_projects_are_on_further_pages_and_nothing_else() {
    let first = list(&projects(100, 230));
    let cursor = first.body["result"]["nextCursor"].as_str().expect("a cursor").to_owned();
    let page = |scene: &Scene, cursor: &str| {
        right(scene, &request("resources/list", json!({"cursor": cursor})))
    };
    let scene = projects(100, 230);
    let second = page(&scene, &cursor);
    assert_eq!(uris(&second).len(), 100);
    assert!(scene.only_request().0.contains("skip=100"));
    let cursor = second.body["result"]["nextCursor"].as_str().expect("a cursor").to_owned();
    let third = page(&projects(30, 230), &cursor);
    assert_eq!(uris(&third).len(), 30);
    assert!(third.body["result"].get("nextCursor").is_none());
    let mut stranger = Scene::default();
    stranger.caller.account = "somebody else".into();
    assert_eq!((page(&stranger, &cursor).code(), stranger.asked()), (-32_602, 0));
    for unknown in ["", "x", "2"] {
        let scene = Scene::default();
        let heard = page(&scene, unknown);
        assert_eq!((heard.code(), scene.asked()), (-32_602, 0), "{unknown}");
    }
}

#[test]
fn a_connection_for_one_project_lists_that_one() {
    for mut scene in fixed() {
        let row = json!({"id": UUID, "shortId": "p-abc123", "description": "Shop"}).to_string();
        scene = scene.answering(200, &row);
        let heard = list(&scene);
        let listed: Vec<String> =
            uris(&heard).into_iter().filter(|uri| uri.contains("/project/")).collect();
        assert_eq!(listed, [format!("mittwald://project/{UUID}")]);
        assert!(scene.only_request().0.ends_with(&format!("/v2/projects/{UUID}")));
    }
}

#[test]
fn without_the_right_there_are_no_projects_and_a_failure_is_no_empty_list() {
    let mut scene = Scene::default();
    scene.caller.scopes = Some(Vec::new());
    let heard = list(&scene);
    assert_eq!((heard.status, scene.asked()), (200, 0));
    assert!(!uris(&heard).iter().any(|uri| uri.contains("/project/")));

    let heard = list(&Scene::default().answering(503, "{}"));
    assert_eq!((heard.status, heard.code()), (200, -32_603), "{}", heard.text);
    assert_eq!(heard.body["error"]["data"]["reason"], "api_broken");
    assert_eq!(heard.note.method, "resources/list");
}

#[test]
fn listing_counts_as_a_call() {
    let scene = Scene { limiter: FixedLimit(false), ..Scene::default() };
    assert_eq!(list(&scene).body["error"]["data"]["reason"], "rate_limited");
    assert_eq!(scene.asked(), 0);
}
