//! The rollup: rows leave the log for the database, and days that got rows are counted again.
//!
//! Rows, the mark of how far the log was read and which days changed are written in one transaction, and a day's counts with
//! the note that it was counted in another: killed anywhere, every row is counted exactly once. Counting a day again gives the
//! same number; only a changed row gets a new version. Memory grows with the listeners of a day, not with its rows.

mod feeds;
mod kept;

use crate::app::App;
use crate::logbook::{self, Entry, Mark, Page, RowId, Segment, View};
use crate::user_agents;
use hearthcast_counting::agents::Classifier;
use hearthcast_counting::rule::{self, DayTally, Delivery, MediaVersion, Settings};
use hearthcast_model::clock::utc_day;
use hearthcast_model::stats::DayCount;
use hearthcast_model::{Code, EpisodeId, Error, Result, ShowId};
use hearthcast_store::log_row::{self, LogMark};
use hearthcast_store::{Store, Writer, day_count, feed_day, media, released, view_row};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The node whose log this server writes and reads.
pub const NODE: &str = "main";

/// Log entries taken in one transaction.
const BATCH: usize = 4_000;

/// Rows of a day that are counted in one go. A row as it comes out of the database has two thousand bytes.
const ROWS: i64 = 1_000;

/// When a day is closed, after its end: the salt is deleted then too.
pub const CLOSING_MS: i64 = 2 * 3_600_000;

const DAY_MS: i64 = 86_400_000;

/// Counts, one run at a time.
pub struct Counter {
    lock: tokio::sync::Mutex<()>,
    settings: Settings,
    classifier: Arc<Classifier>,
    done_ms: AtomicI64,
}

impl Counter {
    /// A counter with the server's cap and lists of agents.
    pub fn new(server: &crate::Settings) -> Result<Self> {
        let cap = server.max_downloads_per_ip_per_day;
        let classifier = server.user_agents.as_deref().map(user_agents::classifier).transpose()?.unwrap_or_default();
        Ok(Self {
            lock: Default::default(),
            settings: Settings { max_downloads_per_ip_per_day: cap, redirect_mode: false },
            classifier: Arc::new(classifier),
            done_ms: AtomicI64::new(i64::MIN),
        })
    }
}

impl Counter {
    /// When everything was counted last, Unix milliseconds; `None` before the first time.
    pub fn done_ms(&self) -> Option<i64> {
        Some(self.done_ms.load(Ordering::Relaxed)).filter(|at| *at != i64::MIN)
    }
}

/// Counts everything the log holds, and closes days that are over.
pub async fn run(app: &App) -> Result<()> {
    let _one_at_a_time = app.counter.lock.lock().await;
    while take_batch(app).await? == BATCH {}
    count_due(app).await?;
    close_days(app).await?;
    app.counter.done_ms.store(app.now_ms(), Ordering::Relaxed);
    Ok(())
}

/// Counts days again of which rows are kept, each in a transaction of its own: after a robot became known, or with another
/// cap. Days whose rows are gone keep their numbers. Returns the days.
pub async fn recount(store: &Store, counter: &Counter, now_ms: i64, from: &str, to: &str) -> Result<Vec<String>> {
    let mut reader = store.read().await?;
    let mut days: BTreeSet<String> = log_row::days(&mut reader, from, to).await?.into_iter().collect();
    days.extend(view_row::days(&mut reader, from, to).await?);
    drop(reader);
    for day in &days {
        let mut writer = store.write().await?;
        count_day(counter, &mut writer, day, now_ms).await?;
        writer.commit().await?;
    }
    Ok(days.into_iter().collect())
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
    let views: Vec<(RowId, View)> = entries.iter().filter_map(|(id, entry)| Some((id.clone(), view(entry)?))).collect();
    let mut days = keep(&mut writer, entries).await?;
    days.extend(keep_views(app, &mut writer, views).await?);
    for day in days {
        log_row::set_due(&mut writer, &day).await?;
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

fn view(entry: &Entry) -> Option<View> {
    if let Entry::View(view) = entry { Some(view.clone()) } else { None }
}

/// Keeps requests for feeds and pages of shows that are public, and tells which days changed.
async fn keep_views(app: &App, writer: &mut Writer, views: Vec<(RowId, View)>) -> Result<BTreeSet<String>> {
    let mut days = BTreeSet::new();
    for (id, view) in views {
        let Some(show) = show_of(app, &view) else { continue };
        days.extend(feeds::keep(writer, &id, &view, &show).await?);
    }
    Ok(days)
}

/// The show that a request was about. What websites tell of names an episode or a post.
fn show_of(app: &App, view: &View) -> Option<ShowId> {
    match view.page {
        Page::Episode | Page::Post => app.shown.show_of(&view.of),
        _ => ShowId::parse(&view.of),
    }
}

/// Counts the days again whose time is over, for the last time.
async fn close_days(app: &App) -> Result<()> {
    let first_open = first_open_day(app.now_ms());
    let mut reader = app.store.read().await?;
    let mut days: BTreeSet<String> = day_count::open_days(&mut reader, &first_open).await?.into_iter().collect();
    days.extend(feed_day::open_days(&mut reader, &first_open).await?);
    drop(reader);
    if days.is_empty() {
        return Ok(());
    }
    let mut writer = app.store.write().await?;
    for day in days {
        count_day(&app.counter, &mut writer, &day, app.now_ms()).await?;
    }
    writer.commit().await?;
    Ok(())
}

/// Counts the days again that got rows.
async fn count_due(app: &App) -> Result<()> {
    let due = log_row::due(&mut *app.store.read().await?).await?;
    for day in due {
        let mut writer = app.store.write().await?;
        count_day(&app.counter, &mut writer, &day, app.now_ms()).await?;
        log_row::counted(&mut writer, &day).await?;
        writer.commit().await?;
    }
    Ok(())
}

async fn count_day(counter: &Counter, writer: &mut Writer, day: &str, now_ms: i64) -> Result<()> {
    feeds::count_day(counter, writer, day, now_ms).await?;
    let (versions, shows) = media_versions(writer).await?;
    let countable: BTreeSet<&str> = versions.values().map(|version| version.episode.as_str()).collect();
    let mut days = counted(counter, writer, day, &versions).await?;
    for before in day_count::of_day(writer, day).await? {
        // Rows that were another episode's, as it seemed, are its no more. Of a sound that nothing is known about any more, what was
        // counted stays.
        if countable.contains(before.episode.as_str()) {
            days.entry((day.to_string(), before.episode.to_string())).or_default();
        }
    }
    let provisional = day >= first_open_day(now_ms).as_str();
    for ((day, episode), tally) in days {
        let ids = (shows.get(&episode), EpisodeId::parse(&episode));
        let (Some(show), Some(episode)) = ids else { continue };
        day_count::put(writer, &day_row(show, episode, day, provisional, tally)).await?;
    }
    Ok(())
}

/// Counts the rows of a day, some at a time: a day may have more than fit into memory.
async fn counted(counter: &Counter, writer: &mut Writer, day: &str, versions: &Versions) -> Result<rule::Days> {
    let mut counting = rule::Counting::new(versions, &counter.settings);
    let bare = versions.iter().filter(|(name, _)| !name.contains('/'));
    let episodes: Arc<BTreeMap<String, String>> =
        Arc::new(bare.map(|(name, version)| (name.clone(), version.episode.clone())).collect());
    let mut after = String::new();
    loop {
        let rows = log_row::of_day_after(writer, day, &after, ROWS).await?;
        let Some(last) = rows.last() else { return Ok(counting.finish()) };
        after.clone_from(&last.id);
        let (classifier, episodes) = (Arc::clone(&counter.classifier), Arc::clone(&episodes));
        let added = move || -> Result<rule::Counting> {
            for row in &rows {
                counting.add(&named(kept::read(row)?, &episodes), &classifier);
            }
            Ok(counting)
        };
        counting = tokio::task::spawn_blocking(added).await.map_err(|_| stopped())??;
    }
}

/// A row that does not tell which of the episodes with a sound was asked for: the first one's, as one file with what else
/// was asked of it.
fn named(row: Delivery, episodes: &BTreeMap<String, String>) -> Delivery {
    match episodes.get(&row.media) {
        Some(episode) => Delivery { media: format!("{}/{episode}", row.media), ..row },
        None => row,
    }
}

fn day_row(show: &ShowId, episode: EpisodeId, day: String, provisional: bool, tally: DayTally) -> DayCount {
    DayCount {
        provisional,
        funnel: tally.funnel,
        by_hour: tally.by_hour.to_vec(),
        by_app: tally.by_app,
        unverified: tally.unverified,
        by_device: tally.by_device,
        by_referrer: tally.by_referrer,
        by_country: tally.by_country,
        ..DayCount::new(show.clone(), episode, day)
    }
}

type Versions = BTreeMap<String, MediaVersion>;

/// Every file a public episode ever had, as the rule needs it, and the show of each episode.
///
/// One sound may be in several episodes (a rerun, a show in two places). Rows that tell which one was asked for name
/// `<hash>/<episode>`; of the others, which name the hash alone, the episode that was public first has all.
async fn media_versions(writer: &mut Writer) -> Result<(Versions, BTreeMap<String, ShowId>)> {
    let (mut versions, mut shows) = (Versions::new(), BTreeMap::new());
    let mut files = released::episode_media(writer).await?;
    files.sort_by(|a, b| (a.published_ms, &a.episode).cmp(&(b.published_ms, &b.episode)));
    for file in files {
        shows.insert(file.episode.to_string(), file.show);
        let Some(facts) = media::measures(writer, &file.sha256).await? else { continue };
        let version = MediaVersion {
            episode: file.episode.to_string(),
            size: facts.size_bytes,
            header: facts.header_bytes,
            trailer: facts.trailer_bytes,
            duration_ms: facts.duration_ms,
            published_ms: file.published_ms,
        };
        versions.insert(format!("{}/{}", file.sha256, file.episode), version.clone());
        versions.entry(file.sha256.to_string()).or_insert(version);
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
