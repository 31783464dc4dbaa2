//! `server/discover`: what the modern era asks before, or instead of, anything else (2026-07-28
//! server/discover).

use super::about::{CAPABILITIES, INSTRUCTIONS};
use super::error::SUPPORTED_VERSIONS;
use super::reply::ResultWriter;
use super::revision::Revision;

/// Says what we speak and offer. Who we are stands in `_meta`, as on every modern result.
#[must_use]
pub fn answer(id: &str, revision: Revision) -> String {
    ResultWriter::open(id, revision, None, INSTRUCTIONS.len())
        .json("supportedVersions", SUPPORTED_VERSIONS)
        .json("capabilities", CAPABILITIES)
        .string("instructions", INSTRUCTIONS)
        .cacheable(revision)
        .close()
}
