//! Examines the library and what it needs, and mends a damaged one.

use crate::Studio;
use crate::studio::Options;
use hearthcast_library::{Library, Salvage, files, media, record, show, target};
use hearthcast_model::facts::Finding;
use hearthcast_model::{Code, Error, Result};
use std::path::{Path, PathBuf};

/// A safe copy of the library, for a list.
pub use hearthcast_library::Copy;

/// What an examination found.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// The library's folder.
    pub root: PathBuf,
    /// Why the library could not be opened, if it could not.
    pub failure: Option<Error>,
    /// What a person should know or do; empty when all is well.
    pub findings: Vec<Finding>,
    /// Safe copies, newest first.
    pub copies: Vec<Copy>,
}

/// Examines a library that may not even open.
pub async fn examine(options: Options) -> Examination {
    let root = options.root.clone();
    let copies = Library::copies(&root).await;
    match Studio::open(options).await {
        Ok(studio) => {
            let findings = studio.findings().await.unwrap_or_else(|error| vec![finding(&error)]);
            Examination { root, failure: None, findings, copies }
        }
        Err(error) => Examination { root, findings: vec![finding(&error)], failure: Some(error), copies },
    }
}

/// Saves what can be read of a damaged library into a new one; the damaged file stays beside it. Refuses a healthy one.
pub async fn salvage(options: Options) -> Result<Salvage> {
    refuse_healthy(&options).await?;
    let (_, salvage) = Library::salvage(&options.root, options.clock, options.ids).await?;
    Ok(salvage)
}

/// Goes back to a safe copy; the damaged file stays beside it. Returns where. Refuses to replace a healthy library.
pub async fn use_copy(options: Options, copy: &Path) -> Result<PathBuf> {
    refuse_healthy(&options).await?;
    Ok(Library::use_copy(&options.root, copy, options.clock.now_ms()).await?)
}

async fn refuse_healthy(options: &Options) -> Result<()> {
    let opened = Library::open(&options.root, options.clock.clone(), options.ids.clone()).await;
    match opened.map(|_| ()).map_err(Error::from) {
        Err(error) if error.code == Code::LibraryDamaged => Ok(()),
        Err(other) => Err(other),
        Ok(()) => Err(Error::new(Code::UsageInvalid, "The library is in order; nothing was changed.")
            .hint("These two ways are for a damaged library only.")),
    }
}

impl Studio {
    /// What a person should know or do about the library.
    pub async fn findings(&self) -> Result<Vec<Finding>> {
        let mut findings = vec![];
        for (table, id) in record::altered(self.library()).await? {
            let message = format!(
                "The text of the {} {id} is not what was written: the disk changed it. Read it through; an older state may stand in a safe copy.",
                table.name()
            );
            findings.push(said("library.altered", message));
        }
        for row in show::list(self.library()).await? {
            for target in target::of_show(self.library(), &row.id).await? {
                if hearthcast_engine::apply::unfinished(self.library(), &target.id).await?.is_some() {
                    findings.push(said(
                        "publish.unfinished",
                        format!(
                            "A publication of \"{}\" to \"{}\" was interrupted; \"hearthcast sync\" finishes it.",
                            row.title, target.name
                        ),
                    ));
                }
            }
            for episode in self.episodes(row.id.as_str()).await? {
                let view = self.episode_view(row.id.as_str(), episode.id.as_str()).await?;
                if view.audio.is_some_and(|audio| !audio.here) {
                    findings
                        .push(said("media.absent", format!("The audio of \"{}\" is not on this disk.", episode.title)));
                }
            }
            if let Some(cover) = row.cover.as_deref().and_then(hearthcast_model::Sha256::parse)
                && media::get(self.library(), &cover).await?.is_some()
                && !files::path(self.root(), &cover).exists()
            {
                findings.push(said("media.absent", format!("The cover of \"{}\" is not on this disk.", row.title)));
            }
        }
        Ok(findings)
    }
}

fn said(code: &str, message: String) -> Finding {
    Finding { code: code.into(), message, at_ms: None }
}

fn finding(error: &Error) -> Finding {
    let message =
        if error.hint.is_empty() { error.message.clone() } else { format!("{} {}", error.message, error.hint) };
    said(error.code.as_str(), message)
}
