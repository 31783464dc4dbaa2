//! Time. Workers' clock stands still between I/O, which is exact enough for tokens.

use crate::ports::Clock;

/// The runtime's clock.
pub struct RuntimeClock;

impl Clock for RuntimeClock {
    fn now_ms(&self) -> u64 {
        worker::Date::now().as_millis()
    }
}
