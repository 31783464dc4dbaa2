//! What a person is shown before they confirm: the action, its effect, the thing as it is now, what goes
//! along with it, and the new values.

use serde_json::{Map, Value, json};

use crate::catalog::{self, Arg, Effect, Operation, Place, Tool, Verb};
use crate::keys::digest;
use crate::mittwald::argument::Arguments;
use crate::mittwald::{ApiError, json as text, request};
use crate::ports::{NoRandomness, Random};
use crate::tools::call::{self, Environment};
use crate::tools::permission;
use crate::tools::result::Fence;

/// Most entries of a list that are named.
const NAMED: usize = 10;

/// A preview.
#[derive(Debug)]
pub struct Shown {
    /// A JSON object.
    pub json: String,
    /// Digest of what tells whether the state is still the same.
    pub digest: String,
    /// What a person reads where the client asks them: action, thing, what goes along.
    pub action: String,
    /// The thing by its name or number.
    pub thing: String,
    /// What goes along, counted.
    pub along: Vec<(String, u64)>,
    /// What cannot be undone.
    pub undo: Undo,
    /// Whether it holds what third parties wrote.
    untrusted: bool,
}

impl Shown {
    /// What stands around it, if it holds what third parties wrote.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fence(&self, random: &dyn Random) -> Result<Option<Fence>, NoRandomness> {
        self.untrusted.then(|| Fence::new(random)).transpose()
    }
}

/// Reads what the call would change.
///
/// # Errors
/// What mittwald answered: where the thing is not there, nothing can be confirmed.
pub async fn show(
    environment: &Environment<'_>,
    tool: &'static Tool,
    arguments: &Arguments<'_>,
    planned: Option<Value>,
) -> Result<Shown, ApiError> {
    let mut untrusted = false;
    let mut state = Map::new();
    if let Some(planned) = planned {
        state.insert("planned".into(), planned);
    }
    if let Some((name, filled)) = tool.preview.shown_by
        && let Some(read) = readable(environment, name)
    {
        let value = |theirs: &str| {
            let ours = filled.iter().find(|(name, _)| *name == theirs).map(|(_, ours)| *ours)?;
            arguments.get(ours).map(|value| value.plain().into_owned())
        };
        state.insert("now".into(), get(environment, read, &value).await?);
        untrusted |= read.untrusted;
    }
    let mut along = Vec::new();
    for name in tool.preview.lists {
        let Some(read) = readable(environment, name) else { continue };
        let value = |theirs: &str| arguments.get(theirs).map(|value| value.plain().into_owned());
        let list = get(environment, read, &value).await?;
        untrusted |= read.untrusted;
        along.push(json!({ "what": title(read), "entries": entries(&list) }));
    }
    if !along.is_empty() {
        state.insert("goesAlong".into(), Value::Array(along));
    }
    let thing = named(state.get("now"), arguments);
    let counted = state.get("goesAlong").map(counted).unwrap_or_default();
    let mut kept = Value::Object(state.clone());
    settle(&mut kept);
    let mut preview = Map::new();
    preview.insert("action".into(), title(tool).into());
    preview.insert("effect".into(), member(tool, "description").into());
    preview.insert("undo".into(), undo(tool).english().into());
    preview.insert("arguments".into(), serde_json::from_str(&arguments.json()).unwrap_or_default());
    preview.extend(state);
    Ok(Shown {
        json: Value::Object(preview).to_string(),
        digest: digest(&kept.to_string()),
        action: title(tool),
        thing,
        along: counted,
        undo: undo(tool),
        untrusted,
    })
}

/// A reading tool that this caller may use.
fn readable(environment: &Environment<'_>, name: &str) -> Option<&'static Tool> {
    let read = catalog::find(name)?;
    permission::check(environment.caller, read, environment.surface.project()).ok()?;
    Some(read)
}

/// What a reading tool answers.
async fn get(
    environment: &Environment<'_>,
    read: &'static Tool,
    value: &dyn Fn(&str) -> Option<String>,
) -> Result<Value, ApiError> {
    let arguments = arguments(read, value);
    let unsendable = |_| ApiError::NotFound { message: String::new() };
    let request =
        request::render(environment.way()?, read, &arguments, None).map_err(unsendable)?;
    let composed = call::exchange(environment, read, &arguments, request).await?;
    Ok(serde_json::from_str(&composed).unwrap_or(Value::Null))
}

/// The reading tool's arguments, as far as the call knows them.
fn arguments(read: &'static Tool, value: &dyn Fn(&str) -> Option<String>) -> Arguments<'static> {
    let mut arguments = Arguments::default();
    let named = |arg: &&Arg| arg.required || arg.place == Place::Path || arg.name.ends_with("Id");
    for arg in read.args.iter().filter(named) {
        if let Some(value) = value(arg.name) {
            arguments.push(arg, crate::mittwald::Value::Text(value.into()));
        }
    }
    arguments
}

/// How many there are, and the names of the first; what is no list as it is.
fn entries(list: &Value) -> Value {
    let rows = list.as_object().and_then(|list| list.values().find_map(Value::as_array));
    let Some(rows) = rows else { return list.clone() };
    let named: Vec<Value> = rows.iter().take(NAMED).map(brief).collect();
    let total = list.get("total").cloned().unwrap_or_else(|| named.len().into());
    json!({ "total": total, "first": named })
}

/// What tells an entry from others.
fn brief(row: &Value) -> Value {
    const TELLING: [&str; 8] =
        ["shortId", "name", "hostname", "domain", "address", "description", "id", "userName"];
    let Some(row) = row.as_object() else { return row.clone() };
    let told =
        TELLING.iter().filter_map(|name| Some(((*name).to_owned(), row.get(*name)?.clone())));
    Value::Object(told.take(3).collect())
}

fn title(tool: &'static Tool) -> String {
    member(tool, "title")
}

/// A text of the tool's definition.
fn member(tool: &'static Tool, name: &'static str) -> String {
    let found = text::pick(tool.json, [name]).ok().and_then(|[found]| found);
    found.and_then(text::text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// The thing by what people call it; its id where nothing else is known.
fn named(now: Option<&Value>, arguments: &Arguments<'_>) -> String {
    const CALLED: [&str; 7] =
        ["description", "name", "hostname", "domain", "address", "title", "shortId"];
    let called = CALLED.iter().find_map(|name| now?.get(*name)?.as_str()).unwrap_or_default();
    let called: String = called.chars().filter(|c| !c.is_control()).take(80).collect();
    if called.is_empty() { arguments.named_ids() } else { called }
}

/// The lists with more than nothing in them.
fn counted(along: &Value) -> Vec<(String, u64)> {
    let lists = along.as_array().into_iter().flatten();
    let counted = lists.filter_map(|list| {
        let total = list.get("entries")?.get("total")?.as_u64()?;
        Some((list.get("what")?.as_str()?.to_owned(), total))
    });
    counted.filter(|(_, total)| *total > 0).collect()
}

/// What cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// It is gone.
    Gone,
    /// What was there before is not kept.
    Replaced,
    /// It costs or binds.
    Binding,
}

impl Undo {
    /// For the model, and for people who read English.
    pub const fn english(self) -> &'static str {
        match self {
            Self::Gone => "Cannot be undone.",
            Self::Replaced => {
                "What is replaced or ended is not kept: note the present values first to be able to go back."
            }
            Self::Binding => {
                "May cost money or change a contract; going back may need another order or notice."
            }
        }
    }

    /// For people who read German.
    pub const fn german(self) -> &'static str {
        match self {
            Self::Gone => "Das lässt sich nicht rückgängig machen.",
            Self::Replaced => "Was dabei ersetzt oder beendet wird, bleibt nicht erhalten.",
            Self::Binding => "Das kann Geld kosten oder einen Vertrag ändern.",
        }
    }
}

const fn undo(tool: &Tool) -> Undo {
    match (tool.effect, &tool.operation) {
        (Effect::Destructive, Some(Operation { verb: Verb::Delete, .. })) => Undo::Gone,
        (Effect::Destructive, _) => Undo::Replaced,
        _ => Undo::Binding,
    }
}

/// Drops what changes by itself (use, times of use): it tells nothing about the thing, and a token must
/// not die of it.
fn settle(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(settle),
        Value::Object(members) => {
            members.retain(|name, _| !changes_by_itself(name));
            members.values_mut().for_each(settle);
        }
        _ => {}
    }
}

fn changes_by_itself(name: &str) -> bool {
    name.starts_with("last") || name.ends_with("UsageInBytes") || name.ends_with("usageInBytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_by_itself_does_not_count() {
        let mut value =
            json!({"name": "a", "storageUsageInBytes": 1, "rows": [{"lastSeen": 2, "id": 3}]});
        settle(&mut value);
        assert_eq!(value, json!({"name": "a", "rows": [{"id": 3}]}));
    }

    #[test]
    fn entries_are_counted_and_named_briefly() {
        let list = json!({"apps": [{"id": "1", "shortId": "a-1", "description": "Shop", "x": 1}], "total": 4});
        assert_eq!(
            entries(&list),
            json!({"total": 4, "first": [{"shortId": "a-1", "description": "Shop", "id": "1"}]})
        );
        assert_eq!(
            entries(&json!({"names": ["a", "b"]})),
            json!({"total": 2, "first": ["a", "b"]})
        );
    }
}
