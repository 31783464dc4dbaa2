//! An MCP client as a Rust application would build one with `rmcp`, driven by a test over stdin and stdout.
//!
//! `rmcp-client URL legacy|auto|modern` reads one JSON command per line and answers each with one JSON line:
//!
//! | command | what it does |
//! |---|---|
//! | `{"do":"connect"}` | connects with what is stored |
//! | `{"do":"arrived","url":…}` | the person came back to this address: exchanges the code, connects |
//! | `{"do":"list"}` | all tools |
//! | `{"do":"call","name":…,"arguments":{…}}` | calls one |
//! | `{"do":"stored"}` | the stored credentials |
//! | `{"do":"replace","access_token":…}` | puts another access token in place of the stored one |
//!
//! Answers: `{"ok":…}`, `{"authorize":URL}` where a person has to sign in, `{"error":"…"}`.

use std::error::Error;

use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, RoleClient, RunningService, ServiceError,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{
    AuthClient, AuthorizationManager, AuthorizationRequest, CredentialStore,
    InMemoryCredentialStore, OAuthState,
};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

const REDIRECT_URI: &str = "http://127.0.0.1:7777/callback";

type Outcome = Result<Value, Box<dyn Error>>;

/// The application: where it connects, what it remembers, what is under way.
struct Application {
    url: String,
    lifecycle: ClientLifecycleMode,
    store: InMemoryCredentialStore,
    service: Option<RunningService<RoleClient, ()>>,
    sign_in: Option<OAuthState>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(mode)) = (arguments.next(), arguments.next()) else {
        return Err("usage: rmcp-client URL legacy|auto|modern".into());
    };
    let mut application = Application {
        url,
        lifecycle: lifecycle(&mode)?,
        store: InMemoryCredentialStore::new(),
        service: None,
        sign_in: None,
    };
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = match application.obey(&serde_json::from_str(&line)?).await {
            Ok(answer) => answer,
            Err(error) => json!({ "error": told(error.as_ref()) }),
        };
        println!("{answer}");
    }
    Ok(())
}

fn lifecycle(mode: &str) -> Result<ClientLifecycleMode, String> {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    match mode {
        "legacy" => Ok(ClientLifecycleMode::Initialize),
        "auto" => Ok(ClientLifecycleMode::Auto { preferred_versions, legacy_version: None }),
        "modern" => Ok(ClientLifecycleMode::Discover { preferred_versions }),
        other => Err(format!("no such mode: {other}")),
    }
}

/// An error with what caused it.
fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

impl Application {
    async fn obey(&mut self, command: &Value) -> Outcome {
        let text = |name: &str| command[name].as_str().unwrap_or_default().to_owned();
        match text("do").as_str() {
            "connect" => self.connect().await,
            "arrived" => self.arrived(&text("url")).await,
            "list" => {
                let tools = self.service()?.list_all_tools().await;
                self.answered(tools).await
            }
            "call" => {
                let arguments = command["arguments"].as_object().cloned().unwrap_or_default();
                let parameters = CallToolRequestParams::new(text("name")).with_arguments(arguments);
                let result = self.service()?.call_tool(parameters).await;
                self.answered(result).await
            }
            "stored" => Ok(json!({ "ok": self.store.load().await? })),
            "replace" => self.replace(text("access_token")).await,
            other => Err(format!("no such command: {other}").into()),
        }
    }

    fn service(&self) -> Result<&RunningService<RoleClient, ()>, String> {
        self.service.as_ref().ok_or_else(|| "not connected".to_owned())
    }

    async fn connect(&mut self) -> Outcome {
        let mut manager = AuthorizationManager::new(&self.url).await?;
        manager.set_credential_store(self.store.clone());
        manager.initialize_from_store().await?;
        let transport = StreamableHttpClientTransport::with_client(
            AuthClient::new(reqwest::Client::new(), manager),
            StreamableHttpClientTransportConfig::with_uri(self.url.as_str()),
        );
        match ().serve_with_lifecycle(transport, self.lifecycle.clone()).await {
            Ok(service) => {
                let server = serde_json::to_value(service.peer_info())?;
                self.service = Some(service);
                Ok(json!({ "ok": server }))
            }
            Err(error) => match error.auth_challenge() {
                Some(challenge) => self.authorize(challenge).await,
                None => Err(error.into()),
            },
        }
    }

    /// What a person has to open. A registration that is there is used again.
    async fn authorize(&mut self, challenge: &str) -> Outcome {
        let mut state = OAuthState::new(&self.url, None).await?;
        if let OAuthState::Unauthorized(manager) = &mut state {
            manager.set_credential_store(self.store.clone());
        }
        let request = AuthorizationRequest::new(REDIRECT_URI)
            .with_client_name("Test client")
            .with_challenge(challenge);
        let request = match self.store.load().await? {
            Some(stored) => request.with_preregistered_client(stored.client_id),
            None => request,
        };
        state.start_authorization(request).await?;
        let url = state.get_authorization_url().await?;
        self.sign_in = Some(state);
        Ok(json!({ "authorize": url }))
    }

    async fn arrived(&mut self, url: &str) -> Outcome {
        self.sign_in.take().ok_or("nobody signs in")?.handle_callback_url(url).await?;
        self.connect().await
    }

    async fn answered<T: serde::Serialize>(&mut self, answer: Result<T, ServiceError>) -> Outcome {
        match answer {
            Ok(value) => Ok(json!({ "ok": value })),
            Err(error) => match error.auth_challenge() {
                Some(challenge) => self.authorize(challenge).await,
                None => Err(error.into()),
            },
        }
    }

    async fn replace(&mut self, access_token: String) -> Outcome {
        let mut stored = serde_json::to_value(self.store.load().await?)?;
        stored["token_response"]["access_token"] = access_token.into();
        self.store.save(serde_json::from_value(stored)?).await?;
        Ok(json!({ "ok": null }))
    }
}
