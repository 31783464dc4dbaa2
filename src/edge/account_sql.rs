//! An `Account` object's tables.
//!
//! A grant is one row of JSON: every transition reads and writes a grant as a whole, nothing queries
//! its parts, and a field added later needs no migration. Writes are rows of their own, because they
//! are listed and trimmed.

use worker::{SqlStorage, SqlStorageValue};

use crate::oauth::account::{KEPT_WRITES, Store, Write};
use crate::oauth::grant::Grant;
use crate::oauth::stores::StoreUnavailable;

/// The tables, over the object's SQLite database.
pub struct AccountTables(pub SqlStorage);

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS grants (id TEXT PRIMARY KEY, ends_at INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS writes (id INTEGER PRIMARY KEY AUTOINCREMENT, grant_id TEXT, client TEXT NOT NULL,
  tool TEXT NOT NULL, target TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_at INTEGER, succeeded INTEGER);
";

#[derive(serde::Deserialize)]
struct Body {
    body: String,
}

#[derive(serde::Deserialize)]
struct Number {
    value: Option<i64>,
}

impl AccountTables {
    /// Creates the tables where they are missing.
    pub fn prepare(&self) -> worker::Result<()> {
        self.0.exec(SCHEMA, None).map(|_| ())
    }

    /// Forgets grants that have ended; gives the moment when the next one does.
    pub fn sweep(&self, now: u64) -> worker::Result<Option<u64>> {
        self.0.exec("DELETE FROM grants WHERE ends_at <= ?", vec![integer(now)])?;
        let next: Vec<Number> =
            self.0.exec("SELECT MIN(ends_at) AS value FROM grants", None)?.to_array()?;
        Ok(next.first().and_then(|row| row.value).and_then(|value| u64::try_from(value).ok()))
    }

    fn run(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<(), StoreUnavailable> {
        self.0.exec(sql, values).map(|_| ()).map_err(|_| StoreUnavailable)
    }
}

impl Store for AccountTables {
    fn grant(&self, id: &str) -> Result<Option<Grant>, StoreUnavailable> {
        let rows: Vec<Body> = self
            .0
            .exec("SELECT body FROM grants WHERE id = ?", vec![text(id)])
            .and_then(|cursor| cursor.to_array())
            .map_err(|_| StoreUnavailable)?;
        rows.first()
            .map(|row| serde_json::from_str(&row.body).map_err(|_| StoreUnavailable))
            .transpose()
    }

    fn put(&self, grant: &Grant) -> Result<(), StoreUnavailable> {
        let body = serde_json::to_string(grant).map_err(|_| StoreUnavailable)?;
        self.run(
            "INSERT OR REPLACE INTO grants (id, ends_at, body) VALUES (?, ?, ?)",
            vec![text(&grant.id), integer(grant.ends_at()), text(&body)],
        )
    }

    fn remove(&self, id: &str) -> Result<(), StoreUnavailable> {
        self.run("DELETE FROM grants WHERE id = ?", vec![text(id)])
    }

    fn open_write(&self, write: &Write<'_>) -> Result<i64, StoreUnavailable> {
        let grant = write.grant.map_or(SqlStorageValue::Null, text);
        let inserted: Vec<Number> = self
            .0
            .exec(
                "INSERT INTO writes (grant_id, client, tool, target, opened_at) VALUES (?, ?, ?, ?, ?) RETURNING id AS value",
                vec![grant, text(write.client), text(write.tool), text(write.target), integer(write.at)],
            )
            .and_then(|cursor| cursor.to_array())
            .map_err(|_| StoreUnavailable)?;
        let id = inserted.first().and_then(|row| row.value).ok_or(StoreUnavailable)?;
        let oldest = id.saturating_sub(i64::from(KEPT_WRITES));
        self.run("DELETE FROM writes WHERE id <= ?", vec![SqlStorageValue::Integer(oldest)])?;
        Ok(id)
    }

    fn close_write(&self, id: i64, succeeded: bool, at: u64) -> Result<(), StoreUnavailable> {
        self.run(
            "UPDATE writes SET closed_at = ?, succeeded = ? WHERE id = ?",
            vec![
                integer(at),
                SqlStorageValue::Integer(i64::from(succeeded)),
                SqlStorageValue::Integer(id),
            ],
        )
    }
}

fn text(value: &str) -> SqlStorageValue {
    SqlStorageValue::String(value.to_owned())
}

fn integer(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
