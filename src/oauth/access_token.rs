//! Access tokens: RFC 9068 JWTs (HS256) that carry mittwald's token sealed inside.
//!
//! They are self-contained, so that any isolate in any city verifies one without reading storage,
//! and short-lived, because that is also how long a revocation takes to reach reads.

use chrono::DateTime;
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Claims, Header, UntrustedToken};
use serde::{Deserialize, Serialize};

use crate::keys::{KeyRing, Purpose, Secret, seal};
use crate::tools::caller::{Caller, Level};

use super::Server;
use super::grant::Grant;

/// Seconds that an access token lives (15 minutes), unless mittwald's own ends before.
pub const LIFETIME: u64 = 15 * 60;

/// Media type of the token, in its header (RFC 9068 section 2.1).
const TYPE: &str = "at+jwt";

/// Claims (RFC 9068 section 2.2); `exp` and `iat` are jwt-compact's own.
#[derive(Debug, Serialize, Deserialize)]
struct AccessClaims {
    iss: String,
    sub: String,
    aud: String,
    client_id: String,
    jti: String,
    scope: String,
    /// Grant id.
    grant: String,
    /// What the person allowed.
    level: Level,
    /// Whether that is the highest level that the client asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    as_asked: bool,
    /// The one project, if only one was allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    /// Scopes asked for that mittwald did not grant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
    /// mittwald's token, sealed.
    mittwald: String,
}

/// An issued token.
#[derive(Debug)]
pub struct Issued {
    /// The JWT.
    pub token: Secret,
    /// Seconds that it lives.
    pub expires_in: u64,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not a token of ours: malformed, forged, or signed with a key we no longer know.
    #[error("the access token is not valid")]
    Invalid,
    /// Was ours, and is over.
    #[error("the access token has expired; refresh it")]
    Expired,
    /// Is ours, for another resource.
    #[error("the access token was issued for another resource")]
    WrongAudience,
}

/// The context in which an upstream token is sealed: it opens for this account only.
#[must_use]
pub fn sealing_context(account: &str, part: &str) -> String {
    format!("{part}:{account}")
}

/// Issues an access token for a grant, with these scopes (the grant's, or fewer).
///
/// `jti` is a random identifier. `None` where mittwald's token has no life left or signing fails.
#[must_use]
pub fn issue(
    server: &Server<'_>,
    account: &str,
    grant: &Grant,
    scopes: &[String],
    jti: String,
) -> Option<Issued> {
    let now = server.ports.clock.now();
    let expires_in = LIFETIME.min(grant.upstream.expires_at.saturating_sub(now));
    if expires_in == 0 {
        return None;
    }
    let (kid, key) = server.keys.current(Purpose::AccessToken);
    let mut claims = Claims::new(AccessClaims {
        iss: server.issuer.as_str().to_owned(),
        sub: account.to_owned(),
        aud: grant.resource.clone(),
        client_id: grant.client_id.clone(),
        jti,
        scope: scopes.join(" "),
        grant: grant.id.clone(),
        level: grant.level,
        as_asked: grant.as_asked,
        project: grant.project.clone(),
        left_out: grant.left_out.clone(),
        mittwald: grant.upstream.access.clone(),
    });
    let seconds =
        |time: u64| i64::try_from(time).ok().and_then(|time| DateTime::from_timestamp(time, 0));
    claims.issued_at = seconds(now);
    claims.expiration = seconds(now.checked_add(expires_in)?);
    let header = Header::empty().with_key_id(kid).with_token_type(TYPE);
    let token = Hs256.token(&header, &claims, &Hs256Key::new(key)).ok()?;
    Some(Issued { token: Secret::from(token), expires_in })
}

/// Verifies a token for a resource and opens it.
///
/// # Errors
/// [`Rejected`].
pub fn verify(
    token: &str,
    keys: &KeyRing,
    issuer: &str,
    resource: &str,
    now: u64,
) -> Result<Caller, Rejected> {
    let (expires_at, claims) = authentic(token, keys).ok_or(Rejected::Invalid)?;
    if i64::try_from(now).map_or(true, |now| now >= expires_at) {
        return Err(Rejected::Expired);
    }
    if claims.iss != issuer || claims.aud != resource {
        return Err(Rejected::WrongAudience);
    }
    let context = sealing_context(&claims.sub, "access");
    let upstream = seal::open(keys, Purpose::UpstreamToken, &context, &claims.mittwald)
        .ok_or(Rejected::Invalid)?;
    Ok(Caller {
        account: claims.sub,
        grant: Some(claims.grant),
        client: claims.client_id,
        scopes: Some(claims.scope.split(' ').map(str::to_owned).collect()),
        level: claims.level,
        as_asked: claims.as_asked,
        project: claims.project,
        left_out: claims.left_out,
        upstream: Secret::from(upstream),
    })
}

/// Account and grant behind a token of ours, whatever it is for and however old: enough to revoke it.
#[must_use]
pub fn names(token: &str, keys: &KeyRing) -> Option<(String, String)> {
    authentic(token, keys).map(|(_, claims)| (claims.sub, claims.grant))
}

/// Expiry (seconds since the epoch) and claims of a token that carries our signature.
fn authentic(token: &str, keys: &KeyRing) -> Option<(i64, AccessClaims)> {
    let untrusted = UntrustedToken::new(token).ok()?;
    let header = untrusted.header();
    if header.token_type.as_deref() != Some(TYPE) {
        return None;
    }
    let key = keys.find(header.key_id.as_deref()?, Purpose::AccessToken)?;
    let validator = Hs256Key::new(key);
    let verified = Hs256.validator::<AccessClaims>(&validator).validate(&untrusted).ok()?;
    let (_, Claims { expiration, custom: claims, .. }) = verified.into_parts();
    Some((expiration.map_or(0, |time| time.timestamp()), claims))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::testing::Fixture;
    use crate::ports::testing::ring;

    const RESOURCE: &str = "https://mcp.example/mcp";
    const ISSUER: &str = "https://mcp.example";

    fn check(token: &str, resource: &str, now: u64) -> Result<Caller, Rejected> {
        verify(token, &ring(), ISSUER, resource, now)
    }

    #[test]
    fn a_token_opens_for_its_resource_until_it_expires() {
        let fixture = Fixture::new();
        let issued = fixture.access_token();
        let now = fixture.now();
        assert_eq!(issued.expires_in, LIFETIME);
        let caller = check(issued.token.expose(), RESOURCE, now).expect("a caller");
        assert_eq!(caller.upstream.expose(), "mittwald-token");
        let over = now + LIFETIME;
        assert_eq!(check(issued.token.expose(), RESOURCE, over).err(), Some(Rejected::Expired));
    }

    #[test]
    fn what_mittwald_did_not_grant_travels_with_the_token() {
        let fixture = Fixture::new();
        let mut grant = fixture.grant();
        grant.left_out = vec!["conversation:read".into()];
        let scopes = grant.scopes.clone();
        let issued =
            issue(&fixture.server(), "account", &grant, &scopes, "j".into()).expect("a token");
        let caller = check(issued.token.expose(), RESOURCE, fixture.now()).expect("a caller");
        assert_eq!(caller.left_out, ["conversation:read"]);
        let plain = fixture.access_token().token;
        let caller = check(plain.expose(), RESOURCE, fixture.now()).expect("a caller");
        assert!(caller.left_out.is_empty());
    }

    #[test]
    fn the_audience_is_compared_whole() {
        let issued = Fixture::new().access_token();
        for resource in [
            "https://mcp.example/mcp/readonly",
            "https://mcp.example/mcp/",
            "https://mcp.example/mc",
            "http://mcp.example/mcp",
        ] {
            let outcome = check(issued.token.expose(), resource, Fixture::new().now());
            assert_eq!(outcome.err(), Some(Rejected::WrongAudience), "{resource}");
        }
    }

    #[test]
    fn an_old_token_still_names_its_grant() {
        let token = Fixture::new().access_token().token;
        assert_eq!(names(token.expose(), &ring()), Some(("account".into(), "g".into())));
        assert_eq!(names("a.b.c", &ring()), None);
    }

    #[test]
    fn the_sealed_token_is_not_readable() {
        let issued = Fixture::new().access_token();
        let payload = issued.token.expose().split('.').nth(1).expect("a payload");
        let payload = crate::keys::from_base64url(payload).expect("base64url");
        assert!(!String::from_utf8(payload).expect("JSON").contains("mittwald-token"));
    }

    #[test]
    fn forged_tokens_are_invalid() {
        let fixture = Fixture::new();
        let token = fixture.access_token().token;
        let (unsigned, _) = token.expose().rsplit_once('.').expect("three parts");
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
        let payload = unsigned.split('.').nth(1).expect("a payload");
        for forged in [
            format!("{unsigned}."),
            format!("{unsigned}.AAAA"),
            format!("{none}.{payload}."),
            "a.b.c".into(),
            String::new(),
        ] {
            assert_eq!(
                check(&forged, RESOURCE, fixture.now()).err(),
                Some(Rejected::Invalid),
                "{forged}"
            );
        }
        let other = KeyRing::new(Some("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"), None)
            .expect("a ring");
        let outcome = verify(token.expose(), &other, ISSUER, RESOURCE, fixture.now());
        assert_eq!(outcome.err(), Some(Rejected::Invalid));
    }

    #[test]
    fn a_token_never_outlives_mittwalds() {
        let fixture = Fixture::new();
        let mut grant = fixture.grant();
        grant.upstream.expires_at = fixture.now() + 30;
        let scopes = grant.scopes.clone();
        let issued =
            issue(&fixture.server(), "account", &grant, &scopes, "j".into()).expect("a token");
        assert_eq!(issued.expires_in, 30);
        grant.upstream.expires_at = fixture.now();
        assert!(issue(&fixture.server(), "account", &grant, &scopes, "j".into()).is_none());
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_never_verifies_or_panics(text in ".{0,200}") {
            proptest::prop_assert!(check(&text, RESOURCE, 1).is_err());
        }
    }
}
