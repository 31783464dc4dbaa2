//! An authorization server in memory, for native tests.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::access_token::{self, Issued, sealing_context};
use super::account::testing::{MemoryStore, ScriptedRenewal};
use super::account::{Account, RenewalFailure};
use super::client::{self, Client};
use super::grant::{Grant, UpstreamSession};
use super::login::{self, Login, Record};
use super::redirect_uri::RedirectUri;
use super::request::{AuthorizationRequest, ReturnAddress};
use super::stores::{
    AccountCommand, AccountReply, Accounts, LoginCommand, LoginReply, Logins, StoreUnavailable,
    Stores,
};
use super::{Server, grant};
use crate::config::{Config, testing::config};
use crate::http::Origin;
use crate::keys::{KeyRing, Purpose, seal};
use crate::ports::testing::{
    FixedLimit, MemoryCache, MemoryLedger, PlainMemory, ScriptedDocuments, ScriptedUpstream,
    SeededRandom, StoppedClock, ring,
};
use crate::ports::{Clock, NoEvents, Ports};
use crate::tools::caller::Level;

/// Redirect URI of the fixture's client.
pub const REDIRECT: &str = "https://client.example/cb";

/// Everything a [`Server`] borrows.
pub struct Fixture {
    /// Configuration.
    pub config: Config,
    /// Keys.
    pub keys: KeyRing,
    /// Time.
    pub clock: Rc<StoppedClock>,
    /// mittwald.
    pub upstream: ScriptedUpstream,
    /// Documents that clients publish.
    pub documents: ScriptedDocuments,
    /// Whether anything is still within the limits.
    pub limiter: FixedLimit,
    /// The shared cache.
    pub cache: MemoryCache,
    /// Our origin.
    pub issuer: Origin,
    random: SeededRandom,
    ledger: MemoryLedger,
    memory: PlainMemory,
    /// `Account` objects.
    pub accounts: MemoryAccounts,
    logins: MemoryLogins,
}

impl Default for Fixture {
    fn default() -> Self {
        Self::new()
    }
}

impl Fixture {
    /// A server at `https://mcp.example`, at second 1000.
    pub fn new() -> Self {
        let clock = Rc::new(StoppedClock::at(1000));
        Self {
            config: config(),
            keys: ring(),
            clock: Rc::clone(&clock),
            upstream: ScriptedUpstream::default(),
            documents: ScriptedDocuments::default(),
            issuer: Origin::of("https://mcp.example").expect("an origin"),
            random: SeededRandom::new(7),
            ledger: MemoryLedger::default(),
            limiter: FixedLimit(true),
            memory: PlainMemory::default(),
            cache: MemoryCache::default(),
            accounts: MemoryAccounts::default(),
            logins: MemoryLogins { clock, records: RefCell::default() },
        }
    }

    /// The server.
    pub fn server(&self) -> Server<'_> {
        Server {
            config: &self.config,
            keys: &self.keys,
            issuer: &self.issuer,
            ports: Ports {
                clock: &*self.clock,
                random: &self.random,
                upstream: &self.upstream,
                ledger: &self.ledger,
                limiter: &self.limiter,
                memory: &self.memory,
                cache: &self.cache,
                documents: Some(&self.documents),
                events: &NoEvents,
            },
            stores: Stores { accounts: &self.accounts, logins: &self.logins },
        }
    }

    /// Seconds since the epoch.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// A public client with [`REDIRECT`].
    pub fn client(&self) -> Client {
        client::testing::public(&[REDIRECT])
    }

    /// A request of that client.
    pub fn request(&self) -> AuthorizationRequest {
        AuthorizationRequest {
            client_id: self.client().id,
            client_name: "Test".into(),
            client_host: None,
            return_to: ReturnAddress {
                redirect_uri: RedirectUri::parse(REDIRECT).expect("a URI"),
                state: Some("s".into()),
            },
            resource: "https://mcp.example/mcp".into(),
            scopes: vec!["project:read".into()],
            challenge: "ch".into(),
        }
    }

    /// A sign-in in progress, until second 1600.
    pub fn login(&self) -> Login {
        Login {
            purpose: login::Purpose::Client(Box::new(self.request())),
            scopes: vec!["project:read".into()],
            level: Level::Read,
            projects: login::Projects::All,
            cookie: "cookie".into(),
            verifier: "verifier".into(),
            callback: "https://mcp.example/mittwald/callback".into(),
            second_try: false,
            german: false,
            expires_at: 1600,
        }
    }

    /// A grant of account `account` whose sealed token is `mittwald-token`.
    pub fn grant(&self) -> Grant {
        let context = sealing_context("account", "access");
        let keys = &self.keys;
        let sealed =
            seal::seal(keys, Purpose::UpstreamToken, &context, "mittwald-token", &self.random);
        let mut grant = grant::testing::pending("g");
        grant.upstream.access = sealed.expect("sealed");
        grant.upstream.expires_at = self.now() + 3600;
        grant
    }

    /// An access token for that grant.
    pub fn access_token(&self) -> Issued {
        let grant = self.grant();
        access_token::issue(&self.server(), "account", &grant, &grant.scopes, "j".into())
            .expect("a token")
    }
}

/// `Account` objects in memory; mittwald never renews.
#[derive(Default)]
pub struct MemoryAccounts {
    objects: RefCell<HashMap<String, Rc<MemoryAccount>>>,
    /// Sessions at mittwald that were ended.
    pub ended: Rc<RefCell<Vec<UpstreamSession>>>,
    /// Whether no object can be reached.
    pub unreachable: Cell<bool>,
}

type MemoryAccount = Account<MemoryStore, ScriptedRenewal>;

impl Accounts for MemoryAccounts {
    fn call<'a>(
        &'a self,
        account: &'a str,
        command: AccountCommand,
    ) -> LocalBoxFuture<'a, Result<AccountReply, StoreUnavailable>> {
        if self.unreachable.get() {
            return std::future::ready(Err(StoreUnavailable)).boxed_local();
        }
        let mut accounts = self.objects.borrow_mut();
        let answer: Result<UpstreamSession, _> = Err(RenewalFailure::Unavailable);
        let object = accounts.entry(account.to_owned()).or_insert_with(|| {
            let renewal =
                ScriptedRenewal { answer, count: Rc::default(), ended: Rc::clone(&self.ended) };
            Rc::new(Account::new(MemoryStore::default(), renewal))
        });
        let object = Rc::clone(object);
        async move { object.handle(command, || 1000).await }.boxed_local()
    }
}

/// `Login` objects in memory.
pub struct MemoryLogins {
    clock: Rc<StoppedClock>,
    records: RefCell<HashMap<String, Record>>,
}

impl Logins for MemoryLogins {
    fn call<'a>(
        &'a self,
        login: &'a str,
        command: LoginCommand,
    ) -> LocalBoxFuture<'a, Result<LoginReply, StoreUnavailable>> {
        let mut logins = self.records.borrow_mut();
        let now = self.clock.now();
        let (changed, reply) = login::apply(logins.get(login).cloned(), command, now);
        if let Some(record) = changed {
            logins.insert(login.to_owned(), record);
        }
        std::future::ready(Ok(reply)).boxed_local()
    }
}
