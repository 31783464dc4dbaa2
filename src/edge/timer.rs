//! A pause that wakes whoever waits for it last.
//!
//! worker's own `Delay` remembers who polled it first and wakes nobody else. An answer that turns into a
//! stream changes hands in the middle of its work: the request's task polls it first, the stream's reader
//! afterwards. A `Delay` that was begun before would wake a task that is gone, and the answer would stand
//! still until a keep-alive comment is due.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures::task::AtomicWaker;
use worker::Delay;

/// Is ready after a while.
pub struct Timer {
    delay: Pin<Box<Delay>>,
    relay: Arc<Relay>,
}

impl Timer {
    /// After so many milliseconds.
    pub fn ms(ms: u64) -> Self {
        Self { delay: Box::pin(Delay::from(Duration::from_millis(ms))), relay: Arc::default() }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.relay.0.register(context.waker());
        let waker = Waker::from(Arc::clone(&self.relay));
        self.delay.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

/// Hands a wake on to whoever polled last.
#[derive(Default)]
struct Relay(AtomicWaker);

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.0.wake();
    }
}
