//! 1. documents as real clients publish them
//! 2. what a document must have
//! 3. what a document must not have
//! 4. redirect URIs obey the policy of registration
//! 5. no text makes the reader fail in another way than by refusing

use super::*;

const ID: &str = "https://client.example/c";

fn read_as(id: &str, text: &str) -> Result<Registration, Refused> {
    read(text, &ClientAddress::parse(id).expect("an address"))
}

/// A minimal good document with some members set; `null` removes one.
fn with(changes: serde_json::Value) -> Result<Registration, Refused> {
    let mut document = serde_json::json!({
        "client_id": ID,
        "client_name": "Example",
        "redirect_uris": ["https://client.example/cb"],
    });
    for (name, value) in changes.as_object().expect("an object") {
        document[name] = value.clone();
    }
    read_as(ID, &document.to_string())
}

use serde_json::json;

#[test]
fn documents_of_real_clients() {
    // ChatGPT prefers to sign, and says that it can do without.
    let chatgpt = json!({
        "client_id": "https://chatgpt.com/oauth/client.json",
        "client_uri": "https://chatgpt.com/",
        "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "ChatGPT",
        "logo_uri": "https://persistent.oaistatic.com/sonic/misc/openai-logo.png",
        "token_endpoint_auth_signing_alg": "RS256",
        "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
    });
    // Claude on the web lists a grant that we do not have.
    let claude = json!({
        "client_id": "https://claude.ai/oauth/mcp-oauth-client-metadata",
        "client_name": "Claude",
        "client_uri": "https://claude.ai",
        "redirect_uris": [
            "https://claude.ai/api/mcp/auth_callback",
            "https://claude.com/api/mcp/auth_callback",
        ],
        "grant_types": [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    let claude_code = json!({
        "client_id": "https://claude.ai/oauth/claude-code-client-metadata",
        "client_name": "Claude Code",
        "client_uri": "https://claude.ai",
        "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    // Cursor's has the addresses of several products, all in one.
    let cursor = json!({
        "client_id": "https://cursor.com/oauth/mcp-client.json",
        "client_name": "Cursor",
        "token_endpoint_auth_method": "none",
        "redirect_uris": [
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "https://www.cursor.com/bot/mcp/oauth/callback",
            "https://grok.com/connectors-oauth-exchange-code/",
            "http://localhost:8787/callback",
            "http://127.0.0.1:8787/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
        ],
    });
    for (document, name, uris) in [
        (chatgpt, "ChatGPT", 1),
        (claude, "Claude", 2),
        (claude_code, "Claude Code", 2),
        (cursor, "Cursor", 6),
    ] {
        let id = document["client_id"].as_str().expect("an id");
        let client = read_as(id, &document.to_string()).expect(name);
        assert_eq!(client.name, name);
        assert_eq!(client.redirect_uris.len(), uris, "{name}");
        assert_eq!(client.auth, AuthMethod::None, "{name}");
    }
}

#[test]
fn client_id_is_the_address_to_the_byte() {
    for other in [
        json!(null),
        json!(""),
        json!("https://client.example/c/"),
        json!("https://client.example/C"),
        json!("https://client.example/c?"),
        json!("https://CLIENT.example/c"),
        json!("https://client.example:443/c"),
        json!("https://evil.example/c"),
    ] {
        assert_eq!(with(json!({ "client_id": other })), Err(Refused::OtherClient), "{other}");
    }
    assert_eq!(with(json!({ "client_id": [ID] })), Err(Refused::Malformed));
}

#[test]
fn a_name_and_addresses_are_required() {
    for name in [json!(null), json!(""), json!("  \n"), json!("\u{200b}\u{202e}")] {
        assert_eq!(with(json!({ "client_name": name })), Err(Refused::NoName), "{name}");
    }
    assert_eq!(
        with(json!({ "client_name": "  Exa\u{202e}mple\n" })).map(|client| client.name),
        Ok("Example".into())
    );
    for uris in [json!(null), json!([])] {
        assert_eq!(with(json!({ "redirect_uris": uris })), Err(Refused::RedirectUris), "{uris}");
    }
    for uris in [json!("https://client.example/cb"), json!([1]), json!({})] {
        assert_eq!(with(json!({ "redirect_uris": uris })), Err(Refused::Malformed), "{uris}");
    }
    let without = format!(r#"{{"client_id":"{ID}","client_name":"Example"}}"#);
    assert_eq!(read_as(ID, &without), Err(Refused::RedirectUris));
}

#[test]
fn redirect_uris_obey_the_policy() {
    let good = "https://client.example/cb";
    for bad in [
        "javascript:alert(1)",
        "http://client.example/cb",
        "https://client.example/cb#f",
        "https://a@b.example/cb",
        "https://*.example/cb",
        "https://client.example/a/../cb",
        "/cb",
        "",
    ] {
        assert_eq!(
            with(json!({ "redirect_uris": [bad] })),
            Err(Refused::RedirectUris),
            "alone: {bad}"
        );
        let beside = with(json!({ "redirect_uris": [good, bad] }));
        let scheme = bad.starts_with("javascript");
        // An unknown scheme is left out, as at registration; all else spoils the document.
        assert_eq!(beside.map(|client| client.redirect_uris.len()).ok(), scheme.then_some(1));
    }
    let many: Vec<String> = (0..40).map(|n| format!("https://client.example/{n}")).collect();
    assert!(with(json!({ "redirect_uris": many })).is_ok(), "only the size is limited");
}

#[test]
fn no_secret_and_no_private_key() {
    for (name, value) in [
        ("client_secret", json!("s")),
        ("client_secret", json!(null)),
        ("client_secret_expires_at", json!(0)),
        ("jwks", json!({ "keys": [{ "kty": "RSA", "n": "x", "e": "AQAB", "d": "x" }] })),
        ("jwks", json!({ "keys": [{ "kty": "EC", "x": "x", "d": null }] })),
        ("jwks", json!({ "keys": [{ "kty": "EC", "x": "x" }, { "kty": "oct", "k": "x" }] })),
        ("jwks", json!({ "keys": [{ "kty": "RSA", "p": "x", "q": "x" }] })),
        ("jwks", json!({ "keys": [{ "kty": "RSA", "oth": [] }] })),
    ] {
        assert_eq!(with(json!({ name: value })), Err(Refused::Secret), "{name}: {value}");
    }
    let public = json!({ "keys": [{ "kty": "RSA", "n": "x", "e": "AQAB", "use": "sig" }] });
    assert!(with(json!({ "jwks": public })).is_ok());
    for odd in [json!(7), json!("x"), json!({ "keys": {} }), json!({ "keys": [1] })] {
        assert_eq!(with(json!({ "jwks": odd })), Err(Refused::Malformed), "{odd}");
    }
}

#[test]
fn a_client_must_be_able_to_be_public() {
    for (method, supported, expected) in [
        (json!(null), json!(null), Ok(AuthMethod::None)),
        (json!("none"), json!(null), Ok(AuthMethod::None)),
        (json!("none"), json!(["private_key_jwt"]), Ok(AuthMethod::None)),
        (json!("private_key_jwt"), json!(["none"]), Ok(AuthMethod::None)),
        (json!("tls_client_auth"), json!(["none"]), Ok(AuthMethod::None)),
        (json!("private_key_jwt"), json!(null), Err(Refused::Authentication)),
        (json!("private_key_jwt"), json!(["private_key_jwt"]), Err(Refused::Authentication)),
        (json!("client_secret_basic"), json!(null), Err(Refused::Authentication)),
        (json!("client_secret_post"), json!(["none"]), Err(Refused::Authentication)),
        (json!("client_secret_jwt"), json!(["none"]), Err(Refused::Authentication)),
        (json!("None"), json!(null), Err(Refused::Authentication)),
        (json!(""), json!(null), Err(Refused::Authentication)),
        (json!(7), json!(null), Err(Refused::Malformed)),
        (json!("none"), json!("none"), Err(Refused::Malformed)),
    ] {
        let changes = json!({
            "token_endpoint_auth_method": method,
            "token_endpoint_auth_methods_supported": supported,
        });
        assert_eq!(with(changes).map(|client| client.auth), expected, "{method} {supported}");
    }
}

#[test]
fn a_client_must_use_the_flow_that_there_is() {
    for (name, value) in [
        ("grant_types", json!([])),
        ("grant_types", json!(["client_credentials"])),
        ("grant_types", json!(["refresh_token"])),
        ("response_types", json!(["token"])),
        ("response_types", json!([])),
    ] {
        assert_eq!(with(json!({ name: value })), Err(Refused::OtherFlow), "{name}: {value}");
    }
    assert!(with(json!({ "grant_types": ["authorization_code", "urn:x"] })).is_ok());
    assert!(with(json!({ "response_types": ["code", "code id_token"] })).is_ok());
}

#[test]
fn only_an_object_is_a_document() {
    let good = format!(
        r#"{{"client_id":"{ID}","client_name":"E","redirect_uris":["https://client.example/cb"]}}"#
    );
    assert!(read_as(ID, &good).is_ok());
    assert!(read_as(ID, &format!("\n  {good}\n")).is_ok());
    let twice = good.replacen('{', r#"{"client_id":"https://evil.example/c","#, 1);
    for text in [
        String::new(),
        "null".into(),
        "[]".into(),
        format!(r#"["{ID}","E",["https://client.example/cb"],null,null,null,null,null]"#),
        format!("{good}{good}"),
        format!("[{good}]"),
        format!("\u{feff}{good}"),
        good.replace('"', "'"),
        good.get(..good.len() - 1).expect("ASCII").into(),
        "{".repeat(3000),
        twice,
    ] {
        assert_eq!(read_as(ID, &text), Err(Refused::Malformed), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn arbitrary_text_is_refused(text in ".{0,200}") {
        proptest::prop_assert!(read_as(ID, &text).is_err());
    }

    #[test]
    fn a_changed_client_id_is_another_clients(id in "https://[a-z./]{1,30}") {
        proptest::prop_assume!(id != ID);
        proptest::prop_assert_eq!(with(json!({ "client_id": id })), Err(Refused::OtherClient));
    }
}
