//! The MCP endpoint before any message is read: Origin, preflight, authentication, method.

use crate::http::{Language, Method, Problem, Request, Response, Status};
use crate::mcp::{self, Context};
use crate::oauth::{Server, bearer};
use crate::tools::surface::Surface;

use super::{Answer, cors};

/// Answers a request to a surface.
///
/// Authentication comes before the method: clients probe with GET, and must learn where to sign in
/// (401) before they learn that there is no event stream (405).
pub async fn answer(server: &Server<'_>, request: &Request, surface: &Surface) -> Answer {
    let site = request.header("origin");
    if site.as_deref().is_some_and(|site| !cors::may_call(site, server.issuer)) {
        let message = "Pages of this origin may not call the connector.";
        return Answer::new(
            "mcp-origin",
            mcp::refusal(Status::FORBIDDEN, mcp::INVALID_REQUEST, message),
        );
    }
    if request.method == Method::Options {
        let response = Response::empty(Status::NO_CONTENT).with("allow", "POST, OPTIONS");
        return Answer::new("mcp-preflight", cors::open_to(site, response));
    }
    let caller = match bearer::authenticate(server, request, surface).await {
        Ok(caller) => caller,
        Err(reason) => {
            let response = bearer::refuse(server, surface, reason);
            return Answer::new("mcp-unauthenticated", cors::open_to(site, response));
        }
    };
    if request.method != Method::Post {
        let response = Problem::method_not_allowed("POST").into_response();
        return Answer::new("mcp-method", cors::open_to(site, response));
    }
    let challenge = |error: &str, description: &str, scopes: &[&str]| {
        bearer::challenge(server, surface, Some((error, description)), scopes)
    };
    let context = Context {
        config: server.config,
        surface,
        caller: &caller,
        ports: server.ports,
        keys: server.keys,
        challenge: &challenge,
        language: Language::preferred(request.header("accept-language").as_deref()),
    };
    let reply = mcp::post(&context, request).await;
    Answer {
        note: Some(reply.note),
        ..Answer::new("mcp", cors::open_to(site, reply.response.no_store()))
    }
}
