//! What a draft guesses: name, scope, project.

use crate::binding::names_project;
use crate::draft::{list, quoted};
use crate::facts::{Facts, Operation};
use crate::slots::path_names;

/// Scope domain of each tag of the API; other tags have none that mittwald's sign-in knows.
const DOMAINS: [(&str, &str); 16] = [
    ("App", "app"),
    ("Backup", "backup"),
    ("Container", "stack"),
    ("Contract", "contract"),
    ("Conversation", "conversation"),
    ("Cronjob", "cronjob"),
    ("Customer", "customer"),
    ("Database", "database"),
    ("Domain", "domain"),
    ("Mail", "mail"),
    ("Marketplace", "extension"),
    ("Page Insights", "project"),
    ("Project", "project"),
    ("Project File System", "project"),
    ("SSH/SFTP User", "sshuser"),
    ("User", "user"),
];

/// Tags whose writes reach the public: names, mail, orders.
const OPEN_WORLD: [&str; 3] = ["Domain", "Mail", "Conversation"];

/// `mittwald_<resource>_<verb>` from path and method.
pub fn name(key: &str, operation: &Operation, variant: &[String]) -> String {
    let (method, path) = key.split_once(' ').unwrap_or(("", key));
    let parts: Vec<&str> =
        path.split('/').filter(|part| !part.is_empty() && *part != "v2").collect();
    let ends_in_id = parts.last().is_some_and(|part| part.starts_with('{'));
    let fixed: Vec<&str> = parts.iter().copied().filter(|part| !part.starts_with('{')).collect();
    let (resource, verb) = match fixed.as_slice() {
        [.., resource, "actions", action] => (singular(resource), snake(action)),
        [.., action] if fixed.len() > 1 && method == "POST" && !plural(action) => {
            (singular(fixed[fixed.len() - 2]), snake(action))
        }
        [.., parent, part] if !plural(part) && method != "POST" => {
            let resource = format!("{}_{}", singular(parent), snake(part));
            (resource, verb(method))
        }
        [.., resource] if method == "GET" && !ends_in_id && is_list(operation) => {
            (singular(resource), "list".into())
        }
        [.., resource] => (singular(resource), verb(method)),
        [] => ("x".into(), "x".into()),
    };
    let mut name = format!("mittwald_{resource}");
    if let Some(term) = variant.first() {
        let term: String = term.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        name = format!("{name}_{}", snake(&term));
    }
    name = format!("{name}_{verb}");
    name.truncate(40);
    name
}

fn is_list(operation: &Operation) -> bool {
    let schema = operation.success().and_then(|response| response.schema.as_ref());
    schema.is_some_and(|schema| schema.items.is_some())
}

fn verb(method: &str) -> String {
    let verb = match method {
        "GET" => "get",
        "POST" => "create",
        "DELETE" => "delete",
        _ => "update",
    };
    verb.to_owned()
}

fn plural(word: &str) -> bool {
    word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us")
}

fn singular(word: &str) -> String {
    let word = snake(word);
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if word.ends_with("sses") => word.trim_end_matches("es").to_owned(),
        None if !plural(&word) => word,
        None => word.strip_suffix('s').unwrap_or(&word).to_owned(),
    }
}

fn snake(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    out
}

/// A scope that exists, or `none`.
pub fn scope(key: &str, operation: &Operation, reads: bool, scopes: &[String]) -> String {
    let domain = match DOMAINS.iter().find(|(tag, _)| *tag == operation.tag) {
        Some(_) if key.contains("registries") => "registry",
        Some((_, domain)) => domain,
        None => return "none".into(),
    };
    let known = |right: &str| scopes.iter().find(|scope| **scope == format!("{domain}:{right}"));
    let found = match key.split(' ').next() {
        _ if reads => known("read"),
        Some("DELETE") => known("delete").or_else(|| known("write")),
        _ => known("write"),
    };
    if operation.auth { found.cloned().unwrap_or("none".into()) } else { "none".into() }
}

/// Whether a write reaches the public.
pub fn open_world(operation: &Operation) -> bool {
    OPEN_WORLD.contains(&operation.tag.as_str())
}

/// Whether answers carry text of third parties.
pub fn untrusted(operation: &Operation, key: &str) -> bool {
    key.starts_with("GET ")
        && (operation.tag == "Conversation"
            || ["/logs", "file-content"].iter().any(|end| key.ends_with(end)))
}

/// `project = ...`: the first of the ways that works. Arguments as (our name, the API's).
pub fn project(
    facts: &Facts,
    key: &str,
    operation: &Operation,
    arguments: &[(String, String)],
) -> String {
    let of_api = |api: &str| arguments.iter().find(|(_, name)| name == api);
    let mut ways = Vec::new();
    if let Some((name, _)) = of_api("projectId") {
        ways.push(format!("argument:{name}"));
    } else if key.starts_with("GET ") && names_project(facts, operation, "projectId").is_ok() {
        ways.push("answer:projectId".into());
    }
    for (name, api) in arguments.iter().filter(|(_, api)| api != "projectId") {
        if api.ends_with("ProjectId") && !ways.is_empty() && !ways[0].starts_with("answer") {
            ways.push(format!("argument:{name}"));
        }
        let in_path = path_names(key).any(|name| name == api);
        let once = arguments.iter().filter(|(_, other)| other == api).count() == 1;
        if let Some(get) = lookup(facts, api).filter(|get| *get != key && once) {
            let primary = ways.is_empty();
            if (primary && in_path) || (!primary && !ways[0].starts_with("answer")) {
                ways.push(format!("via:{get}:projectId"));
            }
        }
    }
    match ways.as_slice() {
        [] => quoted("none"),
        [one] => quoted(one),
        _ => list(&ways),
    }
}

/// The GET that shows one thing of this id, where that names its project.
fn lookup<'a>(facts: &'a Facts, id: &str) -> Option<&'a str> {
    let end = format!("/{{{id}}}");
    facts
        .operations
        .iter()
        .filter(|(key, _)| key.starts_with("GET ") && key.ends_with(&end))
        .filter(|(key, _)| path_names(key).count() == 1)
        .find(|(_, operation)| names_project(facts, operation, "projectId").is_ok())
        .map(|(key, _)| key.as_str())
}
