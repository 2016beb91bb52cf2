//! Requests become pseudonymous rows of their day, and days are counted. Addresses end here.

use super::aside::{Aside, ClosedDay};
use super::known::Known;
use super::read::Batch;
use crate::Studio;
use crate::studio::task_failed;
use hearthcast_counting::agents::Classifier;
use hearthcast_counting::logs::{Hit, Lists, Skip};
use hearthcast_counting::readers::{Asker, FeedTally};
use hearthcast_counting::rule::{self, DayTally, Delivery, Settings};
use hearthcast_counting::{feeds, kept};
use hearthcast_library::WriteTx;
use hearthcast_library::logs::{DAYS_KEPT, LogDay, LogRow, days_to_close};
use hearthcast_model::clock::{parse_rfc3339, utc_day};
use hearthcast_model::stats::{DayCount, FeedDay, LogImport, Source};
use hearthcast_model::{Code, EpisodeId, Error, Result, Sha256, ShowId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// Days after its end that rows of a day may still come: storages write their logs hours late, laptops sleep over night.
const DAYS_OPEN: i64 = 3;

/// When, after midnight, a day is closed; as at the server.
const CLOSING_MS: i64 = 2 * HOUR_MS;

/// An import on its way.
pub(super) struct Taking<'a> {
    studio: &'a Studio,
    show: &'a ShowId,
    known: Arc<Known>,
    pub(super) report: LogImport,
    days: BTreeSet<String>,
    aside: Aside,
}

impl Studio {
    /// Closes the days of logs whose time has come, and forgets what is older than promised.
    pub(crate) async fn close_log_days(&self) -> Result<()> {
        let now_ms = self.now_ms();
        let before = utc_day(now_ms - DAYS_KEPT * DAY_MS);
        if days_to_close(self.library(), now_ms, &before).await? {
            let mut tx = self.library().transact().await?;
            tx.close_log_days(now_ms, &before).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// 32 bytes from the randomness of the library's ids.
    fn fresh_salt(&self) -> [u8; 32] {
        let ids = self.library().ids();
        let parts: Vec<u8> = (0..3).flat_map(|_| ids.v4().into_bytes()).collect();
        Sha256::of(&parts).to_digest()
    }
}

impl<'a> Taking<'a> {
    pub(super) fn new(studio: &'a Studio, show: &'a ShowId, known: Arc<Known>) -> Self {
        let (report, days, aside) = (LogImport::default(), BTreeSet::new(), Aside::new());
        Self { studio, show, known, report, days, aside }
    }

    /// Takes some lines in.
    pub(super) async fn take(&mut self, batch: Batch, lists: &Lists) -> Result<()> {
        self.report.lines += batch.lines;
        for (reason, count) in batch.skipped {
            *self.report.skipped.entry(reason.into()).or_default() += count;
        }
        let mut days = BTreeMap::<String, Vec<(Hit, String)>>::new();
        // A clock that is wrong by a day is one; more is a date nobody can have asked at.
        let latest_ms = self.studio.now_ms() + DAY_MS;
        for (hit, file) in batch.hits {
            if hit.start_ms > latest_ms {
                *self.report.skipped.entry(Skip::Impossible.as_str().into()).or_default() += 1;
                continue;
            }
            days.entry(utc_day(hit.start_ms)).or_default().push((hit, file));
        }
        if days.is_empty() {
            return Ok(());
        }
        let mut tx = self.studio.library().transact().await?;
        for (day, hits) in days {
            self.take_day(&mut tx, day, &hits, lists).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn take_day(&mut self, tx: &mut WriteTx, day: String, hits: &[(Hit, String)], lists: &Lists) -> Result<()> {
        let closes_ms = closes_ms(&day, self.studio.now_ms());
        match tx.log_day(self.show, &day, self.studio.fresh_salt(), closes_ms).await? {
            LogDay::Open(salt) => {
                let rows = self.rows(&day, hits, &salt, lists)?;
                let new = tx.add_log_rows(self.show, &rows).await?;
                self.report.new_rows += new;
                self.report.known_rows += rows.len() as u64 - new;
                self.days.insert(day);
            }
            LogDay::Closed => {
                let salt = self.aside.salt_of(&day).unwrap_or_else(|| self.studio.fresh_salt());
                let rows = self.rows(&day, hits, &salt, lists)?;
                self.aside.put(day, salt, rows)?;
            }
        }
        Ok(())
    }

    fn rows(&self, day: &str, hits: &[(Hit, String)], salt: &[u8; 32], lists: &Lists) -> Result<Vec<LogRow>> {
        // Each agent is recognised once: apps ask for feeds all day.
        let (classifier, mut askers) = (Classifier::default(), BTreeMap::<String, Asker>::new());
        let row = |(hit, file): &(Hit, String)| {
            if let Some(place) = feeds::place(file) {
                let asker = askers.entry(hit.agent.clone()).or_insert_with(|| Asker::of(&hit.agent, &classifier));
                let content = feeds::write(hit, place, salt, lists, asker.clone()).map_err(|error| broken(&error))?;
                return Ok(LogRow { id: feeds::row_id(hit, place), day: day.to_owned(), content });
            }
            let size = self.known.media.get(file).map_or(0, |version| version.size);
            let delivery = hit.delivery(file, size, salt, lists);
            let content = kept::write(&delivery).map_err(|error| broken(&error))?;
            Ok(LogRow { id: delivery.row, day: day.to_owned(), content })
        };
        hits.iter().map(row).collect()
    }

    /// Decides about closed days, counts every day that rows came for, and says what was done.
    pub(super) async fn finish(mut self) -> Result<LogImport> {
        for (day, waiting) in self.aside.take_days() {
            self.begin_again(day, waiting).await?;
        }
        for day in std::mem::take(&mut self.days) {
            self.report.downloads += self.count(&day).await?;
            self.report.days.push(day);
        }
        Ok(self.report)
    }

    /// A closed day begins again when everything that was known of it was told again; otherwise what is new is too late.
    async fn begin_again(&mut self, day: String, mut waiting: ClosedDay) -> Result<()> {
        let mut tx = self.studio.library().transact().await?;
        let ids = tx.log_row_ids(self.show, &day).await?;
        let again = ids.iter().filter(|id| waiting.has(id)).count();
        let new = (waiting.len() - again) as u64;
        self.report.known_rows += again as u64;
        if new == 0 {
            return Ok(());
        }
        if ids.is_empty() || again < ids.len() {
            self.report.late_rows += new;
            return Ok(());
        }
        tx.reopen_log_day(self.show, &day, waiting.salt, closes_ms(&day, self.studio.now_ms())).await?;
        loop {
            let rows = waiting.take_rows(&day);
            if rows.is_empty() {
                break;
            }
            tx.add_log_rows(self.show, &rows).await?;
        }
        tx.commit().await?;
        self.report.new_rows += new;
        self.days.insert(day);
        Ok(())
    }

    /// Counts a day of which rows are known; says how many downloads it has.
    async fn count(&self, day: &str) -> Result<u64> {
        let mut tx = self.studio.library().transact().await?;
        let rows = tx.log_rows(self.show, day).await?;
        let known = Arc::clone(&self.known);
        let counted = tokio::task::spawn_blocking(move || {
            let (asked, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| feeds::is_row(&row.id));
            let read = |row: &LogRow| kept::read(&row.id, &row.content).map_err(|error| broken(&error));
            let deliveries = rows.iter().map(read).collect::<Result<Vec<Delivery>>>()?;
            let days = rule::count(deliveries, &known.media, &Settings::default(), &Classifier::default());
            let readers = feeds::count(asked.iter().map(|row| row.content.as_str())).map_err(|error| broken(&error))?;
            Ok::<_, Error>((days, readers))
        });
        let (days, readers) = counted.await.map_err(|error| task_failed(&error))??;
        let count = |((day, episode), tally): ((String, String), DayTally)| {
            EpisodeId::parse(&episode).map(|id| day_count(self.show, id, day, tally))
        };
        let counts: Vec<DayCount> = days.into_iter().filter_map(count).collect();
        tx.put_log_counts(self.show, &self.known.home, day, &counts).await?;
        let provisional = day >= utc_day(self.studio.now_ms() - CLOSING_MS).as_str();
        for (place, tally) in readers {
            // A place that was removed meanwhile has no numbers.
            let Some(target) = self.known.storages.iter().find(|storage| storage.as_str() == place) else { continue };
            let counted = feed_day(self.show, day, provisional, tally);
            tx.put_feed_days(target, &[counted], None).await?;
        }
        self.studio.commit_own(tx).await?;
        Ok(counts.iter().map(|count| count.funnel.downloads).sum())
    }
}

fn day_count(show: &ShowId, episode: EpisodeId, day: String, tally: DayTally) -> DayCount {
    DayCount {
        version: 1,
        funnel: tally.funnel,
        by_hour: tally.by_hour.to_vec(),
        by_app: tally.by_app,
        by_device: tally.by_device,
        by_referrer: tally.by_referrer,
        by_country: tally.by_country,
        source: Source::Log,
        ..DayCount::new(show.clone(), episode, day)
    }
}

/// The first version, always: what the same rows are counted to replaces itself.
fn feed_day(show: &ShowId, day: &str, provisional: bool, tally: FeedTally) -> FeedDay {
    let FeedTally { requests, dropped, readers, by_services, browsers, by_app } = tally;
    let none = FeedDay::new(show.clone(), day.to_owned());
    FeedDay { version: 1, provisional, requests, dropped, readers, by_services, browsers, by_app, ..none }
}

/// When a day is closed that a log tells of now.
fn closes_ms(day: &str, now_ms: i64) -> i64 {
    let begins_ms = parse_rfc3339(&format!("{day}T00:00:00Z")).unwrap_or(now_ms);
    let tomorrow_ms = (now_ms.div_euclid(DAY_MS) + 1) * DAY_MS;
    tomorrow_ms.max(begins_ms + (1 + DAYS_OPEN) * DAY_MS) + CLOSING_MS
}

fn broken(error: &kept::KeptError) -> Error {
    Error::new(Code::LibraryFailed, format!("A row of an imported log cannot be kept or read: {error}."))
}
