//! What clients show, right or with a slip.

use super::{GRANTS, Shown, Slip};
use crate::oauth::grant::testing::{refresh, right};
use crate::oauth::grant::{Exchange, Refresh};

/// The client of a grant: the first two are installations of one.
pub fn client(grant: usize) -> String {
    if grant == GRANTS - 1 { "another".into() } else { "c".into() }
}

/// The command's payload for a code.
pub fn exchange(grant: usize, slip: Slip) -> Exchange {
    let right = Exchange { client_id: client(grant), ..right() };
    match slip {
        Slip::Code => Exchange { code: "x".into(), ..right },
        Slip::Client => Exchange { client_id: "x".into(), ..right },
        Slip::RedirectUri => Exchange { redirect_uri: Some("x".into()), ..right },
        Slip::Verifier => Exchange { challenge: "x".into(), ..right },
        Slip::Resource => Exchange { resource: Some("x".into()), ..right },
        Slip::None | Slip::Scope => right,
    }
}

/// The command's payload for a refresh token.
pub fn refresh_request(grant: usize, shown: Shown, number: u32) -> Refresh {
    let mut request = Refresh { client_id: client(grant), ..refresh(number) };
    if shown.narrowed {
        request.scopes = Some(vec!["project:write".into(), "project:read".into()]);
    }
    match shown.slip {
        Slip::Client => request.client_id = "x".into(),
        Slip::Resource => request.resource = Some("x".into()),
        Slip::Scope => request.scopes = Some(vec!["project:write".into()]),
        _ => {}
    }
    request
}
