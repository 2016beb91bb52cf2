//! The feed writer at ten thousand episodes. It has no peer: the bar is a time on one core of this class.

use super::measure::{Of, Row, Run};
use super::ours;
use crate::shell::text;
use anyhow::{Context, Result};

/// The feed of 10,000 episodes, written in a program that does nothing else.
pub fn rows(rounds: usize) -> Result<Vec<Row>> {
    let how = "`cargo run --release -p hearthcast-feed --example ten_thousand`: processor and wall milliseconds of one `render` of 10,000 episodes with notes, chapters, transcripts and people.";
    let row = Row::new("Feed of 10,000 episodes", how, "ms", &["Hearthcast"], &[(Of::OwnCpu, 100.0)]);
    Ok(vec![row.interleave(rounds, |_| {
        let printed = text(&mut ours("examples/ten_thousand"))?;
        let [cpu, wall]: [f64; 2] = serde_json::from_str(printed.trim()).context("what the example printed")?;
        Ok(Run { cpu, wall, peak_mib: None, requests: None })
    })?])
}
