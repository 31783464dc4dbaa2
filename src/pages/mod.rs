//! What people see: plain pages, German and English, without JavaScript and without anything from
//! elsewhere. Templates are in `templates/`; they escape what they are given.

mod connections;
mod consent;
mod landing;
mod message;
mod project;
mod rights;

pub use connections::{
    ConnectionView, ConnectionsView, Notice, SignInView, WriteView, list as connections,
    sign_in as connections_sign_in,
};
pub use consent::{ConsentView, Destination, page as consent};
pub use landing::page as landing;
pub use message::{Message, page as message};
pub use project::{ChoiceProblem, ProjectRow, ProjectView, page as project};
pub use rights::Right;

use askama::Template;

use crate::http::{Response, Status};

/// The one stylesheet.
pub const STYLESHEET: &str = include_str!("../../templates/style.css");

/// A page with the headers that protect it. `form_actions` are the places beside ourselves to which
/// its forms may lead (browsers apply the directive to the redirects that follow a post, too).
fn respond(template: &impl Template, status: Status, form_actions: &[String]) -> Response {
    let form_action = if form_actions.is_empty() {
        "'none'".to_owned()
    } else {
        format!("'self' {}", form_actions.join(" "))
    };
    respond_with(template, status, &form_action)
}

/// The same with a `form-action` directive as it is.
fn respond_with(template: &impl Template, status: Status, form_action: &str) -> Response {
    let Ok(html) = template.render() else {
        return Response::text(Status::INTERNAL, "The page could not be made. Please try again.\n");
    };
    let csp = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action {form_action}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    Response::html(status, html)
        .no_store()
        .with("content-security-policy", csp)
        .with("referrer-policy", "no-referrer")
        .with("x-content-type-options", "nosniff")
        .with("x-frame-options", "DENY")
    // No Cross-Origin-Opener-Policy: clients open the sign-in in a popup and wait for it to return.
}
