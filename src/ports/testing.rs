//! The outside world in memory, for native tests.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use futures::future::{LocalBoxFuture, ready};

use super::*;
use crate::keys::KeyRing;

/// Time that stands still until a test moves it.
#[derive(Debug, Default)]
pub struct StoppedClock(pub Cell<u64>);

impl StoppedClock {
    /// A clock at this many seconds.
    pub fn at(seconds: u64) -> Self {
        Self(Cell::new(seconds * 1000))
    }

    /// Moves it on.
    pub fn advance(&self, seconds: u64) {
        self.0.set(self.0.get() + seconds * 1000);
    }
}

impl Clock for StoppedClock {
    fn now_ms(&self) -> u64 {
        self.0.get()
    }

    /// Nobody waits: the time has passed at once.
    fn sleep(&self, ms: u32) -> LocalBoxFuture<'_, ()> {
        self.0.set(self.0.get() + u64::from(ms));
        Box::pin(ready(()))
    }
}

/// A repeatable stream of bytes (xorshift64*).
#[derive(Debug)]
pub struct SeededRandom(Cell<u64>);

impl SeededRandom {
    /// Seeds it; zero is not a seed.
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed.max(1)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        for byte in buffer {
            let mut state = self.0.get();
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            self.0.set(state);
            *byte = (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8;
        }
        Ok(())
    }
}

/// A ring with one fixed master key.
pub fn ring() -> KeyRing {
    KeyRing::new(Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), None).expect("a key ring")
}

/// Answers by path, else in the order given, and keeps what was asked.
#[derive(Default)]
pub struct ScriptedUpstream {
    /// Answers still to give.
    pub answers: RefCell<VecDeque<Result<UpstreamResponse, UpstreamFailure>>>,
    /// Requests so far.
    pub asked: RefCell<Vec<UpstreamRequest>>,
    /// JSON for URLs that end so, query not counted, whenever they are asked for.
    pub served: Vec<(String, String)>,
}

impl ScriptedUpstream {
    /// Appends an answer with these headers.
    pub fn will_answer(self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.answers.borrow_mut().push_back(Ok(UpstreamResponse {
            status,
            headers: Box::new(headers),
            body: body.as_bytes().to_vec(),
        }));
        self
    }

    /// Appends a failure.
    pub fn will_fail(self, failure: UpstreamFailure) -> Self {
        self.answers.borrow_mut().push_back(Err(failure));
        self
    }
}

impl Upstream for ScriptedUpstream {
    fn send<'a>(
        &'a self,
        request: UpstreamRequest,
    ) -> LocalBoxFuture<'a, Result<UpstreamResponse, UpstreamFailure>> {
        let path = request.url.split('?').next().unwrap_or_default().to_owned();
        self.asked.borrow_mut().push(request);
        if let Some((_, json)) = self.served.iter().find(|(end, _)| path.ends_with(end)) {
            let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            let body = json.as_bytes().to_vec();
            let answer = UpstreamResponse { status: 200, headers: Box::new(headers), body };
            return Box::pin(ready(Ok(answer)));
        }
        let answer = self.answers.borrow_mut().pop_front();
        Box::pin(ready(answer.expect("the test scripted an answer for every request")))
    }
}

/// A ledger that remembers what was opened and closed, or refuses everything.
#[derive(Default)]
pub struct MemoryLedger {
    /// Refusal for every write, if set.
    pub refuses: Option<LedgerRefusal>,
    /// Tools whose writes were opened.
    pub opened: RefCell<Vec<String>>,
    /// Outcomes in order.
    pub closed: RefCell<Vec<bool>>,
    /// Confirmations that were used up.
    pub spent: RefCell<Vec<Spent>>,
}

impl Ledger for MemoryLedger {
    fn open<'a>(
        &'a self,
        write: &'a WriteRecord<'a>,
    ) -> LocalBoxFuture<'a, Result<WriteId, LedgerRefusal>> {
        self.opened.borrow_mut().push(write.tool.to_owned());
        self.spent.borrow_mut().extend(write.spends.cloned());
        Box::pin(ready(self.refuses.map_or(Ok(WriteId(1)), Err)))
    }

    fn close(&self, _account: &str, _id: WriteId, succeeded: bool) {
        self.closed.borrow_mut().push(succeeded);
    }
}

/// Allows everything, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct FixedLimit(pub bool);

impl RateLimiter for FixedLimit {
    fn allow<'a>(&'a self, _subject: &'a str) -> LocalBoxFuture<'a, bool> {
        Box::pin(ready(self.0))
    }
}

/// Remembers for ever.
#[derive(Debug, Default)]
pub struct PlainMemory(pub RefCell<std::collections::HashMap<String, String>>);

impl Memory for PlainMemory {
    fn recall(&self, key: &str) -> Option<String> {
        self.0.borrow().get(key).cloned()
    }

    fn remember(&self, key: String, value: String, _seconds: u64) {
        self.0.borrow_mut().insert(key, value);
    }
}

/// Remembers as long as it was told to, by this clock.
pub struct TimedMemory<'a> {
    clock: &'a StoppedClock,
    entries: RefCell<std::collections::HashMap<String, (String, u64)>>,
}

impl<'a> TimedMemory<'a> {
    /// An empty one.
    pub fn new(clock: &'a StoppedClock) -> Self {
        Self { clock, entries: RefCell::default() }
    }
}

impl Memory for TimedMemory<'_> {
    fn recall(&self, key: &str) -> Option<String> {
        let now = self.clock.now();
        let entries = self.entries.borrow();
        entries.get(key).filter(|(_, until)| now < *until).map(|(value, _)| value.clone())
    }

    fn remember(&self, key: String, value: String, seconds: u64) {
        let until = self.clock.now() + seconds;
        self.entries.borrow_mut().insert(key, (value, until));
    }
}

/// A cache that never forgets.
#[derive(Debug, Default)]
pub struct MemoryCache(pub RefCell<std::collections::HashMap<String, String>>);

impl Cache for MemoryCache {
    fn look_up<'a>(&'a self, key: &'a str) -> LocalBoxFuture<'a, Option<String>> {
        Box::pin(ready(self.0.borrow().get(key).cloned()))
    }

    fn keep<'a>(&'a self, key: &'a str, value: String, _seconds: u64) -> LocalBoxFuture<'a, ()> {
        self.0.borrow_mut().insert(key.to_owned(), value);
        Box::pin(ready(()))
    }
}

/// Keeps what goes to the client before the answer.
#[derive(Debug, Default)]
pub struct KeptEvents(pub RefCell<Vec<String>>);

impl Events for KeptEvents {
    fn send(&self, message: String) {
        self.0.borrow_mut().push(message);
    }
}

/// Documents by address; anything else answers 404. Counts what was fetched.
#[derive(Debug, Default)]
pub struct ScriptedDocuments {
    /// What is served: status, header fields, body; or a failure.
    pub served: RefCell<std::collections::HashMap<String, Result<Served, DocumentFailure>>>,
    /// Addresses fetched so far.
    pub fetched: RefCell<Vec<String>>,
}

/// An answer: status, header fields, body.
pub type Served = (u16, Vec<(String, String)>, String);

impl ScriptedDocuments {
    /// Serves a document of this type and with these further header fields.
    pub fn serve(&self, url: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers =
            headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        self.served.borrow_mut().insert(url.into(), Ok((status, headers, body.into())));
    }

    /// Fails for this address.
    pub fn fail(&self, url: &str, failure: DocumentFailure) {
        self.served.borrow_mut().insert(url.into(), Err(failure));
    }
}

impl Documents for ScriptedDocuments {
    fn fetch<'a>(&'a self, url: &'a str) -> LocalBoxFuture<'a, Result<Document, DocumentFailure>> {
        self.fetched.borrow_mut().push(url.to_owned());
        let (status, headers, body) = match self.served.borrow().get(url) {
            None => (404, Vec::new(), String::new()),
            Some(Ok(served)) => served.clone(),
            Some(Err(failure)) => return Box::pin(ready(Err(*failure))),
        };
        let document = Document { status, headers: Box::new(headers), body: body.into_bytes() };
        Box::pin(ready(Ok(document)))
    }
}
