//! What long things are, as they are written down: from this any process begins one again that was interrupted.

use crate::Studio;
use crate::publish::Asked;
use crate::share_draft::Sharing;
use crate::take_over::TakeOver;
use hearthcast_engine::ProgressSink;
use hearthcast_model::error::Subject;
use hearthcast_model::export::ExportMedia;
use hearthcast_model::guard::Replace;
use hearthcast_model::import::ImportRequest;
use hearthcast_model::job::{JobKind, JobOutcome};
use hearthcast_model::{Cancel, EpisodeId, Preset, Result, Sha256};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

/// A long thing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Work {
    /// Take a sound file in.
    Ingest {
        /// Show.
        show: String,
        /// Episode id.
        episode: String,
        /// The file.
        path: PathBuf,
        /// Other microphones of the same talk, mixed with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tracks: Vec<PathBuf>,
        /// What becomes of the guid and the address of a live episode.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replace: Option<Replace>,
    },
    /// Give an episode a further file of its content.
    Attach {
        /// Show.
        show: String,
        /// Episode id.
        episode: String,
        /// The file.
        path: PathBuf,
    },
    /// Make the sound listeners get out of a recording in the media folder.
    Process {
        /// Show.
        show: String,
        /// Episode id.
        episode: String,
        /// The recording.
        recording: Sha256,
        /// How.
        preset: Preset,
        /// What becomes of the guid and the address of a live episode.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replace: Option<Replace>,
    },
    /// Publish, or finish what was begun.
    Publish {
        /// Show.
        show: String,
        /// Target id.
        target: String,
        /// Only these episodes; empty takes all.
        only: Vec<EpisodeId>,
        /// What was typed to confirm that apps lose what they know episodes by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm: Option<String>,
    },
    /// Bring an older version back.
    Rollback {
        /// Show.
        show: String,
        /// Target id.
        target: String,
        /// The version.
        version: u64,
        /// What was typed to confirm that apps lose what they know episodes by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm: Option<String>,
    },
    /// Move a show to another place.
    Move {
        /// Show.
        show: String,
        /// Target id it leaves.
        from: String,
        /// Target id it goes to.
        target: String,
        /// How long old files stay.
        grace_days: u32,
        /// What was typed to confirm that the feed has another address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm: Option<String>,
    },
    /// Let a show that was imported be here from now on.
    MoveIn {
        /// Show.
        show: String,
        /// Target id.
        target: String,
        /// What was typed to confirm it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm: Option<String>,
    },
    /// Give public files the names of today's rules.
    Relay {
        /// Show.
        show: String,
        /// Target id.
        target: String,
        /// How long older files stay.
        grace_days: u32,
        /// What was typed to confirm that public sounds get other addresses.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm: Option<String>,
    },
    /// Call an episode back.
    Withdraw {
        /// Show.
        show: String,
        /// Episode id.
        episode: String,
    },
    /// Take a whole show from listeners.
    RemoveShow {
        /// Show.
        show: String,
        /// Days until its files are deleted.
        days: u32,
    },
    /// Bring a removed show back.
    RestoreShow {
        /// Show.
        show: String,
    },
    /// Bring the files of an imported show here.
    Import {
        /// Show id.
        show: String,
    },
    /// Import a folder.
    ImportFolder {
        /// Which one, and how.
        request: Box<ImportRequest>,
    },
    /// Take a show out of the library into a folder.
    Export {
        /// Show id.
        show: String,
        /// The folder.
        folder: PathBuf,
        /// Which sounds go with it.
        media: ExportMedia,
    },
    /// Make again what is missing or outdated of what is made of the author's files.
    Derive {
        /// Show; empty for all.
        show: String,
    },
    /// Take a show over where another program serves it.
    TakeOver {
        /// Show.
        show: String,
        /// Target id.
        target: String,
        /// The address that listeners subscribe to, where it is not the imported one.
        feed: Option<String>,
    },
    /// Let somebody hear a draft.
    Share {
        /// Show.
        show: String,
        /// Episode id.
        episode: String,
        /// Target id.
        target: String,
        /// For how many days.
        days: Option<u32>,
    },
    /// Write down what is said in an episode.
    Transcribe {
        /// Show.
        show: String,
        /// Episode id.
        episode: String,
        /// The language that is spoken, and of the transcript; that of the show without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// Everything due, for one show or all.
    Sync {
        /// Show.
        show: Option<String>,
        /// Nobody began it by hand.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_itself: bool,
    },
}

impl Work {
    /// Its kind in the job table.
    pub(crate) fn kind(&self) -> JobKind {
        match self {
            Self::Ingest { .. } | Self::Attach { .. } | Self::Import { .. } | Self::ImportFolder { .. } => {
                JobKind::Ingest
            }
            Self::Process { .. } | Self::Export { .. } | Self::Transcribe { .. } | Self::Derive { .. } => {
                JobKind::Process
            }
            Self::Publish { .. } | Self::Rollback { .. } | Self::Move { .. } | Self::Withdraw { .. } => {
                JobKind::Publish
            }
            Self::MoveIn { .. } | Self::TakeOver { .. } | Self::Share { .. } => JobKind::Publish,
            Self::Relay { .. } | Self::RemoveShow { .. } | Self::RestoreShow { .. } => JobKind::Publish,
            Self::Sync { .. } => JobKind::Pull,
        }
    }

    /// A word for what it does, as it is written down.
    pub(crate) fn does(&self) -> &'static str {
        match self {
            Self::Ingest { .. } => "ingest",
            Self::Attach { .. } => "attach",
            Self::Process { .. } => "process",
            Self::Publish { .. } => "publish",
            Self::Rollback { .. } => "rollback",
            Self::Move { .. } => "move",
            Self::MoveIn { .. } => "move_in",
            Self::Relay { .. } => "relay",
            Self::Withdraw { .. } => "withdraw",
            Self::RemoveShow { .. } => "remove_show",
            Self::RestoreShow { .. } => "restore_show",
            Self::Import { .. } => "import",
            Self::ImportFolder { .. } => "import_folder",
            Self::Export { .. } => "export",
            Self::Derive { .. } => "derive",
            Self::TakeOver { .. } => "take_over",
            Self::Share { .. } => "share",
            Self::Transcribe { .. } => "transcribe",
            Self::Sync { .. } => "sync",
        }
    }

    /// The show it is about; empty for all.
    pub(crate) fn show(&self) -> String {
        match self {
            Self::Ingest { show, .. }
            | Self::Attach { show, .. }
            | Self::Process { show, .. }
            | Self::Publish { show, .. }
            | Self::Rollback { show, .. }
            | Self::Move { show, .. }
            | Self::MoveIn { show, .. }
            | Self::Relay { show, .. }
            | Self::Withdraw { show, .. }
            | Self::RemoveShow { show, .. }
            | Self::RestoreShow { show }
            | Self::TakeOver { show, .. }
            | Self::Share { show, .. }
            | Self::Transcribe { show, .. }
            | Self::Import { show }
            | Self::Derive { show }
            | Self::Export { show, .. } => show.clone(),
            Self::ImportFolder { request } => request.into.clone().unwrap_or_default(),
            Self::Sync { show, .. } => show.clone().unwrap_or_default(),
        }
    }

    /// What it works on.
    pub(crate) fn subject(&self) -> Subject {
        let (kind, id) = match self {
            Self::Ingest { episode, .. }
            | Self::Attach { episode, .. }
            | Self::Process { episode, .. }
            | Self::Withdraw { episode, .. }
            | Self::Transcribe { episode, .. }
            | Self::Share { episode, .. } => ("episode", episode.clone()),
            Self::Publish { target, .. } | Self::Rollback { target, .. } | Self::Move { target, .. } => {
                ("target", target.clone())
            }
            Self::Relay { target, .. } | Self::MoveIn { target, .. } | Self::TakeOver { target, .. } => {
                ("target", target.clone())
            }
            Self::RemoveShow { show, .. }
            | Self::RestoreShow { show }
            | Self::Import { show }
            | Self::Derive { show } => ("show", show.clone()),
            Self::ImportFolder { request } => ("folder", request.source.clone()),
            Self::Export { folder, .. } => ("folder", folder.display().to_string()),
            Self::Sync { show, .. } => ("show", show.clone().unwrap_or_default()),
        };
        Subject { kind: kind.into(), id }
    }

    /// Whether it is begun again when its process ended. What is due comes round by itself.
    pub(crate) fn is_taken_up(&self) -> bool {
        !matches!(self, Self::Sync { .. })
    }

    /// Whether it is tried again by itself when the other side does not answer. A round of what is due comes again anyway.
    pub(crate) fn is_tried_again(&self) -> bool {
        self.is_taken_up() && !self.is_heavy()
    }

    /// Whether it needs the processor so much that only a few of its kind go on at once, in all processes together.
    pub(crate) fn is_heavy(&self) -> bool {
        matches!(self, Self::Ingest { .. } | Self::Attach { .. } | Self::Process { .. })
    }
}

/// Begins something in a frame of its own: what it needs lies in the heap, and not beside all others on one stack.
fn later<F: Future>(begin: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(begin())
}

impl Studio {
    /// Does it.
    pub(crate) fn perform(
        &self,
        work: Work,
        cancel: Cancel,
        sink: ProgressSink,
    ) -> Pin<Box<dyn Future<Output = Result<JobOutcome>> + Send>> {
        let studio = self.clone();
        Box::pin(async move {
            let nothing = JobOutcome::default();
            match work {
                Work::Ingest { show, episode, path, tracks, replace } => {
                    let from = (path.as_path(), &tracks[..]);
                    let taken = later(|| studio.take_audio_in(&show, &episode, from, replace, &cancel, &sink)).await?;
                    if let Some(recording) = taken {
                        studio.begin(recording).await?;
                    }
                    Ok(nothing)
                }
                Work::Attach { show, episode, path } => {
                    let taken = later(|| studio.attach_now((&show, &episode), &path, &cancel, &sink)).await?;
                    Ok(JobOutcome { bytes: taken, ..nothing })
                }
                Work::Process { show, episode, recording, preset, replace } => {
                    let how = (preset, replace);
                    later(|| studio.make_audio(&show, &episode, &recording, how, &cancel, &sink))
                        .await
                        .map(|()| nothing)
                }
                Work::Derive { show } => later(|| studio.derive_media(&show, &cancel, sink)).await.map(|_| nothing),
                Work::Publish { show, target, only, confirm } => {
                    let asked = Asked { only: &only, confirm: confirm.as_deref(), ..Asked::default() };
                    Ok((&later(|| studio.publish_asked(&show, Some(&target), asked, &cancel, sink)).await?).into())
                }
                Work::Rollback { show, target, version, confirm } => {
                    let asked = (version, confirm.as_deref());
                    Ok((&later(|| studio.rollback(&show, Some(&target), asked, &cancel, sink)).await?).into())
                }
                Work::Move { show, from, target, grace_days, confirm } => {
                    let asked = (grace_days, confirm.as_deref());
                    Ok((&later(|| studio.move_show(&show, &from, &target, asked, &cancel, sink)).await?).into())
                }
                Work::MoveIn { show, target, confirm } => {
                    let moved =
                        later(|| studio.move_in(&show, Some(&target), confirm.as_deref(), &cancel, sink)).await?;
                    Ok(moved.published.as_ref().map(Into::into).unwrap_or_default())
                }
                Work::Relay { target, grace_days, confirm, .. } => {
                    Ok((&later(|| studio.relay(&target, grace_days, confirm.as_deref(), &cancel, &sink)).await?).into())
                }
                Work::Withdraw { show, episode } => {
                    let report = later(|| studio.withdraw(&show, &episode, &cancel, sink)).await?;
                    if report.complete { Ok(nothing) } else { Err(crate::withdraw::incomplete(&report)) }
                }
                Work::RemoveShow { show, days } => {
                    later(|| studio.remove_show(&show, days, &cancel, sink)).await.map(|_| nothing)
                }
                Work::Transcribe { show, episode, language } => {
                    later(|| studio.transcribe_now((&show, &episode), language, &cancel, &sink)).await.map(|()| nothing)
                }
                Work::Import { show } => later(|| studio.bring(&show, &cancel, &sink)).await,
                Work::ImportFolder { request } => {
                    let report = later(|| studio.take_folder(&request, &cancel, &sink)).await?;
                    Ok(JobOutcome { bytes: report.files.bytes, imported: Some(Box::new(report)), ..nothing })
                }
                Work::Export { show, folder, media } => {
                    let report = later(|| studio.export(&show, &folder, media, &cancel, &sink)).await?;
                    Ok(JobOutcome { bytes: report.written_bytes, exported: Some(Box::new(report)), ..nothing })
                }
                Work::TakeOver { show, target, feed } => {
                    let wish = TakeOver::at(studio.target(&target).await?.name, feed);
                    later(|| studio.take_over(&show, wish, &cancel, sink)).await.map(|_| nothing)
                }
                Work::Share { show, episode, target, days } => {
                    let how = Sharing { days, target: Some(&target) };
                    later(|| studio.share_draft(&show, &episode, how, &cancel, &sink)).await.map(|_| nothing)
                }
                Work::RestoreShow { show } => {
                    later(|| studio.restore_show(&show, &cancel, sink)).await.map(|()| nothing)
                }
                Work::Sync { show, by_itself } => {
                    let synced = match by_itself {
                        true => later(|| studio.sync_by_itself(show.as_deref(), &cancel, sink)).await?,
                        false => later(|| studio.sync(show.as_deref(), &cancel, sink)).await?,
                    };
                    let outcome = JobOutcome { publications: synced.published, rows: synced.rows, ..nothing };
                    synced.failures.into_iter().next().map_or(Ok(outcome), |(_, error)| Err(error))
                }
            }
        })
    }
}
