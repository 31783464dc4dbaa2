//! Whether what somebody typed is in a name: without regard to case, accents and the two ways to write
//! an umlaut, anywhere in it, so that the parts of German compounds are found too.

/// How well something fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same.
    Whole,
    /// The beginning.
    Beginning,
    /// The beginning of a word in it.
    Word,
    /// Anywhere inside.
    Inside,
}

/// A text that was typed.
#[derive(Debug)]
pub struct Typed {
    /// Umlauts without their dots.
    plain: String,
    /// Umlauts as two letters.
    spelled: String,
}

impl Typed {
    /// Space around it does not count.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        Self { plain: folded(text, false), spelled: folded(text, true) }
    }

    /// Whether nothing was typed: then everything fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// How well a text fits; `None` where it does not. Both are compared in the same writing, since
    /// `Mueller`, `Muller` and `Müller` may each be meant by any of them.
    #[must_use]
    pub fn likeness(&self, text: &str) -> Option<Likeness> {
        let plain = likeness(&folded(text, false), &self.plain);
        let spelled = likeness(&folded(text, true), &self.spelled);
        plain.into_iter().chain(spelled).min()
    }
}

fn likeness(text: &str, typed: &str) -> Option<Likeness> {
    if text == typed {
        return Some(Likeness::Whole);
    }
    if text.starts_with(typed) {
        return Some(Likeness::Beginning);
    }
    let mut inside = false;
    for (at, _) in text.match_indices(typed) {
        inside = true;
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if before.is_some_and(|before| !before.is_alphanumeric()) {
            return Some(Likeness::Word);
        }
    }
    inside.then_some(Likeness::Inside)
}

/// Lower case, without accents.
fn folded(text: &str, spelled: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let plain = match c {
            'ß' => "ss",
            'ä' if spelled => "ae",
            'ö' if spelled => "oe",
            'ü' if spelled => "ue",
            'ä' | 'à' | 'á' | 'â' | 'ã' | 'å' => "a",
            'ç' => "c",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ñ' => "n",
            'ö' | 'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
            'ü' | 'ù' | 'ú' | 'û' => "u",
            // Combining accents: a letter and its dots may come as two characters.
            '\u{300}'..='\u{307}' | '\u{30a}' | '\u{327}' => "",
            '\u{308}' => {
                // The dots of an umlaut that came apart.
                if spelled && out.ends_with(['a', 'o', 'u']) { "e" } else { "" }
            }
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(plain);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_and_umlauts_do_not_matter() {
        for (typed, text) in [
            ("müller", "Bäckerei Müller"),
            ("mueller", "Bäckerei Müller"),
            ("muller", "Bäckerei Müller"),
            ("Müller", "baeckerei mueller"),
            ("MU\u{308}LLER", "Müller"),
            ("müller", "Mu\u{308}ller"),
            ("mueller", "Mu\u{308}ller"),
            ("strasse", "Hauptstraße 1"),
            ("STRAßE", "hauptstrasse"),
            ("cafe", "Café am Markt"),
            ("ern", "Bauernhof"),
            (" shop ", "Onlineshop"),
            ("", "anything"),
        ] {
            assert!(Typed::new(typed).likeness(text).is_some(), "{typed} in {text}");
        }
        for (typed, text) in [("muller", "Mueller"), ("shop", "Shp"), ("a b", "ab")] {
            assert!(Typed::new(typed).likeness(text).is_none(), "{typed} in {text}");
        }
    }

    #[test]
    fn beginnings_are_better_than_middles() {
        let typed = Typed::new("shop");
        for (text, likeness) in [
            ("Shop", Likeness::Whole),
            ("Shopware", Likeness::Beginning),
            ("Kontor-Shop", Likeness::Word),
            ("Onlineshop des Shops", Likeness::Word),
            ("Onlineshop", Likeness::Inside),
        ] {
            assert_eq!(typed.likeness(text), Some(likeness), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_like_itself_and_what_it_contains(
            before in ".{0,9}",
            text in "[a-zA-Z0-9äöüßÄÖÜé][a-zA-Z0-9äöüßÄÖÜé .-]{0,9}",
            after in "[ -~äöüß]{0,9}",
        ) {
            let typed = Typed::new(&text);
            prop_assert_eq!(typed.likeness(text.trim()), Some(Likeness::Whole));
            let around = [before.as_str(), text.trim(), &after].concat();
            prop_assert!(typed.likeness(&around).is_some());
        }
    }
}
