//! What is read for a search: as much as a few requests give, the likeliest kinds first.

use futures::future::join_all;

use super::query::Query;
use crate::mittwald::ApiError;
use crate::tools::belongings::{self, Kind, Listing, Thing, Withheld};
use crate::tools::workflows::{Job, Stop};

/// Most requests of one search.
pub const MOST_REQUESTS: u32 = 6;

/// What was read.
#[derive(Debug, Default)]
pub struct Found {
    /// Everything that may fit.
    pub things: Vec<(Kind, Thing)>,
    /// What was not looked through, each the beginning of a sentence.
    pub missed: Vec<String>,
    projects: Vec<Thing>,
    /// Projects that were not read, so that nothing in them was.
    unread_projects: u64,
}

impl Found {
    /// What a project is called, as far as it was read.
    #[must_use]
    pub fn project_name(&self, id: &str) -> Option<&str> {
        let mut projects = self.projects.iter();
        projects.find(|project| project.id.eq_ignore_ascii_case(id)).map(|project| &*project.name)
    }
}

/// One list that may be read.
#[derive(Debug, Clone)]
struct Wish {
    kind: Kind,
    /// Project of a kind that is listed by project only.
    project: Option<String>,
    /// Whether mittwald shall look through it by itself.
    by_text: bool,
}

/// Reads what the query may mean.
///
/// # Errors
/// Where mittwald wants the person to sign in again, and where nothing at all could be read.
pub async fn gather(job: &Job<'_>, query: &Query) -> Result<Found, Stop> {
    let mut reading =
        Reading { job, query, left: MOST_REQUESTS, found: Found::default(), failed: None };
    let limited = job.environment.project().is_some();
    job.progress(0, 3, "Reading the projects.");
    let large = reading.projects().await?;
    job.progress(1, 3, "Reading apps, domains, mail addresses and conversations.");
    let across = wanted(query, limited)
        .into_iter()
        .map(|kind| Wish { kind, project: None, by_text: large })
        .collect();
    let too_long = reading.all(across).await?;
    job.progress(2, 3, "Reading what is left.");
    let by_text = too_long.into_iter().map(|kind| Wish { kind, project: None, by_text: true });
    let further = by_text.chain(reading.databases(limited)).collect();
    reading.all(further).await?;
    match reading.failed {
        Some(error) if reading.found.things.is_empty() => Err(Stop::Read(error)),
        _ => Ok(reading.found),
    }
}

/// The kinds besides projects that one request lists, the likeliest first.
fn wanted(query: &Query, limited: bool) -> Vec<Kind> {
    let mut kinds = if query.is_mail_address() {
        vec![Kind::MailAddress, Kind::App, Kind::Domain, Kind::Conversation]
    } else if query.is_hostname() {
        vec![Kind::Hostname, Kind::Domain, Kind::App, Kind::MailAddress, Kind::Conversation]
    } else {
        vec![Kind::App, Kind::Domain, Kind::MailAddress, Kind::Conversation]
    };
    if query.names(Kind::Hostname) && !kinds.contains(&Kind::Hostname) {
        kinds.push(Kind::Hostname);
    }
    // A connection for one project has no conversations, which belong to none.
    kinds.retain(|kind| !limited || kind.is_in_a_project());
    kinds.sort_by_key(|kind| !query.names(*kind));
    kinds
}

struct Reading<'a, 'j> {
    job: &'a Job<'j>,
    query: &'a Query,
    left: u32,
    found: Found,
    failed: Option<ApiError>,
}

impl Reading<'_, '_> {
    /// Reads the projects; tells whether the account is so large that other lists are better searched
    /// by mittwald.
    async fn projects(&mut self) -> Result<bool, Stop> {
        let whole = Wish { kind: Kind::Project, project: None, by_text: false };
        let large = !self.all(vec![whole]).await?.is_empty();
        if large {
            let by_text = Wish { kind: Kind::Project, project: None, by_text: true };
            self.all(vec![by_text]).await?;
        }
        for (_, project) in &self.found.things {
            if !self.found.projects.iter().any(|known| known.id == project.id) {
                self.found.projects.push(project.clone());
            }
        }
        Ok(large)
    }

    /// Reads these as far as the requests last; gives the kinds whose lists are too long to be read
    /// whole, and which mittwald can search.
    async fn all(&mut self, wishes: Vec<Wish>) -> Result<Vec<Kind>, Stop> {
        let mut chosen = Vec::new();
        let mut beyond: Vec<Wish> = Vec::new();
        for wish in wishes {
            let cost = self.cost(&wish);
            match self.left.checked_sub(cost) {
                Some(left) => {
                    self.left = left;
                    chosen.push((wish, cost));
                }
                None => beyond.push(wish),
            }
        }
        let reads = chosen.iter().map(|(wish, _)| self.read(wish));
        let outcomes = join_all(reads).await;
        let mut too_long = Vec::new();
        for ((wish, cost), outcome) in chosen.into_iter().zip(outcomes) {
            let listing = match outcome {
                Ok(listing) => listing,
                Err(error) => {
                    self.miss_by_error(wish.kind, error)?;
                    continue;
                }
            };
            self.left = self.left.saturating_add(cost.saturating_sub(listing.requests));
            if self.take(&wish, listing) {
                too_long.push(wish.kind);
            }
        }
        self.miss_beyond(&beyond);
        Ok(too_long)
    }

    /// Requests that a wish costs at most.
    fn cost(&self, wish: &Wish) -> u32 {
        let environment = self.job.environment;
        let known = belongings::remembered(environment, wish.kind, wish.project.as_deref());
        match known {
            Some(known) if known.withheld.is_some() => 0,
            Some(known) if !wish.by_text || known.is_complete() => 0,
            _ => 1,
        }
    }

    async fn read(&self, wish: &Wish) -> Result<Listing, ApiError> {
        let environment = self.job.environment;
        let (kind, project) = (wish.kind, wish.project.as_deref());
        // What is known whole needs no search.
        let known = belongings::remembered(environment, kind, project);
        if let Some(known) = known.filter(|known| !wish.by_text || known.is_complete()) {
            return Ok(known);
        }
        if wish.by_text {
            let text = self.query.longest_word();
            let found = belongings::search(environment, kind, project, text).await?;
            return Ok(found.unwrap_or_default());
        }
        belongings::list(environment, kind, project).await
    }

    /// Keeps what was read; tells whether there is more of it, which mittwald may find by a text.
    fn take(&mut self, wish: &Wish, listing: Listing) -> bool {
        let complete = listing.is_complete();
        let (shown, total) = (listing.things.len(), listing.total);
        if wish.kind == Kind::Project && !wish.by_text {
            let read = u64::try_from(shown).unwrap_or(u64::MAX);
            self.found.unread_projects = total.saturating_sub(read);
        }
        let things = listing.things.into_iter().map(|thing| (wish.kind, thing));
        self.found.things.extend(things);
        let plural = wish.kind.plural();
        match listing.withheld {
            // Whoever chose one project knows that there is nothing else.
            Some(Withheld::Project) => return false,
            Some(Withheld::Scope(scope)) => {
                self.miss(format!("{plural} (this connection lacks the right {scope})"));
                return false;
            }
            None => {}
        }
        if complete {
            return false;
        }
        if !wish.by_text && wish.kind.can_be_searched() {
            return true;
        }
        self.miss(format!("{plural} beyond the first {shown} of {total}"));
        false
    }

    fn miss_by_error(&mut self, kind: Kind, error: ApiError) -> Result<(), Stop> {
        if error == ApiError::SignInAgain {
            return Err(Stop::Read(error));
        }
        self.miss(format!("{} (mittwald did not give the list)", kind.plural()));
        self.failed.get_or_insert(error);
        Ok(())
    }

    /// Says what the requests did not last for, once for each kind.
    fn miss_beyond(&mut self, beyond: &[Wish]) {
        let mut told: Vec<Kind> = Vec::new();
        for wish in beyond {
            if told.contains(&wish.kind) {
                continue;
            }
            told.push(wish.kind);
            let plural = wish.kind.plural();
            let count = beyond.iter().filter(|other| other.kind == wish.kind).count();
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            let count = count.saturating_add(self.found.unread_projects);
            self.miss(match (&wish.project, wish.by_text) {
                (Some(_), _) => format!("{plural} of {count} projects (listed by project only)"),
                (None, true) => format!("{plural} beyond the first {}", belongings::PAGE),
                (None, false) => plural.to_owned(),
            });
        }
    }

    fn miss(&mut self, what: String) {
        if !self.found.missed.contains(&what) {
            self.found.missed.push(what);
        }
    }

    /// Databases, project by project: first of the projects that the query names. Neither a hostname
    /// nor a mail address is one's name.
    fn databases(&mut self, limited: bool) -> Vec<Wish> {
        if self.query.is_hostname() || self.query.is_mail_address() {
            return Vec::new();
        }
        if self.found.projects.is_empty() && !self.found.missed.is_empty() {
            self.miss("databases (listed by project only)".into());
        }
        let mut projects = self.found.projects.clone();
        projects.sort_by_key(|project| self.query.concerns_project(&project.name));
        let mut kinds = [Kind::MysqlDatabase, Kind::RedisDatabase];
        if self.query.names(Kind::RedisDatabase) && !self.query.names(Kind::MysqlDatabase) {
            kinds.reverse();
        }
        let of = |kind, project| Wish { kind, project, by_text: false };
        kinds
            .into_iter()
            .flat_map(|kind| {
                let each: Vec<Wish> = match limited {
                    true => vec![of(kind, None)],
                    false => projects.iter().map(|one| of(kind, Some(one.id.clone()))).collect(),
                };
                each
            })
            .collect()
    }
}
