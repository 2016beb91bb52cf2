//! The logbook against real files: what is written is read, torn tails cost only themselves, a full disk only stops
//! the log.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

use hearthcast_model::Sha256;
use hearthcast_model::clock::FixedClock;
use hearthcast_server::logbook::{
    Entry, Flags, LogError, LogOptions, Logbook, Mark, Method, Row, RowId, forget, read, settled,
};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn row(start_ms: i64) -> Row {
    Row {
        start_ms,
        media: Sha256::of(b"abc"),
        first_byte: 0,
        sent: 1000,
        status: 200,
        method: Method::Get,
        range: None,
        listener: [1; 16],
        address: [2; 16],
        agent: "AntennaPod/3.5.0".into(),
        referrer: String::new(),
        country: None,
        episode: None,
        flags: Flags::default(),
    }
}

struct Scene {
    folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), clock: Arc::new(FixedClock::at(1000)) }
    }
    fn open(&self) -> Logbook {
        self.open_with(LogOptions::default())
    }
    fn open_with(&self, options: LogOptions) -> Logbook {
        Logbook::open(self.folder.path(), "n1", self.clock.clone(), options).unwrap()
    }
    fn entries(&self, after: Mark) -> (Vec<(RowId, Entry)>, Mark) {
        let mut reader = read(self.folder.path(), "n1", after).unwrap();
        let entries = reader.by_ref().collect::<Result<_, _>>().unwrap();
        (entries, reader.mark())
    }
    fn starts(&self) -> Vec<i64> {
        let rows = self.entries(Mark::default()).0.into_iter().map(|(_, entry)| match entry {
            Entry::Row(row) => row.start_ms,
            Entry::Amend { .. } | Entry::View(_) => -1,
        });
        rows.collect()
    }
    fn segments(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.path().join("n1")).unwrap();
        let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }
}

fn append_bytes(path: &Path, bytes: &[u8]) {
    std::fs::File::options().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn what_is_written_is_read_at_once_and_only_once() {
    let scene = Scene::new();
    let log = scene.open();
    let first = log.append(&row(1)).unwrap();
    let second = log.append(&row(2)).unwrap();
    let (entries, mark) = scene.entries(Mark::default());
    assert_eq!(entries, [(first.clone(), Entry::Row(row(1))), (second, Entry::Row(row(2)))]);
    assert_eq!(mark, log.end());
    assert_eq!(first.to_string(), "n1/1000-1.seg/12", "node, segment, offset");
    let third = log.append(&row(3)).unwrap();
    assert_eq!(scene.entries(mark).0, [(third, Entry::Row(row(3)))]);
    assert_eq!(scene.entries(log.end()).0, []);
}

#[test]
fn a_start_begins_a_new_segment_in_order_even_when_the_clock_was_set_back() {
    let scene = Scene::new();
    scene.open().append(&row(1)).unwrap();
    let mark = scene.entries(Mark::default()).1;
    scene.clock.advance(-900);
    let log = scene.open();
    log.append(&row(2)).unwrap();
    assert_eq!(scene.starts(), [1, 2]);
    assert_eq!(scene.entries(mark).0.len(), 1, "the mark in the older segment leads to the newer one");
    assert_eq!(log.end().segment.to_string(), "100-2.seg");
}

#[test]
fn a_full_segment_is_followed_by_the_next() {
    let scene = Scene::new();
    let log = scene.open_with(LogOptions { segment_bytes: 400, ..LogOptions::default() });
    let mut mark = Mark::default();
    for n in 0..20 {
        log.append(&row(n)).unwrap();
        let (entries, next) = scene.entries(mark);
        assert_eq!(entries.len(), 1, "row {n}");
        mark = next;
    }
    assert!(scene.segments().len() > 5);
    assert_eq!(scene.starts(), (0..20).collect::<Vec<_>>());
}

#[test]
fn a_torn_tail_costs_only_itself() {
    // What a power cut can leave behind the last whole row: half a row, zeros, a length beyond belief, flipped bits.
    let scene = Scene::new();
    scene.open().append(&row(1)).unwrap();
    let whole = std::fs::read(&scene.segments()[0]).unwrap();
    let frame = &whole[12..];
    let mut flipped = frame.to_vec();
    flipped[20] ^= 1;
    for tail in [&frame[..1], &frame[..7], &frame[..8], &frame[..frame.len() - 1], &[0; 64], &[255; 64], &flipped] {
        std::fs::write(&scene.segments()[0], &whole).unwrap();
        append_bytes(&scene.segments()[0], tail);
        assert_eq!(scene.starts(), [1], "{tail:?}");
        let mark = scene.entries(Mark::default()).1;
        assert_eq!(mark.offset, whole.len() as u64, "the mark stays before what is not whole");
    }
    scene.open().append(&row(2)).unwrap();
    assert_eq!(scene.starts(), [1, 2], "after a restart");
}

#[test]
fn a_row_in_the_making_is_read_when_it_is_whole() {
    let scene = Scene::new();
    let log = scene.open();
    log.append(&row(1)).unwrap();
    let whole = std::fs::read(&scene.segments()[0]).unwrap();
    let frame = whole[12..].to_vec();
    append_bytes(&scene.segments()[0], &frame[..30]);
    let (entries, mark) = scene.entries(Mark::default());
    assert_eq!(entries.len(), 1);
    append_bytes(&scene.segments()[0], &frame[30..]);
    assert_eq!(scene.entries(mark).0.len(), 1);
}

#[test]
fn foreign_files_and_empty_segments_are_passed_over() {
    let scene = Scene::new();
    let log = scene.open();
    log.append(&row(1)).unwrap();
    let folder = scene.folder.path().join("n1");
    std::fs::write(folder.join("notes.txt"), "hello").unwrap();
    std::fs::write(folder.join("2000-2.seg"), "").unwrap();
    std::fs::write(folder.join("2000-3.seg"), "HCAST").unwrap();
    std::fs::write(folder.join("2000-4.seg"), "something else entirely").unwrap();
    scene.open().append(&row(2)).unwrap();
    assert_eq!(scene.starts(), [1, 2]);
    assert!(read(scene.folder.path(), "nobody", Mark::default()).unwrap().next().is_none());
}

#[test]
fn a_newer_format_is_refused_politely() {
    let scene = Scene::new();
    scene.open().append(&row(1)).unwrap();
    let folder = scene.folder.path().join("n1");
    std::fs::write(folder.join("2000-2.seg"), b"HCASTLOG\x02\0\0\0whatever").unwrap();
    let mut reader = read(scene.folder.path(), "n1", Mark::default()).unwrap();
    assert!(reader.next().unwrap().is_ok());
    let error = reader.next().unwrap().unwrap_err();
    assert!(matches!(error, LogError::Newer { found: 2, known: 1, .. }), "{error}");
    assert!(reader.next().is_none());
}

#[test]
fn amendments_reach_their_rows() {
    let scene = Scene::new();
    let log = scene.open();
    let first = log.append(&row(1)).unwrap();
    let early = scene.entries(Mark::default());
    let second = log.append(&row(2)).unwrap();
    log.amend(&second, 7).unwrap();
    log.amend(&first, 9).unwrap();
    let (rows, left) = settled(scene.entries(Mark::default()).0);
    assert_eq!((rows[&first].sent, rows[&second].sent, left.len()), (9, 7, 0));
    let (rows, left) = settled(scene.entries(early.1).0);
    assert_eq!(rows[&second].sent, 7);
    assert_eq!(left.into_iter().collect::<Vec<_>>(), [(first, 9)], "its row was read in an earlier round");
}

#[test]
fn a_write_error_stops_the_log_and_it_comes_back_with_a_new_segment() {
    // The folder is taken away: a new segment cannot be made. (A full disk gives the same error at the same place.)
    let scene = Scene::new();
    let log = scene.open_with(LogOptions { segment_bytes: 13, rest_ms: 5_000, ..LogOptions::default() });
    log.append(&row(1)).unwrap();
    let (folder, away) = (scene.folder.path().join("n1"), scene.folder.path().join("away"));
    std::fs::rename(&folder, &away).unwrap();
    assert_eq!(log.append(&row(2)), None);
    assert_eq!(log.append(&row(3)), None);
    assert_eq!(log.lost(), 2);
    std::fs::rename(&away, &folder).unwrap();
    assert_eq!(log.append(&row(4)), None, "it rests before it tries again");
    scene.clock.advance(5_000);
    assert!(log.append(&row(5)).is_some());
    assert_eq!(log.lost(), 3);
    assert_eq!(scene.starts(), [1, 5]);
}

#[test]
fn many_threads_write_whole_rows() {
    let scene = Scene::new();
    let log = scene.open_with(LogOptions { segment_bytes: 20_000, ..LogOptions::default() });
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let log = log.clone();
            scope.spawn(move || (0..100).for_each(|n| drop(log.append(&row(thread * 100 + n)).unwrap())));
        }
    });
    let mut starts = scene.starts();
    starts.sort_unstable();
    assert_eq!(starts, (0..800).collect::<Vec<_>>());
}

#[test]
fn each_day_has_segments_of_its_own_and_old_ones_go_when_they_were_read() {
    const DAY_MS: i64 = 86_400_000;
    let scene = Scene::new();
    let log = scene.open();
    for day in 0..5 {
        (0..2).for_each(|n| drop(log.append(&row(day * 10 + n)).unwrap()));
        scene.clock.advance(DAY_MS);
    }
    assert_eq!(scene.segments().len(), 5, "however small");
    let gone = |read: Mark, before_ms| forget(scene.folder.path(), "n1", read, before_ms).unwrap();
    let all_read = scene.entries(Mark::default()).1;
    assert_eq!(gone(Mark::default(), i64::MAX), 0, "nothing that was not read");
    assert_eq!(gone(all_read, 999), 0, "nothing before its time");
    assert_eq!(gone(all_read, 1000 + 2 * DAY_MS), 2, "two days have their last row before that");
    assert_eq!(scene.starts(), [20, 21, 30, 31, 40, 41]);
    assert_eq!(gone(all_read, i64::MAX), 2, "the newest stays");
    assert_eq!(scene.starts(), [40, 41]);
    assert_eq!(scene.entries(all_read).0, [], "and the reader goes on where it was");
}
