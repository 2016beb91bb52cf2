//! The media folder: files by content, whole or not at all.

use crate::scene::{NOW, Scene};
use hearthcast_library::files;
use hearthcast_model::Sha256;
use std::path::Path;

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

#[test]
fn point_2_media_lie_under_their_content() {
    let scene = Scene::new();
    let source = scene.root().join("song.mp3");
    std::fs::write(&source, b"abc").unwrap();
    let hash = files::take_in(scene.root(), &source).unwrap();
    // FIPS 180-4, the "abc" example.
    assert_eq!(hash.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(std::fs::read(files::path(scene.root(), &hash)).unwrap(), b"abc");
    files::take_in(scene.root(), &source).unwrap();
    assert_eq!(files_below(&scene.root().join("media")), 1, "the same content is one file, and nothing is left over");
}

#[test]
fn point_2_half_a_file_under_its_name_is_replaced_by_the_whole_one() {
    let scene = Scene::new();
    let there = files::path(scene.root(), &Sha256::of(b"a whole file"));
    std::fs::create_dir_all(there.parent().unwrap()).unwrap();
    std::fs::write(&there, b"a who").unwrap();
    files::take_in_from(scene.root(), &mut b"a whole file".as_slice()).unwrap();
    assert_eq!(std::fs::read(there).unwrap(), b"a whole file");
}

#[test]
fn point_2_what_is_no_file_is_refused_and_leaves_nothing() {
    let scene = Scene::new();
    for source in [scene.root(), Path::new("/dev/zero"), &scene.root().join("absent")] {
        assert!(files::take_in(scene.root(), source).is_err(), "{}", source.display());
    }
    struct Breaks;
    impl std::io::Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the stick was pulled out"))
        }
    }
    assert!(files::take_in_from(scene.root(), &mut Breaks).is_err());
    assert_eq!(files_below(scene.root()), 0);
}

#[test]
fn point_10_a_copy_that_is_stopped_leaves_nothing() {
    let scene = Scene::new();
    let source = scene.root().join("long.wav");
    std::fs::write(&source, vec![7u8; 3 << 20]).unwrap();
    let mut told = vec![];
    let stopped = files::take_in_watched(scene.root(), &source, &mut |passed| {
        told.push(passed);
        passed < 1 << 20
    });
    assert_eq!(stopped.unwrap_err().kind(), std::io::ErrorKind::ConnectionAborted);
    assert!(told.is_sorted() && told.last().is_some_and(|passed| (1 << 20..2 << 20).contains(passed)), "{told:?}");
    assert_eq!(files_below(&scene.root().join("media")), 0);
    assert!(files::take_in_watched(scene.root(), &source, &mut |_| true).is_ok(), "and it can be begun again");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_halves_of_killed_programs_are_forgotten_after_a_day() {
    let scene = Scene::new();
    let incoming = scene.root().join("media/incoming");
    std::fs::create_dir_all(&incoming).unwrap();
    for (name, age_hours) in [("1-0.part", 25), ("2-0.part", 1)] {
        let file = std::fs::File::create(incoming.join(name)).unwrap();
        let ms = u64::try_from(NOW - age_hours * 3_600_000).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms)).unwrap();
    }
    drop(scene.open().await);
    assert!(!incoming.join("1-0.part").exists(), "a day old");
    assert!(incoming.join("2-0.part").exists(), "perhaps still being written");
}
