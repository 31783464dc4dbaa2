//! What `[tool.args]` says about the way to a value: which objects are flattened, which member of a
//! union is sent, which unions become one object. By dotted path of API names; the whole body is
//! `body`, values of a map are `*`, elements of a list stand where the list stands.

use std::collections::{BTreeMap, BTreeSet};

use crate::declaration::Declaration;
use crate::facts::{Facts, Schema};
use crate::union::{described, members, pick};

/// Path of the whole body.
pub const BODY: &str = "body";

/// All of it.
#[derive(Debug, Default)]
pub struct Ways {
    /// Objects whose keys become arguments.
    pub flatten: BTreeSet<String>,
    /// Those of them that we insist on where the API does not.
    pub required: BTreeSet<String>,
    /// Terms of the picked member.
    pub variants: BTreeMap<String, Vec<String>>,
    /// Unions that become one object.
    pub merge: BTreeSet<String>,
}

impl Ways {
    /// What this tool says.
    #[must_use]
    pub fn of(declaration: &Declaration) -> Self {
        let mut ways = Self::default();
        if let Some(terms) = &declaration.variant {
            ways.variants.insert(BODY.into(), terms.get_ref().list().to_vec());
        }
        for (name, note) in &declaration.args {
            // `body.x` is `x` with its place said, or a key of a body that is one argument.
            for path in [name.get_ref(), bare(name.get_ref())] {
                if note.flatten {
                    ways.flatten.insert(path.into());
                }
                if note.flatten && note.required {
                    ways.required.insert(path.into());
                }
                if note.merge {
                    ways.merge.insert(path.into());
                }
                if let Some(terms) = &note.variant {
                    ways.variants.insert(path.into(), terms.list().to_vec());
                }
            }
        }
        ways
    }

    /// What the schema at `path` accepts: the picked member, else all of them.
    ///
    /// # Errors
    /// Why it cannot be said, as the rest of a sentence.
    pub fn members(
        &self,
        facts: &Facts,
        schema: &Schema,
        path: &str,
    ) -> Result<Vec<Schema>, String> {
        match self.variants.get(path) {
            Some(terms) => Ok(vec![pick(facts, schema, terms)?]),
            None => members(facts, schema),
        }
    }

    /// What the schema at `path` accepts, where that must be one thing.
    ///
    /// # Errors
    /// Why it is not, as the rest of a sentence.
    pub fn plain(&self, facts: &Facts, schema: &Schema, path: &str) -> Result<Schema, String> {
        let mut members = self.members(facts, schema, path)?;
        if members.len() > 1 {
            let known = described(facts, &members);
            return Err(format!("is a union: pick a member with variant, or flatten it; {known}"));
        }
        Ok(members.remove(0))
    }
}

/// The key without `path.`, `query.` or `body.` in front.
#[must_use]
pub fn bare(name: &str) -> &str {
    ["path.", "query.", "body."].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}
