//! 1. a document becomes a public client, and the host of its address vouches for it
//! 2. what is cached is used, until its time is over, and not for another address
//! 3. a cached document is checked again: a spoilt, foreign or old entry leads to a fetch
//! 4. errors, refused documents and what says `no-store` are never kept
//! 5. what is refused for good and what cannot be told right now are told apart
//! 6. blocked ids and hosts, our own hosts and bad addresses are refused without a fetch
//! 7. over the limit, or without a way to fetch, nothing is fetched
//! 8. how long a document may be used

use super::freshness;
use super::*;
use crate::oauth::client::{AuthMethod, Client, ClientOrigin, NoClient};
use crate::oauth::testing::Fixture;
use crate::ports::testing::FixedLimit;
use crate::ports::{Cache, DocumentFailure};

const ID: &str = "https://client.example/oauth/client.json";
const JSON: (&str, &str) = ("content-type", "application/json");

fn metadata(id: &str) -> String {
    format!(
        r#"{{"client_id":"{id}","client_name":"Example","redirect_uris":["https://client.example/cb"]}}"#
    )
}

fn find_as(fixture: &Fixture, id: &str) -> Result<Client, NoClient> {
    futures::executor::block_on(Client::find(id, &fixture.server()))
}

fn find(fixture: &Fixture) -> Result<Client, NoClient> {
    find_as(fixture, ID)
}

fn serving(headers: &[(&str, &str)], body: &str) -> Fixture {
    let fixture = Fixture::new();
    fixture.documents.serve(ID, 200, headers, body);
    fixture
}

fn fetches(fixture: &Fixture) -> usize {
    fixture.documents.fetched.borrow().len()
}

fn keep(fixture: &Fixture, until: u64, text: &str) {
    let value = serde_json::json!({ "until": until, "text": text }).to_string();
    let key = format!("cimd:{}", crate::keys::digest(ID));
    futures::executor::block_on(fixture.cache.keep(&key, value, 60));
}

const REFUSED: Result<Client, NoClient> = Err(NoClient::Document(Unusable::Refused));
const UNAVAILABLE: Result<Client, NoClient> = Err(NoClient::Document(Unusable::Unavailable));

#[test]
fn a_document_becomes_a_public_client_with_a_host() {
    let fixture = serving(&[JSON], &metadata(ID));
    let client = find(&fixture).expect("a client");
    assert_eq!(client.id, ID);
    assert_eq!(client.origin, ClientOrigin::Document { host: "client.example".into() });
    assert_eq!(client.registration.name, "Example");
    assert_eq!(client.registration.auth, AuthMethod::None);
    assert_eq!(client.secret(&fixture.keys), None);
    assert!(client.redirect_uri(Some("https://client.example/cb")).is_some());
    assert!(client.redirect_uri(Some("https://client.example/other")).is_none());
}

#[test]
fn a_signed_id_needs_no_document() {
    let fixture = Fixture::new();
    let id = fixture.client().id;
    assert_eq!(find_as(&fixture, &id).map(|client| client.origin), Ok(ClientOrigin::Registered));
    assert_eq!(find_as(&fixture, "nobody"), Err(NoClient::Unknown));
    assert_eq!(fetches(&fixture), 0);
}

#[test]
fn the_cache_is_used_until_the_time_is_over() {
    let fixture = serving(&[JSON, ("cache-control", "max-age=600")], &metadata(ID));
    for _ in 0..3 {
        assert!(find(&fixture).is_ok());
    }
    assert_eq!(fetches(&fixture), 1);
    fixture.clock.advance(599);
    assert!(find(&fixture).is_ok());
    assert_eq!(fetches(&fixture), 1);
    fixture.clock.advance(1);
    assert!(find(&fixture).is_ok());
    assert_eq!(fetches(&fixture), 2);
}

#[test]
fn the_cache_knows_one_address_from_another() {
    let fixture = serving(&[JSON], &metadata(ID));
    assert!(find(&fixture).is_ok());
    assert_eq!(find_as(&fixture, "https://client.example/oauth/other.json"), REFUSED);
    assert_eq!(fetches(&fixture), 2);
}

#[test]
fn a_spoilt_foreign_or_old_entry_is_fetched_anew() {
    let other = metadata("https://evil.example/client.json");
    for (until, text) in
        [(9999, "{}"), (9999, "not json"), (9999, other.as_str()), (1000, &metadata(ID))]
    {
        let fixture = serving(&[JSON], &metadata(ID));
        keep(&fixture, until, text);
        assert!(find(&fixture).is_ok(), "{text}");
        assert_eq!(fetches(&fixture), 1, "{text}");
        assert!(find(&fixture).is_ok());
        assert_eq!(fetches(&fixture), 1, "and the entry is replaced: {text}");
    }
    let fixture = serving(&[JSON], &metadata(ID));
    let key = format!("cimd:{}", crate::keys::digest(ID));
    futures::executor::block_on(fixture.cache.keep(&key, "no entry of ours".into(), 60));
    assert!(find(&fixture).is_ok());
}

#[test]
fn nothing_that_went_wrong_is_kept() {
    let fixture = Fixture::new();
    assert_eq!(find(&fixture), REFUSED, "404");
    fixture.documents.fail(ID, DocumentFailure::TimedOut);
    assert_eq!(find(&fixture), UNAVAILABLE);
    fixture.documents.serve(ID, 500, &[JSON], &metadata(ID));
    assert_eq!(find(&fixture), UNAVAILABLE);
    fixture.documents.serve(ID, 200, &[JSON, ("cache-control", "max-age=600")], "{}");
    assert_eq!(find(&fixture), REFUSED);
    assert!(fixture.cache.0.borrow().is_empty());
    fixture.documents.serve(ID, 200, &[JSON], &metadata(ID));
    assert!(find(&fixture).is_ok());
    assert_eq!(fetches(&fixture), 5);
}

#[test]
fn what_must_not_be_stored_is_not() {
    for value in ["no-store", "No-Store, max-age=600", "no-cache", "max-age=0", "max-age=x"] {
        let fixture = serving(&[JSON, ("cache-control", value)], &metadata(ID));
        assert!(find(&fixture).is_ok() && find(&fixture).is_ok(), "{value}");
        assert_eq!(fetches(&fixture), 2, "{value}");
        assert!(fixture.cache.0.borrow().is_empty(), "{value}");
    }
}

#[test]
fn refused_and_unavailable_are_told_apart() {
    for (status, expected) in [
        (201, REFUSED),
        (204, REFUSED),
        (301, REFUSED),
        (302, REFUSED),
        (308, REFUSED),
        (401, REFUSED),
        (404, REFUSED),
        (410, REFUSED),
        (429, UNAVAILABLE),
        (500, UNAVAILABLE),
        (503, UNAVAILABLE),
    ] {
        let fixture = Fixture::new();
        fixture.documents.serve(ID, status, &[JSON], &metadata(ID));
        assert_eq!(find(&fixture), expected, "{status}");
    }
    for (failure, expected) in [
        (DocumentFailure::TimedOut, UNAVAILABLE),
        (DocumentFailure::Unreachable, UNAVAILABLE),
        (DocumentFailure::TooLarge, REFUSED),
    ] {
        let fixture = Fixture::new();
        fixture.documents.fail(ID, failure);
        assert_eq!(find(&fixture), expected, "{failure}");
    }
}

#[test]
fn only_json_is_read() {
    for kind in ["text/html", "text/plain", "application/json, text/html", ""] {
        assert_eq!(find(&serving(&[("content-type", kind)], &metadata(ID))), REFUSED, "{kind}");
    }
    assert_eq!(find(&serving(&[], &metadata(ID))), REFUSED);
    let kind = ("content-type", "application/oauth-client+json; charset=utf-8");
    assert!(find(&serving(&[kind], &metadata(ID))).is_ok());
}

#[test]
fn blocked_ids_and_hosts_are_refused() {
    // The document's host and the id are known before anything is fetched.
    for (entry, fetched) in
        [(ID, 0), ("client.example", 0), ("Client.Example", 0), ("answers.example", 1)]
    {
        let body = metadata(ID).replace("client.example/cb", "answers.example/cb");
        let mut fixture = serving(&[JSON], &body);
        assert!(find(&fixture).is_ok());
        fixture = serving(&[JSON], &body);
        fixture.config.blocked_clients = vec![entry.to_owned()];
        assert_eq!(find(&fixture), Err(NoClient::Unknown), "{entry}");
        assert_eq!(fetches(&fixture), fetched, "{entry}");
    }
}

#[test]
fn a_blocked_client_is_refused_from_the_cache_too() {
    let mut fixture = serving(&[JSON], &metadata(ID));
    assert!(find(&fixture).is_ok());
    fixture.config.blocked_clients = vec!["client.example".to_owned()];
    assert_eq!(find(&fixture), Err(NoClient::Unknown));
}

#[test]
fn our_own_hosts_are_not_asked() {
    let mut fixture = Fixture::new();
    fixture.config.redirect_url = Some("https://auth.mcp.example/mittwald/callback".into());
    for id in ["https://mcp.example/authorize?client_id=x", "https://auth.mcp.example/x"] {
        fixture.documents.serve(id, 200, &[JSON], &metadata(id));
        assert_eq!(find_as(&fixture, id), REFUSED, "{id}");
    }
    assert_eq!(fetches(&fixture), 0);
}

#[test]
fn a_bad_address_is_not_fetched() {
    let fixture = Fixture::new();
    for id in ["http://client.example/c", "https://10.0.0.1/c", "https://localhost/c"] {
        fixture.documents.serve(id, 200, &[JSON], &metadata(id));
        assert_eq!(find_as(&fixture, id), REFUSED, "{id}");
    }
    assert_eq!(fetches(&fixture), 0);
}

#[test]
fn over_the_limit_only_the_cache_answers() {
    let mut fixture = serving(&[JSON], &metadata(ID));
    fixture.limiter = FixedLimit(false);
    assert_eq!(find(&fixture), UNAVAILABLE);
    assert_eq!(fetches(&fixture), 0);
    keep(&fixture, 9999, &metadata(ID));
    assert!(find(&fixture).is_ok());
}

#[test]
fn without_a_way_to_fetch_there_are_no_such_clients() {
    let fixture = serving(&[JSON], &metadata(ID));
    keep(&fixture, 9999, &metadata(ID));
    let mut server = fixture.server();
    server.ports.documents = None;
    assert_eq!(futures::executor::block_on(Client::find(ID, &server)), REFUSED);
}

#[test]
fn how_long_a_document_may_be_used() {
    let seconds = |fields: &[(&str, &str)]| {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        freshness::seconds(&fields)
    };
    for (value, expected) in [
        ("max-age=300", 300),
        ("public, Max-Age=\"300\", must-revalidate", 300),
        ("max-age = 300", 300),
        ("private, max-age=300", 300),
        ("s-maxage=5, max-age=300", 300),
        ("max-age=300, max-age=30", 30),
        ("max-age=86400", 86_400),
        ("max-age=86401", 86_400),
        ("max-age=31536000, immutable", 86_400),
        ("max-age=99999999999999999999999", 0),
        ("max-age=-1", 0),
        ("max-age", 0),
        ("max-age=300, no-cache", 0),
        ("max-age=300, no-cache=\"set-cookie\"", 0),
        ("no-store", 0),
        ("public", freshness::DEFAULT),
        ("", freshness::DEFAULT),
        ("x-max-age=5", freshness::DEFAULT),
    ] {
        assert_eq!(seconds(&[("cache-control", value)]), expected, "{value}");
    }
    assert_eq!(seconds(&[]), freshness::DEFAULT);
    assert_eq!(seconds(&[("cache-control", "max-age=300"), ("age", "100")]), 200);
    assert_eq!(seconds(&[("cache-control", "max-age=300"), ("age", "400")]), 0);
    assert_eq!(seconds(&[("cache-control", "max-age=300"), ("age", "young")]), 300);
    // A long life that was half spent elsewhere is still a long life.
    assert_eq!(seconds(&[("cache-control", "max-age=604800"), ("age", "302400")]), 86_400);
}

proptest::proptest! {
    #[test]
    fn no_cache_control_makes_a_document_last_longer_than_a_day(
        value in ".{0,60}", age in ".{0,8}",
    ) {
        let fields = vec![("cache-control".to_owned(), value), ("age".to_owned(), age)];
        proptest::prop_assert!(freshness::seconds(&fields) <= freshness::MAX);
    }
}
