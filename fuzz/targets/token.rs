#![no_main]

#[path = "../../tests/it/fuzz_targets.rs"]
#[allow(dead_code, reason = "each program here runs one target")]
mod fuzz_targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz_targets::token(bytes);
});
