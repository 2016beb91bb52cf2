//! A draft that somebody may hear from a storage or folder with a public address: a page and what lies beside it, under a
//! prefix that nobody can guess. Nobody there ends it by itself: the laptop takes the files away.

use crate::ProgressSink;
use crate::names::key;
use crate::transfer::{give_up, send_source};
use hearthcast_fetch::HttpStatus;
use hearthcast_library::{Library, files};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::rule::CACHE_OF_DRAFT;
use hearthcast_model::share::SharedFile;
use hearthcast_model::{Cancel, Code, Error, Progress, Result, ShareToken, SharedDraft, TargetId};
use hearthcast_site::draft::{Part, Remarks};
use hearthcast_storage::{Place, Source, StorageKey};
use std::sync::atomic::{AtomicU64, Ordering};

/// The names of a draft's files, the page last: once it is there, so is everything else.
pub fn keys(token: &ShareToken, draft: &SharedDraft) -> Vec<(Part, String)> {
    let named = Part::all(draft).rev().filter_map(|part| Some((part, part.name(draft)?)));
    named.map(|(part, name)| (part, format!("drafts/{}/{name}", token.reveal()))).collect()
}

/// Puts a draft's files into a place, and looks whether the page can be read there. Returns its address.
pub async fn share(
    place: &dyn Place,
    library: &Library,
    target: &Target,
    (token, draft): (&ShareToken, &SharedDraft),
    cancel: &Cancel,
    progress: &ProgressSink,
) -> Result<String> {
    let keys = keys(token, draft);
    let page = keys.last().map(|(_, name)| name.clone()).unwrap_or_default();
    let page = key(&page)?;
    let address = place.public_url(&page);
    let base = address.strip_suffix("index.html").unwrap_or(&address);
    let total: u64 = draft.files().map(|file| file.bytes).sum();
    let done = AtomicU64::new(0);
    let tell = |bytes: u64| {
        let done = done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        progress(Progress::new("upload", done.min(total), total));
    };
    for (part, name) in &keys {
        cancel.check()?;
        match (part.file(draft), part.text(draft, base, &Remarks::None)) {
            (Some(file), _) => {
                send_source(place, library, &target.id, name, &source(library, file), cancel, &tell).await?;
            }
            (None, Some(text)) => place.put_bytes(&key(name)?, text.as_bytes()).await?,
            (None, None) => {}
        }
    }
    // Who shows a folder to the web, and when, is not known here.
    if matches!(target.location, Location::Folder { .. }) {
        return Ok(address);
    }
    let answer = place.listener().get(&page, 4 * 1024 * 1024).await?;
    if answer.status != HttpStatus::OK {
        return Err(unread(target, answer.status));
    }
    Ok(address)
}

/// Takes a draft's files away, the page first. What is gone already is no failure.
pub async fn end(place: &dyn Place, library: &Library, target: &TargetId, names: &[String]) -> Result<()> {
    for name in names.iter().rev() {
        // Nothing but a draft's files can be named.
        let key @ StorageKey::Draft(..) = key(name)? else { continue };
        give_up(place, library, target, name).await?;
        place.delete(&key).await?;
    }
    Ok(())
}

fn source(library: &Library, file: &SharedFile) -> Source {
    Source {
        path: files::path(library.root(), &file.sha256),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        mime: file.mime.clone(),
        cache: Some(CACHE_OF_DRAFT.into()),
    }
}

fn unread(target: &Target, status: HttpStatus) -> Error {
    let what = format!("The draft lies at \"{}\", but its page cannot be read there ({status}).", target.name);
    Error::new(Code::TargetRefused, what)
        .hint("See that the place shows what lies in its folder \"drafts\" to everybody with the address. What was sent is taken away.")
        .about("target", target.name.clone())
}
