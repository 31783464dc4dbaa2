//! What an `Account` object does with its commands.
//!
//! One object per mittwald user holds that person's grants and the log of their writes. All reads
//! and writes of one transition happen without an `.await` between them, and a Durable Object runs
//! one thing at a time in between: so of fifty parallel exchanges of a code exactly one finds the
//! grant pending. Requests to mittwald happen outside of transitions; a refresh of mittwald's tokens
//! is shared by everybody who waits for it, because mittwald's refresh token may work only once.
//!
//! However a grant ends, mittwald's own session behind it is ended too: best effort and off the path,
//! because the grant has ended whether or not mittwald answers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};

use super::grant::{Grant, GrantRefusal, Refresh, UpstreamSession};
use super::overview::{Overview, PastWrite};
use super::stores::{AccountCommand, AccountReply, StoreUnavailable};
use crate::ports::Spent;

/// mittwald's access token is renewed at a refresh when fewer seconds than this are left (20 min),
/// so that our own token of 15 minutes never outlives it.
pub const RENEW_BELOW: u64 = 20 * 60;

/// Writes of one connection (or of all API tokens together) that are kept for the person to see. Kept
/// per connection, so that none can push another's writes out of sight.
pub const KEPT_WRITES: u32 = 100;

/// Writes that are kept in all, those of ended connections included.
pub const KEPT_WRITES_IN_ALL: u32 = 1000;

/// The object's storage. Every method is one synchronous step.
pub trait Store {
    /// The grant, if it is there.
    fn grant(&self, id: &str) -> Result<Option<Grant>, StoreUnavailable>;
    /// Writes the grant.
    fn put(&self, grant: &Grant) -> Result<(), StoreUnavailable>;
    /// Forgets the grant.
    fn remove(&self, id: &str) -> Result<(), StoreUnavailable>;
    /// Every grant, also ended ones that were not yet removed.
    fn grants(&self) -> Result<Vec<Grant>, StoreUnavailable>;
    /// The log of writes, newest first.
    fn writes(&self) -> Result<Vec<PastWrite>, StoreUnavailable>;
    /// Uses up a confirmation, and forgets those whose time is over. Gives whether it was unused.
    fn spend(&self, spent: &Spent, now: u64) -> Result<bool, StoreUnavailable>;
    /// Opens an entry in the log of writes and drops all but the newest [`KEPT_WRITES`] of the same
    /// connection, and all but the newest [`KEPT_WRITES_IN_ALL`].
    fn open_write(&self, write: &Write<'_>) -> Result<i64, StoreUnavailable>;
    /// Notes how a write ended.
    fn close_write(&self, id: i64, succeeded: bool, at: u64) -> Result<(), StoreUnavailable>;
}

/// A write about to happen.
#[derive(Debug)]
pub struct Write<'a> {
    /// The grant, if there is one.
    pub grant: Option<&'a Grant>,
    /// Client id or `api-token`.
    pub client: &'a str,
    /// Tool.
    pub tool: &'a str,
    /// Id of the thing written.
    pub target: &'a str,
    /// Seconds since the epoch.
    pub at: u64,
}

/// What an account asks of mittwald.
pub trait Renewal {
    /// Renews mittwald's tokens: opens the sealed refresh token, asks mittwald, seals the new ones.
    fn renew(
        &self,
        sealed_refresh: String,
    ) -> LocalBoxFuture<'static, Result<UpstreamSession, RenewalFailure>>;

    /// Ends the session at mittwald, in the background. Nobody waits and nobody learns the outcome.
    fn end(&self, session: UpstreamSession);
}

/// Why mittwald's tokens could not be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalFailure {
    /// mittwald refused for good.
    Refused,
    /// Not now.
    Unavailable,
}

type Renewing = Shared<LocalBoxFuture<'static, Result<(), RenewalFailure>>>;

/// The object, apart from its storage and its network.
pub struct Account<S, R> {
    store: Rc<S>,
    renewal: Rc<R>,
    /// Renewals on their way, by grant.
    renewing: Rc<RefCell<HashMap<String, Renewing>>>,
}

impl<S: Store + 'static, R: Renewal + 'static> Account<S, R> {
    /// An account over its storage.
    pub fn new(store: S, renewal: R) -> Self {
        Self { store: Rc::new(store), renewal: Rc::new(renewal), renewing: Rc::default() }
    }

    /// Its storage.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Carries out a command. `now` gives seconds since the epoch and is asked anew after a wait.
    ///
    /// # Errors
    /// [`StoreUnavailable`]; the command may be sent again.
    pub async fn handle(
        &self,
        command: AccountCommand,
        now: impl Fn() -> u64,
    ) -> Result<AccountReply, StoreUnavailable> {
        match command {
            AccountCommand::Create(grant) => {
                self.store.put(&grant)?;
                Ok(AccountReply::Done)
            }
            AccountCommand::Exchange { grant, shown } => {
                self.transition(&grant, now(), |grant, now| grant.exchange(&shown, now).map(|()| 1))
            }
            AccountCommand::Refresh { grant, shown } => self.refresh(&grant, &shown, now).await,
            AccountCommand::Revoke { grant, client_id } => match self.live(&grant, now())? {
                Some(live) if live.client_id != client_id => {
                    Ok(AccountReply::Refused(GrantRefusal::WrongClient))
                }
                Some(_) => self.end(&grant).map(|()| AccountReply::Done),
                None => Ok(AccountReply::Done),
            },
            AccountCommand::Overview => {
                let overview = Overview::of(self.store.grants()?, self.store.writes()?, now());
                Ok(AccountReply::Overview(Box::new(overview)))
            }
            AccountCommand::Disconnect { grant: Some(id) } => {
                self.end(&id).map(|()| AccountReply::Done)
            }
            AccountCommand::Disconnect { grant: None } => {
                for grant in self.store.grants()? {
                    self.end(&grant.id)?;
                }
                Ok(AccountReply::Done)
            }
            AccountCommand::EndUpstream(session) => {
                self.renewal.end(session);
                Ok(AccountReply::Done)
            }
            AccountCommand::OpenWrite { grant, client, tool, target, spends } => {
                let at = now();
                let live = match &grant {
                    None => None,
                    Some(id) => match self.live(id, at)? {
                        Some(live) => Some(live),
                        None => return Ok(AccountReply::Refused(GrantRefusal::Unknown)),
                    },
                };
                if let Some(spent) = spends
                    && !self.store.spend(&spent, at)?
                {
                    return Ok(AccountReply::ConfirmationUsed);
                }
                let write = Write {
                    grant: live.as_ref(),
                    client: &client,
                    tool: &tool,
                    target: &target,
                    at,
                };
                self.store.open_write(&write).map(AccountReply::Opened)
            }
            AccountCommand::CloseWrite { id, succeeded } => {
                self.store.close_write(id, succeeded, now())?;
                Ok(AccountReply::Done)
            }
        }
    }

    /// The grant, unless it has ended.
    fn live(&self, id: &str, now: u64) -> Result<Option<Grant>, StoreUnavailable> {
        Ok(self.store.grant(id)?.filter(|grant| now < grant.ends_at()))
    }

    /// Ends every grant whose time is over; gives the moment when the next one's is.
    ///
    /// # Errors
    /// [`StoreUnavailable`].
    pub fn sweep(&self, now: u64) -> Result<Option<u64>, StoreUnavailable> {
        let mut next = None;
        for grant in self.store.grants()? {
            if now >= grant.ends_at() {
                self.end(&grant.id)?;
            } else {
                next = Some(next.map_or(grant.ends_at(), |at: u64| at.min(grant.ends_at())));
            }
        }
        Ok(next)
    }

    /// Forgets the grant, and ends mittwald's session behind it. Of several callers one finds it.
    fn end(&self, id: &str) -> Result<(), StoreUnavailable> {
        let Some(grant) = self.store.grant(id)? else { return Ok(()) };
        self.store.remove(id)?;
        // A renewal on its way spends the refresh token; it ends the new session itself.
        if !self.renewing.borrow().contains_key(id) {
            self.renewal.end(grant.upstream);
        }
        Ok(())
    }

    /// mittwald refused the refresh token: it is of no use for ending the session either.
    fn forget_refresh_token(&self, id: &str) -> Result<(), StoreUnavailable> {
        let Some(mut grant) = self.store.grant(id)? else { return Ok(()) };
        grant.upstream.refresh = None;
        self.store.put(&grant)
    }

    /// Loads, changes and stores a grant in one synchronous step.
    fn transition(
        &self,
        id: &str,
        now: u64,
        change: impl FnOnce(&mut Grant, u64) -> Result<u32, GrantRefusal>,
    ) -> Result<AccountReply, StoreUnavailable> {
        // An expired code is told as such, so `live` is not asked here.
        let Some(mut grant) = self.store.grant(id)? else {
            return Ok(AccountReply::Refused(GrantRefusal::Unknown));
        };
        match change(&mut grant, now) {
            Ok(generation) => {
                self.store.put(&grant)?;
                Ok(AccountReply::Granted(Box::new(grant), generation))
            }
            Err(refusal) => {
                if refusal.ends_grant() {
                    self.end(id)?;
                }
                Ok(AccountReply::Refused(refusal))
            }
        }
    }

    async fn refresh(
        &self,
        id: &str,
        shown: &Refresh,
        now: impl Fn() -> u64,
    ) -> Result<AccountReply, StoreUnavailable> {
        let Some(grant) = self.live(id, now())? else {
            return Ok(AccountReply::Refused(GrantRefusal::Unknown));
        };
        let allowed = grant.may_refresh(shown, now());
        if allowed.is_ok() && grant.upstream.expires_at < now().saturating_add(RENEW_BELOW) {
            match self.renew(&grant).await {
                Ok(()) => {}
                Err(RenewalFailure::Refused) => {
                    self.forget_refresh_token(id)?;
                    self.end(id)?;
                    return Ok(AccountReply::SignInAgain);
                }
                // What is left of mittwald's token still serves for a while.
                Err(RenewalFailure::Unavailable)
                    if grant.upstream.expires_at > now().saturating_add(60) => {}
                Err(RenewalFailure::Unavailable) => return Ok(AccountReply::UpstreamUnavailable),
            }
        }
        self.transition(id, now(), |grant, now| grant.refresh(shown, now))
    }

    /// Renews mittwald's tokens, or waits for the renewal that is already on its way. Storing the
    /// outcome is part of what is shared: nobody goes on before it is done.
    async fn renew(&self, grant: &Grant) -> Result<(), RenewalFailure> {
        let Some(sealed) = grant.upstream.refresh.clone() else {
            return Err(RenewalFailure::Refused);
        };
        let waiting = self.renewing.borrow().get(&grant.id).cloned();
        if let Some(renewing) = waiting {
            return renewing.await;
        }
        let (store, in_progress) = (Rc::clone(&self.store), Rc::clone(&self.renewing));
        let (renewed, renewal) = (self.renewal.renew(sealed), Rc::clone(&self.renewal));
        let (id, former) = (grant.id.clone(), grant.upstream.clone());
        let renewing = async move {
            let outcome = keep(&*store, &*renewal, &id, former, renewed.await);
            in_progress.borrow_mut().remove(&id);
            outcome
        }
        .boxed_local()
        .shared();
        self.renewing.borrow_mut().insert(grant.id.clone(), renewing.clone());
        renewing.await
    }
}

/// Stores the outcome of a renewal with its grant.
fn keep(
    store: &impl Store,
    renewal: &impl Renewal,
    id: &str,
    mut former: UpstreamSession,
    renewed: Result<UpstreamSession, RenewalFailure>,
) -> Result<(), RenewalFailure> {
    let grant = store.grant(id).map_err(|_| RenewalFailure::Unavailable)?;
    let Some(mut grant) = grant else {
        // Ended while mittwald answered: there is nothing to keep the tokens for.
        if renewed == Err(RenewalFailure::Refused) {
            former.refresh = None;
        }
        renewal.end(renewed.unwrap_or(former));
        return Err(RenewalFailure::Refused);
    };
    grant.upstream = renewed?;
    store.put(&grant).map_err(|_| RenewalFailure::Unavailable)
}

/// Stand-ins for tests.
#[cfg(test)]
pub mod testing {
    use super::*;

    /// Storage in memory.
    #[derive(Default)]
    pub struct MemoryStore {
        /// Grants by id.
        pub grants: RefCell<HashMap<String, Grant>>,
        /// Writes, oldest first; their ids are their places.
        pub writes: RefCell<Vec<PastWrite>>,
        /// Confirmations that were used, and when they end.
        pub spent: RefCell<HashMap<String, u64>>,
    }

    impl Store for MemoryStore {
        fn grant(&self, id: &str) -> Result<Option<Grant>, StoreUnavailable> {
            Ok(self.grants.borrow().get(id).cloned())
        }

        fn put(&self, grant: &Grant) -> Result<(), StoreUnavailable> {
            self.grants.borrow_mut().insert(grant.id.clone(), grant.clone());
            Ok(())
        }

        fn remove(&self, id: &str) -> Result<(), StoreUnavailable> {
            self.grants.borrow_mut().remove(id);
            Ok(())
        }

        fn grants(&self) -> Result<Vec<Grant>, StoreUnavailable> {
            Ok(self.grants.borrow().values().cloned().collect())
        }

        fn writes(&self) -> Result<Vec<PastWrite>, StoreUnavailable> {
            Ok(self.writes.borrow().iter().rev().cloned().collect())
        }

        fn spend(&self, spent: &Spent, now: u64) -> Result<bool, StoreUnavailable> {
            let mut all = self.spent.borrow_mut();
            all.retain(|_, until| *until > now);
            Ok(all.insert(spent.nonce.clone(), spent.until).is_none())
        }

        fn open_write(&self, write: &Write<'_>) -> Result<i64, StoreUnavailable> {
            let mut writes = self.writes.borrow_mut();
            writes.push(PastWrite {
                grant: write.grant.map(|grant| grant.id.clone()),
                client_name: write.grant.map(|grant| grant.client_name.clone()),
                redirect_uri: write.grant.map(|grant| grant.redirect_uri.clone()),
                tool: write.tool.to_owned(),
                target: write.target.to_owned(),
                at: write.at,
                succeeded: None,
            });
            Ok(writes.len() as i64 - 1)
        }

        fn close_write(&self, id: i64, succeeded: bool, _at: u64) -> Result<(), StoreUnavailable> {
            self.writes.borrow_mut()[id as usize].succeeded = Some(succeeded);
            Ok(())
        }
    }

    /// A renewal that yields once before it answers, and counts.
    pub struct ScriptedRenewal {
        /// The answer.
        pub answer: Result<UpstreamSession, RenewalFailure>,
        /// Renewals begun.
        pub count: Rc<std::cell::Cell<u32>>,
        /// Sessions ended.
        pub ended: Rc<RefCell<Vec<UpstreamSession>>>,
    }

    impl Renewal for ScriptedRenewal {
        fn renew(
            &self,
            _sealed_refresh: String,
        ) -> LocalBoxFuture<'static, Result<UpstreamSession, RenewalFailure>> {
            self.count.set(self.count.get() + 1);
            let answer = self.answer.clone();
            async move {
                let mut yielded = false;
                futures::future::poll_fn(|context| {
                    if std::mem::replace(&mut yielded, true) {
                        return std::task::Poll::Ready(());
                    }
                    context.waker().wake_by_ref();
                    std::task::Poll::Pending
                })
                .await;
                answer
            }
            .boxed_local()
        }

        fn end(&self, session: UpstreamSession) {
            self.ended.borrow_mut().push(session);
        }
    }
}

#[cfg(test)]
mod ending_tests;

#[cfg(test)]
mod tests {
    use super::super::grant::testing::{pending, right};
    use super::testing::{MemoryStore, ScriptedRenewal};
    use super::*;
    use futures::executor::block_on;
    use futures::future::join_all;

    fn account(
        answer: Result<UpstreamSession, RenewalFailure>,
    ) -> (Account<MemoryStore, ScriptedRenewal>, Rc<std::cell::Cell<u32>>) {
        let count = Rc::default();
        let renewal = ScriptedRenewal { answer, count: Rc::clone(&count), ended: Rc::default() };
        let account = Account::new(MemoryStore::default(), renewal);
        let mut grant = pending("g");
        grant.upstream.refresh = Some("sealed".into());
        block_on(account.handle(AccountCommand::Create(Box::new(grant)), || 100)).expect("stored");
        (account, count)
    }

    fn fresh() -> UpstreamSession {
        UpstreamSession { access: "new".into(), expires_at: 9000, refresh: Some("new".into()) }
    }

    fn exchange() -> AccountCommand {
        AccountCommand::Exchange { grant: "g".into(), shown: right() }
    }

    fn refresh(generation: u32) -> AccountCommand {
        let shown = super::super::grant::testing::refresh(generation);
        AccountCommand::Refresh { grant: "g".into(), shown }
    }

    #[test]
    fn of_fifty_exchanges_one_succeeds_and_the_replay_ends_the_grant() {
        let (account, _) = account(Ok(fresh()));
        let replies = block_on(join_all((0..50).map(|_| account.handle(exchange(), || 110))));
        let granted =
            |reply: &Result<AccountReply, _>| matches!(reply, Ok(AccountReply::Granted(..)));
        assert_eq!(replies.iter().filter(|reply| granted(reply)).count(), 1);
        assert!(account.store().grants.borrow().is_empty());
    }

    #[test]
    fn fifty_refreshes_share_one_renewal_and_one_successor() {
        let (account, count) = account(Ok(fresh()));
        block_on(account.handle(exchange(), || 110)).expect("exchanged");
        let replies = block_on(join_all((0..50).map(|_| account.handle(refresh(1), || 3000))));
        for reply in replies {
            match reply {
                Ok(AccountReply::Granted(grant, 2)) => assert_eq!(grant.upstream.access, "new"),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(count.get(), 1);
    }

    #[test]
    fn a_refused_renewal_ends_the_grant() {
        let (account, _) = account(Err(RenewalFailure::Refused));
        block_on(account.handle(exchange(), || 110)).expect("exchanged");
        let reply = block_on(account.handle(refresh(1), || 3000));
        assert!(matches!(reply, Ok(AccountReply::SignInAgain)));
        let reply = block_on(account.handle(refresh(1), || 3000));
        assert!(matches!(reply, Ok(AccountReply::Refused(GrantRefusal::Unknown))));
    }

    #[test]
    fn an_outage_uses_nothing_up() {
        let (account, _) = account(Err(RenewalFailure::Unavailable));
        block_on(account.handle(exchange(), || 110)).expect("exchanged");
        // Ten minutes are left of mittwald's token: they serve.
        let reply = block_on(account.handle(refresh(1), || 3000));
        assert!(matches!(reply, Ok(AccountReply::Granted(_, 2))));
        // Nothing is left: the client may try again with the same refresh token.
        let reply = block_on(account.handle(refresh(2), || 3700));
        assert!(matches!(reply, Ok(AccountReply::UpstreamUnavailable)));
    }

    #[test]
    fn a_wrong_client_neither_renews_nor_rotates() {
        let (account, count) = account(Ok(fresh()));
        block_on(account.handle(exchange(), || 110)).expect("exchanged");
        let shown =
            Refresh { client_id: "other".into(), ..super::super::grant::testing::refresh(1) };
        let command = AccountCommand::Refresh { grant: "g".into(), shown };
        let reply = block_on(account.handle(command, || 3000));
        assert!(matches!(reply, Ok(AccountReply::Refused(GrantRefusal::WrongClient))));
        assert_eq!(count.get(), 0);
    }

    #[test]
    fn a_write_needs_a_living_grant() {
        let (account, _) = account(Ok(fresh()));
        block_on(account.handle(exchange(), || 110)).expect("exchanged");
        let open = || AccountCommand::OpenWrite {
            grant: Some("g".into()),
            client: "c".into(),
            tool: "t".into(),
            target: "p".into(),
            spends: None,
        };
        let reply = block_on(account.handle(open(), || 120));
        assert!(matches!(reply, Ok(AccountReply::Opened(0))));
        let revoke = AccountCommand::Revoke { grant: "g".into(), client_id: "c".into() };
        block_on(account.handle(revoke, || 130)).expect("revoked");
        let reply = block_on(account.handle(open(), || 140));
        assert!(matches!(reply, Ok(AccountReply::Refused(GrantRefusal::Unknown))));
    }

    #[test]
    fn only_the_clients_own_grant_is_revoked() {
        let (account, _) = account(Ok(fresh()));
        let revoke = AccountCommand::Revoke { grant: "g".into(), client_id: "other".into() };
        block_on(account.handle(revoke, || 130)).expect("answered");
        assert_eq!(account.store().grants.borrow().len(), 1);
    }
}
