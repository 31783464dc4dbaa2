//! An `Account` object's tables.
//!
//! A grant is one row of JSON: every transition reads and writes a grant as a whole, nothing queries
//! its parts, and a field added later needs no migration. Writes are rows of their own, because they
//! are listed and trimmed; they repeat who the client was, because they outlive their grant.

use worker::{SqlStorage, SqlStorageValue};

use crate::oauth::account::{KEPT_WRITES, KEPT_WRITES_IN_ALL, Store, Write};
use crate::oauth::grant::Grant;
use crate::oauth::overview::PastWrite;
use crate::oauth::stores::StoreUnavailable;
use crate::ports::Spent;

/// The tables, over the object's SQLite database.
pub struct AccountTables(pub SqlStorage);

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS grants (id TEXT PRIMARY KEY, ends_at INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS writes (id INTEGER PRIMARY KEY AUTOINCREMENT, grant_id TEXT, client TEXT NOT NULL,
  tool TEXT NOT NULL, target TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_at INTEGER, succeeded INTEGER);
CREATE TABLE IF NOT EXISTS spent (nonce TEXT PRIMARY KEY, until INTEGER NOT NULL);
";

/// Columns that came later: who the client was.
const ADDED: [&str; 2] = ["client_name", "redirect_uri"];

#[derive(serde::Deserialize)]
struct Body {
    body: String,
}

#[derive(serde::Deserialize)]
struct Number {
    value: Option<i64>,
}

/// A row of the log.
#[derive(serde::Deserialize)]
struct Row {
    grant_id: Option<String>,
    client_name: Option<String>,
    redirect_uri: Option<String>,
    tool: String,
    target: String,
    opened_at: i64,
    succeeded: Option<i64>,
}

impl From<Row> for PastWrite {
    fn from(row: Row) -> Self {
        Self {
            grant: row.grant_id,
            client_name: row.client_name,
            redirect_uri: row.redirect_uri,
            tool: row.tool,
            target: row.target,
            at: u64::try_from(row.opened_at).unwrap_or_default(),
            succeeded: row.succeeded.map(|value| value != 0),
        }
    }
}

impl AccountTables {
    /// Creates tables and columns where they are missing.
    pub fn prepare(&self) -> worker::Result<()> {
        self.0.exec(SCHEMA, None)?;
        for column in ADDED {
            let known: Vec<Number> = self
                .0
                .exec(
                    "SELECT COUNT(*) AS value FROM pragma_table_info('writes') WHERE name = ?",
                    vec![text(column)],
                )?
                .to_array()?;
            if known.first().and_then(|row| row.value) == Some(0) {
                self.0.exec(&format!("ALTER TABLE writes ADD COLUMN {column} TEXT"), None)?;
            }
        }
        Ok(())
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

    fn grants(&self) -> Result<Vec<Grant>, StoreUnavailable> {
        let rows: Vec<Body> = self
            .0
            .exec("SELECT body FROM grants", None)
            .and_then(|cursor| cursor.to_array())
            .map_err(|_| StoreUnavailable)?;
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).map_err(|_| StoreUnavailable))
            .collect()
    }

    fn writes(&self) -> Result<Vec<PastWrite>, StoreUnavailable> {
        let rows: Vec<Row> = self
            .0
            .exec(
                "SELECT grant_id, client_name, redirect_uri, tool, target, opened_at, succeeded \
                 FROM writes ORDER BY id DESC",
                None,
            )
            .and_then(|cursor| cursor.to_array())
            .map_err(|_| StoreUnavailable)?;
        Ok(rows.into_iter().map(PastWrite::from).collect())
    }

    fn spend(&self, spent: &Spent, now: u64) -> Result<bool, StoreUnavailable> {
        self.run("DELETE FROM spent WHERE until <= ?", vec![integer(now)])?;
        let inserted: Vec<Number> = self
            .0
            .exec(
                "INSERT INTO spent (nonce, until) VALUES (?, ?) ON CONFLICT DO NOTHING \
                 RETURNING until AS value",
                vec![text(&spent.nonce), integer(spent.until)],
            )
            .and_then(|cursor| cursor.to_array())
            .map_err(|_| StoreUnavailable)?;
        Ok(!inserted.is_empty())
    }

    fn open_write(&self, write: &Write<'_>) -> Result<i64, StoreUnavailable> {
        let grant = optional(write.grant.map(|grant| grant.id.as_str()));
        let inserted: Vec<Number> = self
            .0
            .exec(
                "INSERT INTO writes (grant_id, client, tool, target, opened_at, client_name, redirect_uri) \
                 VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id AS value",
                vec![
                    grant.clone(),
                    text(write.client),
                    text(write.tool),
                    text(write.target),
                    integer(write.at),
                    optional(write.grant.map(|grant| grant.client_name.as_str())),
                    optional(write.grant.map(|grant| grant.redirect_uri.as_str())),
                ],
            )
            .and_then(|cursor| cursor.to_array())
            .map_err(|_| StoreUnavailable)?;
        let id = inserted.first().and_then(|row| row.value).ok_or(StoreUnavailable)?;
        // `IS` compares API tokens, which have no grant, as well.
        self.run(
            "DELETE FROM writes WHERE grant_id IS ?1 AND id <= \
             (SELECT id FROM writes WHERE grant_id IS ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            vec![grant, SqlStorageValue::Integer(i64::from(KEPT_WRITES))],
        )?;
        self.run(
            "DELETE FROM writes WHERE id <= (SELECT id FROM writes ORDER BY id DESC LIMIT 1 OFFSET ?)",
            vec![SqlStorageValue::Integer(i64::from(KEPT_WRITES_IN_ALL))],
        )?;
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

fn optional(value: Option<&str>) -> SqlStorageValue {
    value.map_or(SqlStorageValue::Null, text)
}

fn integer(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
