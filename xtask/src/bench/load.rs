//! The public routes under weight, beside nginx: files whole, a log row, thousands of idle connections, and the feed while
//! everybody downloads.

use super::material;
use super::measure::{Of, Row, Run};
use super::serving::{Nginx, Served, finished, nginx, serve_ours};
use crate::shell::{program, text};
use anyhow::{Context, Result, ensure};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

/// Kept connections that ask for nothing more.
const IDLE: usize = 5_000;
/// Bars of the issue and of DESIGN §5.
const IDLE_MIB: f64 = 200.0;
const SPIKE: f64 = 5.0;
const LOGGED: f64 = 1.15;

/// All rows of the group.
pub fn rows(rounds: usize) -> Result<Vec<Row>> {
    let (sound, feed) = (material::mp3(60)?, material::feed()?);
    let bytes = std::fs::metadata(&sound)?.len() as f64;
    let ours = serve_ours(&sound, &feed, &[])?;
    let unlogged = serve_ours(&sound, &feed, &["off"])?;
    let (reading, plain) = (nginx(&sound, &feed, Nginx::Reading)?, nginx(&sound, &feed, Nginx::Plain)?);
    let whole = Row::new(
        "File of 58 MB whole",
        "`wrk -t1 -c4 -d3s` on loopback. Ours reads and writes (no `sendfile`), and logs each answer. Peer: nginx, one worker.",
        "s per GB",
        &["Hearthcast", "nginx, sendfile off", "nginx, sendfile on"],
        &[(Of::Cpu(1), 1.6), (Of::OwnCpu, 0.4)],
    );
    let whole = whole.interleave(rounds, |at| files([&ours, &reading, &plain][at], bytes))?;
    let row = Row::new(
        "A range of 64 KiB, logged or not",
        "`wrk -t1 -c16 -d3s -H 'Range: bytes=1048576-1114111'` on loopback; the second server was started with its log switched off.",
        "µs per request",
        &["logged", "not logged"],
        &[(Of::Cpu(1), LOGGED)],
    );
    let row = row.interleave(rounds, |at| ranges([&ours, &unlogged][at]))?;
    let idle = Row::new(
        "5,000 idle connections",
        format!(
            "{IDLE} connections on loopback, each kept after one compressed feed; `ulimit -n` {}. Memory is PSS of the server with all of them open, its children included.",
            text(program("sh").args(["-c", "ulimit -n"])).unwrap_or_default().trim()
        ),
        "µs per connection",
        &["Hearthcast", "nginx"],
        &[(Of::OwnPeak, IDLE_MIB)],
    );
    let idle = idle.interleave(rounds, |at| crowd([&ours, &plain][at]))?;
    let spike = Row::new(
        "The feed while everybody downloads",
        "Compressed feed by `wrk -t1 -c1 -d3s --latency`, first alone, then beside `wrk -t1 -c64` that reads whole files of 58 MB as fast as it can; server and both wrk share the two cores.",
        "",
        &["Hearthcast", "nginx"],
        &[(Of::OwnWall, SPIKE)],
    );
    let spike = spike.of("quiet median, µs", "99th percentile in the spike / quiet median");
    let spike = spike.interleave(rounds, |at| spiked([&ours, &plain][at], false))?;
    let hurried = Row::new(
        "The same without waits for a core",
        "As above, and nobody who has to do with the feed waits until the kernel takes a core from the downloads: its wrk, our threads for short answers and nginx as a whole run with `chrt -f 1`. What is left is the server's own doing.",
        "",
        &["Hearthcast", "nginx"],
        &[(Of::OwnWall, SPIKE)],
    );
    let hurried = hurried.of("quiet median, µs", "99th percentile in the spike / quiet median");
    let hurried = hurried.interleave(rounds, |at| spiked([&ours, &plain][at], true))?;
    Ok(vec![whole, row, idle, spike, hurried])
}

fn files(server: &Served, bytes: f64) -> Result<Run> {
    let before = server.cpu_us()?;
    let printed = text(program("wrk").args(["-t1", "-c4", "-d3s", &server.audio]))?;
    let gigabytes = finished(&printed)? * bytes / 1e9;
    let used = server.cpu_us()? - before;
    Ok(Run { cpu: used / 1e6 / gigabytes, wall: 3.0 / gigabytes, peak_mib: None, requests: None })
}

fn ranges(server: &Served) -> Result<Run> {
    let before = server.cpu_us()?;
    let mut wrk = program("wrk");
    wrk.args(["-t1", "-c16", "-d3s", "-H", "Range: bytes=1048576-1114111"]);
    let requests = finished(&text(wrk.arg(&server.audio))?)?;
    Ok(Run { cpu: (server.cpu_us()? - before) / requests, wall: 3e6 / requests, peak_mib: None, requests: None })
}

fn crowd(server: &Served) -> Result<Run> {
    let (before, begin) = (server.cpu_us()?, std::time::Instant::now());
    let rest = server.feed.strip_prefix("http://").context("an address")?;
    let (host, path) = rest.split_once('/').context("an address")?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n");
    let mut kept = Vec::with_capacity(IDLE);
    for _ in 0..IDLE {
        let mut stream = TcpStream::connect(host)?;
        stream.write_all(request.as_bytes())?;
        answer(&mut stream)?;
        kept.push(stream);
    }
    let count = IDLE as f64;
    let run = Run {
        cpu: (server.cpu_us()? - before) / count,
        wall: begin.elapsed().as_secs_f64() * 1e6 / count,
        peak_mib: Some(server.pss_mib()?),
        requests: None,
    };
    for stream in &mut kept {
        stream.set_nonblocking(true)?;
        let open = stream.read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
        ensure!(open, "a connection was not kept");
    }
    Ok(run)
}

/// Reads one whole answer.
fn answer(stream: &mut TcpStream) -> Result<()> {
    let (mut taken, mut piece) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let count = stream.read(&mut piece)?;
        ensure!(count > 0, "the server closed the connection");
        taken.extend_from_slice(&piece[..count]);
        let Some(end) = taken.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&taken[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("an answer without a length")?.trim().parse()?;
        if taken.len() >= end + 4 + length {
            return Ok(());
        }
    }
}

fn spiked(server: &Served, hurried: bool) -> Result<Run> {
    if hurried {
        server.hurry("long-answers")?;
    }
    let quiet = latency(server, "50%", hurried)?;
    let mut spike = program("wrk");
    let mut spike = spike.args(["-t1", "-c64", "-d60s", &server.audio]).stdout(Stdio::null()).spawn()?;
    let busy = latency(server, "99%", hurried);
    let _ = spike.kill();
    let _ = spike.wait();
    Ok(Run { cpu: quiet, wall: busy? / quiet, peak_mib: Some(server.pss_mib()?), requests: None })
}

/// A percentile of the feed's answers in microseconds.
fn latency(server: &Served, percentile: &str, hurried: bool) -> Result<f64> {
    let mut wrk = program(if hurried { "chrt" } else { "wrk" });
    if hurried {
        wrk.args(["-f", "1", "wrk"]);
    }
    wrk.args(["-t1", "-c1", "-d3s", "--latency", "-H", "Accept-Encoding: gzip", &server.feed]);
    let printed = text(&mut wrk)?;
    let line = printed.lines().find_map(|line| line.trim().strip_prefix(percentile)).context("wrk's percentiles")?;
    let (number, factor) = match line.trim() {
        line if line.ends_with("us") => (line.trim_end_matches("us"), 1.0),
        line if line.ends_with("ms") => (line.trim_end_matches("ms"), 1e3),
        line => (line.trim_end_matches('s'), 1e6),
    };
    Ok(number.trim().parse::<f64>().context("wrk's percentile")? * factor)
}
