//! The window: first useful paint, key to paint, memory. Chromium over the local HTTP host, because a browser tells when it
//! paints; the packaged window is WebKitGTK with the same page and the same commands.

use super::measure::{Of, Row, Run};
use super::{material, ours};
use crate::shell::{cargo, program, root, run, target_dir, text};
use anyhow::{Context, Result};
use serde_json::Value;

/// Paint and memory, typing in the search, typing in the notes.
pub fn rows(rounds: usize) -> Result<Vec<Row>> {
    run(&mut cargo([
        "build",
        "--release",
        "--locked",
        "-p",
        "hearthcast-commands",
        "--features",
        "http-host",
        "--bin",
        "hearthcast-host",
    ]))?;
    run(program("npm").args(["run", "--silent", "build"]).current_dir(root().join("ui")))?;
    let (full, empty) = (material::scratch("library-window")?, material::scratch("library-empty")?);
    run(ours("examples/big_library").arg("make").arg(&full).arg("http://127.0.0.1:9"))?;
    run(ours("examples/big_library").arg("none").arg(&empty))?;
    let how = "`ui/scripts/measure.mjs`: the built window in headless Chromium over the local HTTP host (release build), 1280 x 800. Wall is from the beginning of a navigation with a warm cache until the list's first row is drawn; CPU the page's main thread; memory the proportional size of page process and host after a collection.";
    let names = ["Hearthcast, 10,000 episodes", "Hearthcast, none"];
    let mut paint = Row::new(
        "Window: first useful paint, memory",
        how,
        "ms",
        &names,
        &[(Of::OwnWall, 1000.0), (Of::PeakAbove(1), 40.0)],
    );
    let how = "The same page; 100 keys, 30 ms apart. Wall is the 95th percentile from key to next paint by the browser's own clock (Event Timing, in steps of 8 ms, nothing below 16); CPU the page's main thread for each key.";
    let row = |title: &str| Row::new(title, how, "ms", &["Hearthcast"], &[(Of::OwnWall, 50.0)]);
    let (mut search, mut notes) = (row("Key to paint: search among 10,000"), row("Key to paint: notes"));
    for _ in 0..rounds {
        let mut node = program("node");
        node.arg("scripts/measure.mjs").arg(&full).arg(&empty).current_dir(root().join("ui"));
        node.env("HEARTHCAST_HOST", target_dir().join("release/hearthcast-host"));
        let seen: Value = serde_json::from_str(text(&mut node)?.trim()).context("what the script printed")?;
        let of = |part: &str, wall: &str| -> Result<Run> {
            let number = |name: &str| seen[part][name].as_f64().with_context(|| format!("no {name} of {part}"));
            Ok(Run { cpu: number("cpu")?, wall: number(wall)?, peak_mib: seen[part]["peak"].as_f64(), requests: None })
        };
        paint.contenders[0].runs.push(of("many", "paint")?);
        paint.contenders[1].runs.push(of("empty", "paint")?);
        search.contenders[0].runs.push(of("search", "p95")?);
        notes.contenders[0].runs.push(of("notes", "p95")?);
    }
    Ok(vec![paint, search, notes])
}
