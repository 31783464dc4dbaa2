//! How far the work on a call is, for clients that show it.

/// Hears how far a call is. What is reported must grow; anything else is not passed on.
pub trait Progress {
    /// `done` of `total` steps are over (`None`: nobody knows how many there will be); `message` says in a
    /// sentence of ours what comes next.
    fn report(&self, done: u32, total: Option<u32>, message: &str);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn report(&self, _done: u32, _total: Option<u32>, _message: &str) {}
}
