//! The only room that knows Cloudflare.
//!
//! # Layout
//! - [`entry`]: `#[event]` handlers: runtime request -> ours -> router -> runtime response
//! - [`connection`]: answers that are sent while they are made, and clients that leave; [`log`]: one line per request
//! - [`deployment`]: variables and secrets -> configuration and keys, once per isolate
//! - [`clock`], [`random`], [`outbound`], [`documents`], [`memory`], [`cache`], [`limiter`]: the ports; [`timer`]: pauses
//! - [`body`]: reading what comes in, up to a limit
//! - [`objects`]: reaching the two Durable Objects
//! - [`account_object`], [`login_object`]: the objects themselves

mod account_object;
mod account_sql;
mod body;
mod cache;
mod clock;
mod connection;
mod deployment;
mod documents;
mod entry;
mod ledger;
mod limiter;
mod log;
mod login_object;
mod memory;
mod objects;
mod outbound;
mod random;
mod renewal;
mod timer;
