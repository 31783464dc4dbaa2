//! Who we are, and what we can do.

use super::revision::Revision;

/// `Implementation` (2025-11-25 basic/lifecycle).
pub const SERVER_INFO: &str = concat!(
    "{\"name\":\"mittwald\",\"title\":\"mittwald\",\"version\":\"",
    env!("CARGO_PKG_VERSION"),
    "\",\"websiteUrl\":\"https://www.mittwald.de/\"}"
);

/// What we offer in a revision, as far as it has a name for it there. No `listChanged` and no
/// `subscribe`: without sessions there is nobody to tell.
#[must_use]
pub const fn capabilities(revision: Revision) -> &'static str {
    match revision {
        Revision::V2024_11_05 => "{\"prompts\":{},\"resources\":{},\"tools\":{}}",
        Revision::V2025_03_26 | Revision::V2025_06_18 | Revision::V2025_11_25 => {
            "{\"completions\":{},\"prompts\":{},\"resources\":{},\"tools\":{}}"
        }
        Revision::V2026_07_28 => {
            "{\"completions\":{},\
              \"extensions\":{\"io.modelcontextprotocol/skills\":{\"directoryRead\":true}},\
              \"prompts\":{},\"resources\":{},\"tools\":{}}"
        }
    }
}

/// Milliseconds for which a client may keep a list (one hour).
pub const LIST_TTL_MS: u64 = 3_600_000;

#[cfg(test)]
mod tests {
    use super::super::skills;
    use super::*;

    #[test]
    fn what_we_say_about_ourselves_is_json() {
        let info: serde_json::Value = serde_json::from_str(SERVER_INFO).unwrap();
        assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
        for revision in Revision::ALL {
            let offered: serde_json::Value = serde_json::from_str(capabilities(revision)).unwrap();
            assert!(offered["tools"].is_object() && offered["prompts"].is_object());
            let extensions = offered.get("extensions");
            assert_eq!(extensions.is_some(), skills::is_known(revision), "{revision:?}");
            assert!(extensions.is_none_or(|named| named[skills::EXTENSION].is_object()));
            let since = revision >= Revision::V2025_03_26;
            assert_eq!(offered.get("completions").is_some(), since, "{revision:?}");
        }
    }
}
