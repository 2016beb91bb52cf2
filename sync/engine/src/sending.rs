//! A file on its way to a bundled server: tus 1.0, found again and gone on with after any interruption. What it is not: it does
//! not know whether the server needs the file.

use crate::line::Line;
use crate::server::number;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hearthcast_fetch::{HttpMethod, HttpStatus};
use hearthcast_model::{Cancel, Code, Error, Result, Sha256};
use hearthcast_protocol::media::{FILES_PATH, TUS_VERSION};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

/// Bytes of one piece of an upload; at most one is sent again after an interruption.
const PIECE: usize = 2 * 1024 * 1024;

/// How often in a row a server may take nothing of what it is sent.
const IN_VAIN: usize = 3;

/// A file to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    /// Content.
    pub(crate) sha256: &'a Sha256,
    /// Length.
    pub(crate) bytes: u64,
    /// Type.
    pub(crate) mime: &'a str,
    /// Where it lies here.
    pub(crate) path: PathBuf,
    /// A further name in the upload's metadata.
    pub(crate) mark: Option<&'a str>,
}

/// Makes or finds the upload, asks how far it is, and sends the rest piece by piece. `told` hears how many bytes are there;
/// `writes` counts requests that change something.
pub(crate) async fn send(
    line: &Line,
    file: &Outgoing<'_>,
    cancel: &Cancel,
    told: &(dyn Fn(u64) + Sync),
    writes: &mut u64,
) -> Result<()> {
    let place = create(line, file, writes).await?;
    let mut offset = offset_of(line, &place).await?;
    let (mut in_vain, mut times) = (0, 1);
    while offset < file.bytes {
        cancel.check()?;
        let piece = piece(file.path.clone(), offset).await?;
        if piece.is_empty() {
            return Err(Error::new(Code::MediaUnreadable, "The audio file on this disk is shorter than it was.")
                .hint("Add the audio to the episode again.")
                .about("media", file.sha256.as_str()));
        }
        let before = offset;
        *writes += 1;
        offset = patch(line, &place, offset, piece, &mut times).await?;
        in_vain = if offset > before || times > 1 { 0 } else { in_vain + 1 };
        if in_vain == IN_VAIN {
            let what = "The server takes no more bytes of a file, and does not say why.";
            return Err(Error::new(Code::TargetRefused, what)
                .hint("Look at the server's log and at its disk.")
                .about("target", line.name()));
        }
        told(offset);
    }
    Ok(())
}

async fn create(line: &Line, file: &Outgoing<'_>, writes: &mut u64) -> Result<String> {
    let text = |value: &str| BASE64_STANDARD.encode(value);
    let mark = file.mark.map_or_else(String::new, |mark| format!(",{mark}"));
    let metadata = format!("sha256 {},type {}{mark}", text(file.sha256.as_str()), text(file.mime));
    let headers = [
        ("tus-resumable", TUS_VERSION.to_string()),
        ("upload-length", file.bytes.to_string()),
        ("upload-metadata", metadata),
    ];
    *writes += 1;
    // The server finds the upload again that it made for this content, so asking twice makes one.
    let answer = line.send_again(HttpMethod::POST, FILES_PATH, &headers, None).await?;
    if !answer.status.is_success() {
        return Err(line.refusal(&answer));
    }
    let location = answer.headers.get("location").and_then(|v| v.to_str().ok()).unwrap_or_default();
    // Whatever path the server, or a proxy before it, thinks it lies below: the line knows the one that leads there.
    let at = location.rfind(FILES_PATH).ok_or_else(|| line.refusal(&answer))?;
    Ok(location[at..].to_string())
}

async fn offset_of(line: &Line, place: &str) -> Result<u64> {
    let headers = [("tus-resumable", TUS_VERSION.to_string())];
    let answer = line.send_again(HttpMethod::HEAD, place, &headers, None).await?;
    if !answer.status.is_success() {
        return Err(line.refusal(&answer));
    }
    Ok(number(&answer.headers, "upload-offset").unwrap_or(0))
}

/// Sends a piece; tells how far the file is then. A piece that was lost is asked for before it is sent again: it may
/// have arrived. `times` counts tries in a row that did not work.
async fn patch(line: &Line, place: &str, offset: u64, piece: Vec<u8>, times: &mut u32) -> Result<u64> {
    let headers = [
        ("tus-resumable", TUS_VERSION.to_string()),
        ("upload-offset", offset.to_string()),
        ("content-type", "application/offset+octet-stream".to_string()),
    ];
    let tried = line.once(HttpMethod::PATCH, place, &headers, Some(piece.into())).await;
    if let Some(asked) = tried.may_pass
        && line.patience().again(*times, asked).await
    {
        *times += 1;
        return offset_of(line, place).await;
    }
    let answer = tried.outcome?;
    *times = 1;
    if answer.status == HttpStatus::CONFLICT {
        return offset_of(line, place).await;
    }
    if !answer.status.is_success() {
        return Err(line.refusal(&answer));
    }
    Ok(number(&answer.headers, "upload-offset").unwrap_or(offset))
}

async fn piece(path: PathBuf, offset: u64) -> Result<Vec<u8>> {
    let shown = path.display().to_string();
    let failed = move |e: String| {
        Error::new(Code::MediaAbsent, format!("The media file {shown} cannot be read: {e}."))
            .hint("Connect the disk with the media, or add the file again.")
    };
    let read = tokio::task::spawn_blocking(move || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut piece = vec![];
        file.take(PIECE as u64).read_to_end(&mut piece)?;
        Ok(piece)
    });
    match read.await {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}
