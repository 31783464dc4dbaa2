//! Names that were nearly right: a model that is told the right one corrects itself at once.

use std::collections::BTreeSet;

/// Longest name that is compared; longer ones are no typing mistake.
const MAX_LENGTH: usize = 80;

/// The known name that was probably meant, if one is near.
#[must_use]
pub fn nearest<'k>(given: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if given.is_empty() || given.len() > MAX_LENGTH {
        return None;
    }
    let plain = plain(given);
    let words = words(given);
    known
        .filter_map(|name| Some((distance(&plain, &words, name)?, name)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How far apart; `None` where it is too far to be a mistake.
fn distance(plain: &str, words: &BTreeSet<String>, name: &str) -> Option<usize> {
    // `mittwald_list_projects` for `mittwald_project_list`: the same words in another order.
    if *words == self::words(name) {
        return Some(0);
    }
    let other = self::plain(name);
    // `nmae` for `name`: letters in another order are one mistake, not two.
    if sorted(plain) == sorted(&other) {
        return Some(1);
    }
    let allowed = plain.len().max(other.len()) / 4;
    let edits = edits(plain.as_bytes(), other.as_bytes());
    (edits <= allowed.max(1)).then_some(edits)
}

/// Lower case without separators: `project_id`, `projectID` and `projectId` are the same mistake.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

/// Words, without a plural `s` and without our own prefix.
fn words(name: &str) -> BTreeSet<String> {
    name.split(['_', '-', '.', '/', ' '])
        .map(|word| word.to_lowercase())
        .map(|word| word.strip_suffix('s').map_or(word.clone(), str::to_owned))
        .filter(|word| !word.is_empty() && word != "mittwald")
        .collect()
}

/// Levenshtein distance, one row at a time.
fn edits(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.iter().enumerate() {
        let mut diagonal = line;
        let mut before = line.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, right) in row.iter_mut().skip(1).zip(to) {
            let change = diagonal.saturating_add(usize::from(left != right));
            diagonal = *cell;
            *cell = change.min(diagonal.saturating_add(1)).min(before.saturating_add(1));
            before = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_mistakes_are_understood() {
        let tools = ["mittwald_project_list", "mittwald_project_get", "mittwald_app_list"];
        let near = |given| nearest(given, tools.into_iter());
        assert_eq!(near("mittwald_list_projects"), Some("mittwald_project_list"));
        assert_eq!(near("project_list"), Some("mittwald_project_list"));
        assert_eq!(near("mittwald_projct_get"), Some("mittwald_project_get"));
        assert_eq!(near("mittwald-app-list"), Some("mittwald_app_list"));
        assert_eq!(near("weather"), None);
        assert_eq!(near(&"x".repeat(500)), None);
        let args = ["projectId", "limit"];
        assert_eq!(nearest("project_id", args.into_iter()), Some("projectId"));
        assert_eq!(nearest("projectID", args.into_iter()), Some("projectId"));
        assert_eq!(nearest("lmiit", args.into_iter()), Some("limit"));
    }

    #[test]
    fn the_distance_is_levenshteins() {
        assert_eq!(edits(b"kitten", b"sitting"), 3);
        assert_eq!(edits(b"", b"abc"), 3);
        assert_eq!(edits(b"abc", b""), 3);
        assert_eq!(edits(b"abc", b"abc"), 0);
    }
}
