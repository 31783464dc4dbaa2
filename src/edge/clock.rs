//! Time. Workers' clock stands still between I/O, which is exact enough for tokens.

use crate::ports::Clock;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::timer::Timer;

/// The runtime's clock.
pub struct RuntimeClock;

impl Clock for RuntimeClock {
    fn now_ms(&self) -> u64 {
        worker::Date::now().as_millis()
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'_, ()> {
        Timer::ms(u64::from(ms)).boxed_local()
    }
}
