//! What an isolate remembers for a short while. It may forget at any time, and nothing depends on it
//! for more than saving a request.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::ports::{Clock, Memory};

use super::clock::RuntimeClock;

/// Entries kept at most; past that, all expired ones go, and if none is, everything.
const CAPACITY: usize = 1024;

thread_local! {
    static ENTRIES: RefCell<HashMap<String, (String, u64)>> = RefCell::default();
}

/// The isolate's memory.
pub struct IsolateMemory;

impl Memory for IsolateMemory {
    fn recall(&self, key: &str) -> Option<String> {
        let now = RuntimeClock.now();
        ENTRIES.with_borrow(|entries| {
            entries.get(key).filter(|(_, until)| now < *until).map(|(value, _)| value.clone())
        })
    }

    fn remember(&self, key: String, value: String, seconds: u64) {
        let now = RuntimeClock.now();
        ENTRIES.with_borrow_mut(|entries| {
            if entries.len() >= CAPACITY {
                entries.retain(|_, (_, until)| now < *until);
            }
            if entries.len() >= CAPACITY {
                entries.clear();
            }
            entries.insert(key, (value, now.saturating_add(seconds)));
        });
    }
}
