//! Which scopes mittwald's sign-in knows.
//!
//! `GET /v2/scopes`.

use serde::Deserialize;

use crate::config::Config;
use crate::keys::Secret;
use crate::ports::{Upstream, UpstreamRequest};

/// Milliseconds for the list: nobody's sign-in should wait long for what can be learnt next time.
const TIMEOUT_MS: u32 = 5_000;

/// The names of all scopes; `None` where mittwald does not tell this token, or not now.
pub async fn list(
    config: &Config,
    upstream: &dyn Upstream,
    access: &Secret,
) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Scope {
        name: String,
    }
    let request = UpstreamRequest {
        method: "GET",
        url: format!("{}/v2/scopes", config.api_url),
        headers: vec![("x-access-token", access.clone()), ("accept", "application/json".into())],
        body: None,
        timeout_ms: TIMEOUT_MS,
    };
    let response = upstream.send(request).await.ok().filter(|response| response.status == 200)?;
    let scopes: Vec<Scope> = serde_json::from_slice(&response.body).ok()?;
    Some(scopes.into_iter().map(|scope| scope.name).collect())
}
