//! 1. The first call shows what would happen, changes nothing and gives a token
//! 2. With the token, and nothing else, the second call happens once
//! 3. A token that is wrong, foreign, stale or outdated is refused by name, and nothing is sent
//! 4. Read-only surfaces, levels and scopes beat a token
//! 5. Whatever a token is bound to: any other value refuses it (property)

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::catalog;
use crate::http::Language;
use crate::ports::LedgerRefusal;
use crate::ports::testing::MemoryLedger;
use crate::tools::caller::Level;
use crate::tools::input::{Abilities, Input, Question};
use crate::tools::surface::Surface;
use crate::tools::testing::{Scene, UUID};

/// Orders and other tools about what is not there yet, or about the person themselves; two have a reading
/// tool at another path, which `shows` names.
const SHOW_ARGUMENTS_ONLY: [&str; 20] = [
    "mittwald_ai_hosting_order",
    "mittwald_ai_hosting_tariff_change",
    "mittwald_certificate_delete",
    "mittwald_certificate_order",
    "mittwald_certificate_request_delete",
    "mittwald_dns_record_remove",
    "mittwald_domain_order",
    "mittwald_extension_install",
    "mittwald_extension_install_org",
    "mittwald_leadfyndr_order",
    "mittwald_leadfyndr_tariff_change",
    "mittwald_license_order",
    "mittwald_mail_archive_order",
    "mittwald_project_order",
    "mittwald_project_tariff_change",
    "mittwald_server_order",
    "mittwald_server_tariff_change",
    "mittwald_user_api_token_create",
    "mittwald_user_session_delete_all",
    "mittwald_user_ssh_key_create",
];

const TOOL: &str = "mittwald_backup_schedule_delete";

fn scene() -> Scene {
    Scene { surface: Surface::parse("/mcp/x/all").unwrap(), ..Scene::default() }
}

fn schedule(description: &str) -> String {
    json!({"id": UUID, "description": description, "schedule": "0 3 * * *", "ttl": "7d"})
        .to_string()
}

fn arguments(token: Option<&str>) -> String {
    let mut arguments = json!({"projectBackupScheduleId": UUID});
    if let Some(token) = token {
        arguments["confirmation_token"] = token.into();
    }
    arguments.to_string()
}

/// Lets the scene give a preview; its token, and the preview.
fn previewed(scene: Scene) -> (Scene, String, Value) {
    let scene = scene.answering(200, &schedule("Shop"));
    let result = scene.call(TOOL, &arguments(None));
    assert!(!result.is_error, "{}", result.text);
    let answer: Value = serde_json::from_str(&result.text).unwrap();
    let token = answer["confirmation_token"].as_str().unwrap().to_owned();
    (scene, token, answer)
}

fn refused(scene: &Scene, token: &str, outcome: &str) -> String {
    let before = scene.asked();
    let result = scene.call(TOOL, &arguments(Some(token)));
    assert_eq!(result.outcome, outcome, "{}", result.text);
    assert!(result.is_error && result.text.starts_with("Nothing was sent"), "{}", result.text);
    assert_eq!(scene.asked(), before, "mittwald was not even asked");
    assert!(scene.ledger.opened.borrow().is_empty());
    result.text
}

#[test]
fn the_first_call_shows_and_changes_nothing() {
    let (scene, _, answer) = previewed(scene());
    assert_eq!(answer["done"], false);
    assert_eq!(answer["preview"]["now"]["description"], "Shop");
    assert_eq!(answer["preview"]["arguments"], json!({"projectBackupScheduleId": UUID}));
    assert_eq!(answer["preview"]["undo"], "Cannot be undone.");
    let next = answer["next"].as_str().unwrap();
    assert!(next.contains("Nothing was changed yet") && next.contains("ask"), "{next}");
    assert!(scene.upstream.asked.borrow().iter().all(|request| request.method == "GET"));
    assert!(scene.ledger.opened.borrow().is_empty());
}

#[test]
fn the_second_call_happens_and_spends_the_token() {
    let (scene, token, _) = previewed(scene());
    let scene = scene.answering(200, &schedule("Shop")).answering(204, "");
    let result = scene.call(TOOL, &arguments(Some(&token)));
    assert_eq!(result.text, json!({"done": true, "projectBackupScheduleId": UUID}).to_string());
    assert_eq!(scene.upstream.asked.borrow().last().unwrap().method, "DELETE");
    assert_eq!(scene.ledger.spent.borrow().len(), 1);
}

#[test]
fn what_goes_along_is_counted_and_named() {
    let scene = scene()
        .answering(200, r#"{"id":"d","name":"db1"}"#)
        .answering(200, r#"[{"id":"u","name":"dbu1","description":"main"}]"#);
    let arguments = json!({"mysqlDatabaseId": UUID}).to_string();
    let result = scene.call("mittwald_database_mysql_delete", &arguments);
    let answer: Value = serde_json::from_str(&result.text).unwrap();
    let users = &answer["preview"]["goesAlong"][0];
    assert_eq!(users["entries"]["total"], 1);
    assert_eq!(users["entries"]["first"][0]["name"], "dbu1");
}

#[test]
fn what_is_not_there_cannot_be_confirmed() {
    let scene = scene().answering(404, r#"{"type":"NotFound","message":"no"}"#);
    let result = scene.call(TOOL, &arguments(None));
    assert!(result.is_error && result.text.contains("nothing was sent"), "{}", result.text);
}

#[test]
fn a_used_token_is_refused_by_name() {
    let (scene, token, _) = previewed(scene());
    let ledger =
        MemoryLedger { refuses: Some(LedgerRefusal::ConfirmationUsed), ..MemoryLedger::default() };
    let scene = Scene { ledger, ..scene }.answering(200, &schedule("Shop"));
    let result = scene.call(TOOL, &arguments(Some(&token)));
    assert_eq!(result.outcome, "confirmation_used");
    assert!(result.text.contains("used already"), "{}", result.text);
    assert!(scene.upstream.asked.borrow().iter().all(|request| request.method == "GET"));
}

#[test]
fn tokens_that_are_none_are_refused() {
    let (scene, token, _) = previewed(scene());
    for wrong in ["x", &token[1..], &format!("{token}A"), &token.to_lowercase()] {
        refused(&scene, wrong, "confirmation_wrong");
    }
}

#[test]
fn a_token_of_another_connection_is_refused() {
    let (mut scene, token, _) = previewed(scene());
    scene.caller.account = "somebody else".into();
    refused(&scene, &token, "confirmation_foreign");
    scene.caller.account = "account".into();
    scene.caller.grant = Some("another grant".into());
    refused(&scene, &token, "confirmation_foreign");
    scene.caller.grant = Some("grant".into());
    scene.caller.client = "another client".into();
    refused(&scene, &token, "confirmation_foreign");
    scene.caller.client = "client".into();
    scene.surface = Surface::parse("/mcp/x/backup").unwrap();
    refused(&scene, &token, "confirmation_foreign");
}

#[test]
fn a_token_ends_after_ten_minutes() {
    let (scene, token, _) = previewed(scene());
    scene.clock.advance(LIFETIME - 1);
    let scene = Scene { began_ms: scene.ports().clock.now_ms(), ..scene };
    let scene = scene.answering(200, &schedule("Shop")).answering(204, "");
    assert!(!scene.call(TOOL, &arguments(Some(&token))).is_error);
    let (scene, token, _) = previewed(self::scene());
    scene.clock.advance(LIFETIME);
    let text = refused(&scene, &token, "confirmation_expired");
    assert!(text.contains("10 minutes"), "{text}");
}

#[test]
fn a_token_of_another_call_is_refused() {
    let (scene, token, _) = previewed(scene());
    let other = "1f8fad5b-d9cb-469f-a165-70867728950e";
    let scene = scene.answering(200, &schedule("Shop"));
    let arguments =
        json!({"projectBackupScheduleId": other, "confirmation_token": token}).to_string();
    let result = scene.call(TOOL, &arguments);
    assert_eq!(result.outcome, "confirmation_other_arguments");
    let scene = scene.answering(200, r#"{"id":"d","name":"db"}"#).answering(200, "[]");
    let arguments = json!({"mysqlDatabaseId": UUID, "confirmation_token": token}).to_string();
    let result = scene.call("mittwald_database_mysql_delete", &arguments);
    assert_eq!(result.outcome, "confirmation_other_tool");
    assert!(scene.upstream.asked.borrow().iter().all(|request| request.method == "GET"));
}

#[test]
fn a_changed_state_gives_a_new_preview() {
    let (scene, token, _) = previewed(scene());
    let scene = scene.answering(200, &schedule("Shop, live since today"));
    let result = scene.call(TOOL, &arguments(Some(&token)));
    assert_eq!(result.outcome, "confirmation_outdated");
    let answer: Value = serde_json::from_str(&result.text).unwrap();
    assert_eq!(answer["preview"]["now"]["description"], "Shop, live since today");
    assert_ne!(answer["confirmation_token"], token);
    assert!(scene.ledger.opened.borrow().is_empty());
}

#[test]
fn what_a_person_may_not_do_no_token_allows() {
    let (mut scene, token, _) = previewed(scene());
    scene.caller.level = Level::Manage;
    let before = scene.asked();
    let result = scene.call(TOOL, &arguments(Some(&token)));
    assert!(result.is_error && !result.outcome.starts_with("confirmation"), "{}", result.outcome);
    scene.caller.level = Level::Delete;
    scene.caller.scopes = Some(vec!["backup:read".into()]);
    let result = scene.call(TOOL, &arguments(Some(&token)));
    assert!(result.is_error && result.challenge.is_some());
    assert_eq!(scene.asked(), before);
    let readonly = Surface::parse("/mcp/x/all/readonly").unwrap();
    assert!(readonly.look_up(TOOL).is_err(), "it is not even there");
}

#[test]
fn every_tool_that_deletes_something_by_its_id_shows_it_first() {
    let silent: Vec<&str> = catalog::TOOLS
        .iter()
        .filter(|tool| tool.confirm && tool.preview.shown_by.is_none())
        .map(|tool| tool.name)
        .collect();
    assert_eq!(silent, SHOW_ARGUMENTS_ONLY);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// A flipped character anywhere makes a token unreadable.
    #[test]
    fn a_changed_token_is_no_token(position in 0usize..10_000, letter in "[A-Za-z0-9_-]") {
        let (scene, token, _) = previewed(scene());
        let position = position % token.len();
        let mut changed = token.clone();
        changed.replace_range(position..=position, &letter);
        // The last character of base64url may carry unused bits; those must be zero.
        prop_assume!(changed != token);
        let result = scene.call(TOOL, &arguments(Some(&changed)));
        prop_assert_eq!(result.outcome, "confirmation_wrong");
        prop_assert!(scene.ledger.opened.borrow().is_empty());
    }

    /// Any difference in who, where or what keeps a token from being good.
    #[test]
    fn a_token_is_good_for_nothing_else(
        account in "[a-z]{0,8}", grant in proptest::option::of("[a-z]{0,8}"), client in "[a-z]{0,8}",
    ) {
        let (mut scene, token, _) = previewed(scene());
        let same = account == "account" && grant.as_deref() == Some("grant") && client == "client";
        prop_assume!(!same);
        scene.caller.account = account;
        scene.caller.grant = grant;
        scene.caller.client = client;
        let result = scene.call(TOOL, &arguments(Some(&token)));
        prop_assert_eq!(result.outcome, "confirmation_foreign");
        prop_assert!(scene.ledger.opened.borrow().is_empty());
    }
}

/// Calls as a client that can show a form.
fn with_form(scene: &Scene, answers: &str, state: Option<&str>, language: Language) -> ToolResult {
    let can = Abilities { form: true, ..Abilities::default() };
    let answers = crate::mittwald::json::members(answers).unwrap();
    let input = Input { can, answers, state: state.map(str::to_owned) };
    let environment = Environment { input: &input, language, ..scene.environment() };
    let arguments = arguments(None);
    let named = scene.surface.look_up(TOOL).unwrap();
    let given = serde_json::from_str(&arguments).unwrap();
    futures::executor::block_on(crate::tools::call(&environment, named, Some(given)))
}

#[test]
fn a_client_with_forms_asks_the_person_itself() {
    let scene = scene().answering(200, &schedule("Nightly"));
    let asked = *with_form(&scene, "{}", None, Language::German).asks.unwrap();
    let (key, Question::Form { message, schema }) = &asked.questions[0] else { panic!("a form") };
    assert_eq!(key, "confirm");
    assert!(message.contains("Nightly") && message.contains("nicht rückgängig"), "{message}");
    let schema: Value = serde_json::from_str(schema).unwrap();
    assert_eq!(schema["properties"]["confirm"]["type"], "boolean");
    let state = asked.state.unwrap();

    let yes = r#"{"confirm":{"action":"accept","content":{"confirm":true}}}"#;
    let scene = scene.answering(200, &schedule("Nightly")).answering(204, "");
    let done = with_form(&scene, yes, Some(&state), Language::German);
    assert_eq!(done.outcome, "ok", "{}", done.text);
    assert_eq!(scene.upstream.asked.borrow().last().unwrap().method, "DELETE");
    assert_eq!(scene.ledger.spent.borrow().len(), 1);

    let scene = scene.answering(200, &schedule("Weekly"));
    let again = with_form(&scene, yes, Some(&state), Language::English);
    assert!(again.asks.is_some(), "what changed in between is asked again");
}

#[test]
fn no_answer_but_yes_is_a_yes() {
    let token = {
        let scene = scene().answering(200, &schedule("Nightly"));
        with_form(&scene, "{}", None, Language::English).asks.unwrap().state.unwrap()
    };
    for no in [
        r#"{"confirm":{"action":"decline"}}"#,
        r#"{"confirm":{"action":"cancel"}}"#,
        r#"{"confirm":{"action":"accept"}}"#,
        r#"{"confirm":{"action":"accept","content":{"confirm":false}}}"#,
        r#"{"confirm":{"action":"accept","content":{"confirm":"true"}}}"#,
    ] {
        let scene = scene();
        let result = with_form(&scene, no, Some(&token), Language::English);
        assert_eq!((result.outcome, scene.asked()), ("declined", 0), "{no}");
    }
    // A yes without the state of the round before is none: the person is asked.
    let scene = scene().answering(200, &schedule("Nightly"));
    let yes = r#"{"confirm":{"action":"accept","content":{"confirm":true}}}"#;
    assert!(with_form(&scene, yes, None, Language::English).asks.is_some());
}
