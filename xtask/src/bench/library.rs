//! Lists and searches in a library of 10,000 episodes. They have no peer: the bar is a time.

use super::measure::{Of, Row, Run};
use super::{material, ours};
use crate::shell::{run, text};
use anyhow::{Context, Result};
use serde_json::Value;

/// Lists and searches, each at its 95th percentile.
pub fn rows(rounds: usize) -> Result<Vec<Row>> {
    let folder = material::scratch("library-lists")?;
    run(ours("examples/big_library").arg("make").arg(&folder).arg("http://127.0.0.1:9"))?;
    let how = "`cargo run --release -p hearthcast-studio --example big_library -- ask FOLDER`: answers of the verbs that window and terminal use, written as JSON; 1,200 bytes of notes in each of 10,000 episodes. Wall is the 95th percentile, CPU the mean of an answer.";
    let row = |title: &str| Row::new(title, how, "ms", &["Hearthcast"], &[(Of::OwnWall, 16.0)]);
    let (mut lists, mut searches) = (row("Lists among 10,000 episodes"), row("Searches among 10,000 episodes"));
    let mut media = row("The media library of 10,000 episodes");
    for _ in 0..rounds {
        let printed = text(ours("examples/big_library").arg("ask").arg(&folder))?;
        let answer: Value = serde_json::from_str(printed.trim()).context("what the example printed")?;
        lists.contenders[0].runs.push(figures(&answer["lists"])?);
        media.contenders[0].runs.push(figures(&answer["media"])?);
        searches.contenders[0].runs.push(figures(&answer["searches"])?);
    }
    Ok(vec![lists, searches, media])
}

fn figures(answer: &Value) -> Result<Run> {
    let number = |name: &str| answer[name].as_f64().with_context(|| format!("no {name}"));
    Ok(Run { cpu: number("cpu_ms")?, wall: number("p95_ms")?, peak_mib: answer["peak_mib"].as_f64(), requests: None })
}
