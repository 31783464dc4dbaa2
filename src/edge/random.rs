//! Randomness, from the runtime's `crypto.getRandomValues`.

use crate::ports::{NoRandomness, Random};

/// The runtime's generator.
pub struct RuntimeRandom;

impl Random for RuntimeRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(buffer).map_err(|_| NoRandomness)
    }
}
