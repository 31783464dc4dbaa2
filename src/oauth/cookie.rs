//! The cookie that ties an authorization to the browser in which it began, and the one that remembers
//! the language chosen on the way.

use crate::http::{Language, Origin, Request, Response};

/// Seconds that a cookie lives: as long as a sign-in may take.
pub const LIFETIME: u64 = 600;

/// Name of the cookie. `__Host-` keeps other hosts from setting it, but needs https; on http
/// loopback an unprefixed one does the same job as well as it can be done there.
#[must_use]
pub const fn name(secure: bool) -> &'static str {
    if secure { "__Host-mittwald-mcp-signin" } else { "mittwald-mcp-signin" }
}

/// Name of the cookie with the language.
const fn language_name(secure: bool) -> &'static str {
    if secure { "__Host-mittwald-mcp-language" } else { "mittwald-mcp-language" }
}

/// The browser's value, if it has one that we could have made.
#[must_use]
pub fn read(request: &Request, issuer: &Origin) -> Option<String> {
    let value = only(request, name(issuer.is_https()))?;
    let ours = value.len() == 22 && crate::keys::from_base64url(&value).is_some();
    ours.then_some(value)
}

/// The response with the cookie. `Lax` lets it come along when mittwald sends the browser back. Each
/// step of a sign-in sets it anew, so that it lives as long as the step.
#[must_use]
pub fn set(response: Response, value: &str, issuer: &Origin) -> Response {
    set_named(response, name(issuer.is_https()), value, LIFETIME, issuer)
}

/// The language that the person chose on a page of this sign-in.
#[must_use]
pub fn language(request: &Request, issuer: &Origin) -> Option<Language> {
    Language::of_tag(&only(request, language_name(issuer.is_https()))?)
}

/// The response with the language that the person chose.
#[must_use]
pub fn set_language(response: Response, language: Language, issuer: &Origin) -> Response {
    set_named(response, language_name(issuer.is_https()), language.tag(), LIFETIME, issuer)
}

/// The value of the cookie of this name. Two of one name count as none: somebody else set one of them.
#[must_use]
pub fn only(request: &Request, name: &str) -> Option<String> {
    let cookies = request.header("cookie")?;
    let mut values = cookies.split(';').filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    });
    let value = values.next()?;
    values.next().is_none().then(|| value.to_owned())
}

/// The response with a cookie of this name, for so many seconds (0 removes it).
#[must_use]
pub fn set_named(
    response: Response,
    name: &str,
    value: &str,
    seconds: u64,
    issuer: &Origin,
) -> Response {
    let secure = if issuer.is_https() { "; Secure" } else { "" };
    response.with(
        "set-cookie",
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Body, Method};

    fn read_from(cookie: &str, issuer: &str) -> Option<String> {
        let (request, issuer) = request(cookie, issuer);
        read(&request, &issuer)
    }

    fn request(cookie: &str, issuer: &str) -> (Request, Origin) {
        let issuer = Origin::of(issuer).expect("an origin");
        let headers = vec![("cookie".to_owned(), cookie.to_owned())];
        let request = Request {
            method: Method::Get,
            origin: issuer.clone(),
            path: "/".into(),
            query: String::new(),
            headers: Box::new(headers),
            body: Body::Bytes(Vec::new()),
        };
        (request, issuer)
    }

    #[test]
    fn a_cookie_stays_with_this_host_and_out_of_scripts() {
        let set_at = |issuer: &str| {
            let issuer = Origin::of(issuer).expect("an origin");
            let response = set(Response::empty(crate::http::Status::OK), "v", &issuer);
            let response = set_language(response, Language::German, &issuer);
            let values = response.headers.iter().filter(|(name, _)| *name == "set-cookie");
            values.map(|(_, value)| value.to_string()).collect::<Vec<_>>()
        };
        let attributes = "Path=/; Max-Age=600; HttpOnly; SameSite=Lax";
        assert_eq!(
            set_at("https://mcp.example"),
            [
                format!("__Host-mittwald-mcp-signin=v; {attributes}; Secure"),
                format!("__Host-mittwald-mcp-language=de; {attributes}; Secure")
            ]
        );
        assert_eq!(
            set_at("http://localhost:1"),
            [
                format!("mittwald-mcp-signin=v; {attributes}"),
                format!("mittwald-mcp-language=de; {attributes}")
            ]
        );
    }

    #[test]
    fn a_language_cookie_says_one_of_two_things() {
        let read_from = |cookie: &str| {
            let (request, issuer) = request(cookie, "https://mcp.example");
            language(&request, &issuer)
        };
        let name = "__Host-mittwald-mcp-language";
        assert_eq!(read_from(&format!("a=b; {name}=de")), Some(Language::German));
        assert_eq!(read_from(&format!("{name}=fr")), None);
        assert_eq!(read_from(&format!("{name}=de; {name}=en")), None);
        assert_eq!(read_from("mittwald-mcp-language=de"), None);
    }

    #[test]
    fn only_one_cookie_of_the_right_name_and_form_counts() {
        let value = "AAAAAAAAAAAAAAAAAAAAAA";
        let host = format!("__Host-mittwald-mcp-signin={value}");
        assert_eq!(
            read_from(&format!("a=b; {host}"), "https://mcp.example").as_deref(),
            Some(value)
        );
        assert_eq!(read_from(&format!("mittwald-mcp-signin={value}"), "https://mcp.example"), None);
        assert_eq!(read_from(&format!("{host}; {host}"), "https://mcp.example"), None);
        assert_eq!(read_from("mittwald-mcp-signin=short", "http://localhost:1"), None);
        assert!(read_from(&format!("mittwald-mcp-signin={value}"), "http://localhost:1").is_some());
    }
}
