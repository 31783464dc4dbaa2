//! Media types (RFC 9110 section 8.3.1), compared exactly.

/// Whether a `Content-Type` value is exactly this type, whatever its parameters.
///
/// A list (`application/json, text/plain`) is no media type and matches nothing.
#[must_use]
pub fn is(content_type: &str, expected: &str) -> bool {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().eq_ignore_ascii_case(expected) && !parameters.contains(',')
}

#[cfg(test)]
mod tests {
    use super::is;

    #[test]
    fn parameters_and_case_do_not_matter() {
        assert!(is("application/json", "application/json"));
        assert!(is("Application/JSON; charset=utf-8", "application/json"));
    }

    #[test]
    fn lists_and_lookalikes_do_not_match() {
        assert!(!is("application/json, application/x-www-form-urlencoded", "application/json"));
        assert!(!is("application/json; a=b, text/plain", "application/json"));
        assert!(!is("application/jsonp", "application/json"));
        assert!(!is("", "application/json"));
    }
}
