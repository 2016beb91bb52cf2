//! `hearthcast export …`: a show as a folder of its own.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::{Args, ValueEnum};
use hearthcast_model::import::ImportNote;
use hearthcast_model::{ExportMedia, ExportReport, Result};
use hearthcast_studio::Studio;
use std::path::PathBuf;

/// What is exported, and where to.
#[derive(Debug, Args)]
pub struct Export {
    /// Id or slug of the show
    show: String,
    /// A new or empty folder, or the one of an earlier export of the show, which is brought up to date
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Which sounds go with it
    #[arg(long, value_enum, default_value_t = Media::All)]
    media: Media,
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
    let cancel = library::cancel_on_interrupt();
    let report = studio.export_show(&words.show, &words.folder, words.media.into(), cancel, output.sink()).await?;
    for finding in &report.findings {
        output.finding(&finding.code, &finding.message, "");
    }
    done(&report)
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
