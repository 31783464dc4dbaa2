//! `POST /token`: authorization code and refresh token grants (RFC 6749 sections 4.1.3 and 6).

use serde::Serialize;

use crate::http::form::Form;
use crate::http::{Body, Request, Response, Status, media};
use crate::keys::{Secret, digest, random};

use super::Server;
use super::access_token;
use super::cimd::Unusable;
use super::client::{Client, NoClient};
use super::error::{Code, OAuthError};
use super::grant::{Exchange, Grant, GrantRefusal, Refresh};
use super::refresh_token::{AuthorizationCode, RefreshToken};
use super::resource::Resource;
use super::scope;
use super::stores::{AccountCommand, AccountReply};

/// RFC 6749 section 5.1.
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: &'a str,
    scope: &'a str,
}

/// A token request that could be read: the form and the client behind it.
pub struct TokenRequest {
    /// Fields.
    pub form: Form,
    /// The authenticated client.
    pub client: Client,
}

/// Answers a token request.
///
/// # Errors
/// [`OAuthError`]. Everything that can be checked is checked before a code or refresh token is used.
pub async fn post(server: &Server<'_>, request: &Request) -> Result<Response, OAuthError> {
    let TokenRequest { form, client } = read(server, request).await?;
    match form.get("grant_type")? {
        Some("authorization_code") => exchange(server, &form, &client).await,
        Some("refresh_token") => refresh(server, &form, &client).await,
        None => Err(OAuthError::new(Code::InvalidRequest, "grant_type is missing.")),
        Some(_) => Err(OAuthError::new(
            Code::UnsupportedGrantType,
            "grant_type must be authorization_code or refresh_token.",
        )),
    }
}

/// Reads the form of `/token` and `/revoke` and authenticates the client.
///
/// # Errors
/// `invalid_request` or `invalid_client`.
pub async fn read(server: &Server<'_>, request: &Request) -> Result<TokenRequest, OAuthError> {
    let invalid = |description: &str| OAuthError::new(Code::InvalidRequest, description);
    let form_type = "application/x-www-form-urlencoded";
    if !request.header("content-type").is_some_and(|value| media::is(&value, form_type)) {
        return Err(invalid("Send the parameters as application/x-www-form-urlencoded."));
    }
    let Body::Bytes(body) = &request.body else {
        return Err(invalid("The request is too large or incomplete."));
    };
    let form = Form::parse(body);
    let client = authenticate(server, &form, request.header("authorization").as_deref()).await?;
    Ok(TokenRequest { form, client })
}

/// Whether the client tried HTTP Basic, so that a failure must challenge it.
#[must_use]
pub fn tried_basic(request: &Request) -> bool {
    request.header("authorization").is_some_and(|value| basic_credentials(&value).is_some())
}

async fn authenticate(
    server: &Server<'_>,
    form: &Form,
    authorization: Option<&str>,
) -> Result<Client, OAuthError> {
    let refuse = |description: &str| OAuthError::new(Code::InvalidClient, description);
    let form_id = form.get("client_id")?;
    let (id, secret) = match authorization.and_then(basic_credentials) {
        Some(encoded) => {
            let (id, secret) = decode_basic(encoded)
                .ok_or_else(|| refuse("The Authorization: Basic header cannot be read."))?;
            if form_id.is_some_and(|form_id| form_id != id) {
                return Err(refuse("client_id differs from the Authorization header."));
            }
            (id, Some(secret))
        }
        None => {
            let id = form_id.ok_or_else(|| refuse("client_id is missing."))?;
            (id.to_owned(), form.get("client_secret")?.map(Secret::from))
        }
    };
    let client = Client::find(&id, server).await.map_err(|reason| match reason {
        NoClient::Document(Unusable::Unavailable) => OAuthError::new(
            Code::TemporarilyUnavailable,
            "The client cannot be checked at the moment. Nothing was used up; please try again.",
        ),
        // The same sentence for every reason: it is no tool for finding out what an address holds.
        _ => refuse("The client is unknown here. Register it again."),
    })?;
    match (client.secret(server.keys), secret) {
        // A public client proves itself by PKCE; whatever else it sends is of no use.
        (None, _) => Ok(client),
        (Some(expected), Some(given)) if crate::keys::mac::same(&expected, given.expose()) => {
            Ok(client)
        }
        (Some(_), _) => Err(refuse("The client secret is missing or wrong.")),
    }
}

/// What follows `Basic ` (the scheme's name in any case, RFC 9110 section 11.1).
fn basic_credentials(authorization: &str) -> Option<&str> {
    let (scheme, credentials) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| credentials.trim())
}

/// `base64(form-encoded id:form-encoded secret)`, RFC 6749 section 2.3.1.
fn decode_basic(credentials: &str) -> Option<(String, Secret)> {
    use base64ct::{Base64, Encoding};
    let text = String::from_utf8(Base64::decode_vec(credentials).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        let mut pairs = url::form_urlencoded::parse(text.as_bytes());
        pairs.next().map(|(decoded, _)| decoded.into_owned()).unwrap_or_default()
    };
    Some((decode(id), Secret::from(decode(secret))))
}

async fn exchange(
    server: &Server<'_>,
    form: &Form,
    client: &Client,
) -> Result<Response, OAuthError> {
    let missing = |name: &str| OAuthError::new(Code::InvalidRequest, format!("{name} is missing."));
    let code = form.get("code")?.ok_or_else(|| missing("code"))?;
    let verifier = form.get("code_verifier")?.ok_or_else(|| missing("code_verifier"))?;
    let redirect_uri = form.get("redirect_uri")?.map(str::to_owned);
    let resource = resource(server, form)?;
    let code = AuthorizationCode::parse(code).ok_or_else(|| {
        OAuthError::new(Code::InvalidGrant, "The authorization code is not valid.")
    })?;
    let jti = random::<16>(server.ports.random)?;
    let shown = Exchange {
        code: digest(code.secret.expose()),
        client_id: client.id.clone(),
        redirect_uri,
        challenge: digest(verifier),
        resource,
    };
    let command = AccountCommand::Exchange { grant: code.grant, shown };
    let reply = server.stores.accounts.call(&code.account, command).await?;
    let (grant, generation) = granted(reply)?;
    let scopes = grant.scopes.clone();
    respond(server, &code.account, &grant, &scopes, generation, jti)
}

async fn refresh(
    server: &Server<'_>,
    form: &Form,
    client: &Client,
) -> Result<Response, OAuthError> {
    let token = form
        .get("refresh_token")?
        .ok_or_else(|| OAuthError::new(Code::InvalidRequest, "refresh_token is missing."))?;
    let resource = resource(server, form)?;
    let asked = form.get("scope")?.map(scope::known);
    if asked.as_ref().is_some_and(Vec::is_empty) {
        return Err(OAuthError::new(
            Code::InvalidScope,
            "None of the requested scopes exists here.",
        ));
    }
    let token = RefreshToken::verify(token, server.keys).ok_or_else(|| {
        OAuthError::new(Code::InvalidGrant, "The refresh token is not valid; sign in again.")
    })?;
    let jti = random::<16>(server.ports.random)?;
    let shown = Refresh {
        generation: token.generation,
        client_id: client.id.clone(),
        resource,
        scopes: asked.clone(),
    };
    let command = AccountCommand::Refresh { grant: token.grant, shown };
    let reply = server.stores.accounts.call(&token.account, command).await?;
    let (grant, generation) = granted(reply)?;
    let scopes = grant.narrowed(asked.as_deref());
    respond(server, &token.account, &grant, &scopes, generation, jti)
}

/// The `resource` parameter, normalised (RFC 8707 section 2.2).
fn resource(server: &Server<'_>, form: &Form) -> Result<Option<String>, OAuthError> {
    form.get("resource")?
        .map(|parameter| {
            Resource::requested(Some(parameter), server.issuer)
                .map(|(resource, _)| resource.as_str().to_owned())
                .map_err(|_| {
                    OAuthError::new(Code::InvalidTarget, "resource is not the connector's address.")
                })
        })
        .transpose()
}

fn granted(reply: AccountReply) -> Result<(Grant, u32), OAuthError> {
    match reply {
        AccountReply::Granted(grant, generation) => Ok((*grant, generation)),
        AccountReply::Refused(GrantRefusal::WrongResource) => {
            Err(OAuthError::new(Code::InvalidTarget, "resource is not the one that was granted."))
        }
        AccountReply::Refused(refusal @ GrantRefusal::WrongScope) => {
            Err(OAuthError::new(Code::InvalidScope, format!("{refusal}.")))
        }
        AccountReply::Refused(refusal) => {
            Err(OAuthError::new(Code::InvalidGrant, format!("{refusal}.")))
        }
        AccountReply::SignInAgain => Err(OAuthError::new(
            Code::InvalidGrant,
            "The sign-in at mittwald has ended; sign in again.",
        )),
        AccountReply::UpstreamUnavailable => Err(OAuthError::new(
            Code::TemporarilyUnavailable,
            "mittwald cannot be reached. Nothing was used up; please try again.",
        )),
        AccountReply::Done
        | AccountReply::Opened(_)
        | AccountReply::ConfirmationUsed
        | AccountReply::Overview(_) => {
            Err(OAuthError::new(Code::ServerError, "The store gave an unexpected answer."))
        }
    }
}

fn respond(
    server: &Server<'_>,
    account: &str,
    grant: &Grant,
    scopes: &[String],
    generation: u32,
    jti: String,
) -> Result<Response, OAuthError> {
    let access = access_token::issue(server, account, grant, scopes, jti).ok_or_else(|| {
        OAuthError::new(Code::InvalidGrant, "The sign-in at mittwald has ended; sign in again.")
    })?;
    let refresh = RefreshToken { account: account.to_owned(), grant: grant.id.clone(), generation };
    let refresh = refresh.issue(server.keys);
    let body = TokenResponse {
        access_token: access.token.expose(),
        token_type: "Bearer",
        expires_in: access.expires_in,
        refresh_token: refresh.expose(),
        scope: &scopes.join(" "),
    };
    let json = serde_json::to_string(&body).unwrap_or_default();
    Ok(Response::json(Status::OK, json).no_store())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_encoded_within_base64() {
        use base64ct::{Base64, Encoding};
        let encoded = Base64::encode_string(b"a%3Ab:c+d");
        let header = format!("bAsIc {encoded}");
        let (id, secret) =
            decode_basic(basic_credentials(&header).expect("basic")).expect("decoded");
        assert_eq!((id.as_str(), secret.expose()), ("a:b", "c d"));
        for malformed in ["", "!!!", "YQ", &Base64::encode_string(b"no colon")] {
            assert!(decode_basic(malformed).is_none(), "{malformed}");
        }
        assert!(basic_credentials("Bearer x").is_none());
    }
}
