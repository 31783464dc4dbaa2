//! 1. without a session: one button, which works once, in its own browser, for ten minutes
//! 2. a sign-in of this purpose begins a session of fifteen minutes, and its own tokens are ended
//! 3. a session shows and ends what is its account's, and nothing else
//! 4. forged forms, an expired session and another origin end nothing
//! 5. what failed is told, in the person's language

use futures::executor::block_on;

use super::super::grant::State;
use super::super::stores::Accounts;
use super::super::testing::Fixture;
use super::*;
use crate::http::Method;
use crate::keys::Secret;
use crate::mittwald::sign_in::{Expiry, Tokens};

/// A browser's request.
fn request(method: Method, query: &str, cookies: &[&str], fields: &[(&str, &str)]) -> Request {
    Request {
        method,
        origin: Origin::of("https://mcp.example").expect("an origin"),
        path: "/connections".into(),
        query: query.into(),
        headers: Box::new(vec![
            ("cookie".to_owned(), cookies.join("; ")),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ]),
        body: Body::Bytes(encode(fields).into_bytes()),
    }
}

fn open(fixture: &Fixture, query: &str, cookies: &[&str]) -> Response {
    block_on(get(&fixture.server(), &request(Method::Get, query, cookies, &[])))
}

fn send(fixture: &Fixture, cookies: &[&str], fields: &[(&str, &str)]) -> Response {
    block_on(post(&fixture.server(), &request(Method::Post, "lang=en", cookies, fields)))
}

/// `name=value` of the cookie that a response sets.
fn cookie_of(response: &Response) -> String {
    response.header("set-cookie").unwrap_or_default().split(';').next().unwrap_or_default().into()
}

fn field(page: &Response, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&marker).expect("the field is there");
    rest.split('"').next().unwrap_or_default().into()
}

fn tokens() -> Tokens {
    Tokens {
        access: Secret::from("mittwald-access"),
        refresh: Some(Secret::from("mittwald-refresh")),
        expiry: Expiry::In(3600),
        scope: None,
    }
}

/// Signs this mittwald user in; gives the session's cookie.
fn session(fixture: &Fixture, user: &str) -> String {
    let mut login = fixture.login();
    login.purpose = login::Purpose::Connections;
    let person = SignedIn { user: user.into(), tokens: tokens() };
    let arrived = request(Method::Get, "", &[], &[]);
    let response = block_on(signed_in(&fixture.server(), &arrived, &login, Ok(person)));
    assert_eq!(response.status, Status::SEE_OTHER);
    assert_eq!(response.header("location"), Some("https://mcp.example/connections?lang=en"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    cookie_of(&response)
}

/// Connects a client of this name to this user's account.
fn connect(fixture: &Fixture, user: &str, id: &str, name: &str) {
    let mut grant = fixture.grant();
    grant.id = id.into();
    grant.client_name = name.into();
    grant.state = State::Active { generation: 1, rotated_at: 1000 };
    grant.used_at = 1000;
    let account = account_name(user, &fixture.keys);
    let create = AccountCommand::Create(Box::new(grant));
    block_on(fixture.accounts.call(&account, create)).expect("stored");
}

fn grants(fixture: &Fixture, user: &str) -> Vec<String> {
    let account = account_name(user, &fixture.keys);
    match block_on(fixture.accounts.call(&account, AccountCommand::Overview)) {
        Ok(AccountReply::Overview(overview)) => {
            overview.connections.into_iter().map(|one| one.grant).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_button_begins_one_sign_in_in_its_own_browser() {
    let fixture = Fixture::new();
    let page = open(&fixture, "", &[]);
    assert_eq!(page.status, Status::OK);
    let (browser, sealed) = (cookie_of(&page), field(&page, "request"));
    assert!(browser.starts_with("__Host-mittwald-mcp-signin="));
    let press = |cookies: &[&str]| send(&fixture, cookies, &[("request", &sealed)]);

    for cookies in [&[][..], &["__Host-mittwald-mcp-signin=AAAAAAAAAAAAAAAAAAAAAA"]] {
        assert_eq!(press(cookies).status, Status::FORBIDDEN);
    }
    let begun = press(&[&browser]);
    assert_eq!(begun.status, Status::SEE_OTHER);
    let target = begun.header("location").expect("a location");
    assert!(target.starts_with(&fixture.config.authorize_url), "{target}");
    assert!(target.contains("scope=user%3Aread&"), "{target}");
    assert_eq!(press(&[&browser]).status, Status::FORBIDDEN, "once");
}

#[test]
fn a_page_that_was_open_for_ten_minutes_begins_nothing() {
    let fixture = Fixture::new();
    let page = open(&fixture, "", &[]);
    fixture.clock.advance(login::LIFETIME);
    let sent = send(&fixture, &[&cookie_of(&page)], &[("request", &field(&page, "request"))]);
    assert_eq!(sent.status, Status::FORBIDDEN);
    assert!(sent.body.contains("more than ten minutes"));
}

#[test]
fn looking_creates_nothing() {
    let fixture = Fixture::new();
    fixture.accounts.unreachable.set(true);
    assert_eq!(open(&fixture, "", &[]).status, Status::OK);
    assert!(fixture.upstream.asked.borrow().is_empty());
}

#[test]
fn the_tokens_of_the_sign_in_are_ended_and_not_kept() {
    let fixture = Fixture::new();
    let cookie = session(&fixture, "user");
    let ended = fixture.accounts.ended.borrow();
    let [ended] = ended.as_slice() else { panic!("one session") };
    let context =
        super::super::access_token::sealing_context(&account_name("user", &fixture.keys), "access");
    let opened = seal::open(&fixture.keys, Purpose::UpstreamToken, &context, &ended.access);
    assert_eq!(opened.as_deref(), Some("mittwald-access"));
    let (_, sealed) = cookie.split_once('=').expect("a value");
    let json = seal::open(&fixture.keys, Purpose::Session, "session:https://mcp.example", sealed)
        .expect("our own");
    assert!(!json.contains("mittwald-"), "{json}");
}

#[test]
fn the_cookie_is_a_host_cookie_of_fifteen_minutes() {
    let fixture = Fixture::new();
    let response = Session::begin(&fixture.server(), "a".into())
        .and_then(|session| session.keep(Response::empty(Status::OK), &fixture.server()))
        .expect("kept");
    let set = response.header("set-cookie").expect("a cookie");
    assert!(set.starts_with("__Host-mittwald-mcp-connections="));
    assert!(set.ends_with("; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure"), "{set}");
}

#[test]
fn a_session_ends_after_fifteen_minutes() {
    let fixture = Fixture::new();
    connect(&fixture, "user", "AAAAAAAAAAAAAAAAAAAAAA", "Claude");
    let cookie = session(&fixture, "user");
    fixture.clock.advance(session::LIFETIME - 1);
    let page = open(&fixture, "", &[&cookie]);
    assert!(page.body.contains("Claude"));
    fixture.clock.advance(1);
    assert!(!open(&fixture, "", &[&cookie]).body.contains("Claude"));
    let token = field(&page, "token");
    let sent = send(&fixture, &[&cookie], &[("token", &token), ("end", ALL)]);
    assert_eq!(sent.status, Status::FORBIDDEN);
    assert!(sent.body.contains("Nothing was disconnected"));
    assert_eq!(grants(&fixture, "user").len(), 1);
}

#[test]
fn a_session_shows_and_ends_its_own_account_only() {
    let fixture = Fixture::new();
    connect(&fixture, "user", "AAAAAAAAAAAAAAAAAAAAAA", "Claude");
    connect(&fixture, "user", "BBBBBBBBBBBBBBBBBBBBBA", "Cursor");
    connect(&fixture, "other", "CCCCCCCCCCCCCCCCCCCCCA", "ChatGPT");
    let cookie = session(&fixture, "user");
    let page = open(&fixture, "", &[&cookie]);
    assert!(page.body.contains("Claude") && page.body.contains("Cursor"));
    assert!(!page.body.contains("ChatGPT"));
    let token = field(&page, "token");
    let end = |what: &str| send(&fixture, &[&cookie], &[("token", &token), ("end", what)]);

    assert_eq!(end("CCCCCCCCCCCCCCCCCCCCCA").status, Status::SEE_OTHER);
    assert_eq!(grants(&fixture, "other").len(), 1);
    let gone = end("AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(gone.status, Status::SEE_OTHER);
    assert_eq!(grants(&fixture, "user"), ["BBBBBBBBBBBBBBBBBBBBBA"]);
    assert_eq!(end(ALL).status, Status::SEE_OTHER);
    assert!(grants(&fixture, "user").is_empty());
    assert_eq!(grants(&fixture, "other").len(), 1);
}

#[test]
fn a_form_without_the_sessions_own_token_ends_nothing() {
    let fixture = Fixture::new();
    connect(&fixture, "user", "AAAAAAAAAAAAAAAAAAAAAA", "Claude");
    let (mine, theirs) = (session(&fixture, "user"), session(&fixture, "other"));
    let their_token = field(&open(&fixture, "", &[&theirs]), "token");
    let my_token = field(&open(&fixture, "", &[&mine]), "token");
    let forged: [&[(&str, &str)]; 6] = [
        &[("end", ALL)],
        &[("end", ALL), ("token", "")],
        &[("end", ALL), ("token", "AAAAAAAAAAAAAAAAAAAAAA")],
        &[("end", ALL), ("token", &their_token)],
        &[("end", ALL), ("token", &my_token), ("token", &my_token)],
        &[("end", ALL), ("end", ALL), ("token", &my_token)],
    ];
    for fields in forged {
        let sent = send(&fixture, &[&mine], fields);
        assert_eq!(sent.status, Status::FORBIDDEN, "{fields:?}");
        assert!(sent.body.contains("Nothing was disconnected"));
    }
    for cookies in [&[][..], &[mine.as_str(), theirs.as_str()], &[&mine.replace('A', "B")]] {
        let sent = send(&fixture, cookies, &[("end", ALL), ("token", &my_token)]);
        assert_eq!(sent.status, Status::FORBIDDEN);
    }
    assert_eq!(grants(&fixture, "user").len(), 1);
}

#[test]
fn a_session_of_another_origin_is_none() {
    let mut fixture = Fixture::new();
    let cookie = session(&fixture, "user");
    fixture.issuer = Origin::of("https://other.example").expect("an origin");
    assert!(Session::read(&fixture.server(), &request(Method::Get, "", &[&cookie], &[])).is_none());
}

#[test]
fn the_address_cannot_claim_what_is_not_so() {
    let fixture = Fixture::new();
    connect(&fixture, "user", "AAAAAAAAAAAAAAAAAAAAAA", "Claude");
    let cookie = session(&fixture, "user");
    for query in ["ended=all", "ended=AAAAAAAAAAAAAAAAAAAAAA", "lang=en"] {
        assert!(!open(&fixture, query, &[&cookie]).body.contains("role=\"status\""), "{query}");
    }
    let page = open(&fixture, "ended=BBBBBBBBBBBBBBBBBBBBBA", &[&cookie]);
    assert!(page.body.contains("role=\"status\""));
}

#[test]
fn leaving_removes_the_cookie() {
    let fixture = Fixture::new();
    let cookie = session(&fixture, "user");
    let token = field(&open(&fixture, "", &[&cookie]), "token");
    let left = send(&fixture, &[&cookie], &[("token", &token), ("leave", "yes")]);
    assert_eq!(left.status, Status::SEE_OTHER);
    let set = left.header("set-cookie").expect("a cookie");
    assert!(set.starts_with("__Host-mittwald-mcp-connections=; Path=/; Max-Age=0;"), "{set}");
}

#[test]
fn what_failed_is_told_and_nothing_begins() {
    let fixture = Fixture::new();
    let mut login = fixture.login();
    login.german = true;
    for (code, status, told) in [
        (Code::AccessDenied, Status::FORBIDDEN, "abgebrochen"),
        (Code::TemporarilyUnavailable, Status::UNAVAILABLE, "gerade nicht möglich"),
        (Code::ServerError, Status::UNAVAILABLE, "gerade nicht möglich"),
    ] {
        let arrived = request(Method::Get, "", &[], &[]);
        let outcome = Err(OAuthError::new(code, "x"));
        let page = block_on(signed_in(&fixture.server(), &arrived, &login, outcome));
        assert_eq!(page.status, status);
        assert!(page.body.contains(told), "{told}");
        assert!(cookie_of(&page).starts_with("__Host-mittwald-mcp-signin="));
    }
}

#[test]
fn a_store_out_of_reach_is_told_and_may_be_tried_again() {
    let fixture = Fixture::new();
    let cookie = session(&fixture, "user");
    let token = field(&open(&fixture, "", &[&cookie]), "token");
    fixture.accounts.unreachable.set(true);
    assert_eq!(open(&fixture, "", &[&cookie]).status, Status::UNAVAILABLE);
    let sent = send(&fixture, &[&cookie], &[("token", &token), ("end", ALL)]);
    assert_eq!(sent.status, Status::UNAVAILABLE);
}

#[test]
fn the_store_may_be_out_of_reach_during_the_sign_in() {
    let fixture = Fixture::new();
    fixture.accounts.unreachable.set(true);
    session(&fixture, "user");
}
