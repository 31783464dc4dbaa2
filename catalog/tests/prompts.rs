//! Prompts: `prompts/*.toml`.
//!
//! 1. A prompt compiles, with its guides; a how-to is a skill too, whose digests are those of its files.
//! 2. What does not fit is refused, by file and line: names, arguments, placeholders, tools, lengths.
//! 3. The real prompts: all that were promised, each in both languages.

mod broken;

use std::path::Path;

use broken::{compile_folder, line_of};
use mittwald_catalog::compile;
use mittwald_catalog::prompt::Kind;
use sha2::{Digest, Sha256};

const HOW_TO: &str = r#"kind = "how_to"
tools = ["mittwald_thing_list"]

[[argument]]
name = "projectId"
required = true
completes = "project"
en = "The project."
de = "Das Projekt."

[[argument]]
name = "wish"
required = false
en = "What you wish."
de = "Was Sie wünschen."

[en]
title = "Do a thing"
description = "Does \"a thing\": now"
main = """
1. Read `mittwald_thing_list` of {projectId} for {wish}.
"""
verify = "Look again."
roll_back = "Undo."
resume = "Go on."

[de]
title = "Etwas tun"
description = "Tut etwas."
main = "Lesen Sie `mittwald_thing_list` in {projectId} für {wish}."
verify = "Sehen Sie nach."
roll_back = "Zurück."
resume = "Weiter."
"#;

#[track_caller]
fn refused(text: &str, marker: &str, message: &str) {
    refused_as("prompts/do_thing.toml", text, line_of(text, marker), message);
}

#[track_caller]
fn refused_as(file: &str, text: &str, line: usize, message: &str) {
    let (result, folder) = compile_folder(&[(file, text)]);
    let problems = result.expect_err("must be refused");
    let path = folder.join(file);
    let found =
        problems.iter().any(|p| p.file == path && p.line == line && p.message.contains(message));
    assert!(found, "no {file}:{line} {message:?} in {problems:#?}");
}

#[test]
fn a_how_to_is_a_prompt_two_guides_and_a_skill() {
    let (compiled, _) = compile_folder(&[("prompts/do_thing.toml", HOW_TO)]);
    let prompts = compiled.expect("it compiles").prompts;
    let [prompt] = prompts.as_slice() else { panic!("one prompt") };
    assert_eq!((prompt.name.as_str(), prompt.kind), ("do_thing", Kind::HowTo));
    let german = prompt.german_guide().concat();
    assert_eq!(
        german,
        "# Etwas tun\n\nTut etwas.\n\n## Was Sie brauchen\n\n\
         - `{projectId}` (nötig): Das Projekt.\n\
         - `{wish}` (wenn Sie möchten): Was Sie wünschen.\n\n\
         ## Die Aufgabe\n\nLesen Sie `mittwald_thing_list` in {projectId} für {wish}.\n\n\
         ## Das Ergebnis prüfen\n\nSehen Sie nach.\n\n## Rückgängig machen\n\nZurück.\n\n\
         ## Nach einer Unterbrechung\n\nWeiter.\n"
    );
    assert_eq!(prompt.skill_name().as_deref(), Some("do-thing"));
    let files = prompt.skill_files();
    let paths: Vec<&str> = files.iter().map(|file| file.path).collect();
    assert_eq!(paths, ["SKILL.md", "references/de.md"]);
    let manifest = files[0].pieces.concat();
    assert!(
        manifest.starts_with(
            "---\nname: do-thing\ndescription: \"Does \\\"a thing\\\": now. Uses the tools of the mittwald \
             connector.\"\n---\n\n# Do a thing\n"
        ),
        "{manifest}"
    );
    assert_eq!(files[1].pieces.concat(), german);
    for file in &files {
        let text = file.pieces.concat();
        let hex: String = Sha256::digest(&text).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!((file.size(), file.digest()), (text.len(), format!("sha256:{hex}")));
    }
}

#[test]
fn other_kinds_are_no_skills() {
    for kind in ["tutorial", "runbook"] {
        let text = HOW_TO.replace("how_to", kind);
        let (compiled, _) = compile_folder(&[("prompts/do_thing.toml", &text)]);
        let prompts = compiled.expect("it compiles").prompts;
        assert!(prompts[0].skill_name().is_none() && prompts[0].skill_files().is_empty());
    }
}

#[test]
fn names_of_files_are_names_of_prompts() {
    let long = format!("prompts/a{}.toml", "b".repeat(40));
    for file in [
        "prompts/Thing.toml",
        "prompts/1thing.toml",
        "prompts/do-thing.toml",
        "prompts/do__thing.toml",
        "prompts/thing_.toml",
        &long,
    ] {
        refused_as(file, HOW_TO, 1, "must be called");
    }
}

#[test]
fn what_is_missing_or_too_much_is_refused() {
    refused(&HOW_TO.replace("how_to", "recipe"), "kind", "unknown variant");
    refused(&HOW_TO.replace("\"project\"", "\"server\""), "completes", "unknown variant");
    refused(&HOW_TO.replace("resume = \"Go on.\"\n", ""), "[en]", "missing field `resume`");
    refused(&HOW_TO.replace("resume = \"Go on.\"", "resume = \" \""), "[en]", "en.resume is empty");
    refused(&format!("{HOW_TO}more = \"x\"\n"), "more =", "unknown field `more`");
    refused(&HOW_TO.replace("Etwas tun", &"x".repeat(61)), "[de]", "de.title is longer than 60");
    refused(&HOW_TO.replace("Tut etwas.", &"x".repeat(201)), "[de]", "longer than 200");
    refused(&HOW_TO.replace("Tut etwas.", "Tut\\netwas."), "[de]", "must be one line");
    refused(&HOW_TO.replace("Das Projekt.", ""), "[[argument]]", "argument projectId: de is empty");
    let long = "x".repeat(2_501);
    refused(&HOW_TO.replace("Look again.", &long), "[en]", "en.verify is longer than 2500");
    refused(&HOW_TO.replace("Look again.", "a\\n  # b"), "[en]", "en.verify has a heading");
}

#[test]
fn arguments_are_named_once_and_rightly() {
    let file = "prompts/do_thing.toml";
    let second = HOW_TO[..HOW_TO.find("name = \"wish\"").unwrap()].lines().count();
    let named = |name: &str| HOW_TO.replace("wish", name);
    refused_as(file, &named("Wish"), second, "argument Wish: must be called");
    refused_as(file, &named("a_wish"), second, "argument a_wish: must be called");
    refused_as(file, &named(&"w".repeat(41)), second, "must be called");
    refused_as(file, &named("language"), second, "every prompt has it anyway");
    refused_as(file, &named("projectId"), second, "argument projectId: stands there twice");
}

#[test]
fn placeholders_are_the_declared_arguments() {
    refused(
        &HOW_TO.replace("Look again.", "See {other}."),
        "[en]",
        "{other} is no declared argument",
    );
    refused(&HOW_TO.replace("in {projectId}", "dort"), "[de]", "de: no part uses {projectId}");
    for broken in ["{", "{}", "{two words}", "}", "{wish}}", "{{wish}}", "{Wish}"] {
        refused(&HOW_TO.replace("Look again.", broken), "[en]", "en.verify: a brace");
    }
    refused(&HOW_TO.replace("Look again.", "`{wish}`"), "[en]", "without backticks");
    refused(&HOW_TO.replace("Etwas tun", "{wish} tun"), "[de]", "de.title has a brace");
}

#[test]
fn texts_name_the_tools_that_are_listed() {
    let tools = "tools = [\"mittwald_thing_list\"]";
    refused(&HOW_TO.replace(tools, "tools = []"), "kind", "tools is empty");
    let gone = HOW_TO.replace("mittwald_thing_list", "mittwald_gone");
    refused(&gone, "tools =", "there is no tool mittwald_gone");
    let twice = HOW_TO.replace(tools, "tools = [\"mittwald_thing_list\", \"mittwald_thing_list\"]");
    refused(&twice, "tools =", "stands there twice");
    let more =
        HOW_TO.replace(tools, "tools = [\"mittwald_thing_list\", \"mittwald_thing_create\"]");
    refused(&more, "[de]", "de never names mittwald_thing_create");
    let unlisted = HOW_TO.replace("Look again.", "See mittwald_thing_create.");
    refused(&unlisted, "[en]", "en names mittwald_thing_create, which tools does not list");
}

/// What was promised to users: ten tutorials, ten how-tos, one runbook.
const PROMISED: [(Kind, &[&str]); 3] = [
    (
        Kind::Tutorial,
        &[
            "agency_projects",
            "backup_monitoring",
            "ci_cd_pipeline",
            "client_onboarding",
            "container_stack",
            "database_performance",
            "developer_onboarding",
            "launch_day",
            "security_audit",
            "typo3_multisite",
        ],
    ),
    (
        Kind::HowTo,
        &[
            "api_token_lifecycle",
            "app_lifecycle",
            "cronjob_setup",
            "database_users",
            "domain_mail_ssl",
            "organisation_members",
            "project_bootstrap",
            "session_review",
            "ssh_key_management",
            "typo3_mcp",
        ],
    ),
    (Kind::Runbook, &["restore_backup"]),
];

#[test]
fn every_promised_prompt_is_there() {
    let compiled = compile(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the catalogue compiles");
    let names: Vec<(Kind, &str)> =
        compiled.prompts.iter().map(|prompt| (prompt.kind, prompt.name.as_str())).collect();
    let promised: Vec<(Kind, &str)> =
        PROMISED.iter().flat_map(|(kind, names)| names.iter().map(|name| (*kind, *name))).collect();
    assert_eq!(names, promised);
}
