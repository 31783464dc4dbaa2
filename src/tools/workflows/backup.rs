//! Backups of a project: make one, restore from one, export one for download; each is waited for as far
//! as the call's time goes.
//!
//! A backup remembers its last restore and export. What a read shows right after a new one was ordered
//! may therefore be the end of the one before: [`Renewal`] tells them apart.

use std::cell::{Cell, RefCell};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Job, Stop};

const BACKUP: &str = "/v2/project-backups/{projectBackupId}";
const DUMPS: &str = "/v2/project-backups/{projectBackupId}/database-dumps";

/// Milliseconds after which a read shows what was ordered, even if it looks like what was there before.
const SETTLED_MS: u64 = 10_000;

/// The API declares the status as any text; these are the ends that its own clients know.
const COMPLETE: &str = "Completed";
const FAILED: &str = "Failed";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Backup {
    id: String,
    status: String,
    created_at: Option<String>,
    expires_at: Option<String>,
    #[serde(default)]
    restore: Value,
    #[serde(default)]
    export: Value,
}

impl Backup {
    fn complete(&self) -> bool {
        self.status.eq_ignore_ascii_case(COMPLETE)
    }
}

#[derive(Deserialize)]
struct Dumps {
    databases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DatabaseRestore {
    database_backup_dump: String,
}

/// Tells the state of what was just ordered from that of the one before.
struct Renewal<'j> {
    job: &'j Job<'j>,
    before: Value,
    ordered_ms: u64,
    /// Whether a read showed something else than before.
    changed: Cell<bool>,
}

impl<'j> Renewal<'j> {
    fn after(job: &'j Job<'j>, before: Value) -> Self {
        let ordered_ms = job.environment.ports.clock.now_ms();
        Self { job, before, ordered_ms, changed: Cell::new(false) }
    }

    fn is_new(&self, now: &Value) -> bool {
        self.changed.set(self.changed.get() || *now != self.before);
        let now_ms = self.job.environment.ports.clock.now_ms();
        self.changed.get() || now_ms.saturating_sub(self.ordered_ms) >= SETTLED_MS
    }
}

/// Makes a backup and waits for it.
pub async fn create(job: &Job<'_>) -> Result<Value, Stop> {
    job.plan(&["start the backup", "see it through to its end"]);
    job.step();
    let started: Backup = job.own().await?;
    job.made("backup", &started.id, Some("mittwald_backup_delete"));
    job.go_on("mittwald_backup_get shows how far the backup is.");
    job.step();
    let latest = RefCell::new(started);
    let id = latest.borrow().id.clone();
    let ended = job
        .wait(async || {
            let now = read(job, &id).await?;
            let ended = now.complete() || now.status.eq_ignore_ascii_case(FAILED);
            *latest.borrow_mut() = now;
            Ok(ended.then_some(()))
        })
        .await?;
    let latest = latest.into_inner();
    if ended.is_some() && !latest.complete() {
        let told = format!("mittwald could not make the backup: its status is {}.", latest.status);
        return Err(job.refuse("backup_failed", told));
    }
    let mut answer = Map::new();
    answer.insert("id".into(), latest.id.into());
    answer.insert("status".into(), latest.status.into());
    answer.insert("complete".into(), ended.is_some().into());
    for (name, time) in [("createdAt", latest.created_at), ("expiresAt", latest.expires_at)] {
        answer.extend(time.map(|time| (name.to_owned(), time.into())));
    }
    if ended.is_none() {
        let next = "The backup is still being made, and goes on by itself: mittwald_backup_get shows when it is \
                    Completed. Do not make another one.";
        answer.insert("next".into(), next.into());
    }
    Ok(Value::Object(answer))
}

/// Exports a backup and gives the address of the archive. An export that is there already is not made
/// again.
pub async fn export(job: &Job<'_>) -> Result<Value, Stop> {
    job.plan(&["look at the backup", "start the export", "see it through to its end"]);
    job.step();
    let id = job.text("projectBackupId").unwrap_or_default().into_owned();
    let format = job.text("format").unwrap_or_default().into_owned();
    let backup = read(job, &id).await?;
    refuse_incomplete(job, &backup)?;
    let before = backup.export;
    let is = |export: &Value, name: &str, text: &str| {
        export.get(name).and_then(Value::as_str).is_some_and(|now| now.eq_ignore_ascii_case(text))
    };
    let ready =
        |export: &Value| is(export, "phase", COMPLETE) && export.get("downloadURL").is_some();
    let running = is(&before, "phase", "Pending") || is(&before, "phase", "Exporting");
    if (ready(&before) || running) && !is(&before, "format", &format) {
        let there = before.get("format").and_then(Value::as_str).unwrap_or("other");
        let told = format!(
            "There is an export of this backup as {there} already; mittwald_backup_download shows it. Nothing was \
             changed. For one as {format}, delete that first with mittwald_backup_export_delete."
        );
        return Err(job.refuse("other_export", told));
    }
    if ready(&before) {
        return Ok(exported(&id, &before, false, true));
    }
    job.step();
    if !running {
        let (): () = job.own().await?;
    }
    job.go_on("mittwald_backup_download shows how far the export is, and its address.");
    job.step();
    let renewal = Renewal::after(job, before);
    let latest = RefCell::new(Value::Null);
    let ended = job
        .wait(async || {
            let now = read(job, &id).await?.export;
            let new = renewal.is_new(&now) || running;
            let ended = ready(&now) || (new && is(&now, "phase", FAILED));
            *latest.borrow_mut() = now;
            Ok(ended.then_some(()))
        })
        .await?;
    let latest = latest.into_inner();
    if ended.is_some() && !ready(&latest) {
        let told = "mittwald could not make the export: its phase is Failed. The backup itself is still there.";
        return Err(job.refuse("export_failed", told));
    }
    Ok(exported(&id, &latest, !running, ended.is_some()))
}

/// What an export answers; `created` tells whether this call ordered it.
fn exported(id: &str, export: &Value, created: bool, complete: bool) -> Value {
    let mut answer = Map::new();
    answer.insert("id".into(), id.into());
    answer.insert("created".into(), created.into());
    for name in ["phase", "downloadURL", "format", "expiresAt", "sha256Checksum"] {
        let value = export.get(name).filter(|value| value.is_string());
        answer.extend(value.map(|value| (name.to_owned(), value.clone())));
    }
    if !complete {
        let next = "The export is still being made, and goes on by itself: mittwald_backup_download shows its \
                    address when phase is Completed.";
        answer.insert("next".into(), next.into());
    }
    Value::Object(answer)
}

/// Restores files, databases or both, after the person agreed, and waits.
pub async fn restore(job: &Job<'_>) -> Result<Value, Stop> {
    job.plan(&["look at the backup", "start the restore", "see it through to its end"]);
    job.step();
    let id = job.text("projectBackupId").unwrap_or_default().into_owned();
    let paths = job.json("pathRestore");
    let databases = job.json("databaseRestores").unwrap_or_else(|| json!([]));
    let dumps: Vec<DatabaseRestore> = serde_json::from_value(databases.clone()).unwrap_or_default();
    if paths.is_none() && dumps.is_empty() {
        let told = "Nothing to restore: give pathRestore (paths from mittwald_backup_path_list), databaseRestores \
                    (dumps from mittwald_backup_database_dump_list), or both. Nothing was changed.";
        return Err(job.refuse("nothing_to_restore", told));
    }
    let backup = read(job, &id).await?;
    refuse_incomplete(job, &backup)?;
    if phase(&backup.restore) == Some("running") {
        let told = "A restore from this backup is running already; mittwald_backup_get shows when restore.phase is \
                    completed. Nothing was changed.";
        return Err(job.refuse("restore_running", told));
    }
    if !dumps.is_empty() {
        refuse_unknown_dumps(job, &id, &dumps).await?;
    }
    let planned = json!({
        "backupMadeAt": backup.created_at,
        "overwrites": { "files": paths, "databases": databases },
    });
    job.confirm(Some(planned)).await?;
    job.step();
    let (): () = job.own().await?;
    job.go_on("mittwald_backup_get shows how far the restore is.");
    job.step();
    let renewal = Renewal::after(job, backup.restore);
    let latest = RefCell::new(Value::Null);
    let ended = job
        .wait(async || {
            let now = read(job, &id).await?.restore;
            let ended = renewal.is_new(&now) && phase(&now) == Some("completed");
            *latest.borrow_mut() = now;
            Ok(ended.then_some(()))
        })
        .await?;
    let latest = latest.into_inner();
    let mut answer = Map::new();
    answer.insert("done".into(), ended.is_some().into());
    answer.insert("projectBackupId".into(), id.into());
    if let Some(target) = latest.pointer("/pathRestore/determinedTargetPath") {
        answer.insert("restoredTo".into(), target.clone());
    }
    if ended.is_none() {
        let next = "The restore is still running, and goes on by itself: mittwald_backup_get shows when restore.phase \
                    is completed. Do not start it again.";
        answer.insert("next".into(), next.into());
    }
    Ok(Value::Object(answer))
}

fn phase(restore: &Value) -> Option<&str> {
    restore.get("phase").and_then(Value::as_str)
}

async fn read(job: &Job<'_>, id: &str) -> Result<Backup, Stop> {
    job.get(BACKUP, &[("projectBackupId", id)], &[]).await
}

fn refuse_incomplete(job: &Job<'_>, backup: &Backup) -> Result<(), Stop> {
    if backup.complete() {
        return Ok(());
    }
    let told = format!(
        "This backup is not complete, its status is {}. Nothing was changed. mittwald_backup_list shows those that \
         are Completed.",
        backup.status
    );
    Err(job.refuse("backup_incomplete", told))
}

/// Names of dumps are checked before anything is overwritten: half a restore helps nobody.
async fn refuse_unknown_dumps(
    job: &Job<'_>,
    id: &str,
    wanted: &[DatabaseRestore],
) -> Result<(), Stop> {
    let Dumps { databases } = job.get(DUMPS, &[("projectBackupId", id)], &[]).await?;
    let unknown = wanted.iter().find(|one| !databases.contains(&one.database_backup_dump));
    let Some(unknown) = unknown else { return Ok(()) };
    let known = if databases.is_empty() { "none".to_owned() } else { databases.join(", ") };
    let told = format!(
        "The backup has no database dump {:?}. It has: {known}. Nothing was changed.",
        unknown.database_backup_dump
    );
    Err(job.refuse("no_such_dump", told))
}

#[cfg(test)]
mod tests;
