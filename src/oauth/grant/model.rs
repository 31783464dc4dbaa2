//! The grant and its account against a plain reference model, in random order and with a clock.
//!
//! Requests of one person's account are begun, left waiting for mittwald and resumed in any order; the
//! clock steps in between. [`reference`] says what each must be answered, from a list of facts (which
//! tokens exist, when each was superseded) instead of the generation and its arithmetic. Beyond equal
//! answers, whatever the order:
//!
//! 1. at most one exchange of a code succeeds
//! 2. a replay ends the grant: nothing of it is granted afterwards
//! 3. nothing is granted after the end (revoked, refused by mittwald, idle)
//! 4. scopes only shrink, below what was agreed and below what was asked
//! 5. one refresh token has one successor, however often and in whatever order it is shown
//! 6. mittwald's refresh token is spent once, and only one renewal per grant is on its way

pub mod drive;
pub mod reference;
pub mod request;
pub mod upstream;

use proptest::prelude::*;

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Step {
    /// A client shows a code.
    Exchange(usize, Slip),
    /// A client shows a refresh token.
    Refresh(usize, Shown),
    /// A client ends its grant, or another client tries to.
    Revoke(usize, bool),
    /// A write wants to start.
    Write(usize),
    /// Time passes, in seconds.
    Wait(u64),
    /// The alarm drops what has ended.
    Sweep,
    /// mittwald answers one of the renewals that wait.
    Answer(usize, Outcome),
    /// One of the requests that wait is resumed.
    Resume(usize),
}

/// What is wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    None,
    Code,
    Client,
    RedirectUri,
    Verifier,
    Resource,
    Scope,
}

/// A refresh token that is shown, and with what.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Which one.
    pub token: Token,
    /// What is wrong.
    pub slip: Slip,
    /// Whether fewer scopes are asked for, and more that were never granted.
    pub narrowed: bool,
}

/// Which of a grant's refresh tokens.
#[derive(Debug, Clone, Copy)]
pub enum Token {
    /// The newest, or so many before it.
    Back(u32),
    /// One that was never issued.
    Ahead(u32),
    /// Number 0, which is never issued either.
    Zero,
}

/// How a renewal at mittwald ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Renewed,
    Refused,
    Unavailable,
}

/// Grants in play: two installations of one client, and another client.
pub const GRANTS: usize = 3;

fn slip() -> impl Strategy<Value = Slip> {
    prop_oneof![
        12 => Just(Slip::None),
        1 => Just(Slip::Code),
        1 => Just(Slip::Client),
        1 => Just(Slip::RedirectUri),
        1 => Just(Slip::Verifier),
        1 => Just(Slip::Resource),
    ]
}

fn shown() -> impl Strategy<Value = Shown> {
    let token = prop_oneof![
        12 => Just(Token::Back(0)),
        5 => Just(Token::Back(1)),
        1 => (2..4_u32).prop_map(Token::Back),
        1 => (1..3_u32).prop_map(Token::Ahead),
        1 => Just(Token::Zero),
    ];
    let slip = prop_oneof![
        12 => Just(Slip::None),
        1 => Just(Slip::Client),
        1 => Just(Slip::Resource),
        1 => Just(Slip::Scope),
    ];
    (token, slip, any::<bool>()).prop_map(|(token, slip, narrowed)| Shown { token, slip, narrowed })
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0..GRANTS;
    let seconds = prop_oneof![
        8 => 0..4_u64,
        4 => prop_oneof![Just(58_u64), Just(59), Just(60), Just(61)],
        2 => Just(2_500_u64),
        2 => Just(3_600_u64),
        1 => Just(90 * 24 * 3600 - 1),
        1 => Just(90 * 24 * 3600),
    ];
    let outcome = prop_oneof![
        6 => Just(Outcome::Renewed),
        1 => Just(Outcome::Refused),
        2 => Just(Outcome::Unavailable),
    ];
    prop_oneof![
        6 => (which.clone(), slip()).prop_map(|(grant, slip)| Step::Exchange(grant, slip)),
        14 => (which.clone(), shown()).prop_map(|(grant, shown)| Step::Refresh(grant, shown)),
        1 => (which.clone(), any::<bool>()).prop_map(|(grant, own)| Step::Revoke(grant, own)),
        2 => which.prop_map(Step::Write),
        8 => seconds.prop_map(Step::Wait),
        1 => Just(Step::Sweep),
        6 => (any::<usize>(), outcome).prop_map(|(which, outcome)| Step::Answer(which, outcome)),
        10 => any::<usize>().prop_map(Step::Resume),
    ]
}

/// Grants are mostly exchanged first, so that what follows is not all refused.
fn history() -> impl Strategy<Value = Vec<Step>> {
    let begin = proptest::collection::vec(any::<bool>(), GRANTS);
    (begin, proptest::collection::vec(step(), 1..80)).prop_map(|(exchanged, rest)| {
        let begun = exchanged
            .into_iter()
            .enumerate()
            .filter(|(_, exchanged)| *exchanged)
            .map(|(grant, _)| Step::Exchange(grant, Slip::None));
        begun.chain(rest).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_account_does_what_the_reference_says(history in history()) {
        drive::Run::new().go(&history)?;
    }
}

/// The generator reaches what the model is about: without this a rule could be "proved" by never
/// being tried.
#[test]
fn the_histories_reach_every_answer() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..600 {
        let history = history().new_tree(&mut runner).expect("a history").current();
        let mut run = drive::Run::new();
        run.go(&history).expect("as the reference says");
        for (what, times) in run.seen {
            *seen.entry(what).or_insert(0) += times;
        }
    }
    for what in drive::EXPECTED {
        let times = seen.get(what).copied().unwrap_or(0);
        assert!(times >= 10, "{what} was reached {times} times: {seen:?}");
    }
}
