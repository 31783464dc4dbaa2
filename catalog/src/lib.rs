//! Compiles the tool catalogue: joins the facts of the mittwald API (`operations.json`) with our
//! tools (`tools/*.toml`), refuses what does not fit, and emits the Worker's static tables.
//!
//! ```text
//! openapi.json --openapi--> facts (operations.json) --+            drift: what changed
//! tools/*.toml --declaration--------------------------+--tool--> Compiled --emit--> catalog.rs
//! scopes, toolsets, reads-by-post --registers---------+             |--page--> docs/tools.md
//! customer-operations.csv, left-out --registers-------+             +--sizes-> make tokens
//! aliases.toml --alias--------------------------------+
//! former-tools.toml --former--------------------------+
//! prompts/*.toml --prompt-----------------------------+
//! ```
//!
//! `tool` joins one declaration: `rules` (words, hints, effect), `arguments` over `slots` (where
//! values can go; `body` takes a body apart) and `shape` (what is accepted) into a `request`,
//! `answer` over `projection` (`secret`: what it may not show), `binding` (project), then writes the
//! `definition` and runs the `lint`. A `job` sends several requests; `own` is what it takes and answers
//! beside the API. Unions: `union` takes them apart, `ways` is what the TOML says
//! about them, `choice` what is left to choose for a caller. `coverage` holds tools and
//! `left_out` against the `customer` operations; `draft` writes skeletons. `mentions` follows
//! names of tools in descriptions; `mirror` is what clients repeat in headers; `prompt` reads what
//! people start by name, `preview` finds what a person is shown before they confirm. `settle` flattens
//! the API's schemas; `problem` says where in which file.

pub mod alias;
pub mod answer;
pub mod arguments;
pub mod binding;
pub mod body;
pub mod choice;
pub mod compile;
pub mod coverage;
pub mod customer;
pub mod declaration;
pub mod definition;
pub mod draft;
pub mod drift;
pub mod emit;
pub mod facts;
pub mod former;
pub mod job;
pub mod left_out;
pub mod lint;
pub mod mentions;
pub mod mirror;
pub mod openapi;
pub mod own;
pub mod page;
pub mod preview;
pub mod problem;
pub mod projection;
pub mod prompt;
pub mod registers;
pub mod request;
pub mod rules;
pub mod secret;
pub mod settle;
pub mod shape;
pub mod sizes;
pub mod slots;
pub mod tool;
pub mod union;
pub mod ways;

pub use compile::{Compiled, compile};
pub use problem::Problem;
pub use tool::Tool;
