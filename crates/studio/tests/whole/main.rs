//! Any show the model allows leaves the library and comes back equal: drafts, scheduled and removed episodes, pending changes beside
//! what is released. A field of the model that is not compared here does not compile, and one that no show of the test uses fails.
#![expect(clippy::unwrap_used, reason = "only tests use this; a panic is their failure")]

#[path = "../../../intake/tests/round_trip/draw.rs"]
mod draw;
mod equal;
#[path = "../../../intake/tests/round_trip/make.rs"]
mod make;
mod more;

use equal::Used;
use hearthcast_library::{Library, episode, made, media, show};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::facts::{MediaFacts, Peaks};
use hearthcast_model::id::RandomIds;
use hearthcast_model::import::ImportRequest;
use hearthcast_model::record::{Table, to_value};
use hearthcast_model::{Cancel, Episode, EpisodeId, ExportMedia, Record, ShowId};
use hearthcast_studio::{Options, ProgressSink, Studio};
use more::Whole;
use std::path::Path;
use std::sync::Arc;

/// Shows that are tried; every field of the model is used by some of them.
const SEEDS: u8 = 24;

fn silent() -> ProgressSink {
    Arc::new(|_| ())
}

fn id(n: usize) -> EpisodeId {
    EpisodeId::parse(&format!("018f0000-0000-7000-8000-{n:012x}")).unwrap()
}

async fn library(root: &Path) -> Library {
    Library::open(root, Arc::new(SystemClock), Arc::new(RandomIds)).await.unwrap()
}

/// Puts a show into a library as any program of ours might have left it.
async fn write(root: &Path, whole: &Whole) {
    let library = library(root).await;
    let mut tx = library.transact().await.unwrap();
    for (facts, content) in &whole.files {
        if let Some(content) = content {
            hearthcast_library::files::take_in_from(root, &mut content.as_slice()).unwrap();
        }
        tx.put_media(facts, "as it was.bin").await.unwrap();
        let peaks = Peaks { slice_ms: 20, low: vec![-3, 0], high: vec![7, 127] };
        tx.put_peaks(&facts.sha256, &peaks).await.unwrap();
    }
    tx.put(make::SHOW, &whole.show).await.unwrap();
    if let Some(released) = &whole.released {
        tx.release(Table::Show, make::SHOW, Some(&to_value(released).unwrap())).await.unwrap();
    }
    for (n, one) in whole.episodes.iter().enumerate() {
        tx.put(id(n).as_str(), &one.body).await.unwrap();
        if let Some(released) = &one.released {
            tx.release(Table::Episode, id(n).as_str(), Some(&to_value(released).unwrap())).await.unwrap();
        }
        if one.removed {
            tx.delete(Table::Episode, id(n).as_str()).await.unwrap();
        }
        if let Some(recording) = &one.recording {
            tx.put_recording(&id(n), recording).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

/// What an export takes along: a removed episode only while the public still gets it.
fn leaves(record: &Record<Episode>) -> bool {
    record.deleted_ms.is_none() || record.released.is_some()
}

async fn compare(seed: u8, from: &Library, to: &Library, whole: &Whole, used: &mut Used) {
    let show_id = ShowId::parse(make::SHOW).unwrap();
    let (was, is) =
        (show::get(from, &show_id).await.unwrap().unwrap(), show::get(to, &show_id).await.unwrap().unwrap());
    equal::record(&was, &is, |one, other| equal::show(one, other, used));
    let was: Vec<_> = episode::all(from, &show_id).await.unwrap().into_iter().filter(leaves).collect();
    let is = episode::all(to, &show_id).await.unwrap();
    assert_eq!(was.len(), is.len(), "seed {seed}");
    for (was, is) in was.iter().zip(&is) {
        equal::record(was, is, |one, other| equal::episode(one, other, used));
        let key = EpisodeId::parse(&was.id).unwrap();
        assert_eq!(made::recording(from, &key).await.unwrap(), made::recording(to, &key).await.unwrap(), "seed {seed}");
    }
    for (facts, content) in &whole.files {
        let MediaFacts { sha256, .. } = facts;
        let (was, is) = (media::get(from, sha256).await.unwrap().unwrap(), media::get(to, sha256).await.unwrap());
        // What only a removed and forgotten episode named does not leave.
        let Some(is) = is else { continue };
        equal::facts(&was.facts, &is.facts);
        assert_eq!(was.original_name, is.original_name, "seed {seed}");
        let there = hearthcast_library::files::path(to.root(), sha256);
        assert_eq!(std::fs::read(there).ok().as_ref(), content.as_ref(), "seed {seed}: bit for bit, or not here");
        if content.is_some() {
            assert_eq!(media::peaks(from, sha256).await.unwrap(), media::peaks(to, sha256).await.unwrap());
        }
    }
}

async fn round_trip(seed: u8, used: &mut Used) {
    let whole = more::whole(seed);
    let folder = tempfile::tempdir().unwrap();
    let (one, two, out) = (folder.path().join("one"), folder.path().join("two"), folder.path().join("out"));
    write(&one, &whole).await;
    let first = Studio::open(Options::new(&one)).await.unwrap();
    let report = first.export_show(make::SHOW, &out, ExportMedia::All, Cancel::default(), silent()).await.unwrap();
    assert_eq!(report.title, whole.show.title);
    let second = Studio::open(Options::new(&two)).await.unwrap();
    let request = ImportRequest { source: out.display().to_string(), ..ImportRequest::default() };
    let told = second.import_folder(&request, Cancel::default(), silent()).await.unwrap();
    assert!(told.made, "seed {seed}: {told:?}");
    let (from, to) = (library(&one).await, library(&two).await);
    compare(seed, &from, &to, &whole, used).await;
    let again = second.import_folder(&request, Cancel::default(), silent()).await.unwrap();
    assert_eq!((again.episodes_new, again.episodes_changed), (0, 0), "seed {seed}: {again:?}");
    compare(seed, &from, &to, &whole, used).await;
    let own = first.import_folder(&request, Cancel::default(), silent()).await.unwrap();
    assert_eq!((own.made, own.episodes_new, own.episodes_changed), (false, 0, 0), "seed {seed}: where it came from");
}

#[test]
fn any_show_leaves_and_comes_back_equal() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut used = Used::default();
    for seed in 0..SEEDS {
        runtime.block_on(round_trip(seed, &mut used));
    }
    used.all_of_them();
}
