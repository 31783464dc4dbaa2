//! What a client gets for what it posts, era by era.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::*;
use crate::http::{Method, Origin};
use crate::tools::caller::Level;
use crate::tools::testing::{Scene, challenge};

mod batches;
mod completion;
mod corpus;
mod cursors;
mod legacy;
mod listing;
mod mirrored;
mod modern;
mod progress;
mod prompts;
mod resources;
mod rounds;
mod skills;

/// A body that was answered.
pub struct Heard {
    status: u16,
    body: Value,
    text: String,
    www_authenticate: Option<String>,
    note: Note,
    trace: Option<TraceId>,
    /// What the log would have said, had the client left at the last moment.
    left: Option<Note>,
}

impl Heard {
    fn code(&self) -> i64 {
        self.body["error"]["code"].as_i64().unwrap_or_default()
    }

    fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }
}

pub fn config() -> Config {
    Config::read(|name| match name {
        "MITTWALD_OAUTH_AUTHORIZE_URL" | "MITTWALD_OAUTH_TOKEN_URL" => {
            Some("https://sign-in.example/x".into())
        }
        "MITTWALD_OAUTH_CLIENT_ID" => Some("client".into()),
        _ => None,
    })
    .expect("a configuration")
}

const NO_HEADERS: &Vec<(String, String)> = &Vec::new();

/// What an answer depends on, in this scene.
pub fn context<'a>(
    scene: &'a Scene,
    config: &'a Config,
    under_way: &'a dyn Fn(Note),
) -> Context<'a> {
    Context {
        config,
        headers: NO_HEADERS,
        keys: &scene.keys,
        surface: &scene.surface,
        caller: &scene.caller,
        ports: scene.ports(),
        challenge: &challenge,
        language: Language::English,
        under_way,
    }
}

/// Posts a body with these headers; `application/json` unless one says otherwise.
fn post_with(scene: &Scene, headers: &[(&str, &str)], body: Body) -> Heard {
    let config = config();
    let under_way = std::cell::Cell::new(None);
    let hear = |note| under_way.set(Some(note));
    let mut fields: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    fields.push(("content-type".into(), "application/json".into()));
    let request = Request {
        method: Method::Post,
        origin: Origin::of("https://mcp.example").unwrap(),
        path: "/mcp".into(),
        query: String::new(),
        headers: Box::new(fields),
        body,
    };
    let context = Context { headers: &*request.headers, ..context(scene, &config, &hear) };
    let Reply { response, note, trace } = futures::executor::block_on(post(&context, &request));
    let body = if response.body.is_empty() {
        Value::Null
    } else {
        assert_eq!(response.header("content-type"), Some("application/json"));
        let raw: &RawValue = serde_json::from_str(&response.body).expect("the body is JSON");
        // An id with half a surrogate pair goes back as it came: JSON, but no text of Rust's.
        serde_json::from_str(raw.get()).unwrap_or_default()
    };
    Heard {
        status: response.status.0,
        body,
        text: response.body.to_string(),
        www_authenticate: response.header("www-authenticate").map(str::to_owned),
        note,
        trace,
        left: under_way.get(),
    }
}

fn send(scene: &Scene, headers: &[(&str, &str)], body: &Value) -> Heard {
    post_with(scene, headers, Body::Bytes(body.to_string().into_bytes()))
}

#[test]
fn bodies_that_cannot_be_read_are_refused_before_the_protocol() {
    let scene = Scene::default();
    let ping = || Body::Bytes(br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.to_vec());
    for (content_type, status) in [
        ("text/plain", 415),
        ("application/json, text/plain", 415),
        ("", 415),
        ("application/json; charset=utf-8", 200),
    ] {
        assert_eq!(
            post_with(&scene, &[("content-type", content_type)], ping()).status,
            status,
            "{content_type}"
        );
    }
    let large = post_with(&scene, &[], Body::TooLarge);
    assert_eq!((large.status, large.code()), (413, -32_600));
    let broken = post_with(&scene, &[], Body::Broken);
    assert_eq!((broken.status, broken.code()), (400, -32_700));
    let nonsense = post_with(&scene, &[], Body::Bytes(b"<xml/>".to_vec()));
    assert_eq!((nonsense.status, nonsense.code()), (400, -32_700));
    assert!(nonsense.body.get("id").is_none(), "an id that was not read is left out");
}

#[test]
fn a_refusal_of_the_router_is_a_json_rpc_error_without_an_id() {
    let response = refusal(Status::FORBIDDEN, INVALID_REQUEST, "No \"entry\".");
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(
        body,
        json!({"jsonrpc": "2.0", "error": {"code": -32600, "message": "No \"entry\"."}})
    );
    assert_eq!(response.status, Status::FORBIDDEN);
}

#[test]
fn the_log_never_learns_what_a_client_wrote() {
    let scene = Scene::default();
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "secret-method"});
    let heard = send(&scene, &[], &body);
    assert_eq!(
        heard.note,
        Note { method: "unknown", tool: "", revision: "2025-03-26", outcome: "method_not_found" }
    );
}
