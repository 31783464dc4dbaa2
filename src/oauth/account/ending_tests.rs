//! However a grant ends, it is gone at once and mittwald's session behind it is ended, once.

use futures::executor::block_on;
use futures::future::{join, join_all};

use super::super::grant::testing::{pending, refresh, right};
use super::super::grant::{CODE_LIFETIME, IDLE_LIFETIME};
use super::testing::{MemoryStore, ScriptedRenewal};
use super::*;

type TestAccount = Account<MemoryStore, ScriptedRenewal>;

/// An account with these grants of client `c`, exchanged at 110; each session is named after its grant.
fn account(ids: &[&str], renewal: Result<UpstreamSession, RenewalFailure>) -> TestAccount {
    let renewal = ScriptedRenewal { answer: renewal, count: Rc::default(), ended: Rc::default() };
    let account = Account::new(MemoryStore::default(), renewal);
    for id in ids {
        let mut grant = pending(id);
        grant.upstream = session(id);
        tell(&account, AccountCommand::Create(Box::new(grant)), 100);
        let command = AccountCommand::Exchange { grant: (*id).into(), shown: right() };
        tell(&account, command, 110);
    }
    account
}

fn session(name: &str) -> UpstreamSession {
    UpstreamSession { access: name.into(), expires_at: 3700, refresh: Some("sealed".into()) }
}

fn tell(account: &TestAccount, command: AccountCommand, now: u64) -> AccountReply {
    block_on(account.handle(command, || now)).expect("the store is there")
}

fn refreshing(id: &str, generation: u32) -> AccountCommand {
    AccountCommand::Refresh { grant: id.into(), shown: refresh(generation) }
}

fn disconnect(id: Option<&str>) -> AccountCommand {
    AccountCommand::Disconnect { grant: id.map(str::to_owned) }
}

fn writing(id: Option<&str>) -> AccountCommand {
    AccountCommand::OpenWrite {
        grant: id.map(str::to_owned),
        client: "c".into(),
        tool: "t".into(),
        target: "p".into(),
        spends: None,
    }
}

fn ended(account: &TestAccount) -> Vec<String> {
    account.renewal.ended.borrow().iter().map(|session| session.access.clone()).collect()
}

#[test]
fn disconnecting_one_ends_it_at_once_and_no_other() {
    let account = account(&["a", "b"], Err(RenewalFailure::Unavailable));
    assert!(matches!(tell(&account, disconnect(Some("a")), 200), AccountReply::Done));
    for command in [refreshing("a", 1), writing(Some("a"))] {
        let reply = tell(&account, command, 201);
        assert!(matches!(reply, AccountReply::Refused(GrantRefusal::Unknown)));
    }
    assert!(matches!(tell(&account, refreshing("b", 1), 201), AccountReply::Granted(_, 2)));
    assert!(matches!(tell(&account, writing(Some("b")), 201), AccountReply::Opened(_)));
    assert_eq!(ended(&account), ["a"]);
    tell(&account, disconnect(Some("a")), 202);
    tell(&account, disconnect(Some("unknown")), 202);
    assert_eq!(ended(&account), ["a"], "what is gone is not ended again");
}

#[test]
fn disconnecting_all_also_ends_a_code_that_is_out() {
    let account = account(&["a", "b"], Err(RenewalFailure::Unavailable));
    tell(&account, AccountCommand::Create(Box::new(pending("code"))), 200);
    tell(&account, disconnect(None), 210);
    assert!(account.store().grants.borrow().is_empty());
    let command = AccountCommand::Exchange { grant: "code".into(), shown: right() };
    assert!(matches!(tell(&account, command, 211), AccountReply::Refused(_)));
    assert_eq!(ended(&account).len(), 3);
}

#[test]
fn a_client_ends_its_own_connection_and_is_told_of_anothers() {
    let account = account(&["a"], Err(RenewalFailure::Unavailable));
    let revoke =
        |client: &str| AccountCommand::Revoke { grant: "a".into(), client_id: client.into() };
    let reply = tell(&account, revoke("other"), 200);
    assert!(matches!(reply, AccountReply::Refused(GrantRefusal::WrongClient)));
    assert!(ended(&account).is_empty());
    assert!(matches!(tell(&account, revoke("c"), 200), AccountReply::Done));
    assert!(matches!(tell(&account, revoke("c"), 200), AccountReply::Done), "gone is fine");
    assert_eq!(ended(&account), ["a"]);
}

#[test]
fn a_replay_ends_the_session_too() {
    let account = account(&["code", "token"], Err(RenewalFailure::Unavailable));
    let again = AccountCommand::Exchange { grant: "code".into(), shown: right() };
    assert!(matches!(
        tell(&account, again, 120),
        AccountReply::Refused(GrantRefusal::CodeReplayed)
    ));
    tell(&account, refreshing("token", 1), 130);
    assert!(matches!(
        tell(&account, refreshing("token", 1), 500),
        AccountReply::Refused(GrantRefusal::RefreshReplayed)
    ));
    assert_eq!(ended(&account), ["code", "token"]);
}

#[test]
fn of_many_who_learn_that_mittwald_refuses_one_ends_the_session() {
    let account = account(&["a"], Err(RenewalFailure::Refused));
    let waiting = (0..50).map(|_| account.handle(refreshing("a", 1), || 3000));
    block_on(join_all(waiting));
    let sessions = account.renewal.ended.borrow();
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].refresh, None, "a refused refresh token is not tried again");
}

#[test]
fn a_grant_that_ends_during_a_renewal_takes_the_new_session_with_it() {
    for (answer, left_over) in [
        (Ok(session("new")), ("new", true)),
        (Err(RenewalFailure::Unavailable), ("a", true)),
        (Err(RenewalFailure::Refused), ("a", false)),
    ] {
        let account = account(&["a"], answer);
        let (refreshed, _) = block_on(join(
            account.handle(refreshing("a", 1), || 3000),
            account.handle(disconnect(Some("a")), || 3000),
        ));
        assert!(!matches!(refreshed, Ok(AccountReply::Granted(..))));
        let sessions = account.renewal.ended.borrow();
        let kept: Vec<_> =
            sessions.iter().map(|s| (s.access.as_str(), s.refresh.is_some())).collect();
        assert_eq!(kept, [left_over]);
    }
}

#[test]
fn what_runs_out_is_swept_with_its_session() {
    let account = account(&["a"], Err(RenewalFailure::Unavailable));
    tell(&account, AccountCommand::Create(Box::new(pending("code"))), 100);
    assert_eq!(account.sweep(120), Ok(Some(100 + CODE_LIFETIME)));
    assert!(ended(&account).is_empty());
    assert_eq!(account.sweep(100 + CODE_LIFETIME), Ok(Some(110 + IDLE_LIFETIME)));
    assert_eq!(ended(&account).len(), 1);
    assert_eq!(account.sweep(110 + IDLE_LIFETIME), Ok(None));
    assert_eq!(ended(&account).len(), 2);
}

#[test]
fn a_session_without_a_grant_is_ended_without_one() {
    let account = account(&["a"], Err(RenewalFailure::Unavailable));
    tell(&account, AccountCommand::EndUpstream(session("page")), 200);
    assert_eq!(ended(&account), ["page"]);
    assert_eq!(account.store().grants.borrow().len(), 1);
}

#[test]
fn the_log_says_who_wrote_even_after_the_end() {
    let account = account(&["a"], Err(RenewalFailure::Unavailable));
    let AccountReply::Opened(first) = tell(&account, writing(Some("a")), 300) else { panic!() };
    tell(&account, AccountCommand::CloseWrite { id: first, succeeded: false }, 301);
    tell(&account, writing(None), 302);
    tell(&account, disconnect(None), 303);
    let AccountReply::Overview(overview) = tell(&account, AccountCommand::Overview, 304) else {
        panic!()
    };
    assert!(overview.connections.is_empty());
    let [by_token, by_client] = overview.writes.as_slice() else { panic!("two writes") };
    assert_eq!((by_token.client_name.as_deref(), by_token.succeeded), (None, None));
    assert_eq!(by_client.client_name.as_deref(), Some("Test"));
    assert_eq!(by_client.redirect_uri.as_deref(), Some("https://client.example/cb"));
    assert_eq!((by_client.at, by_client.succeeded), (300, Some(false)));
}
