//! No decoder on a public machine: what may not stand anywhere in the server's tree, on any platform.

use super::Fault;
use super::layers::DECODERS;

/// Besides [`DECODERS`]: packages that read hostile media, or belong to the laptop.
const NOT_ON_A_SERVER: &[&str] = &[
    "hearthcast-media",
    "hearthcast-library",
    "hearthcast-engine",
    "hearthcast-studio",
    "hearthcast-intake",
    "hearthcast-commands",
    "symphonia-core",
    "symphonia-bundle-mp3",
    "id3",
    "lofty",
    "ebur128",
    "tauri",
];

/// Reads `cargo tree --prefix none --format {p}`.
pub fn faults(tree: &str) -> Vec<Fault> {
    let names: std::collections::BTreeSet<&str> = tree.lines().filter_map(|l| l.split_whitespace().next()).collect();
    if !names.contains("hearthcast-server") {
        return vec![Fault::new(
            "hearthcast-server",
            "its tree could not be read: `cargo tree` printed something else",
        )];
    }
    let found = NOT_ON_A_SERVER.iter().chain(DECODERS).filter(|name| names.contains(*name));
    found
        .map(|name| Fault::new("hearthcast-server", format!("{name} is in its tree: no decoder on a public machine")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "hearthcast-server v0.1.0 (/w/sync/server)\naxum v0.8.9\nimagesize v0.1.0\n";

    #[test]
    fn a_tree_without_decoders_passes() {
        assert_eq!(faults(TREE), vec![]);
    }

    #[test]
    fn a_planted_decoder_is_found() {
        assert_eq!(faults(&format!("{TREE}symphonia v0.6.1\n")).len(), 1);
        assert_eq!(faults(&format!("{TREE}hearthcast-media v0.1.0 (/w/crates/media) (*)\n")).len(), 1);
    }

    #[test]
    fn an_empty_tree_is_a_fault() {
        assert_eq!(faults("").len(), 1);
    }
}
