//! What a feed said and which files it named: kept by source, told from each other by show and episode, and forgotten by name.

use crate::scene::{Scene, add_episodes, add_show, sqlite};
use hearthcast_library::import::{self, File};
use hearthcast_model::Sha256;
use hearthcast_model::import::{ImportKind, ImportMedia, ImportOrigin, ImportState, ImportedFile, ImportedFrom};
use serde_json::json;

#[tokio::test]
async fn what_sources_said_and_their_files_are_kept_apart() {
    let scene = Scene::new();
    let library = scene.open().await;
    let (show, other) = (add_show(&library, "s").await, add_show(&library, "t").await);
    let episode = add_episodes(&library, &show, 0..1, "").await.remove(0);
    let from = ImportedFrom { media: ImportMedia::Last { episodes: 3 }, unlocked: true, ..ImportedFrom::default() };
    let fields = |title: &str| json!({"title": title}).as_object().cloned().unwrap();
    let hash = Sha256::of(b"sound");
    let file = |url: &str, state| File {
        episode: episode.to_string(),
        kind: ImportKind::Sound,
        url: url.into(),
        state,
        about: ImportedFile { hash: Some(hash.clone()), ..ImportedFile::default() },
    };
    let (one, two) =
        (file("https://a.example/1", ImportState::Taken), file("https://a.example/2", ImportState::Wanted));

    let mut tx = library.transact().await.unwrap();
    tx.put_import(&show, "https://a.example/feed", &from).await.unwrap();
    tx.put_import(&other, "https://a.example/feed", &ImportedFrom::default()).await.unwrap();
    tx.put_seen(&show, "https://a.example/feed", "g", Some(&episode), &fields("old")).await.unwrap();
    tx.put_seen(&show, "https://a.example/feed", "g", Some(&episode), &fields("new")).await.unwrap();
    tx.put_seen(&show, "/saved.xml", "g", Some(&episode), &fields("saved")).await.unwrap();
    for file in [&one, &two] {
        tx.put_import_file(&show, file).await.unwrap();
    }
    assert!(tx.is_imported(&show, episode.as_str(), &hash).await.unwrap());
    assert!(!tx.is_imported(&other, episode.as_str(), &hash).await.unwrap());
    assert!(!tx.is_imported(&show, episode.as_str(), &Sha256::of(b"own")).await.unwrap());
    tx.commit().await.unwrap();

    let sources = import::sources(&library).await.unwrap();
    assert_eq!(sources.iter().find(|source| source.show == show.as_str()).unwrap().from, from);
    let seen = import::seen(&library, &show, "https://a.example/feed").await.unwrap();
    let [saved, known] = seen["g"].as_slice() else { panic!("two sources: {seen:?}") };
    assert_eq!(
        (saved.source.as_str(), &saved.body, saved.origin),
        ("/saved.xml", &fields("saved"), ImportOrigin::Feed)
    );
    assert_eq!((seen.len(), &known.body, known.episode.as_str()), (1, &fields("new"), episode.as_str()));
    assert_eq!(import::files(&library, &show).await.unwrap(), [one.clone(), two.clone()]);
    assert_eq!(import::files(&library, &other).await.unwrap(), []);
    // Words that other programs may look for.
    let words = sqlite(&scene.file(), "SELECT kind || ' ' || state FROM import_file ORDER BY url");
    assert_eq!(words.trim(), "sound taken\nsound wanted");

    let mut tx = library.transact().await.unwrap();
    tx.forget_import_file(&show, &two).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(import::files(&library, &show).await.unwrap(), [one]);
}
