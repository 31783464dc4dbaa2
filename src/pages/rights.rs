//! Scopes in plain words, grouped by area, and the choice of how many of them a client gets.

mod words;

use crate::http::Language;
use crate::tools::caller::Level;

use words::{AREAS, OTHER, WORDS};

/// A right that a client may be given, and the level from which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// mittwald's scope.
    pub scope: String,
    /// Lowest level that includes it.
    pub level: Level,
}

impl Right {
    /// What a level allows although mittwald protects it by no scope (keys for AI hosting, licences).
    #[must_use]
    pub fn without_scope(level: Level) -> Self {
        let verb = match level {
            Level::Read => "read",
            Level::Manage => "write",
            Level::Delete => "delete",
        };
        Self { scope: format!("{OTHER}:{verb}"), level }
    }
}

/// What a client asks for in one area.
#[derive(Debug, PartialEq, Eq)]
pub struct Area {
    /// Area, as people call it.
    pub name: &'static str,
    /// Lowest level at which anything of it is allowed, as a class of the stylesheet.
    pub class: &'static str,
    /// What it lets the client do.
    pub sentences: Vec<Sentence>,
}

/// One right in plain words.
#[derive(Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The words.
    pub text: &'static str,
    /// Lowest level that allows it, as a class of the stylesheet.
    pub class: &'static str,
    /// The same for people; empty for what every level allows.
    pub from: &'static str,
}

/// The rights in plain words, area by area, in the order of the page.
#[must_use]
pub fn grouped(rights: &[Right], language: Language) -> Vec<Area> {
    let areas = AREAS.iter().filter_map(|(area, german, english)| {
        let of_area = |scope: &str| scope.split_once(':').is_some_and(|(of, _)| of == *area);
        let mut asked: Vec<(Level, Sentence)> = WORDS
            .iter()
            .filter(|(scope, ..)| of_area(scope))
            .filter_map(|(scope, german, english)| {
                let right = rights.iter().find(|right| right.scope == *scope)?;
                Some((right.level, sentence(language.pick(german, english), right.level, language)))
            })
            .collect();
        asked.sort_by_key(|(level, _)| *level);
        let (lowest, _) = asked.first()?;
        Some(Area {
            name: language.pick(german, english),
            class: class(*lowest),
            sentences: asked.into_iter().map(|(_, sentence)| sentence).collect(),
        })
    });
    areas.collect()
}

fn sentence(text: &'static str, level: Level, language: Language) -> Sentence {
    let from = match level {
        Level::Read => "",
        Level::Manage => language.pick("Verwalten", "Manage"),
        Level::Delete => language.pick("Löschen", "Delete"),
    };
    Sentence { text, class: class(level), from }
}

/// The stylesheet hides what the chosen level does not include, where the browser can do that.
const fn class(level: Level) -> &'static str {
    match level {
        Level::Read => "read",
        Level::Manage => "manage",
        Level::Delete => "delete",
    }
}

/// A choice on the consent page.
#[derive(Debug)]
pub struct Choice {
    /// Value in the form.
    pub value: &'static str,
    /// Name of the choice.
    pub title: &'static str,
    /// What it means.
    pub detail: &'static str,
    /// Whether it is the one chosen beforehand.
    pub checked: bool,
}

/// The levels that say something for this request; the middle one, where there is one, is chosen
/// beforehand, so that deleting is always a decision.
#[must_use]
pub fn choices(highest: Level, language: Language) -> Vec<Choice> {
    let all = [
        (
            Level::Read,
            Choice {
                value: "read",
                title: language.pick("Nur ansehen", "Read only"),
                detail: language.pick("Nichts kann verändert werden.", "Nothing can be changed."),
                checked: highest == Level::Read,
            },
        ),
        (
            Level::Manage,
            Choice {
                value: "manage",
                title: language.pick("Verwalten", "Manage"),
                detail: language.pick("Ansehen, anlegen und ändern.", "See, create and change."),
                checked: highest != Level::Read,
            },
        ),
        (
            Level::Delete,
            Choice {
                value: "delete",
                title: language.pick("Verwalten und löschen", "Manage and delete"),
                detail: language.pick(
                    "Zusätzlich löschen; das lässt sich oft nicht rückgängig machen.",
                    "Also delete; that often cannot be undone.",
                ),
                checked: false,
            },
        ),
    ];
    all.into_iter().filter(|(level, _)| *level <= highest).map(|(_, choice)| choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(scope: &str, level: Level) -> Right {
        Right { scope: scope.into(), level }
    }

    /// The scopes of catalog/scopes.toml: everything between double quotes.
    fn every_scope() -> Vec<&'static str> {
        let text = include_str!("../../catalog/scopes.toml");
        let list = text.split_once('[').map_or("", |(_, list)| list);
        list.split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_scope_of_mittwald_has_words_of_its_own_in_both_languages() {
        let scopes = every_scope();
        assert_eq!(scopes.len(), 43);
        let mut told = std::collections::HashSet::new();
        for scope in &scopes {
            for language in [Language::German, Language::English] {
                let areas = grouped(&[right(scope, Level::Read)], language);
                let [area] = areas.as_slice() else { panic!("{scope}: {areas:?}") };
                assert_eq!(area.sentences.len(), 1, "{scope}");
                assert!(told.insert(area.sentences[0].text), "{scope} is told apart");
            }
        }
        // Nothing is told that nobody can be asked for.
        assert_eq!(WORDS.iter().filter(|(scope, ..)| scopes.contains(scope)).count(), 43);
        assert!(crate::catalog::SCOPES.iter().all(|scope| scopes.contains(scope)));
    }

    #[test]
    fn an_area_lists_its_rights_from_the_mildest_and_says_from_which_level() {
        let rights = [
            right("order:domain-preview", Level::Manage),
            right("app:delete", Level::Delete),
            right("app:read", Level::Read),
            Right::without_scope(Level::Manage),
        ];
        let areas = grouped(&rights, Language::English);
        let names: Vec<_> = areas.iter().map(|area| (area.name, area.class)).collect();
        assert_eq!(
            names,
            [
                ("Apps", "read"),
                ("Ordering domains", "manage"),
                ("AI hosting, licences, notifications", "manage")
            ]
        );
        let apps: Vec<_> = areas[0].sentences.iter().map(|one| (one.class, one.from)).collect();
        assert_eq!(apps, [("read", ""), ("delete", "Delete")]);
    }

    #[test]
    fn deleting_is_never_chosen_beforehand() {
        for highest in [Level::Read, Level::Manage, Level::Delete] {
            let choices = choices(highest, Language::English);
            let chosen: Vec<_> = choices.iter().filter(|choice| choice.checked).collect();
            assert_eq!(chosen.len(), 1);
            assert_ne!(chosen[0].value, "delete");
        }
    }
}
