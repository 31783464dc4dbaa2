//! The `Account` Durable Object: one mittwald user's grants and log of writes.
//!
//! Named by a keyed hash of the user id, so that all of a person's connections are in one place and
//! nobody else's are. What it does with a command, and why that is atomic, stands in
//! [`crate::oauth::account`]; here are only storage, clock and alarm. The alarm ends grants whose
//! time is over, at the moment the next one's is.

use std::cell::OnceCell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::oauth::account;
use crate::oauth::stores::AccountCommand;
use crate::ports::Clock;

use super::account_sql::AccountTables;
use super::clock::RuntimeClock;
use super::deployment;
use super::renewal::UpstreamRenewal;

type Inner = account::Account<AccountTables, UpstreamRenewal>;

/// The object.
#[durable_object(alarm)]
pub struct Account {
    state: State,
    env: Env,
    inner: OnceCell<Inner>,
}

impl DurableObject for Account {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, inner: OnceCell::new() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command: AccountCommand = request.json().await?;
        let creates = matches!(command, AccountCommand::Create(_));
        let inner = self.inner()?;
        let reply = inner
            .handle(command, || RuntimeClock.now())
            .await
            .map_err(|error| worker::Error::RustError(error.to_string()))?;
        if creates {
            self.sweep().await?;
        }
        Response::from_json(&reply)
    }

    async fn alarm(&self) -> Result<Response> {
        self.sweep().await?;
        Response::empty()
    }
}

impl Account {
    fn inner(&self) -> Result<&Inner> {
        if let Some(inner) = self.inner.get() {
            return Ok(inner);
        }
        let deployment = deployment::read(&self.env).map_err(worker::Error::RustError)?;
        let account = self.state.id().name().unwrap_or_default();
        let tables = AccountTables(self.state.storage().sql());
        tables.prepare()?;
        let renewal = UpstreamRenewal { deployment, account };
        Ok(self.inner.get_or_init(|| account::Account::new(tables, renewal)))
    }

    /// Drops what has ended and sets the alarm for what ends next.
    async fn sweep(&self) -> Result<()> {
        let swept = self.inner()?.sweep(RuntimeClock.now());
        let next = swept.map_err(|error| worker::Error::RustError(error.to_string()))?;
        match next.and_then(|seconds| i64::try_from(seconds).ok()) {
            // The alarm takes an offset from now, in milliseconds.
            Some(at) => {
                let now = i64::try_from(RuntimeClock.now()).unwrap_or(at);
                let offset = at.saturating_sub(now).max(0).saturating_add(1).saturating_mul(1000);
                self.state.storage().set_alarm(offset).await
            }
            None => self.state.storage().delete_alarm().await,
        }
    }
}
