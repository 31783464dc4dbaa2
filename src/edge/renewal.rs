//! Renewing mittwald's tokens, and ending its sessions, on behalf of an `Account` object.

use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use crate::keys::{Purpose, Secret, seal};
use crate::mittwald::sign_in::{self, SignInFailure};
use crate::oauth::access_token::sealing_context;
use crate::oauth::account::{Renewal, RenewalFailure};
use crate::oauth::grant::UpstreamSession;
use crate::oauth::issue::seal_tokens;
use crate::oauth::sign_out;
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

    /// The runtime keeps an object in memory while a request of its own is on its way, so the task
    /// needs nobody to wait for it.
    fn end(&self, session: UpstreamSession) {
        let (deployment, account) = (Rc::clone(&self.deployment), self.account.clone());
        worker::wasm_bindgen_futures::spawn_local(async move {
            let Deployment { config, keys } = &*deployment;
            let now = RuntimeClock.now();
            if !sign_out::end(config, keys, &RuntimeFetch, &account, &session, now).await {
                worker::console_log!(
                    "{{\"object\":\"ACCOUNT\",\"note\":\"mittwald did not confirm the end of a session\"}}"
                );
            }
        });
    }
}
