//! Calling a tool: may this caller, are the arguments right, what is sent, what comes back.
//!
//! # Layout
//! - [`caller`]: who calls, and what they may do
//! - [`surface`]: which tools an address serves
//! - [`permission`]: level, project and scope, before anything else
//! - [`check`]: arguments against the compiled shapes; [`shape`] and [`mod@format`] for single values,
//!   [`spelling`] for near misses
//! - [`mod@call`]: the order of it all
//! - [`confirm`]: asking the person first
//! - [`projection`]: the API's JSON -> the declared fields of it
//! - [`answer`]: the whole answer of a tool, kept short enough for a model
//! - [`project`]: staying inside one project; [`short_id`]: `p-abc123` for a UUID
//! - [`input`]: asking the client something first
//! - [`belongings`]: what the person has, by name and id, for search, completion and resources
//! - [`likeness`]: whether a name is what somebody typed; [`guides`]: texts about what can be done
//! - [`progress`]: how far a call is
//! - [`workflows`]: tools that are more than one request
//! - [`outcome`]: how a call ended, in words
//! - [`result`]: what the protocol layer gets

pub mod answer;
pub mod belongings;
pub mod call;
pub mod caller;
pub mod check;
pub mod confirm;
pub mod format;
pub mod guides;
pub mod input;
pub mod likeness;
pub mod outcome;
pub mod permission;
pub mod progress;
pub mod project;
pub mod projection;
pub mod result;
pub mod shape;
pub mod short_id;
pub mod spelling;
pub mod surface;
pub mod workflows;

pub use call::{Environment, call};
pub use result::ToolResult;

#[cfg(test)]
pub mod testing;
