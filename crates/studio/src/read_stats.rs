//! The numbers of a show, added up from the days that were counted, and why a number is what it is.

mod feed;

use crate::Studio;
use crate::read::show_id;
use hearthcast_library::{episode, feed_day, logs, stats, target};
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::clock::utc_day;
use hearthcast_model::stats::{AgeRow, DayCount, DayRow, EpisodeRow, Source, Stats, Why};
use hearthcast_model::{Code, EpisodeId, Error, Result};
use std::collections::{BTreeMap, BTreeSet};

const DAY_MS: i64 = 86_400_000;

/// Titles and release days of the episodes that have numbers.
type Known = BTreeMap<EpisodeId, (String, Option<String>)>;

impl Studio {
    /// Downloads of a show as far as they were pulled, with their reasons.
    pub async fn stats(&self, show: &str) -> Result<Stats> {
        self.stats_between(show, None, None).await
    }

    /// The same between two UTC days (`2026-11-20`), both included; days beyond are not looked at.
    pub async fn stats_between(&self, show: &str, from: Option<&str>, to: Option<&str>) -> Result<Stats> {
        [from, to].into_iter().flatten().try_for_each(is_day)?;
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            let what = format!("No day lies between: {from} comes after {to}.");
            return Err(Error::new(Code::UsageInvalid, what)
                .hint("The first day stands first: --from 2026-11-01 --to 2026-11-30."));
        }
        let id = show_id(&self.show(show).await?)?;
        let within = |day: &str| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to);
        let mut rows = stats::of_show(self.library(), &id).await?;
        rows.retain(|row| within(&row.day));
        let known = self.known_episodes(&rows).await?;
        let mut all = sum(&rows, &known);
        for target in target::of_show(self.library(), &id).await? {
            let state = target::state(self.library().readers(), &target.id).await?;
            all.pulled_ms = all.pulled_ms.max(state.pulled_ms);
            all.lost.extend(state.lost.into_iter().filter(|lost| within(&lost.day)));
        }
        all.lost.sort_by(|a, b| a.day.cmp(&b.day));
        let mut days = feed_day::of_show(self.library(), &id).await?;
        days.retain(|day| within(&day.day));
        feed::add(&mut all, &days);
        all.series = stats::series(self.library(), &id).await?;
        Ok(all)
    }

    /// Why the number of an episode on a UTC day is what it is, down to the reasons.
    pub async fn why(&self, show: &str, which: &str, day: &str) -> Result<Why> {
        is_day(day)?;
        let id = show_id(&self.show(show).await?)?;
        let record = self.episode(show, which).await?;
        let of_it = |row: &DayCount| row.episode.as_str() == record.id && row.day == day;
        let mut counts = stats::of_show(self.library(), &id).await?;
        counts.retain(of_it);
        let mut set_aside = logs::counts(self.library(), &id).await?;
        set_aside.retain(|row| of_it(row) && !counts.iter().any(|count| count.source == Source::Log));
        Ok(Why { title: record.body.title, counts, set_aside })
    }

    async fn known_episodes(&self, rows: &[DayCount]) -> Result<Known> {
        let ids: BTreeSet<&EpisodeId> = rows.iter().map(|row| &row.episode).collect();
        let mut known = Known::new();
        for id in ids {
            let record = episode::get(self.library(), id).await?;
            let released_ms = record.as_ref().and_then(|r| r.released.as_ref()).and_then(|r| r.publish_at_ms);
            let title = record.map(|record| record.body.title).unwrap_or_default();
            known.insert(id.clone(), (title, released_ms.map(utc_day)));
        }
        Ok(known)
    }
}

fn sum(rows: &[DayCount], known: &Known) -> Stats {
    // Where a log tells the bytes, redirects of the same day are not told beside it.
    let logged: BTreeSet<(&EpisodeId, &str)> =
        rows.iter().filter(|row| row.source == Source::Log).map(|row| (&row.episode, row.day.as_str())).collect();
    let (mut all, mut days) = (empty(), BTreeMap::<&str, u64>::new());
    let (mut episodes, mut ages) = (BTreeMap::<&EpisodeId, u64>::new(), BTreeMap::<i64, u64>::new());
    for row in rows {
        let downloads = row.funnel.downloads;
        all.downloads += downloads;
        if downloads > 0 {
            *all.by_source.entry(row.source).or_default() += downloads;
        }
        if !logged.contains(&(&row.episode, row.day.as_str())) {
            all.unverified += row.unverified;
        }
        all.funnel.add(&row.funnel);
        *days.entry(&row.day).or_default() += downloads;
        *episodes.entry(&row.episode).or_default() += downloads;
        let released = known.get(&row.episode).and_then(|(_, released)| released.as_deref());
        if let Some(age) = released.and_then(|released| days_between(released, &row.day)).filter(|_| downloads > 0) {
            *ages.entry(age).or_default() += downloads;
        }
        add(&mut all.by_app, &row.by_app);
        add(&mut all.by_device, &row.by_device);
        add(&mut all.by_referrer, &row.by_referrer);
        add(&mut all.by_country, &row.by_country);
        all.by_hour.iter_mut().zip(&row.by_hour).for_each(|(sum, count)| *sum += count);
    }
    all.by_day = days.into_iter().map(|(day, downloads)| DayRow { day: day.into(), downloads }).collect();
    all.by_age = ages.into_iter().map(|(days, downloads)| AgeRow { days, downloads }).collect();
    all.by_episode = titled(episodes, known);
    all
}

fn add(sum: &mut BTreeMap<String, u64>, more: &BTreeMap<String, u64>) {
    more.iter().for_each(|(name, count)| *sum.entry(name.clone()).or_default() += count);
}

fn titled(counts: BTreeMap<&EpisodeId, u64>, known: &Known) -> Vec<EpisodeRow> {
    let title = |id: &EpisodeId| known.get(id).map(|(title, _)| title.clone()).unwrap_or_default();
    let row = |(id, downloads): (&EpisodeId, u64)| EpisodeRow { episode: id.clone(), title: title(id), downloads };
    let mut rows: Vec<EpisodeRow> = counts.into_iter().map(row).collect();
    rows.sort_by(|a, b| b.downloads.cmp(&a.downloads).then_with(|| a.title.cmp(&b.title)));
    rows
}

fn start_of(day: &str) -> Option<i64> {
    parse_rfc3339(&format!("{day}T00:00:00Z"))
}

fn days_between(from: &str, to: &str) -> Option<i64> {
    Some((start_of(to)? - start_of(from)?) / DAY_MS)
}

fn is_day(text: &str) -> Result<()> {
    let is = text.len() == 10 && start_of(text).is_some();
    is.then_some(()).ok_or_else(|| {
        Error::new(Code::UsageInvalid, format!("\"{text}\" is no day."))
            .hint("Days are UTC and written like 2026-11-20.")
    })
}

/// The numbers of nothing.
pub(crate) fn empty() -> Stats {
    Stats {
        downloads: 0,
        unverified: 0,
        by_source: BTreeMap::new(),
        by_day: vec![],
        by_episode: vec![],
        by_app: BTreeMap::new(),
        by_device: BTreeMap::new(),
        by_referrer: BTreeMap::new(),
        by_country: BTreeMap::new(),
        by_hour: vec![0; 24],
        by_age: vec![],
        series: vec![],
        lost: vec![],
        funnel: Default::default(),
        pulled_ms: None,
        subscribers: 0,
        feed_days: vec![],
        by_feed_app: BTreeMap::new(),
        pages: BTreeMap::new(),
    }
}
