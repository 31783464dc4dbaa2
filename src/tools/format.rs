//! Formats of texts, as the API's schemas name them.

use crate::catalog::Format;
pub use crate::config::is_uuid;

/// Whether the text has this format.
#[must_use]
pub fn matches(format: Format, text: &str) -> bool {
    match format {
        Format::Uuid => is_uuid(text),
        Format::DateTime => is_date_time(text),
        Format::Date => is_date(text),
        Format::Email => is_email(text),
        Format::Uri => is_uri(text),
    }
}

/// What a text of this format is, with an example.
#[must_use]
pub const fn described(format: Format) -> &'static str {
    match format {
        Format::Uuid => "a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e",
        Format::DateTime => "a date and time such as 2026-01-31T08:30:00Z",
        Format::Date => "a date such as 2026-01-31",
        Format::Email => "an e-mail address",
        Format::Uri => "a complete URL such as https://example.com/",
    }
}

/// RFC 3339 section 5.6, `date-time`.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_at_checked(10) else { return false };
    let Some(time) = time.strip_prefix(['T', 't']) else { return false };
    let Some((clock, rest)) = time.split_at_checked(8) else { return false };
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
    };
    is_date(date) && is_clock(clock) && is_zone(zone)
}

fn is_clock(text: &str) -> bool {
    let fields = numbers::<3>(text, ':', [2, 2, 2]);
    // A leap second is possible only at the end of a UTC day; that much is not checked.
    matches!(fields, Some([0..=23, 0..=59, 0..=60]))
}

fn is_zone(text: &str) -> bool {
    if matches!(text, "Z" | "z") {
        return true;
    }
    text.strip_prefix(['+', '-'])
        .and_then(|offset| numbers::<2>(offset, ':', [2, 2]))
        .is_some_and(|offset| matches!(offset, [0..=23, 0..=59]))
}

/// RFC 3339 section 5.6, `full-date`.
fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers::<3>(text, '-', [4, 2, 2]) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Numbers of exactly these lengths, with one separator between them.
fn numbers<const N: usize>(text: &str, separator: char, lengths: [usize; N]) -> Option<[u32; N]> {
    let mut fields = text.split(separator);
    let mut values = [0; N];
    for (value, length) in values.iter_mut().zip(lengths) {
        let field = fields.next()?;
        if field.len() != length || !field.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *value = field.parse().ok()?;
    }
    fields.next().is_none().then_some(values)
}

/// RFC 5321 section 4.1.2 in the form that people use: dot-atom or Unicode before the `@`, a host
/// name after it.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let allowed = |c: char| {
        !c.is_whitespace()
            && !c.is_control()
            && !matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '@' | '[' | '\\' | ']')
    };
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(allowed)
        && domain.len() <= 253
        && domain.split('.').all(label)
}

/// RFC 3986 section 3: a scheme, a colon, and no character that a URI cannot have.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        && !rest.is_empty()
        && !rest.chars().any(|c| {
            c.is_control()
                || c.is_whitespace()
                || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert!(matches(format, text), "{text} is {}", described(format));
        }
        for text in wrong {
            assert!(!matches(format, text), "{text} is not {}", described(format));
        }
    }

    #[test]
    fn dates_and_times_are_rfc_3339() {
        check(
            Format::DateTime,
            &["2026-01-31T08:30:00Z", "2024-02-29T23:59:60.123+02:00", "2026-01-31t08:30:00z"],
            &[
                "2026-01-31",
                "2026-01-31T08:30Z",
                "2026-01-31T08:30:00",
                "2026-02-30T08:30:00Z",
                "2026-01-31T24:00:00Z",
                "2026-01-31T08:30:00.Z",
                "2026-01-31T08:30:00+2:00",
                "tomorrow",
                "ä",
            ],
        );
        check(
            Format::Date,
            &["2026-12-31", "2000-02-29"],
            &["1900-02-29", "2026-13-01", "2026-1-01", "2026-01-00"],
        );
    }

    #[test]
    fn mail_addresses_and_urls_are_recognised() {
        check(
            Format::Email,
            &["a@example.com", "a.b+c@ex-ample.de", "käthe@müller.de"],
            &[
                "a",
                "@example.com",
                "a@",
                "a b@example.com",
                "a..b@example.com",
                "a@ex ample.com",
                "a@-x.de",
                "a\n@x.de",
            ],
        );
        check(
            Format::Uri,
            &["https://example.com/a?b=c", "mailto:a@example.com"],
            &["example.com", "://x", "https:", "https://exa mple.com", "https://x/\"", "1a:b"],
        );
    }
}
