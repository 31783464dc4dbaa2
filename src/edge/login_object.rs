//! The `Login` Durable Object: one sign-in at mittwald in progress, in one row.
//!
//! Named by 128 random bits that travel in `state`. The row only moves forward (open -> used, or by way
//! of the choice of a project), in one synchronous stretch, so a sign-in is taken out once however often
//! the callback is called. An alarm empties the object ten minutes after its last step began, so nothing
//! is left to collect.

use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

use crate::oauth::login::{self, Record};
use crate::oauth::stores::LoginCommand;
use crate::ports::Clock;

use super::clock::RuntimeClock;

/// Milliseconds until the object is emptied: a little more than a sign-in may take, so that a form
/// sent twice meets its own trace.
const SWEEP_AFTER_MS: i64 = (login::LIFETIME as i64 + 60) * 1000;

/// The object.
#[durable_object(alarm)]
pub struct Login {
    state: State,
}

impl DurableObject for Login {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command: LoginCommand = request.json().await?;
        let sql = self.state.storage().sql();
        sql.exec("CREATE TABLE IF NOT EXISTS login (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL)", None)?;
        // Each of the two waits, for the callback and for the choice, has its ten minutes.
        let begins = matches!(command, LoginCommand::Create(_) | LoginCommand::Choose(_));
        // No await between reading and writing: this is the transition.
        let (changed, reply) = login::apply(load(&sql)?, command, RuntimeClock.now());
        if let Some(record) = changed {
            save(&sql, &record)?;
            if begins {
                self.state.storage().set_alarm(SWEEP_AFTER_MS).await?;
            }
        }
        Response::from_json(&reply)
    }

    async fn alarm(&self) -> Result<Response> {
        self.state.storage().delete_all().await?;
        Response::empty()
    }
}

#[derive(serde::Deserialize)]
struct Row {
    record: String,
}

fn load(sql: &SqlStorage) -> Result<Option<Record>> {
    let rows: Vec<Row> = sql.exec("SELECT record FROM login", None)?.to_array()?;
    rows.first().map(|row| serde_json::from_str(&row.record).map_err(Into::into)).transpose()
}

fn save(sql: &SqlStorage, record: &Record) -> Result<()> {
    let json = serde_json::to_string(record)?;
    sql.exec("INSERT OR REPLACE INTO login (id, record) VALUES (1, ?)", vec![json.into()])?;
    Ok(())
}
