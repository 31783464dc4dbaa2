use proptest::prelude::*;

use super::*;
use crate::catalog::{
    Binding, Choice, Effect, Format, Key, Member, Operation, Shape, TOOLS, Verb, find,
};
use crate::tools::testing::UUID;

/// A tool with an argument of every shape.
static EVERY_SHAPE: Tool = tool(&[
    arg("count", Shape::Integer { min: 1, max: 100 }),
    arg("flag", Shape::Boolean),
    arg("free", Shape::Object(&[])),
    arg("id", Shape::Text { min: 0, max: u32::MAX, values: &[], format: Some(Format::Uuid) }),
    arg("labels", Shape::List { items: &LABEL, min: 0, max: 2 }),
    arg("mode", Shape::Text { min: 0, max: u32::MAX, values: &["on", "off"], format: None }),
    arg("name", NAME),
]);

static LABEL: Shape = Shape::Object(&[
    Key { name: "name", required: true, shape: NAME },
    Key { name: "weight", required: false, shape: Shape::Number },
]);

/// A choice of arguments, a union in a list, a map.
static TOGETHER: Tool = Tool {
    choices: &[Choice {
        required: true,
        members: &[
            Member { needs: &["url"], may: &[], when: &[], sends: &[] },
            Member { needs: &["path", "program"], may: &["flags"], when: &[], sends: &[] },
        ],
    }],
    ..tool(&[
        arg("flags", NAME),
        arg("map", Shape::Map(&Shape::Integer { min: 1, max: 9 })),
        arg("path", NAME),
        arg("program", NAME),
        arg(
            "target",
            Shape::OneOf {
                keys: &[
                    Key { name: "page", required: false, shape: Shape::Boolean },
                    Key { name: "url", required: false, shape: NAME },
                ],
                members: &[
                    Member { needs: &["url"], may: &[], when: &[], sends: &[] },
                    Member { needs: &["page"], may: &[], when: &[], sends: &[] },
                ],
            },
        ),
        arg("url", NAME),
    ])
};

const fn tool(args: &'static [Arg]) -> Tool {
    Tool {
        name: "mittwald_test",
        effect: Effect::Read,
        scopes: &[],
        confirm: false,
        preview: crate::catalog::Preview { shown_by: None, lists: &[] },
        core: false,
        everywhere: false,
        toolsets: &[],
        project: Binding::None,
        secondary: &[],
        untrusted: false,
        args,
        choices: &[],
        operation: Some(Operation {
            verb: Verb::Get,
            template: "/v2/x",
            path: &[],
            fixed_query: &[],
            fixed_body: &[],
            repeated: &[],
            generated: &[],
            body: false,
        }),
        job: None,
        answer: crate::catalog::Answer::Done,
        json: "{}",
        project_json: None,
        modern_json: None,
        mirrored: &[],
    }
}

const NAME: Shape = Shape::Text { min: 1, max: 5, values: &[], format: None };

const fn arg(name: &'static str, shape: Shape) -> Arg {
    Arg { name, required: false, shape, place: Place::Query(name), default: None, listed_by: None }
}

fn told(tool: &'static Tool, arguments: &str) -> String {
    let raw: &RawValue = serde_json::from_str(arguments).expect("JSON");
    check(tool, Some(raw), Settled::default()).expect_err("a refusal").told(tool)
}

#[test]
fn arguments_that_go_together_are_given_together() {
    let good = |arguments: &str| {
        let raw: &RawValue = serde_json::from_str(arguments).expect("JSON");
        check(&TOGETHER, Some(raw), Settled::default()).expect("good");
    };
    good(r#"{"url":"a"}"#);
    good(r#"{"path":"a","program":"b"}"#);
    good(r#"{"path":"a","program":"b","flags":"c"}"#);
    for (arguments, came) in [
        ("{}", "none of them is given"),
        (r#"{"path":"a"}"#, "given are path"),
        (r#"{"url":"a","flags":"c"}"#, "given are url, flags"),
        (r#"{"url":"a","path":"a","program":"b"}"#, "given are url, path, program"),
    ] {
        let sentence = format!(
            "these arguments go together: url, or path and program (perhaps with flags); {came}."
        );
        let told = told(&TOGETHER, arguments);
        assert!(told.contains(&sentence), "{told}");
    }
}

#[test]
fn a_union_inside_and_a_map_are_checked() {
    let told = |rest: &str| told(&TOGETHER, &format!(r#"{{"url":"a",{rest}}}"#));
    for (rest, sentence) in [
        (r#""target":{}"#, "target must have url, or page."),
        (r#""target":{"url":"a","page":true}"#, "target must have url, or page."),
        (
            r#""target":{"link":"a"}"#,
            "target has no key \"link\"; it must be an object with url, or page.",
        ),
        (r#""target":{"page":1}"#, "target.page must be true or false; it is the number 1."),
        (r#""map":{"a":0}"#, "map[\"a\"] must be a whole number from 1 to 9; it is the number 0."),
        (
            r#""map":[]"#,
            "map must be an object (each value a whole number from 1 to 9); it is a list.",
        ),
        (r#""map":{"a":1,"a":1}"#, "map: a key is given twice."),
    ] {
        let told = told(rest);
        assert!(told.contains(sentence), "{told}");
    }
    let raw: &RawValue =
        serde_json::from_str(r#"{"url":"a","target":{"page":true},"map":{"a":1,"b":9}}"#).unwrap();
    check(&TOGETHER, Some(raw), Settled::default()).expect("good");
}

#[test]
fn every_problem_is_told_at_once_with_what_came_and_what_is_allowed() {
    let told = told(
        &EVERY_SHAPE,
        r#"{"count":101,"flag":"yes","free":[],"id":"p-abc","labels":[{"weight":"x","colour":1}],
            "mode":"auto","name":"","nmae":1}"#,
    );
    for sentence in [
        "the arguments of mittwald_test have 10 problems",
        "count must be a whole number from 1 to 100; it is the number 101.",
        "flag must be true or false; it is the text \"yes\".",
        "free must be an object; it is a list.",
        "id must be a UUID such as",
        "labels[0].name is missing; it must be a text of 1 to 5 characters.",
        "labels[0].weight must be a number; it is the text \"x\".",
        "labels[0] has no key \"colour\"; it must be an object with the keys name (required), weight.",
        "mode must be one of \"on\", \"off\"; it is the text \"auto\".",
        "name must be a text of 1 to 5 characters; it is the text \"\".",
        "the argument \"nmae\" is unknown; name is probably meant.",
    ] {
        assert!(told.contains(sentence), "{sentence}\nin {told}");
    }
}

#[test]
fn a_missing_argument_and_a_misspelt_one_are_named() {
    let told = told(find("mittwald_project_get").unwrap(), r#"{"project_id":"x"}"#);
    assert!(told.contains("projectId is missing; it must be a text"), "{told}");
    assert!(told.contains("\"project_id\" is unknown; projectId is probably meant"), "{told}");
}

#[test]
fn a_long_text_is_never_repeated() {
    let secret = "s".repeat(41);
    let told = told(&EVERY_SHAPE, &format!(r#"{{"mode":"{secret}","{secret}":1}}"#));
    assert!(!told.contains(&secret) && told.contains("the text of 41 characters"), "{told}");
}

#[test]
fn null_means_left_out() {
    let tool = find("mittwald_project_list").unwrap();
    let raw: &RawValue = serde_json::from_str(r#"{"searchTerm":null,"limit":null}"#).unwrap();
    assert!(check(tool, Some(raw), Settled::default()).unwrap().get("searchTerm").is_none());
    let told = told(find("mittwald_project_get").unwrap(), r#"{"projectId":null}"#);
    assert!(told.contains("projectId is missing"), "{told}");
}

#[test]
fn whole_numbers_may_be_written_as_json_allows() {
    for (text, right) in [
        ("7", true),
        ("7.0", true),
        ("1e1", true),
        ("1e2", true),
        ("7.5", false),
        ("0", false),
        ("-1", false),
        ("1e400", false),
        ("99999999999999999999", false),
        ("\"7\"", false),
    ] {
        let json = format!(r#"{{"count":{text}}}"#);
        let raw: &RawValue = serde_json::from_str(&json).unwrap();
        assert_eq!(check(&EVERY_SHAPE, Some(raw), Settled::default()).is_ok(), right, "{text}");
    }
}

#[test]
fn repeated_and_broken_names_are_refused() {
    assert!(
        told(&EVERY_SHAPE, r#"{"flag":true,"flag":false}"#).contains("\"flag\" is given twice")
    );
    assert!(told(&EVERY_SHAPE, r#"{"\ud800":1}"#).contains("broken escapes"));
    assert!(told(&EVERY_SHAPE, r#"{"name":"\ud800"}"#).contains("a text with broken escapes"));
    assert!(told(&EVERY_SHAPE, r#"{"free":{"x":"\ud800"}}"#).contains("free must be"));
    assert!(
        told(&EVERY_SHAPE, r#"{"labels":[{"name":"a","name":"b"}]}"#)
            .contains("labels[0]: a key is given twice")
    );
}

#[test]
fn a_flood_of_problems_is_told_in_twenty_lines() {
    let many: Vec<String> = (0..5_000).map(|n| format!("\"unknown{n}\":1")).collect();
    let told = told(&EVERY_SHAPE, &format!("{{{}}}", many.join(",")));
    assert_eq!(told.lines().count(), 22);
    assert!(told.ends_with("and 4980 more."), "{told}");
}

#[test]
fn no_arguments_are_an_empty_object() {
    assert!(check(find("mittwald_project_list").unwrap(), None, Settled::default()).is_ok());
    assert!(check(find("mittwald_project_get").unwrap(), None, Settled::default()).is_err());
}

#[test]
fn a_default_is_what_the_call_left_out() {
    static WITH_DEFAULTS: Tool = tool(&[
        Arg {
            default: Some("[\"a\"]"),
            ..arg("list", Shape::List { items: &NAME, min: 0, max: 9 })
        },
        Arg { default: Some("7"), ..arg("count", Shape::Integer { min: 1, max: 100 }) },
        Arg { default: Some("\"on\""), ..arg("mode", NAME) },
    ]);
    let arguments = check(&WITH_DEFAULTS, None, Settled::default()).unwrap();
    assert_eq!(arguments.get("list"), Some(&Value::List(vec![Value::Text("a".into())])));
    assert_eq!(arguments.get("count"), Some(&Value::Integer(7)));
    assert_eq!(arguments.get("mode"), Some(&Value::Text("on".into())));
}

proptest! {
    #[test]
    fn any_json_is_judged_without_a_panic(arguments in json_object()) {
        let text = arguments.to_string();
        let raw: &RawValue = serde_json::from_str(&text).unwrap();
        for tool in TOOLS.iter().chain([&EVERY_SHAPE]) {
            if let Err(problems) = check(tool, Some(raw), Settled::default()) {
                prop_assert!(problems.told(tool).lines().count() >= 2);
            }
        }
    }

    #[test]
    fn what_fits_the_shapes_is_accepted(count in 1_i64..=100, flag: bool, name in "\\PC{1,5}") {
        let text = serde_json::json!({"count": count, "flag": flag, "name": name, "id": UUID}).to_string();
        let raw: &RawValue = serde_json::from_str(&text).unwrap();
        let arguments = check(&EVERY_SHAPE, Some(raw), Settled::default()).unwrap();
        prop_assert_eq!(arguments.get("count"), Some(&Value::Integer(count)));
        prop_assert_eq!(arguments.get("flag"), Some(&Value::Boolean(flag)));
        prop_assert_eq!(arguments.get("name"), Some(&Value::Text(name.into())));
    }
}

fn json_object() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,50}".prop_map(Into::into),
    ];
    let name = prop_oneof![
        "projectId|count|flag|free|id|labels|mode|name|limit|page|appIds"
            .prop_map(|name: String| name),
        ".{0,20}",
    ];
    let value = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::hash_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::hash_map(name, value, 0..6)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}

#[test]
fn what_is_settled_needs_no_argument() {
    let settled = Settled { fixed: &[("mode", "\"on\"")], project: Some(("name", "shop")) };
    let given = |json: &'static str| {
        let raw = serde_json::from_str(json).expect("JSON");
        check(&EVERY_SHAPE, Some(raw), settled)
    };
    let text =
        |json, name: &str| given(json).unwrap().get(name).map(|value| value.plain().into_owned());
    assert_eq!(text("{}", "mode").as_deref(), Some("on"));
    assert_eq!(text("{}", "name").as_deref(), Some("shop"));
    assert_eq!(text(r#"{"name":"other"}"#, "name").as_deref(), Some("other"), "proved later");
    assert!(given(r#"{"mode":"off"}"#).is_err(), "an older name fixed it");
}

#[test]
fn short_ids_stand_for_uuids_where_something_has_them() {
    static TOOL: Tool = tool(&[
        arg("projectId", Shape::Text { min: 0, max: 99, values: &[], format: Some(Format::Uuid) }),
        arg("zoneId", Shape::Text { min: 0, max: 99, values: &[], format: Some(Format::Uuid) }),
    ]);
    let fits = |json: &'static str| {
        check(&TOOL, Some(serde_json::from_str(json).unwrap()), Settled::default()).is_ok()
    };
    assert!(fits(r#"{"projectId":"p-abc123"}"#));
    assert!(!fits(r#"{"projectId":"s-abc123"}"#), "a server's");
    assert!(!fits(r#"{"projectId":"p-../..."}"#));
    assert!(!fits(r#"{"zoneId":"p-abc123"}"#));
}
