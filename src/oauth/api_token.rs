//! mittwald API tokens, for CI and scripts that cannot walk through a sign-in.
//!
//! A token is sent to mittwald only if it looks like one (`API_TOKEN_PATTERN`), and only after
//! `GET /v2/users/self` has said whose it is; the answer is remembered in the isolate for a minute,
//! under a keyed hash of the token.

use crate::keys::{Purpose, Secret, mac};
use crate::mittwald::sign_in::{self, SignInFailure};
use crate::tools::caller::{Caller, Level};

use super::Server;
use super::bearer::Unauthenticated;
use super::refresh_token::account_name;

/// Seconds for which a verified token is not verified again.
pub const REMEMBERED: u64 = 60;

/// Client name of a caller with an API token.
pub const CLIENT: &str = "api-token";

/// Verifies a token with mittwald.
///
/// # Errors
/// [`Unauthenticated::ApiToken`] or [`Unauthenticated::Unavailable`].
pub async fn verify(server: &Server<'_>, token: &str) -> Result<Caller, Unauthenticated> {
    if !server.config.api_token_pattern.matches(token) {
        return Err(Unauthenticated::ApiToken);
    }
    let upstream = Secret::from(token);
    let key = mac::mac(server.keys.oldest(Purpose::Account), &["api token", token]);
    let account = match server.ports.memory.recall(&key) {
        Some(account) => account,
        None => {
            let asked = sign_in::user_id(server.config, server.ports.upstream, &upstream).await;
            let user = asked.map_err(|failure| match failure {
                SignInFailure::Refused | SignInFailure::RefreshUnsupported => {
                    Unauthenticated::ApiToken
                }
                SignInFailure::Unavailable => Unauthenticated::Unavailable,
            })?;
            let account = account_name(&user, server.keys);
            server.ports.memory.remember(key, account.clone(), REMEMBERED);
            account
        }
    };
    Ok(Caller {
        account,
        grant: None,
        client: CLIENT.to_owned(),
        scopes: None,
        level: Level::Delete,
        as_asked: true,
        project: None,
        left_out: Vec::new(),
        upstream,
    })
}
