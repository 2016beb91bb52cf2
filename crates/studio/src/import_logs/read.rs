//! One log read line by line, handed over in batches. Runs on a thread of its own.

use super::unreadable;
use hearthcast_counting::feeds;
use hearthcast_counting::logs::{Format, Hit, Lines, Paths, Raw, Reader, Skip};
use hearthcast_model::{Code, Error, Result};
use std::collections::BTreeMap;
use std::io::Read;

/// Requests in a batch.
const BATCH: usize = 5_000;

/// Lines in a batch, whatever they are: so that a log of another show can be stopped, too.
const LINES: u64 = 100_000;

/// Lines looked at for the format.
const TELLING_LINES: u64 = 1_000;

/// Most bytes of one log, unpacked.
const MOST_BYTES: u64 = 256 << 30;

/// Some lines of a log.
#[derive(Default)]
pub(super) struct Batch {
    /// Requests for files and feeds of the show, with the hash of the file, or the name of the feed.
    pub(super) hits: Vec<(Hit, String)>,
    /// Lines.
    pub(super) lines: u64,
    /// Lines that are no such request, by reason.
    pub(super) skipped: BTreeMap<&'static str, u64>,
}

/// Reads a log; `give` takes a batch and says whether to go on.
pub(super) fn log(
    name: &str,
    source: impl Read,
    format: Option<Format>,
    paths: &Paths,
    mut give: impl FnMut(Batch) -> bool,
) -> Result<()> {
    let lines = Lines::open(source.take(MOST_BYTES)).map_err(|error| unreadable(name, &error))?;
    let mut reader = format.map(Reader::new);
    let (mut batch, mut seen) = (Batch::default(), 0);
    for line in lines {
        let line = line.map_err(|error| unreadable(name, &error))?;
        seen += 1;
        if reader.is_none() {
            reader = format_in(&line).map(Reader::new);
        }
        match &mut reader {
            Some(reader) => batch.add(request(reader, line, paths)),
            None if seen < TELLING_LINES => batch.add(Err(Skip::Garbage)),
            None => return Err(no_format(name)),
        }
        if (batch.hits.len() >= BATCH || batch.lines >= LINES) && !give(std::mem::take(&mut batch)) {
            return Ok(());
        }
    }
    if reader.is_none() && seen > 0 {
        return Err(no_format(name));
    }
    give(batch);
    Ok(())
}

fn format_in(line: &Raw) -> Option<Format> {
    match line {
        Raw::Line(line) => Format::of_line(line),
        Raw::TooLong => None,
    }
}

fn request(reader: &mut Reader, line: Raw, paths: &Paths) -> Result<(Hit, String), Skip> {
    let Raw::Line(line) = line else { return Err(Skip::TooLong) };
    let hit = reader.line(&line)?;
    let file = paths.find(&hit.path).ok_or(Skip::OtherFile)?.to_owned();
    match feeds::place(&file) {
        Some(_) if !feeds::answered(&hit) => Err(Skip::OtherOperation),
        Some("") => Err(Skip::SeveralPlaces),
        _ => Ok((hit, file)),
    }
}

impl Batch {
    fn add(&mut self, read: Result<(Hit, String), Skip>) {
        self.lines += 1;
        match read {
            Ok(hit) => self.hits.push(hit),
            Err(skip) => *self.skipped.entry(skip.as_str()).or_default() += 1,
        }
    }
}

fn no_format(name: &str) -> Error {
    Error::new(Code::UsageInvalid, format!("The log {name} is in no format that Hearthcast knows."))
        .hint("If it is one of s3, cloudfront, nginx and caddy, name it with --format.")
        .about("file", name)
}
