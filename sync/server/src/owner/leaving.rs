//! Files that nobody public needs any more: which stay all the same, and their deletion.

use super::refusal::Answer;
use crate::app::App;
use hearthcast_model::{Sha256, ShowId};
use hearthcast_protocol::standing::Standing;
use hearthcast_store::{Connection, media, released, version};
use std::collections::BTreeSet;

/// Content that must stay when files of `leaving` go: what is public, and everything of other shows that may come back.
pub async fn needed(reader: &mut Connection, leaving: &ShowId) -> Answer<BTreeSet<Sha256>> {
    let mut needed = BTreeSet::new();
    for show in released::all(reader).await? {
        needed.extend(show.show.files().map(|file| file.hash.clone()));
        needed.extend(show.episodes.iter().flat_map(|episode| episode.body.files()).map(|file| file.hash.clone()));
        if show.standing == Some(Standing::Gone) && show.id != *leaving {
            needed.extend(version::objects(reader, &show.id).await?.into_iter().map(|object| object.sha256));
        }
    }
    Ok(needed)
}

/// Deletes a file. The file first: a row without a file is mended by the same request.
pub async fn delete(app: &App, sha256: &Sha256) -> Answer<()> {
    match tokio::fs::remove_file(app.folders.media(sha256)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut writer = app.store.write().await?;
    media::delete(&mut writer, sha256).await?;
    Ok(writer.commit().await?)
}
