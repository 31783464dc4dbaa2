//! Pages: what a call asks for, and what the API says there is.

use super::argument::Arguments;
use crate::catalog::{Arg, DEFAULT_LIMIT, Place};
use crate::http::Headers;

/// Header with the number of rows that match, over all pages.
const TOTAL_COUNT: &str = "x-pagination-totalcount";

/// The page that a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows of a page; at least 1.
    pub limit: u64,
    /// Number of the page, from 1.
    pub number: u64,
}

impl Page {
    /// The page that these arguments name; `None` where the tool takes no limit, so that nothing
    /// is sent that the operation does not know.
    #[must_use]
    pub fn asked(args: &[Arg], arguments: &Arguments<'_>) -> Option<Self> {
        args.iter().find(|arg| arg.place == Place::Limit)?;
        let limit = arguments.integer_at(Place::Limit).unwrap_or(DEFAULT_LIMIT).max(1);
        let number = arguments.integer_at(Place::Page).unwrap_or(1).max(1);
        Some(Self { limit, number })
    }

    /// Rows before this page: the API's `skip`, always a multiple of the limit as it demands.
    #[must_use]
    pub const fn skip(self) -> u64 {
        self.number.saturating_sub(1).saturating_mul(self.limit)
    }
}

/// Rows that match over all pages, where the API says so.
#[must_use]
pub fn total(headers: &dyn Headers) -> Option<u64> {
    headers.get(TOTAL_COUNT)?.trim().parse().ok()
}
