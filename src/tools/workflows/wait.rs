//! Waiting for something to become so: the first question comes at once, each further one after a
//! longer pause. Nothing is sent again but reads.

use super::job::Job;
use super::stop::Stop;
use crate::mittwald::ApiError;
use crate::ports::UpstreamFailure;

/// Milliseconds before the second question.
const FIRST_PAUSE_MS: u32 = 500;

/// Most milliseconds between two questions.
const LONGEST_PAUSE_MS: u32 = 5_000;

/// Milliseconds that a job keeps for its last question and its answer.
const RESERVE_MS: u64 = 3_000;

/// Milliseconds for which something that was just made may be unknown or forbidden: mittwald's parts
/// learn of it one after the other.
const EARLY_MS: u64 = 10_000;

impl Job<'_> {
    /// Asks until there is something, or until the job's time is over (`None`). What passes by itself
    /// (mittwald is not that far, busy, or silent for a moment) is waited out.
    ///
    /// # Errors
    /// What does not pass, and whatever stood in the way of every question.
    pub async fn wait<T>(
        &self,
        mut ask: impl AsyncFnMut() -> Result<Option<T>, Stop>,
    ) -> Result<Option<T>, Stop> {
        let clock = self.environment.ports.clock;
        let began = clock.now_ms();
        let mut pause = FIRST_PAUSE_MS;
        let mut answered = false;
        loop {
            let early = clock.now_ms().saturating_sub(began) < EARLY_MS;
            let mut at_least = 0;
            let trouble = match ask().await {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) => {
                    answered = true;
                    None
                }
                Err(Stop::Read(error)) if passes(&error, early) => {
                    at_least = busy_for(&error);
                    Some(Stop::Read(error))
                }
                Err(stop) => return Err(stop),
            };
            let pausing = pause.max(at_least);
            if self.time_left_ms() < u64::from(pausing).saturating_add(RESERVE_MS) {
                return match trouble {
                    Some(stop) if !answered => Err(stop),
                    _ => Ok(None),
                };
            }
            clock.sleep(pausing).await;
            pause = pause.saturating_mul(3).saturating_div(2).min(LONGEST_PAUSE_MS);
        }
    }
}

/// Whether an error of a read passes by itself.
const fn passes(error: &ApiError, early: bool) -> bool {
    match error {
        ApiError::NotYet { .. } | ApiError::Broken { .. } | ApiError::RateLimited { .. } => true,
        ApiError::NoAnswer(failure) => {
            matches!(failure, UpstreamFailure::TimedOut | UpstreamFailure::Unreachable)
        }
        ApiError::NotFound { .. } | ApiError::Forbidden { .. } => early,
        _ => false,
    }
}

/// Milliseconds for which mittwald takes no more requests.
fn busy_for(error: &ApiError) -> u32 {
    match error {
        ApiError::RateLimited { wait: Some(seconds) } => {
            u32::try_from(seconds.saturating_mul(1_000)).unwrap_or(u32::MAX)
        }
        _ => 0,
    }
}
