//! A choice as the Worker checks it: which arguments go together, and what is sent with them.

use serde_json::Value;

use crate::body::{Alternative, RawChoice, closed_values};
use crate::facts::Facts;
use crate::request::Request;
use crate::settle::{Unions, settle};
use crate::slots::{Slot, SlotPlace};

/// Mirrors `catalog::Choice` of the Worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Whether a call without any of these arguments is refused.
    pub required: bool,
    /// The combinations.
    pub members: Vec<Member>,
}

/// Mirrors `catalog::Member`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Member {
    /// Arguments that must be given.
    pub needs: Vec<String>,
    /// Arguments that may be given too.
    pub may: Vec<String>,
    /// Values that an argument must then have.
    pub when: Vec<(String, Vec<String>)>,
    /// What is then sent besides.
    pub sends: Vec<(Vec<String>, Value)>,
}

/// What the TOML does with a slot.
#[derive(Debug, Clone)]
pub enum Filling {
    /// This argument fills it; whether we insist on it.
    Argument(String, bool),
    /// This value.
    Fixed(Value),
    /// Nothing.
    Hidden,
}

/// Adds the choice to the request, after its arguments.
///
/// # Errors
/// Why there is nothing to choose from, as a sentence.
pub fn resolve(
    facts: &Facts,
    raw: &RawChoice,
    filling: &dyn Fn(&str) -> Option<(Slot, Filling)>,
    request: &mut Request,
) -> Result<(), String> {
    let mut members: Vec<Member> = Vec::new();
    for alternative in &raw.alternatives {
        let member = member(facts, alternative, filling)?;
        members.extend(member.filter(|member| !members.contains(member)));
    }
    let Some(first) = members.first().cloned() else {
        return Err(format!("{}: the TOML hides every variant", raw.path));
    };
    let unused = unused(raw, filling, &members);
    if !unused.is_empty() {
        let names = unused.join(", ");
        return Err(format!("argument {names}: only variants that are hidden use it"));
    }
    if raw.required {
        let always: Vec<String> = first
            .needs
            .iter()
            .filter(|name| members.iter().all(|member| member.needs.contains(name)))
            .cloned()
            .collect();
        for argument in &mut request.arguments {
            argument.required |= always.contains(&argument.name);
        }
        for member in &mut members {
            member.needs.retain(|name| !always.contains(name));
        }
    }
    if let [member] = members.as_slice() {
        let tied = !member.needs.is_empty() && member.needs.len() + member.may.len() > 1;
        if raw.required && member.when.is_empty() && member.needs.is_empty() {
            request.fixed_body.extend(member.sends.iter().cloned());
            return Ok(());
        }
        if !tied && member.when.is_empty() && member.sends.is_empty() {
            return Ok(());
        }
    }
    request.choices.push(Choice { required: raw.required, members });
    Ok(())
}

/// Arguments that no member is left for.
fn unused(
    raw: &RawChoice,
    filling: &dyn Fn(&str) -> Option<(Slot, Filling)>,
    members: &[Member],
) -> Vec<String> {
    let mut unused = Vec::new();
    for entry in raw.alternatives.iter().flatten() {
        if let Some((_, Filling::Argument(name, _))) = filling(&entry.slot) {
            let uses = |member: &Member| member.needs.contains(&name) || member.may.contains(&name);
            if !members.iter().any(uses) && !unused.contains(&name) {
                unused.push(name);
            }
        }
    }
    unused
}

/// `None` where the TOML hides something that this alternative cannot do without.
fn member(
    facts: &Facts,
    alternative: &Alternative,
    filling: &dyn Fn(&str) -> Option<(Slot, Filling)>,
) -> Result<Option<Member>, String> {
    let mut member = Member::default();
    for entry in alternative {
        let Some((slot, filled)) = filling(&entry.slot) else {
            return Err(format!("nobody fills {}", entry.slot));
        };
        let SlotPlace::Body(path) = &slot.place else { continue };
        match filled {
            Filling::Argument(name, insisted) => {
                let all = settle(facts, &slot.schema, Unions::Merge).map(|s| closed_values(&s));
                let narrower =
                    !entry.values.is_empty() && all.is_ok_and(|all| all.len() > entry.values.len());
                if narrower {
                    member.when.push((name.clone(), entry.values.clone()));
                }
                let list =
                    if entry.required || insisted { &mut member.needs } else { &mut member.may };
                list.push(name);
            }
            Filling::Fixed(value) => {
                let known = |text: &str| entry.values.iter().any(|known| known == text);
                if !entry.values.is_empty() && !value.as_str().is_some_and(known) {
                    return Ok(None);
                }
                member.sends.push((path.clone(), value));
            }
            Filling::Hidden if !entry.required => {}
            Filling::Hidden => match entry.values.as_slice() {
                // The variant's own constant: nobody needs to say it.
                [only] => member.sends.push((path.clone(), only.clone().into())),
                _ => return Ok(None),
            },
        }
    }
    Ok(Some(member))
}
