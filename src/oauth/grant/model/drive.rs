//! Runs a history against the account and the reference side by side.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::reference::{Reference, Seen, Waiting};
use super::request::{client, exchange, refresh_request};
use super::upstream::{Mittwald, Scripted, session};
use super::{GRANTS, Outcome, Shown, Step};
use crate::oauth::account::testing::MemoryStore;
use crate::oauth::account::{Account, RenewalFailure};
use crate::oauth::grant::Grant;
use crate::oauth::grant::testing::pending;
use crate::oauth::stores::{AccountCommand, AccountReply, StoreUnavailable};

/// Answers that a good set of histories reaches.
pub const EXPECTED: [&str; 18] = [
    "exchanged",
    "CodeReplayed",
    "CodeExpired",
    "WrongCode",
    "WrongClient",
    "WrongRedirectUri",
    "WrongVerifier",
    "WrongResource",
    "WrongScope",
    "Unknown",
    "rotated",
    "same successor",
    "RefreshReplayed",
    "SignInAgain",
    "UpstreamUnavailable",
    "waited",
    "shared a renewal",
    "Opened",
];

const START: u64 = 1_000_000;
const AGREED: [&str; 2] = ["app:read", "project:read"];

type Reply = Result<AccountReply, StoreUnavailable>;

/// A request of which the answer is awaited.
struct InFlight {
    future: LocalBoxFuture<'static, Reply>,
    waiting: Waiting,
    number: u32,
    asked: Option<Vec<String>>,
}

/// One history, as it unfolds.
pub struct Run {
    account: Rc<Account<MemoryStore, Scripted>>,
    mittwald: Rc<RefCell<Mittwald>>,
    clock: Rc<Cell<u64>>,
    reference: Reference,
    in_flight: Vec<InFlight>,
    exchanges: [u32; GRANTS],
    /// Why nothing may be granted any more.
    ended: [bool; GRANTS],
    /// Successor of each refresh token.
    successors: BTreeMap<(usize, u32), u32>,
    /// What happened how often.
    pub seen: BTreeMap<String, u32>,
}

impl Run {
    pub fn new() -> Self {
        let mittwald = Rc::new(RefCell::new(Mittwald::default()));
        let account = Account::new(MemoryStore::default(), Scripted(Rc::clone(&mittwald)));
        let run = Self {
            account: Rc::new(account),
            mittwald,
            clock: Rc::new(Cell::new(START)),
            reference: Reference::new(START),
            in_flight: Vec::new(),
            exchanges: [0; GRANTS],
            ended: [false; GRANTS],
            successors: BTreeMap::new(),
            seen: BTreeMap::new(),
        };
        for index in 0..GRANTS {
            let mut grant = pending(&index.to_string());
            grant.client_id = client(index);
            grant.scopes = AGREED.map(str::to_owned).to_vec();
            grant.created_at = START;
            grant.used_at = START;
            grant.upstream = session(index, 0, START);
            grant.state = crate::oauth::grant::State::Pending {
                challenge: "ch".into(),
                expires_at: START + 60,
            };
            let stored = run.send(AccountCommand::Create(Box::new(grant))).now_or_never();
            assert!(matches!(stored, Some(Ok(AccountReply::Done))));
        }
        run
    }

    pub fn go(&mut self, history: &[Step]) -> Result<(), TestCaseError> {
        for step in history {
            self.step(step)?;
            prop_assert!(
                !self.mittwald.borrow().spent_twice,
                "a token of mittwald was spent twice"
            );
        }
        // Whoever still waits is answered in the end.
        while !self.in_flight.is_empty() {
            self.step(&Step::Answer(0, Outcome::Renewed))?;
            self.step(&Step::Resume(0))?;
        }
        Ok(())
    }

    fn send(&self, command: AccountCommand) -> LocalBoxFuture<'static, Reply> {
        let (account, clock) = (Rc::clone(&self.account), Rc::clone(&self.clock));
        async move { account.handle(command, || clock.get()).await }.boxed_local()
    }

    /// Sends what is answered without waiting.
    fn at_once(&self, command: AccountCommand) -> Result<AccountReply, TestCaseError> {
        match self.send(command).now_or_never() {
            Some(Ok(reply)) => Ok(reply),
            other => Err(TestCaseError::fail(format!("no answer at once: {other:?}"))),
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let now = self.clock.get();
        match step {
            Step::Exchange(grant, slip) => {
                let command = AccountCommand::Exchange {
                    grant: grant.to_string(),
                    shown: exchange(*grant, *slip),
                };
                let reply = self.at_once(command)?;
                let expected = self.reference.exchange(*grant, *slip, now);
                self.exchanges[*grant] += u32::from(matches!(expected, Seen::Granted(_)));
                prop_assert!(self.exchanges[*grant] <= 1, "a code was exchanged twice");
                self.compare(*grant, &reply, expected, None)
            }
            Step::Refresh(grant, shown) => self.refresh(*grant, *shown),
            Step::Revoke(grant, own) => {
                let client_id = if *own { client(*grant) } else { "a stranger".into() };
                let grant_id = grant.to_string();
                let reply = self.at_once(AccountCommand::Revoke { grant: grant_id, client_id })?;
                let expected = self.reference.revoke(*grant, *own, now);
                self.ended[*grant] |= *own;
                self.compare(*grant, &reply, expected, None)
            }
            Step::Write(grant) => {
                let reply = self.at_once(AccountCommand::OpenWrite {
                    grant: Some(grant.to_string()),
                    client: client(*grant),
                    tool: "t".into(),
                    target: "p".into(),
                    spends: None,
                })?;
                self.compare(*grant, &reply, self.reference.write(*grant, now), None)
            }
            Step::Wait(seconds) => {
                self.clock.set(now + seconds);
                Ok(())
            }
            Step::Sweep => {
                let mut grants = self.account.store().grants.borrow_mut();
                grants.retain(|_, grant: &mut Grant| now < grant.ends_at());
                self.reference.sweep(now);
                Ok(())
            }
            Step::Answer(which, outcome) => {
                self.answer(*which, *outcome);
                Ok(())
            }
            Step::Resume(which) => self.resume(*which),
        }
    }

    fn refresh(&mut self, grant: usize, shown: Shown) -> Result<(), TestCaseError> {
        let number = self.reference.number(grant, shown.token);
        let request = refresh_request(grant, shown, number);
        let asked = request.scopes.clone();
        let command = AccountCommand::Refresh { grant: grant.to_string(), shown: request };
        let mut future = self.send(command);
        let reply = poll(&mut future);
        let joins = self.reference.grants[grant].renewal.is_some();
        match (self.reference.refresh(grant, shown, number, self.clock.get()), reply) {
            (Ok(expected), Poll::Ready(reply)) => {
                let reply = reply.map_err(|error| TestCaseError::fail(error.to_string()))?;
                self.refreshed(grant, number, &reply, expected, asked.as_deref())
            }
            (Err(waiting), Poll::Pending) => {
                self.count(if joins { "shared a renewal" } else { "waited" });
                self.in_flight.push(InFlight { future, waiting, number, asked });
                Ok(())
            }
            (expected, reply) => Err(TestCaseError::fail(format!(
                "expected {:?}, got {reply:?}",
                expected.ok().map_or("to wait".to_owned(), |seen| format!("{seen:?}"))
            ))),
        }
    }

    /// mittwald answers one of the renewals that wait for it.
    fn answer(&mut self, which: usize, outcome: Outcome) {
        let now = self.clock.get();
        let mut mittwald = self.mittwald.borrow_mut();
        if mittwald.asked.is_empty() {
            return;
        }
        let which = which % mittwald.asked.len();
        let (grant, sender) = mittwald.asked.swap_remove(which);
        let answer = match outcome {
            Outcome::Renewed => {
                mittwald.good[grant] += 1;
                Ok(session(grant, mittwald.good[grant], now))
            }
            Outcome::Refused => Err(RenewalFailure::Refused),
            Outcome::Unavailable => Err(RenewalFailure::Unavailable),
        };
        sender.send(answer).expect("somebody waits");
        let renewal = self.reference.grants[grant].renewal.as_ref().expect("a renewal");
        renewal.borrow_mut().answer = Some((outcome, now));
    }

    fn resume(&mut self, which: usize) -> Result<(), TestCaseError> {
        if self.in_flight.is_empty() {
            return Ok(());
        }
        let which = which % self.in_flight.len();
        let mut request = self.in_flight.swap_remove(which);
        let reply = poll(&mut request.future);
        match (self.reference.resume(&request.waiting, self.clock.get()), reply) {
            (Some(expected), Poll::Ready(reply)) => {
                let reply = reply.map_err(|error| TestCaseError::fail(error.to_string()))?;
                let InFlight { waiting, number, asked, .. } = request;
                self.refreshed(waiting.grant, number, &reply, expected, asked.as_deref())
            }
            (None, Poll::Pending) => {
                self.in_flight.push(request);
                Ok(())
            }
            (expected, reply) => {
                Err(TestCaseError::fail(format!("expected {expected:?}, got {reply:?}")))
            }
        }
    }

    fn refreshed(
        &mut self,
        grant: usize,
        number: u32,
        reply: &AccountReply,
        expected: Seen,
        asked: Option<&[String]>,
    ) -> Result<(), TestCaseError> {
        if let AccountReply::Granted(_, successor) = reply {
            let first = *self.successors.entry((grant, number)).or_insert(*successor);
            prop_assert_eq!(first, *successor, "one refresh token, one successor");
            prop_assert_eq!(number + 1, *successor);
        }
        self.compare(grant, reply, expected, asked)
    }

    fn compare(
        &mut self,
        grant: usize,
        reply: &AccountReply,
        expected: Seen,
        asked: Option<&[String]>,
    ) -> Result<(), TestCaseError> {
        let seen = match reply {
            AccountReply::Granted(granted, number) => {
                prop_assert!(!self.ended[grant], "granted after the end");
                prop_assert_eq!(&granted.scopes, &AGREED.map(str::to_owned).to_vec());
                let scopes = granted.narrowed(asked);
                prop_assert!(!scopes.is_empty());
                for scope in &scopes {
                    prop_assert!(AGREED.contains(&scope.as_str()));
                    prop_assert!(asked.is_none_or(|asked| asked.contains(scope)));
                }
                Seen::Granted(*number)
            }
            AccountReply::Refused(refusal) => {
                self.ended[grant] |= refusal.ends_grant();
                Seen::Refused(*refusal)
            }
            AccountReply::SignInAgain => {
                self.ended[grant] = true;
                Seen::SignInAgain
            }
            AccountReply::UpstreamUnavailable => Seen::UpstreamUnavailable,
            AccountReply::Opened(_) => Seen::Opened,
            // Nobody asks for it here.
            AccountReply::Overview(_) | AccountReply::ConfirmationUsed => Seen::Done,
            AccountReply::Done => Seen::Done,
        };
        prop_assert_eq!(seen, expected);
        self.note(grant, seen);
        Ok(())
    }

    fn note(&mut self, grant: usize, seen: Seen) {
        let what = match seen {
            Seen::Granted(1) => "exchanged".to_owned(),
            Seen::Granted(number) => {
                let before = self.seen.get(&format!("{grant}/{number}")).copied();
                self.count(&format!("{grant}/{number}"));
                if before.is_some() { "same successor".to_owned() } else { "rotated".to_owned() }
            }
            Seen::Refused(refusal) => format!("{refusal:?}"),
            other => format!("{other:?}"),
        };
        self.count(&what);
    }

    fn count(&mut self, what: &str) {
        *self.seen.entry(what.to_owned()).or_insert(0) += 1;
    }
}

fn poll(future: &mut LocalBoxFuture<'static, Reply>) -> Poll<Reply> {
    future.poll_unpin(&mut Context::from_waker(futures::task::noop_waker_ref()))
}
