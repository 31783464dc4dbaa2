//! In which language a person reads what a request comes to.

use super::Context;
use super::frame::Call;
use crate::http::Language;
use crate::mittwald::json;

/// Member of `_meta` in which ChatGPT names the person's language (BCP 47).
const LOCALE_KEY: &str = "openai/locale";

/// The language that the client names for the person in `_meta`, else what `Accept-Language` prefers,
/// else English. A hint only: what cannot be read, or is neither of the two languages, does not count.
#[must_use]
pub fn of(context: &Context<'_>, call: &Call<'_>) -> Language {
    named(call).unwrap_or(context.language)
}

fn named(call: &Call<'_>) -> Option<Language> {
    let [meta] = json::pick(call.params?.get(), ["_meta"]).ok()?;
    let meta = meta.filter(|meta| json::is_object(meta))?;
    let [locale] = json::pick(meta.get(), [LOCALE_KEY]).ok()?;
    Language::of_tag(&locale.and_then(json::text)?)
}
