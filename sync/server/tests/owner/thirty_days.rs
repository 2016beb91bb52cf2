//! Thirty days of listeners, hour by hour: what is kept of them stays as small as the retention says, and every day's number is
//! there at the end.

use crate::scene::{Scene, Story, publish, sound};
use hearthcast_server::jobs::upkeep::Upkeep;
use std::path::Path;

const HOUR_MS: i64 = 3_600_000;
const DAYS: usize = 30;
/// Days that rows are kept.
const KEPT: usize = 5;
/// Days after which nothing may grow any more.
const SETTLED: usize = KEPT + 3;
/// Apps that COUNTING.md's lists know: from one address, each is a listener of its own.
const APPS: [&str; 3] = ["AntennaPod/3.4.0", "Overcast/3.0", "Castro 2024.3"];

/// Bytes of all files below a folder, and how many there are.
fn below(folder: &Path) -> (u64, usize) {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.fold((0, 0), |(bytes, files), entry| {
        let found = entry.metadata().unwrap();
        let (more, count) = if found.is_dir() { below(&entry.path()) } else { (found.len(), 1) };
        (bytes + more, files + count)
    })
}

/// Memory of this process that is in use, in MiB.
fn resident_mib() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = text.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1024.0 / 1024.0
}

#[test]
fn thirty_days_leave_as_much_as_five() {
    let mut scene = Scene::new();
    scene.start_again(|settings| settings.keep_log_days = KEPT as i64);
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let bytes = sound(200_000, 1);
    let path = format!("/m/{}/step.mp3", hearthcast_model::Sha256::of(&bytes));
    story.episode("Step", scene.now_ms() - HOUR_MS, bytes, Some(120_000));
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(1, scene.now_ms())).expect(200);

    let mut upkeep = Upkeep::default();
    let mut seen = vec![];
    for _ in 0..DAYS {
        for hour in 0..24 {
            scene.runtime.block_on(upkeep.run(&scene.running().app, scene.now_ms())).unwrap();
            if hour % 2 == 0 {
                for app in APPS {
                    assert_eq!(scene.get(&path, &[("User-Agent", app)]).status, 200);
                }
            }
            scene.clock.advance(HOUR_MS);
        }
        let log = below(&scene.running().app.folders.log());
        let database = std::fs::metadata(scene.data().join("server.sqlite")).unwrap().len();
        seen.push((log, database, resident_mib()));
    }
    let (then, last) = (&seen[SETTLED], &seen[DAYS - 1]);
    assert!(last.0.0 <= then.0.0 + then.0.0 / 5, "bytes of the log: {then:?}, then {last:?}");
    assert!(last.0.1 <= KEPT + 3, "segments: {last:?}");
    // A day's count is one row; rows of the log are far more, and those go.
    assert!(last.1 <= then.1 + then.1 / 5, "bytes of the database: {then:?}, then {last:?}");
    assert!(last.2 <= then.2 + 16.0, "memory, MiB: {then:?}, then {last:?}");

    let mut pulled = None;
    scene.until("all is counted", || {
        let answer: hearthcast_protocol::pull::MetricsAnswer =
            laptop.send(scene.addr(), "GET", "/sync/v1/metrics?after=0&limit=500", &[], b"").expect(200).read();
        let downloads: u64 = answer.rows.iter().map(|row| row.funnel.downloads).sum();
        let done = downloads >= (DAYS * APPS.len()) as u64;
        pulled = Some(answer);
        done
    });
    // Noon to noon: thirty days touch thirty-one.
    let rows = pulled.unwrap().rows;
    let days: Vec<&str> = rows.iter().map(|row| row.day.as_str()).collect();
    assert_eq!(
        (days.len(), days.iter().max(), days.iter().min()),
        (DAYS + 1, Some(&"2026-12-20"), Some(&"2026-11-20"))
    );
    assert!(rows.iter().all(|row| row.funnel.downloads == APPS.len() as u64), "three listeners a day");
}
