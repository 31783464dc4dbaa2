//! `POST /revoke`: token revocation (RFC 7009).
//!
//! A refresh token ends its grant: refreshes and writes stop at once, reads when the last access
//! token expires, within [`super::access_token::LIFETIME`]. An access token names its grant too, so
//! revoking it ends the grant as well (section 2.1 allows it).

use crate::http::{Request, Response, Status};

use super::Server;
use super::access_token;
use super::error::{Code, OAuthError};
use super::refresh_token::RefreshToken;
use super::stores::AccountCommand;
use super::token::{self, TokenRequest};

/// Ends the grant behind a token; 200 also for a token that we do not know (section 2.2).
///
/// # Errors
/// `invalid_request`, `invalid_client`, or `temporarily_unavailable` where the store is out of reach.
pub async fn post(server: &Server<'_>, request: &Request) -> Result<Response, OAuthError> {
    let TokenRequest { form, client } = token::read(server, request).await?;
    let token = form
        .get("token")?
        .ok_or_else(|| OAuthError::new(Code::InvalidRequest, "token is missing."))?;
    // The hint about the token's type is not needed: either kind says what it is.
    let names = RefreshToken::verify(token, server.keys)
        .map(|refresh| (refresh.account, refresh.grant))
        .or_else(|| access_token::names(token, server.keys));
    if let Some((account, grant)) = names {
        let command = AccountCommand::Revoke { grant, client_id: client.id };
        server.stores.accounts.call(&account, command).await?;
    }
    Ok(Response::empty(Status::OK).no_store())
}
