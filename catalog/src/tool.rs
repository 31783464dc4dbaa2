//! One declared tool, joined with the API's facts.

use serde_json::Value;
use toml::Spanned;

use crate::answer::{self, Answer};
use crate::arguments;
use crate::binding::Binding;
use crate::declaration::{Declaration, Effect};
use crate::definition::Definition;
use crate::facts::Facts;
use crate::lint::lint;
use crate::problem::{Problem, Report, Source};
use crate::registers::Registers;
use crate::request::Request;
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
    /// mittwald scope.
    pub scope: Option<String>,
    /// Family (file) it stands in.
    pub family: String,
    /// Toolsets that serve it.
    pub toolsets: Vec<String>,
    /// Whether plain `/mcp` serves it.
    pub core: bool,
    /// How a call is bound to a project.
    pub project: Binding,
    /// `METHOD /path`
    pub operation: String,
    /// The request.
    pub request: Request,
    /// The answer.
    pub answer: Answer,
    /// The definition for `tools/list`.
    pub json: Value,
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
    let scope = scope(declaration, registers, &at, &mut report);
    toolsets(declaration, registers, &mut report);

    let operation = match &declaration.operation {
        None => {
            report.add(&at, "operation is missing: \"METHOD /path\"");
            None
        }
        Some(spanned) => {
            let key = spanned.get_ref();
            let found = facts.operations.get(key);
            if found.is_none() {
                report.add(&spanned.span(), format!("the API has no operation {key:?}"));
            }
            found.map(|operation| (key.as_str(), operation))
        }
    };
    let Some((key, operation)) = operation else {
        return Err(report.into_problems());
    };
    let effect = rules::effect(declaration, key, registers, &at, &mut report);

    // The joins below look at an empty report of their own, so that each says all it can.
    let mut arguments_report = Report::new(source, subject);
    let request = arguments::join(facts, key, operation, declaration, &at, &mut arguments_report);
    let mut problems = report.into_problems();
    problems.extend(arguments_report.into_problems());
    let Some(request) = request else {
        return Err(problems);
    };
    let mut report = Report::new(source, subject);
    let answer = match &declaration.answer {
        Some(note) => answer::join(facts, operation, &request, note, &mut report),
        None => {
            report.add(&at, "[tool.answer] is missing");
            None
        }
    };
    let project = match &declaration.project {
        None => {
            report.add(&at, "project is missing: how is a call bound to a project? (or \"none\")");
            None
        }
        Some(text) => match Binding::parse(text.get_ref(), facts, operation, &request) {
            Ok(binding) => Some(binding),
            Err(problem) => {
                report.add(&text.span(), problem);
                None
            }
        },
    };
    if let (Some((name, title, description)), Some((effect, hints)), Some(answer), Some(project)) =
        (words, effect, answer, project)
    {
        let json = Definition {
            name: &name,
            title: &title,
            description: &description,
            request: &request,
            output_schema: answer.output_schema(&request),
            hints,
            scope: scope.as_deref(),
        }
        .json();
        for schema in ["inputSchema", "outputSchema"] {
            for problem in lint(schema, &json[schema]) {
                report.add(&at, problem);
            }
        }
        if problems.is_empty() && report.is_empty() {
            return Ok(Tool {
                name,
                effect,
                confirm: declaration.confirm,
                scope,
                family: family.into(),
                toolsets: declaration.toolsets.iter().map(|t| t.get_ref().clone()).collect(),
                core: declaration.core,
                project,
                operation: key.into(),
                request,
                answer,
                json,
            });
        }
    }
    problems.extend(report.into_problems());
    Err(problems)
}

fn scope(
    declaration: &Declaration,
    registers: &Registers,
    at: &std::ops::Range<usize>,
    report: &mut Report<'_>,
) -> Option<String> {
    let Some(spanned) = &declaration.scope else {
        report.add(at, "scope is missing: a mittwald scope, or \"none\"");
        return None;
    };
    let scope = spanned.get_ref();
    if scope == "none" {
        return None;
    }
    if !registers.scopes.contains(scope) {
        report.add(&spanned.span(), format!("unknown scope {scope:?} (catalog/scopes.toml)"));
    }
    Some(scope.clone())
}

fn toolsets(declaration: &Declaration, registers: &Registers, report: &mut Report<'_>) {
    for toolset in &declaration.toolsets {
        if !registers.families.contains(toolset.get_ref()) {
            report.add(
                &toolset.span(),
                format!("unknown toolset {:?} (catalog/toolsets.toml)", toolset.get_ref()),
            );
        }
    }
}
