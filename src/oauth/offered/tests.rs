//! What is known of mittwald's list, and how it is learnt.
//!
//! 1. nothing is known: everything is offered
//! 2. the list is read once with a fresh token and narrows what is asked for
//! 3. refusals, outages and nonsense change nothing

use futures::executor::block_on;

use super::*;
use crate::oauth::testing::Fixture;
use crate::ports::UpstreamFailure;
use crate::ports::testing::ScriptedUpstream;

fn owned(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

/// What is known after a person came back while mittwald answers like this; gives how often mittwald
/// was asked as well.
fn learnt(upstream: ScriptedUpstream, times: usize) -> (Offered, usize) {
    let mut fixture = Fixture::new();
    fixture.upstream = upstream;
    let server = fixture.server();
    for _ in 0..times {
        block_on(learn(&server, &"token".into()));
    }
    let offered = block_on(Offered::look_up(server.ports.cache));
    let asked = fixture.upstream.asked.borrow().len();
    (offered, asked)
}

#[test]
fn while_nothing_is_known_everything_is_offered() {
    let (offered, _) = learnt(ScriptedUpstream::default(), 0);
    let scopes = owned(&["conversation:read", "project:read"]);
    assert_eq!(offered.of(&scopes), scopes);
}

#[test]
fn the_list_is_read_once_and_narrows() {
    let body = r#"[{"name":"project:read"},{"name":"user:read"},{"name":"brand:new"}]"#;
    let (offered, asked) = learnt(ScriptedUpstream::default().will_answer(200, &[], body), 3);
    assert_eq!(asked, 1);
    let scopes = owned(&["conversation:read", "project:read", "user:read"]);
    assert_eq!(offered.of(&scopes), ["project:read", "user:read"]);
    assert!(!offered.has("conversation:read"));
}

#[test]
fn refusals_outages_and_nonsense_change_nothing() {
    let unknown = Offered(None);
    for (status, body) in [
        (403, r#"{"type":"PermissionDenied"}"#),
        (500, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, r#"{"scopes":[]}"#),
        // Without the scope that we have just signed in with: not to be believed.
        (200, r#"[{"name":"project:read"}]"#),
    ] {
        let (offered, _) = learnt(ScriptedUpstream::default().will_answer(status, &[], body), 1);
        assert_eq!(offered, unknown, "{status} {body}");
    }
    let failing = ScriptedUpstream::default().will_fail(UpstreamFailure::TimedOut);
    assert_eq!(learnt(failing, 1).0, unknown);
}

#[test]
fn the_identity_is_always_asked_for() {
    assert!(Offered(Some(owned(&["project:read"]))).has(IDENTITY));
}
