use proptest::prelude::*;

use super::*;
use crate::ports::testing::{SeededRandom, ring};

fn binding(principal: &str, request: &str) -> Binding {
    Binding { principal: principal.into(), request: request.into() }
}

fn closed(state: &str, now: u64, seed: u64) -> String {
    let random = SeededRandom::new(seed);
    close(&ring(), binding("p", "r"), state.into(), now, &random).expect("sealed")
}

#[test]
fn it_is_good_for_ten_minutes() {
    let text = closed("state", 1_000, 1);
    let at = |now| open(&ring(), &binding("p", "r"), &text, now);
    assert_eq!(at(1_000), Ok("state".into()));
    assert_eq!(at(1_599), Ok("state".into()));
    assert_eq!(at(1_600), Err(Unusable::Stale));
}

#[test]
fn a_key_of_another_purpose_or_deployment_opens_nothing() {
    let text = closed("state", 1_000, 1);
    assert_eq!(seal::open(&ring(), Purpose::Cursor, "", &text), None);
    let other = KeyRing::new(Some("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"), None);
    let opened = open(&other.expect("a ring"), &binding("p", "r"), &text, 1_000);
    assert_eq!(opened, Err(Unusable::Forged));
}

#[test]
fn each_refusal_has_its_own_words() {
    let all = [Unusable::Forged, Unusable::Foreign, Unusable::OtherRequest, Unusable::Stale];
    let words: std::collections::HashSet<_> = all.map(Unusable::told).into_iter().collect();
    assert_eq!(words.len(), all.len());
}

#[test]
fn parts_are_kept_apart() {
    assert_ne!(digest_of(&["ab", "c"]), digest_of(&["a", "bc"]));
    assert_ne!(digest_of(&["a", ""]), digest_of(&["", "a"]));
}

proptest! {
    #[test]
    fn it_comes_back_as_it_went_and_hides_what_it_says(
        state in ".{0,200}", seed in 1_u64..1000, age in 0_u64..LIFETIME
    ) {
        let text = closed(&state, 1_000, seed);
        prop_assert_eq!(open(&ring(), &binding("p", "r"), &text, 1_000 + age), Ok(state.clone()));
        prop_assert!(state.len() < 8 || !text.contains(&state));
    }

    #[test]
    fn any_changed_character_is_refused(
        state in ".{0,60}", at in 0_usize..400, to in "[A-Za-z0-9_.-]", seed in 1_u64..1000
    ) {
        let text = closed(&state, 1_000, seed);
        let at = at % text.len();
        let changed = format!("{}{to}{}", &text[..at], &text[at + 1..]);
        prop_assume!(changed != text);
        let opened = open(&ring(), &binding("p", "r"), &changed, 1_000);
        prop_assert_eq!(opened, Err(Unusable::Forged));
    }

    #[test]
    fn cut_or_longer_or_invented_texts_are_refused(state in ".{0,40}", cut in 0_usize..400, more in "[A-Za-z0-9_.-]{1,9}", other in ".{0,80}") {
        let text = closed(&state, 1_000, 1);
        for wrong in [text[..cut % text.len()].to_owned(), format!("{text}{more}"), other] {
            prop_assert_eq!(open(&ring(), &binding("p", "r"), &wrong, 1_000), Err(Unusable::Forged));
        }
    }

    #[test]
    fn anything_else_that_it_was_made_for_is_refused_by_name(principal in "[a-z]{1,6}", request in "[a-z]{1,6}") {
        let text = closed("state", 1_000, 1);
        let opened = open(&ring(), &binding(&principal, &request), &text, 9_999);
        let expected = match (principal.as_str(), request.as_str()) {
            ("p", "r") => Unusable::Stale,
            ("p", _) => Unusable::OtherRequest,
            _ => Unusable::Foreign,
        };
        prop_assert_eq!(opened, Err(expected));
    }
}
