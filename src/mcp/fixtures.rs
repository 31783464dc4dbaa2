//! What the official conformance suite asks of a server beside its product: tools, prompts and resources
//! of fixed content, as the suite's scenarios describe them (their names and texts are its constants).
//!
//! Only in builds with the feature `conformance` (`make conformance`), never in what is deployed;
//! `tests/conformance-product.test.mjs` proves that. It may be longer than other files, because this
//! way one file is all there is to leave out.
//!
//! # How it is hooked in
//! [`super::dispatch`] asks [`has`] before it asks the product, and lets [`extended`] add ours to the
//! product's own lists and capabilities. Frames, ladder, headers, envelopes, streams and caching hints
//! stay the product's: they are what the suite is to judge.

use serde_json::value::RawValue;

use super::dispatch::{Outcome, known_name};
use super::error::Error;
use super::frame::Call;
use super::input::Round;
use super::ladder::Admitted;
use super::progress::ClientProgress;
use super::reply::{Answered, ResultWriter};
use super::revision::{Era, Revision};
use super::{Context, Note};
use crate::http::Status;
use crate::mittwald::json;
use crate::tools::input::{Elicited, Input, InputRequired, Question};
use crate::tools::progress::Progress;

/// A red PNG of one pixel, in base64.
macro_rules! png {
    () => {
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC"
    };
}

/// A WAV of one silent sample, in base64.
macro_rules! wav {
    () => {
        "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQEAAACAAA=="
    };
}

/// Schema of a tool without arguments.
const NOTHING: &str = r#"{"type":"object","additionalProperties":false}"#;

/// Schema of `json_schema_2020_12_tool`: every keyword must come back (SEP-1613, SEP-2106).
const EVERY_KEYWORD: &str = concat!(
    r##"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{"address":{"##,
    r##""$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},"##,
    r##""properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","##,
    r##""enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},"allOf":[{"anyOf":["##,
    r##"{"required":["phone"]},{"required":["email"]}]}],"if":{"properties":{"contactMethod":{"const":"phone"}},"##,
    r##""required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]},"##,
    r##""additionalProperties":false}"##,
);

/// A tool: name, description, schema of its arguments.
struct Tool(&'static str, &'static str, &'static str);

const TOOLS: [Tool; 20] = [
    Tool("test_simple_text", "Gives a text.", NOTHING),
    Tool("test_image_content", "Gives an image.", NOTHING),
    Tool("test_audio_content", "Gives a sound.", NOTHING),
    Tool("test_embedded_resource", "Gives a resource.", NOTHING),
    Tool("test_multiple_content_types", "Gives a text, an image and a resource.", NOTHING),
    Tool("test_error_handling", "Fails.", NOTHING),
    Tool("test_tool_with_logging", "Logs three times.", NOTHING),
    Tool("test_tool_with_progress", "Reports progress three times.", NOTHING),
    Tool("test_streaming_elicitation", "Asks for a name, by nothing but its result.", NOTHING),
    Tool("test_missing_capability", "Needs the client's model.", NOTHING),
    Tool("test_logging_tool", "Logs, where the request set a level.", NOTHING),
    Tool("json_schema_2020_12_tool", "Has a schema with every keyword.", EVERY_KEYWORD),
    Tool("test_input_required_result_elicitation", "Asks for a name.", NOTHING),
    Tool("test_input_required_result_sampling", "Asks the client's model.", NOTHING),
    Tool("test_input_required_result_list_roots", "Asks for the client's roots.", NOTHING),
    Tool("test_input_required_result_request_state", "Asks, and remembers that it did.", NOTHING),
    Tool("test_input_required_result_multiple_inputs", "Asks three things at once.", NOTHING),
    Tool("test_input_required_result_multi_round", "Asks one thing, then another.", NOTHING),
    Tool("test_input_required_result_tampered_state", "Asks, and remembers that it did.", NOTHING),
    Tool("test_input_required_result_capabilities", "Asks what the client can be asked.", NOTHING),
];

/// Definitions in `prompts/list`.
const PROMPTS: [(&str, &str); 5] = [
    ("test_simple_prompt", r#"{"name":"test_simple_prompt","description":"A text."}"#),
    (
        "test_prompt_with_arguments",
        r#"{"name":"test_prompt_with_arguments","description":"A text with two arguments in it.","arguments":[{"name":"arg1","description":"First","required":true},{"name":"arg2","description":"Second","required":true}]}"#,
    ),
    (
        "test_prompt_with_embedded_resource",
        r#"{"name":"test_prompt_with_embedded_resource","description":"A resource and a text.","arguments":[{"name":"resourceUri","description":"Its address","required":true}]}"#,
    ),
    (
        "test_prompt_with_image",
        r#"{"name":"test_prompt_with_image","description":"An image and a text."}"#,
    ),
    (
        "test_input_required_result_prompt",
        r#"{"name":"test_input_required_result_prompt","description":"Asks what it should be about."}"#,
    ),
];

/// Definitions in `resources/list`.
const RESOURCES: &str = concat!(
    r#"{"uri":"test://static-text","name":"static-text","description":"A text.","mimeType":"text/plain"},"#,
    r#"{"uri":"test://static-binary","name":"static-binary","description":"An image.","mimeType":"image/png"},"#,
    r#"{"uri":"test://watched-resource","name":"watched-resource","description":"A text that never changes.","mimeType":"text/plain"}"#,
);

/// Definitions in `resources/templates/list`.
const TEMPLATES: &str = r#"{"uriTemplate":"test://template/{id}/data","name":"template","description":"JSON with an id in it.","mimeType":"application/json"}"#;

/// What `completion/complete` knows for the arguments of `test_prompt_with_arguments`.
const WORDS: [&str; 4] = ["paris", "park", "party", "test"];

/// Whether a request is for something of ours.
#[must_use]
pub fn has(call: &Call<'_>, revision: Revision) -> bool {
    let named = |name| call.params.and_then(|params| member(params, name));
    let text = |name| named(name).and_then(json::text).unwrap_or_default();
    match call.method.as_ref() {
        "logging/setLevel" | "resources/subscribe" | "resources/unsubscribe" => {
            revision.era() == Era::Legacy
        }
        "tools/call" => TOOLS.iter().any(|tool| tool.0 == text("name")),
        "prompts/get" => PROMPTS.iter().any(|prompt| prompt.0 == text("name")),
        "resources/read" => contents(&text("uri")).is_some(),
        "completion/complete" => {
            let name = named("ref").and_then(|reference| member(reference, "name"));
            name.and_then(json::text).is_some_and(|name| name == "test_prompt_with_arguments")
        }
        _ => false,
    }
}

/// Answers a request that [`has`] claims.
///
/// # Errors
/// -32602 for a prompt's missing argument.
pub async fn answer(
    context: &Context<'_>,
    call: &Call<'_>,
    admitted: &Admitted<'_>,
) -> Result<Answered, Error> {
    let note = Note {
        method: known_name(&call.method),
        tool: "",
        revision: admitted.revision.name(),
        outcome: "ok",
    };
    let body = body(context, call, admitted).await?;
    Ok(Answered { body, status: Status::OK, challenge: None, note })
}

async fn body(context: &Context<'_>, call: &Call<'_>, admitted: &Admitted<'_>) -> Outcome {
    let params = call.params.map_or("{}", RawValue::get);
    let twice = |_| Error::Params("A member of params is given twice.".into());
    let [name, uri, arguments, argument] =
        json::pick(params, ["name", "uri", "arguments", "argument"]).map_err(twice)?;
    let name = name.and_then(json::text).unwrap_or_default();
    let writer = ResultWriter::open(call.id.get(), admitted.revision, None, 1024);
    Ok(match call.method.as_ref() {
        "tools/call" => {
            let round = Round { context, admitted, method: "tools/call", name: &name, arguments };
            let input = round.input(call.params)?;
            match step(&name, &input) {
                Some(Step::Ask(required)) => return round.ask(call.id.get(), &required),
                Some(Step::Done(said)) => {
                    writer.json("content", &format!("[{}]", text(&said))).close()
                }
                None => {
                    work(context, call, admitted, &name).await;
                    result_of(&name, writer)
                }
            }
        }
        "prompts/get" if name == "test_input_required_result_prompt" => {
            let round = Round { context, admitted, method: "prompts/get", name: &name, arguments };
            let input = round.input(call.params)?;
            match step(&name, &input) {
                Some(Step::Done(words)) => writer.json("messages", &said(&[&text(&words)])).close(),
                Some(Step::Ask(required)) => return round.ask(call.id.get(), &required),
                None => writer.close(),
            }
        }
        "prompts/get" => writer.json("messages", &messages(&name, arguments)?).close(),
        "resources/read" => {
            let uri = uri.and_then(json::text).unwrap_or_default();
            let contents = contents(&uri).unwrap_or_default();
            writer.json("contents", &contents).cacheable(admitted.revision).close()
        }
        "completion/complete" => writer.json("completion", &completion(argument)).close(),
        _ => writer.close(),
    })
}

/// What a round of a multi round-trip request comes to (2026-07-28 basic/patterns/mrtr).
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The client is asked.
    Ask(InputRequired),
    /// The text of the result.
    Done(String),
}

/// A form with one field.
macro_rules! form {
    ($message:literal, $member:literal, $kind:literal) => {
        Question::Form {
            message: $message.into(),
            schema: concat!(
                r#"{"type":"object","properties":{""#,
                $member,
                r#"":{"type":""#,
                $kind,
                r#""}},"required":[""#,
                $member,
                r#""]}"#
            )
            .into(),
        }
    };
}

/// A question to the client's model.
macro_rules! sampling {
    ($message:literal, $tokens:literal) => {
        Question::Sampling {
            params: concat!(
                r#"{"messages":[{"role":"user","content":{"type":"text","text":""#,
                $message,
                r#""}}],"maxTokens":"#,
                $tokens,
                "}"
            )
            .into(),
        }
    };
}

fn ask(state: Option<&str>, key: &'static str, question: Question) -> Step {
    ask_all(state, vec![(key, question)])
}

fn ask_all(state: Option<&str>, questions: Vec<(&'static str, Question)>) -> Step {
    let questions = questions.into_iter().map(|(key, question)| (key.into(), question)).collect();
    Step::Ask(InputRequired { questions, state: state.map(str::to_owned) })
}

/// A round of a tool or prompt that asks; `None` for one that does not.
fn step(name: &str, input: &Input<'_>) -> Option<Step> {
    let state = input.state.as_deref();
    Some(match name.strip_prefix("test_input_required_result_").unwrap_or(name) {
        "elicitation" | "test_streaming_elicitation" => match field(input, "user_name", "name") {
            Some(name) => Step::Done(format!("Hello, {name}!")),
            None => ask(None, "user_name", form!("What is your name?", "name", "string")),
        },
        "sampling" => match sampled(input, "capital_question") {
            Some(said) => Step::Done(said),
            None => ask(None, "capital_question", sampling!("What is the capital of France?", 100)),
        },
        "test_missing_capability" if input.can.sampling => Step::Done("It is there.".into()),
        "test_missing_capability" => ask(None, "needed", sampling!("Anything.", 1)),
        "list_roots" => match roots(input) {
            Some(roots) => Step::Done(format!("The roots are {roots}.")),
            None => ask(None, "client_roots", Question::Roots),
        },
        "request_state" | "tampered_state" => match (state, field(input, "confirm", "ok")) {
            (Some("asked"), Some(_)) => Step::Done("state-ok".into()),
            _ => ask(Some("asked"), "confirm", form!("Please confirm", "ok", "boolean")),
        },
        "multiple_inputs" => several(input),
        "multi_round" => match state.map(|state| state.strip_prefix("name:").ok_or(state)) {
            Some(Ok(name)) => match field(input, "step2", "color") {
                Some(color) => Step::Done(format!("{name} likes {color}.")),
                None => second(name),
            },
            _ => match (state, field(input, "step1", "name")) {
                (Some("begun"), Some(name)) => second(&name),
                _ => {
                    let question = form!("Step 1: What is your name?", "name", "string");
                    ask(Some("begun"), "step1", question)
                }
            },
        },
        "capabilities" => possible(input),
        "prompt" => match field(input, "user_context", "context") {
            Some(context) => Step::Done(format!("A prompt with the context {context}.")),
            None => {
                let question = form!("What context should the prompt use?", "context", "string");
                ask(None, "user_context", question)
            }
        },
        _ => return None,
    })
}

/// The second round of `test_input_required_result_multi_round`; it knows the name by its state.
fn second(name: &str) -> Step {
    let question = form!("Step 2: What is your favorite color?", "color", "string");
    ask(Some(&format!("name:{name}")), "step2", question)
}

/// Three questions at once; those without an answer are asked again.
fn several(input: &Input<'_>) -> Step {
    let name = field(input, "user_name", "name");
    let greeting = sampled(input, "greeting");
    if let (Some("asked"), Some(name), Some(greeting), Some(roots)) =
        (input.state.as_deref(), &name, &greeting, roots(input))
    {
        return Step::Done(format!("{greeting} {name}, your roots are {roots}."));
    }
    let mut questions = Vec::new();
    if name.is_none() {
        questions.push(("user_name", form!("What is your name?", "name", "string")));
    }
    if greeting.is_none() {
        questions.push(("greeting", sampling!("Generate a greeting", 50)));
    }
    if questions.is_empty() || roots(input).is_none() {
        questions.push(("client_roots", Question::Roots));
    }
    ask_all(Some("asked"), questions)
}

/// Only what the client can be asked; any answer is enough.
fn possible(input: &Input<'_>) -> Step {
    if !input.answers.is_empty() {
        return Step::Done("The client was asked what it can be asked.".into());
    }
    let mut questions = Vec::new();
    if input.can.form {
        questions.push(("user_name", form!("What is your name?", "name", "string")));
    }
    if input.can.sampling {
        questions.push(("greeting", sampling!("Generate a greeting", 50)));
    }
    if input.can.roots {
        questions.push(("client_roots", Question::Roots));
    }
    if questions.is_empty() {
        return Step::Done("The client can be asked nothing.".into());
    }
    ask_all(None, questions)
}

/// A field of a form that the person sent; `None` too where the answer is none of this form.
fn field(input: &Input<'_>, key: &str, name: &'static str) -> Option<String> {
    let Elicited::Accepted(Some(content)) = input.elicited(key)? else { return None };
    let value = member(content, name)?;
    json::text(value).map_or_else(|| Some(value.get().to_owned()), |text| Some(text.into_owned()))
}

/// What the client's model said.
fn sampled(input: &Input<'_>, key: &str) -> Option<String> {
    let content = member(input.answer(key)?, "content")?;
    member(content, "text").and_then(json::text).map(|text| text.into_owned())
}

/// The client's roots, as they came.
fn roots(input: &Input<'_>) -> Option<String> {
    member(input.answer("client_roots")?, "roots").map(|roots| roots.get().to_owned())
}

/// Milliseconds between two messages of a tool that sends some.
const PAUSE_MS: u32 = 50;

/// What a tool sends before its result: log messages, progress.
async fn work(context: &Context<'_>, call: &Call<'_>, admitted: &Admitted<'_>, name: &str) {
    match name {
        "test_tool_with_logging" => {
            log(context, "Tool execution started");
            for said in ["Tool processing data", "Tool execution completed"] {
                context.ports.clock.sleep(PAUSE_MS).await;
                log(context, said);
            }
        }
        "test_tool_with_progress" => {
            let progress = ClientProgress::new(admitted.meta.progress_token, context.ports.events);
            progress.report(0, Some(100), "Begun");
            for (done, said) in [(50, "Halfway"), (100, "Done")] {
                context.ports.clock.sleep(PAUSE_MS).await;
                progress.report(done, Some(100), said);
            }
        }
        // 2026-07-28 server/utilities/logging: nothing without a level in the request itself.
        "test_logging_tool" if sets_log_level(call) => {
            log(context, "Logged because a level is set")
        }
        _ => {}
    }
}

fn sets_log_level(call: &Call<'_>) -> bool {
    let meta = call.params.and_then(|params| member(params, "_meta"));
    meta.and_then(|meta| member(meta, "io.modelcontextprotocol/logLevel")).is_some()
}

/// A member of an object; `None` too where it is no object, or has it twice.
fn member<'a>(object: &'a RawValue, name: &'static str) -> Option<&'a RawValue> {
    json::pick(object.get(), [name]).ok().and_then(|[value]| value)
}

/// Sends `notifications/message`.
fn log(context: &Context<'_>, said: &str) {
    let mut out = String::from(
        r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"#,
    );
    json::push_string(&mut out, said);
    out.push_str("}}");
    context.ports.events.send(out);
}

/// The result of a tool.
fn result_of(name: &str, writer: ResultWriter) -> String {
    let content = match name {
        "test_image_content" => {
            concat!(r#"[{"type":"image","mimeType":"image/png","data":""#, png!(), r#""}]"#)
        }
        "test_audio_content" => {
            concat!(r#"[{"type":"audio","mimeType":"audio/wav","data":""#, wav!(), r#""}]"#)
        }
        "test_embedded_resource" => {
            r#"[{"type":"resource","resource":{"uri":"test://embedded-resource","mimeType":"text/plain","text":"This is an embedded resource content."}}]"#
        }
        "test_multiple_content_types" => concat!(
            r#"[{"type":"text","text":"Multiple content types test:"},{"type":"image","mimeType":"image/png","data":""#,
            png!(),
            r#""},{"type":"resource","resource":{"uri":"test://mixed-content-resource","mimeType":"application/json","text":"{\"test\":\"data\",\"value\":123}"}}]"#
        ),
        "test_error_handling" => {
            let content = r#"[{"type":"text","text":"This tool intentionally returns an error for testing"}]"#;
            return writer.json("content", content).json("isError", "true").close();
        }
        _ => r#"[{"type":"text","text":"This is a simple text response for testing."}]"#,
    };
    writer.json("content", content).close()
}

/// The messages of a prompt.
///
/// # Errors
/// -32602 that names a missing argument.
fn messages(name: &str, arguments: Option<&RawValue>) -> Result<String, Error> {
    let argument = |name: &'static str| {
        arguments
            .and_then(|arguments| member(arguments, name))
            .and_then(json::text)
            .ok_or_else(|| Error::Params(format!("The argument {name} is missing or no string.")))
    };
    Ok(match name {
        "test_prompt_with_arguments" => {
            let (one, two) = (argument("arg1")?, argument("arg2")?);
            said(&[&text(&format!("Prompt with arguments: arg1='{one}', arg2='{two}'"))])
        }
        "test_prompt_with_embedded_resource" => {
            let mut resource = String::from(r#"{"type":"resource","resource":{"uri":"#);
            json::push_string(&mut resource, &argument("resourceUri")?);
            resource.push_str(
                r#","mimeType":"text/plain","text":"Embedded resource content for testing."}}"#,
            );
            said(&[&resource, &text("Please process the embedded resource above.")])
        }
        "test_prompt_with_image" => said(&[
            concat!(r#"{"type":"image","mimeType":"image/png","data":""#, png!(), r#""}"#),
            &text("Please analyze the image above."),
        ]),
        _ => said(&[&text("This is a simple prompt for testing.")]),
    })
}

fn text(said: &str) -> String {
    let mut out = String::from(r#"{"type":"text","text":"#);
    json::push_string(&mut out, said);
    out.push('}');
    out
}

fn said(contents: &[&str]) -> String {
    let messages: Vec<String> = contents
        .iter()
        .map(|content| format!(r#"{{"role":"user","content":{content}}}"#))
        .collect();
    format!("[{}]", messages.join(","))
}

/// The contents of a resource; `None` where it is none of ours.
fn contents(uri: &str) -> Option<String> {
    let (media_type, member, value) = match uri {
        "test://static-text" => {
            ("text/plain", "text", "This is the content of the static text resource.".to_owned())
        }
        "test://static-binary" => ("image/png", "blob", png!().to_owned()),
        "test://watched-resource" => ("text/plain", "text", "Watched resource content.".to_owned()),
        _ => {
            let id = uri.strip_prefix("test://template/")?.strip_suffix("/data")?;
            let mut data = String::from(r#"{"id":"#);
            json::push_string(&mut data, id);
            data.push_str(r#","templateTest":true,"data":"#);
            json::push_string(&mut data, &format!("Data for ID: {id}"));
            data.push('}');
            ("application/json", "text", data)
        }
    };
    let mut out = String::from("[{");
    for (name, value) in [("uri", uri), ("mimeType", media_type), (member, value.as_str())] {
        json::push_name(&mut out, name);
        json::push_string(&mut out, value);
    }
    out.push_str("}]");
    Some(out)
}

fn completion(argument: Option<&RawValue>) -> String {
    let typed = argument.and_then(|argument| member(argument, "value"));
    let typed = typed.and_then(json::text).unwrap_or_default();
    let found: Vec<&str> =
        WORDS.into_iter().filter(|word| word.starts_with(typed.as_ref())).collect();
    let mut out = String::from(r#"{"values":["#);
    for word in &found {
        json::push_comma(&mut out);
        json::push_string(&mut out, word);
    }
    out.push_str(&format!(r#"],"total":{},"hasMore":false}}"#, found.len()));
    out
}

/// The product's answer with ours in it: definitions at the beginning of its lists, and the capabilities that
/// only the suite's legacy scenarios need.
#[must_use]
pub fn extended(call: &Call<'_>, revision: Revision, answered: Answered) -> Answered {
    let cursor = call.params.and_then(|params| member(params, "cursor"));
    if cursor.is_some_and(|cursor| !json::is_null(cursor)) {
        // Ours stand on the first page.
        return answered;
    }
    let body = with_ours(&call.method, revision, answered.body);
    Answered { body, ..answered }
}

fn with_ours(method: &str, revision: Revision, body: String) -> String {
    let definitions = |list: &str, ours: &str| {
        let begin = format!("\"{list}\":[");
        let separated = if body.contains(&format!("{begin}]")) { "" } else { "," };
        body.replacen(&begin, &format!("{begin}{ours}{separated}"), 1)
    };
    match method {
        "tools/list" => {
            let tools: Vec<String> = TOOLS.iter().map(definition).collect();
            definitions("tools", &tools.join(","))
        }
        "prompts/list" => {
            let prompts: Vec<&str> = PROMPTS.iter().map(|prompt| prompt.1).collect();
            definitions("prompts", &prompts.join(","))
        }
        "resources/list" => definitions("resources", RESOURCES),
        "resources/templates/list" => definitions("resourceTemplates", TEMPLATES),
        "initialize" if revision.era() == Era::Legacy => body
            .replacen("\"capabilities\":{", "\"capabilities\":{\"logging\":{},", 1)
            .replacen("\"resources\":{}", "\"resources\":{\"subscribe\":true}", 1),
        _ => body,
    }
}

fn definition(Tool(name, description, schema): &Tool) -> String {
    format!(r#"{{"name":"{name}","description":"{description}","inputSchema":{schema}}}"#)
}

#[cfg(test)]
mod tests;
