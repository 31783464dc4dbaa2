use super::*;
use crate::catalog::{Arg, Binding, Choice, Effect, Member, Operation, Shape, find};
use crate::tools::check::{Settled, check};
use crate::tools::testing::UUID;

fn way(token: &Secret, timeout_ms: u32) -> Way<'_> {
    Way { api_url: "https://api.example", token, timeout_ms }
}

fn rendered(tool: &str, arguments: &str) -> Result<UpstreamRequest, String> {
    let tool = find(tool).expect("a tool");
    let raw = serde_json::from_str(arguments).expect("JSON");
    let arguments =
        check(tool, Some(raw), Settled::default()).map_err(|problems| problems.told(tool))?;
    render(way(&Secret::from("t"), 25_000), tool, &arguments, None)
        .map_err(|error| error.to_string())
}

fn url(tool: &str, arguments: &str) -> String {
    rendered(tool, arguments).expect("a request").url
}

#[test]
fn a_list_asks_for_a_page_of_fifty_unless_told_otherwise() {
    assert_eq!(url("mittwald_project_list", "{}"), "https://api.example/v2/projects?limit=50");
    assert_eq!(
        url("mittwald_project_list", r#"{"limit":20,"page":3,"searchTerm":"a&b=ü #"}"#),
        "https://api.example/v2/projects?searchTerm=a%26b%3D%C3%BC%20%23&limit=20&skip=40"
    );
}

#[test]
fn a_list_argument_becomes_a_repeated_key() {
    let asked = url(
        "mittwald_app_list",
        &format!(r#"{{"projectId":"p-abc","appIds":["{UUID}","{UUID}"]}}"#),
    );
    assert!(asked.contains(&format!("appIds={UUID}&appIds={UUID}&")), "{asked}");
}

#[test]
fn the_token_goes_into_its_own_header_and_shows_in_no_debug_output() {
    let request = rendered("mittwald_project_get", r#"{"projectId":"p-abc"}"#).unwrap();
    let header = |name| {
        request
            .headers
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.expose().to_owned())
    };
    assert_eq!(header("x-access-token").as_deref(), Some("t"));
    assert_eq!(header("accept").as_deref(), Some("application/json"));
    assert_eq!(header("user-agent").as_deref(), Some(USER_AGENT));
    assert_eq!(header("content-type"), None);
    assert_eq!(request.body, None);
    assert_eq!(format!("{:?}", request.headers[0].1), "***");
}

#[test]
fn a_body_is_json_at_the_declared_place() {
    let arguments = r#"{"projectId":"p-abc","description":"Käthe's \"shop\"\n"}"#;
    let request = rendered("mittwald_project_update", arguments).unwrap();
    assert_eq!(request.method, "PATCH");
    assert_eq!(request.url, "https://api.example/v2/projects/p-abc");
    assert_eq!(request.body.as_deref(), Some(r#"{"description":"Käthe's \"shop\"\n"}"#));
    assert!(request.headers.iter().any(|(name, _)| *name == "content-type"));
}

#[test]
fn no_id_reaches_another_path() {
    for id in [
        "",
        ".",
        "..",
        "a/b",
        "../users",
        "a\\b",
        "a?b",
        "a#b",
        "%2e%2e",
        "a%2fb",
        "a;b",
        "a\u{0}b",
        "a\nb",
        &"x".repeat(301),
    ] {
        let arguments = serde_json::json!({ "projectId": id }).to_string();
        let refused = rendered("mittwald_project_get", &arguments).expect_err("a refusal");
        assert!(refused.contains("projectId must be an id"), "{id}: {refused}");
    }
    assert_eq!(
        url("mittwald_project_get", r#"{"projectId":"a b+ü@x:..y"}"#),
        "https://api.example/v2/projects/a%20b%2B%C3%BC%40x%3A..y"
    );
}

#[test]
fn the_second_lock_holds_without_the_check() {
    let tool = find("mittwald_project_get").expect("a tool");
    let token = Secret::from("t");
    let mut arguments = Arguments::default();
    let missing = render(way(&token, 1), tool, &arguments, None).unwrap_err();
    assert_eq!(missing, Unrenderable::Missing("projectId"));
    arguments.push(&tool.args[0], Value::Text("../x".into()));
    let refused = render(way(&token, 1), tool, &arguments, None).unwrap_err();
    assert_eq!(refused, Unrenderable::Unsafe("projectId"));
}

#[test]
fn values_that_share_a_key_share_an_object() {
    let (one, two, all) =
        (Value::Integer(1), Value::Boolean(true), Value::List(vec![Value::Text("x".into())]));
    let mut out = String::new();
    push_object(&mut out, &[(&["a", "b"], &one), (&["c"], &all), (&["a", "d", "e"], &two)]);
    assert_eq!(out, r#"{"a":{"b":1,"d":{"e":true}},"c":["x"]}"#);
    out.clear();
    push_object(&mut out, &[(&[], &all)]);
    assert_eq!(out, r#"["x"]"#);
    out.clear();
    push_object(&mut out, &[]);
    assert_eq!(out, "{}");
}

/// Everything that a body is made of: an argument deep inside, a fixed object, a chosen constant.
static PAY: Tool = Tool {
    args: &[
        body_arg("iban", &["pay", "iban"]),
        body_arg("method", &["pay", "method"]),
        body_arg("ttl", &["settings", "ttl"]),
    ],
    choices: &[Choice {
        required: false,
        members: &[
            Member {
                needs: &["iban"],
                may: &[],
                when: &[("method", &["debit"])],
                sends: &[(&["pay", "currency"], "\"EUR\"")],
            },
            Member { needs: &[], may: &[], when: &[("method", &["invoice"])], sends: &[] },
        ],
    }],
    name: "mittwald_test",
    effect: Effect::Write,
    scopes: &[],
    confirm: false,
    preview: crate::catalog::Preview { shown_by: None, lists: &[] },
    core: false,
    everywhere: false,
    toolsets: &[],
    project: Binding::None,
    secondary: &[],
    untrusted: false,
    operation: Some(Operation {
        verb: Verb::Post,
        template: "/v2/pay",
        path: &[PathPart::Literal("/v2/pay")],
        fixed_query: &[],
        fixed_body: &[(&["settings"], "{}")],
        repeated: &[(&["copy"], "ttl")],
        generated: &[&["user", "password"]],
        body: true,
    }),
    job: None,
    answer: Answer::Text { key: "receipt", media_type: "text/plain" },
    json: "{}",
    project_json: None,
    modern_json: None,
    mirrored: &[],
};

const fn body_arg(name: &'static str, path: &'static [&'static str]) -> Arg {
    let shape = Shape::Text { min: 0, max: u32::MAX, values: &[], format: None };
    Arg { name, required: false, shape, place: Place::Body(path), default: None, listed_by: None }
}

#[test]
fn a_body_holds_what_goes_with_the_arguments() {
    let sent = |arguments: &str| {
        let raw = serde_json::from_str(arguments).expect("JSON");
        let arguments = check(&PAY, Some(raw), Settled::default()).expect("arguments");
        render(way(&Secret::from("t"), 1), &PAY, &arguments, Some(&Secret::from("pw")))
            .expect("a request")
    };
    let json = |arguments: &str| -> serde_json::Value {
        serde_json::from_str(&sent(arguments).body.expect("a body")).expect("JSON")
    };
    assert_eq!(json("{}"), serde_json::json!({ "settings": {}, "user": { "password": "pw" } }));
    assert_eq!(
        json(r#"{"method":"debit","iban":"DE1","ttl":"x"}"#),
        serde_json::json!({
            "settings": { "ttl": "x" },
            "copy": "x",
            "user": { "password": "pw" },
            "pay": { "method": "debit", "iban": "DE1", "currency": "EUR" },
        })
    );
    assert_eq!(
        json(r#"{"method":"invoice"}"#),
        serde_json::json!({ "settings": {}, "pay": { "method": "invoice" }, "user": { "password": "pw" } })
    );
    let request = sent("{}");
    let accept = request.headers.iter().find(|(name, _)| *name == "accept");
    assert_eq!(accept.map(|(_, value)| value.expose()), Some("text/plain"));
}

#[test]
fn a_lookup_is_a_get_whose_ids_cannot_leave_their_segment() {
    static PATH: &[PathPart] = &[PathPart::Literal("/v2/things/"), PathPart::Arg("id")];
    let token = Secret::from("t");
    let asked = |id: Option<&str>| way(&token, 1).get(PATH, &|_| id.map(str::to_owned));
    let request = asked(Some("a b")).unwrap();
    assert_eq!(
        (request.method, request.url.as_str()),
        ("GET", "https://api.example/v2/things/a%20b")
    );
    assert_eq!(asked(None).unwrap_err(), Unrenderable::Missing("id"));
    assert_eq!(asked(Some("../x")).unwrap_err(), Unrenderable::Unsafe("id"));
    let search = way(&token, 1).search("/v2/projects", "p-a&b");
    assert_eq!(search.url, "https://api.example/v2/projects?searchTerm=p-a%26b");
}
