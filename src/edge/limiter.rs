//! Calls per person, counted by Cloudflare's rate limiter.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use worker::Env;

use crate::ports::RateLimiter;

/// The binding `RATE`.
pub struct RateBinding<'e>(pub &'e Env);

impl RateLimiter for RateBinding<'_> {
    fn allow<'a>(&'a self, subject: &'a str) -> LocalBoxFuture<'a, bool> {
        async move {
            // A limiter that is missing or fails must not take the connector down with it.
            let Ok(limiter) = self.0.rate_limiter("RATE") else { return true };
            limiter.limit(subject.to_owned()).await.map_or(true, |outcome| outcome.success)
        }
        .boxed_local()
    }
}
