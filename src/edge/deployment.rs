//! Configuration and keys, read from variables and secrets once per isolate.

use std::cell::RefCell;
use std::rc::Rc;

use worker::Env;

use crate::config::Config;
use crate::keys::KeyRing;

/// What a deployment is.
pub struct Deployment {
    /// Variables.
    pub config: Config,
    /// Secrets.
    pub keys: KeyRing,
}

thread_local! {
    static DEPLOYMENT: RefCell<Option<Rc<Deployment>>> = const { RefCell::new(None) };
}

/// The deployment, or one line that says which value is missing or malformed.
pub fn read(env: &Env) -> Result<Rc<Deployment>, String> {
    if let Some(known) = DEPLOYMENT.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let variable = |name: &str| env.var(name).ok().map(|value| value.to_string());
    let secret = |name: &str| env.secret(name).ok().map(|value| value.to_string());
    let config = Config::read(variable).map_err(|problem| problem.to_string())?;
    let keys = KeyRing::new(secret("MASTER_KEY").as_deref(), secret("MASTER_KEY_OLD").as_deref())
        .map_err(|problem| problem.to_string())?;
    let deployment = Rc::new(Deployment { config, keys });
    DEPLOYMENT.set(Some(Rc::clone(&deployment)));
    Ok(deployment)
}
