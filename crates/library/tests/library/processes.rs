//! App, terminal and timer on one library at once, as processes of their own.

use crate::child::start;
use crate::scene::{Chance, Scene, add_show, sqlite};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

/// The episodes a process says it has committed.
fn said(child: &mut Child) -> BTreeSet<String> {
    let mut text = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut text).expect("text");
    text.lines().filter_map(|line| line.strip_prefix("= ")).map(str::to_string).collect()
}

fn slugs(file: &Path) -> BTreeSet<String> {
    sqlite(file, "SELECT slug FROM episode").lines().map(str::to_string).collect()
}

fn in_order(file: &Path) {
    assert_eq!(sqlite(file, "PRAGMA integrity_check"), "ok");
    let gapless = "SELECT count(*) = max(n) AND count(DISTINCT json_extract(op, '$.op')) = count(*) FROM outbox";
    assert_eq!(sqlite(file, gapless), "1", "numbers of the outbox have no gap and none is used twice");
    let counted = "SELECT json_extract(body, '$.counter') = (SELECT count(*) FROM episode) FROM show";
    assert_eq!(sqlite(file, counted), "1", "no change was overwritten by another process");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_app_terminal_and_timer_at_once_lose_nothing() {
    let scene = Scene::new();
    let show = add_show(&scene.open().await, "s").await;
    let names = ["app", "terminal", "timer"];
    let children: Vec<Child> =
        names.iter().map(|name| start(scene.root(), &show, &format!("work {name} 200"))).collect();
    let mut all = BTreeSet::new();
    for mut child in children {
        all.extend(said(&mut child));
        assert!(child.wait().unwrap().success(), "nobody was refused, neither a writer nor a reader");
    }
    assert_eq!(all.len(), 600);
    assert_eq!(slugs(&scene.file()), all);
    in_order(&scene.file());
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_process_killed_in_a_transaction_stops_nobody_and_tears_nothing() {
    const KILLS: usize = 20;
    let scene = Scene::new();
    let show = add_show(&scene.open().await, "s").await;
    let names = ["app", "terminal"];
    let mut others: Vec<Child> =
        names.iter().map(|name| start(scene.root(), &show, &format!("work {name} 120"))).collect();
    let mut chance = Chance(2);
    let mut all = BTreeSet::new();
    for n in 0..KILLS {
        let mut victim = start(scene.root(), &show, &format!("work victim{n} 100000"));
        let mut lines = BufReader::new(victim.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let begun = lines.by_ref().find_map(|line| line.strip_prefix("= ").map(str::to_string));
        all.extend(begun);
        std::thread::sleep(Duration::from_micros(chance.next() % 30_000));
        victim.kill().expect("killed");
        victim.wait().expect("ended");
        all.extend(lines.filter_map(|line| line.strip_prefix("= ").map(str::to_string)));
    }
    for other in &mut others {
        all.extend(said(other));
        assert!(other.wait().unwrap().success(), "the others went on");
    }
    let stored = slugs(&scene.file());
    let lost: Vec<_> = all.difference(&stored).collect();
    assert!(lost.is_empty(), "committed, and lost: {lost:?}");
    assert!(stored.len() - all.len() <= KILLS, "at most one commit per kill was not told any more");
    in_order(&scene.file());
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_kill_while_a_library_is_made_leaves_none_or_a_whole_one() {
    let mut chance = Chance(3);
    let show = hearthcast_model::ShowId::parse("00000000-0000-7000-8000-000000000101").unwrap();
    let mut whole = 0;
    let began = Instant::now();
    let undisturbed = Scene::new();
    assert!(start(undisturbed.root(), &show, "one").wait().unwrap().success(), "an undisturbed run");
    let span = began.elapsed();
    for n in 0..25 {
        let scene = Scene::new();
        let mut victim = start(scene.root(), &show, "one");
        std::thread::sleep(span.mul_f64(chance.below(1000) as f64 / 800.0));
        victim.kill().expect("killed");
        victim.wait().expect("ended");
        whole += usize::from(scene.file().exists());
        let library = scene.try_open().await.unwrap_or_else(|error| panic!("kill {n}: {error}"));
        add_show(&library, "s").await;
        let left =
            std::fs::read_dir(scene.root()).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned());
        let left: Vec<String> = left.filter(|name| name.contains("part") || name.starts_with("next-")).collect();
        assert!(left.is_empty(), "kill {n}: {left:?}");
        assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok");
    }
    assert!((1..25).contains(&whole), "kills before and after it was made: {whole}");
}
