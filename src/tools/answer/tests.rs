use serde_json::Value as Json;

use super::*;
use crate::catalog::find;
use crate::tools::check::{Settled, check};

fn composed(tool: &str, arguments: &str, json: &str, total: Option<u64>) -> Json {
    let tool = find(tool).expect("a tool");
    let raw = serde_json::from_str(arguments).expect("JSON");
    let arguments = check(tool, Some(raw), Settled::default()).expect("arguments");
    let text = compose(tool, &arguments, &Success { json, total }).expect("an answer");
    assert!(text.len() <= MAX_ANSWER, "{} bytes", text.len());
    serde_json::from_str(&text).expect("JSON")
}

fn projects(count: usize, length: usize) -> String {
    let row = serde_json::json!({ "id": "p", "description": "x".repeat(length) });
    Json::from(vec![row; count]).to_string()
}

#[test]
fn a_page_says_where_it_is_and_how_to_go_on() {
    let answer =
        composed("mittwald_project_list", r#"{"limit":2,"page":2}"#, &projects(2, 3), Some(5));
    assert_eq!(answer["projects"][0]["id"], "p");
    assert_eq!(
        (&answer["total"], &answer["page"], &answer["limit"]),
        (&5.into(), &2.into(), &2.into())
    );
    assert_eq!(answer["more"], "1 more: call again with page 3.");
}

#[test]
fn the_last_page_promises_nothing() {
    let answer = composed("mittwald_project_list", "{}", &projects(2, 3), Some(2));
    assert!(answer.get("more").is_none() && answer.get("truncated").is_none());
    assert_eq!((&answer["total"], &answer["limit"]), (&2.into(), &50.into()));
}

#[test]
fn a_page_past_the_end_says_so() {
    let answer = composed("mittwald_project_list", r#"{"page":9}"#, "[]", Some(5));
    assert_eq!(answer["more"], "This page is past the end; there are 5 in all.");
    assert_eq!(answer["projects"], Json::Array(Vec::new()));
}

#[test]
fn without_a_count_a_full_page_may_have_a_successor() {
    let answer = composed("mittwald_project_list", r#"{"limit":2}"#, &projects(2, 3), None);
    assert_eq!(
        (&answer["total"], &answer["more"]),
        (&2.into(), &"There may be more: call again with page 2.".into())
    );
}

#[test]
fn a_list_without_pages_counts_its_rows() {
    let json = r#"[{"id":"a"},{"id":"b"}]"#;
    let answer = composed("mittwald_database_mysql_list", r#"{"projectId":"p"}"#, json, None);
    assert_eq!(answer["total"], 2);
    assert!(answer.get("page").is_none() && answer.get("more").is_none());
}

#[test]
fn a_list_that_is_too_long_is_cut_at_a_row_and_says_how_to_see_the_rest() {
    let answer = composed("mittwald_project_list", "{}", &projects(50, 1_000), Some(80));
    let shown = answer["projects"].as_array().unwrap().len();
    assert!((10..50).contains(&shown));
    let note = answer["truncated"].as_str().unwrap();
    assert!(note.contains(&format!("Only the first {shown} of this page's 50")), "{note}");
    assert!(note.contains(&format!("limit {shown}")) && note.contains("searchTerm"), "{note}");
    assert!(answer.get("more").is_none());
    let answer = composed(
        "mittwald_database_mysql_list",
        r#"{"projectId":"p"}"#,
        &projects(50, 1_000),
        None,
    );
    assert!(answer["truncated"].as_str().unwrap().contains("of 50 fit"));
}

#[test]
fn an_object_that_is_too_long_names_what_was_cut() {
    let json = serde_json::json!({ "id": "p", "description": "x".repeat(40_000), "shortId": "s" });
    let answer = composed("mittwald_project_get", r#"{"projectId":"p"}"#, &json.to_string(), None);
    assert_eq!((&answer["id"], &answer["shortId"]), (&"p".into(), &"s".into()));
    assert_eq!(answer["truncated"], "Too long to show whole. Cut: description.");
}

#[test]
fn a_change_without_an_answer_says_done_and_for_what() {
    let arguments = r#"{"projectId":"p-\"1","description":"x"}"#;
    let answer = composed("mittwald_project_update", arguments, "", None);
    assert_eq!(answer, serde_json::json!({ "done": true, "projectId": "p-\"1" }));
}

#[test]
fn the_notes_beside_the_rows_break_no_output_schema() {
    for tool in crate::catalog::LISTING {
        let definition: Json = serde_json::from_str(tool.json).unwrap();
        let schema = &definition["outputSchema"];
        assert!(
            // Four short texts are never cut, and have no notes.
            schema.get("additionalProperties").is_none_or(|allowed| allowed == true)
                || tool.name == "mittwald_profile_get",
            "{}",
            tool.name
        );
        if let Answer::List { key, .. } = tool.answer {
            assert!(!["more", "truncated"].contains(&key), "{}", tool.name);
        }
    }
}

#[test]
fn plain_values_are_a_list_too() {
    let tool = find("mittwald_project_list").expect("a tool");
    let arguments = check(tool, None, Settled::default()).expect("arguments");
    let listed = |json: &str, page: Option<Page>| {
        let success = Success { json, total: None };
        list(tool, "zones", Rows::Plain, page, &success)
            .map(|text| serde_json::from_str::<Json>(&text).expect("JSON"))
    };
    let answer = listed(r#"["Europe/Berlin", "UTC"]"#, None).expect("an answer");
    assert_eq!(answer, serde_json::json!({ "zones": ["Europe/Berlin", "UTC"], "total": 2 }));
    assert!(listed(r#"[{"a":1}]"#, None).is_err() && listed("{}", None).is_err());
    let many = Json::from(vec!["x".repeat(100); 500]).to_string();
    let answer = listed(&many, Page::asked(tool.args, &arguments)).expect("an answer");
    assert!(answer["truncated"].as_str().is_some_and(|note| note.contains("page's 500")));
}

#[test]
fn a_text_is_cut_at_a_character() {
    let read = |json: &str, media_type: &str| {
        text("log", media_type, &Success { json, total: None })
            .map(|text| (text.len(), serde_json::from_str::<Json>(&text).expect("JSON")))
    };
    assert_eq!(read("a\n\"b\"", "text/plain").unwrap().1, serde_json::json!({ "log": "a\n\"b\"" }));
    assert_eq!(read("", "text/plain").unwrap().1, serde_json::json!({ "log": "" }));
    assert_eq!(read("\"a\"", "application/json").unwrap().1, serde_json::json!({ "log": "a" }));
    assert!(read("{}", "application/json").is_err());
    for long in ["ü".repeat(20_000), "\u{1}".repeat(30_000)] {
        let (length, answer) = read(&long, "text/plain").unwrap();
        assert!(length <= MAX_ANSWER, "{length}");
        assert!(long.starts_with(answer["log"].as_str().unwrap()));
        assert!(answer["truncated"].as_str().is_some_and(|note| note.contains("bytes fit")));
    }
}
