//! Names: segments, rows in them, and how far a reader has come.

use super::LogError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A segment's name. `n` grows by one with every segment of a node, whatever the clock does, and gives the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Segment {
    /// Number within the node, from 1 on.
    pub n: u64,
    /// When it was begun, Unix milliseconds.
    pub start_ms: i64,
}

impl Segment {
    /// Reads `<start ms>-<n>.seg`.
    pub fn parse(file_name: &str) -> Option<Self> {
        let (start_ms, n) = file_name.strip_suffix(".seg")?.rsplit_once('-')?;
        let segment = Self { n: n.parse().ok()?, start_ms: start_ms.parse().ok()? };
        (segment.to_string() == file_name).then_some(segment)
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}.seg", self.start_ms, self.n)
    }
}

/// The identity of a row on all nodes: node, segment, offset.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId {
    /// The node that wrote it.
    pub node: Arc<str>,
    /// The segment.
    pub segment: Segment,
    /// Offset of the row's frame in the segment.
    pub offset: u64,
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.node, self.segment, self.offset)
    }
}

/// How far a reader has come: everything before this was read. The default is the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Mark {
    /// The segment being read.
    pub segment: Segment,
    /// Offset of the first byte not yet read.
    pub offset: u64,
}

/// The folder of a node's segments.
pub(super) fn node_folder(folder: &Path, node: &str) -> Result<PathBuf, LogError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if node.is_empty() || node.len() > 64 || !node.bytes().all(plain) {
        return Err(LogError::Node(node.into()));
    }
    Ok(folder.join(node))
}

/// All segments of a node, oldest first. Other files are none of ours. No folder is no segments.
pub(super) fn segments(node_folder: &Path) -> Result<Vec<Segment>, LogError> {
    let entries = match std::fs::read_dir(node_folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(LogError::io(node_folder))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry.map_err(LogError::io(node_folder))?.file_name();
        found.extend(name.to_str().and_then(Segment::parse));
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let segment = Segment { n: 7, start_ms: 1_763_600_000_000 };
        assert_eq!(segment.to_string(), "1763600000000-7.seg");
        assert_eq!(Segment::parse("1763600000000-7.seg"), Some(segment));
        for other in
            ["", ".seg", "1-2.seg~", "01-2.seg", "1-+2.seg", "a-2.seg", "1-2.log", "1-99999999999999999999.seg"]
        {
            assert_eq!(Segment::parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_number_gives_the_order_not_the_clock() {
        let set_back = Segment { n: 8, start_ms: 5 };
        assert!(Segment { n: 7, start_ms: 1_763_600_000_000 } < set_back);
        assert!(Mark { segment: Segment { n: 7, start_ms: 9 }, offset: 900 } < Mark { segment: set_back, offset: 0 });
    }

    #[test]
    fn a_node_cannot_name_another_folder() {
        for node in ["", ".", "..", "a/b", "a b", "ä"] {
            assert!(node_folder(Path::new("/log"), node).is_err(), "{node}");
        }
        assert_eq!(node_folder(Path::new("/log"), "node-1").unwrap(), Path::new("/log/node-1"));
    }
}
