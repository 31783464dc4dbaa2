//! The whole catalogue at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::alias::{self, Alias};
use crate::coverage;
use crate::declaration::Family;
use crate::facts::Facts;
use crate::former::{self, Former};
use crate::mentions;
use crate::preview;
use crate::problem::{Problem, Source};
use crate::prompt::{self, Prompt};
use crate::registers::Registers;
use crate::tool::{self, Tool};

/// A catalogue in which everything fits.
#[derive(Debug)]
pub struct Compiled {
    /// The tools in the order of `tools/list`.
    pub tools: Vec<Tool>,
    /// Older names of tools, sorted.
    pub aliases: Vec<Alias>,
    /// Tools of the server that this connector replaces.
    pub former: BTreeMap<String, Former>,
    /// Prompts, in the order of `prompts/list`.
    pub prompts: Vec<Prompt>,
    /// The lists beside the tools.
    pub registers: Registers,
}

/// Compiles the catalogue in `catalog` (`operations.json`, `tools/*.toml`, `prompts/*.toml`, the registers).
///
/// # Errors
/// Everything that is wrong, in the order of files and lines.
pub fn compile(catalog: &Path) -> Result<Compiled, Vec<Problem>> {
    let facts = read_facts(&catalog.join("operations.json")).map_err(|problem| vec![problem])?;
    let registers = Registers::load(catalog, &facts)?;
    let (files, mut problems) = family_files(catalog, &registers);
    let mut tools = Vec::new();
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for (family, path) in files {
        let parsed = Source::read(&path).and_then(|source| Ok((source.parse::<Family>()?, source)));
        let (declarations, source) = match parsed {
            Ok(parsed) => parsed,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        problems.extend(left_to_do(&source));
        for declaration in &declarations.tools {
            if let Some(name) = &declaration.get_ref().name {
                let place = source.problem(name.span(), "").to_string();
                let place = place.trim_end_matches(": ").to_owned();
                if let Some(first) = places.insert(name.get_ref().clone(), place) {
                    let message = format!("{}: name is taken, see {first}", name.get_ref());
                    problems.push(source.problem(name.span(), message));
                }
            }
            match tool::join(declaration, &family, &source, &facts, &registers) {
                Ok(tool) => tools.push(tool),
                Err(found) => problems.extend(found),
            }
        }
    }
    problems.extend(coverage::problems(&tools, &registers));
    // While a tool is refused, its other names would be too.
    let mut aliases = Vec::new();
    if problems.is_empty() {
        match alias::load(catalog, &tools) {
            Ok(found) => aliases = found,
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        problems.extend(mentions::problems(&tools, &aliases));
        problems.extend(preview::problems(&tools));
    }
    let mut former = BTreeMap::new();
    if problems.is_empty() {
        match former::load(catalog, &tools, &aliases) {
            Ok(found) => former = found,
            Err(found) => problems.extend(found),
        }
    }
    let mut prompts = Vec::new();
    if problems.is_empty() {
        match prompt::load(catalog, &tools) {
            Ok(found) => prompts = found,
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok(Compiled { tools, aliases, former, prompts, registers })
    } else {
        problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Err(problems)
    }
}

impl Compiled {
    /// Every scope that some tool needs, sorted.
    #[must_use]
    pub fn scopes(&self) -> BTreeSet<&str> {
        self.tools.iter().flat_map(|tool| &tool.scopes).map(String::as_str).collect()
    }

    /// Every toolset that has a tool, in the order of the families.
    pub fn toolsets(&self) -> impl Iterator<Item = &String> {
        let has_tool = |name: &&String| self.tools.iter().any(|tool| tool.toolsets.contains(name));
        self.registers.families.iter().filter(has_tool)
    }
}

/// Lines that a draft left to a person.
fn left_to_do(source: &Source) -> Vec<Problem> {
    let text = source.text();
    text.match_indices("TODO")
        .map(|(start, _)| source.problem(start..start, "TODO is left of the draft"))
        .collect()
}

fn read_facts(path: &Path) -> Result<Facts, Problem> {
    let source = Source::read(path)?;
    Facts::parse(source.text()).map_err(|error| Problem {
        file: path.into(),
        line: error.line().max(1),
        message: format!("{error}; `make catalog` writes this file"),
    })
}

/// The files of `tools/` in the order of `toolsets.toml`, with their families.
fn family_files(catalog: &Path, registers: &Registers) -> (Vec<(String, PathBuf)>, Vec<Problem>) {
    let folder = catalog.join("tools");
    let mut files = Vec::new();
    let mut problems = Vec::new();
    let problem = |file: &Path, message: String| Problem { file: file.into(), line: 1, message };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) => {
            return (Vec::new(), vec![problem(&folder, format!("cannot be read: {error}"))]);
        }
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let of_family = |family: &String| {
            stem.strip_prefix(family.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        match registers.families.iter().position(of_family) {
            _ if path.extension().is_none_or(|extension| extension != "toml") => {}
            Some(position) => {
                files.push((position, stem, registers.families[position].clone(), path));
            }
            None => problems.push(problem(
                &path,
                format!("{stem} is no family of catalog/toolsets.toml, which gives the order"),
            )),
        }
    }
    files.sort();
    let files = files.into_iter().map(|(_, _, family, path)| (family, path)).collect();
    (files, problems)
}
