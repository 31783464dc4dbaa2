//! `server/discover`: what the modern era asks before, or instead of, anything else (2026-07-28
//! server/discover).

use super::Context;
use super::about;
use super::error::SUPPORTED_VERSIONS;
use super::instructions;
use super::reply::ResultWriter;
use super::revision::Revision;

/// Says what we speak and offer. Who we are stands in `_meta`, as on every modern result.
#[must_use]
pub fn answer(context: &Context<'_>, id: &str, revision: Revision) -> String {
    let instructions = instructions::of(context);
    ResultWriter::open(id, revision, None, instructions.len())
        .json("supportedVersions", SUPPORTED_VERSIONS)
        .json("capabilities", about::capabilities(revision))
        .string("instructions", &instructions)
        .cacheable(revision)
        .close()
}
