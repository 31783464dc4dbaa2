//! Scopes in plain words, grouped by area.

use crate::http::Language;
use crate::tools::caller::Level;

/// What a client asks for in one area.
#[derive(Debug, PartialEq, Eq)]
pub struct Right {
    /// Area, as people call it.
    pub area: &'static str,
    /// Sees.
    pub read: bool,
    /// Creates and changes.
    pub write: bool,
    /// Deletes.
    pub delete: bool,
}

/// mittwald's scope areas in the order of the page, with their German and English names.
const AREAS: [(&str, &str, &str); 16] = [
    ("project", "Projekte", "Projects"),
    ("app", "Apps", "Apps"),
    ("database", "Datenbanken", "Databases"),
    ("domain", "Domains und DNS", "Domains and DNS"),
    ("mail", "E-Mail", "E-mail"),
    ("backup", "Backups", "Backups"),
    ("cronjob", "Cronjobs", "Cron jobs"),
    ("stack", "Container", "Containers"),
    ("registry", "Container-Registries", "Container registries"),
    ("sshuser", "SSH- und SFTP-Zugänge", "SSH and SFTP access"),
    ("extension", "Erweiterungen", "Extensions"),
    ("customer", "Organisationen", "Organisations"),
    ("contract", "Verträge", "Contracts"),
    ("order", "Bestellungen", "Orders"),
    ("conversation", "Support-Anfragen", "Support conversations"),
    ("user", "Dein Profil", "Your profile"),
];

/// The areas that these scopes touch.
#[must_use]
pub fn grouped(scopes: &[String], language: Language) -> Vec<Right> {
    let has = |area: &str, verbs: &[&str]| {
        scopes.iter().any(|scope| {
            scope.split_once(':').is_some_and(|(of, verb)| of == area && verbs.contains(&verb))
        })
    };
    AREAS
        .iter()
        .map(|(scope, german, english)| Right {
            area: language.pick(german, english),
            read: has(scope, &["read", "domain-preview"]),
            write: has(scope, &["write", "domain-create"]),
            delete: has(scope, &["delete"]),
        })
        .filter(|right| right.read || right.write || right.delete)
        .collect()
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

    #[test]
    fn every_area_of_the_catalogue_has_a_name() {
        for scope in crate::catalog::SCOPES {
            assert_eq!(grouped(&[(*scope).to_owned()], Language::German).len(), 1, "{scope}");
        }
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
