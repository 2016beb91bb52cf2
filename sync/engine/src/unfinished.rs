//! Publications that were begun and not ended: which of them may make room for another plan.

use crate::plan::Planned;
use hearthcast_library::publication;
use hearthcast_library::{Library, episode};
use hearthcast_model::plan::{Release, Step};
use hearthcast_model::record::Table;
use hearthcast_model::{EpisodeId, Result};

/// Whether a begun publication may make room: nobody but this laptop has seen anything of it, and it only publishes.
pub async fn is_unseen(library: &Library, open: &Planned) -> Result<bool> {
    let plan = &open.plan;
    let journal = publication::journal(library, plan).await?;
    let seen =
        |step: &Step| !matches!(step, Step::Fetch { .. } | Step::Push | Step::Upload { .. } | Step::Verify { .. });
    let begun = plan.steps.iter().zip(&journal).any(|(step, state)| seen(step) && state.is_some());
    let elsewhere = plan.moves.as_ref().is_some_and(|order| order.from != plan.target);
    Ok(!begun && !elsewhere && !plan.restores() && plan.deletes.is_none())
}

/// Whether a begun publication that nobody has seen would give an episode another date than it came out with elsewhere
/// meanwhile: two places that were not to be reached each kept a moment of their own as its first.
pub async fn is_outdated(library: &Library, open: &Planned) -> Result<bool> {
    let dated = open.plan.releases.iter().filter(|release| release.table == Table::Episode);
    for Release { id, body, .. } in dated {
        let Some(planned) = body.as_ref().and_then(|body| body.get("publish_at_ms")?.as_i64()) else { continue };
        let Some(id) = EpisodeId::parse(id) else { continue };
        let Some(record) = episode::get(library, &id).await? else { continue };
        let came_out = record.released.as_ref().and_then(|released| released.publish_at_ms);
        if came_out.is_some_and(|at_ms| at_ms != planned) && record.body.publish_at_ms != Some(planned) {
            return is_unseen(library, open).await;
        }
    }
    Ok(false)
}
