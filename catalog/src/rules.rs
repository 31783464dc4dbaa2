//! What must be true of a declared tool besides its fit to the API: words, hints, effect.

use std::ops::Range;

use crate::declaration::{Declaration, Effect, Hints};
use crate::problem::Report;
use crate::registers::Registers;

/// Most characters of a tool's description.
const LONGEST_DESCRIPTION: usize = 300;
/// Most characters of a tool's title.
const LONGEST_TITLE: usize = 60;
/// Most characters of a tool's name: clients prefix it and stop at 64.
const LONGEST_NAME: usize = 40;

/// The four hints, all said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct AllHints {
    pub read_only: bool,
    pub destructive: bool,
    pub idempotent: bool,
    pub open_world: bool,
}

/// Name, title and description; `None` if something was reported.
pub fn words(
    declaration: &Declaration,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Option<(String, String, String)> {
    let mut word = |key: &str, value: &Option<toml::Spanned<String>>, longest: usize| {
        let (span, text) = match value {
            Some(value) => (value.span(), value.get_ref().trim()),
            None => (at.clone(), ""),
        };
        if text.is_empty() {
            report.add(&span, format!("{key} is missing"));
        } else if text.chars().count() > longest {
            report.add(&span, format!("{key} is longer than {longest} characters"));
        } else if text.contains('\n') {
            report.add(&span, format!("{key} must be one line"));
        } else {
            return Some(text.to_owned());
        }
        None
    };
    let name = word("name", &declaration.name, LONGEST_NAME);
    let title = word("title", &declaration.title, LONGEST_TITLE);
    let description = word("description", &declaration.description, LONGEST_DESCRIPTION);
    let misnamed = name.as_ref().is_some_and(|name| !is_tool_name(name));
    if let Some(spanned) = declaration.name.as_ref().filter(|_| misnamed) {
        report.add(
            &spanned.span(),
            "name must match ^mittwald_[a-z0-9_]*$ and have at most 40 characters",
        );
    }
    Some((name?, title?, description?))
}

/// Whether a tool may be called so.
#[must_use]
pub fn is_tool_name(name: &str) -> bool {
    let characters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    // OpenAI fixes the names of these two.
    let ours = name.starts_with("mittwald_") || name == "search" || name == "fetch";
    ours && name.len() <= LONGEST_NAME && name.chars().all(characters)
}

/// Whether the scope lets a connection that only reads make the call: the consent page offers reading
/// alone, with reading scopes.
#[must_use]
pub fn scope_fits(effect: Effect, scope: &str) -> bool {
    effect != Effect::Read || !(scope.ends_with(":write") || scope.ends_with(":delete"))
}

/// Effect and hints, checked against each other and against what is sent: the one operation, or all
/// those of a job. `None` if something was reported.
pub fn effect(
    declaration: &Declaration,
    registers: &Registers,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Option<(Effect, AllHints)> {
    let Some(effect) = &declaration.effect else {
        report.add(at, "effect is missing: \"read\", \"write\" or \"destructive\"");
        return None;
    };
    let (span, effect) = (effect.span(), *effect.get_ref());
    let keys = declaration.operation.iter().chain(&declaration.uses).chain(&declaration.on_new);
    let mut writes = false;
    for key in keys.map(|key| key.get_ref().as_str()) {
        let own = declaration.on_new.iter().any(|new| new.get_ref() == key);
        let sent = Sent::of(key, own, registers);
        writes |= sent.writes;
        let problem = match &declaration.job {
            Some(_) => sent.in_a_job(effect),
            None => sent.alone(effect).map(str::to_owned),
        };
        if let Some(problem) = problem {
            report.add(&span, format!("effect: {problem}"));
        }
        if sent.deletes && !declaration.confirm {
            report.add(&span, "confirm: a DELETE needs confirm = true");
        }
        match registers.customer.get(key) {
            None => report.add(&span, format!("{key} is not in catalog/customer-operations.csv")),
            Some(judged) => {
                if judged.effect == Effect::Destructive && effect != Effect::Destructive && !own {
                    report.add(&span, "effect: catalog/customer-operations.csv says destructive");
                }
                if judged.money && !declaration.confirm {
                    let problem = "confirm: it costs money or changes a contract, confirm = true";
                    report.add(&span, problem);
                }
            }
        }
    }
    if declaration.job.is_some() && effect != Effect::Read && !writes {
        report.add(&span, "effect: nothing that the job uses changes anything, so it is a read");
    }
    let hints = hints(declaration, effect, at, report)?;
    Some((effect, hints))
}

/// What the method of an operation says about it, and the register of exceptions.
struct Sent<'a> {
    key: &'a str,
    method: &'a str,
    writes: bool,
    overwrites: bool,
    deletes: bool,
}

impl<'a> Sent<'a> {
    /// `own`: it is sent only to what the job made itself, and so harms nothing.
    fn of(key: &'a str, own: bool, registers: &Registers) -> Self {
        let method = key.split(' ').next().unwrap_or_default();
        let writes = match method {
            "GET" => registers.writes_by_get.contains_key(key),
            _ => !registers.reads.contains_key(key),
        };
        let overwrites = matches!(method, "PUT" | "PATCH")
            && !registers.additive.contains_key(key)
            && !registers.reads.contains_key(key);
        Self {
            key,
            method,
            writes,
            overwrites: overwrites && !own,
            deletes: method == "DELETE" && !own,
        }
    }

    /// What is wrong with the effect of a tool that sends nothing else.
    fn alone(&self, effect: Effect) -> Option<&'static str> {
        match (self.method, effect) {
            ("GET", Effect::Read) if self.writes => {
                Some("this GET changes something (catalog/reads-by-post.toml), so it is no read")
            }
            ("GET", Effect::Write | Effect::Destructive) if !self.writes => Some(
                "a GET is a read, unless [writes_by_get] in catalog/reads-by-post.toml lists it",
            ),
            ("GET", _) => None,
            (_, Effect::Read) if self.writes => {
                Some("no GET, so no read, unless [reads] in catalog/reads-by-post.toml lists it")
            }
            (_, Effect::Write) if self.deletes => Some("a DELETE is destructive"),
            (_, Effect::Write) if self.overwrites => Some(
                "PUT and PATCH overwrite, so they are destructive, unless [additive] in \
                 catalog/reads-by-post.toml lists them",
            ),
            _ => None,
        }
    }

    /// The same for a job: its effect is that of the worst that it sends.
    fn in_a_job(&self, effect: Effect) -> Option<String> {
        let key = self.key;
        match effect {
            Effect::Read if self.writes => {
                Some(format!("the job uses {key}, which changes something, so it is no read"))
            }
            Effect::Write if self.deletes || self.overwrites => Some(format!(
                "the job uses {key}, which overwrites or deletes, so it is destructive; on_new has it \
                 where only what the job made itself is meant"
            )),
            _ => None,
        }
    }
}

fn hints(
    declaration: &Declaration,
    effect: Effect,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Option<AllHints> {
    let Some(hints) = &declaration.hints else {
        report.add(at, "hints is missing: read_only, destructive, idempotent and open_world");
        return None;
    };
    let span = hints.span();
    let Hints { read_only, destructive, idempotent, open_world } = *hints.get_ref();
    for (name, hint) in [
        ("read_only", read_only),
        ("destructive", destructive),
        ("idempotent", idempotent),
        ("open_world", open_world),
    ] {
        if hint.is_none() {
            report.add(&span, format!("hint {name} is missing"));
        }
    }
    let hints = AllHints {
        read_only: read_only?,
        destructive: destructive?,
        idempotent: idempotent?,
        open_world: open_world?,
    };
    if hints.read_only != (effect == Effect::Read) {
        report.add(&span, "hint read_only contradicts effect");
    }
    if hints.destructive != (effect == Effect::Destructive) {
        report.add(&span, "hint destructive contradicts effect");
    }
    if hints.read_only && !hints.idempotent {
        report.add(&span, "hint idempotent: a read can be repeated, so it is true");
    }
    Some(hints)
}
