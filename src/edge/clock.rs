//! Time. Workers' clock stands still between I/O, which is exact enough for tokens.

use std::time::Duration;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use worker::Delay;

use crate::ports::Clock;

/// The runtime's clock.
pub struct RuntimeClock;

impl Clock for RuntimeClock {
    fn now_ms(&self) -> u64 {
        worker::Date::now().as_millis()
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'_, ()> {
        Delay::from(Duration::from_millis(u64::from(ms))).boxed_local()
    }
}
