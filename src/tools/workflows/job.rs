//! What a job has in its hands: arguments, requests, its plan, and the account of what it did.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::account::{Account, Made, UNCONFIRMED};
use super::stop::Stop;
use crate::catalog::{self, Tool, Use, Verb};
use crate::keys::Secret;
use crate::mittwald::error::{Effected, Unreadable};
use crate::mittwald::response::{self, Success};
use crate::mittwald::{self, ApiError, Arguments, paging, request};
use crate::ports::{Spent, UpstreamRequest, UpstreamResponse, WriteId};
use crate::tools::answer;
use crate::tools::call::{self, Environment};
use crate::tools::confirm;
use crate::tools::outcome::not_opened;
use crate::tools::result::ToolResult;

/// A running job.
pub struct Job<'a> {
    /// Caller, surface, ports.
    pub environment: &'a Environment<'a>,
    pub(super) tool: &'static Tool,
    pub(super) arguments: &'a Arguments<'a>,
    declared: &'static catalog::Job,
    entry: Cell<Option<WriteId>>,
    /// The confirmation that the first write uses up.
    spends: RefCell<Option<Spent>>,
    pub(super) account: RefCell<Account>,
    /// The API's name for the last write: reads that name it see it (the header is no part of its
    /// document).
    event: RefCell<Option<Secret>>,
}

/// Rows of a list.
#[derive(Debug)]
pub struct Listed<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many there are over all pages.
    pub total: u64,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        environment: &'a Environment<'a>,
        tool: &'static Tool,
        declared: &'static catalog::Job,
        arguments: &'a Arguments<'a>,
    ) -> Self {
        Self {
            environment,
            tool,
            arguments,
            declared,
            entry: Cell::new(None),
            spends: RefCell::default(),
            account: RefCell::default(),
            event: RefCell::default(),
        }
    }

    /// A text argument, or an id whose short form is resolved already.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.arguments.get(name).map(mittwald::Value::plain)
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.arguments.get(name) {
            Some(mittwald::Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether a boolean argument is true.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.arguments.get(name), Some(mittwald::Value::Boolean(true)))
    }

    /// Any argument as JSON: lists and objects.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<Value> {
        let mut text = String::new();
        self.arguments.get(name)?.write_json(&mut text);
        serde_json::from_str(&text).ok()
    }

    /// Reads something. `template` is the operation's path as `uses` spells it, without the method.
    ///
    /// # Errors
    /// [`Stop`]; [`Stop::Undeclared`] for an operation that `uses` does not name.
    pub async fn get<T: DeserializeOwned>(
        &self,
        template: &'static str,
        parameters: &[(&str, &str)],
        query: &[(&str, &str)],
    ) -> Result<T, Stop> {
        let operation = self.declared(Verb::Get, template)?;
        let received = self.read(operation, parameters, query).await?;
        parsed(response::of_lookup(&received, self.tool)?)
    }

    /// Reads a page of a list, with how many rows there are in all. Name a `limit` in the query.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn list<T: DeserializeOwned>(
        &self,
        template: &'static str,
        parameters: &[(&str, &str)],
        query: &[(&str, &str)],
    ) -> Result<Listed<T>, Stop> {
        let operation = self.declared(Verb::Get, template)?;
        let received = self.read(operation, parameters, query).await?;
        let rows: Vec<T> = parsed(response::of_lookup(&received, self.tool)?)?;
        let shown = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let total = paging::total(received.headers.as_ref()).unwrap_or(shown).max(shown);
        Ok(Listed { rows, total })
    }

    /// Changes something; an empty answer reads as `()` or [`Value::Null`].
    ///
    /// # Errors
    /// As [`Self::get`]. Nothing was sent where the log of writes refused it.
    pub async fn send<T: DeserializeOwned>(
        &self,
        verb: Verb,
        template: &'static str,
        parameters: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, Stop> {
        let operation = self.declared(verb, template)?;
        let body = body.map(Value::to_string);
        let request = self.environment.way()?.operation(operation, parameters, &[], body);
        let received = self.write(operation, request.map_err(unrenderable)?).await?;
        accepted(&received, self.tool)
    }

    /// Sends the tool's own operation, made of the call's arguments as for a tool of one request.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn own<T: DeserializeOwned>(&self) -> Result<T, Stop> {
        accepted(&self.send_own().await?, self.tool)
    }

    /// Sends the tool's own operation, and gives what `[tool.answer]` makes of the API's answer.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn own_answer(&self) -> Result<Value, Stop> {
        let received = self.send_own().await?;
        let Success { json, total } = response::read(&received, self.tool)?;
        let composed = answer::compose(self.tool, self.arguments, &Success { json, total })?;
        parsed(&composed)
    }

    async fn send_own(&self) -> Result<UpstreamResponse, Stop> {
        let own = self.tool.operation.as_ref().ok_or(Stop::Undeclared("its own operation"))?;
        let operation = self.declared(own.verb, own.template)?;
        let Ok(password) = call::generated(self.environment, self.tool) else {
            let told = "The connector has no randomness for a password. Try again in a moment.";
            return Err(self.refuse("no_randomness", told));
        };
        let way = self.environment.way()?;
        let request = request::render(way, self.tool, self.arguments, password.as_ref());
        let request = request.map_err(unrenderable)?;
        if operation.writes {
            self.write(operation, request).await
        } else {
            Ok(self.environment.ports.upstream.send(request).await.map_err(ApiError::NoAnswer)?)
        }
    }

    /// Lets the person agree to what the job would do; before the first write of a tool with `confirm`.
    /// The dispatcher does it for most jobs. One that finds out only by reading what it would destroy is
    /// named in `ASK_THEMSELVES`, and shows that in `planned` (a JSON object).
    ///
    /// # Errors
    /// [`Stop`]: the preview, or a token that does not fit.
    pub async fn confirm(&self, planned: Option<Value>) -> Result<(), Stop> {
        let settled = confirm::settle(self.environment, self.tool, self.arguments, planned).await;
        let spent = settled.map_err(|told| Stop::Told(Box::new(told)))?;
        *self.spends.borrow_mut() = spent;
        Ok(())
    }

    /// The steps that the job is made of, each as the rest of a sentence: "create the database".
    pub fn plan(&self, steps: &'static [&'static str]) {
        *self.account.borrow_mut() = Account { plan: steps, ..Account::default() };
    }

    /// The next step begins.
    pub fn step(&self) {
        let mut account = self.account.borrow_mut();
        if let Some(text) = account.plan.get(account.begun) {
            let number = account.begun.saturating_add(1);
            let told = format!("Step {number} of {}: {text}.", account.plan.len());
            self.progress(account.begun, account.plan.len(), &told);
        }
        account.begun = account.begun.saturating_add(1);
    }

    /// Something exists now; `undo` is the tool that takes it away again.
    pub fn made(&self, what: &'static str, id: &str, undo: Option<&'static str>) {
        self.account.borrow_mut().made.push(Made { what, id: id.to_owned(), undo });
    }

    /// How to go on by hand if the job stops from here on: a whole sentence.
    pub fn go_on(&self, sentence: impl Into<Cow<'static, str>>) {
        self.account.borrow_mut().next = Some(sentence.into());
    }

    /// The job cannot begin, or not go on. `outcome` is the name for the log line, the sentence says what
    /// was wrong and what to do.
    #[must_use]
    pub fn refuse(&self, outcome: &'static str, sentence: impl Into<String>) -> Stop {
        Stop::Told(Box::new(ToolResult::error(outcome, sentence)))
    }

    /// Milliseconds that the job has left; zero where no further request is worth beginning.
    #[must_use]
    pub fn time_left_ms(&self) -> u64 {
        let elapsed =
            self.environment.ports.clock.now_ms().saturating_sub(self.environment.began_ms);
        call::DEADLINE_MS.saturating_sub(elapsed)
    }

    /// Tells the client how far the job is; `text` is a sentence about what comes next.
    pub fn progress(&self, done: usize, total: usize, text: &str) {
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        self.environment.progress.report(number(done), Some(number(total)), text);
    }

    /// The operation, if the catalogue lets this job send it.
    fn declared(&self, verb: Verb, template: &'static str) -> Result<&'static Use, Stop> {
        let mut uses = self.declared.uses.iter();
        uses.find(|one| one.verb == verb && one.template == template)
            .ok_or(Stop::Undeclared(template))
    }

    /// A read, which sees what the job wrote before.
    async fn read(
        &self,
        operation: &'static Use,
        parameters: &[(&str, &str)],
        query: &[(&str, &str)],
    ) -> Result<UpstreamResponse, Stop> {
        let mut event = self.event.borrow().clone();
        loop {
            let request = self.environment.way()?.operation(operation, parameters, query, None);
            let mut request = request.map_err(unrenderable)?;
            let waits = event.is_some();
            request.headers.extend(event.take().map(|event| ("if-event-reached", event)));
            let sent = self.environment.ports.upstream.send(request).await;
            let received = sent.map_err(ApiError::NoAnswer)?;
            if !(waits && received.status == 412) {
                return Ok(received);
            }
            // The event did not get there in ten seconds: whatever is there now is the answer.
            self.event.take();
        }
    }

    async fn write(
        &self,
        operation: &'static Use,
        request: UpstreamRequest,
    ) -> Result<UpstreamResponse, Stop> {
        if operation.writes && self.entry.get().is_none() {
            let spends = self.spends.borrow().clone();
            if self.tool.confirm && spends.is_none() {
                return Err(self.refuse("unconfirmed", UNCONFIRMED));
            }
            match call::note(self.environment, self.tool, self.arguments, spends.as_ref()).await {
                Ok(id) => self.entry.set(Some(id)),
                Err(refusal) => {
                    return Err(Stop::Told(Box::new(not_opened(
                        self.environment,
                        self.tool,
                        refusal,
                    ))));
                }
            }
        }
        let sent = self.environment.ports.upstream.send(request).await;
        let outcome = sent.map_err(ApiError::NoAnswer).and_then(|received| {
            let refused = !(200..300).contains(&received.status);
            let headers = received.headers.as_ref();
            let refusal =
                || ApiError::of_status(received.status, headers, &received.body, self.tool);
            if refused { Err(refusal()) } else { Ok(received) }
        });
        if operation.writes {
            let mut account = self.account.borrow_mut();
            match outcome.as_ref().map_or_else(ApiError::effected, |_| Effected::Yes) {
                Effected::Yes => account.wrote = true,
                Effected::Perhaps => account.uncertain = true,
                Effected::No => {}
            }
        }
        let received = outcome.map_err(|error| {
            if operation.writes { Stop::Write(error) } else { Stop::Read(error) }
        })?;
        if let Some(event) = received.headers.get("etag") {
            *self.event.borrow_mut() = Some(Secret::from(event.as_str()));
        }
        Ok(received)
    }

    /// Notes in the log whether anything was changed; an entry whose outcome nobody knows stays open.
    pub(super) fn close_entry(&self) {
        let account = self.account.borrow();
        if let Some(id) = self.entry.get().filter(|_| !account.uncertain) {
            let ledger = self.environment.ports.ledger;
            ledger.close(&self.environment.caller.account, id, account.wrote);
        }
    }
}

/// What mittwald answered to something that it did; nothing is an answer, too.
fn accepted<T: DeserializeOwned>(received: &UpstreamResponse, tool: &Tool) -> Result<T, Stop> {
    if (200..300).contains(&received.status) && received.body.trim_ascii().is_empty() {
        return parsed("null");
    }
    parsed(response::of_lookup(received, tool)?)
}

fn parsed<T: DeserializeOwned>(json: &str) -> Result<T, Stop> {
    serde_json::from_str(json).map_err(|error| {
        let other = error.is_data();
        let what = if other { Unreadable::OtherShape } else { Unreadable::NotJson };
        Stop::Read(ApiError::Unreadable(what))
    })
}

/// An id that cannot stand in a path is nobody's.
fn unrenderable(_: request::Unrenderable) -> Stop {
    Stop::Read(ApiError::NotFound { message: String::new() })
}
