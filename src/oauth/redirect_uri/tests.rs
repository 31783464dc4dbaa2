//! 1. known clients can register; what could run or mislead is refused
//! 2. on loopback the port is free and all else exact; an https address admits only itself
//! 3. the form's target is the address's origin, and no host can break out of the policy header
//! 4. known is a client's own website, or its exact scheme
//! 5. the whole table of clients and attackers
//! 6. no text makes the parser fail in another way than by refusing

use super::*;

#[test]
fn known_clients_can_register() {
    for uri in [
        "https://chatgpt.com/connector_platform_oauth_redirect",
        "https://claude.ai/api/mcp/auth_callback",
        "https://vscode.dev/redirect",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
        "http://localhost:6274/oauth/callback",
        "http://[::1]:9/cb",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://grok.com/connectors-oauth-exchange-code/",
        "https://app.example/?x=1",
    ] {
        assert!(RedirectUri::parse(uri).is_ok(), "{uri}");
    }
}

#[test]
fn what_could_run_or_mislead_is_refused() {
    use RedirectUriError::{
        Credentials, Fragment, Malformed, PlainHttp, Scheme, TooLong, Wildcard,
    };
    for (uri, expected) in [
        ("javascript:alert(1)", Scheme),
        ("JaVaScript:alert(1)", Scheme),
        ("data:text/html,x", Scheme),
        ("file:///etc/passwd", Scheme),
        ("cursor://anysphere.cursor-mcp/oauth/callback/other", Scheme),
        (" https://a.example/", Malformed),
        ("https://a.example/\u{1}", Malformed),
        ("https://a.example/x#y", Fragment),
        ("https://chatgpt.com@evil.example/", Credentials),
        ("http://localhost@evil.example/", Credentials),
        ("https://*.a.example/", Wildcard),
        ("http://a.example/", PlainHttp),
        ("http://localhost.evil.example/", PlainHttp),
        ("https://A.example/", Malformed),
        ("https://a.example/x/../y", Malformed),
        ("https:\\\\a.example\\x", Malformed),
        ("https:///E%Ea", Malformed),
        ("https:E%E?://a", Malformed),
        ("ftp://E%Ea", Scheme),
        ("/relative", Malformed),
        ("", Malformed),
    ] {
        assert_eq!(RedirectUri::parse(uri), Err(expected), "{uri}");
    }
    let long = format!("https://a.example/{}", "x".repeat(MAX_LENGTH));
    assert_eq!(RedirectUri::parse(&long), Err(TooLong));
}

#[test]
fn a_loopback_port_is_free_and_all_else_exact() {
    let uri = RedirectUri::parse("http://127.0.0.1:33418/cb?a=1").expect("a URI");
    assert!(uri.admits("http://127.0.0.1:9999/cb?a=1"));
    assert!(uri.admits("http://127.0.0.1/cb?a=1"));
    for other in [
        "http://localhost:33418/cb?a=1",
        "http://127.0.0.1:33418/cb",
        "http://127.0.0.1:33418/cb/?a=1",
        "https://127.0.0.1:33418/cb?a=1",
        "http://127.0.0.1:33418@evil.example/cb?a=1",
        "http://127.0.0.1.evil.example/cb?a=1",
    ] {
        assert!(!uri.admits(other), "{other}");
    }
}

#[test]
fn an_https_uri_admits_only_itself() {
    let uri = RedirectUri::parse("https://www.perplexity.ai/rest/cb").expect("a URI");
    assert!(uri.admits("https://www.perplexity.ai/rest/cb"));
    for other in [
        "https://perplexity.ai/rest/cb",
        "https://www.perplexity.ai/rest/cb/",
        "https://www.perplexity.ai/rest/cb?x=1",
        "https://www.perplexity.ai:444/rest/cb",
        "https://www.perplexity.ai.evil.example/rest/cb",
        "http://www.perplexity.ai/rest/cb",
    ] {
        assert!(!uri.admits(other), "{other}");
    }
}

#[test]
fn the_form_action_source_is_the_target_origin() {
    let source = |uri| RedirectUri::parse(uri).expect("a URI").csp_source();
    assert_eq!(source("https://a.example/x?y"), "https://a.example");
    assert_eq!(source("https://a.example:8443/x"), "https://a.example:8443");
    assert_eq!(source("http://127.0.0.1:9/cb"), "http://127.0.0.1:9");
    // CSP has no IPv6 addresses.
    assert_eq!(source("http://[::1]:9/cb"), "http://*:9");
    assert_eq!(source("http://[::1]/cb"), "http://*:80");
    assert_eq!(source("cursor://anysphere.cursor-mcp/oauth/callback"), "cursor:");
}

proptest::proptest! {
    #[test]
    fn odd_urls_never_panic(text in "(https?|ftp|ws|file)?[:/\\\\]{0,4}[a-zA-Z0-9.:@%\\[\\]?#*;-]{0,20}/?[a-z.%]{0,8}") {
        if let Ok(uri) = RedirectUri::parse(&text) {
            // What was checked is where a browser goes.
            let url = Url::parse(&text).expect("a URL");
            proptest::prop_assert_eq!(url.as_str().trim_end_matches('/'), text.trim_end_matches('/'));
            proptest::prop_assert!(matches!(url.scheme(), "https" | "http"));
            proptest::prop_assert!(!uri.csp_source().contains([' ', ';', ',', '\'', '"', '*']));
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,60}", other in ".{0,60}") {
        if let Ok(uri) = RedirectUri::parse(&text) {
            proptest::prop_assert!(uri.admits(&text));
            let _ = (uri.admits(&other), uri.destination(), uri.csp_source());
        }
    }
}

#[test]
fn known_is_a_clients_own_website_or_its_exact_scheme() {
    let known = |uri: &str| RedirectUri::parse(uri).expect("a URI").is_known();
    for uri in [
        "https://claude.ai/api/mcp/auth_callback",
        "https://grok.com/connectors-oauth-exchange-code/",
        "https://vscode.dev/redirect",
        "https://oauth-redirect.googleusercontent.com/r/user_bound_custom-mcp-1a2b",
        "cursor://anysphere.cursor-mcp/oauth/callback",
    ] {
        assert!(known(uri), "{uri}");
    }
    for uri in [
        "https://client.example/cb",
        "https://claude.ai.evil.example/api/mcp/auth_callback",
        "https://evil.example/claude.ai",
        "https://claude.ai:8443/api/mcp/auth_callback",
        "https://claude.ai./api/mcp/auth_callback",
        "https://www.claude.ai/api/mcp/auth_callback",
        "https://oauth-redirect.googleusercontent.com/r/somebodys-project",
        "http://127.0.0.1:33418/",
        "http://localhost/callback",
    ] {
        assert!(!known(uri), "{uri}");
    }
}

#[test]
fn a_host_cannot_break_out_of_the_policy_header() {
    for uri in [
        "https://a;sandbox.example/cb",
        "https://a,b.example/cb",
        "https://a'b.example/cb",
        "https://a\"b.example/cb",
        "https://a$b.example/cb",
    ] {
        assert_eq!(RedirectUri::parse(uri), Err(RedirectUriError::Malformed), "{uri}");
    }
}

/// The addresses of every client we know, and what an attacker would try instead; the built Worker
/// walks the same table (`tests/oauth-redirects.test.mjs`).
#[derive(serde::Deserialize)]
struct Table {
    clients: Vec<Row>,
    unregistrable: Vec<String>,
    /// Registered, requested, why not.
    mismatches: Vec<(String, String, String)>,
}

#[derive(serde::Deserialize)]
struct Row {
    name: String,
    registers: Vec<String>,
    #[serde(default)]
    requests: Vec<String>,
    /// Whether all of its addresses are known ones, or none is; absent where it has some of each.
    known: Option<bool>,
}

fn table() -> Table {
    serde_json::from_str(include_str!("../../../tests/support/redirect-table.json"))
        .expect("a table")
}

#[test]
fn every_client_of_the_table_is_served() {
    for row in table().clients {
        let uris: Vec<RedirectUri> =
            row.registers.iter().map(|uri| RedirectUri::parse(uri).expect(uri)).collect();
        for (uri, text) in uris.iter().zip(&row.registers) {
            assert_eq!(uri.as_str(), text, "{}", row.name);
            assert!(uri.admits(text), "{}: {text}", row.name);
            if let Some(known) = row.known {
                assert_eq!(uri.is_known(), known, "{}: {text}", row.name);
            }
        }
        for request in &row.requests {
            assert!(uris.iter().any(|uri| uri.admits(request)), "{}: {request}", row.name);
        }
    }
}

#[test]
fn nothing_hostile_of_the_table_is_served() {
    let Table { unregistrable, mismatches, .. } = table();
    for uri in unregistrable {
        assert!(RedirectUri::parse(&uri).is_err(), "{uri:?}");
    }
    for (registered, requested, why) in mismatches {
        let uri = RedirectUri::parse(&registered).expect(&registered);
        assert!(!uri.admits(&requested), "{why}: {requested:?}");
    }
}
