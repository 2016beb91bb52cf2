//! Damaged libraries: bytes are flipped and files are cut at places that are the same in every run.
//!
//! What is asked each time: it opens and every record is as it was or is named, or it is refused as damaged and not a byte
//! of it is changed. Which page is what, `sqlite3` says (`dbstat`), not we.

use crate::scene::{Chance, NOW, Scene, add_episodes, add_show, episode, hash, open, sqlite};
use hearthcast_library::{Library, LibraryError, episode as episodes, outbox, record, show};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::record::Table;
use hearthcast_model::{Error, ShowId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const PAGE: usize = 4096;

struct Whole {
    scene: Scene,
    show: ShowId,
    bodies: BTreeMap<String, hearthcast_model::Episode>,
    bytes: Vec<u8>,
}

/// A library with small and large notes (overflow pages), every kind of tree page, and free pages; one closed file.
async fn whole() -> Whole {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    add_episodes(&library, &show, 0..400, &"small ".repeat(60)).await;
    add_episodes(&library, &show, 400..420, &"large ".repeat(3000)).await;
    let mut tx = library.transact().await.unwrap();
    let peaks = hearthcast_model::facts::Peaks { slice_ms: 10, low: vec![-3; 60_000], high: vec![3; 60_000] };
    let sound = hearthcast_model::Sha256::of(b"gone");
    tx.put_peaks(&sound, &peaks).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = library.transact().await.unwrap();
    sqlx::query("DELETE FROM waveform").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let all = episodes::all(&library, &show).await.unwrap();
    let bodies = all.into_iter().map(|record| (record.id, record.body)).collect();
    scene.settle(library).await;
    let bytes = std::fs::read(scene.file()).unwrap();
    Whole { scene, show, bodies, bytes }
}

/// Opens bytes as a library in a folder of their own. Returns whether it opened.
async fn survives(whole: &Whole, what: &str, bytes: &[u8], wal: Option<&[u8]>) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (file, wal_file) = (folder.path().join("library.sqlite"), folder.path().join("library.sqlite-wal"));
    std::fs::write(&file, bytes).unwrap();
    if let Some(wal) = wal {
        std::fs::write(&wal_file, wal).unwrap();
    }
    let opened = open(folder.path(), Arc::new(FixedClock::at(NOW)), whole.scene.ids.clone()).await;
    match opened {
        Ok(library) => {
            everything_is_there_or_named(whole, what, &library, wal.is_some()).await;
            true
        }
        Err(error @ LibraryError::Damaged { .. }) => {
            assert_eq!(std::fs::read(&file).unwrap(), bytes, "{what}: the damaged file was changed");
            if let Some(wal) = wal {
                assert_eq!(std::fs::read(&wal_file).unwrap(), wal, "{what}: the damaged file's WAL was changed");
            }
            assert_eq!(Error::from(error).code.as_str(), "library.damaged");
            false
        }
        Err(other) => panic!("{what}: neither opened nor refused as damaged: {other}"),
    }
}

async fn everything_is_there_or_named(whole: &Whole, what: &str, library: &Library, wal: bool) {
    let altered = record::altered(library).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let altered: Vec<&str> = altered.iter().map(|(_, id)| id.as_str()).collect();
    let mut missing = 0;
    for (id, body) in &whole.bodies {
        match episodes::get(library, &hearthcast_model::EpisodeId::parse(id).unwrap()).await {
            Ok(Some(record)) => {
                assert!(record.body == *body || altered.contains(&id.as_str()), "{what}: {id} differs silently")
            }
            Ok(None) => missing += 1,
            Err(LibraryError::Unreadable { .. }) => {
                assert!(altered.contains(&id.as_str()), "{what}: {id} is not named")
            }
            Err(error) => panic!("{what}: {error}"),
        }
    }
    // The end of a WAL after a bad frame is, for SQLite and for everybody, a transaction that never was.
    assert!(missing == 0 || wal, "{what}: {missing} episodes are gone without a word");
    let mut tx = library.transact().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let id = hearthcast_model::EpisodeId::fresh(library.ids(), NOW);
    tx.put(id.as_str(), &episode(&whole.show, 90_000, "")).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    tx.commit().await.unwrap_or_else(|error| panic!("{what}: {error}"));
}

/// Pages by kind, as `sqlite3` sees them; pages it does not name are free ones.
fn pages(file: &Path, count: usize) -> BTreeMap<String, Vec<usize>> {
    let mut kinds: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut named = vec![];
    for line in sqlite(
        file,
        "SELECT pageno, pagetype || CASE WHEN name LIKE '%autoindex%' THEN ' of an index' ELSE '' END FROM dbstat",
    )
    .lines()
    {
        let (page, kind) = line.split_once('|').unwrap();
        let page: usize = page.parse().unwrap();
        kinds.entry(kind.to_string()).or_default().push(page);
        named.push(page);
    }
    kinds.insert("free".into(), (1..=count).filter(|page| !named.contains(page)).collect());
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_flipped_bytes_in_every_kind_of_page() {
    let whole = whole().await;
    let kinds = pages(&whole.scene.file(), whole.bytes.len() / PAGE);
    for kind in ["internal", "leaf", "overflow", "internal of an index", "leaf of an index", "free"] {
        assert!(kinds.get(kind).is_some_and(|pages| !pages.is_empty()), "the library has no page of kind {kind}");
    }
    let mut chance = Chance(20_261_120);
    let (mut opened, mut refused) = (0, 0);
    for (kind, pages) in &kinds {
        for _ in 0..14 {
            let at = (pages[chance.below(pages.len())] - 1) * PAGE + chance.below(PAGE);
            let mut bytes = whole.bytes.clone();
            let change = 1 + chance.below(255) as u8;
            // Half of the damage is one byte, half is a sector.
            let end = if chance.below(2) == 0 { at + 1 } else { (at + 512).min(bytes.len()) };
            bytes[at..end].iter_mut().for_each(|byte| *byte ^= change);
            let what = format!("{kind}, bytes {at}..{end} changed by {change}");
            if survives(&whole, &what, &bytes, None).await { opened += 1 } else { refused += 1 }
        }
    }
    assert!(opened > 10 && refused > 10, "both ways are seen: {opened} opened, {refused} refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_every_byte_of_the_header() {
    let whole = whole().await;
    for at in 0..100 {
        for change in [0xff, 0x01] {
            let mut bytes = whole.bytes.clone();
            bytes[at] ^= change;
            survives(&whole, &format!("header byte {at} changed by {change}"), &bytes, None).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_garbage_and_cut_files_are_damaged_ones() {
    let whole = whole().await;
    let mut garbage = whole.bytes.clone();
    garbage[..100].copy_from_slice(&[0xA5; 100]);
    assert!(!survives(&whole, "garbage for a header", &garbage, None).await);
    assert!(!survives(&whole, "another kind of file", b"%PDF-1.7 and so on and on", None).await);
    let half = whole.bytes.len() / 2;
    let last = whole.bytes.len() - PAGE;
    for length in [0, 1, 50, 99, 100, PAGE - 1, PAGE, PAGE + 1, half, half / PAGE * PAGE, last] {
        let cut = &whole.bytes[..length];
        assert!(
            !survives(&whole, &format!("cut to {length} bytes"), cut, None).await,
            "cut to {length} bytes, and opened"
        );
    }
    survives(&whole, "one byte short", &whole.bytes[..whole.bytes.len() - 1], None).await;
    let zeros = vec![0; whole.bytes.len()];
    assert!(!survives(&whole, "nothing but zeros", &zeros, None).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_foreign_database_is_no_library() {
    let scene = Scene::new();
    sqlite(&scene.file(), "CREATE TABLE recipes (name); INSERT INTO recipes VALUES ('soup')");
    let before = hash(&scene.file());
    let refused = scene.try_open().await.err().expect("refused");
    assert_eq!(Error::from(refused).code.as_str(), "library.damaged");
    assert_eq!(hash(&scene.file()), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_flipped_bytes_in_the_wal() {
    let whole = whole().await;
    let library = whole.scene.open().await;
    assert_eq!(show::list(&library).await.unwrap().len(), 1, "a reader has read, so its WAL stays");
    for n in 0..4 {
        add_episodes(&library, &whole.show, 500 + n * 10..510 + n * 10, &"later ".repeat(400)).await;
    }
    let wal = std::fs::read(whole.scene.root().join("library.sqlite-wal")).unwrap();
    let bytes = std::fs::read(whole.scene.file()).unwrap();
    assert!(wal.len() > 20 * PAGE, "the later episodes stand in the WAL only");
    let mut chance = Chance(7);
    for n in 0..25 {
        let mut wal = wal.clone();
        let at = if n < 8 { chance.below(56) } else { chance.below(wal.len()) };
        wal[at] ^= 1 + chance.below(255) as u8;
        survives(&whole, &format!("byte {at} of the WAL"), &bytes, Some(&wal)).await;
    }
    for _ in 0..8 {
        let length = chance.below(wal.len());
        survives(&whole, &format!("WAL cut to {length}"), &bytes, Some(&wal[..length])).await;
    }
}

/// The leaf of a table in the middle, with the number of its rows.
fn leaf(file: &Path, table: &str) -> (usize, u64) {
    let sql = format!("SELECT pageno, ncell FROM dbstat WHERE name = '{table}' AND pagetype = 'leaf' ORDER BY path");
    let rows = sqlite(file, &sql);
    let rows: Vec<&str> = rows.lines().collect();
    let (page, cells) = rows[rows.len() / 2].split_once('|').unwrap();
    (page.parse().unwrap(), cells.parse().unwrap())
}

fn zero_page(file: &Path, page: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[(page - 1) * PAGE..page * PAGE].fill(0);
    std::fs::write(file, bytes).unwrap();
}

async fn salvage(scene: &Scene) -> (Library, hearthcast_library::Salvage) {
    Library::salvage(scene.root(), scene.clock.clone(), scene.ids.clone()).await.expect("something can be saved")
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_salvage_saves_all_but_the_lost_page_and_names_the_loss() {
    let whole = whole().await;
    let scene = &whole.scene;
    let device = sqlite(&scene.file(), "SELECT value FROM meta WHERE key = 'device'");
    let numbers: i64 = sqlite(&scene.file(), "SELECT max(n) FROM outbox").parse().unwrap();
    let (page, lost) = leaf(&scene.file(), "episode");
    let (other, lost_numbers) = leaf(&scene.file(), "outbox");
    zero_page(&scene.file(), page);
    zero_page(&scene.file(), other);
    let damaged = hash(&scene.file());
    assert!(matches!(scene.try_open().await, Err(LibraryError::Damaged { newest_copy: None, .. })));

    let (library, salvage) = salvage(scene).await;
    let saved: BTreeMap<&str, u64> = salvage.saved.iter().map(|(table, count)| (table.as_str(), *count)).collect();
    assert_eq!(saved["show"], 1);
    assert_eq!(saved["episode"], 420 - lost, "exactly the rows of one page are missing");
    assert_eq!(saved["outbox"], numbers as u64 - lost_numbers);
    assert_eq!(episodes::list(&library, &whole.show, NOW).await.unwrap().len() as u64, 420 - lost);
    let named: BTreeMap<&str, &str> =
        salvage.lost.iter().map(|(table, what)| (table.as_str(), what.as_str())).collect();
    assert!(named["episode"].starts_with(&format!("up to {lost} rows could not be read")), "{named:?}");
    assert!(named.contains_key("outbox") && named.len() == 2, "{named:?}");

    assert_eq!(hash(&salvage.damaged), damaged, "the damaged file lies beside it as it was");
    assert_eq!(library.device().as_str(), device, "it is the same laptop for its servers");
    for record in episodes::all(&library, &whole.show).await.unwrap() {
        assert_eq!(whole.bodies[&record.id], record.body);
    }
    add_episodes(&library, &whole.show, 1000..1001, "").await;
    assert!(outbox::last(&library).await.unwrap() > numbers, "no number is used a second time");
    let unsent = outbox::unsent(&library, &whole.show, numbers).await.unwrap();
    assert_eq!(unsent.len() as u64, 1 + 420 - lost + 1, "what the servers may have missed is sent again");
    assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_salvage_knows_every_table() {
    // Written anew from the others, asked again, or half done.
    const LEFT: [&str; 6] = ["_sqlx_migrations", "probe", "report", "search", "search_row", "upload"];
    let whole = whole().await;
    let (_, salvage) = salvage(&whole.scene).await;
    assert!(salvage.lost.is_empty(), "{:?}", salvage.lost);
    let is_saved = |table: &str| salvage.saved.iter().any(|(saved, _)| saved == table);
    let tables = sqlite(&whole.scene.file(), "SELECT name FROM sqlite_master WHERE type = 'table'");
    // Tables of full text search and of statistics are SQLite's own.
    let ours = tables.lines().filter(|table| !table.starts_with("sqlite_") && !table.starts_with("search_"));
    let forgotten: Vec<&str> = ours.filter(|table| !is_saved(table) && !LEFT.contains(table)).collect();
    assert_eq!(forgotten, [""; 0], "what an author made would be lost with a damaged file");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_salvage_names_text_that_changed() {
    let whole = whole().await;
    let scene = &whole.scene;
    let mut bytes = whole.bytes.clone();
    let needle = b"\"title\":\"Episode 7\"";
    let at = bytes.windows(needle.len()).position(|window| window == needle).expect("the title stands in the file");
    bytes[at + 10] = b'X';
    let (page, _) = leaf(&scene.file(), "outbox");
    bytes[(page - 1) * PAGE..page * PAGE].fill(0);
    std::fs::write(scene.file(), &bytes).unwrap();
    let (library, salvage) = salvage(scene).await;
    let texts: Vec<_> = salvage.lost.iter().filter(|(table, _)| table == "episode").collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let (id, _) = whole.bodies.iter().find(|(_, body)| body.title == "Episode 7").unwrap();
    assert!(texts[0].1.contains(id.as_str()), "{texts:?}");
    assert!(record::altered(&library).await.unwrap().is_empty(), "in the new library every record is what it says");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_changed_letter_is_found() {
    let whole = whole().await;
    let mut bytes = whole.bytes.clone();
    let needle = b"\"title\":\"Episode 7\"";
    let at = bytes.windows(needle.len()).position(|window| window == needle).expect("the title stands in the file");
    bytes[at + 10] = b'X';
    std::fs::write(whole.scene.file(), &bytes).unwrap();
    let library = whole.scene.open().await;
    let altered = record::altered(&library).await.unwrap();
    let (id, _) = whole.bodies.iter().find(|(_, body)| body.title == "Episode 7").unwrap();
    assert_eq!(altered, [(Table::Episode, id.clone())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_salvage_of_nothing_changes_nothing_and_names_the_copy() {
    let whole = whole().await;
    let scene = &whole.scene;
    let library = scene.open().await;
    let copy = library.copy_now().await.unwrap();
    scene.settle(library).await;
    std::fs::write(scene.file(), vec![0xA5; 50_000]).unwrap();
    let damaged = hash(&scene.file());
    let refused = Library::salvage(scene.root(), scene.clock.clone(), scene.ids.clone()).await.err().expect("refused");
    assert!(
        matches!(&refused, LibraryError::Damaged { newest_copy: Some(newest), .. } if *newest == copy),
        "{refused}"
    );
    assert_eq!(hash(&scene.file()), damaged);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_the_newest_good_copy_is_offered_and_can_be_used() {
    let whole = whole().await;
    let scene = &whole.scene;
    let library = scene.open().await;
    let good = library.copy_now().await.unwrap();
    let numbers = outbox::last(&library).await.unwrap();
    add_episodes(&library, &whole.show, 2000..2010, "after the copy").await;
    scene.clock.advance(1000);
    let newer_but_damaged = library.copy_now().await.unwrap();
    scene.clock.advance(1000);
    let newest_but_empty = library.copy_now().await.unwrap();
    zero_page(&newer_but_damaged, 3);
    std::fs::write(&newest_but_empty, b"").unwrap();
    scene.settle(library).await;
    let (page, _) = leaf(&scene.file(), "episode");
    zero_page(&scene.file(), page);
    let damaged = hash(&scene.file());

    let refused = Error::from(scene.try_open().await.err().expect("refused"));
    assert_eq!(refused.code.as_str(), "library.damaged");
    assert!(refused.hint.contains(&good.display().to_string()), "{}", refused.hint);
    assert_eq!(hash(&scene.file()), damaged, "refusing changes nothing");
    let offered: Vec<PathBuf> =
        Library::copies(scene.root()).await.into_iter().filter(|c| c.good).map(|c| c.path).collect();
    assert_eq!(offered.as_slice(), std::slice::from_ref(&good), "a damaged copy is not offered");
    assert!(Library::use_copy(scene.root(), &newer_but_damaged, NOW).await.is_err(), "nor taken");
    assert_eq!(hash(&scene.file()), damaged, "nor does trying it change anything");

    let beside = Library::use_copy(scene.root(), &good, NOW).await.unwrap();
    assert_eq!(hash(&beside), damaged, "the damaged file is kept");
    let back = scene.open().await;
    let bodies: BTreeMap<_, _> =
        episodes::all(&back, &whole.show).await.unwrap().into_iter().map(|record| (record.id, record.body)).collect();
    assert_eq!(bodies, whole.bodies, "as at the time of the copy");
    add_episodes(&back, &whole.show, 3000..3001, "").await;
    assert!(outbox::last(&back).await.unwrap() > numbers + 10, "no number the damaged library gave out is given again");
    assert!(good.exists(), "the copy is still a copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_replacement_that_was_killed_is_finished_by_the_next_opening() {
    let whole = whole().await;
    let scene = &whole.scene;
    let library = scene.open().await;
    let copy = library.copy_now().await.unwrap();
    assert_eq!(show::list(&library).await.unwrap().len(), 1, "a reader has read, so its WAL stays");
    add_episodes(&library, &whole.show, 2000..2010, "stands in the WAL").await;
    drop(library);
    // A kill after the old file was moved aside and before the new one took its name; its WAL was not moved yet.
    let stamp = format!("{NOW:013}");
    std::fs::copy(&copy, scene.root().join(format!("next-{stamp}.sqlite"))).unwrap();
    std::fs::rename(scene.file(), scene.root().join(format!("damaged-{stamp}.sqlite"))).unwrap();
    std::fs::write(scene.root().join("library.sqlite.part"), b"half of another attempt").unwrap();

    let finished = scene.open().await;
    assert_eq!(
        episodes::all(&finished, &whole.show).await.unwrap().len(),
        420,
        "the new file, without the old one's WAL"
    );
    assert!(show::get(&finished, &whole.show).await.unwrap().is_some());
    assert!(scene.root().join(format!("damaged-{stamp}.sqlite-wal")).exists(), "which lies beside its own file");
    assert!(!scene.root().join("library.sqlite.part").exists());
    assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok");
}
