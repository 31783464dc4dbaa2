//! `customer-operations.csv`: the operations that a hosting customer uses, and what was judged about
//! each. Columns: `METHOD /path`, effect, and `yes` or nothing for: changes money or a contract,
//! returns a secret, carries bytes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::declaration::Effect;
use crate::problem::{Problem, Source};

/// First line of the file.
const HEADER: &str = "operation,effect,money,secret,binary";

/// What was judged about an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// What a call does.
    pub effect: Effect,
    /// Whether it costs money or changes a contract.
    pub money: bool,
    /// Whether the answer holds a secret.
    pub secret: bool,
    /// Whether it carries bytes, not JSON.
    pub binary: bool,
}

/// Reads the file.
///
/// # Errors
/// The first line that is none of its own.
pub fn load(catalog: &Path) -> Result<BTreeMap<String, Judged>, Problem> {
    let source = Source::read(&catalog.join("customer-operations.csv"))?;
    let mut judged = BTreeMap::new();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let span = start..start + line.len();
        start = span.end;
        let line = line.trim_end();
        if span.start == 0 && line == HEADER {
            continue;
        }
        let Some((key, found)) = row(line).filter(|_| span.start > 0) else {
            return Err(source.problem(span, format!("must be {HEADER}")));
        };
        if judged.insert(key.clone(), found).is_some() {
            return Err(source.problem(span, format!("{key} is listed twice")));
        }
    }
    Ok(judged)
}

fn row(line: &str) -> Option<(String, Judged)> {
    let cells: Vec<&str> = line.split(',').collect();
    let [key, effect, money, secret, binary] = cells.as_slice() else { return None };
    let effect = match *effect {
        "read" => Effect::Read,
        "write" => Effect::Write,
        "destructive" => Effect::Destructive,
        _ => return None,
    };
    let flag = |cell: &str| match cell {
        "yes" => Some(true),
        "" => Some(false),
        _ => None,
    };
    let judged =
        Judged { effect, money: flag(money)?, secret: flag(secret)?, binary: flag(binary)? };
    key.contains(" /").then(|| ((*key).to_owned(), judged))
}
