//! docs/BENCHMARKS.md from the kept results. A group that was not measured this time keeps its last figures and their date.

use super::measure::{Of, Row, from_json, median, to_json};
use crate::shell::{program, root, text};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench [--rounds N] [GROUP…]`; results are kept in `docs/benchmarks/`. Every contender is run in turn, in one
run of the command; the medians are compared (DESIGN §5). Absolute figures belong to the machine they were taken on; a ratio says
more. Processor time is user + system, of all processes that a contender starts.
";

fn place(group: &str) -> PathBuf {
    root().join("docs/benchmarks").join(format!("{group}.json"))
}

/// Keeps what was measured.
pub fn keep(group: &str, rows: &[Row]) -> Result<()> {
    let day = text(program("date").args(["-u", "+%Y-%m-%d"]))?;
    let commit = text(program("git").args(["rev-parse", "--short", "HEAD"])).unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_string();
    let kept = json!({
        "day": day.trim(), "commit": commit.trim(), "machine": machine(), "load": load,
        "rows": rows.iter().map(to_json).collect::<Vec<_>>(),
    });
    let path = place(group);
    fs::create_dir_all(path.parent().context("a folder for the results")?)?;
    Ok(fs::write(path, serde_json::to_string_pretty(&kept)? + "\n")?)
}

/// Processor and number of cores.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", model.unwrap_or("unknown processor"))
}

/// Writes the page from everything kept.
pub fn write(groups: &[&str]) -> Result<()> {
    let mut page = String::from(HEAD);
    for group in groups {
        if let Ok(kept) = fs::read_to_string(place(group)) {
            page.push_str(&section(&serde_json::from_str(&kept)?)?);
        }
    }
    let notes = root().join("docs/benchmarks/notes.md");
    if let Ok(notes) = fs::read_to_string(notes) {
        page.push('\n');
        page.push_str(&notes);
    }
    Ok(fs::write(root().join("docs/BENCHMARKS.md"), page)?)
}

fn section(kept: &Value) -> Result<String> {
    let words = |key: &str| kept[key].as_str().unwrap_or("unknown").to_string();
    let mut out = String::new();
    for row in kept["rows"].as_array().into_iter().flatten().filter_map(from_json) {
        write!(out, "\n## {}\n\n{}\n\n", row.title, row.how)?;
        writeln!(
            out,
            "{}, commit {}, {}, load {} at the end.\n",
            words("day"),
            words("commit"),
            words("machine"),
            words("load")
        )?;
        table(&mut out, &row)?;
        bars(&mut out, &row)?;
    }
    Ok(out)
}

fn table(out: &mut String, row: &Row) -> Result<()> {
    let [first, second] = figures(row);
    writeln!(out, "| | {first}: median | each run | {second}: median | peak MiB |\n|---|---|---|---|---|")?;
    for contender in &row.contenders {
        let of = |pick: fn(&super::measure::Run) -> f64| {
            median(contender.runs.iter().map(pick)).map(short).unwrap_or_default()
        };
        let each: Vec<String> = contender.runs.iter().map(|run| short(run.cpu)).collect();
        let peak =
            median(contender.runs.iter().filter_map(|run| run.peak_mib)).map(short).unwrap_or_else(|| "–".into());
        writeln!(
            out,
            "| {} | {} | {} | {} | {peak} |",
            contender.name,
            of(|run| run.cpu),
            each.join(" "),
            of(|run| run.wall)
        )?;
    }
    Ok(())
}

/// What the figures of a run are called.
fn figures(row: &Row) -> [String; 2] {
    row.figures.clone().unwrap_or_else(|| [format!("CPU, {}", row.unit), format!("wall, {}", row.unit)])
}

fn bars(out: &mut String, row: &Row) -> Result<()> {
    out.push('\n');
    for (of, most) in &row.bars {
        let peer = |at: &usize| row.contenders.get(*at).map_or("?", |c| c.name.as_str());
        let what = match of {
            Of::Cpu(at) => format!("CPU against {}", peer(at)),
            Of::Wall(at) => format!("wall against {}", peer(at)),
            Of::WallBest => "wall against the best of the others".to_string(),
            Of::OwnCpu => figures(row)[0].clone(),
            Of::OwnWall => figures(row)[1].clone(),
            Of::OwnPeak => "peak memory, MiB".to_string(),
            Of::PeakAbove(at) => format!("peak memory above {}, MiB", peer(at)),
            Of::OwnRequests => "requests".to_string(),
            Of::OwnGrowth => "memory, last run less the second, MiB".to_string(),
        };
        let Some(figure) = row.figure(*of) else { continue };
        let verdict = if figure <= *most { "met" } else { "**missed**" };
        writeln!(out, "- {what}: **{}**, bar {}: {verdict}", short(figure), short(*most))?;
    }
    Ok(())
}

/// Three figures that matter.
fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::Run;
    use super::*;

    #[test]
    fn a_missed_bar_is_said() {
        let mut row = Row::new("t", "h", "s", &["Hearthcast", "peer"], &[(Of::Cpu(1), 0.5), (Of::Wall(1), 2.0)]);
        row.contenders[0].runs = vec![Run { cpu: 3.0, wall: 3.0, peak_mib: None, requests: None }];
        row.contenders[1].runs = vec![Run { cpu: 4.0, wall: 4.0, peak_mib: None, requests: None }];
        let kept = json!({"day": "d", "commit": "c", "machine": "m", "load": "0", "rows": [to_json(&row)]});
        let page = section(&kept).unwrap();
        assert!(page.contains("- CPU against peer: **0.75**, bar 0.50: **missed**"), "{page}");
        assert!(page.contains("- wall against peer: **0.75**, bar 2.00: met"), "{page}");
        assert!(page.contains("| Hearthcast | 3.00 | 3.00 | 3.00 | – |"), "{page}");
    }
}
