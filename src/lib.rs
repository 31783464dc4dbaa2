//! The mittwald MCP connector: one Cloudflare Worker that signs people in at mittwald and turns MCP
//! tool calls into requests to the mittwald API.
//!
//! # Layout
//! Dependencies point one way: `edge -> router -> {mcp, oauth, pages} -> tools -> mittwald -> catalog`;
//! `http`, `ports`, `keys` and `config` are leaves that all may use.
//!
//! - `edge`: the only room that knows Cloudflare (built for WebAssembly only)
//! - [`router`]: which handler answers which path, and how errors become responses
//! - [`mcp`]: the Model Context Protocol, every revision in use
//! - [`oauth`]: the authorization server, and the sign-in at mittwald
//! - [`pages`]: what people see
//! - [`tools`]: calling a tool
//! - [`mittwald`]: requests to the API, and its answers
//! - [`catalog`]: the compiled tool catalogue
//! - [`http`], [`ports`], [`keys`], [`config`]: values, traits, cryptography, configuration

// Tests may fail by panicking; the Worker may not.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub mod catalog;
pub mod config;
#[cfg(target_arch = "wasm32")]
mod edge;
pub mod http;
pub mod keys;
pub mod mcp;
pub mod mittwald;
pub mod oauth;
pub mod pages;
pub mod ports;
pub mod router;
pub mod tools;
