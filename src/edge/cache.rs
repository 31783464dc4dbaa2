//! The shared cache: Workers KV, eventually consistent, for what may be stale.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use worker::Env;

use crate::ports::Cache;

/// Shortest life that KV accepts, in seconds.
const SHORTEST: u64 = 60;

/// The binding `CACHE`.
pub struct KvCache<'e>(pub &'e Env);

impl Cache for KvCache<'_> {
    fn look_up<'a>(&'a self, key: &'a str) -> LocalBoxFuture<'a, Option<String>> {
        async move { self.0.kv("CACHE").ok()?.get(key).text().await.ok()? }.boxed_local()
    }

    fn keep<'a>(&'a self, key: &'a str, value: String, seconds: u64) -> LocalBoxFuture<'a, ()> {
        async move {
            let Ok(kv) = self.0.kv("CACHE") else { return };
            let Ok(put) = kv.put(key, value) else { return };
            // What is not kept is asked for again.
            let _ = put.expiration_ttl(seconds.max(SHORTEST)).execute().await;
        }
        .boxed_local()
    }
}
