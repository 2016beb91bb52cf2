//! Logs of other servers, counted here by the rule of the bundled server (docs/COUNTING.md): the same file twice, files
//! that overlap, and files in any order give the same numbers. No address is ever written down.

mod aside;
mod known;
mod read;
mod source;
mod take;

use crate::Studio;
use crate::read::show_id;
use crate::studio::task_failed;
use hearthcast_counting::address::parse_network;
use hearthcast_counting::logs::{Format, Lists};
use hearthcast_engine::ProgressSink;
use hearthcast_model::stats::LogImport;
use hearthcast_model::{Cancel, Code, Error, Progress, Result, ShowId, TargetId};
use ipnet::IpNet;
use known::Known;
pub use source::LogReadAgain;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use take::Taking;
use tokio::sync::mpsc;

/// Batches on their way from the log to the library.
const BATCHES_AHEAD: usize = 2;

/// How logs are to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// The word for their format; told from their lines where it is `None`.
    pub format: Option<String>,
    /// Networks or addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Networks or addresses that are never counted.
    pub exclude: Vec<String>,
    /// The target whose logs they are, where the show has its feed under the same path at several.
    pub target: Option<String>,
}

/// What is to be read, with its name for messages.
pub(crate) enum LogFile {
    /// A file of this machine.
    File(PathBuf),
    /// Bytes that were fetched.
    Bytes(String, Vec<u8>),
}

impl Studio {
    /// Takes logs in: requests for files and feeds that this show ever published, and counts their days again.
    pub async fn import_logs(
        &self,
        show: &str,
        files: &[PathBuf],
        options: &LogOptions,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<LogImport> {
        let id = show_id(&self.show(show).await?)?;
        let mut how = How::of(options)?;
        if let Some(target) = &options.target {
            how.of = Some(self.place_of_logs(show, target).await?.1.id);
        }
        let files: Vec<LogFile> = files.iter().cloned().map(LogFile::File).collect();
        self.close_log_days().await?;
        self.take_logs(&id, files, &how, cancel, progress).await
    }

    /// Reads logs one after the other; also what a failed one told before is counted.
    async fn take_logs(
        &self,
        show: &ShowId,
        files: Vec<LogFile>,
        how: &How,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<LogImport> {
        let known = Arc::new(self.known_media(show, how.of.as_ref()).await?);
        let mut taking = Taking::new(self, show, Arc::clone(&known));
        let all = files.len() as u64;
        let mut outcome = Ok(());
        for (index, file) in files.into_iter().enumerate() {
            progress(Progress::new("logs", index as u64, all));
            outcome = self.take_log(file, how, &known, &mut taking, cancel).await;
            if outcome.is_err() {
                break;
            }
        }
        let report = taking.finish().await?;
        outcome.map(|()| report)
    }

    async fn take_log(
        &self,
        file: LogFile,
        how: &How,
        known: &Arc<Known>,
        taking: &mut Taking<'_>,
        cancel: &Cancel,
    ) -> Result<()> {
        let (sender, mut batches) = mpsc::channel(BATCHES_AHEAD);
        let (known, format) = (Arc::clone(known), how.format);
        let reading = tokio::task::spawn_blocking(move || {
            let give = |batch| sender.blocking_send(batch).is_ok();
            match file {
                LogFile::File(path) => read::log(&path.display().to_string(), open(&path)?, format, &known.paths, give),
                LogFile::Bytes(name, bytes) => read::log(&name, bytes.as_slice(), format, &known.paths, give),
            }
        });
        while let Some(batch) = batches.recv().await {
            cancel.check()?;
            taking.take(batch, &how.lists).await?;
        }
        reading.await.map_err(|error| task_failed(&error))??;
        taking.report.files += 1;
        Ok(())
    }
}

/// Checked options.
pub(crate) struct How {
    pub(crate) format: Option<Format>,
    pub(crate) lists: Lists,
    /// The place whose logs they are, where that is known.
    pub(crate) of: Option<TargetId>,
}

impl How {
    fn of(options: &LogOptions) -> Result<Self> {
        let (exclude, proxies) = (networks(&options.exclude)?, networks(&options.trusted_proxies)?);
        Ok(Self {
            format: options.format.as_deref().map(format_of).transpose()?,
            lists: Lists { exclude, allow: vec![], proxies },
            of: None,
        })
    }
}

/// Reads the word for a format.
pub(crate) fn format_of(word: &str) -> Result<Format> {
    word.parse().map_err(|_| {
        Error::new(Code::UsageInvalid, format!("\"{word}\" is no format of logs that Hearthcast reads."))
            .hint("There are s3, cloudfront, nginx and caddy.")
    })
}

fn networks(texts: &[String]) -> Result<Vec<IpNet>> {
    let parse = |text: &String| {
        parse_network(text).ok_or_else(|| {
            Error::new(Code::UsageInvalid, format!("\"{text}\" is neither a network (192.0.2.0/24) nor an address."))
        })
    };
    texts.iter().map(parse).collect()
}

fn open(path: &Path) -> Result<File> {
    let name = path.display().to_string();
    File::open(path).map_err(|error| {
        Error::new(Code::UsageInvalid, format!("The log {name} cannot be opened: {error}."))
            .about("file", name.as_str())
    })
}

fn unreadable(name: &str, error: &std::io::Error) -> Error {
    Error::new(Code::UsageInvalid, format!("The log {name} cannot be read to its end: {error}."))
        .hint("What was read of it is counted; importing it again changes nothing that is there.")
        .about("file", name)
}
