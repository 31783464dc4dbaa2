//! Requests and responses as plain values: a leaf that every room may use.
//!
//! # Layout
//! - [`request`]: what a handler gets to see of an HTTP request
//! - [`response`]: what it gives back, with constructors for the kinds we send
//! - [`problem`]: the policy for errors, and the plain HTTP ones
//! - [`form`]: `application/x-www-form-urlencoded`, strictly
//! - [`media`]: media types, compared exactly
//! - [`event_stream`]: answers that begin before they are complete
//! - [`language`]: German or English
//! - [`origin`]: scheme, host and port of a URL

pub mod event_stream;
pub mod form;
pub mod language;
pub mod media;
pub mod origin;
pub mod problem;
pub mod request;
pub mod response;

pub use language::Language;
pub use origin::Origin;
pub use problem::Problem;
pub use request::{Body, Headers, Method, Request};
pub use response::{Response, Status};
