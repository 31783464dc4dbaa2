#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mittwald_mcp_fuzz::entries::frame(data));
