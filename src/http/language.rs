//! The two languages that people are spoken to in.

use super::Request;
use super::form::Form;

/// German or English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Deutsch.
    German,
    /// English.
    English,
}

impl Language {
    /// The language that an `Accept-Language` value prefers (RFC 9110 section 12.5.4): the one of
    /// the two with the higher weight, English where neither is named.
    #[must_use]
    pub fn preferred(accept_language: Option<&str>) -> Self {
        let (mut german, mut english) = (0_u16, 0_u16);
        for range in accept_language.unwrap_or_default().split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight_in_thousandths(weight);
            match Self::of_tag(tag) {
                Some(Self::German) => german = german.max(weight),
                Some(Self::English) => english = english.max(weight),
                None => {}
            }
        }
        if german > english { Self::German } else { Self::English }
    }

    /// The language of a page: the one that its switch names (`lang`), else the browser's.
    #[must_use]
    pub fn of_page(request: &Request) -> Self {
        let chosen = Form::parse(request.query.as_bytes());
        let chosen = chosen.get("lang").ok().flatten().and_then(Self::of_tag);
        chosen.unwrap_or_else(|| Self::preferred(request.header("accept-language").as_deref()))
    }

    /// The language of a BCP 47 tag (`de`, `de-AT`, `en-GB`).
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("de") {
            Some(Self::German)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else {
            None
        }
    }

    /// The other one of the two.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::German => Self::English,
            Self::English => Self::German,
        }
    }

    /// The tag for `lang` attributes and links.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }

    /// The text in this language.
    #[must_use]
    pub const fn pick<'a>(self, german: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::German => german,
            Self::English => english,
        }
    }
}

/// `q=0.75` -> 750; anything unreadable counts as 0.
fn weight_in_thousandths(text: &str) -> u16 {
    let Some(digits) = text.trim().strip_prefix("q=") else { return 0 };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.trim() == "1" {
        return 1000;
    }
    let padded = format!("{:0<3}", fraction.trim());
    padded.get(..3).and_then(|thousandths| thousandths.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_heavier_language_wins() {
        let of = |value| Language::preferred(Some(value));
        assert_eq!(of("de-DE,de;q=0.9,en;q=0.8"), Language::German);
        assert_eq!(of("en-US,en;q=0.9,de;q=0.95"), Language::English);
        assert_eq!(of("fr, de;q=0.5, en;q=0.4"), Language::German);
        assert_eq!(of("fr"), Language::English);
        assert_eq!(of(";;;q=,,"), Language::English);
        assert_eq!(Language::preferred(None), Language::English);
    }
}
