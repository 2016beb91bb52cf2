//! Forgetting: pseudonymous rows live as long as they were promised to, and no longer (COUNTING.md "Privacy").

use super::LogError;
use super::segment::{Mark, node_folder, segments};
use std::path::Path;

/// Removes the segments of a node whose rows are all older than `before_ms`. Segments that a reader who has come to
/// `read` has not left behind stay, and so does the newest. Returns how many went.
pub fn forget(folder: &Path, node: &str, read: Mark, before_ms: i64) -> Result<usize, LogError> {
    let folder = node_folder(folder, node)?;
    let all = segments(&folder)?;
    // A segment's last row is older than the beginning of the next one.
    let over = all.windows(2).filter(|pair| pair[0] < read.segment && pair[1].start_ms <= before_ms);
    let mut gone = 0;
    for pair in over {
        let path = folder.join(pair[0].to_string());
        std::fs::remove_file(&path).map_err(LogError::io(&path))?;
        gone += 1;
    }
    Ok(gone)
}
