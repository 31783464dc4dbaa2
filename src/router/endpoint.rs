//! The MCP endpoint before any message is read: Origin, preflight, authentication, method.

use crate::http::{Language, Method, Problem, Request, Response, Status, event_stream};
use crate::mcp::{self, Context};
use crate::oauth::{Server, bearer};
use crate::ports::Ports;
use crate::tools::surface::Surface;

use super::stream::Ahead;
use super::{Answer, UnderWay, World, cors};

/// Answers a request to a surface.
///
/// Authentication comes before the method: clients probe with GET, and must learn where to sign in
/// (401) before they learn that there is no event stream (405).
pub async fn answer(
    world: &World<'_>,
    server: &Server<'_>,
    request: &Request,
    surface: &Surface,
) -> Answer {
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
    let ahead = Ahead::of(world.outlet, request, site.as_deref());
    let under_way = |note| world.under_way.set(UnderWay { route: "mcp", note: Some(note) });
    let context = Context {
        config: server.config,
        headers: &*request.headers,
        keys: server.keys,
        surface,
        caller: &caller,
        ports: Ports { events: &ahead, ..server.ports },
        challenge: &challenge,
        language: Language::preferred(request.header("accept-language").as_deref()),
        under_way: &under_way,
    };
    let mcp::Reply { mut response, note, trace } = mcp::post(&context, request).await;
    if ahead.is_streaming() {
        // Status and header fields are out: 200, whatever the answer's own would have been. A challenge
        // stands in the answer itself as well.
        if !response.body.is_empty() {
            world.outlet.write(event_stream::event(&response.body));
        }
        response = Response::empty(Status::OK);
    }
    let response = cors::open_to(site, response.no_store());
    Answer { note: Some(note), trace, ..Answer::new("mcp", response) }
}
