//! What the pure core needs from the outside world, as small traits. `src/edge` implements them on
//! Cloudflare, tests implement them in memory; nothing else knows where time, randomness, the
//! network and storage come from.

mod documents;
mod events;

pub use documents::{DOCUMENT_TIMEOUT_MS, Document, DocumentFailure, Documents, MAX_DOCUMENT};
pub use events::{Events, NoEvents, Outlet};

use std::fmt;

use futures::future::LocalBoxFuture;

use crate::http::Headers;
use crate::keys::Secret;

/// Wall-clock time.
pub trait Clock {
    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> u64;

    /// Seconds since the Unix epoch.
    fn now(&self) -> u64 {
        self.now_ms() / 1000
    }

    /// Waits so many milliseconds.
    fn sleep(&self, ms: u32) -> LocalBoxFuture<'_, ()>;
}

/// Cryptographically secure randomness.
pub trait Random {
    /// Fills the buffer.
    ///
    /// # Errors
    /// [`NoRandomness`] where the platform has none to give; nothing may be issued then.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The platform could not provide randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the platform gave no randomness")]
pub struct NoRandomness;

/// Sends requests to mittwald (API and OAuth), and nowhere else.
pub trait Upstream {
    /// Sends one request and reads its whole answer. Follows no redirect to another host.
    fn send<'a>(
        &'a self,
        request: UpstreamRequest,
    ) -> LocalBoxFuture<'a, Result<UpstreamResponse, UpstreamFailure>>;
}

/// A request to mittwald.
pub struct UpstreamRequest {
    /// Method name.
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Header fields.
    pub headers: Vec<(&'static str, Secret)>,
    /// Body; its type stands in `headers`.
    pub body: Option<String>,
    /// Milliseconds until the whole exchange, body included, must be over.
    pub timeout_ms: u32,
}

impl fmt::Debug for UpstreamRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url.split('?').next().unwrap_or_default())
    }
}

/// mittwald's answer.
pub struct UpstreamResponse {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: Box<dyn Headers>,
    /// Body, at most [`MAX_UPSTREAM_BODY`] bytes.
    pub body: Vec<u8>,
}

/// Largest answer that is read from mittwald, in bytes (8 MiB): a Worker has 128 MB in all.
pub const MAX_UPSTREAM_BODY: usize = 8 * 1024 * 1024;

/// Why there is no answer from mittwald.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamFailure {
    /// Nothing, or not everything, within the time.
    #[error("no answer in time")]
    TimedOut,
    /// No connection, or it ended before the answer did. Whether the request took effect is unknown.
    #[error("the connection failed")]
    Unreachable,
    /// More than [`MAX_UPSTREAM_BODY`].
    #[error("the answer is too large")]
    TooLarge,
    /// A redirect that we do not follow.
    #[error("the answer redirects elsewhere")]
    Redirected,
}

/// The log of a person's writes, kept in their `Account` object. Asking it is also how a write
/// learns that its grant was revoked in the meantime.
pub trait Ledger {
    /// Opens an entry before anything is sent.
    fn open<'a>(
        &'a self,
        write: &'a WriteRecord<'a>,
    ) -> LocalBoxFuture<'a, Result<WriteId, LedgerRefusal>>;

    /// Notes how the write ended, off the path of the answer.
    fn close(&self, account: &str, id: WriteId, succeeded: bool);
}

/// A write about to happen.
#[derive(Debug, Clone, Copy)]
pub struct WriteRecord<'a> {
    /// Name of the person's `Account` object.
    pub account: &'a str,
    /// Grant under which the write happens; `None` for an API token, which has none.
    pub grant: Option<&'a str>,
    /// Client that asked: its id, or `api-token`.
    pub client: &'a str,
    /// Tool.
    pub tool: &'a str,
    /// Id of the thing that is written.
    pub target: &'a str,
    /// The confirmation that the write uses up, if it needed one.
    pub spends: Option<&'a Spent>,
}

/// A confirmation that can be used once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Spent {
    /// Its random name.
    pub nonce: String,
    /// When it ends by itself, in seconds since the epoch.
    pub until: u64,
}

/// Names an open entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteId(pub i64);

/// Why a write may not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerRefusal {
    /// The grant was revoked or has ended: the client must sign in again.
    #[error("the connection was revoked")]
    Revoked,
    /// The confirmation was used by an earlier write.
    #[error("the confirmation was used already")]
    ConfirmationUsed,
    /// The object could not be reached; nothing was sent.
    #[error("the account store is out of reach")]
    Unavailable,
}

/// What an isolate remembers for a short while, best effort.
pub trait Memory {
    /// A value remembered under this key and not yet expired.
    fn recall(&self, key: &str) -> Option<String>;

    /// Remembers a value for this many seconds.
    fn remember(&self, key: String, value: String, seconds: u64);
}

/// A cache that all isolates share, for what may be stale: it forgets early, and a value that was
/// just kept may not be found everywhere for a minute (Workers KV).
pub trait Cache {
    /// A value kept under this key and not yet expired; `None` also where the cache is out of reach.
    fn look_up<'a>(&'a self, key: &'a str) -> LocalBoxFuture<'a, Option<String>>;

    /// Keeps a value for this many seconds, at least 60. A failure is not worth an answer.
    fn keep<'a>(&'a self, key: &'a str, value: String, seconds: u64) -> LocalBoxFuture<'a, ()>;
}

/// All ports together.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub random: &'a dyn Random,
    /// mittwald.
    pub upstream: &'a dyn Upstream,
    /// The log of writes.
    pub ledger: &'a dyn Ledger,
    /// Calls per person.
    pub limiter: &'a dyn RateLimiter,
    /// The isolate's memory.
    pub memory: &'a dyn Memory,
    /// The cache that all isolates share.
    pub cache: &'a dyn Cache,
    /// Documents that clients publish; `None` where the platform cannot keep such requests public.
    pub documents: Option<&'a dyn Documents>,
    /// Messages that go to the client before the answer; nothing outside of MCP has any.
    pub events: &'a dyn Events,
}

/// Counts calls per person.
pub trait RateLimiter {
    /// Whether one more call of this subject is within the limit.
    fn allow<'a>(&'a self, subject: &'a str) -> LocalBoxFuture<'a, bool>;
}

#[cfg(test)]
pub mod testing;
