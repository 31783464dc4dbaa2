//! Asking the client, in rounds: what goes out, what comes in, and what a state is good for.

use serde_json::value::RawValue;

use super::*;
use crate::mcp::error::Error;
use crate::mcp::input::Round;
use crate::mcp::ladder::Admitted;
use crate::mcp::meta::Meta;
use crate::mcp::revision::Revision;
use crate::tools::input::{Abilities, Input, InputRequired, Question};

/// What the tests vary of a request.
struct Asked<'a> {
    method: &'static str,
    name: &'a str,
    arguments: Value,
    capabilities: Value,
    revision: Revision,
}

fn asked() -> Asked<'static> {
    Asked {
        method: "tools/call",
        name: "tool",
        arguments: json!({"a": 1, "b": {"c": [1, 2]}}),
        capabilities: json!({"elicitation": {}}),
        revision: Revision::V2026_07_28,
    }
}

fn raw(value: &Value) -> Box<RawValue> {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// Runs `look` with the round that such a request is.
fn round<T>(scene: &Scene, asked: &Asked<'_>, look: impl FnOnce(Round<'_>) -> T) -> T {
    let config = config();
    let context = context(scene, &config, &|_| {});
    let capabilities = raw(&asked.capabilities);
    let meta = Meta { capabilities: Some(&capabilities), ..Meta::default() };
    let admitted = Admitted { revision: asked.revision, meta };
    let arguments = raw(&asked.arguments);
    let (method, name) = (asked.method, asked.name);
    look(Round {
        context: &context,
        admitted: &admitted,
        method,
        name,
        arguments: Some(&arguments),
    })
}

fn ask(scene: &Scene, asked: &Asked<'_>, required: &InputRequired) -> Result<Value, Error> {
    round(scene, asked, |round| round.ask("7", required))
        .map(|body| serde_json::from_str(&body).expect("JSON"))
}

/// The state that comes with a question, and with what it comes back.
fn state_of(scene: &Scene, asked: &Asked<'_>) -> String {
    let required = InputRequired { state: Some("what I know".into()), ..form() };
    let body = ask(scene, asked, &required).expect("a question");
    body["result"]["requestState"].as_str().expect("a state").to_owned()
}

fn input<T>(
    scene: &Scene,
    asked: &Asked<'_>,
    params: &Value,
    look: impl FnOnce(Input<'_>) -> T,
) -> Result<T, String> {
    let params = raw(params);
    // The round and its parameters live as long as each other here.
    round(scene, asked, |round| {
        let round = Round { ..round };
        round.input(Some(&params)).map(look).map_err(|error| {
            assert_eq!(error.code(), -32_602);
            error.to_string()
        })
    })
}

fn again(scene: &Scene, asked: &Asked<'_>, state: &str) -> Result<Option<String>, String> {
    input(scene, asked, &json!({"requestState": state}), |input| input.state)
}

fn form() -> InputRequired {
    let question =
        Question::Form { message: "Sure?".into(), schema: r#"{"type":"object"}"#.into() };
    InputRequired { questions: vec![("ok".into(), question)], state: None }
}

#[test]
fn a_question_says_what_is_wanted_and_is_kept_by_nobody() {
    let asked = Asked {
        capabilities: json!({"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}}),
        ..asked()
    };
    let mut required = form();
    required.state = Some("s".into());
    required.questions.extend([
        (
            "there".into(),
            Question::Url { message: "Open".into(), url: "https://a.example/".into() },
        ),
        ("think".into(), Question::Sampling { params: r#"{"maxTokens":1,"messages":[]}"#.into() }),
        ("where".into(), Question::Roots),
    ]);
    let body = ask(&Scene::default(), &asked, &required).expect("a question");
    assert_eq!(body["id"], 7);
    let result = &body["result"];
    assert_eq!(result["resultType"], "input_required");
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "mittwald");
    assert_eq!(
        result["inputRequests"],
        json!({
            "ok": {"method": "elicitation/create", "params": {
                "mode": "form", "message": "Sure?", "requestedSchema": {"type": "object"}}},
            "there": {"method": "elicitation/create", "params": {
                "mode": "url", "message": "Open", "url": "https://a.example/"}},
            "think": {"method": "sampling/createMessage", "params": {"maxTokens": 1, "messages": []}},
            "where": {"method": "roots/list", "params": {}},
        })
    );
    assert!(result["requestState"].is_string());
    assert!(result.get("ttlMs").is_none() && result.get("content").is_none());
}

#[test]
fn a_question_or_a_state_may_come_alone() {
    let scene = Scene::default();
    let question = ask(&scene, &asked(), &form()).expect("a question");
    assert!(question["result"].get("requestState").is_none());
    let state = InputRequired { questions: Vec::new(), state: Some("s".into()) };
    let state = ask(&scene, &asked(), &state).expect("a state");
    assert!(state["result"].get("inputRequests").is_none());
}

#[test]
fn a_client_is_asked_only_what_it_declared() {
    for (capabilities, can) in [
        (json!({}), Abilities::default()),
        (json!({"elicitation": {}}), Abilities { form: true, ..Abilities::default() }),
        (json!({"elicitation": {"form": {}}}), Abilities { form: true, ..Abilities::default() }),
        (json!({"elicitation": {"url": {}}}), Abilities { url: true, ..Abilities::default() }),
        (
            json!({"elicitation": {"url": {}, "form": {}}, "roots": {"listChanged": true}}),
            Abilities { url: true, form: true, roots: true, sampling: false },
        ),
        (json!({"sampling": {}, "roots": 1}), Abilities { sampling: true, ..Abilities::default() }),
        (json!({"elicitation": true}), Abilities::default()),
    ] {
        let asked = Asked { capabilities: capabilities.clone(), ..asked() };
        let seen = input(&Scene::default(), &asked, &json!({}), |input| input.can);
        assert_eq!(seen, Ok(can), "{capabilities}");
    }
}

#[test]
fn what_cannot_be_asked_is_named() {
    let url = Question::Url { message: "Open".into(), url: "https://a.example/".into() };
    for (questions, capabilities, needed) in [
        (form().questions, json!({"sampling": {}}), json!({"elicitation": {"form": {}}})),
        (
            vec![("u".into(), url.clone())],
            json!({"elicitation": {}}),
            json!({"elicitation": {"url": {}}}),
        ),
        (
            vec![
                ("a".into(), Question::Roots),
                ("b".into(), Question::Sampling { params: "{}".into() }),
                ("c".into(), url),
                form().questions.remove(0),
            ],
            json!({}),
            json!({"elicitation": {"form": {}, "url": {}}, "roots": {}, "sampling": {}}),
        ),
    ] {
        let asked = Asked { capabilities, ..asked() };
        let required = InputRequired { questions, state: Some("s".into()) };
        let error = ask(&Scene::default(), &asked, &required).expect_err("a refusal");
        let data: Value = serde_json::from_str(&error.data().expect("data")).unwrap();
        assert_eq!((error.code(), data), (-32_021, json!({"requiredCapabilities": needed})));
        assert_eq!(error.status(crate::mcp::revision::Era::Modern).0, 400);
    }
}

#[test]
fn legacy_clients_can_be_asked_nothing_and_bring_nothing() {
    let scene = Scene::default();
    let asked = Asked { revision: Revision::NEWEST_LEGACY, ..asked() };
    let params = json!({"inputResponses": {"ok": {"action": "accept"}}, "requestState": "forged"});
    let seen =
        input(&scene, &asked, &params, |input| (input.can, input.answers.len(), input.state));
    assert_eq!(seen, Ok((Abilities::default(), 0, None)));
    assert_eq!(ask(&scene, &asked, &form()).expect_err("a refusal").code(), -32_021);
}

#[test]
fn answers_are_found_by_their_key_and_odd_ones_are_none() {
    let scene = Scene::default();
    let params = json!({"inputResponses": {
        "ok": {"action": "accept"}, "number": 12345, "more": {"action": "accept"}}});
    let seen = input(&scene, &asked(), &params, |input| {
        ["ok", "number", "absent"].map(|key| input.answer(key).is_some())
    });
    assert_eq!(seen, Ok([true, false, false]));
    for wrong in [json!(null), json!([]), json!("x"), json!(1)] {
        let told = input(&scene, &asked(), &json!({"inputResponses": wrong}), |_| ());
        assert!(told.expect_err("a refusal").starts_with("inputResponses must be an object"));
    }
}

#[test]
fn a_state_comes_back_to_the_same_request_only() {
    let scene = Scene::default();
    let state = state_of(&scene, &asked());
    assert_eq!(again(&scene, &asked(), &state), Ok(Some("what I know".into())));
    let spelled = Asked {
        arguments: serde_json::from_str(r#"{"b":{"c":[1, 2]}, "a":1}"#).unwrap(),
        ..asked()
    };
    assert_eq!(again(&scene, &spelled, &state), Ok(Some("what I know".into())));
    for other in [
        Asked { name: "tool2", ..asked() },
        Asked { method: "prompts/get", ..asked() },
        Asked { arguments: json!({"a": 1, "b": {"c": [2, 1]}}), ..asked() },
        Asked { arguments: json!({"a": 1}), ..asked() },
    ] {
        let told = again(&scene, &other, &state).expect_err("a refusal");
        assert!(told.starts_with("requestState belongs to another request"), "{told}");
    }
    for wrong in [json!(7), json!(null), json!({})] {
        let told = input(&scene, &asked(), &json!({"requestState": wrong}), |_| ());
        assert!(told.expect_err("a refusal").starts_with("requestState must be the text"));
    }
}

#[test]
fn a_state_comes_back_to_the_same_person_connection_and_address_only() {
    let state = state_of(&Scene::default(), &asked());
    let refused = |change: &dyn Fn(&mut Scene)| {
        let mut scene = Scene::default();
        change(&mut scene);
        again(&scene, &asked(), &state).expect_err("a refusal")
    };
    let readonly = crate::tools::surface::Surface::parse("/mcp/readonly").unwrap();
    for (change, how) in [
        (
            &(|scene: &mut Scene| scene.caller.account = "other".into()) as &dyn Fn(&mut Scene),
            "person",
        ),
        (&|scene: &mut Scene| scene.caller.grant = Some("other".into()), "person"),
        (&|scene: &mut Scene| scene.caller.grant = None, "person"),
        (&|scene: &mut Scene| scene.caller.client = "other".into(), "person"),
        (&|scene: &mut Scene| scene.surface = readonly.clone(), "request"),
    ] {
        let told = refused(change);
        assert!(told.starts_with(&format!("requestState belongs to another {how}")), "{told}");
    }
    let told = refused(&|scene: &mut Scene| scene.clock.advance(600));
    assert!(told.starts_with("requestState is older than 10 minutes"), "{told}");
}
