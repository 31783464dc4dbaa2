//! Skills (SEP-2640), as a host sees them.
//!
//! 1. Every how-to is a skill; its entry names each file with digest and size.
//! 2. Each file that is read is the one that the entry promised.
//! 3. One skill is found by its URI, a folder shows what lies in it; anything else is refused.
//! 4. Revisions that know no extensions have none of it.

use sha2::{Digest, Sha256};

use super::modern::{request, right};
use super::*;
use crate::catalog::{PROMPTS, PromptKind};

fn result(method: &str, params: Value) -> Value {
    let heard = right(&Scene::default(), &request(method, params));
    assert_eq!(heard.status, 200, "{}", heard.text);
    assert!(heard.body["result"].is_object(), "{}", heard.text);
    heard.body["result"].clone()
}

fn skills() -> Vec<Value> {
    let result = result("skills/list", json!({}));
    assert_eq!(result["cacheScope"], "public", "the same for everybody");
    result["skills"].as_array().unwrap().clone()
}

#[test]
fn every_how_to_is_a_skill_and_each_file_is_as_promised() {
    let how_tos = PROMPTS.iter().filter(|prompt| prompt.kind == PromptKind::HowTo).count();
    let skills = skills();
    assert_eq!((skills.len(), how_tos), (10, 10));
    for skill in &skills {
        let uri = skill["uri"].as_str().unwrap();
        let name = skill["frontmatter"]["name"].as_str().unwrap();
        assert_eq!(uri, format!("skill://{name}/SKILL.md"));
        assert!(!name.contains('_'));
        let files = skill["resources"].as_array().unwrap();
        assert_eq!(files.len(), 2);
        for file in files {
            let read = result("resources/read", json!({"uri": file["uri"]}));
            assert_eq!(read["cacheScope"], "public");
            let content = &read["contents"][0];
            assert_eq!(
                (&content["uri"], &content["mimeType"]),
                (&file["uri"], &"text/markdown".into())
            );
            let text = content["text"].as_str().unwrap();
            let hex: String =
                Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file["digest"], format!("sha256:{hex}"));
            assert_eq!(file["size"], text.len());
        }
        let manifest = result("resources/read", json!({"uri": uri}));
        let text = manifest["contents"][0]["text"].as_str().unwrap();
        let description = skill["frontmatter"]["description"].to_string();
        assert!(
            text.starts_with(&format!("---\nname: {name}\ndescription: {description}\n---\n\n# ")),
            "{text}"
        );
        assert_eq!(result("skills/get", json!({"uri": uri}))["skill"], *skill);
    }
}

#[test]
fn a_folder_shows_what_lies_directly_in_it() {
    let read = result("resources/directory/read", json!({"uri": "skill://cronjob-setup"}));
    let names: Vec<(&Value, &Value)> = read["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["uri"], &one["mimeType"]))
        .collect();
    assert_eq!(
        names,
        [
            (&"skill://cronjob-setup/SKILL.md".into(), &"text/markdown".into()),
            (&"skill://cronjob-setup/references".into(), &"inode/directory".into()),
        ]
    );
    let inner =
        result("resources/directory/read", json!({"uri": "skill://cronjob-setup/references"}));
    assert_eq!(inner["resources"].as_array().unwrap().len(), 1);
    assert_eq!(inner["resources"][0]["uri"], "skill://cronjob-setup/references/de.md");
    assert_eq!(inner["cacheScope"], "public");
}

#[test]
fn other_uris_are_refused() {
    for (method, uris) in [
        (
            "skills/get",
            [
                "skill://nothing/SKILL.md",
                "skill://cronjob-setup",
                "skill://cronjob-setup/references/de.md",
                "",
            ],
        ),
        (
            "resources/directory/read",
            [
                "skill://cronjob-setup/SKILL.md",
                "skill://cronjob-setup/",
                "skill://",
                "skill://cronjob-setu",
            ],
        ),
    ] {
        for uri in uris {
            let heard = right(&Scene::default(), &request(method, json!({"uri": uri})));
            assert_eq!((heard.status, heard.code()), (200, -32_602), "{method} {uri}");
        }
        let heard = right(&Scene::default(), &request(method, json!({"uri": 7})));
        assert!(
            heard.code() == -32_602 && heard.message().starts_with("uri is missing"),
            "{method}"
        );
    }
}

#[test]
fn revisions_without_extensions_have_no_skills() {
    for method in ["skills/list", "skills/get", "resources/directory/read"] {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"uri": "skill://cronjob-setup"}});
        for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
            let heard = send(&Scene::default(), &[("mcp-protocol-version", revision)], &body);
            assert_eq!(heard.code(), -32_601, "{method} {revision}");
        }
    }
}
