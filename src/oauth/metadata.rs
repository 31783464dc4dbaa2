//! Metadata documents: the authorization server (RFC 8414) and the protected resources (RFC 9728).

use serde::Serialize;

use crate::http::{Origin, Response, Status};
use crate::tools::surface::Surface;

use super::offered::Offered;
use super::resource::Resource;
use super::scope;

#[derive(Serialize)]
struct ProtectedResource<'a> {
    resource: &'a str,
    authorization_servers: [&'a str; 1],
    scopes_supported: Vec<&'static str>,
    bearer_methods_supported: [&'static str; 1],
    resource_name: &'static str,
    resource_documentation: &'a str,
}

/// The document of a surface. Its scopes are those that the surface's tools need, the same as in
/// the challenge; `offline_access` says nothing about a resource and stands only in the other one.
#[must_use]
pub fn protected_resource(issuer: &Origin, surface: &Surface) -> Response {
    let resource = Resource::of(issuer, surface);
    document(&ProtectedResource {
        resource: resource.as_str(),
        authorization_servers: [issuer.as_str()],
        scopes_supported: surface.scopes(),
        bearer_methods_supported: ["header"],
        resource_name: "mittwald MCP",
        resource_documentation: &format!("{issuer}/"),
    })
}

#[derive(Serialize)]
struct AuthorizationServer<'a> {
    issuer: &'a str,
    authorization_endpoint: String,
    token_endpoint: String,
    registration_endpoint: String,
    revocation_endpoint: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 2],
    code_challenge_methods_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 3],
    authorization_response_iss_parameter_supported: bool,
    client_id_metadata_document_supported: bool,
    ui_locales_supported: [&'static str; 2],
    service_documentation: String,
}

/// The authorization server's document. Its scopes are those that mittwald offers too, as far as we
/// know. `documents`: whether a client id may be the address of a metadata document
/// (draft-ietf-oauth-client-id-metadata-document section 5).
#[must_use]
pub fn authorization_server(issuer: &Origin, documents: bool, offered: &Offered) -> Response {
    let auth_methods = ["none", "client_secret_basic", "client_secret_post"];
    let mut scopes_supported = scope::all();
    scopes_supported.retain(|scope| offered.has(scope));
    scopes_supported.push(scope::OFFLINE_ACCESS);
    document(&AuthorizationServer {
        issuer: issuer.as_str(),
        authorization_endpoint: format!("{issuer}/authorize"),
        token_endpoint: format!("{issuer}/token"),
        registration_endpoint: format!("{issuer}/register"),
        revocation_endpoint: format!("{issuer}/revoke"),
        scopes_supported,
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "refresh_token"],
        code_challenge_methods_supported: ["S256"],
        token_endpoint_auth_methods_supported: auth_methods,
        revocation_endpoint_auth_methods_supported: auth_methods,
        authorization_response_iss_parameter_supported: true,
        client_id_metadata_document_supported: documents,
        ui_locales_supported: ["de", "en"],
        service_documentation: format!("{issuer}/"),
    })
}

/// Seconds for which clients may keep the documents.
const KEPT: &str = "public, max-age=300";

fn document(value: &impl Serialize) -> Response {
    Response::json(Status::OK, serde_json::to_string(value).unwrap_or_default())
        .with("cache-control", KEPT)
}
