//! Reads published files back as a listener would, and compares them with the files on this disk: length, type, and pieces
//! from the beginning, the middle and the end. What it is not: a whole download; the storage checked every part's hash on
//! the way in.

use hearthcast_fetch::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use hearthcast_fetch::{Answer, HttpStatus};
use hearthcast_model::error::Retry;
use hearthcast_model::plan::Upload;
use hearthcast_model::{Code, Error, Result};
use hearthcast_storage::{Place, StorageKey};
use std::path::Path;

/// What is wrong when a piece differs.
const OTHER_BYTES: &str = "other bytes come than were sent";

/// Bytes of one piece.
const PIECE: u64 = 64 * 1024;

/// Compares one published file with the one at `local`. Its type is that of the plan where the place keeps types; where it
/// does not, the web server's own word for it counts.
pub(crate) async fn verify(
    place: &dyn Place,
    key: &StorageKey,
    file: &Upload,
    local: &Path,
    types_kept: bool,
) -> Result<()> {
    let url = place.public_url(key);
    let head = place.listener().head(key).await?;
    if let Some(why) = wrong_head(&head, file, types_kept) {
        return Err(not_reached(&url, &why));
    }
    for (from, to) in pieces(file.bytes) {
        let answer = place.listener().range(key, from, to).await?;
        if let Some(why) = wrong_part(&answer, from, to, file.bytes) {
            return Err(not_reached(&url, why));
        }
        if ours(place, key, local, from, to).await? != answer.body {
            return Err(not_reached(&url, OTHER_BYTES));
        }
    }
    Ok(())
}

/// The same of a file that listeners get from a server with the key to the place: the pieces are read as that server reads
/// them.
pub(crate) async fn verify_by_key(place: &dyn Place, key: &StorageKey, file: &Upload, local: &Path) -> Result<()> {
    for (from, to) in pieces(file.bytes) {
        let found = place.read_range(key, from..to + 1).await?;
        if found != ours(place, key, local, from, to).await? {
            return Err(not_reached(&place.public_url(key), OTHER_BYTES));
        }
    }
    Ok(())
}

/// The first, the middle and the last piece; of a small file the whole.
fn pieces(bytes: u64) -> Vec<(u64, u64)> {
    match bytes {
        0 => vec![],
        _ if bytes <= 3 * PIECE => vec![(0, bytes - 1)],
        _ => [0, (bytes - PIECE) / 2, bytes - PIECE].map(|from| (from, from + PIECE - 1)).to_vec(),
    }
}

fn wrong_head(head: &Answer, file: &Upload, types_kept: bool) -> Option<String> {
    let said = |name: &str| text(&head.headers, name).unwrap_or_default();
    if head.status != HttpStatus::OK {
        return Some(format!("the answer is {}", head.status));
    }
    let kind = said(CONTENT_TYPE.as_str());
    if kind.starts_with("text/html") {
        return Some("a web page comes instead".into());
    }
    if said(CONTENT_LENGTH.as_str()) != file.bytes.to_string() {
        return Some(format!("its length is said to be {}, not {}", said(CONTENT_LENGTH.as_str()), file.bytes));
    }
    if !matches!(said(CONTENT_ENCODING.as_str()), "" | "identity") {
        return Some("something on the way packs it".into());
    }
    if types_kept && kind.split(';').next() != file.mime.split(';').next() {
        return Some(format!("its type is said to be \"{kind}\", not \"{}\"", file.mime));
    }
    None
}

fn wrong_part(answer: &Answer, from: u64, to: u64, bytes: u64) -> Option<&'static str> {
    if answer.status != HttpStatus::PARTIAL_CONTENT {
        return Some("a part of it was asked for, and something else comes");
    }
    let said = text(&answer.headers, "content-range");
    let another = said != Some(format!("bytes {from}-{to}/{bytes}").as_str());
    another.then_some("another part of it comes than was asked for")
}

/// A piece as it is on this disk. Of a file that is not here any more, as the key to its place reads it: whoever calls has
/// compared it there with the hash it was sent with.
async fn ours(place: &dyn Place, key: &StorageKey, local: &Path, from: u64, to: u64) -> Result<Vec<u8>> {
    let path = local.to_path_buf();
    let read = tokio::task::spawn_blocking(move || read(&path, from, to - from + 1)).await;
    match read.map_err(std::io::Error::other).and_then(|read| read) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(place.read_range(key, from..to + 1).await?),
        read => read.map_err(|e| {
            Error::new(Code::MediaAbsent, format!("The media file {} cannot be read: {e}.", local.display()))
                .hint("Connect the disk with the media, or add the file again.")
        }),
    }
}

fn read(path: &Path, from: u64, length: u64) -> std::io::Result<Vec<u8>> {
    use std::io::{Read as _, Seek as _};
    let mut file = std::fs::File::open(path)?;
    file.seek(std::io::SeekFrom::Start(from))?;
    let mut bytes = vec![];
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Nothing is published that listeners would not get. The publication stays as it is and goes on when this is mended.
fn not_reached(url: &str, why: &str) -> Error {
    Error::new(Code::TargetRefused, format!("Listeners would not get {url}: {why}."))
        .hint("Check the target's public address, and that everybody may read there; then publish again.")
        .retry(Retry::AfterAction)
        .about("target", url)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lie_inside_the_file() {
        assert_eq!(pieces(0), []);
        assert_eq!(pieces(1), [(0, 0)]);
        assert_eq!(pieces(3 * PIECE), [(0, 3 * PIECE - 1)]);
        let big = 10 * PIECE + 1;
        let found = pieces(big);
        assert_eq!((found.len(), found[0].0, found[2].1), (3, 0, big - 1));
        assert!(found.iter().all(|(from, to)| to - from + 1 == PIECE && *to < big));
    }
}
