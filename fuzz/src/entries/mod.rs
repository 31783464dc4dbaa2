//! What each target does with its bytes, and what must hold whatever they are.

mod stage;

use mittwald_mcp::http::{Body, Method, Request, Response};
use mittwald_mcp::mcp::frame::{self, Frame, Message};
use mittwald_mcp::oauth::cimd::address::ClientAddress;
use mittwald_mcp::oauth::cimd::document;
use mittwald_mcp::oauth::client::Client;
use mittwald_mcp::oauth::redirect_uri::RedirectUri;
use serde_json::Value;
use serde_json::value::RawValue;
use stage::{ORIGIN, Stage};

/// A registered redirect URI, and after a line break a requested one.
///
/// What is accepted is plain ASCII, spelled as it was given, with a scheme and a host of the allow-list; and
/// a registered URI admits itself and otherwise, on loopback only, another port.
pub fn redirect_uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (registered, requested) = text.split_once('\n').unwrap_or((text, text));
    let Ok(uri) = RedirectUri::parse(registered) else { return };
    assert_eq!(uri.as_str(), registered, "kept as it was given");
    assert!(registered.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(uri.admits(registered));
    let scheme = registered.split(':').next().unwrap_or_default();
    assert!(["https", "http", "cursor", "vscode", "vscode-insiders"].contains(&scheme), "{scheme}");
    assert!(!registered.contains('#') && !authority(registered).contains(['@', '*', '\\']));
    if scheme == "http" {
        assert!(is_loopback(authority(registered)), "{registered}");
    }
    if requested != registered && uri.admits(requested) {
        assert_eq!(scheme, "http", "only loopback ports are free");
        assert!(is_loopback(authority(requested)));
        assert_eq!(without_port(registered), without_port(requested));
    }
    // Both end up in a response header.
    let source = uri.csp_source();
    assert!(!source.is_empty() && source.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!source.contains([';', ',']), "{source} would break out of its directive");
    let _ = uri.destination();
}

/// The body of a dynamic registration: as it is, and as the values of a well-formed one.
///
/// It is answered 201 or 400, never kept, and a client id that was issued verifies.
/// A published document is read by another door; whatever it says, reading it does not panic.
pub fn client_metadata(data: &[u8]) {
    let stage = Stage::new();
    registered(&stage, data.to_vec());
    let text = String::from_utf8_lossy(data);
    let address = ClientAddress::parse("https://client.example/metadata.json");
    let _ = document::read(&text, &address.expect("an address"));
    let lines: Vec<&str> = text.lines().collect();
    let body = serde_json::json!({
        "client_name": lines.first().copied().unwrap_or_default(),
        "redirect_uris": lines,
        "token_endpoint_auth_method": lines.last().copied().unwrap_or_default(),
        "application_type": "web",
    });
    registered(&stage, body.to_string().into_bytes());
}

fn registered(stage: &Stage, body: Vec<u8>) {
    let headers = [("content-type", "application/json")];
    let response = stage.answer(request(Method::Post, "/register", &headers, body));
    let json = checked(&response, &[201, 400]);
    if response.status.0 == 201 {
        let id = json["client_id"].as_str().expect("a client id");
        let client = Client::verify(id, &stage.keys, &stage.config).expect("an id that verifies");
        for uri in &client.registration.redirect_uris {
            assert!(RedirectUri::parse(uri.as_str()).is_ok());
        }
        let name = &client.registration.name;
        assert!(!name.is_empty() && !name.chars().any(char::is_control), "{name:?}");
    }
}

/// A token request: as it is, behind a real client's id, and with its first line as `Authorization`.
///
/// Nothing that was not issued here is worth a token.
pub fn token_request(data: &[u8]) {
    let stage = Stage::new();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let id = stage.client_id();
    for prefix in [
        String::new(),
        format!("client_id={id}&"),
        format!("grant_type=authorization_code&client_id={id}&code_verifier=v&code="),
        format!("grant_type=refresh_token&client_id={id}&refresh_token="),
    ] {
        let body = [prefix.as_bytes(), data].concat();
        let response = stage.answer(request(Method::Post, "/token", &[form], body));
        let _ = checked(&response, &[400, 401]);
    }
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (line, rest) = data.split_at(split);
    if let Ok(authorization) = std::str::from_utf8(line) {
        for value in [authorization.to_owned(), format!("Basic {authorization}")] {
            let headers = [form, ("authorization", value.as_str())];
            let response = stage.answer(request(Method::Post, "/token", &headers, rest.to_vec()));
            let _ = checked(&response, &[400, 401]);
        }
    }
}

/// A bearer token: as the whole header, as a token, and in the place of each part of a real one.
///
/// It lets nobody in, and no text that could be a token of ours is ever shown to mittwald (the stage's
/// mittwald panics when it is asked).
pub fn bearer_token(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let stage = Stage::new();
    let mut values = vec![text.to_owned(), format!("Bearer {text}"), format!("bearer a.b.{text}")];
    let real = stage.access_token();
    let parts: Vec<&str> = real.split('.').collect();
    for place in 0..parts.len() {
        let mut changed = parts.clone();
        changed[place] = text;
        if changed != parts {
            values.push(format!("Bearer {}", changed.join(".")));
        }
    }
    for value in values {
        if value.trim() == format!("Bearer {real}") {
            continue;
        }
        let headers = [("authorization", value.as_str()), ("content-type", "application/json")];
        let response = stage.answer(request(Method::Post, "/mcp", &headers, Vec::new()));
        let _ = checked(&response, &[401]);
        let challenge = response.header("www-authenticate").expect("a challenge");
        assert!(challenge.starts_with("Bearer ") && challenge.contains("resource_metadata="));
        assert!(challenge.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{challenge:?}");
    }
}

/// The body of a POST to `/mcp`.
///
/// What is no JSON is no message; an id is whole, and stands in the body as it is handed on.
pub fn frame(data: &[u8]) {
    let text = std::str::from_utf8(data);
    let is_json = text.is_ok_and(|text| serde_json::from_str::<&RawValue>(text).is_ok());
    match frame::decode(data) {
        Ok(Frame::Single(message)) => {
            assert!(is_json);
            kept(&message, data);
        }
        Ok(Frame::Batch(elements)) => {
            assert!(is_json);
            for message in elements.iter().filter_map(|one| frame::message(one.get()).ok()) {
                kept(&message, data);
            }
        }
        Err(refused) => assert!([-32_700, -32_600, -32_602].contains(&refused.error.code())),
    }
}

fn kept(message: &Message<'_>, data: &[u8]) {
    let Message::Request(call) = message else { return };
    let id = call.id.get().as_bytes();
    assert!(data.windows(id.len()).any(|window| window == id));
    let number = id.strip_prefix(b"-").unwrap_or(id);
    assert!(id.starts_with(b"\"") || number.iter().all(u8::is_ascii_digit));
}

fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request {
        method,
        origin: mittwald_mcp::http::Origin::of(ORIGIN).expect("an origin"),
        path: path.to_owned(),
        query: String::new(),
        headers: Box::new(headers),
        body: Body::Bytes(body),
    }
}

/// One of the expected statuses, JSON with an error where it is one, kept by nobody.
fn checked(response: &Response, expected: &[u16]) -> Value {
    let status = response.status.0;
    assert!(expected.contains(&status), "status {status}: {}", response.body);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let json: Value = serde_json::from_str(&response.body).expect("JSON");
    assert_eq!(json["error"].is_string(), status >= 400, "{json}");
    json
}

fn authority(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())]
}

fn without_port(uri: &str) -> String {
    let authority = authority(uri);
    let host = host(authority);
    uri.replacen(authority, host, 1)
}

fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn is_loopback(authority: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].contains(&host(authority))
}
