//! `hearthcast target paths`: where older paths lead at a Hearthcast server.

use crate::output::Done;
use crate::words;
use clap::{Args, Subcommand};
use hearthcast_model::legacy::{LegacyPath, PathsImport};
use hearthcast_model::{Error, Result};
use hearthcast_studio::Studio;
use std::path::PathBuf;

/// Older paths of a server.
#[derive(Debug, Args)]
pub struct PathWords {
    /// Name of the target
    name: String,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them
    List,
    /// Keep one: `/old/feed.xml /podcasts/my-show/rss/`, or `/files/* https://cdn.example.org/old/*`
    Add {
        /// Older path; * at its end for all that begin so
        from: String,
        /// Path at the server, or an address of the show; * at its end for what the other one stood for
        to: String,
        /// 301 for ever, 302 for now
        #[arg(long, value_name = "N", default_value_t = 301)]
        status: u16,
    },
    /// Forget one
    Remove {
        /// Older path
        from: String,
    },
    /// Keep those of a CSV file: from, to and, where it is not 301, the status
    Import {
        /// The file
        file: PathBuf,
        /// Leave out lines that cannot be kept, instead of taking none
        #[arg(long)]
        skip_refused: bool,
    },
}

/// Does what the words say.
pub async fn run(studio: &Studio, words: PathWords) -> Result<Done> {
    let PathWords { name, verb } = words;
    let before = studio.older_paths(&name).await?;
    let paths = match verb {
        Verb::List => before.clone(),
        Verb::Add { from, to, status } => studio.set_older_path(&name, None, LegacyPath { from, to, status }).await?,
        Verb::Remove { from } => studio.remove_older_path(&name, &from).await?,
        Verb::Import { file, skip_refused } => {
            return taken(studio.import_older_paths(&name, &file, skip_refused).await?);
        }
    };
    let line = |path: &LegacyPath| {
        let led = before.iter().find(|was| was.from == path.from && was.to != path.to);
        let led = led.map_or_else(String::new, |was| format!(" (before: {})", was.to));
        format!("{} {} -> {}{led}\n", path.status, path.from, path.to)
    };
    let text: String = paths.iter().map(line).collect();
    Done::list("paths", &paths, text.trim_end().to_string())
}

/// What became of a table.
fn taken(import: PathsImport) -> Result<Done> {
    if !import.kept
        && let Some(first) = import.refused_lines.first()
    {
        let lines =
            import.refused_lines.iter().map(|refused| format!("Line {}: {}", refused.line, refused.error.message));
        let message = lines.collect::<Vec<_>>().join("\n");
        return Err(Error { message, ..first.error.clone() });
    }
    let mut text = format!("{} taken.", words::count(import.taken, "older path"));
    for refused in &import.refused_lines {
        text.push_str(&format!("\nLine {} left out: {}", refused.line, refused.error.message));
    }
    Done::list("paths", &import.paths, text)
}
