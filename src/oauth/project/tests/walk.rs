//! A browser's way through the pages of a sign-in, in memory.

use futures::executor::block_on;

use super::super::*;
use crate::http::form::encode;
use crate::http::{Body, Method, Origin, Status};
use crate::oauth::stores::{AccountCommand, AccountReply};
use crate::oauth::testing::Fixture;
use crate::oauth::{authorize, callback, grant, refresh_token};
use crate::ports::testing::ScriptedUpstream;

pub const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const COOKIE: &str = "__Host-mittwald-mcp-signin";
const TOKENS: &str =
    r#"{"access_token":"upstream-access","refresh_token":"upstream-refresh","expires_in":3600}"#;

pub fn project() -> String {
    format!(r#"{{"id":"{ID}","shortId":"p-abc123","description":"Shop"}}"#)
}

/// A browser with the sign-in cookie, and a server of its own.
pub struct Walk {
    pub fixture: Fixture,
    pub cookie: String,
}

impl Walk {
    fn new(upstream: ScriptedUpstream) -> Self {
        let mut fixture = Fixture::new();
        fixture.upstream = upstream;
        Self { fixture, cookie: String::new() }
    }

    /// After signing in: what mittwald answers to the code, to "who is it", not to "which scopes", and to
    /// these.
    pub fn signed_in(answers: &[(u16, &str)]) -> Self {
        let upstream = ScriptedUpstream::default().will_answer(200, &[], TOKENS).will_answer(
            200,
            &[],
            r#"{"userId":"u"}"#,
        );
        let upstream = upstream.will_answer(404, &[], "");
        let upstream = answers
            .iter()
            .fold(upstream, |upstream, (status, body)| upstream.will_answer(*status, &[], body));
        Self::new(upstream)
    }

    fn request(&self, method: Method, path: &str, query: &str, body: &str) -> Request {
        let headers = vec![
            ("cookie".to_owned(), self.cookie.clone()),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ];
        Request {
            method,
            origin: Origin::of("https://mcp.example").expect("an origin"),
            path: path.into(),
            query: query.into(),
            headers: Box::new(headers),
            body: Body::Bytes(body.as_bytes().to_vec()),
        }
    }

    /// The consent page for these scopes at this resource.
    pub fn consent_page(&mut self, scope: &str, resource: &str) -> Response {
        let client = self.fixture.client();
        let query = encode(&[
            ("client_id", client.id.as_str()),
            ("redirect_uri", crate::oauth::testing::REDIRECT),
            ("response_type", "code"),
            ("code_challenge", &crate::keys::digest(VERIFIER)),
            ("code_challenge_method", "S256"),
            ("state", "s"),
            ("scope", scope),
            ("resource", resource),
        ]);
        let request = self.request(Method::Get, "/authorize", &query, "");
        let page = block_on(authorize::get(&self.fixture.server(), &request));
        self.keep_cookie(&page);
        page
    }

    fn keep_cookie(&mut self, response: &Response) {
        if let Some(set) = response.header("set-cookie") {
            self.cookie = set.split(';').next().expect("a pair").to_owned();
            assert!(self.cookie.starts_with(COOKIE));
        }
    }

    /// Agrees on the consent page; gives where the browser is sent.
    pub fn agree(&mut self, page: &Response, projects: &str) -> Response {
        let sealed = field(page, "request");
        let body = encode(&[
            ("request", &sealed),
            ("decision", "allow"),
            ("level", "manage"),
            ("projects", projects),
        ]);
        let request = self.request(Method::Post, "/consent", "", &body);
        let response = block_on(consent::post(&self.fixture.server(), &request));
        self.keep_cookie(&response);
        response
    }

    /// Comes back from mittwald.
    pub fn return_from(&mut self, to_mittwald: &Response) -> Response {
        let state = parameter(to_mittwald, "state");
        let query = encode(&[("code", "c"), ("state", &state)]);
        let request = self.request(Method::Get, "/mittwald/callback", &query, "");
        let response = block_on(callback::get(&self.fixture.server(), &request)).response;
        self.keep_cookie(&response);
        response
    }

    /// Everything up to the page: its handle.
    pub fn up_to_the_page(&mut self) -> String {
        let page = self.consent_page("project:read app:read", "https://mcp.example/mcp");
        let to_mittwald = self.agree(&page, "one");
        let back = self.return_from(&to_mittwald);
        assert_eq!(back.status, Status::SEE_OTHER);
        let location = back.header("location").expect("a location");
        assert!(location.starts_with("https://mcp.example/consent/project?sign_in="), "{location}");
        parameter(&back, "sign_in")
    }

    pub fn open(&self, handle: &str) -> Response {
        let query = encode(&[("sign_in", handle)]);
        block_on(get(&self.fixture.server(), &self.request(Method::Get, PATH, &query, "")))
    }

    pub fn send(&self, handle: &str, project: &str, decision: &str) -> Response {
        let fields = [("sign_in", handle), ("project", project), ("decision", decision)];
        let body = encode(&fields);
        block_on(post(&self.fixture.server(), &self.request(Method::Post, PATH, "", &body)))
    }

    /// The grant behind a client's code, exchanged.
    pub fn grant(&self, answer: &Response) -> grant::Grant {
        let code = parameter(answer, "code");
        let server = self.fixture.server();
        let code = refresh_token::AuthorizationCode::parse(&code).expect("a code");
        let shown = grant::Exchange {
            code: digest(code.secret.expose()),
            client_id: self.fixture.client().id,
            redirect_uri: Some(crate::oauth::testing::REDIRECT.into()),
            challenge: digest(VERIFIER),
            resource: None,
        };
        let command = AccountCommand::Exchange { grant: code.grant.clone(), shown };
        match block_on(server.stores.accounts.call(&code.account, command)) {
            Ok(AccountReply::Granted(grant, _)) => *grant,
            other => panic!("{other:?}"),
        }
    }
}

/// Value of a hidden field.
pub fn field(page: &Response, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&marker).expect("the field");
    rest.split('"').next().expect("a value").to_owned()
}

pub fn parameter(response: &Response, name: &str) -> String {
    let location = response.header("location").expect("a location");
    let query = location.split_once('?').expect("a query").1;
    Form::parse(query.as_bytes()).get(name).expect("once").expect("the parameter").to_owned()
}

pub fn is_stale(response: &Response) -> bool {
    response.status == Status::BAD_REQUEST && response.body.contains("no longer valid")
}
