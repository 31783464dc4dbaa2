use super::*;
use crate::catalog::Field;

static FIELDS: &[Field] = &[
    Field { name: "id", source: Source::Copy(&["id"]) },
    Field { name: "user", source: Source::Copy(&["mainUser", "name"]) },
    Field { name: "state", source: Source::Copy(&["mainUser", "status"]) },
    Field { name: "port", source: Source::Constant("3306") },
    Field { name: "version", source: Source::Object(&["version"], VERSION) },
    Field { name: "ports", source: Source::Rows(&["net", "ports"], PORT) },
    Field { name: "tags", source: Source::Copy(&["tags"]) },
    Field { name: "text", source: Source::Copy(&["text"]) },
    Field { name: "map", source: Source::Copy(&["map"]) },
];
static VERSION: &[Field] = &[Field { name: "current", source: Source::Copy(&["c"]) }];
static PORT: &[Field] = &[Field { name: "port", source: Source::Copy(&["p"]) }];

fn projected(json: &str, room: usize) -> (String, Vec<&'static str>) {
    let mut sheet = Sheet::new(room);
    object(json, FIELDS, &mut sheet).expect("a projection");
    serde_json::from_str::<serde_json::Value>(&sheet.out).expect("JSON");
    (sheet.out, sheet.cut)
}

#[test]
fn declared_fields_come_in_declared_order_and_nothing_else_does() {
    let json = r#"{"secret":"x","net":{"ports":[{"p":1,"x":2},{"p":null}]},"version":{"c":"8.4","d":1},
        "mainUser":{"status":"ready","name":"db\u0075"},"id":"a","tags":["x", 1]}"#;
    let (out, cut) = projected(json, usize::MAX);
    assert_eq!(
        out,
        r#"{"id":"a","user":"db\u0075","state":"ready","port":3306,"version":{"current":"8.4"},"ports":[{"port":1},{}],"tags":["x", 1]}"#
    );
    assert!(cut.is_empty());
}

#[test]
fn null_missing_and_mistyped_values_are_left_out() {
    let json = r#"{"id":null,"mainUser":null,"version":[],"net":{"ports":{}},"tags":null}"#;
    assert_eq!(projected(json, usize::MAX).0, r#"{"port":3306}"#);
    assert_eq!(projected(r#"{"mainUser":"x","net":7}"#, usize::MAX).0, r#"{"port":3306}"#);
}

#[test]
fn what_is_too_long_keeps_its_type() {
    let long = "ä".repeat(400);
    let json = serde_json::json!({
        "id": "a",
        "net": { "ports": vec![serde_json::json!({"p": 1}); 400] },
        "tags": vec!["tag"; 300],
        "text": long,
        "map": { "a": long },
    });
    let (out, cut) = projected(&json.to_string(), 300);
    let out: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(cut, ["ports", "tags", "text", "map"]);
    assert!(out["ports"].as_array().is_some_and(|rows| (1..400).contains(&rows.len())));
    assert!(out["tags"].is_array() && out["text"].is_string() && out["map"].is_object());
    assert_eq!(out["id"], "a");
}

#[test]
fn rows_are_whole_or_not_there() {
    let json = format!("[{}]", vec![r#"{"id":"0123456789"}"#; 100].join(","));
    let mut sheet = Sheet::new(500);
    let counted = rows(&json, FIELDS, &mut sheet).unwrap();
    let shown: Vec<serde_json::Value> = serde_json::from_str(&sheet.out).unwrap();
    assert_eq!(counted.seen, 100);
    assert_eq!(counted.shown, shown.len() as u64);
    assert!(counted.shown > 5 && sheet.out.len() <= 501, "{}", sheet.out.len());
    assert!(shown.iter().all(|row| row["id"] == "0123456789") && sheet.cut.is_empty());
}

#[test]
fn a_single_row_that_is_too_long_is_cut_inside() {
    let json =
        serde_json::json!([{ "id": "a", "text": "x".repeat(5_000) }, { "id": "b" }]).to_string();
    let mut sheet = Sheet::new(1_000);
    let counted = rows(&json, FIELDS, &mut sheet).unwrap();
    assert_eq!((counted.shown, counted.seen), (1, 2));
    assert_eq!(sheet.cut, ["text"]);
    let shown: Vec<serde_json::Value> = serde_json::from_str(&sheet.out).unwrap();
    assert_eq!(shown[0]["id"], "a");
}

#[test]
fn json_of_another_form_is_told_from_no_json() {
    let read = |json: &str| rows(json, FIELDS, &mut Sheet::new(9)).unwrap_err();
    assert!(read("{}").is_data() && read("[1]").is_data() && read("[[]]").is_data());
    assert!(!read("[{]").is_data() && !read("[{}").is_data() && !read("[] x").is_data());
}
