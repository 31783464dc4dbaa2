//! Media types (RFC 9110 section 8.3.1), compared exactly.

/// Whether a `Content-Type` value is exactly this type, whatever its parameters.
///
/// A list (`application/json, text/plain`) is no media type and matches nothing.
#[must_use]
pub fn is(content_type: &str, expected: &str) -> bool {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().eq_ignore_ascii_case(expected) && !parameters.contains(',')
}

/// Whether a `Content-Type` value is JSON: `application/json`, or a format built on it
/// (`application/<something>+json`, RFC 6839 section 3.1).
#[must_use]
pub fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let subtype = essence.strip_prefix("application/").unwrap_or_default();
    let built_on = subtype.strip_suffix("+json").is_some_and(|name| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
            && !name.is_empty()
    });
    (built_on && is(content_type, &essence)) || is(content_type, "application/json")
}

#[cfg(test)]
mod tests {
    use super::{is, is_json};

    #[test]
    fn parameters_and_case_do_not_matter() {
        assert!(is("application/json", "application/json"));
        assert!(is("Application/JSON; charset=utf-8", "application/json"));
    }

    #[test]
    fn json_has_many_names() {
        for value in ["application/json", "application/client+json; charset=utf-8"] {
            assert!(is_json(value), "{value}");
        }
        for value in [
            "text/json",
            "text/html",
            "application/+json",
            "application/json+xml",
            "application/a+json, text/html",
            "application/a, b+json",
            "",
        ] {
            assert!(!is_json(value), "{value}");
        }
    }

    #[test]
    fn lists_and_lookalikes_do_not_match() {
        assert!(!is("application/json, application/x-www-form-urlencoded", "application/json"));
        assert!(!is("application/json; a=b, text/plain", "application/json"));
        assert!(!is("application/jsonp", "application/json"));
        assert!(!is("", "application/json"));
    }
}
