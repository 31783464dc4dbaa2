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
    assert_eq!(source("http://[::1]:9/cb"), "http://[::1]:9");
    assert_eq!(source("cursor://anysphere.cursor-mcp/oauth/callback"), "cursor:");
}

proptest::proptest! {
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
