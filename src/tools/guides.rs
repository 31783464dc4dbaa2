//! Our guides: a text per prompt and language, for people and for models that look something up.

use crate::catalog::{PROMPTS, Prompt, Words, find_prompt};
use crate::http::Language;

/// Where every guide's URI begins.
const ROOT: &str = "mittwald://guide/";

/// A guide.
#[derive(Debug, Clone, Copy)]
pub struct Guide {
    /// The prompt whose texts it has.
    pub prompt: &'static Prompt,
    /// Its language.
    pub language: Language,
}

impl Guide {
    /// Every guide in a language, in the order of `prompts/list`.
    pub fn all(language: Language) -> impl Iterator<Item = Self> {
        PROMPTS.iter().map(move |prompt| Self { prompt, language })
    }

    /// The guide with this URI, exactly as [`Self::uri`] writes it.
    #[must_use]
    pub fn find(uri: &str) -> Option<Self> {
        let (tag, name) = uri.strip_prefix(ROOT)?.split_once('/')?;
        let language =
            [Language::German, Language::English].into_iter().find(|known| known.tag() == tag)?;
        Some(Self { prompt: find_prompt(name)?, language })
    }

    /// `mittwald://guide/{language}/{name}`
    #[must_use]
    pub fn uri(&self) -> String {
        format!("{ROOT}{}/{}", self.language.tag(), self.prompt.name)
    }

    /// Title, description and parts.
    #[must_use]
    pub const fn words(&self) -> &'static Words {
        self.prompt.words(self.language)
    }

    /// The whole text (Markdown).
    #[must_use]
    pub fn text(&self) -> String {
        self.words().guide.concat()
    }

    /// Bytes of the whole text.
    #[must_use]
    pub fn size(&self) -> usize {
        self.words().guide.iter().fold(0, |sum, piece| sum.saturating_add(piece.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guide_has_one_uri() {
        for language in [Language::German, Language::English] {
            for guide in Guide::all(language) {
                let found = Guide::find(&guide.uri()).expect("the guide of its own URI");
                assert_eq!((found.prompt.name, found.language), (guide.prompt.name, language));
                assert_eq!(guide.text().len(), guide.size());
                assert!(guide.text().starts_with(&format!("# {}\n", guide.words().title)));
            }
        }
        let name = PROMPTS[0].name;
        for other in [
            String::new(),
            format!("mittwald://guide/fr/{name}"),
            format!("mittwald://guide/DE/{name}"),
            format!("mittwald://guide/de/{name}/"),
            format!("mittwald://guide//{name}"),
            format!("mittwald://guide/de/{}", name.to_uppercase()),
            "mittwald://guide/de".into(),
        ] {
            assert!(Guide::find(&other).is_none(), "{other}");
        }
    }
}
