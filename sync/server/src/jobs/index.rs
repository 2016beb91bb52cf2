//! Full-text search reads what is public now: after every switch of it, what came or changed is made findable and what left is
//! forgotten, a few at a time. Killed anywhere, the next start goes on; an older server's database is filled the same way.

mod passages;

use crate::app::{App, Shared};
use crate::public::Catalogue;
use crate::public::api::Thing;
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::search::{self, Item};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Most that is written at one time: the write door is shared with laptops and comments.
const MAX_ITEMS: usize = 32;
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// How long it takes until what failed is tried again.
const AGAIN: Duration = Duration::from_secs(600);

/// Keeps search in step with what is public, until `stop`.
pub async fn keep(app: Shared, stop: CancellationToken) {
    let switched = || async {
        let _ = tokio::time::timeout(AGAIN, app.shown.switched()).await;
    };
    while stop.run_until_cancelled(switched()).await.is_some() {
        super::noted("search", fill(&app, &stop).await);
    }
}

/// Makes findable what is public and forgets what is not.
async fn fill(app: &App, stop: &CancellationToken) -> Result<()> {
    let catalogue = app.shown.catalogue();
    let kept = search::kept(&mut *app.store.read().await?).await?;
    let mut gone: Vec<String> = gone(&catalogue, &kept);
    let mut waiting = waiting(&catalogue, &kept);
    while !stop.is_cancelled() && (!gone.is_empty() || !waiting.is_empty()) {
        let (items, rest) = made(catalogue.clone(), waiting).await?;
        waiting = rest;
        write(app, &items, gone.drain(..gone.len().min(MAX_ITEMS))).await?;
    }
    Ok(())
}

fn gone(catalogue: &Catalogue, kept: &HashMap<String, String>) -> Vec<String> {
    kept.keys().filter(|id| catalogue.shelf().thing(id).is_none()).cloned().collect()
}

/// What is public and not findable as it is, newest last: the newest is found first, so it goes to the end of the index.
fn waiting(catalogue: &Catalogue, kept: &HashMap<String, String>) -> Vec<String> {
    let news = catalogue.shelf().things().filter(|thing| kept.get(thing.id()).is_none_or(|hash| hash != thing.hash()));
    news.map(|thing| thing.id().to_string()).collect()
}

/// The first few of `waiting`, read; and the rest.
async fn made(catalogue: Arc<Catalogue>, waiting: Vec<String>) -> Result<(Vec<Item>, Vec<String>)> {
    let work = move || {
        let (mut items, mut bytes) = (vec![], 0);
        let mut waiting = waiting.into_iter();
        while items.len() < MAX_ITEMS && bytes < MAX_BYTES {
            let Some(id) = waiting.next() else { break };
            let item = catalogue.shelf().thing(&id).map(|thing| item(&catalogue, &thing));
            bytes += item.as_ref().map_or(0, weight);
            items.extend(item);
        }
        (items, waiting.collect())
    };
    let stopped = |_| Error::new(Code::Internal, "The server stopped while it read words for search.");
    tokio::task::spawn_blocking(work).await.map_err(stopped)
}

fn weight(item: &Item) -> usize {
    item.notes.len() + item.passages.iter().map(|passage| passage.text.len()).sum::<usize>()
}

fn item(catalogue: &Catalogue, thing: &Thing) -> Item {
    let read = |text: &crate::public::api::TextFile| {
        let file = catalogue.media(&text.sha256)?;
        match std::fs::read(&file.path) {
            Ok(bytes) => Some(passages::of(&bytes, &text.language)),
            Err(error) => {
                tracing::warn!(%error, episode = thing.id(), "a transcript cannot be read and is not searched");
                None
            }
        }
    };
    Item {
        id: thing.id().into(),
        show: thing.show_id().into(),
        hash: thing.hash().into(),
        title: thing.title().into(),
        notes: hearthcast_text::plain_of(&thing.notes()),
        passages: thing.texts().iter().filter_map(read).flatten().collect(),
    }
}

async fn write(app: &App, items: &[Item], gone: impl Iterator<Item = String>) -> Result<()> {
    let mut writer = app.store.write().await?;
    for id in gone {
        search::forget(&mut writer, &id).await?;
    }
    let shown = app.shown.catalogue();
    for item in items {
        // What left or changed meanwhile is not written any more.
        if shown.shelf().thing(&item.id).is_some_and(|thing| thing.hash() == item.hash) {
            search::put(&mut writer, item).await?;
        }
    }
    writer.commit().await?;
    app.shown.searched();
    Ok(())
}
