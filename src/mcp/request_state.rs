//! `requestState` (2026-07-28 basic/patterns/mrtr, "Request State"): what we want to know in the next
//! round, sealed with a key of its own, so that the client that carries it can neither read nor change it.
//!
//! Bound to the person, the connection, the address, method, name and arguments, and good for ten minutes.
//! It can be used twice within them: what must happen once is spent where it happens.

use serde_json::value::RawValue;

use super::Context;
use super::error::Error;
use crate::keys::{KeyRing, Purpose, digest_of, seal};
use crate::mittwald::canonical::canonical;
use crate::ports::{NoRandomness, Random};

/// Seconds for which a state is good.
pub const LIFETIME: u64 = 600;

/// What a state is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    principal: String,
    request: String,
}

/// What is inside.
#[derive(serde::Serialize, serde::Deserialize)]
struct Sealed {
    until: u64,
    principal: String,
    request: String,
    state: String,
}

/// Why a state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Changed, or never ours.
    Forged,
    /// Of another person or connection.
    Foreign,
    /// Of another method, name, address, or other arguments.
    OtherRequest,
    /// Older than [`LIFETIME`].
    Stale,
}

impl Binding {
    /// Binds to who asks, where, and what.
    ///
    /// # Errors
    /// -32602 for arguments with a member given twice: nobody could say what they mean.
    pub fn of(
        context: &Context<'_>,
        method: &str,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> Result<Self, Error> {
        let arguments = canonical(arguments.map_or("{}", RawValue::get))
            .map_err(|_| Error::Params("A member of the arguments is given twice.".into()))?;
        Ok(Self {
            principal: context.caller.connection(),
            request: digest_of(&[context.surface.path(), method, name, &arguments]),
        })
    }
}

/// Seals a state.
///
/// # Errors
/// [`NoRandomness`] where the platform has none.
pub fn close(
    keys: &KeyRing,
    binding: Binding,
    state: String,
    now: u64,
    random: &dyn Random,
) -> Result<String, NoRandomness> {
    let Binding { principal, request } = binding;
    let sealed = Sealed { until: now.saturating_add(LIFETIME), principal, request, state };
    let text = serde_json::to_string(&sealed).map_err(|_| NoRandomness)?;
    seal::seal(keys, Purpose::RequestState, "", &text, random)
}

/// Opens what [`close`] made for the same binding.
///
/// # Errors
/// [`Unusable`].
pub fn open(keys: &KeyRing, binding: &Binding, text: &str, now: u64) -> Result<String, Unusable> {
    let opened = seal::open(keys, Purpose::RequestState, "", text).ok_or(Unusable::Forged)?;
    let sealed: Sealed = serde_json::from_str(&opened).map_err(|_| Unusable::Forged)?;
    if sealed.principal != binding.principal {
        return Err(Unusable::Foreign);
    }
    if sealed.request != binding.request {
        return Err(Unusable::OtherRequest);
    }
    if now >= sealed.until {
        return Err(Unusable::Stale);
    }
    Ok(sealed.state)
}

impl Unusable {
    /// What the client is told.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::Forged => {
                "requestState was changed, or is not from this connector. Send the request without \
                 requestState and inputResponses to begin again."
            }
            Self::Foreign => {
                "requestState belongs to another person or another connection. Send the request without \
                 requestState and inputResponses to begin again."
            }
            Self::OtherRequest => {
                "requestState belongs to another request: it is good for the same address, method, name and \
                 arguments only. Send the request without requestState and inputResponses to begin again."
            }
            Self::Stale => {
                "requestState is older than 10 minutes. Send the request without requestState and \
                 inputResponses to begin again."
            }
        }
    }
}

#[cfg(test)]
mod tests;
