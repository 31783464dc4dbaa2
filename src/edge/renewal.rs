//! Renewing mittwald's tokens on behalf of an `Account` object.

use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use crate::keys::{Purpose, Secret, seal};
use crate::mittwald::sign_in::{self, SignInFailure};
use crate::oauth::access_token::sealing_context;
use crate::oauth::account::{Renewal, RenewalFailure};
use crate::oauth::grant::UpstreamSession;
use crate::oauth::issue::seal_tokens;
use crate::ports::Clock;

use super::clock::RuntimeClock;
use super::deployment::Deployment;
use super::outbound::RuntimeFetch;
use super::random::RuntimeRandom;

/// Renews over the runtime's `fetch`.
pub struct UpstreamRenewal {
    /// Configuration and keys.
    pub deployment: Rc<Deployment>,
    /// Name of the account that the tokens are sealed for.
    pub account: String,
}

impl Renewal for UpstreamRenewal {
    fn renew(
        &self,
        sealed_refresh: String,
    ) -> LocalBoxFuture<'static, Result<UpstreamSession, RenewalFailure>> {
        let (deployment, account) = (Rc::clone(&self.deployment), self.account.clone());
        async move {
            let context = sealing_context(&account, "refresh");
            let keys = &deployment.keys;
            let opened = seal::open(keys, Purpose::UpstreamToken, &context, &sealed_refresh);
            let refresh = Secret::from(opened.ok_or(RenewalFailure::Refused)?);
            let renewed = sign_in::refresh(&deployment.config, &RuntimeFetch, &refresh).await;
            let mut tokens = renewed.map_err(|failure| match failure {
                SignInFailure::Refused | SignInFailure::RefreshUnsupported => {
                    RenewalFailure::Refused
                }
                SignInFailure::Unavailable => RenewalFailure::Unavailable,
            })?;
            // RFC 6749 section 6: where no new refresh token comes, the old one stays good.
            tokens.refresh = tokens.refresh.or(Some(refresh));
            seal_tokens(keys, &RuntimeRandom, &account, &tokens, RuntimeClock.now())
                .map_err(|_| RenewalFailure::Unavailable)
        }
        .boxed_local()
    }
}
