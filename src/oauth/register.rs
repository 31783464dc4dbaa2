//! `POST /register`: dynamic client registration (RFC 7591).

use serde::{Deserialize, Serialize};

use crate::http::{Body, Request, Response, Status, media};

use super::Server;
use super::client::{AuthMethod, Client, Registration};
use super::error::{Code, OAuthError};
use super::redirect_uri::{RedirectUri, RedirectUriError};

/// Most redirect URIs of one client. VS Code registers four at once, none we know more than that.
pub const MAX_REDIRECT_URIS: usize = 10;

/// Most bytes of all redirect URIs together: they travel in the client id,
/// the client id in access tokens, and those in a header that proxies cap at 8 KB.
pub const MAX_REDIRECT_BYTES: usize = 2048;

/// Longest display name, in characters.
pub const MAX_NAME: usize = 80;

/// What we read of a registration; everything else is ignored (RFC 7591 section 2).
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    redirect_uris: Vec<String>,
    client_name: Option<String>,
    token_endpoint_auth_method: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    application_type: Option<String>,
}

/// What was registered (RFC 7591 section 3.2.1).
#[derive(Serialize)]
struct Registered<'a> {
    client_id: &'a str,
    client_id_issued_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// 0: it never expires. Required where a secret is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<u64>,
    client_name: &'a str,
    redirect_uris: &'a [RedirectUri],
    token_endpoint_auth_method: AuthMethod,
    grant_types: [&'static str; 2],
    response_types: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    application_type: Option<&'a str>,
}

/// Registers a client.
///
/// # Errors
/// `invalid_redirect_uri` or `invalid_client_metadata`, naming what cannot be used.
pub fn post(server: &Server<'_>, request: &Request) -> Result<Response, OAuthError> {
    let metadata = |description: &str| OAuthError::new(Code::InvalidClientMetadata, description);
    if !request.header("content-type").is_some_and(|value| media::is(&value, "application/json")) {
        return Err(metadata("Send the client metadata as application/json."));
    }
    let Body::Bytes(body) = &request.body else {
        return Err(metadata("The client metadata is too large or incomplete."));
    };
    let malformed = "The client metadata is no JSON object of the shape of RFC 7591.";
    // serde would also take an array for a struct.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(metadata(malformed));
    }
    let asked: Asked = serde_json::from_slice(body).map_err(|_| metadata(malformed))?;
    if asked.response_types.as_ref().is_some_and(|types| !types.iter().any(|name| name == "code")) {
        return Err(metadata("response_types must contain `code`: no other flow is offered."));
    }
    let wants_code = |types: &Vec<String>| types.iter().any(|name| name == "authorization_code");
    if asked.grant_types.as_ref().is_some_and(|types| !wants_code(types)) {
        return Err(metadata("grant_types must contain `authorization_code`."));
    }
    let registration = Registration {
        redirect_uris: redirect_uris(&asked.redirect_uris)?,
        name: display_name(asked.client_name.as_deref()),
        auth: auth_method(asked.token_endpoint_auth_method.as_deref()),
        issued_at: server.ports.clock.now(),
    };
    let client = Client::register(registration, server.keys);
    let application_type =
        asked.application_type.as_deref().filter(|kind| matches!(*kind, "web" | "native"));
    Ok(created(&client, client.secret(server.keys), application_type))
}

fn created(client: &Client, secret: Option<String>, application_type: Option<&str>) -> Response {
    let registration = &client.registration;
    let body = Registered {
        client_id: &client.id,
        client_id_issued_at: registration.issued_at,
        client_secret_expires_at: secret.as_ref().map(|_| 0),
        client_secret: secret,
        client_name: &registration.name,
        redirect_uris: &registration.redirect_uris,
        token_endpoint_auth_method: registration.auth,
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        application_type,
    };
    Response::json(Status::CREATED, serde_json::to_string(&body).unwrap_or_default()).no_store()
}

/// Keeps the URIs that we accept: clients register all their platforms in one request.
fn redirect_uris(asked: &[String]) -> Result<Vec<RedirectUri>, OAuthError> {
    let refuse = |description: String| OAuthError::new(Code::InvalidRedirectUri, description);
    if asked.len() > MAX_REDIRECT_URIS
        || asked.iter().map(String::len).sum::<usize>() > MAX_REDIRECT_BYTES
    {
        return Err(refuse(format!(
            "At most {MAX_REDIRECT_URIS} redirect URIs of {MAX_REDIRECT_BYTES} bytes together."
        )));
    }
    match accepted_uris(asked) {
        Ok(accepted) if accepted.is_empty() => {
            Err(refuse("redirect_uris must name at least one URI.".into()))
        }
        Ok(accepted) => Ok(accepted),
        Err((index, error)) => Err(refuse(format!("redirect_uris[{index}] {error}."))),
    }
}

/// The redirect URIs of a client that we accept, however it came by its id: all of them, or all but
/// those with a private-use scheme that we do not know, as long as another remains.
///
/// # Errors
/// The first URI that spoils the rest, by its place, and why.
pub fn accepted_uris(asked: &[String]) -> Result<Vec<RedirectUri>, (usize, RedirectUriError)> {
    let mut accepted = Vec::with_capacity(asked.len());
    let mut unknown_scheme = None;
    for (index, uri) in asked.iter().enumerate() {
        match RedirectUri::parse(uri) {
            Ok(uri) => accepted.push(uri),
            Err(RedirectUriError::Scheme) => unknown_scheme = unknown_scheme.or(Some(index)),
            Err(error) => return Err((index, error)),
        }
    }
    match unknown_scheme {
        Some(index) if accepted.is_empty() => Err((index, RedirectUriError::Scheme)),
        _ => Ok(accepted),
    }
}

/// What both ends can do: a method that we do not know (`private_key_jwt`) becomes `none`, and the
/// answer says so (RFC 7591 section 3.2.1).
fn auth_method(asked: Option<&str>) -> AuthMethod {
    match asked {
        // RFC 7591 section 2: the default where nothing is said.
        None | Some("client_secret_basic") => AuthMethod::Basic,
        Some("client_secret_post") => AuthMethod::Post,
        Some(_) => AuthMethod::None,
    }
}

fn display_name(asked: Option<&str>) -> String {
    asked.and_then(clean_name).unwrap_or_else(|| "MCP client".to_owned())
}

/// A name that can stand on a page: one line, no control or direction characters, not too long;
/// `None` where nothing of it is left.
#[must_use]
pub fn clean_name(asked: &str) -> Option<String> {
    let name: String = asked
        .chars()
        .filter(|character| !character.is_control() && !is_invisible(*character))
        .take(MAX_NAME)
        .collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Marks that reorder or hide text, which could make a name read as another.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unknown_scheme_does_not_spoil_the_others() {
        let uris = ["myapp://cb".to_owned(), "https://vscode.dev/redirect".to_owned()];
        assert_eq!(redirect_uris(&uris).map(|accepted| accepted.len()), Ok(1));
        assert_eq!(
            redirect_uris(&uris[..1]).map_err(|error| error.code).err(),
            Some(Code::InvalidRedirectUri)
        );
    }

    #[test]
    fn a_dangerous_uri_spoils_the_registration() {
        for uri in ["http://evil.example/", "https://a.example/#x", "https://a@b.example/"] {
            let uris = [uri.to_owned(), "https://vscode.dev/redirect".to_owned()];
            assert!(redirect_uris(&uris).is_err(), "{uri}");
        }
    }

    #[test]
    fn names_are_cleaned() {
        assert_eq!(display_name(Some("  Claude\u{202e}\n ")), "Claude");
        assert_eq!(display_name(Some("\u{200b}")), "MCP client");
        assert_eq!(display_name(None), "MCP client");
        assert_eq!(display_name(Some(&"ä".repeat(500))).chars().count(), MAX_NAME);
    }
}
