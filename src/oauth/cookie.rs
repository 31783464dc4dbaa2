//! The cookie that ties an authorization to the browser in which it began.

use crate::http::{Origin, Request, Response};

/// Seconds that the cookie lives: as long as a sign-in may take.
pub const LIFETIME: u64 = 600;

/// Name of the cookie. `__Host-` keeps other hosts from setting it, but needs https; on http
/// loopback an unprefixed one does the same job as well as it can be done there.
#[must_use]
pub const fn name(secure: bool) -> &'static str {
    if secure { "__Host-mittwald-mcp-signin" } else { "mittwald-mcp-signin" }
}

/// The browser's value, if it has one that we could have made.
#[must_use]
pub fn read(request: &Request, issuer: &Origin) -> Option<String> {
    let value = only(request, name(issuer.is_https()))?;
    let ours = value.len() == 22 && crate::keys::from_base64url(&value).is_some();
    ours.then_some(value)
}

/// The value of the one cookie of this name.
#[must_use]
pub fn only(request: &Request, name: &str) -> Option<String> {
    let cookies = request.header("cookie")?;
    let mut values = cookies.split(';').filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    });
    let value = values.next()?;
    // Two cookies of one name: somebody else set one of them.
    let alone = values.next().is_none();
    alone.then(|| value.to_owned())
}

/// The response with the cookie. `Lax` lets it come along when mittwald sends the browser back.
#[must_use]
pub fn set(response: Response, value: &str, issuer: &Origin) -> Response {
    set_named(response, name(issuer.is_https()), value, LIFETIME, issuer)
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
        read(&request, &issuer)
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
