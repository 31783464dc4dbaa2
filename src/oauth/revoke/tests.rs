use futures::executor::block_on;

use super::super::grant::State;
use super::super::stores::Accounts;
use super::super::testing::Fixture;
use super::super::token;
use super::*;
use crate::http::{Body, Method};
use crate::keys::base64url;

fn request(fixture: &Fixture, path: &str, fields: &[(&str, &str)]) -> Request {
    let client = fixture.client().id;
    let mut all = vec![("client_id", client.as_str())];
    all.extend(fields);
    let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    Request {
        method: Method::Post,
        origin: fixture.server().issuer.clone(),
        path: path.into(),
        query: String::new(),
        headers: Box::new(headers),
        body: Body::Bytes(crate::http::form::encode(&all).into_bytes()),
    }
}

fn refresh_token(fixture: &Fixture) -> String {
    let token = RefreshToken { account: "account".into(), grant: "g".into(), generation: 1 };
    token.issue(&fixture.keys).expose().to_owned()
}

/// A living grant of this client in account `account`.
fn connect(fixture: &Fixture, client_id: &str) {
    let mut grant = fixture.grant();
    grant.client_id = client_id.into();
    grant.state = State::Active { generation: 1, rotated_at: fixture.now() };
    grant.used_at = fixture.now();
    let create = AccountCommand::Create(Box::new(grant));
    block_on(fixture.accounts.call("account", create)).expect("stored");
}

#[test]
fn a_store_out_of_reach_is_temporary_and_says_when_to_come_back() {
    let fixture = Fixture::new();
    fixture.accounts.unreachable.set(true);
    let refresh = refresh_token(&fixture);
    let code = format!("{}.{}.{}", base64url(&[1; 32]), base64url(&[2; 16]), base64url(&[3; 32]));
    let verifier = "v".repeat(43);
    let exchange =
        [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", &verifier)];
    let renew = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    for (path, fields) in
        [("/token", exchange.as_slice()), ("/token", &renew), ("/revoke", &[("token", &refresh)])]
    {
        let server = fixture.server();
        let request = request(&fixture, path, fields);
        let outcome = match path {
            "/token" => block_on(token::post(&server, &request)),
            _ => block_on(post(&server, &request)),
        };
        let response = outcome.expect_err("the store is out of reach").into_response(false);
        assert_eq!(response.status, Status::UNAVAILABLE);
        assert_eq!(response.header("retry-after"), Some("5"));
        assert_eq!(response.header("cache-control"), Some("no-store"));
        assert!(response.body.contains("\"temporarily_unavailable\""), "{}", response.body);
    }
}

#[test]
fn a_token_that_names_nothing_asks_no_store() {
    let fixture = Fixture::new();
    fixture.accounts.unreachable.set(true);
    for token in ["nonsense", "a.b.c", "a.b.c.1.d"] {
        let request = request(&fixture, "/revoke", &[("token", token)]);
        let response = block_on(post(&fixture.server(), &request)).expect("fine");
        assert_eq!(response.status, Status::OK);
    }
}

#[test]
fn another_clients_token_is_refused_and_untouched() {
    let fixture = Fixture::new();
    connect(&fixture, "another client");
    let server = fixture.server();
    let access = fixture.access_token().token;
    for token in [refresh_token(&fixture).as_str(), access.expose()] {
        let request = request(&fixture, "/revoke", &[("token", token)]);
        let refusal = block_on(post(&server, &request)).expect_err("not its own");
        assert_eq!(refusal.code, Code::InvalidGrant);
    }
    assert!(fixture.accounts.ended.borrow().is_empty());
}

#[test]
fn either_token_and_any_hint_end_the_grant_and_its_session() {
    for hint in ["", "refresh_token", "access_token", "nonsense"] {
        for kind in ["refresh", "access"] {
            let fixture = Fixture::new();
            connect(&fixture, &fixture.client().id);
            let server = fixture.server();
            let token = match kind {
                "refresh" => refresh_token(&fixture),
                _ => fixture.access_token().token.expose().to_owned(),
            };
            let fields = [("token", token.as_str()), ("token_type_hint", hint)];
            let response = block_on(post(&server, &request(&fixture, "/revoke", &fields)));
            assert_eq!(response.expect("revoked").status, Status::OK);
            assert_eq!(fixture.accounts.ended.borrow().len(), 1, "{kind} {hint}");
        }
    }
}
