//! Reaching the two Durable Objects: by name, within the configured jurisdiction, JSON over their
//! internal fetch.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use worker::{Env, Method, RequestInit};

use crate::oauth::stores::{
    AccountCommand, AccountReply, Accounts, LoginCommand, LoginReply, Logins, StoreUnavailable,
};

/// Both namespaces.
pub struct Objects<'e> {
    /// Bindings.
    pub env: &'e Env,
    /// `DATA_JURISDICTION`.
    pub jurisdiction: Option<&'e str>,
}

impl Accounts for Objects<'_> {
    fn call<'a>(
        &'a self,
        account: &'a str,
        command: AccountCommand,
    ) -> LocalBoxFuture<'a, Result<AccountReply, StoreUnavailable>> {
        async move { send(self.env, "ACCOUNT", self.jurisdiction, account, &command).await }
            .boxed_local()
    }
}

impl Logins for Objects<'_> {
    fn call<'a>(
        &'a self,
        login: &'a str,
        command: LoginCommand,
    ) -> LocalBoxFuture<'a, Result<LoginReply, StoreUnavailable>> {
        async move { send(self.env, "LOGIN", self.jurisdiction, login, &command).await }
            .boxed_local()
    }
}

/// Sends a command to the object of this name, once: the runtime itself repeats what it knows did not
/// run, and whoever asked decides about the rest.
pub async fn send<C: Serialize, R: DeserializeOwned>(
    env: &Env,
    binding: &str,
    jurisdiction: Option<&str>,
    name: &str,
    command: &C,
) -> Result<R, StoreUnavailable> {
    let body = serde_json::to_string(command).map_err(|_| StoreUnavailable)?;
    exchange(env, binding, jurisdiction, name, &body).await.map_err(|error| {
        // The error names the object's class and the platform's reason, never a command.
        worker::console_error!("{{\"object\":\"{binding}\",\"error\":{:?}}}", error.to_string());
        StoreUnavailable
    })
}

async fn exchange<R: DeserializeOwned>(
    env: &Env,
    binding: &str,
    jurisdiction: Option<&str>,
    name: &str,
    body: &str,
) -> worker::Result<R> {
    let stub = stub(env, binding, jurisdiction, name)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(JsValue::from_str(body)));
    let request = worker::Request::new_with_init("https://object/", &init)?;
    let mut response = stub.fetch_with_request(request).await?;
    if response.status_code() != 200 {
        return Err(worker::Error::RustError(format!("status {}", response.status_code())));
    }
    let text = response.text().await?;
    serde_json::from_str(&text).map_err(|_| worker::Error::RustError("unreadable reply".into()))
}

/// The stub of a named object. The worker crate offers no named objects within a jurisdiction, so
/// the namespace's own `jurisdiction()` is called through JavaScript.
fn stub(
    env: &Env,
    binding: &str,
    jurisdiction: Option<&str>,
    name: &str,
) -> worker::Result<worker::durable::Stub> {
    let Some(jurisdiction) = jurisdiction else {
        return env.durable_object(binding)?.get_by_name(name);
    };
    let namespace = js_sys::Reflect::get(env, &JsValue::from_str(binding))?;
    let narrow: js_sys::Function =
        js_sys::Reflect::get(&namespace, &JsValue::from_str("jurisdiction"))?.dyn_into()?;
    let narrowed = narrow.call1(&namespace, &JsValue::from_str(jurisdiction))?;
    narrowed.unchecked_into::<worker::durable::ObjectNamespace>().get_by_name(name)
}
