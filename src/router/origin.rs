//! Under which origin we answer: the configured one, or on loopback whatever the client typed.

use crate::config::Config;
use crate::http::{Origin, Problem, Request, Status};

/// Our public origin for this request.
///
/// # Errors
/// 421 where none is configured and the request came for another host than loopback: somebody made
/// a name of theirs point here, and tokens for that name must not be issued.
pub fn of(config: &Config, request: &Request) -> Result<Origin, Problem> {
    match &config.public_origin {
        Some(origin) => Ok(origin.clone()),
        None if request.origin.is_loopback() => Ok(request.origin.clone()),
        None => Err(Problem::new(
            Status::MISDIRECTED,
            "This server has no PUBLIC_URL, so it answers for localhost, 127.0.0.1 and [::1] only.",
        )),
    }
}
