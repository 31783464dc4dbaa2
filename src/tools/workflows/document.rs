//! What `search` finds and `fetch` shows: an id that says what it is, a title, an address that opens it
//! for the person (OpenAI's contract for both tools; without an address there is no citation).
//!
//! mStudio's addresses stand in no document of mittwald's. Those of projects, apps, hostnames and the
//! support area are in public use by programs that open them; everything else leads to the page above
//! it: the project's, or mStudio's own first page. Guides have no page of their own and lead to
//! mittwald's developer portal.

use std::fmt::Write as _;

use crate::mittwald::request::is_segment;
use crate::tools::belongings::{Kind, Thing};
use crate::tools::format;
use crate::tools::guides::Guide;

/// mStudio.
const STUDIO: &str = "https://studio.mittwald.de/app";

/// Where guides lead.
pub const GUIDES_PAGE: &str = "https://developer.mittwald.de/";

/// What is searched, in the order in which equals are listed.
pub const SEARCHED: [Kind; 8] = [
    Kind::Project,
    Kind::App,
    Kind::Hostname,
    Kind::Domain,
    Kind::MailAddress,
    Kind::MysqlDatabase,
    Kind::RedisDatabase,
    Kind::Conversation,
];

/// How the id of a guide begins; its URI follows, without what all URIs of guides begin with.
const GUIDE: &str = "guide";
const GUIDE_URIS: &str = "mittwald://guide/";

/// Most characters of a title.
const LONGEST_TITLE: usize = 200;

/// Something that can be fetched.
#[derive(Debug)]
pub enum Document {
    /// Something of the person's, by mittwald's id or short id.
    Thing(Kind, String),
    /// A guide of ours.
    Guide(Guide),
}

impl Document {
    /// The document of this id, as `search` gave it.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        let (kind, rest) = id.trim().split_once(':')?;
        if kind == GUIDE {
            return Guide::find(&format!("{GUIDE_URIS}{rest}")).map(Self::Guide);
        }
        let kind = Kind::of_name(kind).filter(|kind| SEARCHED.contains(kind))?;
        (is_segment(rest) && rest.len() <= 64).then(|| Self::Thing(kind, rest.to_owned()))
    }
}

/// `project:<uuid>`
#[must_use]
pub fn id_of(kind: Kind, id: &str) -> String {
    format!("{}:{id}", kind.name())
}

/// `guide:de/restore_backup`
#[must_use]
pub fn id_of_guide(guide: &Guide) -> String {
    let uri = guide.uri();
    format!("{GUIDE}:{}", uri.strip_prefix(GUIDE_URIS).unwrap_or(&uri))
}

/// Where the person sees it.
#[must_use]
pub fn address(kind: Kind, id: &str, project: Option<&str>) -> String {
    let Some(project) = project.filter(|project| format::is_uuid(project)) else {
        return match kind {
            Kind::Conversation => format!("{STUDIO}/support/conversations"),
            _ => format!("{STUDIO}/dashboard"),
        };
    };
    match kind {
        Kind::App if format::is_uuid(id) => {
            format!("{STUDIO}/projects/{project}/apps/{id}/general")
        }
        Kind::Hostname if format::is_uuid(id) => {
            format!("{STUDIO}/projects/{project}/domain/domains/{id}/details")
        }
        _ => format!("{STUDIO}/projects/{project}/dashboard"),
    }
}

/// What a person reads: the kind, the name, what tells it from others.
#[must_use]
pub fn title(kind: Kind, thing: &Thing) -> String {
    let mut title = match kind {
        // Support wrote it, or anybody who wrote to support.
        Kind::Conversation => format!("Support conversation, called \"{}\"", thing.name),
        _ => format!("{}: {}", called(kind), thing.name),
    };
    let notes = [thing.detail.as_deref(), thing.short_id.as_deref()];
    let notes: Vec<&str> = notes.into_iter().flatten().collect();
    if !notes.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(title, " ({})", notes.join(", "));
    }
    let plain = title.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(LONGEST_TITLE).collect()
}

/// The kind in a title.
#[must_use]
pub const fn called(kind: Kind) -> &'static str {
    match kind {
        Kind::Project => "Project",
        Kind::Customer => "Organisation",
        Kind::Server => "Server",
        Kind::App => "App",
        Kind::MysqlDatabase => "MySQL database",
        Kind::RedisDatabase => "Redis database",
        Kind::Domain => "Domain",
        Kind::Hostname => "Hostname",
        Kind::MailAddress => "Mail address",
        Kind::Backup => "Backup",
        Kind::Cronjob => "Cron job",
        Kind::Conversation => "Support conversation",
    }
}

/// The tool that shows one, and its argument for the id.
#[must_use]
pub const fn shown_by(kind: Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::Project => ("mittwald_project_get", "projectId"),
        Kind::App => ("mittwald_app_get", "appInstallationId"),
        Kind::Hostname => ("mittwald_ingress_get", "ingressId"),
        Kind::Domain => ("mittwald_domain_get", "domainId"),
        Kind::MailAddress => ("mittwald_mail_address_get", "mailAddressId"),
        Kind::MysqlDatabase => ("mittwald_database_mysql_get", "mysqlDatabaseId"),
        Kind::RedisDatabase => ("mittwald_database_redis_get", "redisDatabaseId"),
        Kind::Conversation => ("mittwald_conversation_show", "conversationId"),
        Kind::Customer | Kind::Server | Kind::Backup | Kind::Cronjob => return None,
    })
}
