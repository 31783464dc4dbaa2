use futures::executor::block_on;

use super::*;
use crate::config::testing::config;
use crate::ports::UpstreamFailure;
use crate::ports::testing::{ScriptedUpstream, SeededRandom, ring};

const NOW: u64 = 1000;

/// A session of account `account` whose access token ends at `expires_at`.
fn session(expires_at: u64, refresh: bool) -> UpstreamSession {
    let random = SeededRandom::new(3);
    let seal = |part: &str, text: &str| {
        let context = sealing_context("account", part);
        seal::seal(&ring(), Purpose::UpstreamToken, &context, text, &random).expect("sealed")
    };
    UpstreamSession {
        access: seal("access", "old-access"),
        expires_at,
        refresh: refresh.then(|| seal("refresh", "the-refresh")),
    }
}

fn ended(upstream: &ScriptedUpstream, session: &UpstreamSession) -> bool {
    block_on(end(&config(), &ring(), upstream, "account", session, NOW))
}

/// Method, path and `x-access-token` of every request.
fn asked(upstream: &ScriptedUpstream) -> Vec<(String, String)> {
    let token = |headers: &[(&str, Secret)]| {
        let found = headers.iter().find(|(name, _)| *name == "x-access-token");
        found.map_or_else(String::new, |(_, token)| token.expose().to_owned())
    };
    let path = |url: &str| url.split_once("/v2/").map_or("", |(_, path)| path).to_owned();
    let asked = upstream.asked.borrow();
    asked
        .iter()
        .map(|one| (format!("{} {}", one.method, path(&one.url)), token(&one.headers)))
        .collect()
}

const RENEWED: &str = r#"{"access_token":"new-access","refresh_token":"r2","expires_in":60}"#;

#[test]
fn a_good_access_token_ends_its_session_in_one_request() {
    let upstream = ScriptedUpstream::default().will_answer(204, &[], "");
    assert!(ended(&upstream, &session(NOW + 1, true)));
    assert_eq!(asked(&upstream), [("PUT logout".into(), "old-access".into())]);
}

#[test]
fn an_expired_one_is_renewed_first() {
    let upstream =
        ScriptedUpstream::default().will_answer(200, &[], RENEWED).will_answer(204, &[], "");
    assert!(ended(&upstream, &session(NOW, true)));
    let requests = asked(&upstream);
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1], ("PUT logout".into(), "new-access".into()));
}

#[test]
fn one_that_mittwald_refuses_is_renewed_too() {
    let upstream = ScriptedUpstream::default()
        .will_answer(401, &[], "{}")
        .will_answer(200, &[], RENEWED)
        .will_answer(204, &[], "");
    assert!(ended(&upstream, &session(NOW + 1, true)));
}

#[test]
fn what_cannot_be_ended_is_left_to_run_out() {
    let refused = r#"{"error":"invalid_grant"}"#;
    let cases = [
        (ScriptedUpstream::default().will_answer(403, &[], "{}"), session(NOW + 1, true)),
        (ScriptedUpstream::default().will_answer(500, &[], ""), session(NOW + 1, true)),
        (ScriptedUpstream::default().will_fail(UpstreamFailure::TimedOut), session(NOW + 1, true)),
        (ScriptedUpstream::default().will_answer(401, &[], "{}"), session(NOW + 1, false)),
        (ScriptedUpstream::default().will_answer(400, &[], refused), session(NOW, true)),
        (ScriptedUpstream::default(), session(NOW, false)),
    ];
    for (upstream, session) in cases {
        assert!(!ended(&upstream, &session));
        assert!(upstream.answers.borrow().is_empty(), "exactly the scripted requests");
    }
}

#[test]
fn another_accounts_session_cannot_be_opened() {
    let upstream = ScriptedUpstream::default();
    let (config, ring, session) = (config(), ring(), session(NOW + 1, true));
    let outcome = end(&config, &ring, &upstream, "other", &session, NOW);
    assert!(!block_on(outcome));
    assert!(upstream.asked.borrow().is_empty());
}
