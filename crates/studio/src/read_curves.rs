//! Downloads of the newest published episodes, each from its own release on.

use crate::Studio;
use crate::read::show_id;
use hearthcast_library::{episode, stats};
use hearthcast_model::stats::{DayRow, ReleaseCurve};
use hearthcast_model::view::{EpisodeRow, EpisodeState};
use hearthcast_model::{EpisodeId, Result};
use std::collections::BTreeMap;

/// How many episodes are compared at most: the newest.
const MOST: usize = 20;

impl Studio {
    /// The newest published episodes with their downloads by day, newest release first.
    pub async fn release_curves(&self, show: &str) -> Result<Vec<ReleaseCurve>> {
        let id = show_id(&self.show(show).await?)?;
        let mut curves: Vec<ReleaseCurve> =
            episode::list(self.library(), &id, self.now_ms()).await?.into_iter().filter_map(curve).collect();
        curves.sort_by_key(|curve| std::cmp::Reverse(curve.released_ms));
        curves.truncate(MOST);
        let mut days = BTreeMap::<(EpisodeId, String), u64>::new();
        for row in stats::of_show(self.library(), &id).await? {
            *days.entry((row.episode, row.day)).or_default() += row.funnel.downloads;
        }
        for ((episode, day), downloads) in days {
            if let Some(curve) = curves.iter_mut().find(|curve| curve.episode == episode) {
                curve.by_day.push(DayRow { day, downloads });
            }
        }
        Ok(curves)
    }
}

/// An empty curve, for what is public.
fn curve(row: EpisodeRow) -> Option<ReleaseCurve> {
    let public = matches!(row.state, EpisodeState::Published | EpisodeState::Changed);
    let released_ms = row.publish_at_ms.filter(|_| public)?;
    let EpisodeRow { id, title, number, image, .. } = row;
    Some(ReleaseCurve { episode: id, title, number, image, released_ms, by_day: vec![] })
}
