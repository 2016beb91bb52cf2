//! The short way of a publication with nothing to do. A folder is looked at in any case: that costs no request.

use crate::Studio;
use hearthcast_engine::plan::feed_url;
use hearthcast_library::{target, unchanged};
use hearthcast_model::Result;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::Published;
use hearthcast_model::visible::due;

impl Studio {
    /// What stands at a target, when it is known that a plan would find nothing to do.
    pub(crate) async fn known_unchanged(&self, target: &Target) -> Result<Option<Published>> {
        if matches!(target.location, Location::Folder { .. }) {
            return Ok(None);
        }
        let Some(program) = program() else { return Ok(None) };
        if !unchanged::is_noted(self.library(), &target.id, &program).await? {
            return Ok(None);
        }
        let slug = self.show(target.show.as_str()).await?;
        let slug = slug.released.map_or(slug.body.slug, |released| released.slug);
        Ok(Some(self.stands(target, feed_url(target, &slug)).await?))
    }

    /// Notes that a plan of everything found nothing to do.
    pub(crate) async fn note_unchanged(&self, target: &Target) -> Result<()> {
        let (Some(program), false) = (program(), matches!(target.location, Location::Folder { .. })) else {
            return Ok(());
        };
        let mut tx = self.library().transact().await?;
        tx.note_unchanged(&target.id, &program).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What a publication that does nothing tells.
    pub(crate) async fn stands(&self, target: &Target, feed_url: String) -> Result<Published> {
        let version = target::version(self.library(), &target.id).await?;
        let mut scheduled = target::handed(self.library(), &target.id).await?;
        scheduled.retain(|scheduled| !due(Some(scheduled.at_ms), self.now_ms()));
        let needs_this_computer = !matches!(target.location, Location::Server { .. }) && !scheduled.is_empty();
        let nothing = Published {
            version,
            feed_url,
            verified: vec![],
            writes: 0,
            bytes_sent: 0,
            scheduled,
            needs_this_computer,
            prefix: None,
            hub: None,
        };
        Ok(nothing)
    }
}

/// Which build this is: its version, and when its file was made. `None` where that cannot be seen.
fn program() -> Option<String> {
    let file = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let made = file.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", env!("CARGO_PKG_VERSION"), file.len(), made.as_millis()))
}
