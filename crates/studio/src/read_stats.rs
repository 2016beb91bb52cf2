//! The numbers of a show, added up from the days the servers counted.

use crate::Studio;
use crate::read::show_id;
use hearthcast_library::{episode, stats, target};
use hearthcast_model::stats::{DayRow, EpisodeRow, Stats};
use hearthcast_model::{EpisodeId, Result};
use std::collections::BTreeMap;

impl Studio {
    /// Downloads of a show as far as they were pulled, with their reasons.
    pub async fn stats(&self, show: &str) -> Result<Stats> {
        self.stats_since(show, None).await
    }

    /// The same from a UTC day (`2026-11-20`) on; days before it are not looked at.
    pub async fn stats_since(&self, show: &str, since: Option<&str>) -> Result<Stats> {
        let id = show_id(&self.show(show).await?)?;
        let (mut all, mut days) = (empty(), BTreeMap::<String, u64>::new());
        let mut episodes = BTreeMap::<EpisodeId, u64>::new();
        let rows = stats::of_show(self.library(), &id).await?;
        for row in rows.into_iter().filter(|row| since.is_none_or(|since| row.day.as_str() >= since)) {
            all.downloads += row.funnel.downloads;
            all.unverified += row.unverified;
            all.funnel.add(&row.funnel);
            *days.entry(row.day).or_default() += row.funnel.downloads;
            *episodes.entry(row.episode).or_default() += row.funnel.downloads;
            for (app, count) in row.by_app {
                *all.by_app.entry(app).or_default() += count;
            }
        }
        all.by_day = days.into_iter().map(|(day, downloads)| DayRow { day, downloads }).collect();
        all.by_episode = self.titled(episodes).await?;
        for target in target::of_show(self.library(), &id).await? {
            all.pulled_ms = all.pulled_ms.max(target::state(self.library().readers(), &target.id).await?.pulled_ms);
        }
        Ok(all)
    }

    async fn titled(&self, counts: BTreeMap<EpisodeId, u64>) -> Result<Vec<EpisodeRow>> {
        let mut rows = vec![];
        for (id, downloads) in counts {
            let title = episode::get(self.library(), &id).await?.map(|r| r.body.title).unwrap_or_default();
            rows.push(EpisodeRow { episode: id, title, downloads });
        }
        rows.sort_by(|a, b| b.downloads.cmp(&a.downloads).then_with(|| a.title.cmp(&b.title)));
        Ok(rows)
    }
}

fn empty() -> Stats {
    Stats {
        downloads: 0,
        unverified: 0,
        by_day: vec![],
        by_episode: vec![],
        by_app: BTreeMap::new(),
        funnel: Default::default(),
        pulled_ms: None,
    }
}
