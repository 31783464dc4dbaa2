//! What the real prompts have no example of: arguments that may be left out.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;
use crate::catalog::{PromptKind, Words};
use crate::mcp::tests::{config, context};
use crate::tools::testing::Scene;

const fn words(main: &'static str) -> Words {
    Words {
        title: "Title",
        description: "Description.",
        main,
        verify: "Verify.",
        roll_back: "Roll back.",
        resume: "Resume.",
        guide: &[],
    }
}

const fn argument(name: &'static str, required: bool) -> PromptArgument {
    PromptArgument { name, required, completes: None, english: "It.", german: "Es." }
}

static SAMPLE: Prompt = Prompt {
    name: "sample",
    kind: PromptKind::Tutorial,
    tools: &[],
    arguments: &[argument("wish", true), argument("color", false)],
    english: words("Do {wish} in {color}."),
    german: words("Tun Sie {wish} in {color}."),
    skill: None,
};

fn told(arguments: &str, language: Language) -> Result<String, Error> {
    let scene = Scene::default();
    let config = config();
    let context = Context { language, ..context(&scene, &config, &|_| {}) };
    let arguments: &RawValue = serde_json::from_str(arguments).expect("JSON");
    let given = values::read(&context, &SAMPLE, Some(arguments))?;
    Ok(message::write(&context, &SAMPLE, &given, language))
}

#[test]
fn a_value_that_was_left_out_is_said_to_be() {
    // Forms send an empty text for a field that nobody filled in.
    for left_out in
        [r#"{"wish":"x"}"#, r#"{"wish":"x","color":" \n"}"#, r#"{"wish":"x","color":null}"#]
    {
        let english = told(left_out, Language::English).unwrap();
        assert!(english.contains("- wish: `x`\n- color: (not given)\n"), "{english}");
        assert!(english.contains("Do `x` in (not given)."), "{english}");
        let german = told(left_out, Language::German).unwrap();
        assert!(german.contains("Tun Sie `x` in (nicht angegeben)."), "{german}");
    }
}

#[test]
fn a_value_is_not_read_as_a_placeholder() {
    let text = told(r#"{"wish":"{color}","color":"{wish}"}"#, Language::English).unwrap();
    assert!(text.contains("Do `{color}` in `{wish}`."), "{text}");
}

#[test]
fn an_argument_given_twice_is_refused() {
    let refused = told(r#"{"wish":"a","wish":"b"}"#, Language::English).unwrap_err();
    assert!(refused.to_string().contains("names each argument once"), "{refused}");
}

proptest! {
    #[test]
    fn no_value_becomes_a_line_of_its_own(
        wish in prop_oneof![any::<String>(), "[\\n\\r#`{} -]{0,20}"],
        color in any::<String>(),
    ) {
        let arguments = serde_json::json!({"wish": wish, "color": color}).to_string();
        if let Ok(text) = told(&arguments, Language::English) {
            let plain = told(r#"{"wish":"x","color":"x"}"#, Language::English).unwrap();
            prop_assert_eq!(text.lines().count(), plain.lines().count());
            let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
            prop_assert_eq!(headings(&text), headings(&plain));
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
            // Backticks come in pairs: no value leaves its own.
            prop_assert_eq!(text.matches('`').count() % 2, 0);
        }
    }
}
