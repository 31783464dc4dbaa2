//! Who is signed in, in the form that OpenAI asks for, so that a person can connect several accounts and
//! tell them apart. The id is mittwald's user id: it never changes, whatever the person is called.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Job, Stop};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    user_id: String,
    email: Option<String>,
    person: Option<Person>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Person {
    first_name: String,
    last_name: String,
}

/// Reads the person's own profile.
pub async fn run(job: &Job<'_>) -> Result<Value, Stop> {
    let user: User = job.get("/v2/users/{userId}", &[("userId", "self")], &[]).await?;
    let Person { first_name, last_name } = user.person.unwrap_or_default();
    let (first, last) = (first_name.trim(), last_name.trim());
    let mut answer = Map::new();
    answer.insert("id".into(), Value::String(user.user_id));
    for (key, text) in [
        ("name", format!("{first} {last}").trim().to_owned()),
        ("email", user.email.unwrap_or_default()),
        ("nickname", first.to_owned()),
    ] {
        if !text.is_empty() {
            answer.insert(key.into(), Value::String(text));
        }
    }
    Ok(Value::Object(answer))
}

#[cfg(test)]
mod tests;
