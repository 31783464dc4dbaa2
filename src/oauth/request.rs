//! Authorization requests (RFC 6749 section 4.1.1, RFC 7636, RFC 8707), checked.

use serde::{Deserialize, Serialize};

use crate::http::form::{Form, with_query};
use crate::http::{Origin, Response};
use crate::keys::Secret;

use super::Server;
use super::client::{Client, NoClient};
use super::error::{Code, OAuthError};
use super::redirect_uri::RedirectUri;
use super::resource::Resource;
use super::scope;

/// Longest `state` that we carry, in bytes.
pub const MAX_STATE: usize = 2048;

/// Where the answer to a request goes. Exists only for a registered redirect URI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnAddress {
    /// Redirect URI, as requested.
    pub redirect_uri: RedirectUri,
    /// The client's `state`, untouched.
    pub state: Option<String>,
}

impl ReturnAddress {
    /// Sends the browser back with a code. `iss` (RFC 9207) tells the client whose answer it is.
    #[must_use]
    pub fn with_code(&self, code: &Secret, issuer: &Origin) -> Response {
        self.answer(&[("code", code.expose())], issuer)
    }

    /// Sends the browser back with an error (RFC 6749 section 4.1.2.1).
    #[must_use]
    pub fn with_error(&self, error: &OAuthError, issuer: &Origin) -> Response {
        let description = error.description.as_str();
        self.answer(&[("error", error.code.name()), ("error_description", description)], issuer)
    }

    fn answer(&self, pairs: &[(&str, &str)], issuer: &Origin) -> Response {
        let mut pairs = pairs.to_vec();
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.push(("iss", issuer.as_str()));
        Response::see_other(with_query(self.redirect_uri.as_str(), &pairs)).no_store()
    }
}

/// A request that can be shown to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Client id.
    pub client_id: String,
    /// Client name, for the page and the list of connections.
    pub client_name: String,
    /// Host that vouches for the client, where its id is the address of its document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_host: Option<String>,
    /// Where the answer goes.
    pub return_to: ReturnAddress,
    /// Resource that the tokens will be for.
    pub resource: String,
    /// Scopes asked for that are ours, sorted.
    pub scopes: Vec<String>,
    /// PKCE challenge, S256.
    pub challenge: String,
}

/// Why a request cannot be shown to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The client or its redirect URI is not trustworthy: a page of ours says so, and the browser
    /// goes nowhere (RFC 6749 section 4.1.2.1).
    Page(PageReason),
    /// Anything else: the client is told at its redirect URI.
    Redirect(Box<ReturnAddress>, OAuthError),
}

/// Why a request ends on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageReason {
    /// `client_id` is missing, repeated, not one of ours or blocked.
    Client,
    /// `client_id` is an address, but what is there is no document that we use.
    Document,
    /// `redirect_uri` is missing, repeated or not registered for the client.
    RedirectUri,
}

impl AuthorizationRequest {
    /// Checks a request. First who asks and where the answer would go, then the rest.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn read(form: &Form, server: &Server<'_>) -> Result<Self, Refusal> {
        let id = form.get("client_id").ok().flatten();
        let client = match id {
            None => Err(NoClient::Unknown),
            Some(id) => Client::find(id, server).await,
        }
        .map_err(|reason| match reason {
            NoClient::Unknown => Refusal::Page(PageReason::Client),
            NoClient::Document(_) => Refusal::Page(PageReason::Document),
        })?;
        let redirect_uri = form
            .get("redirect_uri")
            .ok()
            .and_then(|requested| client.redirect_uri(requested))
            .ok_or(Refusal::Page(PageReason::RedirectUri))?;
        let state = form.get("state").ok().flatten().map(str::to_owned);
        let return_to = ReturnAddress { redirect_uri, state };
        Self::rest(form, server, &client, return_to.clone())
            .map_err(|error| Refusal::Redirect(Box::new(return_to), error))
    }

    fn rest(
        form: &Form,
        server: &Server<'_>,
        client: &Client,
        return_to: ReturnAddress,
    ) -> Result<Self, OAuthError> {
        let invalid = |description: &str| OAuthError::new(Code::InvalidRequest, description);
        if form.get("state")?.is_some_and(|state| state.len() > MAX_STATE) {
            return Err(invalid("state is longer than 2048 bytes."));
        }
        match form.get("response_type")? {
            Some("code") => {}
            None => return Err(invalid("response_type is missing; it must be `code`.")),
            Some(_) => {
                return Err(OAuthError::new(
                    Code::UnsupportedResponseType,
                    "Only response_type=code is offered.",
                ));
            }
        }
        if form.get("response_mode")?.is_some_and(|mode| mode != "query") {
            return Err(invalid("Only response_mode=query is offered."));
        }
        let challenge = challenge(form.get("code_challenge")?, form.get("code_challenge_method")?)?;
        let resources: Vec<&str> = form.all("resource").filter(|value| !value.is_empty()).collect();
        let (resource, surface) = match resources.as_slice() {
            [] => Resource::requested(None, server.issuer),
            [one] => Resource::requested(Some(one), server.issuer),
            // RFC 8707 allows several; a token of ours is for exactly one.
            _ => {
                return Err(OAuthError::new(
                    Code::InvalidTarget,
                    "Ask for one resource at a time.",
                ));
            }
        }
        .map_err(|_| {
            OAuthError::new(
                Code::InvalidTarget,
                format!("resource must be the connector's address, {}/mcp.", server.issuer),
            )
        })?;
        let scopes = match form.get("scope")? {
            None => surface.scopes().into_iter().map(str::to_owned).collect(),
            // A request for nothing but a refresh token leaves the rest to us.
            Some(scope::OFFLINE_ACCESS) => {
                surface.scopes().into_iter().map(str::to_owned).collect()
            }
            Some(list) => scope::known(list),
        };
        if scopes.is_empty() {
            return Err(OAuthError::new(
                Code::InvalidScope,
                "None of the requested scopes exists here; scopes_supported lists those that do.",
            ));
        }
        Ok(Self {
            client_id: client.id.clone(),
            client_name: client.registration.name.clone(),
            client_host: client.host().map(str::to_owned),
            return_to,
            resource: resource.as_str().to_owned(),
            scopes,
            challenge,
        })
    }
}

/// PKCE is required, with S256 (OAuth 2.1 section 4.1.1; a missing method means `plain`).
fn challenge(challenge: Option<&str>, method: Option<&str>) -> Result<String, OAuthError> {
    let invalid = |description: &str| OAuthError::new(Code::InvalidRequest, description);
    let challenge = challenge
        .ok_or_else(|| invalid("code_challenge is missing: PKCE with S256 is required."))?;
    if method != Some("S256") {
        return Err(invalid("code_challenge_method must be S256."));
    }
    // SHA-256 in base64url: 43 characters (RFC 7636 section 4.2).
    let fits = challenge.len() == 43 && crate::keys::from_base64url(challenge).is_some();
    if fits {
        Ok(challenge.to_owned())
    } else {
        Err(invalid("code_challenge is no S256 challenge."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::testing::{Fixture, REDIRECT};

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(
        fixture: &Fixture,
        changes: &[(&str, Option<&str>)],
    ) -> Result<AuthorizationRequest, Refusal> {
        let client = fixture.client();
        let mut fields = vec![
            ("client_id", client.id.as_str()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "s"),
        ];
        for (name, value) in changes {
            fields.retain(|(key, _)| key != name);
            fields.extend(value.map(|value| (*name, value)));
        }
        let form = Form::parse(crate::http::form::encode(&fields).as_bytes());
        futures::executor::block_on(AuthorizationRequest::read(&form, &fixture.server()))
    }

    #[test]
    fn a_plain_request_asks_for_everything_that_the_surface_needs() {
        let fixture = Fixture::new();
        let request = read(&fixture, &[]).expect("a request");
        assert_eq!(request.resource, "https://mcp.example/mcp");
        assert!(request.scopes.contains(&"project:read".to_owned()));
    }

    #[test]
    fn an_unknown_client_or_redirect_never_redirects() {
        let fixture = Fixture::new();
        for (changes, reason) in [
            ([("client_id", None)], PageReason::Client),
            ([("client_id", Some("x"))], PageReason::Client),
            ([("redirect_uri", Some("https://evil.example/"))], PageReason::RedirectUri),
        ] {
            // Also when something else is wrong.
            let changes = [changes[0], ("response_type", None)];
            assert_eq!(read(&fixture, &changes).err(), Some(Refusal::Page(reason)));
        }
    }

    #[test]
    fn everything_else_goes_back_to_the_client_with_its_state() {
        let fixture = Fixture::new();
        for (name, value, code) in [
            ("response_type", None, Code::InvalidRequest),
            ("response_type", Some("token"), Code::UnsupportedResponseType),
            ("response_mode", Some("fragment"), Code::InvalidRequest),
            ("code_challenge", None, Code::InvalidRequest),
            ("code_challenge", Some("short"), Code::InvalidRequest),
            ("code_challenge_method", None, Code::InvalidRequest),
            ("code_challenge_method", Some("plain"), Code::InvalidRequest),
            ("resource", Some("https://evil.example/mcp"), Code::InvalidTarget),
            ("scope", Some("openid"), Code::InvalidScope),
        ] {
            match read(&fixture, &[(name, value)]).err() {
                Some(Refusal::Redirect(to, error)) => {
                    assert_eq!((error.code, to.state.as_deref()), (code, Some("s")), "{name}");
                }
                other => panic!("{name}={value:?}: {other:?}"),
            }
        }
    }
}
