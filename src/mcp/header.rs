//! `Mcp-*` header values (2026-07-28 basic/transports/streamable-http, "Standard Request Headers").

use std::borrow::Cow;

use base64ct::{Base64, Encoding};

/// Begins a value that is base64 because a header field could not carry it.
const SENTINEL_START: &str = "=?base64?";

/// Ends one.
const SENTINEL_END: &str = "?=";

/// The value behind a header field: decoded where it stands between the sentinel's two halves, itself
/// otherwise, also where only one of them is there. `None` for a sentinel around anything that is not
/// base64 of UTF-8.
#[must_use]
pub fn decoded(value: &str) -> Option<Cow<'_, str>> {
    let wrapped =
        value.strip_prefix(SENTINEL_START).and_then(|rest| rest.strip_suffix(SENTINEL_END));
    let Some(encoded) = wrapped else { return Some(Cow::Borrowed(value)) };
    let bytes = Base64::decode_vec(encoded).ok()?;
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_name_that_no_header_carries_comes_in_base64() {
        assert_eq!(decoded("mittwald_app_list").as_deref(), Some("mittwald_app_list"));
        assert_eq!(decoded("=?base64?SMOkbGxv?=").as_deref(), Some("Hällo"));
        assert_eq!(decoded("=?base64??=").as_deref(), Some(""));
        for literal in ["=?base64?SMOkbGxv", "SMOkbGxv?=", "=?base64?="] {
            assert_eq!(decoded(literal).as_deref(), Some(literal));
        }
        for broken in
            ["=?base64?%%%?=", "=?base64?/w==?=", "=?base64?SGk?=", "=?base64?SGVs!!!bG8=?="]
        {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }
}
