//! A connected caller and the outside world in memory, for tests of calls and of the protocol.

use crate::http::Language;
use crate::keys::{KeyRing, Secret};
use crate::ports::testing::*;
use crate::ports::{Ports, RateLimiter};

use super::call::Environment;
use super::caller::{Caller, Level};
use super::input::NO_INPUT;
use super::progress::NoProgress;
use super::result::ToolResult;
use super::surface::Surface;

/// A UUID for arguments.
pub const UUID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// Everything that a call meets; tests change what they are about.
pub struct Scene {
    /// Time.
    pub clock: StoppedClock,
    /// Randomness.
    pub random: SeededRandom,
    /// mittwald.
    pub upstream: ScriptedUpstream,
    /// The log of writes.
    pub ledger: MemoryLedger,
    /// Calls per person.
    pub limiter: FixedLimit,
    /// The isolate's memory.
    pub memory: PlainMemory,
    /// The shared cache.
    pub cache: MemoryCache,
    /// What went to the client before the answer.
    pub events: KeptEvents,
    /// Keys.
    pub keys: KeyRing,
    /// Who calls: may do everything.
    pub caller: Caller,
    /// Where: `/mcp`.
    pub surface: Surface,
    /// When the HTTP request began.
    pub began_ms: u64,
}

impl Default for Scene {
    fn default() -> Self {
        let scopes = crate::catalog::SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        Self {
            clock: StoppedClock::at(1_000),
            random: SeededRandom::new(1),
            upstream: ScriptedUpstream::default(),
            ledger: MemoryLedger::default(),
            limiter: FixedLimit(true),
            memory: PlainMemory::default(),
            cache: MemoryCache::default(),
            keys: ring(),
            events: KeptEvents::default(),
            caller: Caller {
                account: "account".into(),
                grant: Some("grant".into()),
                client: "client".into(),
                scopes: Some(scopes),
                level: Level::Delete,
                as_asked: true,
                project: None,
                left_out: Vec::new(),
                upstream: Secret::from("upstream-token"),
            },
            surface: Surface::parse("/mcp").unwrap(),
            began_ms: 1_000_000,
        }
    }
}

impl Scene {
    /// mittwald will answer this JSON.
    pub fn answering(mut self, status: u16, json: &str) -> Self {
        let headers = [("content-type", "application/json")];
        self.upstream = self.upstream.will_answer(status, &headers, json);
        self
    }

    /// mittwald will answer this JSON whenever a URL that ends so is asked for.
    pub fn serving(mut self, end: &str, json: &str) -> Self {
        self.upstream.served.push((end.to_owned(), json.to_owned()));
        self
    }

    /// The ports.
    pub fn ports(&self) -> Ports<'_> {
        Ports {
            clock: &self.clock,
            random: &self.random,
            upstream: &self.upstream,
            ledger: &self.ledger,
            limiter: &self.limiter as &dyn RateLimiter,
            memory: &self.memory,
            cache: &self.cache,
            documents: None,
            events: &self.events,
        }
    }

    /// What a call depends on.
    pub fn environment(&self) -> Environment<'_> {
        Environment {
            api_url: "https://api.example",
            surface: &self.surface,
            caller: &self.caller,
            ports: self.ports(),
            language: Language::English,
            keys: &self.keys,
            challenge: &challenge,
            progress: &NoProgress,
            input: &NO_INPUT,
            began_ms: self.began_ms,
        }
    }

    /// Calls a tool with these arguments, as JSON text.
    pub fn call(&self, tool: &str, arguments: &str) -> ToolResult {
        let environment = self.environment();
        let named = self.surface.look_up(tool).expect("a tool of this surface");
        let arguments = serde_json::from_str(arguments).expect("JSON");
        futures::executor::block_on(super::call(&environment, named, Some(arguments)))
    }

    /// Calls a tool that asks first, as for a person who agrees.
    pub fn agree(&self, tool: &str, arguments: &str) -> ToolResult {
        let asked = self.call(tool, arguments);
        let preview: serde_json::Value = serde_json::from_str(&asked.text).unwrap_or_default();
        let Some(token) = preview["confirmation_token"].as_str() else { return asked };
        let mut again: serde_json::Value = serde_json::from_str(arguments).expect("JSON");
        again["confirmation_token"] = token.into();
        self.call(tool, &again.to_string())
    }

    /// How many requests mittwald got.
    pub fn asked(&self) -> usize {
        self.upstream.asked.borrow().len()
    }

    /// Method and path of every request, without the API's base.
    pub fn requests(&self) -> Vec<String> {
        let asked = self.upstream.asked.borrow();
        asked
            .iter()
            .map(|asked| {
                format!("{} {}", asked.method, asked.url.replace("https://api.example", ""))
            })
            .collect()
    }

    /// Method and URL of the only request.
    pub fn only_request(&self) -> (String, Option<String>) {
        let asked = self.upstream.asked.borrow();
        assert_eq!(asked.len(), 1, "one request");
        let request = &asked[0];
        (format!("{} {}", request.method, request.url), request.body.clone())
    }
}

/// A challenge that shows what it was made of.
pub fn challenge(error: &str, description: &str, scopes: &[&str]) -> String {
    format!(
        "Bearer error=\"{error}\", error_description=\"{description}\", scope=\"{}\"",
        scopes.join(" ")
    )
}
