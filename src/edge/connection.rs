//! The client's end of a request: pieces of a body on their way to it, and its leaving.
//!
//! An answer is one future that owns everything it works with. Dropping it is how work is stopped: nothing
//! further is sent to mittwald, and the request that is out is abandoned. Who drops it:
//!
//! - a plain answer: [`Departure`], the runtime's signal that the connection has ended
//! - a stream: the runtime, which cancels the body
//!
//! What ended a connection says how soon that is. A reset is noticed at once. A mere end of the client's
//! side (FIN) may be a client that only has nothing more to say: workerd takes it for a departure when the
//! next write fails, which the keep-alive comments make soon for a stream and never for a plain answer.
//! On Cloudflare's network its front servers decide, and they do report clients that close.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures::Stream;
use futures::future::{FutureExt, LocalBoxFuture};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use worker::web_sys::AbortSignal;

use crate::http::{Response, event_stream};
use crate::ports::Outlet;
use crate::router::{Answer, UnderWay};

use super::log::LogLine;
use super::timer::Timer;

/// What an answer under way shares with whoever polls it.
#[derive(Default)]
pub struct Connection {
    /// What the log says if the client leaves.
    pub under_way: Rc<Cell<UnderWay>>,
    head: RefCell<Option<Response>>,
    pieces: RefCell<VecDeque<String>>,
}

impl Connection {
    /// Whether the answer must travel as a stream.
    pub fn has_begun(&self) -> bool {
        self.head.borrow().is_some()
    }

    /// Status and header fields of the stream.
    pub fn head(&self) -> Option<Response> {
        self.head.take()
    }
}

impl Outlet for Connection {
    fn begin(&self, head: Response) {
        self.head.replace(Some(head));
    }

    fn write(&self, text: String) {
        self.pieces.borrow_mut().push_back(text);
    }
}

/// The rest of an answer that began before it was complete: its pieces as they come, comments while none
/// does, then the end.
pub struct Rest {
    answering: Option<LocalBoxFuture<'static, Answer>>,
    connection: Rc<Connection>,
    silence: Timer,
    line: Option<LogLine>,
}

impl Rest {
    /// Of this answer; its log line is written at the end, or when the stream is dropped.
    pub fn of(
        answering: LocalBoxFuture<'static, Answer>,
        connection: Rc<Connection>,
        line: LogLine,
    ) -> Self {
        Self { answering: Some(answering), connection, silence: silence(), line: Some(line) }
    }

    fn next_piece(&mut self) -> Option<String> {
        let piece = self.connection.pieces.borrow_mut().pop_front()?;
        self.silence = silence();
        Some(piece)
    }
}

fn silence() -> Timer {
    Timer::ms(event_stream::KEEP_ALIVE_SECONDS.saturating_mul(1000))
}

impl Stream for Rest {
    type Item = worker::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(piece) = self.next_piece() {
                return Poll::Ready(Some(Ok(piece.into_bytes())));
            }
            let Some(answering) = &mut self.answering else { return Poll::Ready(None) };
            if let Poll::Ready(answer) = answering.poll_unpin(context) {
                self.answering = None;
                if let Some(line) = self.line.take() {
                    line.answered(&answer);
                }
                continue;
            }
            if !self.connection.pieces.borrow().is_empty() {
                continue;
            }
            return match self.silence.poll_unpin(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(()) => {
                    self.silence = silence();
                    Poll::Ready(Some(Ok(event_stream::KEEP_ALIVE.as_bytes().to_vec())))
                }
            };
        }
    }
}

/// Is ready when the client has left. It listens from its first poll on, so that an answer that never
/// waits costs nothing.
pub struct Departure {
    signal: AbortSignal,
    waker: Rc<RefCell<Option<Waker>>>,
    listener: Option<Closure<dyn FnMut()>>,
}

impl Departure {
    /// Of the client that made the request with this signal.
    pub fn new(signal: AbortSignal) -> Self {
        Self { signal, waker: Rc::default(), listener: None }
    }
}

impl Future for Departure {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.waker.replace(Some(context.waker().clone()));
        if self.listener.is_none() {
            let waker = Rc::clone(&self.waker);
            let listener: Closure<dyn FnMut()> = Closure::new(move || {
                if let Some(waker) = waker.take() {
                    waker.wake();
                }
            });
            self.signal.set_onabort(Some(listener.as_ref().unchecked_ref()));
            self.listener = Some(listener);
        }
        if self.signal.aborted() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Departure {
    fn drop(&mut self) {
        // The closure goes with us; nothing may call it afterwards.
        if self.listener.is_some() {
            self.signal.set_onabort(None);
        }
    }
}
