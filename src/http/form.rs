//! `application/x-www-form-urlencoded`, strictly.

use std::fmt;

/// Fields of a form or query string. Repeated names are refused when read: OAuth forbids them
/// (RFC 6749 section 3.1 and 3.2), and which of two values counts must not be a guess.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

/// A form that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The field stands there more than once.
    #[error("the parameter {0} is given more than once")]
    Repeated(String),
}

impl Form {
    /// Reads `a=b&c=d`. Bytes that are no UTF-8 become U+FFFD, as browsers do.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    /// The field's value; an empty value counts as absent (RFC 6749 section 3.1).
    ///
    /// # Errors
    /// [`FormError::Repeated`] where the field stands there twice.
    pub fn get(&self, name: &str) -> Result<Option<&str>, FormError> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let first = values.next();
        if values.next().is_some() {
            return Err(FormError::Repeated(name.to_owned()));
        }
        Ok(first.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty()))
    }

    /// Every field in order, repeated ones too.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a field that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Form {
    /// Names only: values are codes, verifiers and tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Appends `name=value` pairs to a URL's query, keeping what is there (RFC 6749 section 4.1.2).
#[must_use]
pub fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        query.append_pair(name, value);
    }
    let joint = match url.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{url}{joint}{}", query.finish())
}

/// Serialises `name=value` pairs.
#[must_use]
pub fn encode(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_field_is_refused_by_name() {
        let form = Form::parse(b"code=a&code=b&x=1");
        assert_eq!(form.get("code"), Err(FormError::Repeated("code".into())));
        assert_eq!(form.get("x"), Ok(Some("1")));
        assert_eq!(form.get("y"), Ok(None));
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        assert_eq!(Form::parse(b"state=").get("state"), Ok(None));
    }

    #[test]
    fn debug_output_has_no_values() {
        assert_eq!(format!("{:?}", Form::parse(b"code=secret")), "[\"code\"]");
    }

    #[test]
    fn a_redirect_target_keeps_its_own_query() {
        let pairs = [("code", "a b"), ("iss", "https://x")];
        assert_eq!(with_query("https://c/cb", &pairs), "https://c/cb?code=a+b&iss=https%3A%2F%2Fx");
        assert_eq!(with_query("https://c/cb?a=1", &[("b", "2")]), "https://c/cb?a=1&b=2");
        assert_eq!(with_query("https://c/cb?", &[("b", "2")]), "https://c/cb?b=2");
    }
}
