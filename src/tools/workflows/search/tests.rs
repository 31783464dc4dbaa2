//! `search`.
//!
//! 1. Everything is found by name, id, short id and hostname, best first; case, umlauts and the parts of
//!    compounds do not matter.
//! 2. A search is at most six requests; what was read a moment ago costs none.
//! 3. Large accounts: mittwald searches, and what was left out is said.
//! 4. A connection for one project, or without a scope, finds nothing else, and does not ask.
//! 5. What fails is said; a sign-in that has ended is an error.
//! 6. Guides are found in both languages without a request.

use serde_json::Value;

use crate::catalog;
use crate::ports::UpstreamFailure;
use crate::tools::ToolResult;
use crate::tools::surface::Surface;
use crate::tools::testing::{Scene, UUID};

const OTHER: &str = "11111111-2222-4333-8444-555555555555";
const APP: &str = "99999999-2222-4333-8444-555555555555";

/// An account of two projects.
fn account() -> Scene {
    let rows = |text: &str| text.replace("{P}", UUID).replace("{Q}", OTHER).replace("{A}", APP);
    [
        (
            "/v2/projects",
            r#"[{"id":"{P}","shortId":"p-abc123","description":"Bäckerei Müller"},
                {"id":"{Q}","shortId":"p-xyz789","description":"Kontor"}]"#,
        ),
        (
            "/v2/app-installations",
            r#"[{"id":"{A}","shortId":"a-sho123","description":"Onlineshop","appName":"WordPress",
                "hostname":"shop.mueller.example","projectId":"{P}"},
                {"id":"a2","description":"Intranet","appName":"TYPO3","projectId":"{Q}"}]"#,
        ),
        ("/v2/domains", r#"[{"domainId":"d1","domain":"mueller.example","projectId":"{P}"}]"#),
        ("/v2/ingresses", r#"[{"id":"i1","hostname":"www.mueller.example","projectId":"{P}"}]"#),
        ("/v2/mail-addresses/", r#"[{"id":"m1","address":"info@mueller.example","projectId":"{P}"}]"#),
        (
            "/v2/conversations",
            r#"[{"conversationId":"c1","shortId":"C-1","title":"Umzug der Datenbank","status":"open"}]"#,
        ),
        (
            "/{P}/mysql-databases",
            r#"[{"id":"db1","name":"mysql_ab12","description":"Kundendatenbank"}]"#,
        ),
        ("/{Q}/mysql-databases", "[]"),
        ("/redis-databases", "[]"),
    ]
    .into_iter()
    .fold(Scene::default(), |scene, (end, json)| scene.serving(&rows(end), &rows(json)))
}

fn search(scene: &Scene, query: &str) -> Value {
    let result = ask(scene, query);
    assert!(!result.is_error, "{query}: {}", result.text);
    assert!(result.fence.is_none(), "one text, as the contract has it");
    serde_json::from_str(&result.text).expect("JSON")
}

fn ask(scene: &Scene, query: &str) -> ToolResult {
    scene.call("search", &serde_json::json!({ "query": query }).to_string())
}

fn ids(answer: &Value) -> Vec<&str> {
    let rows = answer["results"].as_array().expect("results");
    rows.iter().map(|row| row["id"].as_str().expect("an id")).collect()
}

/// Every request is one that the catalogue names for the tool.
fn only_declared(scene: &Scene) {
    let tool = catalog::find("search").expect("the tool");
    let uses = tool.job.as_ref().expect("a job").uses;
    for request in scene.requests() {
        let path =
            request.trim_start_matches("GET ").split('?').next().unwrap_or_default().to_owned();
        let fits = |template: &str| {
            let (parts, steps) = (template.split('/'), path.split('/'));
            parts.clone().count() == steps.clone().count()
                && parts.zip(steps).all(|(part, step)| part == step || part.starts_with('{'))
        };
        assert!(uses.iter().any(|one| fits(one.template)), "{request} is not declared");
    }
}

#[test]
fn what_people_call_something_finds_it() {
    let app = format!("app:{APP}");
    let (project, other) = (format!("project:{UUID}"), format!("project:{OTHER}"));
    for (query, expected) in [
        ("bäckerei müller", project.as_str()),
        ("BAECKEREI MUELLER", &project),
        ("müller", "domain:d1"),
        ("Baeckerei", &project),
        ("p-abc123", &project),
        (UUID, &project),
        ("kontor", &other),
        ("onlineshop", &app),
        ("shop", &app),
        ("a-sho123", &app),
        ("wordpress", &app),
        ("wordpress müller", &app),
        ("mueller.example", "domain:d1"),
        ("www.mueller.example", "hostname:i1"),
        ("info@mueller.example", "mail-address:m1"),
        ("umzug", "conversation:c1"),
        ("C-1", "conversation:c1"),
        ("mysql_ab12", "mysql-database:db1"),
        ("Kundendatenbank", "mysql-database:db1"),
        ("kundendaten", "mysql-database:db1"),
    ] {
        let scene = account();
        let answer = search(&scene, query);
        assert_eq!(ids(&answer).first().copied(), Some(expected), "{query}: {answer}");
        assert!(scene.asked() <= 6, "{query}: {} requests", scene.asked());
        only_declared(&scene);
    }
}

#[test]
fn a_hit_has_an_id_a_title_and_an_address() {
    let answer = search(&account(), "onlineshop");
    let row = &answer["results"][0];
    assert_eq!(row["title"], "App: Onlineshop (WordPress, shop.mueller.example, a-sho123)");
    let url = format!("https://studio.mittwald.de/app/projects/{UUID}/apps/{APP}/general");
    assert_eq!(row["url"], url);
    let answer = search(&account(), "umzug");
    let row = &answer["results"][0];
    assert_eq!(row["title"], "Support conversation, called \"Umzug der Datenbank\" (open, C-1)");
    assert_eq!(row["url"], "https://studio.mittwald.de/app/support/conversations");
    let answer = search(&account(), "kontor");
    let url = format!("https://studio.mittwald.de/app/projects/{OTHER}/dashboard");
    assert_eq!(answer["results"][0]["url"], url);
}

#[test]
fn kinds_can_be_named() {
    let answer = search(&account(), "alle Apps");
    assert_eq!(ids(&answer)[..2], ["app:a2", format!("app:{APP}").as_str()]);
    assert!(ids(&answer).iter().all(|id| id.starts_with("app:") || id.starts_with("guide:")));
    let answer = search(&account(), "domain müller");
    assert_eq!(ids(&answer).first().copied(), Some("domain:d1"), "{answer}");
    let answer = search(&account(), "datenbank kunden");
    assert_eq!(ids(&answer).first().copied(), Some("mysql-database:db1"), "{answer}");
}

#[test]
fn nothing_fits_is_an_empty_list() {
    let answer = search(&account(), "zzzzqqq");
    assert_eq!(answer["results"], serde_json::json!([]));
    for query in ["", "  ", "\t"] {
        let scene = Scene::default();
        let result = ask(&scene, query);
        assert_eq!((result.outcome, scene.asked()), ("empty_query", 0));
    }
}

#[test]
fn what_was_read_costs_nothing_again() {
    let scene = account();
    search(&scene, "shop");
    assert_eq!(scene.asked(), 6);
    let missed = |scene: &Scene| search(scene, "shop")["notSearched"].as_str().map(str::to_owned);
    let scene = account();
    let first = missed(&scene).expect("databases");
    assert!(
        first.contains("MySQL databases of 1 projects") && first.contains("Redis databases of 2")
    );
    assert_eq!(
        (missed(&scene), scene.asked()),
        (None, 9),
        "the next search goes on with what is left"
    );
    assert_eq!((missed(&scene), scene.asked()), (None, 9));
}

/// A list of which this is the first page.
fn page(scene: Scene, rows: &str, total: u64) -> Scene {
    let total = total.to_string();
    let headers =
        [("content-type", "application/json"), ("x-pagination-totalcount", total.as_str())];
    Scene { upstream: scene.upstream.will_answer(200, &headers, rows), ..scene }
}

#[test]
fn mittwald_looks_through_what_is_too_long_and_the_rest_is_named() {
    // More projects than a page: mittwald is asked for everything by text.
    let mut scene =
        page(Scene::default(), &format!(r#"[{{"id":"{OTHER}","description":"A"}}]"#), 300);
    let found = format!(r#"[{{"id":"{UUID}","description":"Zoo Nord"}}]"#);
    scene = page(scene, &found, 1);
    for _ in 0..4 {
        scene = page(scene, "[]", 0);
    }
    let answer = search(&scene, "der zoo");
    assert_eq!(ids(&answer), [format!("project:{UUID}")]);
    let requests = scene.requests();
    assert_eq!(
        requests[..2],
        ["GET /v2/projects?limit=100", "GET /v2/projects?searchTerm=zoo&limit=100"]
    );
    assert!(requests[2..].iter().all(|request| request.contains("=zoo")), "{requests:?}");
    assert_eq!(requests.len(), 6);
    let missed = answer["notSearched"].as_str().expect("databases");
    assert!(missed.contains("MySQL databases of 301 projects"), "{missed}");

    // Few projects, many apps and mail addresses: one request is left for one of them.
    let mut scene = page(Scene::default(), "[]", 0);
    for total in [150, 0, 900, 0] {
        scene = page(scene, "[]", total);
    }
    scene = page(scene, r#"[{"id":"a9","description":"Zoo"}]"#, 1);
    let answer = search(&scene, "zoo");
    assert_eq!(ids(&answer), ["app:a9"]);
    assert_eq!(scene.asked(), 6);
    let missed = answer["notSearched"].as_str().expect("mail addresses");
    assert!(
        missed.contains("mail addresses beyond the first 100") && !missed.contains("apps"),
        "{missed}"
    );
}

#[test]
fn a_connection_for_one_project_stays_in_it() {
    let fixed = Surface::parse(&format!("/mcp/p/{UUID}")).expect("an address");
    let mut allowed = Scene::default();
    allowed.caller.project = Some(UUID.into());
    for scene in [Scene { surface: fixed, ..Scene::default() }, allowed] {
        let mut scene = scene.answering(200, &format!(r#"{{"id":"{UUID}","description":"Zoo"}}"#));
        for _ in 0..5 {
            scene = scene.answering(200, "[]");
        }
        let answer = search(&scene, "zoo");
        assert_eq!(ids(&answer), [format!("project:{UUID}")]);
        let requests = scene.requests();
        assert_eq!(requests.len(), 6, "{requests:?}");
        assert!(requests.iter().all(|request| request.contains(UUID)), "{requests:?}");
        assert_eq!(answer.get("notSearched"), None, "{answer}");
        only_declared(&scene);
    }
}

#[test]
fn what_the_connection_may_not_read_is_not_asked_for() {
    let mut scene = Scene::default().answering(200, "[]");
    scene.caller.scopes = Some(vec!["domain:read".into()]);
    let answer = search(&scene, "zoo");
    assert_eq!(scene.requests(), ["GET /v2/domains?limit=100"]);
    let missed = answer["notSearched"].as_str().expect("what was left out");
    for part in [
        "projects (this connection lacks the right project:read)",
        "app:read",
        "mail:read",
        "databases",
    ] {
        assert!(missed.contains(part), "{part} in {missed}");
    }
}

#[test]
fn what_fails_is_said_and_a_sign_in_that_ended_is_an_error() {
    let mut scene = Scene::default().answering(200, "[]").answering(500, "{}");
    scene = scene.answering(200, r#"[{"domainId":"d1","domain":"zoo.example"}]"#);
    scene.upstream = scene.upstream.will_fail(UpstreamFailure::TimedOut);
    scene = scene.answering(200, "[]");
    let answer = search(&scene, "zoo");
    assert_eq!(ids(&answer), ["domain:d1"]);
    let missed = answer["notSearched"].as_str().expect("what failed");
    assert!(
        missed.contains("apps (mittwald did not give the list)")
            && missed.contains("mail addresses (")
    );

    let mut scene = Scene::default();
    for _ in 0..6 {
        scene = scene.answering(503, "");
    }
    assert_eq!(ask(&scene, "zoo").outcome, "api_broken");
    let result = ask(&Scene::default().answering(401, "{}"), "zoo");
    assert!(result.outcome == "api_unauthorized" && result.challenge.is_some());
}

#[test]
fn guides_are_found_in_both_languages() {
    let scene = || {
        let mut scene = Scene::default();
        for _ in 0..5 {
            scene = scene.answering(200, "[]");
        }
        scene
    };
    let first = |query: &str| ids(&search(&scene(), query)).first().map(|id| (*id).to_owned());
    assert_eq!(first("restore_backup").as_deref(), Some("guide:en/restore_backup"));
    let german = crate::catalog::find_prompt("restore_backup").expect("a prompt").german.title;
    assert_eq!(first(german).as_deref(), Some("guide:de/restore_backup"));
}

#[test]
fn twenty_hits_are_enough() {
    let rows: Vec<String> =
        (0..60).map(|n| format!(r#"{{"id":"{n}","description":"Zoo {n}"}}"#)).collect();
    let mut scene = Scene::default().answering(200, &format!("[{}]", rows.join(",")));
    for _ in 0..5 {
        scene = scene.answering(200, "[]");
    }
    assert_eq!(ids(&search(&scene, "zoo")).len(), 20);
}
