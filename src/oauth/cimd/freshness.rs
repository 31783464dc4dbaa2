//! How long a document may be used without asking again (RFC 9111 sections 4.2 and 5.2.2).
//!
//! We are the one reader of what we keep, so `private` and `s-maxage`, which are about caches between
//! readers, mean nothing here. `Expires` is not read: who wants something other than our default
//! says so in `Cache-Control`.

use crate::http::Headers;

/// Longest use, in seconds (24 h).
pub const MAX: u64 = 24 * 3600;

/// Use where nothing is said, in seconds (1 h).
pub const DEFAULT: u64 = 3600;

/// Seconds for which an answer may be used; 0 means once.
#[must_use]
pub fn seconds(headers: &dyn Headers) -> u64 {
    let Some(directives) = headers.get("cache-control") else { return DEFAULT };
    let mut longest = None;
    for directive in directives.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            // We do not ask whether it changed, so what must be asked about is not kept.
            "no-store" | "no-cache" => return 0,
            "max-age" => {
                // One that cannot be read is none at all; of two, the shorter holds.
                let age = value.trim().trim_matches('"').parse().unwrap_or(0);
                longest = Some(longest.map_or(age, |known: u64| known.min(age)));
            }
            _ => {}
        }
    }
    let Some(longest) = longest else { return DEFAULT };
    let spent = headers.get("age").and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    longest.saturating_sub(spent).min(MAX)
}
