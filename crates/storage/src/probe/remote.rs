//! The probe of a place that is not on this machine.

use super::{Findings, ProbeKey, listener, sample};
use crate::{Place, StorageError};
use hearthcast_model::Sha256;
use hearthcast_model::probe::{ProbeCheck, ProbeOutcome};

/// Most bytes read back.
const LIMIT: u64 = 64 * 1024;

/// Clocks further apart than this make storages refuse (S3: 15 minutes).
const REFUSED_MINUTES: i64 = 15;

/// Clocks further apart than this are told about.
const TOLD_MINUTES: i64 = 2;

/// What somebody does who has not seen that a file has changed.
const LATE: &[u8] = b"written by somebody who came too late";

/// Tries a place. Everything is written under one random name and removed at the end.
pub async fn probe_place(place: &dyn Place, token: u128) -> Findings {
    let mut findings = Findings::default();
    let keys = ["file", "once", "parts"].map(|what| ProbeKey::new(token, what));
    let [Some(file), Some(once), Some(parts)] = keys else { return findings };
    let bytes = sample(token);
    if let Err(error) = place.put_bytes(file.key(), &bytes).await {
        findings.failed(ProbeCheck::Reach, error);
        clock(&mut findings, place);
        return findings;
    }
    findings.good(ProbeCheck::Reach, "The storage answers and accepts the access key.");
    findings.good(ProbeCheck::Write, "Files can be written.");
    read_back(&mut findings, place, &file, &bytes).await;
    created_once(&mut findings, place, &once).await;
    replaced_unchanged(&mut findings, place, &once).await;
    in_parts(&mut findings, place, &parts).await;
    let head = place.listener().head(file.key()).await;
    let range = place.listener().range(file.key(), listener::FROM, listener::TO).await;
    listener::look(&mut findings, &bytes, &place.public_url(file.key()), head, range, ProbeOutcome::Bad);
    clock(&mut findings, place);
    removed(&mut findings, place, [&file, &once, &parts]).await;
    findings
}

async fn read_back(findings: &mut Findings, place: &dyn Place, key: &ProbeKey, bytes: &[u8]) {
    match place.read(key.key(), LIMIT).await {
        Ok(Some((read, _))) if read == bytes => findings.good(ProbeCheck::Read, "The same bytes come back."),
        Ok(_) => findings.bad(
            ProbeCheck::Read,
            "Other bytes come back than were written.",
            "Something between this machine and the storage changes what is sent.",
        ),
        Err(error) => findings.failed(ProbeCheck::Read, error),
    }
    match place.head(key.key()).await {
        Ok(Some(head)) => {
            findings.abilities.headers_kept = head.mime.as_deref() == Some("application/octet-stream")
                && head.cache.as_ref().is_some_and(|cache| cache.contains("immutable"));
            findings.abilities.hash_kept = head.sha256 == Some(Sha256::of(bytes));
            match findings.abilities.headers_kept {
                _ if (&head.mime, &head.cache) == (&None, &None) => findings.untried(
                    ProbeCheck::Headers,
                    "This kind of place keeps no types and cache rules; the web server before it gives them.",
                ),
                true => findings.good(ProbeCheck::Headers, "Type and cache rule are kept."),
                false => findings.advisory(
                    ProbeCheck::Headers,
                    "The storage does not keep the type or the cache rule of a file.",
                    "Let the web server before it set them: podcast apps go by the type.",
                ),
            }
        }
        Ok(None) => findings.bad(ProbeCheck::Headers, "A file that was written is not there.", ""),
        Err(error) => findings.failed(ProbeCheck::Headers, error),
    }
    match place.read_range(key.key(), 100..200).await {
        Ok(read) if read == bytes[100..200] => findings.good(ProbeCheck::Ranges, "Parts of a file can be read."),
        Ok(_) => findings.advisory(ProbeCheck::Ranges, "Another part of a file comes than was asked for.", ""),
        Err(error) => findings.failed(ProbeCheck::Ranges, error),
    }
}

async fn created_once(findings: &mut Findings, place: &dyn Place, key: &ProbeKey) {
    let first = place.create(key.key(), b"first").await;
    if let Err(error) = first {
        return match error {
            StorageError::Exists { .. } => {
                findings.bad(ProbeCheck::CreateOnce, "A name that nobody has was refused as taken.", "");
            }
            error => findings.failed(ProbeCheck::CreateOnce, error),
        };
    }
    let second = place.create(key.key(), LATE).await;
    // What counts is what lies there, not what was answered.
    let kept = matches!(place.read(key.key(), LIMIT).await, Ok(Some((read, _))) if read == b"first");
    match (second, kept) {
        (Err(StorageError::Exists { .. }), true) => {
            findings.abilities.create_if_absent = true;
            findings.good(ProbeCheck::CreateOnce, "A name that is taken cannot be taken again.");
        }
        (Err(StorageError::Exists { .. }) | Ok(()), _) => findings.advisory(
            ProbeCheck::CreateOnce,
            "The storage says yes to \"only if it does not exist\" and overwrites all the same.",
            ONE_LAPTOP,
        ),
        (Err(error), _) => findings.failed(ProbeCheck::CreateOnce, error),
    }
}

/// What to do where the place does not guard.
const ONE_LAPTOP: &str =
    "Publish from one computer at a time: here Hearthcast can only put up a note that it is publishing.";

async fn replaced_unchanged(findings: &mut Findings, place: &dyn Place, key: &ProbeKey) {
    match changed_meanwhile(place, key).await {
        Ok(true) if !place.conditions_are_one_step() => findings.advisory(
            ProbeCheck::ReplaceUnchanged,
            "This kind of place cannot look and write in one step.",
            ONE_LAPTOP,
        ),
        Ok(true) => {
            findings.abilities.conditional_put = true;
            findings.good(ProbeCheck::ReplaceUnchanged, "What somebody else has changed is not overwritten.");
        }
        Ok(false) => findings.advisory(
            ProbeCheck::ReplaceUnchanged,
            "The storage overwrites a file even when it was asked to do so only while it is unchanged.",
            ONE_LAPTOP,
        ),
        Err(error) => findings.failed(ProbeCheck::ReplaceUnchanged, error),
    }
}

/// Whether a late writer is refused, and one in time is not.
async fn changed_meanwhile(place: &dyn Place, key: &ProbeKey) -> Result<bool, StorageError> {
    let Some((_, seen)) = place.read(key.key(), LIMIT).await? else { return Ok(false) };
    place.put_bytes(key.key(), b"changed by somebody else").await?;
    let late = place.replace(key.key(), LATE, &seen).await;
    let Some((kept, seen)) = place.read(key.key(), LIMIT).await? else { return Ok(false) };
    if !matches!(late, Err(StorageError::Changed { .. })) || kept == LATE {
        return match late {
            Ok(()) | Err(StorageError::Changed { .. }) => Ok(false),
            Err(error) => Err(error),
        };
    }
    match place.replace(key.key(), b"in time", &seen).await {
        Ok(()) => Ok(true),
        Err(StorageError::Changed { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn in_parts(findings: &mut Findings, place: &dyn Place, key: &ProbeKey) {
    match place.try_parts(key.key()).await {
        Ok(None) => {}
        Ok(Some(true)) => {
            findings.abilities.multipart = true;
            findings.good(ProbeCheck::Multipart, "Large files can be sent in parts.");
        }
        Ok(Some(false)) => findings.bad(ProbeCheck::Multipart, "A file that was sent in parts is not there.", ""),
        Err(error) => findings.failed(ProbeCheck::Multipart, error),
    }
}

fn clock(findings: &mut Findings, place: &dyn Place) {
    findings.clock_ahead_ms = place.clock_ahead_ms();
    let Some(ahead) = findings.clock_ahead_ms else { return };
    let minutes = ahead / 60_000;
    let message = format!("This machine's clock and the storage's are {} minutes apart.", minutes.abs());
    let hint = "Set this machine's clock right.";
    match minutes.abs() {
        REFUSED_MINUTES.. => findings.bad(ProbeCheck::Clock, &message, hint),
        TOLD_MINUTES.. => findings.advisory(ProbeCheck::Clock, &message, hint),
        _ => findings.good(ProbeCheck::Clock, "Both clocks agree."),
    }
}

async fn removed(findings: &mut Findings, place: &dyn Place, keys: [&ProbeKey; 3]) {
    for key in keys {
        if let Err(error) = place.delete(key.key()).await {
            let error = hearthcast_model::Error::from(error);
            let hint = "Files called hearthcast-probe may be removed by hand.";
            return findings.advisory(
                ProbeCheck::Delete,
                &format!("What was tried could not be removed: {}", error.message),
                hint,
            );
        }
    }
    findings.good(ProbeCheck::Delete, "What was tried is gone again.");
}
