//! The kinds of things that a person has, and which list of the API tells about each.
//!
//! A list is named by the tool that carries it: the catalogue's compiler has checked its operation,
//! scope and project binding against the API already. What is read of a row is checked by a test.

/// A kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Hosting project.
    Project,
    /// Organisation.
    Customer,
    /// Server that projects run on.
    Server,
    /// App installation.
    App,
    /// MySQL database.
    MysqlDatabase,
    /// Redis database.
    RedisDatabase,
    /// Registered domain.
    Domain,
    /// Hostname that leads to an app, a container or an address.
    Hostname,
    /// Mail address.
    MailAddress,
    /// Backup of a project.
    Backup,
    /// Cron job.
    Cronjob,
    /// Conversation with mittwald's support.
    Conversation,
}

/// A list of the API, and where its rows have what a [`super::Thing`] is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// The tool that carries the operation.
    pub tool: &'static str,
    /// Argument of the tool by which the API itself searches, if it can.
    pub search: Option<&'static str>,
    /// Where a row has its id.
    pub id: Way,
    /// Where it has the short id, or the number that people know it by.
    pub short_id: Option<Way>,
    /// Where it has its name; the first that is there.
    pub name: &'static [Way],
    /// What else tells it from others, in this order.
    pub detail: &'static [Way],
    /// Where it names its project.
    pub project: Option<Way>,
}

/// Keys that lead to a text in a row.
pub(super) type Way = &'static [&'static str];

/// How a kind is listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sources {
    /// Over everything that the person may see, if the API has such a list.
    pub across: Option<Source>,
    /// In one project; `None` for what belongs to no project.
    pub within: Option<Source>,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Project,
        Self::Customer,
        Self::Server,
        Self::App,
        Self::MysqlDatabase,
        Self::RedisDatabase,
        Self::Domain,
        Self::Hostname,
        Self::MailAddress,
        Self::Backup,
        Self::Cronjob,
        Self::Conversation,
    ];

    /// How it is called in an id of ours (`project:<uuid>`) and in the isolate's memory. Clients keep
    /// these ids, so a name never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Customer => "organisation",
            Self::Server => "server",
            Self::App => "app",
            Self::MysqlDatabase => "mysql-database",
            Self::RedisDatabase => "redis-database",
            Self::Domain => "domain",
            Self::Hostname => "hostname",
            Self::MailAddress => "mail-address",
            Self::Backup => "backup",
            Self::Cronjob => "cronjob",
            Self::Conversation => "conversation",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Several of them, in a sentence.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Project => "projects",
            Self::Customer => "organisations",
            Self::Server => "servers",
            Self::App => "apps",
            Self::MysqlDatabase => "MySQL databases",
            Self::RedisDatabase => "Redis databases",
            Self::Domain => "domains",
            Self::Hostname => "hostnames",
            Self::MailAddress => "mail addresses",
            Self::Backup => "backups",
            Self::Cronjob => "cron jobs",
            Self::Conversation => "support conversations",
        }
    }

    /// Whether the API lists it over all projects in one request.
    #[must_use]
    pub const fn is_listed_across(self) -> bool {
        self.sources().across.is_some()
    }

    /// Whether the API itself can look through its list over all projects by a text.
    #[must_use]
    pub fn can_be_searched(self) -> bool {
        let sources = self.sources();
        sources.across.or(sources.within).is_some_and(|source| source.search.is_some())
    }

    /// Whether it belongs to a project.
    #[must_use]
    pub const fn is_in_a_project(self) -> bool {
        self.sources().within.is_some()
    }

    pub(super) const fn sources(self) -> Sources {
        match self {
            Self::Project => Sources {
                across: Some(PROJECT),
                within: Some(Source { tool: "mittwald_project_get", search: None, ..PROJECT }),
            },
            Self::Customer => Sources { across: Some(CUSTOMER), within: None },
            Self::Server => Sources { across: Some(SERVER), within: None },
            Self::App => Sources {
                across: Some(APP),
                within: Some(Source { tool: "mittwald_app_list", ..APP }),
            },
            Self::MysqlDatabase => Sources { across: None, within: Some(MYSQL_DATABASE) },
            Self::RedisDatabase => Sources {
                across: None,
                within: Some(Source { tool: "mittwald_database_redis_list", ..MYSQL_DATABASE }),
            },
            Self::Domain => Sources { across: Some(DOMAIN), within: Some(DOMAIN) },
            Self::Hostname => Sources { across: Some(HOSTNAME), within: Some(HOSTNAME) },
            Self::MailAddress => Sources {
                across: Some(MAIL_ADDRESS),
                within: Some(Source { tool: "mittwald_mail_address_list", ..MAIL_ADDRESS }),
            },
            Self::Backup => Sources { across: None, within: Some(BACKUP) },
            Self::Cronjob => Sources { across: None, within: Some(CRONJOB) },
            Self::Conversation => Sources { across: Some(CONVERSATION), within: None },
        }
    }
}

const PROJECT: Source = Source {
    tool: "mittwald_project_list",
    search: Some("searchTerm"),
    id: &["id"],
    short_id: Some(&["shortId"]),
    name: &[&["description"]],
    detail: &[],
    project: Some(&["id"]),
};

const CUSTOMER: Source = Source {
    tool: "mittwald_org_list",
    search: Some("search"),
    id: &["customerId"],
    short_id: Some(&["customerNumber"]),
    name: &[&["name"]],
    detail: &[],
    project: None,
};

const SERVER: Source = Source {
    tool: "mittwald_server_list",
    search: Some("searchTerm"),
    id: &["id"],
    short_id: Some(&["shortId"]),
    name: &[&["description"]],
    detail: &[],
    project: None,
};

const APP: Source = Source {
    tool: "mittwald_app_list_all",
    search: Some("searchTerm"),
    id: &["id"],
    short_id: Some(&["shortId"]),
    name: &[&["description"], &["appName"]],
    detail: &[&["appName"], &["hostname"]],
    project: Some(&["projectId"]),
};

const MYSQL_DATABASE: Source = Source {
    tool: "mittwald_database_mysql_list",
    search: None,
    id: &["id"],
    short_id: None,
    name: &[&["name"]],
    detail: &[&["description"]],
    project: Some(&["projectId"]),
};

const DOMAIN: Source = Source {
    tool: "mittwald_domain_list",
    search: Some("domainSearchName"),
    id: &["domainId"],
    short_id: None,
    name: &[&["domain"]],
    detail: &[],
    project: Some(&["projectId"]),
};

const HOSTNAME: Source = Source {
    tool: "mittwald_ingress_list",
    search: Some("hostnameSubstring"),
    id: &["id"],
    short_id: None,
    name: &[&["hostname"]],
    detail: &[],
    project: Some(&["projectId"]),
};

const MAIL_ADDRESS: Source = Source {
    tool: "mittwald_mail_address_list_all",
    search: Some("search"),
    id: &["id"],
    short_id: None,
    name: &[&["address"]],
    detail: &[&["mailbox", "name"]],
    project: Some(&["projectId"]),
};

const BACKUP: Source = Source {
    tool: "mittwald_backup_list",
    search: Some("searchTerm"),
    id: &["id"],
    short_id: None,
    name: &[&["description"], &["requestedAt"]],
    detail: &[&["requestedAt"], &["status"]],
    project: Some(&["projectId"]),
};

const CRONJOB: Source = Source {
    tool: "mittwald_cronjob_list",
    search: None,
    id: &["id"],
    short_id: Some(&["shortId"]),
    name: &[&["description"]],
    detail: &[&["interval"]],
    project: Some(&["projectId"]),
};

const CONVERSATION: Source = Source {
    tool: "mittwald_conversation_list",
    search: Some("fullTextSearch"),
    id: &["conversationId"],
    short_id: Some(&["shortId"]),
    name: &[&["title"]],
    detail: &[&["status"]],
    project: None,
};
