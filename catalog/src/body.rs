//! The places of a request body: taken apart as far as the TOML flattens it.
//!
//! Below an object that the API may or may not get, or that has several shapes, no key is required
//! by itself. Such keys belong to a [`RawChoice`]: the list of their combinations that the API takes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::facts::{Facts, Kind, Schema};
use crate::slots::{Slot, SlotPlace};
use crate::union::common;
use crate::ways::{BODY, Ways};

/// Most combinations of one choice.
const MOST: usize = 64;

/// Keys that the API takes in certain combinations only.
#[derive(Debug)]
pub struct RawChoice {
    /// Where the flattened object is.
    pub path: String,
    /// Whether the API insists on one of the combinations.
    pub required: bool,
    /// The combinations.
    pub alternatives: Vec<Alternative>,
}

/// Slots that go together.
pub type Alternative = Vec<Entry>;

/// A slot in an alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Name of the slot.
    pub slot: String,
    /// Whether it must be filled.
    pub required: bool,
    /// Closed list of values here; empty for none.
    pub values: Vec<String>,
}

/// What is found on the walk.
#[derive(Debug)]
pub struct Walk<'a> {
    facts: &'a Facts,
    ways: &'a Ways,
    /// The slots.
    pub slots: Vec<Slot>,
    /// The choices.
    pub choices: Vec<RawChoice>,
    /// Paths that were flattened.
    pub flattened: BTreeSet<String>,
    /// Objects that the API requires even if they are empty.
    pub empty: Vec<Vec<String>>,
}

impl<'a> Walk<'a> {
    /// A walk along these ways.
    #[must_use]
    pub fn new(facts: &'a Facts, ways: &'a Ways) -> Self {
        let (slots, choices) = (Vec::new(), Vec::new());
        Self { facts, ways, slots, choices, flattened: BTreeSet::new(), empty: Vec::new() }
    }

    /// Walks through a body.
    ///
    /// # Errors
    /// What of it cannot be filled, a sentence.
    pub fn body(&mut self, schema: &Schema, required: bool) -> Result<(), String> {
        let told = |why| format!("the body {why}");
        if self.ways.flatten.contains(BODY) {
            self.flattened.insert(BODY.into());
            let members = self.ways.members(self.facts, schema, BODY).map_err(told)?;
            if members.len() < 2 {
                return Err(told("is no union, so there is nothing to flatten".into()));
            }
            let alternatives = self.alternatives(&members, &[])?;
            self.choices.push(RawChoice { path: BODY.into(), required: true, alternatives });
            return Ok(());
        }
        let plain = self.ways.plain(self.facts, schema, BODY).map_err(told)?;
        if plain.kind == Some(Kind::Object) && !plain.properties.is_empty() {
            // A body that is not marked required, but has required keys, is required in practice.
            return self.certain(&plain, &[]);
        }
        let keyless = plain.kind == Some(Kind::Object)
            && !matches!(&plain.additional_properties, Some(crate::facts::Additional::Schema(_)));
        if plain.kind.is_some() && !keyless {
            self.slots.push(Slot {
                place: SlotPlace::Body(Vec::new()),
                name: BODY.into(),
                required,
                in_choice: false,
                schema: plain,
            });
        }
        Ok(())
    }

    /// The keys of an object that is always sent.
    fn certain(&mut self, object: &Schema, path: &[String]) -> Result<(), String> {
        for (name, property) in &object.properties {
            if property.read_only {
                continue;
            }
            let path = [path, std::slice::from_ref(name)].concat();
            let dotted = path.join(".");
            let required = object.required.contains(name);
            if !self.ways.flatten.contains(&dotted) {
                self.slots.push(Slot {
                    place: SlotPlace::Body(path),
                    name: dotted,
                    required,
                    in_choice: false,
                    schema: property.clone(),
                });
                continue;
            }
            let members = self.open(property, &dotted)?;
            let required = required || self.ways.required.contains(&dotted);
            match members.as_slice() {
                [member] if required => {
                    if member.required.is_empty() {
                        self.empty.push(path.clone());
                    }
                    self.certain(member, &path)?;
                }
                _ => {
                    let alternatives = self.alternatives(&members, &path)?;
                    self.choices.push(RawChoice { path: dotted, required, alternatives });
                }
            }
        }
        Ok(())
    }

    /// The members of a flattened object.
    fn open(&mut self, schema: &Schema, dotted: &str) -> Result<Vec<Schema>, String> {
        self.flattened.insert(dotted.into());
        let members = self
            .ways
            .members(self.facts, schema, dotted)
            .map_err(|why| format!("{dotted} {why}"))?;
        if members.iter().all(|member| member.properties.is_empty()) {
            return Err(format!("{dotted} has no keys, so there is nothing to flatten"));
        }
        Ok(members)
    }

    fn alternatives(
        &mut self,
        members: &[Schema],
        path: &[String],
    ) -> Result<Vec<Alternative>, String> {
        let mut all = Vec::new();
        for member in members {
            let mut alternatives: Vec<Alternative> = vec![Vec::new()];
            for (name, property) in &member.properties {
                if property.read_only {
                    continue;
                }
                let path = [path, std::slice::from_ref(name)].concat();
                let dotted = path.join(".");
                let required = member.required.contains(name);
                let mut below = if self.ways.flatten.contains(&dotted) {
                    let members = self.open(property, &dotted)?;
                    self.alternatives(&members, &path)?
                } else {
                    vec![vec![self.entry(property, path, required)?]]
                };
                if !required && self.ways.flatten.contains(&dotted) {
                    below.push(Vec::new());
                }
                alternatives = alternatives
                    .iter()
                    .flat_map(|before| below.iter().map(|b| [before.as_slice(), b].concat()))
                    .collect();
                if alternatives.len() > MOST {
                    return Err(format!("{dotted} has too many combinations: pick variants"));
                }
            }
            all.extend(alternatives);
        }
        Ok(all)
    }

    /// A slot of an alternative; several members may share it.
    fn entry(
        &mut self,
        schema: &Schema,
        path: Vec<String>,
        required: bool,
    ) -> Result<Entry, String> {
        let name = path.join(".");
        let values = self.facts.resolve(schema).map(closed_values).unwrap_or_default();
        match self.slots.iter_mut().find(|slot| slot.name == name) {
            Some(slot) => {
                slot.schema = common(self.facts, &slot.schema, schema)
                    .map_err(|why| format!("{name} {why}"))?;
            }
            None => self.slots.push(Slot {
                place: SlotPlace::Body(path),
                name: name.clone(),
                required: false,
                in_choice: true,
                schema: schema.clone(),
            }),
        }
        Ok(Entry { slot: name, required, values })
    }
}

/// The texts of a closed list.
#[must_use]
pub fn closed_values(schema: &Schema) -> Vec<String> {
    schema.values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
