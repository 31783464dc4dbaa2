//! Completions, as a client sees them.
//!
//! 1. Whatever people know a thing by leads to its id; the best fit comes first.
//! 2. A chosen project narrows; databases are of both kinds.
//! 3. At most a hundred values; what is longer than that is looked for by mittwald itself.
//! 4. Lists are remembered for the person, and nobody else sees them.
//! 5. Scope, fixed project and rate hold.
//! 6. References and arguments that there are not are refused.

use super::modern::{request, right};
use super::*;
use crate::ports::UpstreamFailure;
use crate::ports::testing::FixedLimit;
use crate::tools::surface::Surface;
use crate::tools::testing::UUID;

const OTHER: &str = "1f8fad5b-d9cb-469f-a165-70867728950e";

/// A prompt with an argument of each project.
const PROMPT: &str = "cronjob_setup";

fn complete(scene: &Scene, params: Value) -> Heard {
    right(scene, &request("completion/complete", params))
}

fn prompt(argument: &str, value: &str) -> Value {
    json!({"ref": {"type": "ref/prompt", "name": PROMPT}, "argument": {"name": argument, "value": value}})
}

fn template(uri: &str, argument: &str, value: &str) -> Value {
    json!({"ref": {"type": "ref/resource", "uri": uri}, "argument": {"name": argument, "value": value}})
}

fn app(value: &str) -> Value {
    template("mittwald://app/{appInstallationId}", "appInstallationId", value)
}

#[track_caller]
fn values(heard: &Heard) -> Vec<&str> {
    let values = heard.body["result"]["completion"]["values"].as_array();
    values
        .unwrap_or_else(|| panic!("{}", heard.text))
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect()
}

const APPS: &str = r#"[
    {"id":"a1","shortId":"a-abc123","description":"Bäckerei Müller","appName":"WordPress","hostname":"shop.example"},
    {"id":"a2","shortId":"a-def456","description":"Onlineshop","appName":"Shopware"},
    {"id":"a3","shortId":"a-ghi789","description":"Shop","appName":"TYPO3"}]"#;

#[test]
fn what_people_know_a_thing_by_leads_to_its_id() {
    for (typed, expected) in [
        ("mueller", &["a1"][..]),
        ("MÜLLER", &["a1"]),
        ("a-def", &["a2"]),
        ("wordpress", &["a1"]),
        ("shop.exa", &["a1"]),
        // The same, the beginning of the software's name, a word in the hostname's list.
        ("shop", &["a3", "a2", "a1"]),
        ("a2", &["a2"]),
        ("nothing", &[]),
        ("", &["a1", "a2", "a3"]),
    ] {
        let scene = Scene::default().answering(200, APPS);
        let heard = complete(&scene, app(typed));
        assert_eq!(values(&heard), expected, "{typed}");
        let completion = &heard.body["result"]["completion"];
        assert_eq!(completion["total"], expected.len(), "{typed}");
        assert_eq!(completion["hasMore"], false);
        assert_eq!(heard.note.method, "completion/complete");
    }
}

#[test]
fn the_language_is_one_of_two() {
    let scene = Scene::default();
    assert_eq!(values(&complete(&scene, prompt("language", ""))), ["de", "en"]);
    assert_eq!(values(&complete(&scene, prompt("language", "E"))), ["en"]);
    assert_eq!(values(&complete(&scene, prompt("task", "every day"))), Vec::<&str>::new());
    assert_eq!(scene.asked(), 0);
}

#[test]
fn a_chosen_project_narrows() {
    let scene = Scene::default().answering(200, APPS);
    let mut params = app("");
    params["context"] = json!({"arguments": {"projectId": UUID}});
    complete(&scene, params);
    assert!(scene.only_request().0.contains(UUID), "{}", scene.only_request().0);

    let projects = json!([{"id": UUID, "shortId": "p-abc123", "description": "P"}]).to_string();
    let scene = Scene::default().answering(200, &projects).answering(200, APPS);
    let mut params = app("");
    params["context"] = json!({"arguments": {"projectId": "p-abc123"}});
    assert_eq!(values(&complete(&scene, params)).len(), 3);

    let scene = Scene::default().answering(200, &projects);
    let mut params = app("");
    params["context"] = json!({"arguments": {"projectId": "p-zzz999"}});
    assert_eq!(
        values(&complete(&scene, params)),
        Vec::<&str>::new(),
        "of an unknown project, nothing"
    );

    let scene = Scene::default().answering(403, "{}");
    let mut params = app("");
    params["context"] = json!({"arguments": {"projectId": OTHER}});
    assert_eq!(values(&complete(&scene, params)), Vec::<&str>::new(), "of a foreign one, nothing");
}

#[test]
fn databases_are_of_both_kinds() {
    let scene = Scene::default()
        .answering(200, r#"[{"id":"m1","name":"mysql_1","description":"Shop"}]"#)
        .answering(200, r#"[{"id":"r1","name":"redis_1","description":"Cache of the shop"}]"#);
    let mut params = template("mittwald://database/{databaseId}", "databaseId", "shop");
    params["context"] = json!({"arguments": {"projectId": UUID}});
    assert_eq!(values(&complete(&scene, params)), ["m1", "r1"]);
}

#[test]
fn long_lists_are_looked_through_by_mittwald() {
    let rows: Vec<Value> = (0..100)
        .map(|n| json!({"id": format!("p{n}"), "description": format!("Project {n}")}))
        .collect();
    let rows = Value::from(rows).to_string();
    let headers = [("content-type", "application/json"), ("x-pagination-totalcount", "250")];
    let long = || {
        let mut scene = Scene::default();
        scene.upstream = scene.upstream.will_answer(200, &headers, &rows);
        scene
    };
    let scene = long();
    let heard = complete(&scene, prompt("projectId", ""));
    assert_eq!(values(&heard).len(), 100);
    let completion = &heard.body["result"]["completion"];
    assert_eq!((&completion["hasMore"], completion.get("total")), (&true.into(), None));

    let scene = long().answering(
        200,
        r#"[{"id":"p231","description":"Project 231"},{"id":"x","description":"else"}]"#,
    );
    let heard = complete(&scene, prompt("projectId", "project 23"));
    assert_eq!(
        values(&heard),
        ["p23", "p231", "x"],
        "what mittwald found by its own rules comes last"
    );
    assert_eq!(heard.body["result"]["completion"]["hasMore"], false);
    assert!(
        scene.upstream.asked.borrow()[1].url.contains("searchTerm=project+23")
            || scene.upstream.asked.borrow()[1].url.contains("searchTerm=project%2023")
    );
}

#[test]
fn a_list_is_remembered_for_the_person_and_for_nobody_else() {
    let mut scene = Scene::default().answering(200, APPS);
    complete(&scene, app("s"));
    complete(&scene, app("sh"));
    assert_eq!(scene.asked(), 1, "typing on costs no further request");
    scene.caller.account = "somebody else".into();
    scene = scene_with_memory_of(scene).answering(200, "[]");
    assert_eq!(values(&complete(&scene, app("sh"))), Vec::<&str>::new());
    assert_eq!(scene.asked(), 1);
}

/// The same isolate, asked anew.
fn scene_with_memory_of(scene: Scene) -> Scene {
    Scene { memory: scene.memory, caller: scene.caller, ..Scene::default() }
}

#[test]
fn scope_project_and_rate_hold() {
    let mut scene = Scene::default();
    scene.caller.scopes = Some(Vec::new());
    assert_eq!(values(&complete(&scene, app(""))), Vec::<&str>::new());

    let fixed =
        Scene { surface: Surface::parse(&format!("/mcp/p/{UUID}")).unwrap(), ..Scene::default() };
    let mut params = app("");
    params["context"] = json!({"arguments": {"projectId": OTHER}});
    assert_eq!(values(&complete(&fixed, params)), Vec::<&str>::new());
    let heard = complete(&fixed, prompt("projectId", ""));
    assert_eq!(heard.code(), -32_602, "a fixed project is no argument");
    let heard = complete(
        &fixed,
        template("mittwald://conversation/{conversationId}", "conversationId", ""),
    );
    assert_eq!(heard.code(), -32_602, "conversations belong to no project");

    let limited = Scene { limiter: FixedLimit(false), ..Scene::default() };
    let heard = complete(&limited, app(""));
    assert_eq!((heard.code(), heard.note.outcome), (-32_603, "rate_limited"));
    assert_eq!((scene.asked(), fixed.asked(), limited.asked()), (0, 0, 0));
}

#[test]
fn failures_of_mittwald_are_told() {
    let mut scene = Scene::default();
    scene.upstream = scene.upstream.will_fail(UpstreamFailure::TimedOut);
    let heard = complete(&scene, app(""));
    assert_eq!((heard.status, heard.code(), heard.note.outcome), (200, -32_603, "api_timed_out"));
    let heard = complete(&Scene::default().answering(401, "{}"), app(""));
    assert!(heard.message().contains("sign in again"));
    assert!(heard.body["error"]["data"]["mcp/www_authenticate"].is_array());
}

#[test]
fn what_there_is_not_is_refused() {
    let scene = Scene::default();
    for (params, told) in [
        (json!({}), "argument is missing or no object."),
        (json!({"argument": {"name": "x", "value": "y"}}), "ref is missing or no object."),
        (json!({"ref": {"type": "ref/prompt", "name": PROMPT}}), "argument is missing"),
        (
            json!({"ref": {"type": "ref/prompt", "name": PROMPT}, "argument": {"name": "task"}}),
            "argument.value is missing",
        ),
        (
            json!({"ref": {"type": "ref/tool", "name": "x"}, "argument": {"name": "x", "value": ""}}),
            "must be ref/prompt or ref/resource, not ref/tool",
        ),
        (
            json!({"ref": {"type": "ref/prompt", "name": "cronjob_stup"}, "argument": {"name": "x", "value": ""}}),
            "cronjob_setup is probably meant",
        ),
        (
            json!({"ref": {"type": "ref/prompt"}, "argument": {"name": "x", "value": ""}}),
            "ref.name is missing",
        ),
        (prompt("nothing", ""), "cronjob_setup has no argument nothing."),
        (template("mittwald://app/{id}", "id", ""), "There is no resource template"),
        (
            template("mittwald://app/{appInstallationId}", "projectId", ""),
            "it has appInstallationId",
        ),
        (
            template("mittwald://guide/{language}/{name}", "name", ""),
            "There is no resource template",
        ),
    ] {
        let heard = complete(&scene, params);
        assert_eq!((heard.status, heard.code()), (200, -32_602), "{told}");
        assert!(heard.message().contains(told), "{}: {told}", heard.message());
    }
    let mut params = app("x");
    params["context"] = json!({"arguments": []});
    assert_eq!(complete(&scene, params).code(), -32_602);
    assert_eq!(values(&complete(&scene, app(&"x".repeat(201)))), Vec::<&str>::new());
    assert_eq!(scene.asked(), 0);
}
