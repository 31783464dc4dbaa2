use crate::tools::caller::Level;
use crate::tools::surface::Surface;
use crate::tools::testing::{Scene, UUID};

const OTHER: &str = "11111111-2222-4333-8444-555555555555";
const APP: &str = "99999999-2222-4333-8444-555555555555";

/// Connected at `/mcp/p/{UUID}/x/all`.
fn fixed() -> Scene {
    let surface = Surface::parse(&format!("/mcp/p/{UUID}/x/all")).expect("an address");
    Scene { surface, ..Scene::default() }
}

/// Connected at `/mcp` by a person who allowed one project.
fn allowed() -> Scene {
    let mut scene = Scene::default();
    scene.caller.project = Some(UUID.into());
    scene
}

fn app(project: &str) -> String {
    format!(r#"{{"id":"{APP}","projectId":"{project}","description":"Shop"}}"#)
}

#[test]
fn the_project_is_filled_in() {
    for scene in [fixed(), allowed()] {
        let scene = scene.answering(200, "[]");
        let result = scene.call("mittwald_app_list", "{}");
        assert!(!result.is_error, "{}", result.text);
        let url = format!("GET https://api.example/v2/projects/{UUID}/app-installations?limit=50");
        assert_eq!(scene.only_request().0, url);
    }
    let scene = fixed().answering(200, "[]");
    let named = format!(r#"{{"projectId":"{}"}}"#, UUID.to_uppercase());
    assert!(!scene.call("mittwald_app_list", &named).is_error, "the same project may be named");
}

#[test]
fn another_project_is_unknown_and_nothing_is_sent() {
    for scene in [fixed(), allowed()] {
        for tool in ["mittwald_app_list", "mittwald_project_get"] {
            let result = scene.call(tool, &format!(r#"{{"projectId":"{OTHER}"}}"#));
            assert_eq!((result.outcome, scene.asked()), ("api_not_found", 0), "{tool}");
        }
        let update = format!(r#"{{"projectId":"{OTHER}","description":"x"}}"#);
        let result = scene.call("mittwald_project_update", &update);
        assert_eq!((result.outcome, scene.asked()), ("api_not_found", 0));
        assert!(scene.ledger.opened.borrow().is_empty());
    }
}

#[test]
fn an_answer_that_names_the_project_is_shown_and_another_is_like_an_unknown_id() {
    let call = |scene: &Scene| {
        scene.call("mittwald_app_get", &format!(r#"{{"appInstallationId":"{APP}"}}"#))
    };
    let own = call(&fixed().answering(200, &app(UUID)));
    assert!(own.text.contains("Shop"), "{}", own.text);
    let unknown = call(&fixed().answering(404, r#"{"message":"nothing there"}"#));
    let hidden = call(&fixed().answering(403, r#"{"message":"not yours"}"#));
    let foreign = call(&fixed().answering(200, &app(OTHER)));
    assert_eq!((&foreign.text, foreign.outcome), (&unknown.text, unknown.outcome));
    assert_eq!(hidden.text, unknown.text);
    assert!(foreign.is_error && !foreign.text.contains("Shop"));
    let nowhere = call(&fixed().answering(200, r#"{"id":"x","description":"Shop"}"#));
    assert!(nowhere.is_error && !nowhere.text.contains("Shop"), "{}", nowhere.text);
}

#[test]
fn a_write_is_sent_only_after_its_project_is_known() {
    let uninstall = |scene: &Scene| {
        scene.agree("mittwald_app_uninstall", &format!(r#"{{"appInstallationId":"{APP}"}}"#))
    };
    let look = |scene: Scene| {
        // Whose it is, what it is, and what goes along.
        scene.answering(200, &app(UUID)).answering(200, &app(UUID)).answering(200, "[]")
    };
    let own = look(look(fixed())).answering(204, "");
    assert!(!uninstall(&own).is_error);
    let sent: Vec<String> = own.upstream.asked.borrow().iter().map(|r| format!("{r:?}")).collect();
    let path = format!("https://api.example/v2/app-installations/{APP}");
    let (last, before) = sent.split_last().unwrap();
    assert_eq!((last, &before[0]), (&format!("DELETE {path}"), &format!("GET {path}")));
    assert!(before.iter().all(|request| request.starts_with("GET ")), "{before:?}");
    for (status, body) in [(200, app(OTHER)), (404, "{}".into()), (403, "{}".into())] {
        let scene = fixed().answering(status, &body);
        let result = uninstall(&scene);
        assert_eq!((result.outcome, scene.asked()), ("api_not_found", 1), "{status}");
        assert!(scene.ledger.opened.borrow().is_empty(), "{status}");
    }
    let broken = fixed().answering(503, "");
    let result = uninstall(&broken);
    assert_eq!((result.outcome, broken.asked()), ("api_broken", 1));
    assert!(result.text.contains("nothing was sent"), "{}", result.text);
    assert!(!result.text.contains("may have taken effect"), "{}", result.text);
}

#[test]
fn what_belongs_to_no_project_is_refused_to_who_has_one() {
    let result = allowed().call("mittwald_project_list", "{}");
    assert_eq!(result.outcome, "denied_project");
    assert!(result.text.contains(UUID), "{}", result.text);
    let mut elsewhere = fixed();
    elsewhere.caller.project = Some(OTHER.into());
    elsewhere.caller.level = Level::Delete;
    assert_eq!(elsewhere.call("mittwald_app_list", "{}").outcome, "denied_project");
    assert_eq!(elsewhere.asked(), 0);
}

mod pieces {
    use serde_json::json;

    use super::super::{gather, same};
    use crate::mittwald::json::at;

    #[test]
    fn ids_are_found_inside_lists_objects_and_maps() {
        let value = json!({
            "paths": [{ "target": { "app": "a" } }, { "target": { "url": "u" } }, { "target": { "app": "b" } }],
            "links": { "k1": "v1", "k2": "v2" },
            "one": "x", "many": ["y", "z", 7],
        });
        let found = |way: &str| {
            let mut ids = Vec::new();
            gather(&value, way, &mut ids);
            ids
        };
        assert_eq!(found("paths.target.app"), ["a", "b"]);
        assert_eq!(found("links.#"), ["k1", "k2"]);
        assert_eq!(found("links.*"), ["v1", "v2"]);
        assert_eq!(found("one"), ["x"]);
        assert_eq!(found("many"), ["y", "z"]);
        assert!(found("none.at.all").is_empty());
    }

    #[test]
    fn a_project_is_read_from_where_it_stands() {
        let row = serde_json::from_str(r#"{"a":{"b":"id"},"c":7,"d":null}"#).unwrap();
        assert_eq!(at(row, &["a", "b"]).unwrap().as_deref(), Some("id"));
        for path in [&["a"][..], &["c"], &["d"], &["e"], &["c", "x"]] {
            let path: &'static [&'static str] = Box::leak(path.to_vec().into_boxed_slice());
            assert_eq!(at(row, path).unwrap(), None, "{path:?}");
        }
        assert!(same("AB", "ab") && !same("ab", "abc"));
    }
}
