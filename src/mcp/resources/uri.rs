//! URIs of resources. Each thing has exactly one: lower case, no percent-encoding, no dot segments, no
//! query, no fragment. Clients keep what they read under its URI, so that a second spelling would be
//! a second thing; and nothing that we name needs to be encoded.

use crate::catalog::{Completes, PROMPTS, Skill, SkillFile};
use crate::tools::guides::Guide;

/// The table of tools.
pub const TOOLS: &str = "mittwald://tools";

/// Where every skill's URI begins.
pub const SKILLS: &str = "skill://";

/// Longest id in a URI: a UUID has 36 characters.
const MAX_ID: usize = 64;

/// Something that `resources/read` can read.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'a> {
    /// The table of this address's tools.
    Tools,
    /// A guide.
    Guide(Guide),
    /// A file of a skill.
    Skill(&'static SkillFile),
    /// Something of the person's.
    Thing(&'static Template, &'a str),
}

/// A kind of personal things, each under `mittwald://{kind}/{id}`.
#[derive(Debug)]
pub struct Template {
    /// First part of the path.
    pub kind: &'static str,
    /// Name of the variable in the template.
    pub variable: &'static str,
    /// What its values are the ids of.
    pub completes: Completes,
    /// Tools that read one, with the argument that is its id, in the order in which they are tried.
    pub tools: &'static [(&'static str, &'static str)],
    /// What it is, in German and English.
    pub title: [&'static str; 2],
    /// What reading it shows, in German and English.
    pub description: [&'static str; 2],
}

impl Template {
    /// RFC 6570 level 1.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("{}{{{}}}", self.root(), self.variable)
    }

    /// Where every URI of this kind begins.
    #[must_use]
    pub fn root(&self) -> String {
        format!("mittwald://{}/", self.kind)
    }
}

/// Every template, in the order of `resources/templates/list`.
pub static TEMPLATES: [Template; 6] = [
    Template {
        kind: "project",
        variable: "projectId",
        completes: Completes::Project,
        tools: &[("mittwald_project_get", "projectId")],
        title: ["Projekt", "Project"],
        description: [
            "Ein Projekt: Beschreibung, Status, Tarif, belegter Speicher, Verzeichnisse.",
            "A project: description, status, plan, storage in use, directories.",
        ],
    },
    Template {
        kind: "app",
        variable: "appInstallationId",
        completes: Completes::App,
        tools: &[("mittwald_app_get", "appInstallationId")],
        title: ["App", "App"],
        description: [
            "Eine installierte App: Version, Zustand, Systemsoftware, verknüpfte Datenbanken.",
            "An installed app: version, state, system software, linked databases.",
        ],
    },
    Template {
        kind: "database",
        variable: "databaseId",
        completes: Completes::Database,
        tools: &[
            ("mittwald_database_mysql_get", "mysqlDatabaseId"),
            ("mittwald_database_redis_get", "redisDatabaseId"),
        ],
        title: ["Datenbank", "Database"],
        description: [
            "Eine MySQL- oder Redis-Datenbank: Host, Port, Name, Version; nie ein Passwort.",
            "A MySQL or Redis database: host, port, name, version; never a password.",
        ],
    },
    Template {
        kind: "domain",
        variable: "domainId",
        completes: Completes::Domain,
        tools: &[("mittwald_domain_get", "domainId")],
        title: ["Domain", "Domain"],
        description: [
            "Eine Domain: Kontakte, Nameserver und was bei der Registry läuft.",
            "A domain: contacts, nameservers, and what runs at the registry.",
        ],
    },
    Template {
        kind: "backup",
        variable: "backupId",
        completes: Completes::Backup,
        tools: &[("mittwald_backup_get", "projectBackupId")],
        title: ["Backup", "Backup"],
        description: [
            "Ein Backup: Status, Ablauf, letzte Wiederherstellung und letzter Export.",
            "A backup: status, expiry, its last restore and export.",
        ],
    },
    Template {
        kind: "conversation",
        variable: "conversationId",
        completes: Completes::Conversation,
        tools: &[("mittwald_conversation_show", "conversationId")],
        title: ["Anfrage beim Support", "Support conversation"],
        description: [
            "Eine Anfrage beim Support: Titel, Status, Kategorie. Texte darin sind von Dritten.",
            "A conversation with support: title, status, category. Texts in it are by third parties.",
        ],
    },
];

/// What a URI names; `None` for anything but its one spelling. Whether a personal thing exists is
/// not known yet.
#[must_use]
pub fn parse(uri: &str) -> Option<Resource<'_>> {
    if uri == TOOLS {
        return Some(Resource::Tools);
    }
    if let Some(guide) = Guide::find(uri) {
        return Some(Resource::Guide(guide));
    }
    if uri.starts_with(SKILLS) {
        return skill_file(uri).map(|(_, file)| Resource::Skill(file));
    }
    let (kind, id) = uri.strip_prefix("mittwald://")?.split_once('/')?;
    let template = TEMPLATES.iter().find(|template| template.kind == kind)?;
    is_id(id).then_some(Resource::Thing(template, id))
}

/// UUIDs and short ids (`p-abc123`).
fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Every skill.
pub fn skills() -> impl Iterator<Item = &'static Skill> {
    PROMPTS.iter().filter_map(|prompt| prompt.skill.as_ref())
}

/// The URI of a skill's file.
#[must_use]
pub fn of_skill_file(skill: &Skill, file: &SkillFile) -> String {
    format!("{SKILLS}{}/{}", skill.name, file.path)
}

/// The skill and its file with this URI.
#[must_use]
pub fn skill_file(uri: &str) -> Option<(&'static Skill, &'static SkillFile)> {
    let (name, path) = uri.strip_prefix(SKILLS)?.split_once('/')?;
    let skill = skills().find(|skill| skill.name == name)?;
    Some((skill, skill.files.iter().find(|file| file.path == path)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The one spelling of what a URI named.
    fn spelled(resource: Resource<'_>) -> String {
        match resource {
            Resource::Tools => TOOLS.into(),
            Resource::Guide(guide) => guide.uri(),
            Resource::Skill(file) => {
                let skill = skills()
                    .find(|skill| skill.files.iter().any(|own| std::ptr::eq(own, file)))
                    .expect("a skill");
                of_skill_file(skill, file)
            }
            Resource::Thing(template, id) => format!("{}{id}", template.root()),
        }
    }

    #[test]
    fn each_kind_of_thing_is_found_by_its_id() {
        for template in &TEMPLATES {
            for id in ["0f8fad5b-d9cb-469f-a165-70867728950e", "p-abc123", "7"] {
                let uri = template.uri().replace(&format!("{{{}}}", template.variable), id);
                let Some(Resource::Thing(found, read)) = parse(&uri) else { panic!("{uri}") };
                assert_eq!((found.kind, read), (template.kind, id));
            }
            for (tool, argument) in template.tools {
                let tool = crate::catalog::find(tool).expect("a tool");
                assert!(tool.args.iter().any(|arg| arg.name == *argument), "{}", tool.name);
                assert_eq!(tool.effect, crate::catalog::Effect::Read, "{}", tool.name);
            }
        }
    }

    #[test]
    fn another_spelling_names_nothing() {
        for uri in [
            "",
            "mittwald:",
            "mittwald://",
            "mittwald:///tools",
            "mittwald://tools/",
            "mittwald://tools?x",
            "Mittwald://tools",
            "mittwald://TOOLS",
            "mittwald://project",
            "mittwald://project/",
            "mittwald://Project/a",
            "mittwald://project/a/",
            "mittwald://project/a/b",
            "mittwald://project//a",
            "mittwald://project/.",
            "mittwald://project/..",
            "mittwald://project/../app/a",
            "mittwald://project/a%2Db",
            "mittwald://project/%2e%2e",
            "mittwald://project/a#b",
            "mittwald://project/a?b",
            "mittwald://project/a b",
            "mittwald://project/ä",
            "mittwald://project/{projectId}",
            "mittwald://user/a",
            "mittwald://x@project/a",
            "mittwald://project:1/a",
            "https://project/a",
            " mittwald://project/a",
            "skill://",
            "skill://database-users",
            "skill://database-users/",
            "skill://database-users/skill.md",
            "skill://database-users/references",
            "skill://database-users/./SKILL.md",
            "skill://database-users/SKILL.md/",
            "skill://database_users/SKILL.md",
            "skill://nothing/SKILL.md",
        ] {
            assert!(parse(uri).is_none(), "{uri}");
        }
        let long = format!("mittwald://project/{}", "a".repeat(65));
        assert!(parse(&long).is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_named_has_this_one_spelling(uri in any::<String>()) {
            if let Some(resource) = parse(&uri) {
                prop_assert_eq!(spelled(resource), uri);
            }
        }

        #[test]
        fn nearly_right_ones_too(
            kind in "(project|app|database|domain|backup|conversation|guide|tools|Project|)",
            rest in "[a-zA-Z0-9%./?#-]{0,40}",
            scheme in "(mittwald|skill|MITTWALD|mittwald:mittwald)",
        ) {
            let uri = format!("{scheme}://{kind}/{rest}");
            if let Some(resource) = parse(&uri) {
                prop_assert_eq!(spelled(resource), uri.clone());
                prop_assert!(!uri.contains(['%', '?', '#']));
            }
        }
    }
}
