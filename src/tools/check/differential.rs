//! The check against a second opinion: the `jsonschema` crate on what `tools/list` publishes.
//!
//! 1. Each tool, as `/mcp` and as `/mcp/p/{projectUuid}` serve it, with generated arguments, right
//!    ones and spoilt ones: what the check accepts fits the published schema, and what the check
//!    refuses is refused by the published schema too, or for one of the reasons below and no other.
//! 2. Each format: the check and the crate agree on texts around it, but for what is listed there.
//!
//! The check is milder than the schema here:
//! - `null` for an argument is the same as none,
//! - a `date-time` may be written a little more freely (`formats` says how),
//! - where a project is fixed, a call may name it all the same (whose it is, is proved later).
//!
//! It is stricter here (`strict` writes all of it into the schema):
//! - unknown arguments and keys are refused; the schema is open, because clients want it so,
//! - `uuid`, `date`, `email` and `uri` are checked; the schema says `string`. A short id passes for
//!   the UUID of a project, server or app,
//! - a path argument is one segment: no separators, no dot segment, nothing that decodes twice,
//! - arguments that go together, and keys that do, are given together,
//! - the values of a map have their shape; the schema says `object`,
//! - a whole number fits 64 bits, and 53 where it is written as a fraction or with an exponent.

mod formats;
mod inputs;
mod spoiling;
mod strict;

use jsonschema::{Draft, Validator};
use proptest::prelude::prop_assert;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use self::inputs::Input;
use super::{Settled, check};
use crate::catalog::{Binding, Format, TOOLS, Tool};
use crate::tools::format;
use crate::tools::testing::UUID;

/// Inputs for each tool; `PROPTEST_CASES` says otherwise.
const INPUTS: u32 = 32;

const FORMATS: [(&str, Format); 5] = [
    ("date", Format::Date),
    ("date-time", Format::DateTime),
    ("email", Format::Email),
    ("uri", Format::Uri),
    ("uuid", Format::Uuid),
];

/// A tool as one kind of surface serves it.
struct Judge {
    tool: &'static Tool,
    settled: Settled<'static>,
    published: Validator,
    strict: Validator,
}

impl Judge {
    fn everywhere(tool: &'static Tool) -> Self {
        Self::new(tool, tool.json, None)
    }

    fn in_a_project(tool: &'static Tool) -> Option<Self> {
        match tool.project {
            Binding::Argument(name) => Some(Self::new(tool, tool.project_json?, Some(name))),
            _ => None,
        }
    }

    fn new(tool: &'static Tool, json: &str, project: Option<&'static str>) -> Self {
        let definition: Value = serde_json::from_str(json).unwrap();
        let published = &definition["inputSchema"];
        Self {
            tool,
            settled: Settled { fixed: &[], project: project.map(|name| (name, UUID)) },
            published: validator(published),
            strict: validator(&strict::of_tool(tool, published, project)),
        }
    }

    /// Whether the check, the published schema and the list above agree about an input.
    fn hear(&self, input: &Input) -> Result<(), TestCaseError> {
        let text = input.spelling.write(&input.given);
        let raw: &RawValue = serde_json::from_str(&text).unwrap();
        let checked = check(self.tool, Some(raw), self.settled);
        let mut instance = input.given.as_object().cloned().unwrap();
        instance.retain(|name, value| !(value.is_null() && self.knows(name)));
        let strict = self.strict.is_valid(&self.filled(instance.clone()));
        if let Some((project, _)) = self.settled.project {
            instance.remove(project);
        }
        let published = self.published.is_valid(&Value::Object(instance));
        let fine = match &checked {
            Ok(_) => published && strict,
            Err(_) => !strict && !input.right,
        };
        let told = checked.map_or_else(|problems| problems.told(self.tool), |_| "accepted".into());
        prop_assert!(
            fine,
            "{} {text}\ncheck: {told}\npublished schema accepts: {published}, with what is \
             documented: {strict}, made to be right: {}",
            self.tool.name,
            input.right
        );
        Ok(())
    }

    fn knows(&self, name: &str) -> bool {
        self.tool.args.iter().any(|arg| arg.name == name)
    }

    /// With what a call leaves out, and has all the same.
    fn filled(&self, mut instance: Map<String, Value>) -> Value {
        for arg in self.tool.args {
            let project = self.settled.project.filter(|(name, _)| *name == arg.name);
            let default = arg.default.map(|json| serde_json::from_str(json).unwrap());
            if let Some(value) = project.map(|(_, id)| id.into()).or(default) {
                instance.entry(arg.name).or_insert(value);
            }
        }
        Value::Object(instance)
    }
}

/// Formats are asserted by our own rules; scenario 2 compares the rules.
fn validator(schema: &Value) -> Validator {
    let mut options =
        jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    options = options
        .with_format("date", |text: &str| format::matches(Format::Date, text))
        .with_format("date-time", |text: &str| format::matches(Format::DateTime, text))
        .with_format("email", |text: &str| format::matches(Format::Email, text))
        .with_format("uri", |text: &str| format::matches(Format::Uri, text))
        .with_format("uuid", |text: &str| format::matches(Format::Uuid, text));
    options.build(schema).unwrap()
}

fn runner(cases: u32) -> TestRunner {
    let given = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    TestRunner::new(Config {
        cases: given.unwrap_or(cases),
        // The smallest input that fails is in the message.
        failure_persistence: None,
        ..Config::default()
    })
}

/// Everything that can be wrong with these tools.
fn wrong_with(tools: &'static [Tool]) -> Vec<String> {
    let mut wrong = Vec::new();
    for tool in tools {
        let inputs = inputs::of(tool);
        for judge in [Some(Judge::everywhere(tool)), Judge::in_a_project(tool)].iter().flatten() {
            let outcome = runner(INPUTS).run(&inputs, |input| judge.hear(&input));
            wrong.extend(outcome.err().map(|problem| problem.to_string()));
        }
    }
    wrong
}

#[test]
fn the_check_and_the_published_schema_say_the_same() {
    let (one, other) = TOOLS.split_at(TOOLS.len() / 2);
    let wrong = std::thread::scope(|scope| {
        let half = scope.spawn(|| wrong_with(one));
        let mut wrong = wrong_with(other);
        wrong.extend(half.join().unwrap());
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
