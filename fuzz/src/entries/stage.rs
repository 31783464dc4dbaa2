//! A connector in memory: nobody is signed in, and mittwald must not be asked.

use futures::executor::block_on;
use futures::future::LocalBoxFuture;
use mittwald_mcp::config::Config;
use mittwald_mcp::http::{Origin, Request, Response};
use mittwald_mcp::keys::{KeyRing, Purpose, seal};
use mittwald_mcp::oauth::Server;
use mittwald_mcp::oauth::access_token::{self, sealing_context};
use mittwald_mcp::oauth::client::{AuthMethod, Client, Registration};
use mittwald_mcp::oauth::grant::{Grant, GrantRefusal, State, UpstreamSession};
use mittwald_mcp::oauth::redirect_uri::RedirectUri;
use mittwald_mcp::oauth::stores::{
    AccountCommand, AccountReply, Accounts, LoginCommand, LoginReply, Logins, StoreUnavailable,
    Stores,
};
use mittwald_mcp::ports::{
    Cache, Clock, Ledger, LedgerRefusal, Memory, NoEvents, NoRandomness, Outlet, Ports, Random,
    RateLimiter, Upstream, UpstreamFailure, UpstreamRequest, UpstreamResponse, WriteId,
    WriteRecord,
};
use mittwald_mcp::router::{self, World};
use mittwald_mcp::tools::caller::Level;

/// Where the connector is.
pub const ORIGIN: &str = "https://mcp.example";

const REDIRECT: &str = "https://client.example/cb";

/// Configuration and keys; everything else is [`Nothing`].
pub struct Stage {
    pub config: Config,
    pub keys: KeyRing,
}

impl Stage {
    pub fn new() -> Self {
        let config = Config::read(|name| {
            let value = match name {
                "PUBLIC_URL" => ORIGIN,
                "MITTWALD_API_URL" => "https://api.example",
                "MITTWALD_OAUTH_AUTHORIZE_URL" => "https://studio.example/authorize",
                "MITTWALD_OAUTH_TOKEN_URL" => "https://studio.example/token",
                "MITTWALD_OAUTH_CLIENT_ID" => "fuzz",
                "MITTWALD_OAUTH_REDIRECT_URL" => "https://mcp.example/mittwald/callback",
                _ => return None,
            };
            Some(value.to_owned())
        });
        let keys = KeyRing::new(Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), None);
        Self { config: config.expect("a configuration"), keys: keys.expect("a key ring") }
    }

    pub fn answer(&self, request: Request) -> Response {
        let world = World {
            config: &self.config,
            keys: &self.keys,
            ports: ports(),
            stores: Stores { accounts: &Nothing, logins: &Nothing },
            outlet: &Nothing,
            under_way: &Default::default(),
        };
        block_on(router::answer(&world, &request)).response
    }

    /// The id of a public client.
    pub fn client_id(&self) -> String {
        let registration = Registration {
            name: "Fuzz".into(),
            redirect_uris: vec![RedirectUri::parse(REDIRECT).expect("a URI")],
            auth: AuthMethod::None,
            issued_at: 1,
        };
        Client::register(registration, &self.keys).id
    }

    /// An access token that is good for `/mcp`.
    pub fn access_token(&self) -> String {
        let context = sealing_context("account", "access");
        let access = seal::seal(&self.keys, Purpose::UpstreamToken, &context, "token", &Nothing);
        let grant = Grant {
            id: "g".into(),
            client_id: self.client_id(),
            client_name: "Fuzz".into(),
            redirect_uri: REDIRECT.into(),
            resource: format!("{ORIGIN}/mcp"),
            scopes: vec!["project:read".into()],
            level: Level::Read,
            as_asked: true,
            project: None,
            left_out: Vec::new(),
            created_at: NOW,
            used_at: NOW,
            upstream: UpstreamSession {
                access: access.expect("sealed"),
                expires_at: NOW + 3600,
                refresh: None,
            },
            state: State::Active { generation: 1, rotated_at: NOW },
            code: "code".into(),
        };
        let issuer = Origin::of(ORIGIN).expect("an origin");
        let server = Server {
            config: &self.config,
            keys: &self.keys,
            issuer: &issuer,
            ports: ports(),
            stores: Stores { accounts: &Nothing, logins: &Nothing },
        };
        let issued = access_token::issue(&server, "account", &grant, &grant.scopes, "j".into());
        issued.expect("a token").token.expose().to_owned()
    }
}

const NOW: u64 = 1_000_000;

/// No store, no memory, no mittwald; time stands still and randomness repeats itself.
struct Nothing;

fn ports() -> Ports<'static> {
    Ports {
        clock: &Nothing,
        random: &Nothing,
        upstream: &Nothing,
        ledger: &Nothing,
        limiter: &Nothing,
        memory: &Nothing,
        cache: &Nothing,
        documents: None,
        events: &NoEvents,
    }
}

impl Clock for Nothing {
    fn now_ms(&self) -> u64 {
        NOW * 1000
    }

    fn sleep(&self, _ms: u32) -> LocalBoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Random for Nothing {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        buffer.fill(7);
        Ok(())
    }
}

impl Upstream for Nothing {
    fn send<'a>(
        &'a self,
        request: UpstreamRequest,
    ) -> LocalBoxFuture<'a, Result<UpstreamResponse, UpstreamFailure>> {
        panic!("mittwald was asked: {request:?}");
    }
}

impl Ledger for Nothing {
    fn open<'a>(
        &'a self,
        _write: &'a WriteRecord<'a>,
    ) -> LocalBoxFuture<'a, Result<WriteId, LedgerRefusal>> {
        Box::pin(async { Err(LedgerRefusal::Unavailable) })
    }

    fn close(&self, _account: &str, _id: WriteId, _succeeded: bool) {}
}

impl RateLimiter for Nothing {
    fn allow<'a>(&'a self, _subject: &'a str) -> LocalBoxFuture<'a, bool> {
        Box::pin(async { true })
    }
}

impl Memory for Nothing {
    fn recall(&self, _key: &str) -> Option<String> {
        None
    }

    fn remember(&self, _key: String, _value: String, _seconds: u64) {}
}

impl Cache for Nothing {
    fn look_up<'a>(&'a self, _key: &'a str) -> LocalBoxFuture<'a, Option<String>> {
        Box::pin(async { None })
    }

    fn keep<'a>(&'a self, _key: &'a str, _value: String, _seconds: u64) -> LocalBoxFuture<'a, ()> {
        Box::pin(async {})
    }
}

impl Accounts for Nothing {
    fn call<'a>(
        &'a self,
        _account: &'a str,
        _command: AccountCommand,
    ) -> LocalBoxFuture<'a, Result<AccountReply, StoreUnavailable>> {
        Box::pin(async { Ok(AccountReply::Refused(GrantRefusal::Unknown)) })
    }
}

impl Logins for Nothing {
    fn call<'a>(
        &'a self,
        _login: &'a str,
        _command: LoginCommand,
    ) -> LocalBoxFuture<'a, Result<LoginReply, StoreUnavailable>> {
        Box::pin(async { Ok(LoginReply::Unknown) })
    }
}

impl Outlet for Nothing {
    fn begin(&self, _head: Response) {}

    fn write(&self, _text: String) {}
}
