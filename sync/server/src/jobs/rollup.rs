//! The rollup: rows leave the log for the database, and days that got rows are counted again.
//!
//! Rows, counts and the mark of how far the log was read are written in one transaction: killed anywhere, every row is
//! counted exactly once. Counting a day again gives the same number; only a changed row gets a new version.

mod kept;

use crate::app::App;
use crate::logbook::{self, Entry, Mark, RowId, Segment};
use hearthcast_counting::agents::Classifier;
use hearthcast_counting::rule::{self, DayTally, Delivery, MediaVersion, Settings};
use hearthcast_model::clock::utc_day;
use hearthcast_model::stats::DayCount;
use hearthcast_model::{Code, EpisodeId, Error, Result, ShowId};
use hearthcast_store::log_row::{self, LogMark};
use hearthcast_store::{Writer, day_count, media, released};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The node whose log this server writes and reads.
pub const NODE: &str = "main";

/// Log entries taken in one transaction.
const BATCH: usize = 20_000;

/// When a day is closed, after its end: the salt is deleted then too.
pub const CLOSING_MS: i64 = 2 * 3_600_000;

const DAY_MS: i64 = 86_400_000;

/// Counts, one run at a time.
pub struct Counter {
    lock: tokio::sync::Mutex<()>,
    settings: Settings,
    classifier: Arc<Classifier>,
}

impl Counter {
    /// A counter with a cap of downloads per address and day.
    pub fn new(max_downloads_per_ip_per_day: Option<u64>) -> Self {
        let settings = Settings { max_downloads_per_ip_per_day, redirect_mode: false };
        Self { lock: Default::default(), settings, classifier: Arc::new(Classifier::default()) }
    }
}

/// Counts everything the log holds, and closes days that are over.
pub async fn run(app: &App) -> Result<()> {
    let _one_at_a_time = app.counter.lock.lock().await;
    while take_batch(app).await? == BATCH {}
    close_days(app).await
}

/// Takes the next entries of the log. Returns how many.
async fn take_batch(app: &App) -> Result<usize> {
    let mark = log_row::mark(&mut *app.store.read().await?, NODE).await?;
    let folder = app.folders.log();
    let read = tokio::task::spawn_blocking(move || read_batch(&folder, mark)).await.map_err(|_| stopped())??;
    let (entries, after) = read;
    if entries.is_empty() {
        return Ok(0);
    }
    let taken = entries.len();
    let mut writer = app.store.write().await?;
    let days = keep(&mut writer, entries).await?;
    for day in days {
        count_day(app, &mut writer, &day).await?;
    }
    log_row::set_mark(&mut writer, NODE, after).await?;
    writer.commit().await?;
    Ok(taken)
}

fn read_batch(folder: &std::path::Path, mark: LogMark) -> Result<(Vec<(RowId, Entry)>, LogMark)> {
    let segment = Segment { n: mark.segment_n, start_ms: mark.segment_start_ms };
    let mut reader = logbook::read(folder, NODE, Mark { segment, offset: mark.read_to })?;
    let mut entries = vec![];
    while entries.len() < BATCH {
        match reader.next() {
            Some(entry) => entries.push(entry?),
            None => break,
        }
    }
    let Mark { segment, offset } = reader.mark();
    Ok((entries, LogMark { segment_n: segment.n, segment_start_ms: segment.start_ms, read_to: offset }))
}

/// Keeps rows, applies amendments, and tells which days changed.
async fn keep(writer: &mut Writer, entries: Vec<(RowId, Entry)>) -> Result<BTreeSet<String>> {
    let (rows, amendments) = logbook::settled(entries);
    let mut days = BTreeSet::new();
    for (id, row) in rows {
        let row = kept::write(&row.delivery(&id))?;
        days.insert(row.day.clone());
        log_row::add(writer, &[row]).await?;
    }
    for (id, sent) in amendments {
        let Some(row) = log_row::get(writer, &id.to_string()).await? else { continue };
        let amended = kept::write(&Delivery { sent, ..kept::read(&row)? })?;
        log_row::amend(writer, &amended.id, &amended.content).await?;
        days.insert(row.day);
    }
    Ok(days)
}

/// Counts the days again whose time is over, for the last time.
async fn close_days(app: &App) -> Result<()> {
    let first_open = first_open_day(app.now_ms());
    let days = day_count::open_days(&mut *app.store.read().await?, &first_open).await?;
    if days.is_empty() {
        return Ok(());
    }
    let mut writer = app.store.write().await?;
    for day in days {
        count_day(app, &mut writer, &day).await?;
    }
    writer.commit().await?;
    Ok(())
}

async fn count_day(app: &App, writer: &mut Writer, day: &str) -> Result<()> {
    let rows = log_row::of_day(writer, day).await?;
    let (versions, shows) = media_versions(writer).await?;
    let (settings, classifier) = (app.counter.settings.clone(), app.counter.classifier.clone());
    let counted = move || -> Result<rule::Days> {
        let deliveries: Vec<Delivery> = rows.iter().map(kept::read).collect::<Result<_>>()?;
        Ok(rule::count(deliveries, &versions, &settings, &classifier))
    };
    let days = tokio::task::spawn_blocking(counted).await.map_err(|_| stopped())??;
    let provisional = day >= first_open_day(app.now_ms()).as_str();
    for ((day, episode), tally) in days {
        let ids = (shows.get(&episode), EpisodeId::parse(&episode));
        let (Some(show), Some(episode)) = ids else { continue };
        day_count::put(writer, &day_row(show, episode, day, provisional, tally)).await?;
    }
    Ok(())
}

fn day_row(show: &ShowId, episode: EpisodeId, day: String, provisional: bool, tally: DayTally) -> DayCount {
    DayCount {
        show: show.clone(),
        episode,
        day,
        version: 0,
        provisional,
        funnel: tally.funnel,
        by_hour: tally.by_hour.to_vec(),
        by_app: tally.by_app,
        unverified: tally.unverified,
    }
}

type Versions = BTreeMap<String, MediaVersion>;

/// Every file a public episode ever had, as the rule needs it, and the show of each episode.
async fn media_versions(writer: &mut Writer) -> Result<(Versions, BTreeMap<String, ShowId>)> {
    let (mut versions, mut shows) = (Versions::new(), BTreeMap::new());
    for file in released::episode_media(writer).await? {
        shows.insert(file.episode.to_string(), file.show);
        let Some(facts) = media::get(writer, &file.sha256).await?.and_then(|media| media.facts) else { continue };
        versions.insert(
            file.sha256.to_string(),
            MediaVersion {
                episode: file.episode.to_string(),
                size: facts.size_bytes,
                header: facts.header_bytes,
                trailer: facts.trailer_bytes,
                duration_ms: facts.duration_ms,
                published_ms: file.published_ms,
            },
        );
    }
    Ok((versions, shows))
}

/// The first UTC day that is not closed.
pub fn first_open_day(now_ms: i64) -> String {
    utc_day(now_ms - CLOSING_MS)
}

/// The next UTC day.
pub fn next_day(now_ms: i64) -> String {
    utc_day(now_ms + DAY_MS)
}

fn stopped() -> Error {
    Error::new(Code::Internal, "The server stopped in the middle of counting.")
}
