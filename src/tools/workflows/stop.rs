//! How a job stops, and what the model is told then: what exists now, what does not, how to go on, how
//! to undo. Nobody has to find out by looking around, and nothing is tried twice.

use std::fmt::Write as _;

use super::account::Account;
use super::job::Job;
use crate::mittwald::ApiError;
use crate::mittwald::sentence;
use crate::tools::outcome::failed;
use crate::tools::result::ToolResult;

/// Why a job ends without an answer.
#[derive(Debug)]
pub enum Stop {
    /// Caller: tool result, the sentence of the error. A read failed; nothing was changed by it.
    Read(ApiError),
    /// Caller: the same, and whether the change may have happened nevertheless.
    Write(ApiError),
    /// Caller: this result. The job said so itself, or the log of writes refused the first write.
    Told(Box<ToolResult>),
    /// Caller: tool result, "an error of its own". The catalogue does not name this operation for the job.
    Undeclared(&'static str),
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::Read(error)
    }
}

/// What the model is told.
pub(super) fn told(job: &Job<'_>, stop: Stop) -> ToolResult {
    let account = job.account.borrow();
    let (environment, tool, arguments) = (job.environment, job.tool, job.arguments);
    let mut result = match stop {
        Stop::Read(error) => failed(environment, tool, arguments, &error, &|about| {
            sentence::of_lookup(&error, about)
        }),
        Stop::Write(error) => {
            failed(environment, tool, arguments, &error, &|about| sentence::of(&error, about))
        }
        Stop::Told(result) => *result,
        Stop::Undeclared(operation) => ToolResult::error(
            "undeclared_operation",
            format!("The connector has an error of its own: this tool may not use {operation}."),
        ),
    };
    if account.wrote || !account.made.is_empty() {
        result.text = midway(job, &account, &result.text);
        result.outcome = "stopped_midway";
    }
    result
}

fn midway(job: &Job<'_>, account: &Account, why: &str) -> String {
    let mut out = String::from("The job stopped midway");
    let at = account.begun.saturating_sub(1);
    let (done, open) = account.plan.split_at_checked(at).unwrap_or((account.plan, &[]));
    if let Some(step) = open.first() {
        // Writing to a String cannot fail.
        let _ = write!(out, ": it could not {step}");
    }
    let _ = write!(out, ". {why}");
    if !done.is_empty() {
        let _ = write!(out, "\nDone: {}.", done.join("; "));
    }
    for made in &account.made {
        let _ = write!(out, "\nThis exists now and stays: {} {}", made.what, made.id);
        let served = made.undo.and_then(|undo| job.environment.surface.find(undo));
        match served {
            Some(undo) => {
                let _ = write!(out, "; to undo it, use {}.", undo.name);
            }
            None => out.push('.'),
        }
    }
    if !open.is_empty() {
        let _ = write!(out, "\nNot done: {}.", open.join("; "));
    }
    if let Some(next) = &account.next {
        let _ = write!(out, "\nTo go on: {next}");
    }
    out.push_str(
        "\nNothing was tried twice. Do not call this tool again with the same arguments before you \
         have looked at what is there: it would begin from the start.",
    );
    out
}
