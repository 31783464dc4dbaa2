//! Compiles the tool catalogue: joins the facts of the mittwald API (`operations.json`) with our
//! tools (`tools/*.toml`), refuses what does not fit, and emits the Worker's static tables.
//!
//! ```text
//! openapi.json --openapi--> facts (operations.json) --+            drift: what changed
//! tools/*.toml --declaration--------------------------+--tool--> Compiled --emit--> catalog.rs
//! scopes, toolsets, reads-by-post --registers---------+
//! ```
//!
//! `tool` joins one declaration: `rules` (words, hints, effect), `arguments` over `slots` (where
//! values can go) and `shape` (what is accepted) into a `request`, `answer` over `projection`,
//! `binding` (project), then writes the `definition` and runs the `lint`. `settle` flattens the
//! API's schemas; `problem` says where in which file.

pub mod answer;
pub mod arguments;
pub mod binding;
pub mod compile;
pub mod declaration;
pub mod definition;
pub mod drift;
pub mod emit;
pub mod facts;
pub mod lint;
pub mod openapi;
pub mod problem;
pub mod projection;
pub mod registers;
pub mod request;
pub mod rules;
pub mod settle;
pub mod shape;
pub mod slots;
pub mod tool;

pub use compile::{Compiled, compile};
pub use problem::Problem;
pub use tool::Tool;
