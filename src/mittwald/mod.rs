//! The mittwald API: one request out, one answer in.
//!
//! # Layout
//! - [`argument`]: checked arguments of a call, the only thing a request is made of
//! - [`choice`]: arguments that go together, the API's unions made flat
//! - [`request`]: operation and arguments -> [`crate::ports::UpstreamRequest`]
//! - [`response`]: answer -> JSON text and paging, or an error
//! - [`paging`]: limit, page, and the `X-Pagination-*` headers
//! - [`error`]: everything that can go wrong, as one enum
//! - [`password`]: passwords that nobody chooses
//! - [`violation`]: which argument a 400 is about
//! - [`projects`]: the projects of a person who signs in
//! - [`sign_in`]: our side as an OAuth client of mittwald
//! - [`scopes`]: which scopes the sign-in knows
//! - [`sentence`]: what is said about an error: what happened, and what to do next
//! - [`json`]: reading and writing JSON text without building a tree; [`canonical`]: one text for all its
//!   spellings

pub mod argument;
pub mod canonical;
pub mod choice;
pub mod error;
pub mod json;
pub mod paging;
pub mod password;
pub mod projects;
pub mod request;
pub mod response;
pub mod scopes;
pub mod sentence;
pub mod sign_in;
pub mod violation;

pub use argument::{Arguments, Value};
pub use error::ApiError;

/// Milliseconds that one request to mittwald may take, body included.
pub const UPSTREAM_TIMEOUT_MS: u32 = 25_000;
