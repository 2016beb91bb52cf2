//! `hearthcast export …`: a show as a folder of its own.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::{Args, ValueEnum};
use hearthcast_model::import::ImportNote;
use hearthcast_model::{Code, Error, ExportMedia, ExportReport, Result};
use hearthcast_studio::Studio;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is exported, and where to.
#[derive(Debug, Args)]
pub struct Export {
    /// Id or slug of the show
    #[arg(required_unless_present = "opml")]
    show: Option<String>,
    /// A new or empty folder, or the one of an earlier export of the show, which is brought up to date
    #[arg(value_name = "DIR", required_unless_present = "opml")]
    folder: Option<PathBuf>,
    /// Which sounds go with it
    #[arg(long, value_enum, default_value_t = Media::All)]
    media: Media,
    /// Instead: the public feeds of all shows as a list of subscriptions, for podcast apps
    #[arg(long, value_name = "FILE", conflicts_with_all = ["show", "folder", "media"])]
    opml: Option<PathBuf>,
}

/// Which sounds go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Media {
    /// None; the folder says which are missing
    None,
    /// Those that listeners get
    Published,
    /// The recordings they were made of, too
    All,
}

impl From<Media> for ExportMedia {
    fn from(word: Media) -> Self {
        match word {
            Media::None => Self::None,
            Media::Published => Self::Published,
            Media::All => Self::All,
        }
    }
}

/// Does it.
pub async fn act(studio: &Studio, words: Export, output: &Output) -> Result<Done> {
    if let Some(file) = &words.opml {
        return opml(studio, file).await;
    }
    let (Some(show), Some(folder)) = (&words.show, &words.folder) else { return Ok(Done::nothing()) };
    let cancel = library::cancel_on_interrupt();
    let report = studio.export_show(show, folder, words.media.into(), cancel, output.sink()).await?;
    for finding in &report.findings {
        output.finding(&finding.code, &finding.message, "");
    }
    done(&report)
}

/// The list of all public feeds.
async fn opml(studio: &Studio, file: &Path) -> Result<Done> {
    let list = studio.feed_list().await?;
    std::fs::write(file, &list.opml).map_err(|error| {
        Error::new(Code::UsageInvalid, format!("{} could not be written: {error}.", file.display()))
            .about("file", file.display().to_string())
    })?;
    let feeds: Vec<Value> =
        list.listed.iter().map(|one| json!({"title": one.title, "url": one.feed_url, "page": one.page_url})).collect();
    let mut text = format!("{} in {}.", words::count(list.listed.len() as u64, "feed"), file.display());
    for title in &list.unpublished {
        text += &format!("\n{title} is public nowhere, and is not in it.");
    }
    Done::with(&json!({"file": file.display().to_string(), "feeds": feeds, "unpublished": list.unpublished}), text)
}

fn done(report: &ExportReport) -> Result<Done> {
    let mut text = format!(
        "{} is in {}: {}, {} ({}).",
        report.title,
        report.folder,
        words::count(report.episodes, "episode"),
        words::count(report.files, "file"),
        words::bytes(report.bytes)
    );
    text += &match report.written {
        0 => " Nothing was new.".to_string(),
        written => format!(" {} new ({}).", words::count(written, "file"), words::bytes(report.written_bytes)),
    };
    if !report.left_out.is_empty() {
        text += "\nNot in it:";
    }
    for note in &report.left_out {
        text += &format!("\n- {}", sentence(note));
    }
    let exit = match report.left_out.iter().any(|note| note.later) {
        _ if report.left_out.is_empty() => 0,
        true => 3,
        false => 1,
    };
    Ok(Done { exit, ..Done::with(report, text)? })
}

fn sentence(note: &ImportNote) -> String {
    if note.episode.is_empty() { note.message.clone() } else { format!("{}: {}", note.episode, note.message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_say_whether_another_try_helps() {
        let note = |later| ImportNote { later, ..ImportNote::default() };
        let of = |left_out| done(&ExportReport { left_out, ..ExportReport::default() }).unwrap().exit;
        assert_eq!((of(vec![]), of(vec![note(false)]), of(vec![note(false), note(true)])), (0, 1, 3));
    }
}
