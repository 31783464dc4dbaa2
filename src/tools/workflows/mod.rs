//! Jobs: tools that are more than one request to mittwald.
//!
//! # Writing a job
//! 1. Declare the tool in `catalog/tools/<family>.toml` with `job = "<name>"`, `uses = ["METHOD /path", ...]`
//!    and, where it has no `operation` or takes and answers more than that, `[tool.input.<name>]` and
//!    `[tool.output]` (`catalog/README.md`, "Jobs"). Effect, scopes, project, confirmation and words are
//!    those of any tool.
//! 2. Write `<name>.rs` here with `pub async fn run(job: &Job<'_>) -> Result<Value, Stop>`, and add its
//!    line to `JOBS`. `profile` is the shortest example.
//! 3. Test it in `<name>/tests.rs`: the happy path, each step failing, no time left.
//!
//! When `run` begins, the caller's rights, the arguments, the rate, short ids and the project are
//! checked already. What the job gets is a [`Job`]:
//! - [`Job::text`], [`Job::integer`], [`Job::flag`]: checked arguments
//! - [`Job::get`], [`Job::list`], [`Job::send`], [`Job::own`]: requests, by the operation's path as the
//!   TOML spells it; an operation that `uses` does not name is refused, so a job cannot do in secret what
//!   nobody reviewed. The first write opens the entry in the person's log; it is closed for you.
//! - [`Job::plan`] and [`Job::step`]: what it does, step by step. It becomes progress for the client, and
//!   tells what was not done where the job stops midway.
//! - [`Job::made`]: something exists now. From here on every `?` becomes an answer that says what exists,
//!   what does not, how to go on ([`Job::go_on`]) and how to undo it. Nothing is ever tried twice.
//! - [`Job::wait`]: asks again and again, ever more slowly, until something is so or the time is over.
//!   `None` is no failure: answer what is running, and which tool shows it.
//! - [`Job::confirm`]: shows the person what would be lost, where only the job itself finds that out.
//! - [`Job::refuse`]: the job cannot begin or go on, in a sentence of its own.
//!
//! What `run` returns is the structured answer; what is too long for a model is cut (`fit`).

mod account;
mod document;
mod fetch;
mod job;
mod profile;
mod search;
mod stop;
mod wait;

use futures::future::LocalBoxFuture;
use serde_json::Value;

pub use job::{Job, Listed};
pub use stop::Stop;

use super::answer::MAX_ANSWER;
use super::call::Environment;
use super::outcome::conclude;
use super::result::ToolResult;
use crate::catalog::{self, Tool};
use crate::mittwald::Arguments;

/// What runs a job.
type Run = for<'j> fn(&'j Job<'j>) -> LocalBoxFuture<'j, Result<Value, Stop>>;

/// Every job by its name in the catalogue.
const JOBS: [(&str, Run); 3] = [
    ("fetch", |job| Box::pin(fetch::run(job))),
    ("profile", |job| Box::pin(profile::run(job))),
    ("search", |job| Box::pin(search::run(job))),
];

/// Jobs with `confirm` that find out by reading what they would destroy, and call [`Job::confirm`] then.
const ASK_THEMSELVES: [&str; 0] = [];

/// Runs the job of a tool whose arguments, rights and project are checked.
pub async fn run(
    environment: &Environment<'_>,
    tool: &'static Tool,
    declared: &'static catalog::Job,
    arguments: &Arguments<'_>,
) -> ToolResult {
    let Some((_, run)) = JOBS.iter().find(|(name, _)| *name == declared.name) else {
        let told =
            "The connector has an error of its own: this job is not there. Nothing was sent.";
        return ToolResult::error("no_such_job", told);
    };
    perform(environment, tool, declared, arguments, *run).await
}

/// Runs a job and says how it ended.
async fn perform(
    environment: &Environment<'_>,
    tool: &'static Tool,
    declared: &'static catalog::Job,
    arguments: &Arguments<'_>,
    run: Run,
) -> ToolResult {
    let job = Job::new(environment, tool, declared, arguments);
    let asked = match ASK_THEMSELVES.contains(&declared.name) {
        true => Ok(()),
        false => job.confirm(None).await,
    };
    let outcome = match asked {
        Ok(()) => run(&job).await,
        Err(stop) => Err(stop),
    };
    job.close_entry();
    match outcome {
        Ok(answer) => conclude(environment, tool, arguments, Ok(fit(answer))),
        Err(stop) => stop::told(&job, stop),
    }
}

/// The answer as JSON. One that is too long loses the end of its longest list or text, and says so.
fn fit(mut answer: Value) -> String {
    let mut text = answer.to_string();
    while text.len() > MAX_ANSWER {
        let Some(members) = answer.as_object_mut() else { break };
        let longest = members.iter_mut().max_by_key(|(_, value)| value.to_string().len());
        let Some((name, value)) = longest else { break };
        let excess = text.len().saturating_sub(MAX_ANSWER);
        let name = name.clone();
        match value {
            Value::Array(rows) if !rows.is_empty() => {
                rows.truncate(rows.len().saturating_mul(3) / 4)
            }
            Value::String(long) => {
                let kept = long.len().saturating_sub(excess.saturating_add(NOTE));
                long.truncate(long.floor_char_boundary(kept));
            }
            _ => break,
        }
        let note = format!("Too long to show whole: the end of {name} is cut off.");
        members.insert("truncated".into(), Value::String(note));
        let shorter = answer.to_string();
        // Escapes may make a text longer than it is, but never for ever.
        if shorter.len() >= text.len() {
            break;
        }
        text = shorter;
    }
    text
}

/// Room for the note about what was cut.
const NOTE: usize = 120;

#[cfg(test)]
mod tests;
