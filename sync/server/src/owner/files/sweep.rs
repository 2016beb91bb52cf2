//! Uploads whose time is over, and files that belong to none: gone, so that no orphan outlives its week.

use crate::app::App;
use crate::owner::refusal::Answer;
use hearthcast_store::upload;
use std::collections::BTreeSet;
use std::path::Path;

/// Drops expired uploads and orphaned files. Returns how many.
pub async fn sweep(app: &App) -> Answer<usize> {
    let mut gone = 0;
    let expired = upload::expired(&mut *app.store.read().await?, app.now_ms()).await?;
    for id in expired {
        if let Some(_claim) = app.transfers.claim(&id) {
            super::forget(app, &id).await?;
            gone += 1;
        }
    }
    Ok(gone + orphans(app).await?)
}

/// Files without a row: the creation was killed between the two, or the row was deleted first.
async fn orphans(app: &App) -> Answer<usize> {
    let folder = app.folders.uploads();
    // Listed before the rows are read, so that an upload made in between is in the rows.
    let mut files = part_files(&folder)?;
    let known: BTreeSet<String> = upload::ids(&mut *app.store.read().await?).await?.into_iter().collect();
    files.retain(|id| !known.contains(id));
    for id in &files {
        tokio::fs::remove_file(app.folders.part(id)).await?;
    }
    Ok(files.len())
}

fn part_files(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut ids = vec![];
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        ids.extend(name.to_str().and_then(|name| name.strip_suffix(".part")).map(str::to_string));
    }
    Ok(ids)
}
