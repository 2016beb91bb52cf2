//! One measured thing: contenders, their runs, and the bars of DESIGN §5. What it is not: it starts no program by itself.

use crate::shell::{program, text};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::process::Command;

/// One run of one contender.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// Processor time, user and system, in the row's unit.
    pub cpu: f64,
    /// Wall time in the row's unit.
    pub wall: f64,
    /// Largest resident memory in MiB, where it was measured.
    pub peak_mib: Option<f64>,
    /// Requests it made, where they were counted.
    pub requests: Option<f64>,
}

impl Run {
    /// This run and then another: times add up, the larger memory counts.
    pub fn then(self, next: Self) -> Self {
        let peak_mib = [self.peak_mib, next.peak_mib].into_iter().flatten().reduce(f64::max);
        let requests = [self.requests, next.requests].into_iter().flatten().reduce(|a, b| a + b);
        Self { cpu: self.cpu + next.cpu, wall: self.wall + next.wall, peak_mib, requests }
    }
}

/// A program that is measured.
#[derive(Debug, Clone)]
pub struct Contender {
    /// Its name; the first of a row is ours.
    pub name: String,
    /// Its runs, in order.
    pub runs: Vec<Run>,
}

/// What a bar is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Processor time against a contender.
    Cpu(usize),
    /// Wall time against a contender.
    Wall(usize),
    /// Wall time against the best of the others.
    WallBest,
    /// Our own processor time, in the row's unit.
    OwnCpu,
    /// Our own wall time, in the row's unit.
    OwnWall,
    /// Our own peak memory in MiB.
    OwnPeak,
    /// Our peak memory above a contender's, in MiB.
    PeakAbove(usize),
    /// Our own requests.
    OwnRequests,
    /// How much our memory grew from the second run to the last, in MiB.
    OwnGrowth,
}

/// A row of the page.
#[derive(Debug, Clone)]
pub struct Row {
    /// Heading.
    pub title: String,
    /// What exactly was run, for somebody who wants to run it again.
    pub how: String,
    /// Unit of the times (`s`, `µs per request`).
    pub unit: String,
    /// What the two figures of a run are called, where they are not processor and wall time.
    pub figures: Option<[String; 2]>,
    /// Contenders, ours first.
    pub contenders: Vec<Contender>,
    /// What is asked, and the most that is allowed.
    pub bars: Vec<(Of, f64)>,
}

impl Row {
    /// A row whose contenders have no runs yet.
    pub fn new(title: &str, how: impl Into<String>, unit: &str, names: &[&str], bars: &[(Of, f64)]) -> Self {
        let contenders = names.iter().map(|name| Contender { name: (*name).into(), runs: vec![] }).collect();
        Self { title: title.into(), how: how.into(), unit: unit.into(), figures: None, contenders, bars: bars.to_vec() }
    }

    /// Calls the two figures of a run by other names.
    pub fn of(self, first: &str, second: &str) -> Self {
        Self { figures: Some([first.into(), second.into()]), ..self }
    }

    /// Runs all contenders in turn, `rounds` times over.
    pub fn interleave(mut self, rounds: usize, mut one: impl FnMut(usize) -> Result<Run>) -> Result<Self> {
        for _ in 0..rounds {
            for at in 0..self.contenders.len() {
                let run = one(at).with_context(|| format!("{}: {}", self.title, self.contenders[at].name))?;
                self.contenders[at].runs.push(run);
            }
        }
        Ok(self)
    }

    /// The figure a bar is about; `None` where it was not measured.
    pub fn figure(&self, of: Of) -> Option<f64> {
        let median_of =
            |at: usize, pick: fn(&Run) -> f64| self.contenders.get(at).and_then(|c| median(c.runs.iter().map(pick)));
        match of {
            Of::Cpu(peer) => Some(median_of(0, |run| run.cpu)? / median_of(peer, |run| run.cpu)?),
            Of::Wall(peer) => Some(median_of(0, |run| run.wall)? / median_of(peer, |run| run.wall)?),
            Of::WallBest => {
                let others = (1..self.contenders.len()).filter_map(|peer| median_of(peer, |run| run.wall));
                Some(median_of(0, |run| run.wall)? / others.reduce(f64::min)?)
            }
            Of::OwnCpu => median_of(0, |run| run.cpu),
            Of::OwnWall => median_of(0, |run| run.wall),
            Of::OwnPeak => self.peak(0),
            Of::PeakAbove(peer) => Some(self.peak(0)? - self.peak(peer)?),
            Of::OwnGrowth => {
                let ours = &self.contenders.first()?.runs;
                Some(ours.last()?.peak_mib? - ours.get(1)?.peak_mib?)
            }
            Of::OwnRequests => median(self.contenders.first()?.runs.iter().filter_map(|run| run.requests)),
        }
    }

    fn peak(&self, at: usize) -> Option<f64> {
        median(self.contenders.get(at)?.runs.iter().filter_map(|run| run.peak_mib))
    }
}

/// The middle one; between two, their mean.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// Asks the kernel what a command and everything it started cost. Python, because Rust's library does not tell.
const METER: &str = "\
import resource, subprocess, sys, time, json
begin = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode != 0:
    sys.stderr.buffer.write(done.stderr[-2000:])
    sys.exit(1)
print(json.dumps([used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024]))
";

/// Runs a command to its end and measures it, its children included.
pub fn timed(command: &Command) -> Result<Run> {
    let mut meter = program("python3");
    meter.args(["-c", METER]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => meter.env(name, value),
            None => meter.env_remove(name),
        };
    }
    let numbers: [f64; 3] = serde_json::from_str(&text(&mut meter)?).context("the meter's numbers")?;
    Ok(Run { cpu: numbers[0], wall: numbers[1], peak_mib: Some(numbers[2]), requests: None })
}

/// A row as it is kept between runs.
pub fn to_json(row: &Row) -> Value {
    let bars = row.bars.iter().map(|(of, most)| {
        let (kind, peer) = match of {
            Of::Cpu(peer) => ("cpu", *peer),
            Of::Wall(peer) => ("wall", *peer),
            Of::WallBest => ("wall_best", 0),
            Of::OwnCpu => ("own_cpu", 0),
            Of::OwnWall => ("own_wall", 0),
            Of::OwnPeak => ("own_peak", 0),
            Of::PeakAbove(peer) => ("peak_above", *peer),
            Of::OwnRequests => ("own_requests", 0),
            Of::OwnGrowth => ("own_growth", 0),
        };
        json!([kind, peer, most])
    });
    let contenders = row.contenders.iter().map(|c| {
        let runs: Vec<Value> = c.runs.iter().map(run_to_json).collect();
        json!({"name": c.name, "runs": runs})
    });
    json!({"title": row.title, "how": row.how, "unit": row.unit, "figures": row.figures, "bars": bars.collect::<Vec<_>>(), "contenders": contenders.collect::<Vec<_>>()})
}

fn run_to_json(run: &Run) -> Value {
    match run.requests {
        Some(requests) => json!([run.cpu, run.wall, run.peak_mib, requests]),
        None => json!([run.cpu, run.wall, run.peak_mib]),
    }
}

/// Reads a row back; `None` when it was written by another version.
pub fn from_json(value: &Value) -> Option<Row> {
    let words = |key: &str| value[key].as_str().map(str::to_string);
    let contenders = value["contenders"].as_array()?.iter().map(contender).collect::<Option<_>>()?;
    let bars = value["bars"].as_array()?.iter().map(bar).collect::<Option<_>>()?;
    let figures = serde_json::from_value(value["figures"].clone()).ok()?;
    Some(Row { title: words("title")?, how: words("how")?, unit: words("unit")?, figures, contenders, bars })
}

fn contender(value: &Value) -> Option<Contender> {
    let run = |run: &Value| {
        let (cpu, wall) = (run[0].as_f64()?, run[1].as_f64()?);
        Some(Run { cpu, wall, peak_mib: run[2].as_f64(), requests: run[3].as_f64() })
    };
    let runs = value["runs"].as_array()?.iter().map(run).collect::<Option<_>>()?;
    Some(Contender { name: value["name"].as_str()?.into(), runs })
}

fn bar(value: &Value) -> Option<(Of, f64)> {
    let peer = usize::try_from(value[1].as_u64()?).ok()?;
    let of = match value[0].as_str()? {
        "cpu" => Of::Cpu(peer),
        "wall" => Of::Wall(peer),
        "wall_best" => Of::WallBest,
        "own_cpu" => Of::OwnCpu,
        "own_wall" => Of::OwnWall,
        "own_peak" => Of::OwnPeak,
        "peak_above" => Of::PeakAbove(peer),
        "own_requests" => Of::OwnRequests,
        "own_growth" => Of::OwnGrowth,
        _ => return None,
    };
    Some((of, value[2].as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(cpu: f64) -> Run {
        Run { cpu, wall: cpu * 2.0, peak_mib: Some(10.0), requests: None }
    }

    #[test]
    fn ratios_are_of_medians() {
        let mut row = Row::new("t", "h", "s", &["ours", "peer"], &[(Of::Cpu(1), 0.5)]);
        row.contenders[0].runs = vec![run(1.0), run(9.0), run(2.0)];
        row.contenders[1].runs = vec![run(4.0), run(8.0), run(8.0)];
        assert_eq!(row.figure(Of::Cpu(1)), Some(0.25));
        assert_eq!(row.figure(Of::Wall(1)), Some(0.25));
        assert_eq!(row.figure(Of::OwnPeak), Some(10.0));
        assert_eq!(row.figure(Of::Cpu(2)), None, "nobody there");
        assert_eq!(row.figure(Of::WallBest), Some(0.25), "the only other one is the best");
    }

    #[test]
    fn a_row_is_read_back_as_it_was_kept() {
        let mut row = Row::new("t", "h", "s", &["ours", "peer"], &[(Of::Wall(1), 0.5), (Of::PeakAbove(1), 3.0)]);
        row.contenders[0].runs = vec![Run { peak_mib: None, ..run(1.5) }, Run { requests: Some(3.0), ..run(1.0) }];
        let back = from_json(&to_json(&row)).unwrap();
        assert_eq!(to_json(&back), to_json(&row));
        assert_eq!(back.bars, row.bars);
    }

    #[test]
    fn a_meter_counts_the_children_too() {
        let mut command = Command::new("sh");
        command.args(["-c", "sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'"]);
        let run = timed(&command).unwrap();
        assert!(run.cpu > 0.0 && run.wall > 0.0 && run.peak_mib.unwrap() > 0.1);
        assert!(timed(&Command::new("false")).is_err(), "a failure is no measurement");
    }
}
