//! 1. addresses that are fetched
//! 2. addresses that are not: scheme, path, fragment, user name, dot segments, ports, hosts
//! 3. whatever is accepted is what the URL parser would fetch, at a name with two labels

use super::*;

#[test]
fn addresses_of_documents() {
    for (id, host) in [
        ("https://chatgpt.com/oauth/client.json", "chatgpt.com"),
        ("https://claude.ai/oauth/mcp-oauth-client-metadata", "claude.ai"),
        ("https://claude.ai/oauth/claude-code-client-metadata", "claude.ai"),
        ("https://v0.app/api/chat/integrations/oauth/client-metadata.json", "v0.app"),
        ("https://client.example:8443/c", "client.example"),
        ("https://client.example/c?version=1", "client.example"),
        ("https://client.example/c/", "client.example"),
        ("https://client.example/c/.well-known/x..json", "client.example"),
        ("https://xn--mller-kva.example/c", "xn--mller-kva.example"),
        ("https://127.0.0.1.nip.example/c", "127.0.0.1.nip.example"),
    ] {
        let address = ClientAddress::parse(id).expect(id);
        assert_eq!((address.as_str(), address.host()), (id, host));
    }
}

#[test]
fn addresses_that_are_not_fetched() {
    for id in [
        // Scheme.
        "http://client.example/c",
        "HTTPS://client.example/c",
        "ftp://client.example/c",
        "file:///etc/passwd",
        "data:application/json,{}",
        "javascript://client.example/c",
        "https:client.example/c",
        "https:/client.example/c",
        "//client.example/c",
        "client.example/c",
        // Path.
        "https://client.example",
        "https://client.example/",
        "https://client.example?a=/b",
        "https://client.example/?a=/b",
        // Fragment, user name.
        "https://client.example/c#",
        "https://client.example/c#f",
        "https://user@client.example/c",
        "https://user:secret@client.example/c",
        "https://:secret@client.example/c",
        "https://@client.example/c",
        "https://client.example@evil.example/c",
        // Dot segments.
        "https://client.example/./c",
        "https://client.example/a/../c",
        "https://client.example/..",
        "https://client.example/c/.",
        "https://client.example/%2e%2e/c",
        "https://client.example/a/%2E./c",
        "https://client.example/a/.%2e/c",
        // Ports.
        "https://client.example:443/c",
        "https://client.example:/c",
        "https://client.example:0/c",
        "https://client.example:08443/c",
        "https://client.example:65536/c",
        "https://client.example:-1/c",
        "https://client.example:x/c",
        // Names that are nobody's.
        "https://localhost/c",
        "https://localhost./c",
        "https://intranet/c",
        "https://metadata/c",
        "https://client.example./c",
        "https://client..example/c",
        "https://.example/c",
        "https://foo.localhost/c",
        "https://printer.local/c",
        "https://metadata.google.internal/c",
        "https://router.home.arpa/c",
        "https://wiki.corp/c",
        "https://nas.lan/c",
        "https://a.invalid/c",
        "https://a.test/c",
        "https://a.onion/c",
        // Numbers for names, in every spelling.
        "https://127.0.0.1/c",
        "https://127.1/c",
        "https://10.0.0.1/c",
        "https://172.16.0.1/c",
        "https://192.168.0.1/c",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/c",
        "https://0.0.0.0/c",
        "https://8.8.8.8/c",
        "https://2130706433/c",
        "https://0x7f.0.0.1/c",
        "https://0x7f000001/c",
        "https://0177.0.0.1/c",
        "https://127.0.0.1./c",
        "https://[::1]/c",
        "https://[::]/c",
        "https://[fd00::1]/c",
        "https://[fe80::1]/c",
        "https://[::ffff:127.0.0.1]/c",
        "https://[64:ff9b::7f00:1]/c",
        "https://[2001:db8::1]/c",
        // Spelling.
        "https://Client.example/c",
        "https://client.example\\c",
        "https:\\\\client.example\\c",
        "https://client.example/a\\..\\c",
        " https://client.example/c",
        "https://client.example/c ",
        "https://client.example/c\n",
        "https://client.exa\tmple/c",
        "https://client.example/a b",
        "https://client.example/ü",
        "https://müller.example/c",
        "https://a;b.example/c",
        "https://a,b.example/c",
        "https://*.example/c",
        "https://client%2eexample/c",
        "https://",
        "https:///c",
        "https:///E%Ec",
        "https://E%Ec/c",
        "",
    ] {
        assert_eq!(ClientAddress::parse(id), None, "{id:?}");
    }
    let long = format!("https://client.example/{}", "a".repeat(MAX_LENGTH));
    assert_eq!(ClientAddress::parse(&long), None);
}

#[test]
fn a_signed_id_is_never_meant_as_an_address() {
    assert!(ClientAddress::is_meant("http://client.example/c"));
    let signed = crate::oauth::client::testing::public(&["https://client.example/cb"]).id;
    assert!(!ClientAddress::is_meant(&signed));
}

proptest::proptest! {
    #[test]
    fn what_is_accepted_is_what_is_fetched(
        id in "https://[a-z0-9.:@\\\\\\[\\]%/?#x*-]{0,24}(/[a-z.%2eE/]{0,12})?",
    ) {
        if let Some(address) = ClientAddress::parse(&id) {
            let url = Url::parse(&id).expect("a URL");
            proptest::prop_assert_eq!(url.as_str(), address.as_str());
            proptest::prop_assert_eq!(url.host_str(), Some(address.host()));
            proptest::prop_assert!(address.host().contains('.'));
            proptest::prop_assert!(matches!(url.host(), Some(Host::Domain(_))));
            proptest::prop_assert!(url.path().len() > 1);
            let mut segments = url.path().split('/');
            proptest::prop_assert!(segments.all(|segment| segment != "." && segment != ".."));
        }
    }

    #[test]
    fn arbitrary_text_never_panics(id in ".{0,80}") {
        let _ = ClientAddress::parse(&id);
    }
}
