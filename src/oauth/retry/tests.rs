//! The second try.
//!
//! 1. it asks for the same without what is doubtful, under a new name, in the same browser, no longer
//! 2. what mittwald names, and what its list does not have, is left out as well
//! 3. there is no third try, and none where nothing is doubtful or mittwald said something else

use futures::executor::block_on;
use proptest::prelude::*;

use super::*;
use crate::http::form::encode;
use crate::oauth::login::{self, Record};
use crate::oauth::offered;
use crate::oauth::testing::Fixture;
use crate::ports::testing::ScriptedUpstream;

fn login_with(fixture: &Fixture, scopes: &[&str]) -> Login {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    Login { scopes, ..fixture.login() }
}

fn refused(description: &str) -> Form {
    Form::parse(
        encode(&[("error", "invalid_scope"), ("error_description", description)]).as_bytes(),
    )
}

fn again(fixture: &Fixture, form: &Form, login: &Login) -> Option<Again> {
    block_on(without_doubtful(&fixture.server(), form, login)).expect("a store")
}

/// The parameters with which the browser goes to mittwald.
fn parameters(again: &Again) -> Form {
    let location = again.response.header("location").expect("a redirect");
    Form::parse(location.split_once('?').expect("a query").1.as_bytes())
}

#[test]
fn the_same_sign_in_begins_again_without_what_is_doubtful() {
    let fixture = Fixture::new();
    let login = login_with(&fixture, &["conversation:read", "project:read", "user:read"]);
    let again = again(&fixture, &refused("unknown"), &login).expect("a second try");
    assert_eq!(again.left_out, ["conversation:read"]);

    let parameters = parameters(&again);
    assert_eq!(parameters.get("scope"), Ok(Some("project:read user:read")));
    let state = parameters.get("state").expect("once").expect("a state");
    let take = || LoginCommand::Take { cookie: login.cookie.clone() };
    let server = fixture.server();
    let reply = block_on(server.stores.logins.call(state, take())).expect("a store");
    let LoginReply::Taken(second) = reply else { panic!("{reply:?}") };
    assert_ne!(second.verifier, login.verifier, "a PKCE pair serves one request");
    let challenge = crate::keys::digest(&second.verifier);
    assert_eq!(parameters.get("code_challenge"), Ok(Some(challenge.as_str())));
    let expected = Login {
        scopes: vec!["project:read".into(), "user:read".into()],
        verifier: second.verifier.clone(),
        second_try: true,
        ..login.clone()
    };
    assert_eq!(*second, expected, "the same purpose, choices, browser and end");
    let reply = block_on(server.stores.logins.call(state, take())).expect("a store");
    assert!(matches!(reply, LoginReply::Unknown), "and it is taken once");
}

#[test]
fn it_belongs_to_the_same_browser() {
    let fixture = Fixture::new();
    let login = login_with(&fixture, &["conversation:read", "user:read"]);
    let again = again(&fixture, &refused(""), &login).expect("a second try");
    let parameters = parameters(&again);
    let state = parameters.get("state").expect("once").expect("a state");
    let command = LoginCommand::Take { cookie: "another".into() };
    let reply = block_on(fixture.server().stores.logins.call(state, command)).expect("a store");
    assert!(matches!(reply, LoginReply::OtherBrowser));
}

#[test]
fn what_mittwald_names_is_left_out() {
    let fixture = Fixture::new();
    let login = login_with(&fixture, &["app:read", "order:domain-create", "user:read"]);
    for sentence in [
        "unknown scopes: order:domain-create",
        "scope 'order:domain-create' is not defined",
        "(order:domain-create,brand:new).",
        "order:domain-create: no such scope",
    ] {
        let again = again(&fixture, &refused(sentence), &login).expect(sentence);
        assert_eq!(again.left_out, ["order:domain-create"], "{sentence}");
    }
    for sentence in ["", "order:domain-create-more", "xapp:read", "app:reading", "user:read"] {
        assert!(again(&fixture, &refused(sentence), &login).is_none(), "{sentence}");
    }
}

#[test]
fn what_is_not_on_mittwalds_list_is_left_out() {
    let mut fixture = Fixture::new();
    let list = r#"[{"name":"app:read"},{"name":"conversation:read"},{"name":"user:read"}]"#;
    fixture.upstream = ScriptedUpstream::default().will_answer(200, &[], list);
    block_on(offered::learn(&fixture.server(), &"token".into()));
    let login = login_with(&fixture, &["app:read", "backup:read", "conversation:read"]);
    // The list has conversations, the sign-in may refuse them all the same.
    let again = again(&fixture, &refused("no"), &login).expect("a second try");
    assert_eq!(again.left_out, ["backup:read", "conversation:read"]);
}

#[test]
fn there_is_no_third_try_and_none_without_need() {
    let fixture = Fixture::new();
    let login = login_with(&fixture, &["conversation:read", "user:read"]);
    let second = Login { second_try: true, ..login.clone() };
    assert!(again(&fixture, &refused("conversation:read"), &second).is_none());
    let certain = login_with(&fixture, &["project:read", "user:read"]);
    assert!(again(&fixture, &refused("no"), &certain).is_none());
    for other in
        ["error=access_denied", "error=server_error", "code=c", "error=invalid_scope&error=x"]
    {
        assert!(again(&fixture, &Form::parse(other.as_bytes()), &login).is_none(), "{other}");
    }
}

#[test]
fn a_record_from_before_this_field_is_a_first_try() {
    let login = Fixture::new().login();
    let mut json = serde_json::to_value(Record::Open(Box::new(login.clone()))).expect("JSON");
    json["Open"].as_object_mut().expect("an object").remove("second_try");
    let record: Record = serde_json::from_value(json).expect("a record");
    let (_, reply) = login::apply(Some(record), LoginCommand::Take { cookie: login.cookie }, 100);
    assert!(matches!(reply, LoginReply::Taken(login) if !login.second_try));
}

proptest! {
    /// Whatever mittwald says, the second try asks for fewer scopes and never without the identity.
    #[test]
    fn a_second_try_only_ever_asks_for_less(sentence in ".{0,80}", conversations in any::<bool>()) {
        let fixture = Fixture::new();
        let mut scopes = vec!["app:read", "user:read"];
        if conversations {
            scopes.insert(1, "conversation:read");
        }
        let login = login_with(&fixture, &scopes);
        if let Some(again) = again(&fixture, &refused(&sentence), &login) {
            let parameters = parameters(&again);
            let asked = parameters.get("scope").expect("once").expect("scopes").to_owned();
            prop_assert!(asked.split(' ').count() < scopes.len());
            prop_assert!(asked.split(' ').all(|scope| scopes.contains(&scope)));
            prop_assert!(asked.split(' ').any(|scope| scope == "user:read"));
        }
    }
}
