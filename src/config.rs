//! Configuration: the variables of `wrangler.toml`, read once and checked.

use crate::http::Origin;

/// Everything that differs from one deployment to the next. Secrets are in [`crate::keys`].
#[derive(Debug, Clone)]
pub struct Config {
    /// Public origin (`PUBLIC_URL`); `None` on loopback, where the request's own host counts.
    pub public_origin: Option<Origin>,
    /// Base of the mittwald API (`MITTWALD_API_URL`), without a trailing slash.
    pub api_url: String,
    /// Where people sign in (`MITTWALD_OAUTH_AUTHORIZE_URL`).
    pub authorize_url: String,
    /// Where codes become tokens (`MITTWALD_OAUTH_TOKEN_URL`).
    pub token_url: String,
    /// Our client id at mittwald (`MITTWALD_OAUTH_CLIENT_ID`).
    pub client_id: String,
    /// The redirect URI that mittwald has registered for it (`MITTWALD_OAUTH_REDIRECT_URL`);
    /// `None` on loopback: then `/mittwald/callback` at the request's own origin.
    pub redirect_url: Option<String>,
    /// Jurisdiction of the Durable Objects (`DATA_JURISDICTION`), for example `eu`.
    pub jurisdiction: Option<String>,
    /// Whether a mittwald API token is accepted as bearer (`ALLOW_API_TOKENS`).
    pub allow_api_tokens: bool,
    /// What an API token looks like (`API_TOKEN_PATTERN`).
    pub api_token_pattern: TokenPattern,
    /// Client ids and redirect hosts that are refused (`BLOCKED_CLIENTS`, comma-separated).
    pub blocked_clients: Vec<String>,
}

/// What a foreign API token must look like before it is sent anywhere: `^prefix`, or `uuid:` for
/// mittwald's own form, a UUID, a colon and more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenPattern {
    /// mittwald's: `<uuid>:<anything>`.
    UuidColon,
    /// Begins with this text.
    Prefix(String),
}

impl TokenPattern {
    /// Whether the text can be such a token: the pattern, and at most 512 characters of
    /// visible ASCII (nothing that could break out of a header field).
    #[must_use]
    pub fn matches(&self, token: &str) -> bool {
        let printable = token.len() <= 512 && token.bytes().all(|byte| byte.is_ascii_graphic());
        printable
            && match self {
                Self::Prefix(prefix) => token.starts_with(prefix.as_str()),
                Self::UuidColon => token
                    .split_once(':')
                    .is_some_and(|(uuid, rest)| is_uuid(uuid) && !rest.is_empty()),
            }
    }
}

/// Whether the text is a UUID in its usual spelling (RFC 9562 section 4).
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let lengths = [8, 4, 4, 4, 12];
    lengths.iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}

/// A variable that is missing or cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the variable {name} {problem}")]
pub struct ConfigProblem {
    /// Variable.
    pub name: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl Config {
    /// Reads the variables; an empty value counts as absent.
    ///
    /// # Errors
    /// [`ConfigProblem`] names the first variable that is missing or malformed.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigProblem> {
        let text = |name: &str| {
            variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let public_origin = match text("PUBLIC_URL") {
            None => None,
            Some(value) => Some(public_origin(&value)?),
        };
        let redirect_url = match text("MITTWALD_OAUTH_REDIRECT_URL") {
            None if public_origin.is_some() => {
                return Err(ConfigProblem {
                    name: "MITTWALD_OAUTH_REDIRECT_URL",
                    problem: "is not set; it must be the redirect URI registered at mittwald",
                });
            }
            None => None,
            Some(_) => Some(redirect_url(&text)?),
        };
        Ok(Self {
            public_origin,
            redirect_url,
            api_url: url(&text, "MITTWALD_API_URL", Some("https://api.mittwald.de"))?,
            authorize_url: url(&text, "MITTWALD_OAUTH_AUTHORIZE_URL", None)?,
            token_url: url(&text, "MITTWALD_OAUTH_TOKEN_URL", None)?,
            client_id: text("MITTWALD_OAUTH_CLIENT_ID").ok_or(ConfigProblem {
                name: "MITTWALD_OAUTH_CLIENT_ID",
                problem: "is not set; it must be our client id at mittwald",
            })?,
            jurisdiction: jurisdiction(text("DATA_JURISDICTION"))?,
            allow_api_tokens: flag(&text, "ALLOW_API_TOKENS")?,
            api_token_pattern: token_pattern(text("API_TOKEN_PATTERN"))?,
            blocked_clients: text("BLOCKED_CLIENTS")
                .unwrap_or_default()
                .split(',')
                .map(|entry| entry.trim().to_owned())
                .filter(|entry| !entry.is_empty())
                .collect(),
        })
    }
}

fn public_origin(value: &str) -> Result<Origin, ConfigProblem> {
    let problem = |problem| ConfigProblem { name: "PUBLIC_URL", problem };
    let origin = Origin::of(value).ok_or(problem("must be an https URL"))?;
    if value.trim_end_matches('/') != origin.as_str() {
        return Err(problem("must be an origin: scheme and host, without a path"));
    }
    if !origin.is_https() && !origin.is_loopback() {
        return Err(problem("must begin with https:// (http only on loopback)"));
    }
    Ok(origin)
}

fn url(
    text: &impl Fn(&str) -> Option<String>,
    name: &'static str,
    default: Option<&str>,
) -> Result<String, ConfigProblem> {
    let value = text(name)
        .or_else(|| default.map(str::to_owned))
        .ok_or(ConfigProblem { name, problem: "is not set; it must be a URL" })?;
    let origin =
        Origin::of(&value).ok_or(ConfigProblem { name, problem: "must be an http(s) URL" })?;
    let problem = |problem| Err(ConfigProblem { name, problem });
    if !origin.is_https() && !origin.is_loopback() {
        return problem("must begin with https:// (http only on loopback)");
    }
    if value.contains(['#', '@']) {
        return problem("must have no user name, password or fragment");
    }
    if name == "MITTWALD_API_URL" && value.contains('?') {
        return problem("must have no query: paths are appended to it");
    }
    Ok(value.trim_end_matches('/').to_owned())
}

/// Where mittwald sends people back: the path is ours, the host may be another one of ours.
fn redirect_url(text: &impl Fn(&str) -> Option<String>) -> Result<String, ConfigProblem> {
    let name = "MITTWALD_OAUTH_REDIRECT_URL";
    let value = url(text, name, None)?;
    let origin = Origin::of(&value).map(|origin| origin.as_str().to_owned()).unwrap_or_default();
    if value.strip_prefix(&origin) == Some("/mittwald/callback") {
        Ok(value)
    } else {
        Err(ConfigProblem { name, problem: "must have the path /mittwald/callback" })
    }
}

/// Jurisdictions that Durable Objects know.
fn jurisdiction(value: Option<String>) -> Result<Option<String>, ConfigProblem> {
    match value.as_deref() {
        None | Some("eu" | "fedramp") => Ok(value),
        Some(_) => Err(ConfigProblem {
            name: "DATA_JURISDICTION",
            problem: "must be `eu`, `fedramp` or empty",
        }),
    }
}

fn flag(text: &impl Fn(&str) -> Option<String>, name: &'static str) -> Result<bool, ConfigProblem> {
    match text(name).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(ConfigProblem { name, problem: "must be `true` or `false`" }),
    }
}

fn token_pattern(value: Option<String>) -> Result<TokenPattern, ConfigProblem> {
    match value.as_deref() {
        None | Some("uuid:") => Ok(TokenPattern::UuidColon),
        Some(pattern) => pattern
            .strip_prefix('^')
            .filter(|prefix| prefix.len() >= 4)
            .map(|prefix| TokenPattern::Prefix(prefix.to_owned()))
            .ok_or(ConfigProblem {
                name: "API_TOKEN_PATTERN",
                problem: "must be `uuid:` or `^` and a prefix of at least four characters",
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(overrides: &[(&str, &str)]) -> Result<Config, ConfigProblem> {
        Config::read(|name| {
            let defaults = [
                (
                    "MITTWALD_OAUTH_AUTHORIZE_URL",
                    "https://studio.mittwald.de/api/v2/oauth2/authorize",
                ),
                ("MITTWALD_OAUTH_TOKEN_URL", "https://studio.mittwald.de/api/v2/oauth2/token"),
                ("MITTWALD_OAUTH_CLIENT_ID", "client"),
            ];
            overrides
                .iter()
                .chain(defaults.iter())
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_defaults_are_enough_on_loopback() {
        let config = read(&[]).expect("a configuration");
        assert_eq!(config.api_url, "https://api.mittwald.de");
        assert!(config.public_origin.is_none() && !config.allow_api_tokens);
    }

    #[test]
    fn every_unusable_value_is_named() {
        for (name, value) in [
            ("PUBLIC_URL", "http://mcp.example"),
            ("PUBLIC_URL", "https://mcp.example/mcp"),
            ("MITTWALD_API_URL", "http://api.example"),
            ("MITTWALD_OAUTH_TOKEN_URL", "nonsense"),
            ("MITTWALD_OAUTH_CLIENT_ID", " "),
            ("ALLOW_API_TOKENS", "yes"),
            ("API_TOKEN_PATTERN", "sandbox"),
        ] {
            assert_eq!(
                read(&[(name, value)]).err().map(|problem| problem.name),
                Some(name),
                "{value}"
            );
        }
    }

    #[test]
    fn a_public_origin_needs_the_registered_redirect() {
        let problem = read(&[("PUBLIC_URL", "https://mcp.example")]).expect_err("a problem");
        assert_eq!(problem.name, "MITTWALD_OAUTH_REDIRECT_URL");
    }

    #[test]
    fn token_patterns_are_strict() {
        let uuid = TokenPattern::UuidColon;
        assert!(uuid.matches("0f8fad5b-d9cb-469f-a165-70867728950e:abc"));
        assert!(!uuid.matches("0f8fad5b-d9cb-469f-a165-70867728950e"));
        assert!(!uuid.matches("x0f8fad5b-d9cb-469f-a165-70867728950e:abc"));
        let prefix = TokenPattern::Prefix("sandbox-token".into());
        assert!(prefix.matches("sandbox-token-readonly") && !prefix.matches("a sandbox-token"));
        assert!(!prefix.matches("sandbox-token\r\nx"));
    }
}

/// Stand-ins for tests.
#[cfg(test)]
pub mod testing {
    use super::Config;

    /// The configuration of a public deployment at `https://mcp.example`.
    pub fn config() -> Config {
        Config::read(|name| {
            let value = match name {
                "PUBLIC_URL" => "https://mcp.example",
                "MITTWALD_API_URL" => "https://api.example",
                "MITTWALD_OAUTH_AUTHORIZE_URL" => "https://studio.example/authorize",
                "MITTWALD_OAUTH_TOKEN_URL" => "https://studio.example/token",
                "MITTWALD_OAUTH_CLIENT_ID" => "mittwald-mcp-server",
                "MITTWALD_OAUTH_REDIRECT_URL" => "https://mcp.example/mittwald/callback",
                _ => return None,
            };
            Some(value.to_owned())
        })
        .expect("a configuration")
    }
}
