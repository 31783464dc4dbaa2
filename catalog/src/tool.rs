//! One declared tool, joined with the API's facts.

use std::ops::Range;
use std::path::PathBuf;

use serde_json::Value;
use toml::Spanned;

use crate::answer::{self, Answer, Asked};
use crate::arguments;
use crate::binding::{Binding, Bound};
use crate::declaration::{Declaration, Effect};
use crate::definition::Definition;
use crate::facts::{Facts, Operation};
use crate::job::{self, Job};
use crate::lint::lint;
use crate::own;
use crate::problem::{Problem, Report, Source};
use crate::registers::Registers;
use crate::request::{Argument, Request};
use crate::rules;

/// A compiled tool.
#[derive(Debug)]
pub struct Tool {
    /// Unique name.
    pub name: String,
    /// What a call does.
    pub effect: Effect,
    /// Whether a person has to confirm each call.
    pub confirm: bool,
    /// Lists of what goes along, for the preview.
    pub shows: Vec<String>,
    /// mittwald scopes, all of which a call needs.
    pub scopes: Vec<String>,
    /// Family (file) it stands in.
    pub family: String,
    /// Toolsets that serve it.
    pub toolsets: Vec<String>,
    /// Whether plain `/mcp` serves it.
    pub core: bool,
    /// Whether every surface serves it.
    pub everywhere: bool,
    /// Whether the answer carries text that third parties wrote.
    pub untrusted: bool,
    /// How a call is bound to a project.
    pub project: Binding,
    /// How secondary ids are, where a call names them.
    pub secondary: Vec<Binding>,
    /// Whether it is the tool that carries its operation.
    pub primary: bool,
    /// What it fixes of its operation: variants and values.
    pub variety: String,
    /// File it stands in.
    pub file: PathBuf,
    /// Line there.
    pub line: usize,
    /// `METHOD /path`; a job may have none of its own.
    pub operation: Option<String>,
    /// The job that it runs instead of one request.
    pub job: Option<Job>,
    /// The request.
    pub request: Request,
    /// The answer.
    pub answer: Answer,
    /// The definition for `tools/list`.
    pub json: Value,
    /// The definition where the project is fixed, if that takes an argument away.
    pub project_json: Option<Value>,
    /// The definition for modern clients, if they repeat some argument in a header.
    pub modern_json: Option<Value>,
}

/// Joins a declaration.
///
/// # Errors
/// Everything that is wrong with it.
pub fn join(
    declaration: &Spanned<Declaration>,
    family: &str,
    source: &Source,
    facts: &Facts,
    registers: &Registers,
) -> Result<Tool, Vec<Problem>> {
    let (at, declaration) = (declaration.span(), declaration.get_ref());
    let subject = declaration.name.as_ref().map_or("tool", |name| name.get_ref());
    let mut report = Report::new(source, subject);
    let words = rules::words(declaration, &at, &mut report);
    let scopes = scopes(declaration, registers, &at, &mut report);
    let toolsets = toolsets(declaration, family, registers, &mut report);

    let operation = operation(declaration, facts, &at, &mut report);
    let job = job::join(declaration, facts, registers, &at, &mut report);
    if operation.is_none() && (job.is_none() || declaration.operation.is_some()) {
        return Err(report.into_problems());
    }
    let effect = rules::effect(declaration, registers, &at, &mut report);
    if let Some((effect, _)) = effect {
        for scope in scopes.iter().filter(|scope| !rules::scope_fits(effect, scope)) {
            report.add(&at, format!("scope {scope}: a read cannot need it"));
        }
        if declaration.everywhere && !(declaration.core && effect == Effect::Read) {
            report.add(&at, "everywhere: only for a read that is core");
        }
    }

    // The joins below look at an empty report of their own, so that each says all it can.
    let mut arguments_report = Report::new(source, subject);
    let request = match operation {
        Some((key, operation)) => {
            arguments::join(facts, key, operation, declaration, &at, &mut arguments_report)
        }
        None => nothing_of_the_api(declaration, &at, &mut arguments_report),
    };
    let mut problems = report.into_problems();
    problems.extend(arguments_report.into_problems());
    let Some(mut request) = request else {
        return Err(problems);
    };
    if declaration.confirm {
        request.arguments.push(Argument::confirmation());
    }
    let mut report = Report::new(source, subject);
    own::arguments(&declaration.input, &mut request, &mut report);
    let answer = match (&declaration.answer, declaration.output.is_empty(), operation) {
        (Some(note), true, Some((key, operation))) => {
            let marked = registers.customer.get(key).is_some_and(|judged| judged.secret);
            let asked = Asked { facts, operation, marked };
            answer::join(asked, &request, note, &mut report)
        }
        (None, false, _) => {
            let schema = own::output(&declaration.output, declaration.closed, &mut report);
            Some(Answer::Own(schema))
        }
        (Some(_), false, _) => {
            report.add(&at, "[tool.answer] and [tool.output]: one of them");
            None
        }
        (Some(_), true, None) => {
            report.add(&at, "[tool.answer] is of an operation: [tool.output]");
            None
        }
        (None, true, _) => {
            report.add(&at, "[tool.answer] is missing");
            None
        }
    };
    let project = match &declaration.project {
        None => {
            report.add(&at, "project is missing: how is a call bound to a project? (or \"none\")");
            None
        }
        Some(text) => {
            let reads = effect.is_some_and(|(effect, _)| effect == Effect::Read);
            let bound = Bound {
                facts,
                operation: operation.map(|(_, operation)| operation),
                job: job.is_some(),
                request: &request,
                reads,
            };
            match Binding::parse_all(text.get_ref().list(), bound) {
                Ok(bindings) => Some(bindings),
                Err(problem) => {
                    report.add(&text.span(), problem);
                    None
                }
            }
        }
    };
    rests_on(declaration, facts, &mut report);
    if !declaration.shows.is_empty() && !declaration.confirm {
        report.add(&at, "shows: only a preview shows it, so confirm = true");
    }
    if let (
        Some((name, title, description)),
        Some((effect, hints)),
        Some(answer),
        Some((project, secondary)),
    ) = (words, effect, answer, project)
    {
        let definition = Definition {
            name: &name,
            title: &title,
            description: &description,
            arguments: request.arguments.iter().collect(),
            output_schema: output_schema(&answer, declaration.confirm),
            hints,
            scopes: &scopes,
            meta: &declaration.meta,
        };
        let json = definition.json();
        let modern_json = definition.modern_json();
        let project_json = match &project {
            Binding::Argument(fixed) => Some(definition.without(fixed).json()),
            _ => None,
        };
        for schema in ["inputSchema", "outputSchema"] {
            for problem in lint(schema, &json[schema]) {
                report.add(&at, problem);
            }
        }
        if problems.is_empty() && report.is_empty() {
            let Problem { file, line, .. } = source.problem(at.clone(), "");
            return Ok(Tool {
                name,
                effect,
                confirm: declaration.confirm,
                shows: declaration.shows.iter().map(|name| name.get_ref().clone()).collect(),
                scopes,
                family: family.into(),
                toolsets,
                core: declaration.core,
                untrusted: declaration.untrusted,
                project,
                secondary,
                everywhere: declaration.everywhere,
                primary: operation.is_some() && declaration.rests_on.is_empty(),
                variety: variety(declaration),
                file,
                line,
                operation: operation.map(|(key, _)| key.to_owned()),
                job,
                request,
                answer,
                json,
                project_json,
                modern_json,
            });
        }
    }
    problems.extend(report.into_problems());
    Err(problems)
}

/// Where a person confirms, the first answer is a preview of another form: nothing is required then.
fn output_schema(answer: &Answer, confirm: bool) -> Value {
    let mut schema = answer.output_schema();
    if let (true, Some(schema)) = (confirm, schema.as_object_mut()) {
        schema.remove("required");
    }
    schema
}

/// The operation, where the declaration names one that the API has.
fn operation<'a>(
    declaration: &'a Declaration,
    facts: &'a Facts,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Option<(&'a str, &'a Operation)> {
    let Some(spanned) = &declaration.operation else {
        if declaration.job.is_none() {
            report.add(at, "operation is missing: \"METHOD /path\"");
        }
        return None;
    };
    let key = spanned.get_ref();
    let found = facts.operations.get(key);
    if found.is_none() {
        report.add(&spanned.span(), format!("the API has no operation {key:?}"));
    }
    found.map(|operation| (key.as_str(), operation))
}

/// The request of a job without an operation: only its own arguments come into it.
fn nothing_of_the_api(
    declaration: &Declaration,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Option<Request> {
    for (key, given) in [
        ("[tool.args]", !declaration.args.is_empty()),
        ("variant", declaration.variant.is_some()),
        ("rests_on", !declaration.rests_on.is_empty()),
    ] {
        if given {
            report.add(at, format!("{key} is about an operation, and there is none: [tool.input]"));
        }
    }
    report.is_empty().then(|| Request::new(""))
}

fn scopes(
    declaration: &Declaration,
    registers: &Registers,
    at: &Range<usize>,
    report: &mut Report<'_>,
) -> Vec<String> {
    let Some(spanned) = &declaration.scope else {
        report.add(at, "scope is missing: a mittwald scope, several, or \"none\"");
        return Vec::new();
    };
    let scopes = spanned.get_ref().list();
    if let [none] = scopes
        && none == "none"
    {
        return Vec::new();
    }
    for scope in scopes.iter().filter(|scope| !registers.scopes.contains(scope)) {
        report.add(&spanned.span(), format!("unknown scope {scope:?} (catalog/scopes.toml)"));
    }
    let mut sorted = scopes.to_vec();
    sorted.sort();
    sorted.dedup();
    sorted
}

/// The family's toolset and those that the TOML adds.
fn toolsets(
    declaration: &Declaration,
    family: &str,
    registers: &Registers,
    report: &mut Report<'_>,
) -> Vec<String> {
    let mut toolsets = vec![family.to_owned()];
    for toolset in &declaration.toolsets {
        let name = toolset.get_ref();
        if !registers.families.contains(name) {
            let problem = format!("unknown toolset {name:?} (catalog/toolsets.toml)");
            report.add(&toolset.span(), problem);
        } else if !toolsets.contains(name) {
            toolsets.push(name.clone());
        }
    }
    toolsets
}

/// What a tool rests on is something that the API has.
fn rests_on(declaration: &Declaration, facts: &Facts, report: &mut Report<'_>) {
    for key in &declaration.rests_on {
        if !facts.operations.contains_key(key.get_ref()) {
            let problem = format!("rests_on: the API has no operation {:?}", key.get_ref());
            report.add(&key.span(), problem);
        }
    }
}

/// What tells this tool from others of its operation.
fn variety(declaration: &Declaration) -> String {
    let mut parts = Vec::new();
    if let Some(terms) = &declaration.variant {
        parts.push(format!("body {}", terms.get_ref().list().join(" ")));
    }
    for (name, note) in &declaration.args {
        if let Some(terms) = &note.variant {
            parts.push(format!("{} {}", name.get_ref(), terms.list().join(" ")));
        }
        if let Some(value) = &note.fix {
            parts.push(format!("{} {value}", name.get_ref()));
        }
    }
    parts.join(", ")
}
