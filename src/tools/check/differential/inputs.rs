//! Arguments for a tool, as its tables want them and then spoilt, and the ways to write them.

use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use super::spoiling::{anything, spoiling};
use crate::catalog::{Format, Member, Place, Shape, Tool};
use crate::mittwald::choice;
use crate::tools::testing::UUID;

/// Longest text and list that are made on purpose.
const MOST: u32 = 9_000;

/// What a call gives.
#[derive(Debug, Clone)]
pub struct Input {
    /// The arguments, an object.
    pub given: Value,
    /// How they are written.
    pub spelling: Spelling,
    /// Whether they are as the tables want them; else they may still be right.
    pub right: bool,
}

/// What calls of a tool give.
pub fn of(tool: &'static Tool) -> BoxedStrategy<Input> {
    let spelling = select(&[Spelling::Compact, Spelling::Wide, Spelling::Escaped][..]);
    let spoilings = prop_oneof![1 => Just(Vec::new()), 2 => vec(spoiling(tool), 1..=3)];
    (arguments(tool), spoilings, spelling)
        .prop_map(|(mut given, spoilings, spelling)| {
            let right = spoilings.is_empty();
            spoilings.into_iter().for_each(|(at, how)| how.spoil(&mut given, at));
            Input { given, spelling, right }
        })
        .boxed()
}

/// How JSON text looks.
#[derive(Debug, Clone, Copy)]
pub enum Spelling {
    /// No space.
    Compact,
    /// With line breaks and indentation.
    Wide,
    /// Every character of a text as an escape.
    Escaped,
}

impl Spelling {
    /// The value as JSON.
    pub fn write(self, value: &Value) -> String {
        match self {
            Self::Compact => value.to_string(),
            Self::Wide => serde_json::to_string_pretty(value).unwrap(),
            Self::Escaped => escaped(value),
        }
    }
}

fn escaped(value: &Value) -> String {
    let text = |text: &str| {
        let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{units}\"")
    };
    match value {
        Value::String(own) => text(own),
        Value::Array(values) => {
            format!("[{}]", Vec::from_iter(values.iter().map(escaped)).join(","))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("{}:{}", text(name), escaped(value)));
            format!("{{{}}}", Vec::from_iter(members).join(","))
        }
        other => other.to_string(),
    }
}

/// An argument, or a key inside one.
struct Slot {
    name: &'static str,
    required: bool,
    value: BoxedStrategy<Value>,
}

/// Names that go together, and whether some of them must be there.
type Together = (&'static [Member], bool);

fn arguments(tool: &'static Tool) -> BoxedStrategy<Value> {
    let slots = tool.args.iter().map(|arg| {
        let value = match (arg.place, &arg.shape) {
            (Place::Path, Shape::Text { values: [], format: None, .. }) => {
                select(&["shop", "a@b.de", "p-abc123", "...ä"][..]).prop_map(Value::from).boxed()
            }
            (_, shape) => value(shape),
        };
        Slot { name: arg.name, required: arg.required, value }
    });
    let choices = tool.choices.iter().map(|choice| (choice.members, choice.required));
    object(slots.collect(), choices.collect())
}

/// A right value.
pub fn value(shape: &'static Shape) -> BoxedStrategy<Value> {
    let (keys, together) = match shape {
        Shape::Text { values: [], format: Some(format), .. } => {
            return select(samples(*format)).prop_map(Value::from).boxed();
        }
        Shape::Text { min, max, values: [], .. } => return text(*min, *max),
        Shape::Text { values, .. } => return select(*values).prop_map(Value::from).boxed(),
        Shape::Integer { min, max } => return whole_number(*min, *max),
        Shape::Number => {
            return prop_oneof![
                any::<i32>().prop_map(Value::from),
                any::<f32>().prop_map(Value::from)
            ]
            .boxed();
        }
        Shape::Boolean => return any::<bool>().prop_map(Value::from).boxed(),
        Shape::List { items, min, max } => {
            return vec(value(items), sizes(*min, *max, 3)).prop_map(Value::from).boxed();
        }
        Shape::Map(values) => {
            let members = vec(("[a-z.*#~/]{0,3}", value(values)), 0..3);
            return members
                .prop_map(|members| Value::Object(members.into_iter().collect()))
                .boxed();
        }
        Shape::Object([]) => return anything().prop_map(|value| json!({ "x": value })).boxed(),
        Shape::Object(keys) => (keys, Vec::new()),
        Shape::OneOf { keys, members } => (keys, vec![(*members, true)]),
    };
    let slots = keys.iter().map(|key| Slot {
        name: key.name,
        required: key.required,
        value: value(&key.shape),
    });
    object(slots.collect(), together)
}

fn object(slots: Vec<Slot>, together: Vec<Together>) -> BoxedStrategy<Value> {
    let picks = vec(any::<Index>(), together.len());
    let values: Vec<_> = slots.iter().map(|slot| (any::<bool>(), slot.value.clone())).collect();
    (values, picks)
        .prop_map(move |(values, picks)| {
            let made = || slots.iter().zip(&values);
            let mut given: Map<String, Value> = made()
                .filter(|(slot, (wanted, _))| *wanted || slot.required)
                .map(|(slot, (_, value))| (slot.name.to_owned(), value.clone()))
                .collect();
            for ((members, required), pick) in together.iter().zip(&picks) {
                let ways = members.len() + usize::from(!required);
                let member = members.get(pick.index(ways));
                combine(members, member, *pick, &mut given, |name| {
                    made().find(|(slot, _)| slot.name == name).map(|(_, (_, value))| value.clone())
                });
            }
            Value::Object(given)
        })
        .boxed()
}

/// Leaves of the names that go together what one combination wants, or none of them.
fn combine(
    members: &[Member],
    member: Option<&Member>,
    pick: Index,
    given: &mut Map<String, Value>,
    made: impl Fn(&str) -> Option<Value>,
) {
    for name in choice::names(members) {
        let values = member.and_then(|member| member.when.iter().find(|(other, _)| *other == name));
        if let Some((_, values)) = values {
            given.insert(name.into(), json!(values[pick.index(values.len())]));
        } else if member.is_some_and(|member| member.needs.contains(&name)) {
            given.extend(made(name).map(|value| (name.to_owned(), value)));
        } else if !member.is_some_and(|member| member.may.contains(&name)) {
            given.remove(name);
        }
    }
}

/// Texts of the shortest and longest length, and ordinary ones.
fn text(min: u32, max: u32) -> BoxedStrategy<Value> {
    let letters = &['a', 'Z', '7', '-', '.', ' ', 'ä', '€', '😀', '"', '\\', '\n'];
    let ordinary = vec(select(&letters[..]), sizes(min, max, 12)).prop_map(String::from_iter);
    let edge = |length: u32| Just("ä".repeat(length.min(MOST) as usize));
    prop_oneof![4 => ordinary, 1 => edge(min), 1 => edge(if max > MOST { min } else { max })]
        .prop_map(Value::from)
        .boxed()
}

fn sizes(min: u32, max: u32, more: u32) -> RangeInclusive<usize> {
    min as usize..=max.min(min + more) as usize
}

fn whole_number(min: i64, max: i64) -> BoxedStrategy<Value> {
    let (min, max) = (min.max(-1_000_000), max.min(1 << 40));
    (prop_oneof![Just(min), Just(max), min..=max], prop::bool::weighted(0.2))
        .prop_map(|(number, point)| if point { json!(number as f64) } else { json!(number) })
        .boxed()
}

fn samples(format: Format) -> &'static [&'static str] {
    match format {
        Format::Uuid => &[UUID, "FFFFFFFF-FFFF-4fff-8fff-ffffffffffff"],
        Format::DateTime => &["2026-01-31T08:30:00Z", "2024-02-29T23:59:59.5+02:00"],
        Format::Date => &["2026-01-31", "2024-02-29"],
        Format::Email => &["a@example.com", "a.b+c@ex-ample.de"],
        Format::Uri => &["https://example.com/a?b=c", "mailto:a@example.com"],
    }
}
