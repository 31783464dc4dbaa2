//! Ending mittwald's own session behind a grant that has ended.
//!
//! Best effort: our side ended first, and nobody else knows mittwald's refresh token, so that a
//! session which cannot be ended now runs out by itself within the life of its access token.

use crate::config::Config;
use crate::keys::{KeyRing, Purpose, Secret, seal};
use crate::mittwald::sign_in::{self, SignInFailure};
use crate::ports::Upstream;

use super::access_token::sealing_context;
use super::grant::UpstreamSession;

/// Ends the session at mittwald, with its access token, or with a new one where that is over. `now`
/// is in seconds since the epoch. Gives whether mittwald confirmed it.
pub async fn end(
    config: &Config,
    keys: &KeyRing,
    upstream: &dyn Upstream,
    account: &str,
    session: &UpstreamSession,
    now: u64,
) -> bool {
    let open = |part: &str, sealed: &str| {
        let context = sealing_context(account, part);
        seal::open(keys, Purpose::UpstreamToken, &context, sealed).map(Secret::from)
    };
    if now < session.expires_at
        && let Some(access) = open("access", &session.access)
    {
        match sign_in::log_out(config, upstream, &access).await {
            Ok(()) => return true,
            // mittwald counts time differently: the refresh token may still open the session.
            Err(SignInFailure::Refused) => {}
            Err(_) => return false,
        }
    }
    let Some(refresh) = session.refresh.as_deref().and_then(|sealed| open("refresh", sealed))
    else {
        return false;
    };
    match sign_in::refresh(config, upstream, &refresh).await {
        Ok(tokens) => sign_in::log_out(config, upstream, &tokens.access).await.is_ok(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests;
