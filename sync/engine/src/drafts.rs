//! Drafts that somebody may hear at a bundled server: shared, listed, ended. What it is not: it decides nothing, and makes no
//! secret; the server is told the hash of one.

use crate::ProgressSink;
use crate::line::Line;
use crate::sending::{self, Outgoing};
use crate::server::number;
use hearthcast_fetch::{HttpMethod, HttpStatus};
use hearthcast_library::{Library, files};
use hearthcast_model::share::SharedFile;
use hearthcast_model::{Cancel, Code, Error, Progress, Result, ShareId, ShareToken, SharedDraft, ShowId};
use hearthcast_protocol::drafts::{
    DraftLine, DraftsAnswer, END_PATH, EndRequest, FILES_PATH, FOR_A_DRAFT, PATH, ShareAnswer, ShareRequest,
};

/// Sends what the server lacks of a draft's files. Nobody can hear anything yet.
pub async fn prepare(
    line: &Line,
    library: &Library,
    draft: &SharedDraft,
    cancel: &Cancel,
    progress: &ProgressSink,
) -> Result<()> {
    // Asked first: an older server would take the files, and keep them.
    list(line, &draft.show).await?;
    let total: u64 = draft.files().map(|file| file.bytes).sum();
    let mut before = 0;
    for file in draft.files() {
        if !has(line, file).await? {
            let path = files::path(library.root(), &file.sha256);
            let mark = Some(FOR_A_DRAFT);
            let outgoing = Outgoing { sha256: &file.sha256, bytes: file.bytes, mime: &file.mime, path, mark };
            let told = |done: u64| progress(Progress::new("upload", before + done, total));
            sending::send(line, &outgoing, cancel, &told, &mut 0).await?;
        }
        before += file.bytes;
    }
    Ok(())
}

/// Shares a draft whose files are there. Returns the page's address, which ends in a slash.
pub async fn share(line: &Line, token: &ShareToken, draft: &SharedDraft) -> Result<String> {
    let request = ShareRequest { token_sha256: token.hash(), draft: draft.clone() };
    let answer: ShareAnswer = line.ask(PATH, &request).await?;
    Ok(format!("{}{}/", answer.begins, token.reveal()))
}

/// All drafts of a show that the server knows.
pub async fn list(line: &Line, show: &ShowId) -> Result<Vec<DraftLine>> {
    let answer: DraftsAnswer = line.get(&format!("{PATH}/{show}")).await.map_err(|error| told_older(line, error))?;
    Ok(answer.drafts)
}

/// Ends one. One that the server does not know has ended.
pub async fn end(line: &Line, show: &ShowId, id: &ShareId) -> Result<()> {
    let request = EndRequest { show: show.clone(), id: id.clone() };
    match line.ask::<DraftLine>(END_PATH, &request).await {
        Err(error) if error.code == Code::NotFound => Ok(()),
        answered => answered.map(|_| ()),
    }
}

async fn has(line: &Line, file: &SharedFile) -> Result<bool> {
    let answer = line.send_again(HttpMethod::HEAD, &format!("{FILES_PATH}/{}", file.sha256), &[], None).await?;
    match answer.status {
        HttpStatus::OK => Ok(number(&answer.headers, "content-length") == Some(file.bytes)),
        HttpStatus::NOT_FOUND => Ok(false),
        _ => Err(line.refusal(&answer)),
    }
}

/// A server of an earlier release has no such addresses.
fn told_older(line: &Line, error: Error) -> Error {
    if error.code != Code::NotFound {
        return error;
    }
    let what = format!("The server \"{}\" is too old to let somebody hear a draft.", line.name());
    Error::new(Code::VersionRefused, what)
        .hint("Bring hearthcast-server up to date: it needs a newer server.")
        .about("target", line.name())
}
