//! First drafts of tools: complete TOML from the API's facts, with TODO where words are needed.
//!
//! What stands in a draft compiles once the TODOs are words; what is guessed is there to be checked,
//! and what is not wanted to be deleted (answers) or hidden (arguments).

mod answer;
mod arguments;
mod guess;

use std::fmt::Write as _;

use crate::customer::Judged;
use crate::declaration::Effect;
use crate::facts::{Facts, Operation};
use crate::registers::Registers;
use crate::union::{members, terms};
use crate::ways::{BODY, Ways};

/// What drafts are made from.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The API's facts.
    pub facts: &'a Facts,
    /// The lists beside the tools.
    pub registers: &'a Registers,
}

impl Desk<'_> {
    /// Drafts of this operation: one, or one for each variant of its body.
    ///
    /// # Errors
    /// Why there can be none.
    pub fn draft(&self, key: &str) -> Result<String, String> {
        let operation =
            self.facts.operations.get(key).ok_or(format!("the API has no operation {key:?}"))?;
        let judged = self
            .registers
            .customer
            .get(key)
            .ok_or(format!("{key} is not in catalog/customer-operations.csv"))?;
        if let Some(left_out) = self.registers.left_out.get(key) {
            return Err(format!(
                "{key} is left out: {}, {}",
                left_out.reason.word(),
                left_out.note
            ));
        }
        let mut text = String::new();
        for variant in self.variants(key, operation)? {
            text.push_str(&self.tool(key, operation, *judged, &variant)?);
        }
        Ok(text)
    }

    /// The customer operations of this tag of the API, without those that are left out.
    #[must_use]
    pub fn of_tag(&self, tag: &str) -> Vec<&str> {
        let wanted = |key: &str| {
            self.facts.operations.get(key).is_some_and(|o| o.tag.eq_ignore_ascii_case(tag))
        };
        let customer = self.registers.customer.keys().map(String::as_str);
        let mut keys: Vec<&str> = customer
            .filter(|key| wanted(key) && !self.registers.left_out.contains_key(*key))
            .collect();
        // By resource: path first, then method.
        keys.sort_by_key(|key| key.split_once(' ').map(|(method, path)| (path, method)));
        keys
    }

    /// The terms of each member of the body's union; one empty list where there is no union.
    fn variants(&self, key: &str, operation: &Operation) -> Result<Vec<Vec<String>>, String> {
        let Some(body) = operation.body.as_ref().filter(|_| !key.starts_with("GET ")) else {
            return Ok(vec![Vec::new()]);
        };
        let found = members(self.facts, &body.schema).map_err(|why| format!("the body {why}"))?;
        if found.len() < 2 {
            return Ok(vec![Vec::new()]);
        }
        Ok((0..found.len())
            .map(|index| terms(self.facts, &found, index))
            .filter(|terms| !terms.is_empty())
            .collect())
    }

    fn tool(
        &self,
        key: &str,
        operation: &Operation,
        judged: Judged,
        variant: &[String],
    ) -> Result<String, String> {
        let mut ways = Ways::default();
        if !variant.is_empty() {
            ways.variants.insert(BODY.into(), variant.to_vec());
        }
        let drafted = arguments::draft(self.facts, key, operation, ways)?;
        let answer = answer::draft(self.facts, key, operation, judged.secret);
        let mut text = String::new();
        let mut line = |name: &str, value: String| {
            let _ = writeln!(text, "{name} = {value}");
        };
        let delete = key.starts_with("DELETE ");
        // What replaces is destructive, whatever the judgement of the API's own verbs.
        let replaces = delete || key.starts_with("PUT ") || key.starts_with("PATCH ");
        let effect = if replaces && !self.registers.additive.contains_key(key) {
            Effect::Destructive
        } else {
            judged.effect
        };
        let read = effect == Effect::Read;
        let destructive = effect == Effect::Destructive;
        let word = match effect {
            Effect::Read => "read",
            Effect::Write => "write",
            Effect::Destructive => "destructive",
        };
        let name = guess::name(key, operation, variant);
        line("name", quoted(&name));
        line("title", quoted("TODO"));
        line("description", quoted(&format!("TODO {}", operation.id)));
        line("operation", quoted(key));
        if !variant.is_empty() {
            line("variant", list(variant));
        }
        line("effect", quoted(word));
        if delete || judged.money || (destructive && key.starts_with("POST ")) {
            line("confirm", "true".into());
        }
        let idempotent = read || replaces;
        let open_world = !read && guess::open_world(operation);
        line(
            "hints",
            format!(
                "{{ read_only = {read}, destructive = {destructive}, idempotent = {idempotent}, \
                 open_world = {open_world} }}"
            ),
        );
        line("scope", quoted(&guess::scope(key, operation, read, &self.registers.scopes)));
        if guess::untrusted(operation, key) {
            line("untrusted", "true".into());
        }
        line("project", guess::project(self.facts, key, operation, &drafted.names));
        Ok(format!("[[tool]]\n{text}{}{answer}\n", drafted.text))
    }
}

/// A TOML text.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A TOML list of texts.
fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}
