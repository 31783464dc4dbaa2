//! What somebody looks for: the whole text, its words, and the kinds of things that it names.

use crate::tools::belongings::Kind;
use crate::tools::likeness::{Likeness, Typed};

/// Most characters of a query that are looked at.
const LONGEST: usize = 200;

/// Fewest letters of a word that says something on its own.
const TELLING: usize = 3;

/// A query.
#[derive(Debug)]
pub struct Query {
    text: String,
    phrase: Typed,
    words: Vec<Word>,
    kinds: Vec<Kind>,
}

#[derive(Debug)]
struct Word {
    typed: Typed,
    text: String,
}

/// How well something fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    tier: Tier,
    /// Words that are not in it.
    missing: usize,
    likeness: Likeness,
    /// Whether it is of another kind than the query names.
    other_kind: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// The whole query is an id, a name or a hostname.
    Exact,
    /// The whole query is in it.
    Phrase,
    /// Every word is in it, or in the name of its project.
    Words,
    /// It is of the kind that the query names, and the query names nothing else.
    Kind,
    /// Some words are in it.
    Some,
}

/// Words for kinds, in German and English, without umlauts.
const KINDS: [(&[&str], &[Kind]); 7] = [
    (&["project", "projects", "projekt", "projekte"], &[Kind::Project]),
    (&["app", "apps", "installation", "installations", "installationen"], &[Kind::App]),
    (
        &["database", "databases", "datenbank", "datenbanken", "db"],
        &[Kind::MysqlDatabase, Kind::RedisDatabase],
    ),
    (&["mysql"], &[Kind::MysqlDatabase]),
    (&["redis"], &[Kind::RedisDatabase]),
    (
        &["domain", "domains", "hostname", "hostnames", "subdomain", "subdomains"],
        &[Kind::Domain, Kind::Hostname],
    ),
    (
        &[
            "mail",
            "mails",
            "email",
            "emails",
            "e-mail",
            "e-mails",
            "mailbox",
            "mailboxes",
            "postfach",
            "mailadresse",
            "mailadressen",
        ],
        &[Kind::MailAddress],
    ),
];
/// Kept apart, since nobody writes the others and these in one query.
const CONVERSATIONS: [&str; 8] = [
    "conversation",
    "conversations",
    "ticket",
    "tickets",
    "support",
    "anfrage",
    "anfragen",
    "supportanfrage",
];

/// Words that say nothing.
const NOISE: [&str; 40] = [
    "a", "about", "all", "alle", "an", "and", "auf", "das", "dem", "den", "der", "des", "die",
    "ein", "eine", "find", "finde", "for", "fur", "im", "in", "is", "list", "mein", "meine",
    "meinen", "mit", "my", "of", "on", "show", "suche", "the", "to", "und", "von", "vom", "with",
    "zeige", "zu",
];

impl Query {
    /// Takes a query apart.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text: String = text.trim().chars().take(LONGEST).collect();
        let inside =
            |c: char| c.is_alphanumeric() || matches!(c, '.' | '@' | '-' | '_' | '+' | ':' | '/');
        let mut words = Vec::new();
        let mut kinds = Vec::new();
        let split = text.split(|c| !inside(c)).map(|word| word.trim_matches(['.', ':', '-', '/']));
        for word in split.filter(|word| !word.is_empty()) {
            let lower = word.to_lowercase().replace('ü', "u");
            let named = KINDS.iter().filter(|(names, _)| names.contains(&lower.as_str()));
            let before = kinds.len();
            kinds.extend(named.flat_map(|(_, kinds)| kinds.iter().copied()));
            if CONVERSATIONS.contains(&lower.as_str()) {
                kinds.push(Kind::Conversation);
            }
            if kinds.len() == before && !NOISE.contains(&lower.as_str()) {
                words.push(Word { typed: Typed::new(word), text: word.to_owned() });
            }
        }
        Self { phrase: Typed::new(&text), text, words, kinds }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phrase.is_empty()
    }

    /// Whether it names this kind of thing.
    #[must_use]
    pub fn names(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether it is the name of a host, or a part of one.
    #[must_use]
    pub fn is_hostname(&self) -> bool {
        self.text.contains('.') && !self.text.contains(['@', ' '])
    }

    /// Whether it is a mail address, or a part of one.
    #[must_use]
    pub fn is_mail_address(&self) -> bool {
        self.text.contains('@') && !self.text.contains(' ')
    }

    /// What mittwald is asked to look for, where it searches itself: it knows no words, only texts.
    #[must_use]
    pub fn longest_word(&self) -> &str {
        let longest =
            self.words.iter().map(|word| word.text.as_str()).max_by_key(|word| word.len());
        longest.unwrap_or(&self.text)
    }

    /// Whether some word of it is in the name of a project; smaller is likelier.
    #[must_use]
    pub fn concerns_project(&self, name: &str) -> usize {
        let fitting = self.words.iter().filter(|word| word.typed.likeness(name).is_some()).count();
        self.words.len().saturating_sub(fitting)
    }

    /// How well something fits, by the texts that people know it by and the name of its project.
    #[must_use]
    pub fn rank(&self, kind: Option<Kind>, own: &[&str], project: Option<&str>) -> Option<Rank> {
        let other_kind = !self.kinds.is_empty() && kind.is_none_or(|kind| !self.names(kind));
        let best = |typed: &Typed| own.iter().filter_map(|text| typed.likeness(text)).min();
        if let Some(likeness) = best(&self.phrase) {
            let exact = likeness == Likeness::Whole;
            let tier = if exact { Tier::Exact } else { Tier::Phrase };
            return Some(Rank { tier, missing: 0, likeness, other_kind });
        }
        if self.words.is_empty() {
            let likeness = Likeness::Inside;
            let of_kind = !self.kinds.is_empty() && !other_kind;
            return of_kind.then_some(Rank { tier: Tier::Kind, missing: 0, likeness, other_kind });
        }
        let in_own: Vec<Option<Likeness>> =
            self.words.iter().map(|word| best(&word.typed)).collect();
        let somewhere = |(word, own): (&Word, &Option<Likeness>)| {
            own.or_else(|| project.and_then(|name| word.typed.likeness(name)))
        };
        let all: Option<Vec<Likeness>> = self.words.iter().zip(&in_own).map(somewhere).collect();
        // What only its project is called makes a hit where the query says which kind is meant.
        let concerns_it =
            in_own.iter().any(Option::is_some) || (!self.kinds.is_empty() && !other_kind);
        if let Some(likeness) = all.filter(|_| concerns_it).and_then(|all| all.into_iter().max()) {
            return Some(Rank { tier: Tier::Words, missing: 0, likeness, other_kind });
        }
        // A few letters in the middle of a word are an accident.
        let telling = |(word, likeness): (&Word, &Option<Likeness>)| {
            likeness.filter(|likeness| {
                *likeness < Likeness::Inside && word.text.chars().count() >= TELLING
            })
        };
        let some: Vec<Likeness> = self.words.iter().zip(&in_own).filter_map(telling).collect();
        let likeness = some.iter().copied().max()?;
        let missing = self.words.len().saturating_sub(some.len());
        Some(Rank { tier: Tier::Some, missing, likeness, other_kind })
    }
}
