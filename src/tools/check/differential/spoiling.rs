//! Right arguments made wrong, mostly: one change at one place, however deep.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;
use serde_json::{Value, json};

use super::inputs::value;
use crate::catalog::{Shape, Tool};
use crate::tools::testing::UUID;

/// A change for the worse, or a harmless one.
#[derive(Debug, Clone)]
pub enum Spoiling {
    /// Another value instead.
    Replace(Value),
    /// Gone.
    Remove,
    /// A member or element more.
    Insert(&'static str, Value),
    /// A right member more, where one of these is.
    Join(&'static str, Value, Vec<&'static str>),
    /// A character more.
    Append(char),
    /// A character or an element less.
    Shorten,
    /// A number near by.
    Add(i64),
    /// A list of it.
    Wrap,
}

/// A change, and which of the places it is for.
pub fn spoiling(tool: &'static Tool) -> BoxedStrategy<(Index, Spoiling)> {
    let foreign = ["surplus", "project_id", "name", "url", "x", ""]
        .map(|name| anything().prop_map(move |value| Spoiling::Insert(name, value)).boxed());
    let mut joining = vec![Just(Spoiling::Remove).boxed()];
    join(tool.args.iter().map(|arg| (arg.name, &arg.shape)).collect(), &mut joining);
    let append =
        select(&['a', '0', ' ', '/', '\\', '?', '#', '%', ';', '-', '.', 'ä', '\n', '\u{7f}'][..]);
    let how = prop_oneof![
        3 => anything().prop_map(Spoiling::Replace),
        2 => Just(Spoiling::Remove),
        1 => Union::new(foreign),
        2 => Union::new(joining),
        2 => append.prop_map(Spoiling::Append),
        1 => Just(Spoiling::Shorten),
        1 => select(&[-1, 1][..]).prop_map(Spoiling::Add),
        1 => Just(Spoiling::Wrap),
    ];
    (any::<Index>(), how).boxed()
}

/// Each of these names, and those inside, beside the others: perhaps one too many.
fn join(names: Vec<(&'static str, &'static Shape)>, out: &mut Vec<BoxedStrategy<Spoiling>>) {
    let beside = Vec::from_iter(names.iter().map(|(name, _)| *name));
    for (name, shape) in names {
        let beside = beside.clone();
        let more = value(shape).prop_map(move |value| Spoiling::Join(name, value, beside.clone()));
        out.push(more.boxed());
        let mut inner = shape;
        while let Shape::List { items, .. } | Shape::Map(items) = inner {
            inner = items;
        }
        if let Shape::Object(keys) | Shape::OneOf { keys, .. } = inner {
            join(keys.iter().map(|key| (key.name, &key.shape)).collect(), out);
        }
    }
}

impl Spoiling {
    /// Does it at one of the places that it can be done at, if there is any.
    pub fn spoil(self, given: &mut Value, at: Index) {
        let mut places = Vec::new();
        find_places(given, String::new(), &mut places);
        places.retain(|place| given.pointer(place).is_some_and(|value| self.suits(place, value)));
        let Some(place) = places.get(at.index(places.len().max(1))) else { return };
        if matches!(self, Self::Remove) {
            return remove(given, place);
        }
        let Some(value) = given.pointer_mut(place) else { return };
        match (self, &mut *value) {
            (Self::Replace(other), _) => *value = other,
            (Self::Insert(name, other) | Self::Join(name, other, _), Value::Object(members)) => {
                members.insert(name.into(), other);
            }
            (Self::Insert(_, other), Value::Array(values)) => values.push(other),
            (Self::Append(letter), Value::String(text)) => text.push(letter),
            (Self::Shorten, Value::String(text)) => {
                text.pop();
            }
            (Self::Shorten, Value::Array(values)) => {
                values.pop();
            }
            (Self::Add(step), Value::Number(number)) => {
                if let Some(sum) = number.as_i64().and_then(|number| number.checked_add(step)) {
                    *value = json!(sum);
                }
            }
            (Self::Wrap, _) => *value = json!([value.take()]),
            _ => {}
        }
    }

    /// The arguments as a whole stay an object.
    fn suits(&self, place: &str, value: &Value) -> bool {
        match self {
            Self::Insert(..) => value.is_object() || value.is_array(),
            Self::Join(_, _, beside) => beside.iter().any(|name| value.get(name).is_some()),
            Self::Append(_) => value.is_string(),
            Self::Shorten => value.is_string() || value.is_array(),
            Self::Add(_) => value.is_number(),
            Self::Replace(_) | Self::Remove | Self::Wrap => !place.is_empty(),
        }
    }
}

/// JSON pointers to the value and everything inside it.
fn find_places(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                find_places(inner, format!("{at}/{name}"), places);
            }
        }
        Value::Array(values) => {
            for (index, inner) in values.iter().enumerate() {
                find_places(inner, format!("{at}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(at);
}

fn remove(given: &mut Value, place: &str) {
    let Some((parent, last)) = place.rsplit_once('/') else { return };
    match given.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.remove(&last.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(values)) => {
            if let Ok(index) = last.parse::<usize>() {
                values.remove(index);
            }
        }
        _ => {}
    }
}

/// Values of every type, among them some that are right in some places.
pub fn anything() -> BoxedStrategy<Value> {
    let values = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(7),
        json!(1.5),
        json!(1e17),
        json!(u64::MAX),
        json!(-1e300),
        json!(""),
        json!("x"),
        json!("."),
        json!(".."),
        json!("a/b"),
        json!("7"),
        json!("true"),
        json!(UUID),
        json!("p-abc123"),
        json!("s-abc123"),
        json!("a-abc123"),
        json!("p-abc"),
        json!("a-ä bc"),
        json!("2026-01-31T08:30:00Z"),
        json!("2026-01-31"),
        json!("a@example.com"),
        json!("https://example.com/"),
        json!([]),
        json!([null]),
        json!(["x"]),
        json!([{}]),
        json!({}),
        json!({ "x": 1 }),
        json!({ "x": { "y": [] } }),
    ];
    select(values).boxed()
}
