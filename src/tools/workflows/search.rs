//! `search`: finds what the person has, and our guides, by a few words (OpenAI's contract for company
//! knowledge and deep research, but good for any client: one call in place of six lists).
//!
//! At most [`reach::MOST_REQUESTS`] requests: lists that this connection read within the last 30 s cost
//! nothing. Small accounts are read whole and compared here, so that case, umlauts and parts of German
//! compounds do not matter; in what is too long to be read whole, mittwald searches by the longest word.
//! Whatever was not looked through is said in `notSearched`, beside the `results` of the contract.

mod query;
mod reach;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::document::{self, GUIDES_PAGE, SEARCHED};
use super::{Job, Stop};
use crate::http::Language;
use crate::tools::belongings::{Kind, Thing};
use crate::tools::guides::Guide;
use query::{Query, Rank};

/// Most results.
const MOST_RESULTS: usize = 20;

/// A hit before it is written down.
struct Hit {
    rank: Rank,
    /// Place of the kind among equals; guides come last.
    order: usize,
    id: String,
    title: String,
    url: String,
}

/// Searches.
pub async fn run(job: &Job<'_>) -> Result<Value, Stop> {
    let text = job.text("query").unwrap_or_default();
    let query = Query::new(&text);
    if query.is_empty() {
        let told = "Nothing was searched: the query is empty. Name what is looked for, for example a \
                    project, a hostname or a mail address.";
        return Err(job.refuse("empty_query", told));
    }
    let found = reach::gather(job, &query).await?;
    let mut hits: Vec<Hit> = Vec::new();
    for (kind, thing) in &found.things {
        hits.extend(hit(&query, &found, *kind, thing));
    }
    hits.extend(guides(&query));
    hits.sort_by(|a, b| {
        let key = |hit: &Hit| (hit.rank, hit.order);
        key(a).cmp(&key(b)).then_with(|| a.title.cmp(&b.title))
    });
    let mut seen = HashSet::new();
    let results: Vec<Value> = hits
        .into_iter()
        .filter(|hit| seen.insert(hit.id.clone()))
        .take(MOST_RESULTS)
        .map(|hit| json!({ "id": hit.id, "title": hit.title, "url": hit.url }))
        .collect();
    let mut answer = Map::new();
    answer.insert("results".into(), Value::Array(results));
    if !found.missed.is_empty() {
        let missed = found.missed.join("; ");
        let told = format!("{missed}. Other words, or the list tools of a kind, may find more.");
        answer.insert("notSearched".into(), Value::String(told));
    }
    Ok(Value::Object(answer))
}

fn hit(query: &Query, found: &reach::Found, kind: Kind, thing: &Thing) -> Option<Hit> {
    let own = [
        Some(thing.id.as_str()),
        thing.short_id.as_deref(),
        Some(thing.name.as_str()),
        thing.detail.as_deref(),
    ];
    let own: Vec<&str> = own.into_iter().flatten().collect();
    let project = thing.project.as_deref().and_then(|id| found.project_name(id));
    let rank = query.rank(Some(kind), &own, project)?;
    let order = SEARCHED.iter().position(|searched| *searched == kind).unwrap_or(SEARCHED.len());
    Some(Hit {
        rank,
        order,
        id: document::id_of(kind, &thing.id),
        title: document::title(kind, thing),
        url: document::address(kind, &thing.id, thing.project.as_deref()),
    })
}

/// Guides in the language in which they fit better.
fn guides(query: &Query) -> Vec<Hit> {
    let ranked = |guide: &Guide| {
        let words = guide.words();
        query.rank(None, &[words.title, guide.prompt.name, words.description], None)
    };
    let pairs = Guide::all(Language::English).zip(Guide::all(Language::German));
    pairs
        .filter_map(|(english, german)| {
            let both = [english, german];
            let fitting = both.iter().filter_map(|guide| Some((ranked(guide)?, guide)));
            let (rank, guide) = fitting.min_by_key(|(rank, _)| *rank)?;
            Some(Hit {
                rank,
                order: SEARCHED.len(),
                id: document::id_of_guide(guide),
                title: format!("Guide: {}", guide.words().title),
                url: GUIDES_PAGE.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
