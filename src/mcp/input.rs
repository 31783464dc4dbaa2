//! The rounds of a multi round-trip request on the wire (2026-07-28 basic/patterns/mrtr); what they are for
//! says [`crate::tools::input`]. `tools/call`, `prompts/get` and `resources/read` have them, and nothing else.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::Context;
use super::error::Error;
use super::ladder::Admitted;
use super::reply::ResultWriter;
use super::request_state::{self, Binding};
use super::revision::Era;
use crate::mittwald::json;
use crate::ports::NoRandomness;
use crate::tools::input::{Abilities, Input, InputRequired, Question};

/// A request that may take several rounds.
#[derive(Clone, Copy)]
pub struct Round<'a> {
    /// Whose it is, and where.
    pub context: &'a Context<'a>,
    /// What it says about itself.
    pub admitted: &'a Admitted<'a>,
    /// Its method.
    pub method: &'static str,
    /// What it is about: the name of a tool or prompt, the address of a resource.
    pub name: &'a str,
    /// Its arguments.
    pub arguments: Option<&'a RawValue>,
}

impl<'a> Round<'a> {
    /// What the client can be asked, and what it brings from the round before. A legacy client can be asked
    /// nothing; what it sends under these names means nothing.
    ///
    /// # Errors
    /// -32602 for answers that are no object, and for a state that is not good for this request.
    pub fn input(&self, params: Option<&'a RawValue>) -> Result<Input<'a>, Error> {
        if self.admitted.revision.era() == Era::Legacy {
            return Ok(Input::default());
        }
        let params = params.map_or("{}", RawValue::get);
        let [answers, state] = json::pick(params, ["inputResponses", "requestState"])
            .map_err(|_| Error::Params("A member of params is given twice.".into()))?;
        Ok(Input {
            can: self.can(),
            answers: answers.map(read).transpose()?.unwrap_or_default(),
            state: state.map(|state| self.open(state)).transpose()?,
        })
    }

    fn can(&self) -> Abilities {
        match self.admitted.revision.era() {
            Era::Legacy => Abilities::default(),
            Era::Modern => abilities(self.admitted.meta.capabilities),
        }
    }

    fn open(&self, state: &RawValue) -> Result<String, Error> {
        let Some(text) = json::text(state) else {
            return Err(Error::Params(
                "requestState must be the text that came with the questions.".into(),
            ));
        };
        let binding = Binding::of(self.context, self.method, self.name, self.arguments)?;
        let now = self.context.ports.clock.now();
        request_state::open(self.context.keys, &binding, &text, now)
            .map_err(|unusable| Error::Params(unusable.told().into()))
    }

    /// The result that asks the client. It brings no `ttlMs`: a question is good for one call.
    ///
    /// # Errors
    /// -32021 for a question that the client cannot be asked, -32603 where nothing can be sealed.
    pub fn ask(&self, id: &str, required: &InputRequired) -> Result<String, Error> {
        let lacking = lacking(&required.questions, self.can());
        if lacking != Abilities::default() {
            return Err(Error::MissingCapability(as_capabilities(lacking)));
        }
        let mut writer = ResultWriter::asking(id, self.admitted.revision);
        if !required.questions.is_empty() {
            writer = writer.with("inputRequests", |out| {
                out.push('{');
                for (key, question) in &required.questions {
                    json::push_name(out, key);
                    push(out, question);
                }
                out.push('}');
            });
        }
        if let Some(state) = &required.state {
            let binding = Binding::of(self.context, self.method, self.name, self.arguments)?;
            let (now, random) = (self.context.ports.clock.now(), self.context.ports.random);
            let sealed =
                request_state::close(self.context.keys, binding, state.clone(), now, random)
                    .map_err(|NoRandomness| Error::no_randomness())?;
            writer = writer.string("requestState", &sealed);
        }
        Ok(writer.close())
    }
}

/// The answers by their keys. What is no object answers nothing, and is left out: whoever asked for it asks
/// again, and nobody looks at the rest.
fn read(answers: &RawValue) -> Result<Vec<(Cow<'_, str>, &RawValue)>, Error> {
    let wrong = |why: &str| Error::Params(format!("inputResponses {why}."));
    if !json::is_object(answers) {
        return Err(wrong("must be an object with an answer for each question"));
    }
    let mut answers = json::members(answers.get()).map_err(|_| wrong("has an answer twice"))?;
    answers.retain(|(_, answer)| json::is_object(answer));
    Ok(answers)
}

/// What a client's capabilities allow to ask. An empty `elicitation` means forms.
fn abilities(capabilities: Option<&RawValue>) -> Abilities {
    let object = |raw: Option<&RawValue>| raw.is_some_and(json::is_object);
    let names = ["elicitation", "sampling", "roots"];
    let Some([elicitation, sampling, roots]) =
        capabilities.and_then(|raw| json::pick(raw.get(), names).ok())
    else {
        return Abilities::default();
    };
    let modes = elicitation.and_then(|raw| json::pick(raw.get(), ["form", "url"]).ok());
    let [form, url] = modes.unwrap_or_default();
    Abilities {
        form: modes.is_some() && (object(form) || !object(url)),
        url: object(url),
        sampling: object(sampling),
        roots: object(roots),
    }
}

/// What the questions need and the client does not have.
fn lacking(questions: &[(Cow<'static, str>, Question)], can: Abilities) -> Abilities {
    let mut lacking = Abilities::default();
    for (_, question) in questions {
        match question {
            Question::Form { .. } => lacking.form = !can.form,
            Question::Url { .. } => lacking.url = !can.url,
            Question::Sampling { .. } => lacking.sampling = !can.sampling,
            Question::Roots => lacking.roots = !can.roots,
        }
    }
    lacking
}

/// The same as `ClientCapabilities`.
fn as_capabilities(abilities: Abilities) -> String {
    let Abilities { form, url, sampling, roots } = abilities;
    let mut out = String::from("{");
    if form || url {
        json::push_name(&mut out, "elicitation");
        out.push('{');
        push_empty(&mut out, &[("form", form), ("url", url)]);
        out.push('}');
    }
    push_empty(&mut out, &[("roots", roots), ("sampling", sampling)]);
    out.push('}');
    out
}

fn push_empty(out: &mut String, members: &[(&str, bool)]) {
    for (name, _) in members.iter().filter(|(_, wanted)| *wanted) {
        json::push_name(out, name);
        out.push_str("{}");
    }
}

fn push(out: &mut String, question: &Question) {
    out.push('{');
    json::push_name(out, "method");
    json::push_string(out, method(question));
    json::push_name(out, "params");
    out.push('{');
    match question {
        Question::Form { message, schema } => {
            push_texts(out, &[("mode", "form"), ("message", message)]);
            json::push_name(out, "requestedSchema");
            out.push_str(schema);
        }
        Question::Url { message, url } => {
            push_texts(out, &[("mode", "url"), ("message", message), ("url", url)]);
        }
        Question::Sampling { params } => {
            // The whole object is the tool's.
            out.pop();
            out.push_str(params);
            out.push('}');
            return;
        }
        Question::Roots => {}
    }
    out.push_str("}}");
}

fn push_texts(out: &mut String, members: &[(&str, &str)]) {
    for (name, text) in members {
        json::push_name(out, name);
        json::push_string(out, text);
    }
}

const fn method(question: &Question) -> &'static str {
    match question {
        Question::Form { .. } | Question::Url { .. } => "elicitation/create",
        Question::Sampling { .. } => "sampling/createMessage",
        Question::Roots => "roots/list",
    }
}
