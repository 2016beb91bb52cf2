//! Reading: every whole entry after a mark, oldest first. Changes nothing, and may run beside the writer.

use super::LogError;
use super::frame::{FORMAT, FRAME_HEAD_BYTES, HEADER_BYTES, MAGIC, MAX_PAYLOAD_BYTES, checksum, entry};
use super::row::Entry;
use super::segment::{Mark, RowId, Segment, node_folder, segments};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads the entries of `node` under `folder` from `after` on.
///
/// A row that is not whole, or whose checksum does not hold, ends its segment: in the newest one it may just be in
/// the making, and is read next time; in an older one it is what a power cut left, and reading goes on with the next.
pub fn read(folder: &Path, node: &str, after: Mark) -> Result<Reader, LogError> {
    let folder = node_folder(folder, node)?;
    let mut left: Vec<Segment> = segments(&folder)?;
    left.retain(|segment| *segment >= after.segment);
    left.reverse();
    Ok(Reader { node: node.into(), folder, left, open: None, mark: after })
}

/// Iterator over the entries of one node.
pub struct Reader {
    node: Arc<str>,
    folder: PathBuf,
    /// Newest first; the next one is popped.
    left: Vec<Segment>,
    open: Option<BufReader<File>>,
    mark: Mark,
}

impl Reader {
    /// How far this reader has come. Kept in the same transaction as what was read, it makes reading exactly once.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    fn next_entry(&mut self) -> Result<Option<(RowId, Entry)>, LogError> {
        loop {
            if self.open.is_none() && !self.open_next()? {
                return Ok(None);
            }
            let Some(file) = self.open.as_mut() else { continue };
            let path = self.folder.join(self.mark.segment.to_string());
            match frame(file).map_err(LogError::io(&path))? {
                Frame::Whole(payload) => {
                    let id = RowId { node: self.node.clone(), segment: self.mark.segment, offset: self.mark.offset };
                    self.mark.offset += (FRAME_HEAD_BYTES + payload.len()) as u64;
                    if let Some(entry) = entry(&payload, &self.node) {
                        return Ok(Some((id, entry)));
                    }
                }
                Frame::End => self.open = None,
                Frame::Torn => {
                    if !self.left.is_empty() {
                        tracing::warn!(path = %path.display(), offset = self.mark.offset, "a torn end of the download log was skipped");
                    }
                    self.open = None;
                }
            }
        }
    }

    /// Goes to the next segment, and opens it at the mark if it is one of ours; false when there is none.
    fn open_next(&mut self) -> Result<bool, LogError> {
        let Some(segment) = self.left.pop() else { return Ok(false) };
        if segment != self.mark.segment {
            self.mark = Mark { segment, offset: HEADER_BYTES };
        }
        self.mark.offset = self.mark.offset.max(HEADER_BYTES);
        let path = self.folder.join(segment.to_string());
        let mut file = match File::open(&path) {
            // Old segments are removed after their time; they were read long before.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            other => other.map_err(LogError::io(&path))?,
        };
        if readable(&mut file, &path)? {
            file.seek(SeekFrom::Start(self.mark.offset)).map_err(LogError::io(&path))?;
            self.open = Some(BufReader::with_capacity(64 * 1024, file));
        }
        Ok(true)
    }
}

impl Iterator for Reader {
    type Item = Result<(RowId, Entry), LogError>;

    /// After an error the reader is at its end.
    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_entry();
        if next.is_err() {
            self.open = None;
            self.left.clear();
        }
        next.transpose()
    }
}

enum Frame {
    Whole(Vec<u8>),
    Torn,
    End,
}

/// Whether the segment's head is one of ours. A head that is not whole belongs to a segment without rows.
fn readable(file: &mut File, path: &Path) -> Result<bool, LogError> {
    let mut head = [0; HEADER_BYTES as usize];
    if fill(file, &mut head).map_err(LogError::io(path))? < head.len() || head[..8] != MAGIC {
        return Ok(false);
    }
    let found = u16::from_le_bytes([head[8], head[9]]);
    if found > FORMAT {
        return Err(LogError::Newer { path: path.into(), found, known: FORMAT });
    }
    Ok(true)
}

fn frame(file: &mut impl Read) -> io::Result<Frame> {
    let mut head = [0; FRAME_HEAD_BYTES];
    match fill(file, &mut head)? {
        0 => return Ok(Frame::End),
        FRAME_HEAD_BYTES => {}
        _ => return Ok(Frame::Torn),
    }
    let [l0, l1, l2, l3, c0, c1, c2, c3] = head;
    let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    if length == 0 || length > MAX_PAYLOAD_BYTES {
        return Ok(Frame::Torn);
    }
    let mut payload = vec![0; length];
    let whole = fill(file, &mut payload)? == length
        && checksum([l0, l1, l2, l3], &payload) == u32::from_le_bytes([c0, c1, c2, c3]);
    Ok(if whole { Frame::Whole(payload) } else { Frame::Torn })
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
