//! Arguments that go together: which combination a call makes, and what is sent with it.

use std::borrow::Cow;

use super::argument::{Arguments, Value};
use crate::catalog::{Choice, Member, Tool};

/// Something that a call names, with its value where that is text.
pub type Given<'a> = (&'a str, Option<Cow<'a, str>>);

/// Names of all that a choice is about, each once.
#[must_use]
pub fn names(members: &[Member]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for member in members {
        let when = member.when.iter().map(|(name, _)| name);
        for name in member.needs.iter().chain(member.may).chain(when) {
            if !names.contains(name) {
                names.push(*name);
            }
        }
    }
    names
}

/// The combination that fits: all that it needs is given, nothing else of the choice is, and the
/// values are its own.
#[must_use]
pub fn fitting<'m>(members: &'m [Member], given: &[Given<'_>]) -> Option<&'m Member> {
    members.iter().find(|member| {
        let is_given = |name: &&str| given.iter().any(|(other, _)| other == name);
        member.needs.iter().all(is_given) && given.iter().all(|given| takes(member, given))
    })
}

fn takes(member: &Member, (name, text): &Given<'_>) -> bool {
    let values = member.when.iter().find(|(other, _)| other == name).map(|(_, values)| *values);
    let listed = member.needs.contains(name) || member.may.contains(name) || values.is_some();
    let own =
        values.is_none_or(|values| text.as_ref().is_some_and(|t| values.contains(&t.as_ref())));
    listed && own
}

/// What the call names of this choice.
#[must_use]
pub fn given<'a>(choice: &'static Choice, arguments: &'a Arguments<'_>) -> Vec<Given<'a>> {
    names(choice.members)
        .into_iter()
        .filter_map(|name| {
            let text = match arguments.get(name)? {
                Value::Text(text) => Some(Cow::Borrowed(text.as_ref())),
                _ => None,
            };
            Some((name, text))
        })
        .collect()
}

/// Body values (path of keys, JSON text) that the combinations of this call add.
pub fn sent(
    tool: &'static Tool,
    arguments: &Arguments<'_>,
) -> Vec<(&'static [&'static str], &'static str)> {
    let mut sent = Vec::new();
    for choice in tool.choices {
        let given = given(choice, arguments);
        if choice.required || !given.is_empty() {
            let sends = fitting(choice.members, &given).map(|member| member.sends);
            sent.extend(sends.into_iter().flatten().copied());
        }
    }
    sent
}

/// The combinations in words: `url, or path and program (perhaps with parameters)`.
#[must_use]
pub fn described(members: &[Member]) -> String {
    let mut ways: Vec<String> = Vec::new();
    for member in members {
        let same = |other: &&Member| other.needs == member.needs && other.may == member.may;
        let mut way = match member.needs {
            [] => "nothing else".to_owned(),
            needs => needs.join(" and "),
        };
        if !member.may.is_empty() {
            way.push_str(&format!(" (perhaps with {})", member.may.join(", ")));
        }
        // Ways that only differ in values are one: its schema lists the values.
        if members.iter().filter(same).count() == 1 {
            for (name, values) in member.when {
                way.push_str(&format!(" where {name} is {}", values.join(" or ")));
            }
        }
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join(", or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    static PAYMENT: [Member; 2] = [
        Member { needs: &["iban"], may: &["bic"], when: &[("method", &["debit"])], sends: &[] },
        Member { needs: &[], may: &[], when: &[("method", &["invoice"])], sends: &[] },
    ];

    fn fits(given: &[(&'static str, &'static str)]) -> Option<usize> {
        let given: Vec<Given<'_>> =
            given.iter().map(|(name, text)| (*name, Some(Cow::Borrowed(*text)))).collect();
        let found = fitting(&PAYMENT, &given)?;
        PAYMENT.iter().position(|member| std::ptr::eq(member, found))
    }

    #[test]
    fn values_and_names_choose_the_member() {
        assert_eq!(fits(&[("method", "debit"), ("iban", "DE1")]), Some(0));
        assert_eq!(fits(&[("method", "debit"), ("iban", "DE1"), ("bic", "X")]), Some(0));
        assert_eq!(fits(&[("method", "invoice")]), Some(1));
        assert_eq!(fits(&[("method", "debit")]), None, "iban is missing");
        assert_eq!(fits(&[("method", "invoice"), ("iban", "DE1")]), None, "iban is too much");
        assert_eq!(fits(&[]), Some(1), "nothing contradicts it");
    }

    #[test]
    fn the_combinations_are_told() {
        assert_eq!(
            described(&PAYMENT),
            "iban (perhaps with bic) where method is debit, or nothing else where method is invoice"
        );
    }
}
