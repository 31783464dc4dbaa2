//! Fuzzing what strangers may send: redirect URIs, client metadata, token requests, bearer tokens, messages.
//!
//! [`entries`] has one function per target; it panics where a promise is broken. `tests/fuzz.rs` of the
//! main crate runs the same functions with the stable compiler, over examples and random bytes, so that
//! they cannot rot between two runs of `make fuzz`.

pub mod entries;
