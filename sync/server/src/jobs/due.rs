//! Episodes whose time has come: the feed is rendered again at that instant, by the server's clock.

use crate::app::App;
use crate::departed;
use crate::shown::{Edition, facts_of};
use hearthcast_model::Result;
use hearthcast_store::released::{self, Released};
use hearthcast_store::version;

/// Renders every show again that has an episode due.
pub async fn run(app: &App, now_ms: i64) -> Result<()> {
    if app.shown.due(now_ms).is_empty() {
        return Ok(());
    }
    let _one_at_a_time = app.publishing.lock().await;
    for id in app.shown.due(now_ms) {
        let released = released::get(&mut *app.store.read().await?, &id).await?;
        if let Some(released) = released {
            show(app, &released, now_ms).await?;
            tracing::info!(version = released.version, "an episode's time has come");
        }
    }
    Ok(())
}

/// Shows everything that is released, at the server's start.
pub async fn show_all(app: &App, now_ms: i64) -> Result<()> {
    let all = released::all(&mut *app.store.read().await?).await?;
    for released in all {
        // One show that cannot be rendered does not take the others off the air.
        if let Err(error) = show(app, &released, now_ms).await {
            tracing::error!(show = %released.id, "a show cannot be shown: {}", error.message);
        }
    }
    Ok(())
}

/// Shows what is released of a show, or what its addresses answer since it left.
pub async fn show(app: &App, released: &Released, now_ms: i64) -> Result<()> {
    if let Some(departed) = departed::of(&mut *app.store.read().await?, released).await? {
        return app.shown.leave(&released.id, departed);
    }
    let facts = facts_of(&mut *app.store.read().await?, released).await?;
    let restored = match released.restores {
        // The number that brought it back has the bytes, too; the older one's may be forgotten.
        Some(_) => version::feed(&mut *app.store.read().await?, &released.id, released.version).await?,
        None => None,
    };
    let as_of_ms = now_ms.max(released.effective_at);
    let edition = Edition::of(&app.base_url, released, &facts, as_of_ms, restored.map(bytes::Bytes::from))?;
    app.shown.switch(edition.with_former(app, released, as_of_ms).await?)
}
