//! A full disk: a clear sentence, nothing half, and on it goes when there is room. Real limits of the kernel, in processes
//! of their own: a largest file size (`ulimit -f`), and ENOSPC for every write from the n-th on (`strace`).

use crate::child::command;
use crate::scene::{Scene, add_show, sqlite};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Command;

fn is_disk_full(said: &str) {
    let error: serde_json::Value = serde_json::from_str(said).unwrap_or_else(|_| panic!("not an error: {said}"));
    assert_eq!(error["code"], "library.failed", "{said}");
    assert_eq!(error["retry"], "after_action", "{said}");
    assert!(error["message"].as_str().is_some_and(|m| m.contains("disk") && m.contains("full")), "{said}");
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("Free some space")), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_full_disk_is_said_and_it_goes_on_when_there_is_room() {
    let scene = Scene::new();
    let show = add_show(&scene.open().await, "s").await;
    // 4096 blocks of 512 bytes: a WAL or a database above 2 MiB cannot be written.
    let limited = ["sh", "-c", "trap '' XFSZ; ulimit -S -f 4096; exec \"$0\" \"$@\""];
    let mut child = command(&limited, scene.root(), &show, "fill").spawn().expect("sh is there");
    let mut answers = child.stdin.take().expect("piped");
    let mut accepted = vec![];
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let mut full = 0;
    for line in lines.filter_map(|line| line.strip_prefix("= ").map(str::to_string)) {
        if line.starts_with("episode-") {
            accepted.push(line);
        } else {
            full += 1;
            is_disk_full(&line);
            let raised = Command::new("prlimit").args(["--fsize=unlimited", "--pid", &child.id().to_string()]).status();
            assert!(raised.expect("prlimit is installed").success());
            answers.write_all(b"there is room\n").expect("it waits");
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(full, 1, "the disk was full once");
    assert!(accepted.len() > 5, "some went in before, one after");
    let stored = sqlite(&scene.file(), "SELECT slug FROM episode ORDER BY created_ms");
    assert_eq!(stored.lines().collect::<Vec<_>>(), accepted, "what was accepted, all of it and nothing else");
    assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_no_space_from_the_nth_write_on() {
    let mut full = 0;
    for n in (1..40).step_by(3) {
        let scene = Scene::new();
        let show = add_show(&scene.open().await, "s").await;
        let inject = format!("inject=pwrite64:error=ENOSPC:when={n}+");
        let under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", &inject];
        let output = command(&under, scene.root(), &show, "one").output().expect("strace is installed");
        assert!(output.status.success(), "from write {n} on");
        let text = String::from_utf8_lossy(&output.stdout);
        let said = text.lines().find_map(|line| line.strip_prefix("= ")).expect("it says how it went");
        let stored = sqlite(&scene.file(), "SELECT count(*) FROM episode");
        if said == "ok" {
            assert_eq!(stored, "1", "from write {n} on: what was said to be kept is kept");
        } else {
            full += 1;
            is_disk_full(said);
            assert_eq!(stored, "0", "from write {n} on: nothing half");
        }
        assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok", "from write {n} on");
        scene.open().await;
    }
    assert!(full >= 2, "the disk was really full at times");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_disk_that_does_not_sync_is_said_and_tears_nothing() {
    let mut failed = 0;
    for n in 1..8 {
        let scene = Scene::new();
        let show = add_show(&scene.open().await, "s").await;
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={n}+");
        let under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", &inject];
        let output = command(&under, scene.root(), &show, "one").output().expect("strace is installed");
        assert!(output.status.success(), "from sync {n} on");
        let text = String::from_utf8_lossy(&output.stdout);
        let said = text.lines().find_map(|line| line.strip_prefix("= ")).expect("it says how it went");
        if said == "ok" {
            assert_eq!(sqlite(&scene.file(), "SELECT count(*) FROM episode"), "1", "from sync {n} on");
        } else {
            failed += 1;
            is_disk_full(said);
        }
        assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok", "from sync {n} on");
        scene.open().await;
    }
    assert!(failed >= 1, "a sync did fail");
}
