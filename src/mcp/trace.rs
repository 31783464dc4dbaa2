//! `_meta.traceparent`: a client's trace, so that its spans and our log lines can be put side by side
//! (2026-07-28 basic/index, "OpenTelemetry Trace Context Propagation Conventions").

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::mittwald::json;

/// A trace-id (W3C Trace Context, section 3.2.2.3): 16 bytes, never all zero. It goes into the log line
/// and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId(u128);

impl TraceId {
    /// The trace-id of a `traceparent` value; `None` for anything that the grammar does not allow: whoever
    /// sends such a thing is answered as if nothing had come.
    #[must_use]
    pub fn of(traceparent: &RawValue) -> Option<Self> {
        Self::parse(&json::text(traceparent)?)
    }

    /// `version "-" trace-id "-" parent-id "-" trace-flags`, in lower-case hexadecimal digits. Later versions
    /// than 00 may bring more behind another dash (section 3.2.4).
    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(5, '-');
        let version = hex(fields.next()?, 2)?;
        let trace = hex(fields.next()?, 32)?;
        let parent = hex(fields.next()?, 16)?;
        hex(fields.next()?, 2)?;
        let right_end = version != 0 || fields.next().is_none();
        (right_end && version != 0xff && trace != 0 && parent != 0).then_some(Self(trace))
    }
}

fn hex(field: &str, digits: usize) -> Option<u128> {
    let plain = field.len() == digits
        && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u128::from_str_radix(field, 16).ok()).flatten()
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::TraceId;

    const RIGHT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_trace_id_is_read_and_written_as_it_came() {
        let trace = TraceId::parse(RIGHT).expect("a trace-id");
        assert_eq!(serde_json::to_string(&trace).unwrap(), "\"0af7651916cd43dd8448eb211c80319c\"");
        let later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-ever";
        assert_eq!(TraceId::parse(later), Some(trace));
    }

    #[test]
    fn anything_else_is_no_trace() {
        for wrong in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert_eq!(TraceId::parse(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_what_is_read_is_what_was_there(text in "(00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]|.{0,60})") {
            if let Some(trace) = TraceId::parse(&text) {
                let written = serde_json::to_string(&trace).unwrap();
                prop_assert!(text.contains(written.trim_matches('"')));
            }
        }
    }
}
