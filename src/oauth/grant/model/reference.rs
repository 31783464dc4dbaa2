//! What each request must be answered, in plain words.

use std::cell::RefCell;
use std::rc::Rc;

use super::{GRANTS, Outcome, Shown, Slip, Token};
use crate::oauth::grant::GrantRefusal;

/// An answer, without what is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Tokens, with the refresh token of this number.
    Granted(u32),
    Refused(GrantRefusal),
    SignInAgain,
    UpstreamUnavailable,
    Done,
    Opened,
}

const CODE_LIVES: u64 = 60;
const GRACE: u64 = 60;
const IDLE: u64 = 90 * 24 * 3600;
const RENEW_WITHIN: u64 = 20 * 60;
const STILL_SERVES: u64 = 60;
/// Seconds that a token of mittwald lives.
pub const UPSTREAM_LIVES: u64 = 3600;

/// A renewal at mittwald: on its way, answered, or with its outcome in the store.
#[derive(Debug, Default)]
pub struct Renewal {
    pub answer: Option<(Outcome, u64)>,
    settled: Option<Outcome>,
}

type Renewing = Rc<RefCell<Renewal>>;

/// A request that waits for one.
pub struct Waiting {
    pub grant: usize,
    shown: Shown,
    number: u32,
    renewal: Renewing,
    /// When mittwald's token was to end, as it was when the request began.
    upstream_ends: u64,
}

/// The facts of one grant.
pub struct Facts {
    created: u64,
    used: u64,
    exchanged: bool,
    gone: bool,
    upstream_ends: u64,
    /// When each refresh token was superseded; the last one never was.
    superseded: Vec<Option<u64>>,
    pub renewal: Option<Renewing>,
}

/// All of an account.
pub struct Reference {
    pub grants: Vec<Facts>,
}

impl Reference {
    pub fn new(now: u64) -> Self {
        let facts = |_| Facts {
            created: now,
            used: now,
            exchanged: false,
            gone: false,
            upstream_ends: now + UPSTREAM_LIVES,
            superseded: Vec::new(),
            renewal: None,
        };
        Self { grants: (0..GRANTS).map(facts).collect() }
    }

    /// The number that a token has now.
    pub fn number(&self, grant: usize, token: Token) -> u32 {
        let newest = self.grants[grant].superseded.len() as u32;
        match token {
            Token::Back(back) => newest.saturating_sub(back).max(1),
            Token::Ahead(ahead) => newest + ahead,
            Token::Zero => 0,
        }
    }

    pub fn over(&self, grant: usize, now: u64) -> bool {
        let facts = &self.grants[grant];
        let end = if facts.exchanged { facts.used + IDLE } else { facts.created + CODE_LIVES };
        facts.gone || now >= end
    }

    pub fn exchange(&mut self, grant: usize, slip: Slip, now: u64) -> Seen {
        let facts = &mut self.grants[grant];
        let refusal = match slip {
            _ if facts.gone => GrantRefusal::Unknown,
            Slip::Code => GrantRefusal::WrongCode,
            Slip::Client => GrantRefusal::WrongClient,
            _ if facts.exchanged => {
                facts.gone = true;
                GrantRefusal::CodeReplayed
            }
            Slip::RedirectUri => GrantRefusal::WrongRedirectUri,
            Slip::Verifier => GrantRefusal::WrongVerifier,
            Slip::Resource => GrantRefusal::WrongResource,
            _ if now >= facts.created + CODE_LIVES => GrantRefusal::CodeExpired,
            _ => {
                facts.exchanged = true;
                facts.used = now;
                facts.superseded.push(None);
                return Seen::Granted(1);
            }
        };
        Seen::Refused(refusal)
    }

    /// Begins a refresh: answered at once, or waiting for mittwald.
    pub fn refresh(
        &mut self,
        grant: usize,
        shown: Shown,
        number: u32,
        now: u64,
    ) -> Result<Seen, Waiting> {
        if self.over(grant, now) {
            return Ok(Seen::Refused(GrantRefusal::Unknown));
        }
        let facts = &mut self.grants[grant];
        let ends_soon = facts.upstream_ends < now + RENEW_WITHIN;
        if !ends_soon || facts.judge(shown, number, now).is_err() {
            return Ok(self.finish(grant, shown, number, now));
        }
        let renewal = Rc::clone(facts.renewal.get_or_insert_with(Renewing::default));
        let upstream_ends = facts.upstream_ends;
        let waiting = Waiting { grant, shown, number, renewal, upstream_ends };
        self.resume(&waiting, now).ok_or(waiting)
    }

    /// A request that waits looks again.
    pub fn resume(&mut self, waiting: &Waiting, now: u64) -> Option<Seen> {
        let Waiting { grant, shown, number, renewal, upstream_ends } = waiting;
        let facts = &mut self.grants[*grant];
        let outcome = {
            let mut renewal = renewal.borrow_mut();
            let (answer, answered_at) = renewal.answer?;
            if renewal.settled.is_none() {
                facts.renewal = None;
                renewal.settled = Some(match answer {
                    // What was revoked in the meantime keeps no tokens, whatever mittwald says.
                    _ if facts.gone => Outcome::Refused,
                    Outcome::Renewed => {
                        facts.upstream_ends = answered_at + UPSTREAM_LIVES;
                        Outcome::Renewed
                    }
                    other => other,
                });
            }
            renewal.settled?
        };
        Some(match outcome {
            Outcome::Refused => {
                facts.gone = true;
                Seen::SignInAgain
            }
            Outcome::Unavailable if *upstream_ends <= now + STILL_SERVES => {
                Seen::UpstreamUnavailable
            }
            Outcome::Renewed | Outcome::Unavailable => self.finish(*grant, *shown, *number, now),
        })
    }

    fn finish(&mut self, grant: usize, shown: Shown, number: u32, now: u64) -> Seen {
        if self.over(grant, now) {
            return Seen::Refused(GrantRefusal::Unknown);
        }
        let facts = &mut self.grants[grant];
        match facts.judge(shown, number, now) {
            Ok(()) => {
                facts.used = now;
                let newest = facts.superseded.len();
                if number as usize == newest {
                    facts.superseded[newest - 1] = Some(now);
                    facts.superseded.push(None);
                }
                Seen::Granted(facts.superseded.len() as u32)
            }
            Err(refusal) => {
                facts.gone |= refusal == GrantRefusal::RefreshReplayed;
                Seen::Refused(refusal)
            }
        }
    }

    pub fn revoke(&mut self, grant: usize, own: bool, now: u64) -> Seen {
        if self.over(grant, now) {
            return Seen::Done;
        }
        if !own {
            return Seen::Refused(GrantRefusal::WrongClient);
        }
        self.grants[grant].gone = true;
        Seen::Done
    }

    pub fn write(&self, grant: usize, now: u64) -> Seen {
        if self.over(grant, now) { Seen::Refused(GrantRefusal::Unknown) } else { Seen::Opened }
    }

    pub fn sweep(&mut self, now: u64) {
        for grant in 0..self.grants.len() {
            self.grants[grant].gone |= self.over(grant, now);
        }
    }
}

impl Facts {
    /// Whether a refresh token may be used at this moment.
    fn judge(&self, shown: Shown, number: u32, now: u64) -> Result<(), GrantRefusal> {
        match shown.slip {
            Slip::Client => return Err(GrantRefusal::WrongClient),
            _ if !self.exchanged => return Err(GrantRefusal::Unknown),
            Slip::Resource => return Err(GrantRefusal::WrongResource),
            Slip::Scope => return Err(GrantRefusal::WrongScope),
            _ => {}
        }
        let index = (number as usize).checked_sub(1);
        let last_but_one = self.superseded.len().checked_sub(2);
        match index.and_then(|index| self.superseded.get(index)) {
            None => Err(GrantRefusal::RefreshReplayed),
            Some(None) => Ok(()),
            Some(Some(at)) if index == last_but_one && now < at + GRACE => Ok(()),
            Some(Some(_)) => Err(GrantRefusal::RefreshReplayed),
        }
    }
}
