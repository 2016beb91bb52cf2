//! Logs that `sync` reads by itself: files of a place whose names begin with a prefix, each once.

use super::{How, LogFile, format_of};
use crate::Studio;
use crate::read::show_id;
use hearthcast_counting::logs::Lists;
use hearthcast_engine::ProgressSink;
use hearthcast_library::logs::{self, LogSource};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::stats::LogImport;
use hearthcast_model::{Cancel, Code, Error, Result, ShowId, TargetId};
use hearthcast_storage::{Listed, Place};

/// Largest log that is fetched. S3 and CloudFront write a new one every few minutes.
const MOST_LOG_BYTES: u64 = 256 << 20;

/// Most logs fetched in one sync; the next one goes on.
const MOST_LOGS: usize = 2_000;

/// A log that is not what it was when it was read, and was read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReadAgain {
    /// The place.
    pub target: String,
    /// Its name there.
    pub name: String,
    /// It is longer now: somebody goes on writing it. Otherwise other bytes lie under its name.
    pub grew: bool,
}

/// What a place's logs brought.
#[derive(Debug, Default)]
pub(crate) struct LogsRead {
    /// Requests that are new.
    pub(crate) new_rows: u64,
    /// Logs that were read again.
    pub(crate) again: Vec<LogReadAgain>,
}

/// Bytes of logs taken in together.
const BATCH_BYTES: u64 = 64 << 20;

impl Studio {
    /// Has `sync` read the logs of a place whose names begin with `prefix`.
    pub async fn set_log_source(&self, show: &str, target: &str, prefix: &str, format: &str) -> Result<Vec<LogSource>> {
        let (id, target) = self.place_of_logs(show, target).await?;
        let prefix = prefix_of(prefix)?;
        let format = format_of(format)?.to_string();
        let mut tx = self.library().transact().await?;
        tx.put_log_source(&id, &LogSource { target: target.id, prefix, format }).await?;
        self.commit_own(tx).await?;
        Ok(logs::sources(self.library(), &id).await?)
    }

    /// Has `sync` read them no longer; what was counted stays.
    pub async fn remove_log_source(&self, show: &str, target: &str, prefix: &str) -> Result<Vec<LogSource>> {
        let (id, target) = self.place_of_logs(show, target).await?;
        let prefix = prefix_of(prefix)?;
        let mut tx = self.library().transact().await?;
        if !tx.remove_log_source(&id, &target.id, &prefix).await? {
            return Err(Error::not_found("log source", &prefix));
        }
        self.commit_own(tx).await?;
        Ok(logs::sources(self.library(), &id).await?)
    }

    /// Where logs of a show are read by themselves.
    pub async fn log_sources(&self, show: &str) -> Result<Vec<LogSource>> {
        let id = show_id(&self.show(show).await?)?;
        Ok(logs::sources(self.library(), &id).await?)
    }

    /// What a target is called.
    pub async fn target_name(&self, id: &TargetId) -> Result<String> {
        Ok(self.target(id.as_str()).await?.name)
    }

    pub(super) async fn place_of_logs(&self, show: &str, target: &str) -> Result<(ShowId, Target)> {
        let (id, target) = (show_id(&self.show(show).await?)?, self.target(target).await?);
        if target.show != id {
            return Err(Error::not_found("target", &target.name).hint("It belongs to another show."));
        }
        if matches!(target.location, Location::Server { .. }) {
            return Err(Error::new(
                Code::TargetInvalid,
                "The bundled server counts by itself; it has no logs to read.",
            )
            .about("target", target.name));
        }
        Ok((id, target))
    }

    /// Reads the logs of a show that have come since the last time.
    pub(crate) async fn read_log_sources(
        &self,
        show: &ShowId,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<LogsRead> {
        let sources = logs::sources(self.library(), show).await?;
        let mut all = LogsRead::default();
        for source in sources {
            let target = self.target(source.target.as_str()).await?;
            let place = self.place(&target).await?;
            let (format, of) = (Some(format_of(&source.format)?), Some(source.target.clone()));
            let how = How { format, lists: Lists::default(), of };
            let found = place.list(&source.prefix).await?;
            let (mut left, again) = self.unread(&source, found).await?;
            all.again.extend(again.into_iter().map(|(name, grew)| LogReadAgain {
                target: target.name.clone(),
                name,
                grew,
            }));
            while !left.is_empty() {
                cancel.check()?;
                all.new_rows +=
                    self.read_some(show, &source, &*place, &mut left, &how, cancel, progress).await?.new_rows;
            }
        }
        Ok(all)
    }

    /// The logs that were not read as they are now, at most [`MOST_LOGS`]; and those of them that were read as they were, with
    /// whether they grew.
    async fn unread(&self, source: &LogSource, found: Vec<Listed>) -> Result<(Vec<Listed>, Vec<(String, bool)>)> {
        let (mut unread, mut again, mut better_known) = (vec![], vec![], vec![]);
        for file in found {
            let name = file.key.to_string();
            match Known::of(logs::mark_of(self.library(), &source.target, &name).await?.as_deref(), &file) {
                Known::Read => continue,
                Known::ReadBefore => better_known.push(file),
                _ if unread.len() == MOST_LOGS => {}
                Known::New => unread.push(file),
                Known::Changed { grew } => {
                    again.push((name, grew));
                    unread.push(file);
                }
            }
        }
        self.note_logs(source, &better_known).await?;
        unread.reverse();
        Ok((unread, again))
    }

    async fn note_logs(&self, source: &LogSource, read: &[Listed]) -> Result<()> {
        if read.is_empty() {
            return Ok(());
        }
        let mut tx = self.library().transact().await?;
        for file in read {
            tx.put_log_object(&source.target, &file.key.to_string(), &mark(file)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Fetches some of them from the end of the list, counts them, and notes that they were read.
    #[expect(clippy::too_many_arguments, reason = "a list in work, and what every long act is given")]
    async fn read_some(
        &self,
        show: &ShowId,
        source: &LogSource,
        place: &dyn Place,
        left: &mut Vec<Listed>,
        how: &How,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<LogImport> {
        let (mut files, mut read, mut bytes) = (vec![], vec![], 0);
        while bytes < BATCH_BYTES
            && let Some(file) = left.pop()
        {
            cancel.check()?;
            let name = file.key.to_string();
            if file.bytes > MOST_LOG_BYTES {
                tracing::warn!(name, bytes = file.bytes, "a log is too large to be read");
            } else if let Some((content, _)) = place.read(&file.key, MOST_LOG_BYTES).await? {
                bytes += content.len() as u64;
                files.push(LogFile::Bytes(name, content));
            }
            read.push(file);
        }
        let report = self.take_logs(show, files, how, cancel, progress).await?;
        self.note_logs(source, &read).await?;
        Ok(report)
    }
}

/// Which bytes a log has: how many, and their entity tag where the place tells it.
fn mark(file: &Listed) -> String {
    match &file.tag {
        Some(tag) => format!("{} {tag}", file.bytes),
        None => file.bytes.to_string(),
    }
}

/// What is known of a log that lies at a place.
#[derive(Debug, PartialEq, Eq)]
enum Known {
    New,
    /// Read as it is.
    Read,
    /// Read with this length, when tags were not noted, or by a way that tells none.
    ReadBefore,
    Changed {
        grew: bool,
    },
}

impl Known {
    fn of(noted: Option<&str>, file: &Listed) -> Self {
        let Some(noted) = noted else { return Self::New };
        if noted == mark(file) {
            return Self::Read;
        }
        let (bytes, tag) = noted.split_once(' ').map_or((noted, None), |(bytes, tag)| (bytes, Some(tag)));
        let bytes: u64 = bytes.parse().unwrap_or(0);
        match bytes == file.bytes && (tag.is_none() || file.tag.is_none()) {
            true => Self::ReadBefore,
            false => Self::Changed { grew: file.bytes > bytes },
        }
    }
}

/// A prefix that names logs and nothing that Hearthcast publishes.
fn prefix_of(text: &str) -> Result<String> {
    let prefix = text.trim_start_matches('/');
    let first = prefix.split('/').next().unwrap_or_default();
    let own = ["media", "images", "text", "feeds"].contains(&first);
    if prefix.is_empty() || own || prefix.len() > 500 || prefix.contains("..") {
        return Err(Error::new(Code::UsageInvalid, format!("\"{text}\" cannot be where logs lie."))
            .hint("Name the folder that the storage writes its logs to, such as logs/."));
    }
    Ok(prefix.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_counting::logs::Format;

    #[test]
    fn a_log_is_known_by_its_length_and_its_tag() {
        let file = |bytes, tag: Option<&str>| Listed {
            key: hearthcast_storage::StorageKey::parse("logs/a.log").unwrap(),
            bytes,
            tag: tag.map(str::to_string),
        };
        let now = file(10, Some("\"b\""));
        for (noted, known) in [
            (None, Known::New),
            (Some("10 \"b\""), Known::Read),
            (Some("10"), Known::ReadBefore),
            (Some("9"), Known::Changed { grew: true }),
            (Some("9 \"a\""), Known::Changed { grew: true }),
            (Some("10 \"a\""), Known::Changed { grew: false }),
            (Some("11 \"a\""), Known::Changed { grew: false }),
        ] {
            assert_eq!(Known::of(noted, &now), known, "{noted:?}");
        }
        assert_eq!(Known::of(Some("10"), &file(10, None)), Known::Read);
    }

    #[test]
    fn logs_lie_in_a_folder_of_their_own() {
        assert_eq!(prefix_of("/logs/").unwrap(), "logs/");
        for bad in ["", "/", "media/x", "feeds/", "a/../b"] {
            assert!(prefix_of(bad).is_err(), "{bad}");
        }
        assert_eq!(format_of("s3").unwrap(), Format::S3);
        assert!(format_of("iis").is_err());
    }
}
