//! What a list of files asks: how many rows are handed over does not follow the number of episodes, and nothing is missed for it.

use crate::scene::{Scene, add_show, episode};
use hearthcast_library::{kept, media};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::media_library::KeptFor;
use hearthcast_model::record::Table;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Sha256, ShowId};
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, subscriber};

/// More than the columns of all tables, each of which is a row of the first question.
const EPISODES: usize = 350;

/// Counts the rows that sqlx tells of; it does so from threads of its own.
struct Rows;

static HANDED: AtomicU64 = AtomicU64::new(0);

impl Subscriber for Rows {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Rows);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Visit for Rows {
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            HANDED.fetch_add(value, Ordering::SeqCst);
        }
    }
}

fn sound(name: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: "sound".into(), ext: "mp3".into() }
}

fn with_sound(show: &ShowId, n: usize, name: &str) -> Episode {
    Episode { audio: Some(sound(name)), ..episode(show, n, "Said below the crane.") }
}

#[tokio::test]
async fn point_9_a_list_of_files_is_handed_over_in_few_rows_and_misses_none() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "harbour").await;
    let mut tx = library.transact().await.unwrap();
    for n in 0..EPISODES {
        let (id, name) = (EpisodeId::fresh(library.ids(), 0), format!("sound {n}"));
        let hash = sound(&name).hash;
        tx.put_media(&MediaFacts::unmeasured(MediaKind::Audio, "mp3", "audio/mpeg", 7, hash), &name).await.unwrap();
        tx.put(id.as_str(), &with_sound(&show, n, &name)).await.unwrap();
        let (body, _) = tx.working(Table::Episode, id.as_str()).await.unwrap().unwrap();
        match n % 4 {
            0 => tx.release(Table::Episode, id.as_str(), Some(&body)).await.unwrap(),
            // Listeners have the sound before.
            1 => {
                tx.release(Table::Episode, id.as_str(), Some(&body)).await.unwrap();
                tx.put(id.as_str(), &with_sound(&show, n, &format!("new {n}"))).await.unwrap();
            }
            // It is removed, and listeners still have it.
            2 => {
                tx.release(Table::Episode, id.as_str(), Some(&body)).await.unwrap();
                tx.delete(Table::Episode, id.as_str()).await.unwrap();
            }
            // It is removed, and nobody has it.
            _ => tx.delete(Table::Episode, id.as_str()).await.unwrap(),
        }
    }
    tx.commit().await.unwrap();

    subscriber::set_global_default(Rows).unwrap();
    let (kept, listed) = (kept::now(&library).await.unwrap(), media::all(&library).await.unwrap());
    let handed = HANDED.load(Ordering::SeqCst);
    assert!((10..EPISODES as u64).contains(&handed), "{handed} rows");

    for n in 0..EPISODES {
        let why = |name: String| kept.why(&sound(&name).hash);
        let needed = if n % 4 == 3 { vec![] } else { vec![KeptFor::Record] };
        assert_eq!(why(format!("sound {n}")), needed, "{n}");
        assert_eq!(why(format!("new {n}")), if n % 4 == 1 { vec![KeptFor::Record] } else { vec![] }, "{n}");
    }
    // All came at once: then they stand by their hashes.
    let mut hashes: Vec<String> = (0..EPISODES).map(|n| sound(&format!("sound {n}")).hash.to_string()).collect();
    hashes.sort();
    assert_eq!(listed.iter().map(|file| file.hash.clone()).collect::<Vec<_>>(), hashes);
    let first = &listed[0];
    assert_eq!((first.kind.as_str(), first.mime.as_str(), first.size_bytes), ("audio", "audio/mpeg", 7));
    assert_eq!((first.duration_ms, first.width_px, &first.source), (None, None, &None));
}
