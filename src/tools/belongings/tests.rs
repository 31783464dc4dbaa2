//! What a person has.
//!
//! 1. What is read of a row stands in the API's facts; every list is a tool of the catalogue.
//! 2. Each kind is read in one request of at most a hundred rows, and understood.
//! 3. It is remembered for 30 s, under the person, the grant and the project, and nobody else's.
//! 4. A missing scope is an empty list that says so, and no request.
//! 5. Where a project is fixed, only that project is asked about; another one is nothing.
//! 6. What the API lists by project is read in the first projects only, and the rest is counted.
//! 7. A failure of mittwald is told, and not remembered.

use std::path::Path;

use futures::executor::block_on;
use mittwald_catalog::binding::names_project;
use mittwald_catalog::facts::Facts;

use super::*;
use crate::catalog::Verb;
use crate::ports::testing::TimedMemory;
use crate::ports::{Ports, UpstreamFailure};
use crate::tools::surface::Surface;
use crate::tools::testing::{Scene, UUID};

const OTHER: &str = "11111111-2222-4333-8444-555555555555";
const APPS: &str = r#"[{"id":"a1","shortId":"a-abc123","description":"Shop","appName":"WordPress",
    "hostname":"shop.example","projectId":"p1"},{"id":"a2","description":" ","appName":"PHP"}]"#;

fn listed(scene: &Scene, kind: Kind, project: Option<&str>) -> Listing {
    block_on(list(&scene.environment(), kind, project)).expect("a list")
}

fn projects(count: usize) -> String {
    let row =
        |n: usize| format!(r#"{{"id":"{n:08}-2222-4333-8444-555555555555","description":"P{n}"}}"#);
    format!("[{}]", (0..count).map(row).collect::<Vec<_>>().join(","))
}

/// Connected at `/mcp/p/{UUID}`, and by a person who allowed only that project.
fn fixed() -> [Scene; 2] {
    let surface = Surface::parse(&format!("/mcp/p/{UUID}")).expect("an address");
    let mut allowed = Scene::default();
    allowed.caller.project = Some(UUID.into());
    [Scene { surface, ..Scene::default() }, allowed]
}

#[test]
fn what_is_read_is_in_the_facts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/operations.json");
    let facts = Facts::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    for kind in Kind::ALL {
        let sources = kind.sources();
        assert!(sources.across.is_some() || sources.within.is_some(), "{kind:?}");
        for source in [sources.across, sources.within].into_iter().flatten() {
            let tool = catalog::find(source.tool).unwrap_or_else(|| panic!("{}", source.tool));
            let own = tool.operation.as_ref().expect("one request");
            assert_eq!(own.verb, Verb::Get, "{}", tool.name);
            let operation = &facts.operations[&format!("GET {}", own.template)];
            let ways = source.name.iter().chain(source.detail);
            let single = [Some(source.id), source.short_id, source.project];
            for way in ways.copied().chain(single.into_iter().flatten()) {
                names_project(&facts, operation, &way.join(".")).unwrap_or_else(|why| {
                    panic!("{}: {why}", tool.name);
                });
            }
            let takes = |name| tool.args.iter().any(|arg| arg.name == name);
            assert!(source.search.is_none_or(takes), "{}: {:?}", tool.name, source.search);
        }
        let within = sources.within.and_then(|source| catalog::find(source.tool));
        assert!(within.is_none_or(|tool| tool.args.iter().any(|arg| arg.name == "projectId")));
        assert_eq!(Kind::of_name(kind.name()), Some(kind), "names tell the kinds apart");
    }
}

#[test]
fn a_kind_is_one_request_and_its_rows_are_understood() {
    let scene = Scene::default().answering(200, APPS);
    let listing = listed(&scene, Kind::App, None);
    assert_eq!(scene.requests(), ["GET /v2/app-installations?limit=100"]);
    let shop = Thing {
        id: "a1".into(),
        short_id: Some("a-abc123".into()),
        name: "Shop".into(),
        detail: Some("WordPress, shop.example".into()),
        project: Some("p1".into()),
    };
    let php =
        Thing { id: "a2".into(), short_id: None, name: "PHP".into(), detail: None, project: None };
    assert_eq!(listing.things, [shop, php]);
    assert!(listing.is_complete() && listing.requests == 1);
}

#[test]
fn more_than_a_page_is_no_complete_list_and_can_be_searched() {
    let mut scene = Scene::default();
    for _ in 0..2 {
        let headers = [("content-type", "application/json"), ("x-pagination-totalcount", "250")];
        scene.upstream = scene.upstream.will_answer(200, &headers, APPS);
    }
    let listing = listed(&scene, Kind::App, None);
    assert!(!listing.is_complete() && listing.total == 250);
    let found = block_on(search(&scene.environment(), Kind::App, None, "Müller & Co"));
    assert_eq!(found.expect("an answer").expect("apps can be searched").things.len(), 2);
    let last = scene.requests().pop().expect("a request");
    assert_eq!(last, "GET /v2/app-installations?searchTerm=M%C3%BCller%20%26%20Co&limit=100");
    let none = block_on(search(&scene.environment(), Kind::MysqlDatabase, Some(UUID), "x"));
    assert_eq!(none, Ok(None), "the API cannot search databases");
}

#[test]
fn it_is_remembered_for_the_same_connection_of_the_same_person() {
    let mut scene = Scene::default().answering(200, APPS);
    let first = listed(&scene, Kind::App, None);
    assert_eq!(remembered(&scene.environment(), Kind::Domain, None), None);
    let again = listed(&scene, Kind::App, None);
    assert_eq!((again.things, again.requests, scene.asked()), (first.things, 0, 1));
    assert!(remembered(&scene.environment(), Kind::App, None).is_some());

    // Another person, another connection of the person, one with a project, and another text.
    scene = scene.answering(200, "[]");
    scene.caller.account = "other".into();
    assert!(listed(&scene, Kind::App, None).things.is_empty(), "another person");
    scene = scene.answering(200, "[]");
    (scene.caller.account, scene.caller.grant) = ("account".into(), Some("other".into()));
    assert!(listed(&scene, Kind::App, None).things.is_empty(), "another connection");
    scene = scene.answering(200, "[]");
    scene.caller.grant = Some("grant".into());
    assert!(listed(&scene, Kind::App, Some(UUID)).things.is_empty(), "one project");
    scene.caller.project = Some(UUID.into());
    scene = scene.answering(200, "[]");
    assert!(listed(&scene, Kind::App, None).things.is_empty(), "limited to one project");
    assert_eq!(scene.asked(), 5);
}

#[test]
fn the_parts_of_a_key_cannot_run_into_each_other() {
    let mut scene = Scene::default().answering(200, APPS).answering(200, "[]");
    scene.caller.account = r#"a","grant"#.into();
    listed(&scene, Kind::App, None);
    scene.caller.account = "a".into();
    scene.caller.grant = Some(r#"grant","grant"#.into());
    assert!(listed(&scene, Kind::App, None).things.is_empty());
}

#[test]
fn it_is_forgotten_after_thirty_seconds() {
    let scene = Scene::default().answering(200, APPS).answering(200, "[]");
    let memory = TimedMemory::new(&scene.clock);
    let environment = Environment {
        ports: Ports { memory: &memory, ..scene.ports() },
        began_ms: u64::MAX,
        ..scene.environment()
    };
    let count = || block_on(list(&environment, Kind::App, None)).expect("a list").things.len();
    assert_eq!(count(), 2);
    scene.clock.advance(29);
    assert_eq!(count(), 2);
    scene.clock.advance(1);
    assert_eq!(count(), 0);
}

#[test]
fn a_missing_scope_is_an_empty_list_that_says_so() {
    let mut scene = Scene::default();
    scene.caller.scopes = Some(vec!["project:read".into()]);
    for kind in [Kind::App, Kind::MysqlDatabase, Kind::Conversation] {
        let listing = listed(&scene, kind, None);
        assert!(listing.things.is_empty() && !listing.is_complete());
        assert!(matches!(listing.withheld, Some(Withheld::Scope(_))), "{kind:?}: {listing:?}");
    }
    assert_eq!(scene.asked(), 0);
}

#[test]
fn what_is_remembered_is_no_way_around_a_scope() {
    let mut scene = Scene::default().answering(200, APPS);
    listed(&scene, Kind::App, None);
    scene.caller.scopes = Some(Vec::new());
    assert_eq!(listed(&scene, Kind::App, None).withheld, Some(Withheld::Scope("app:read")));
    let found = remembered(&scene.environment(), Kind::App, None);
    assert_eq!(found.expect("that it may not").withheld, Some(Withheld::Scope("app:read")));
}

#[test]
fn a_fixed_project_is_all_there_is() {
    for (kind, path) in [
        (Kind::Project, "/v2/projects/{}"),
        (Kind::App, "/v2/projects/{}/app-installations?limit=100"),
        (Kind::MysqlDatabase, "/v2/projects/{}/mysql-databases"),
        (Kind::Domain, "/v2/domains?projectId={}&limit=100"),
        (Kind::Hostname, "/v2/ingresses?projectId={}&limit=100"),
        (Kind::MailAddress, "/v2/projects/{}/mail-addresses?limit=100"),
        (Kind::Backup, "/v2/projects/{}/backups?limit=100"),
    ] {
        for scene in fixed() {
            let body = if kind == Kind::Project { r#"{"id":"x"}"# } else { "[]" };
            let scene = scene.answering(200, body);
            listed(&scene, kind, Some(&UUID.to_uppercase()));
            assert_eq!(scene.requests(), [format!("GET {}", path.replace("{}", UUID))]);
        }
    }
    for scene in fixed() {
        for kind in Kind::ALL {
            let listing = listed(&scene, kind, Some(OTHER));
            assert_eq!(
                listing,
                Listing::withheld(Withheld::Project),
                "{kind:?} of another project"
            );
            if !kind.is_in_a_project() {
                assert_eq!(listed(&scene, kind, None).withheld, Some(Withheld::Project));
            }
        }
        assert_eq!(scene.asked(), 0);
    }
}

#[test]
fn what_is_listed_by_project_is_read_in_the_first_ones() {
    let mut scene = Scene::default().answering(200, &projects(7));
    for n in 0..MOST_PROJECTS {
        scene = scene.answering(200, &format!(r#"[{{"id":"d{n}","name":"mysql_{n}"}}]"#));
    }
    let listing = listed(&scene, Kind::MysqlDatabase, None);
    assert_eq!((listing.things.len(), listing.unread_projects, listing.requests), (5, 2, 6));
    assert!(!listing.is_complete());
    let last = &listing.things[4];
    assert_eq!(last.project.as_deref(), Some("00000004-2222-4333-8444-555555555555"));
    let again = listed(&scene, Kind::MysqlDatabase, None);
    assert_eq!((again.requests, scene.asked()), (0, 6));
}

#[test]
fn a_project_that_is_no_uuid_is_nobodys_and_never_sent() {
    let scene = Scene::default();
    for project in ["p-abc123", "..", "", "a?b", "self"] {
        let outcome = block_on(list(&scene.environment(), Kind::App, Some(project)));
        assert!(matches!(outcome, Err(ApiError::NotFound { .. })), "{project}: {outcome:?}");
    }
    assert_eq!(scene.asked(), 0);
}

#[test]
fn a_failure_is_told_and_not_remembered() {
    let mut scene = Scene::default();
    scene.upstream = scene.upstream.will_fail(UpstreamFailure::TimedOut);
    let scene = scene.answering(500, "{}").answering(200, r#"{"no":"list"}"#).answering(200, "[]");
    let outcome = || block_on(list(&scene.environment(), Kind::App, None)).map(|_| ());
    assert_eq!(outcome(), Err(ApiError::NoAnswer(UpstreamFailure::TimedOut)));
    assert_eq!(outcome(), Err(ApiError::Broken { status: 500 }));
    assert!(matches!(outcome(), Err(ApiError::Unreadable(_))));
    assert_eq!(outcome(), Ok(()));
}
