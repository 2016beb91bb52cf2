//! Issue 7: what fuzzing began with and what it found goes through every reader again, in an ordinary test: nothing panics,
//! hangs or asks for more memory than there is. `cargo xtask fuzz` goes on from the same files.

#[path = "../../fuzz/src/entry.rs"]
mod entry;

use std::path::PathBuf;
use std::time::{Duration, Instant};

#[test]
fn seeds_and_findings_are_read_or_refused_by_every_reader() {
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz");
    let mut files = 0;
    for reader in entry::all() {
        let folder = place.join(reader);
        let found = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut of_this = 0;
        for file in found {
            let path = file.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            // As it is, cut anywhere, and with each of some bytes changed.
            let cuts = (0..8).map(|part| bytes[..bytes.len() * part / 8].to_vec());
            let changed = (0..32usize).filter(|_| !bytes.is_empty()).map(|n| {
                let mut other = bytes.clone();
                let at = n * 7919 % other.len();
                other[at] ^= 1 << (n % 8);
                other
            });
            for bytes in std::iter::once(bytes.clone()).chain(cuts).chain(changed) {
                let started = Instant::now();
                assert!(entry::read(reader, &bytes), "no reader {reader}");
                assert!(started.elapsed() < Duration::from_secs(20), "{}: too slow", path.display());
            }
            of_this += 1;
        }
        assert!(of_this > 0, "{reader} has no seed");
        files += of_this;
    }
    assert!(files >= 30, "{files} seeds and findings");
}
