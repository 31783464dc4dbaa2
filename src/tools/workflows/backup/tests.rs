//! 1. Create: the backup is waited for; failed, lagging, out of time, or asked in vain, its id is told.
//! 2. Export: the address comes with the answer; one that is there or runs is not made again, and the end
//!    of the one before is not taken for the new one's.
//! 3. Restore: dumps are checked before the person is asked; it is waited for, and the end of the restore
//!    before is not taken for this one's.
//! 4. Nothing is ever ordered twice.

use serde_json::{Value, json};

use crate::tools::result::ToolResult;
use crate::tools::surface::Surface;
use crate::tools::testing::{Scene, UUID};

const CREATE: &str = "mittwald_backup_create";
const EXPORT: &str = "mittwald_backup_export_create";
const RESTORE: &str = "mittwald_backup_restore";

/// Where all tools of backups are.
fn scene() -> Scene {
    let surface = Surface::parse("/mcp/x/backup").expect("an address");
    Scene { surface, ..Scene::default() }
}

fn backup(status: &str, more: &Value) -> String {
    let mut backup = json!({
        "id": UUID, "projectId": "p", "status": status, "deletable": true,
        "requestedAt": "2026-11-24T10:00:00Z", "createdAt": "2026-11-24T10:05:00Z",
    });
    for (name, value) in more.as_object().unwrap() {
        backup[name] = value.clone();
    }
    backup.to_string()
}

fn pending() -> String {
    backup("Pending", &json!({}))
}

fn complete() -> String {
    backup("Completed", &json!({}))
}

fn with_export(phase: &str) -> String {
    let mut export = json!({ "format": "zip", "withPassword": false, "phase": phase });
    if phase == "Completed" {
        export["downloadURL"] = "https://archive.example/1.zip".into();
        export["expiresAt"] = "2026-12-01T00:00:00Z".into();
    }
    backup("Completed", &json!({ "export": export }))
}

fn with_restore(phase: &str, target: &str) -> String {
    let path = json!({ "sourcePaths": ["/html"], "determinedTargetPath": target, "clearTargetPath": false });
    backup("Completed", &json!({ "restore": { "phase": phase, "pathRestore": path } }))
}

fn creating() -> String {
    json!({ "projectId": UUID, "expirationTime": "2026-12-24T00:00:00Z" }).to_string()
}

fn exporting(format: &str) -> String {
    json!({ "projectBackupId": UUID, "format": format }).to_string()
}

fn files() -> String {
    json!({ "projectBackupId": UUID, "pathRestore": { "sourcePaths": ["/html"] } }).to_string()
}

fn databases(dump: &str) -> String {
    let one = json!({ "databaseBackupDump": dump, "targetDatabaseId": UUID });
    json!({ "projectBackupId": UUID, "databaseRestores": [one] }).to_string()
}

fn answered(result: &ToolResult) -> Value {
    assert!(!result.is_error, "{}: {}", result.outcome, result.text);
    serde_json::from_str(&result.text).expect("JSON")
}

fn refused(result: &ToolResult, outcome: &str, parts: &[&str]) {
    assert_eq!((result.outcome, result.is_error), (outcome, true), "{}", result.text);
    for part in parts {
        assert!(result.text.contains(part), "{part}\nin {}", result.text);
    }
}

fn writes(scene: &Scene) -> usize {
    scene.requests().iter().filter(|request| !request.starts_with("GET")).count()
}

/// mittwald answers the same for as long as a call may take.
fn for_ever(mut scene: Scene, json: &str) -> Scene {
    for _ in 0..40 {
        scene = scene.answering(200, json);
    }
    scene
}

#[test]
fn a_backup_is_made_and_waited_for() {
    let scene = self::scene()
        .answering(201, &pending())
        .answering(403, "{}")
        .answering(200, &backup("InProgress", &json!({})))
        .answering(200, &complete());
    let answer = answered(&scene.call(CREATE, &creating()));
    let expected = json!({
        "id": UUID, "status": "Completed", "complete": true, "createdAt": "2026-11-24T10:05:00Z",
    });
    assert_eq!(answer, expected);
    let read = format!("GET /v2/project-backups/{UUID}");
    let asked = [format!("POST /v2/projects/{UUID}/backups"), read.clone(), read.clone(), read];
    assert_eq!(scene.requests(), asked);
    assert_eq!(*scene.ledger.closed.borrow(), [true]);
}

#[test]
fn a_backup_that_takes_longer_or_fails_is_told_with_its_id() {
    let scene = for_ever(self::scene().answering(201, &pending()), &pending());
    let answer = answered(&scene.call(CREATE, &creating()));
    assert_eq!((&answer["id"], &answer["complete"]), (&json!(UUID), &json!(false)));
    assert!(answer["next"].as_str().is_some_and(|next| next.contains("mittwald_backup_get")));
    assert!(scene.clock.0.get() < 1_050_000 && writes(&scene) == 1);

    let failed = backup("Failed", &json!({}));
    let scene = self::scene().answering(201, &pending()).answering(200, &failed);
    let result = scene.call(CREATE, &creating());
    refused(&result, "stopped_midway", &["its status is Failed", UUID, "mittwald_backup_get"]);

    let scene = self::scene().answering(201, &pending()).answering(401, "{}");
    refused(&scene.call(CREATE, &creating()), "stopped_midway", &[UUID, "Nothing was tried twice"]);
    let scene = self::scene().answering(400, r#"{"message":"too soon"}"#);
    refused(&scene.call(CREATE, &creating()), "api_invalid", &["too soon"]);
    assert_eq!(scene.asked(), 1);
}

#[test]
fn an_export_comes_with_its_address() {
    let scene = self::scene()
        .answering(200, &complete())
        .answering(204, "")
        .answering(200, &complete())
        .answering(200, &with_export("Exporting"))
        .answering(200, &with_export("Completed"));
    let answer = answered(&scene.call(EXPORT, &exporting("zip")));
    let expected = json!({
        "id": UUID, "created": true, "phase": "Completed", "format": "zip",
        "downloadURL": "https://archive.example/1.zip", "expiresAt": "2026-12-01T00:00:00Z",
    });
    assert_eq!((answer, writes(&scene), scene.asked()), (expected, 1, 5));
}

#[test]
fn an_export_that_is_there_or_runs_is_not_made_again() {
    let scene = self::scene().answering(200, &with_export("Completed"));
    let answer = answered(&scene.call(EXPORT, &exporting("zip")));
    assert_eq!((&answer["created"], scene.asked()), (&json!(false), 1));
    let scene = self::scene()
        .answering(200, &with_export("Pending"))
        .answering(200, &with_export("Completed"));
    let answer = answered(&scene.call(EXPORT, &exporting("zip")));
    assert_eq!((&answer["created"], writes(&scene)), (&json!(false), 0));
    assert!(answer["downloadURL"].is_string());
    for phase in ["Completed", "Exporting"] {
        let scene = self::scene().answering(200, &with_export(phase));
        let result = scene.call(EXPORT, &exporting("tar"));
        refused(&result, "other_export", &["as zip already", "mittwald_backup_export_delete"]);
        assert_eq!(scene.asked(), 1);
    }
}

#[test]
fn an_export_that_failed_before_is_no_failure_of_the_new_one() {
    for before in ["Failed", "Expired"] {
        let scene = self::scene()
            .answering(200, &with_export(before))
            .answering(204, "")
            .answering(200, &with_export(before))
            .answering(200, &with_export("Completed"));
        let answer = answered(&scene.call(EXPORT, &exporting("zip")));
        assert_eq!(answer["phase"], "Completed", "{before}");
    }
    let scene = self::scene()
        .answering(200, &complete())
        .answering(204, "")
        .answering(200, &with_export("Failed"));
    refused(&scene.call(EXPORT, &exporting("zip")), "stopped_midway", &["its phase is Failed"]);
    let scene = self::scene().answering(200, &with_export("Failed")).answering(204, "");
    let scene = for_ever(scene, &with_export("Failed"));
    refused(&scene.call(EXPORT, &exporting("zip")), "stopped_midway", &["its phase is Failed"]);
    assert!(scene.clock.0.get() >= 1_010_000, "not before it can be the new one");
}

#[test]
fn an_export_that_takes_longer_and_a_backup_that_is_not_ready_are_told() {
    let scene = self::scene().answering(200, &complete()).answering(204, "");
    let scene = for_ever(scene, &with_export("Exporting"));
    let answer = answered(&scene.call(EXPORT, &exporting("zip")));
    assert!(answer["next"].as_str().is_some_and(|next| next.contains("mittwald_backup_download")));
    assert_eq!((&answer["phase"], writes(&scene)), (&json!("Exporting"), 1));
    for (tool, arguments) in [(EXPORT, exporting("zip")), (RESTORE, files())] {
        let scene = self::scene().answering(200, &pending());
        let result = scene.call(tool, &arguments);
        refused(&result, "backup_incomplete", &["Pending", "mittwald_backup_list"]);
        assert_eq!(writes(&scene), 0);
    }
}

/// Both calls of a restore read the backup, for themselves and for the preview.
fn looked_at_twice(scene: Scene, backup: &str) -> Scene {
    scene
        .answering(200, backup)
        .answering(200, backup)
        .answering(200, backup)
        .answering(200, backup)
}

#[test]
fn files_are_restored_after_the_person_agreed() {
    let scene = looked_at_twice(self::scene(), &complete())
        .answering(204, "")
        .answering(200, &with_restore("running", "/html"))
        .answering(200, &with_restore("completed", "/html"));
    let preview = {
        let scene = self::scene().answering(200, &complete()).answering(200, &complete());
        scene.call(RESTORE, &files())
    };
    assert_eq!(preview.outcome, "confirmation_required");
    let shown: Value = serde_json::from_str(&preview.text).expect("JSON");
    let planned = json!({
        "backupMadeAt": "2026-11-24T10:05:00Z",
        "overwrites": { "files": { "sourcePaths": ["/html"] }, "databases": [] },
    });
    assert_eq!(shown["preview"]["planned"], planned);
    let answer = answered(&scene.agree(RESTORE, &files()));
    assert_eq!(answer, json!({ "done": true, "projectBackupId": UUID, "restoredTo": "/html" }));
    assert_eq!((writes(&scene), scene.asked()), (1, 7));
}

#[test]
fn the_end_of_the_restore_before_is_not_taken_for_this_ones() {
    let before = with_restore("completed", "/html");
    let scene = looked_at_twice(self::scene(), &before)
        .answering(204, "")
        .answering(200, &before)
        .answering(200, &with_restore("running", "/html"))
        .answering(200, &with_restore("completed", "/html"));
    assert_eq!(answered(&scene.agree(RESTORE, &files()))["done"], true);
    assert_eq!(scene.asked(), 8, "the first read proved nothing");

    let scene = looked_at_twice(self::scene(), &before).answering(204, "");
    let scene = for_ever(scene, &before);
    assert_eq!(answered(&scene.agree(RESTORE, &files()))["done"], true);
    assert!(scene.clock.0.get() >= 1_010_000, "one that nobody saw running ends later");

    let scene = looked_at_twice(self::scene(), &before).answering(204, "");
    let scene = for_ever(scene, &with_restore("running", "/html"));
    let answer = answered(&scene.agree(RESTORE, &files()));
    assert_eq!((&answer["done"], writes(&scene)), (&json!(false), 1));
    assert!(answer["next"].as_str().is_some_and(|next| next.contains("Do not start it again")));
}

#[test]
fn dumps_are_checked_before_anybody_is_asked() {
    let dumps = r#"{"databases":["dbdump-a","dbdump-b"]}"#;
    let scene = self::scene().answering(200, &complete()).answering(200, dumps);
    let result = scene.call(RESTORE, &databases("a"));
    refused(&result, "no_such_dump", &["\"a\"", "It has: dbdump-a, dbdump-b."]);
    let scene =
        self::scene().answering(200, &complete()).answering(200, dumps).answering(200, &complete());
    let result = scene.call(RESTORE, &databases("dbdump-a"));
    assert_eq!(result.outcome, "confirmation_required");
    assert_eq!(scene.asked(), 3);
}

#[test]
fn what_cannot_be_restored_is_refused() {
    let nothing = json!({ "projectBackupId": UUID }).to_string();
    let scene = self::scene();
    refused(
        &scene.call(RESTORE, &nothing),
        "nothing_to_restore",
        &["pathRestore", "databaseRestores"],
    );
    assert_eq!(scene.asked(), 0);
    let scene = self::scene().answering(200, &with_restore("running", "/html"));
    refused(&scene.call(RESTORE, &files()), "restore_running", &["Nothing was changed"]);
    let scene = looked_at_twice(self::scene(), &complete()).answering(403, "{}");
    assert_eq!(scene.agree(RESTORE, &files()).outcome, "api_forbidden");
    let scene = looked_at_twice(self::scene(), &complete()).answering(500, "");
    let result = scene.agree(RESTORE, &files());
    assert!(result.text.contains("may have taken effect"), "{}", result.text);
    assert_eq!(writes(&scene), 1, "never ordered twice");
}
