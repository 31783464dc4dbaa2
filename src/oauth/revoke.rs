//! `POST /revoke`: token revocation (RFC 7009).
//!
//! A refresh token ends its grant: refreshes and writes stop at once, reads when the last access
//! token expires, within [`super::access_token::LIFETIME`] (in most cases at once, because mittwald's
//! session behind the grant is ended too). An access token is verified without storage, so that only
//! ending its grant revokes it; section 2.1 allows that the refresh token goes with it.

use crate::http::{Request, Response, Status};

use super::Server;
use super::access_token;
use super::error::{Code, OAuthError};
use super::grant::GrantRefusal;
use super::refresh_token::RefreshToken;
use super::stores::{AccountCommand, AccountReply};
use super::token::{self, TokenRequest};

/// Ends the grant behind a token; 200 also for a token that we do not know (section 2.2).
///
/// # Errors
/// `invalid_request`, `invalid_client`, `invalid_grant` for another client's token (section 2.1: the
/// client is informed), or `temporarily_unavailable` where the store is out of reach.
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
        let reply = server.stores.accounts.call(&account, command).await?;
        if let AccountReply::Refused(refusal @ GrantRefusal::WrongClient) = reply {
            return Err(OAuthError::new(Code::InvalidGrant, format!("{refusal}.")));
        }
    }
    Ok(Response::empty(Status::OK).no_store())
}

#[cfg(test)]
mod tests;
