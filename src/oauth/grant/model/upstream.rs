//! mittwald, as far as the model needs it: renewals that wait for their answer.

use std::cell::RefCell;
use std::rc::Rc;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;

use super::GRANTS;
use super::reference::UPSTREAM_LIVES;
use crate::oauth::account::{Renewal, RenewalFailure};
use crate::oauth::grant::UpstreamSession;

/// mittwald, as far as renewals go.
#[derive(Default)]
pub struct Mittwald {
    /// Number of the refresh token that is good, per grant.
    pub good: [u32; GRANTS],
    /// Renewals on their way: grant, and where the answer goes.
    pub asked: Vec<(usize, oneshot::Sender<Result<UpstreamSession, RenewalFailure>>)>,
    /// A refresh token came that is not good, or came while it was being used.
    pub spent_twice: bool,
}

pub struct Scripted(pub Rc<RefCell<Mittwald>>);

impl Renewal for Scripted {
    fn renew(
        &self,
        sealed: String,
    ) -> LocalBoxFuture<'static, Result<UpstreamSession, RenewalFailure>> {
        let (grant, number) = sealed.split_once(':').expect("a token of ours");
        let grant: usize = grant.parse().expect("a grant");
        let mut mittwald = self.0.borrow_mut();
        let is_good = mittwald.good[grant].to_string() == number;
        let in_use = mittwald.asked.iter().any(|(asked, _)| *asked == grant);
        mittwald.spent_twice |= !is_good || in_use;
        let (sender, answer) = oneshot::channel();
        mittwald.asked.push((grant, sender));
        answer.map(|answer| answer.expect("an answer")).boxed_local()
    }

    // How a session ends at mittwald changes no grant.
    fn end(&self, _session: UpstreamSession) {}
}

/// The session that comes of a renewal.
pub fn session(grant: usize, number: u32, now: u64) -> UpstreamSession {
    UpstreamSession {
        access: format!("access {number}"),
        expires_at: now + UPSTREAM_LIVES,
        refresh: Some(format!("{grant}:{number}")),
    }
}
