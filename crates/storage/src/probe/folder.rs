//! The probe of a folder.

use super::{Findings, ProbeKey, listener, sample};
use crate::{Folder, StorageError};
use hearthcast_fetch::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, ORIGIN, RANGE};
use hearthcast_fetch::{Answer, HttpMethod, Owned, Request};
use hearthcast_model::probe::{ProbeCheck, ProbeOutcome};
use std::path::Path;
use url::Url;

/// Most bytes read of an answer.
const SMALL: usize = 64 * 1024;

/// Tries a folder and, where `fetch` can, its public address. A web server that does not answer is no fault of the folder:
/// many people carry it there later.
pub async fn probe_folder(root: &Path, known: bool, public_url: &str, fetch: &Owned, token: u128) -> Findings {
    let (mut findings, bytes) = (Findings::default(), sample(token));
    let Some(key) = ProbeKey::new(token, "file") else { return findings };
    let opened = if known { Folder::known(root) } else { Folder::open(root) };
    let folder = match opened {
        Ok(folder) => folder,
        Err(error) => {
            findings.failed(ProbeCheck::Reach, error);
            return findings;
        }
    };
    findings.good(ProbeCheck::Reach, "The folder is there.");
    match folder.create(key.key(), &bytes) {
        Ok(()) => findings.good(ProbeCheck::Write, "Files can be written."),
        Err(error) => {
            findings.failed(ProbeCheck::Write, error);
            return findings;
        }
    }
    read_back(&mut findings, &folder, &key, &bytes);
    let url = format!("{public_url}{}", key.key());
    let head = ask(fetch, HttpMethod::HEAD, &url, None).await;
    let range = ask(fetch, HttpMethod::GET, &url, Some(format!("bytes={}-{}", listener::FROM, listener::TO))).await;
    listener::look(&mut findings, &bytes, &url, head, range, ProbeOutcome::Advisory);
    match folder.delete(key.key()) {
        Ok(()) => findings.good(ProbeCheck::Delete, "What was tried is gone again."),
        Err(error) => findings.failed(ProbeCheck::Delete, error),
    }
    findings
}

fn read_back(findings: &mut Findings, folder: &Folder, key: &ProbeKey, bytes: &[u8]) {
    match folder.read(key.key(), SMALL as u64) {
        Ok(Some(read)) if read == bytes => findings.good(ProbeCheck::Read, "The same bytes come back."),
        Ok(_) => findings.bad(ProbeCheck::Read, "Other bytes come back than were written.", "The disk may be failing."),
        Err(error) => findings.failed(ProbeCheck::Read, error),
    }
    match folder.create(key.key(), b"second") {
        Err(StorageError::Exists { .. }) => {
            findings.abilities.create_if_absent = true;
            // Replacing is guarded by the folder's lock, which a publication holds.
            findings.abilities.conditional_put = true;
            findings.good(ProbeCheck::CreateOnce, "A name that is taken cannot be taken again.");
        }
        Ok(()) => findings.bad(
            ProbeCheck::CreateOnce,
            "A file that exists was created a second time.",
            "This disk does not keep two programs apart; choose a folder on another one.",
        ),
        Err(error) => findings.failed(ProbeCheck::CreateOnce, error),
    }
}

async fn ask(fetch: &Owned, method: HttpMethod, url: &str, range: Option<String>) -> Result<Answer, StorageError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(ORIGIN, HeaderValue::from_static("https://player.example.org"));
    if let Some(range) = range.and_then(|range| HeaderValue::try_from(range).ok()) {
        headers.insert(RANGE, range);
    }
    let url =
        Url::parse(url).map_err(|_| StorageError::Fetch(hearthcast_fetch::FetchError::ForeignOrigin(url.into())))?;
    Ok(fetch.send(Request { method, url, headers, body: None }, SMALL).await?)
}
