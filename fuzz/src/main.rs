//! The program that libFuzzer drives; the variable `HEARTHCAST_FUZZ_TARGET` says which reader.
#![no_main]

mod entry;

use std::sync::LazyLock;

static TARGET: LazyLock<String> = LazyLock::new(|| std::env::var("HEARTHCAST_FUZZ_TARGET").unwrap_or_default());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    #[cfg(feature = "planted")]
    planted(bytes);
    assert!(entry::read(&TARGET, bytes), "no such reader: {}", *TARGET);
});

/// An overflow behind four letters: a length is added to another without a look.
#[cfg(feature = "planted")]
fn planted(bytes: &[u8]) {
    if let Some(rest) = bytes.strip_prefix(b"ID3\x03")
        && let [a, b, ..] = rest
    {
        std::hint::black_box(a + b);
    }
}
