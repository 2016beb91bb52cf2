//! The public routes beside nginx: processor time of the server for each request that wrk finished.
//!
//! nginx with one worker, `sendfile on`, `tcp_nopush off` (with it on, nginx idles and the figure is an artefact: SERVE.md),
//! combined log, `gzip_static`.

use super::measure::{Of, Row, Run};
use super::{material, ours};
use crate::shell::{program, run as start, text};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Length of one run of wrk.
const RUN: &str = "3s";

/// A server that runs until it is dropped.
pub(super) struct Served {
    child: Child,
    /// Address of the feed.
    pub feed: String,
    /// Address of the sound.
    pub audio: String,
}

impl Served {
    /// Processor microseconds used so far.
    pub fn cpu_us(&self) -> Result<f64> {
        cpu_us(self.child.id())
    }

    /// Memory in MiB, pages that several processes share told once (PSS).
    pub fn pss_mib(&self) -> Result<f64> {
        pss_kib(self.child.id()).map(|kib| kib / 1024.0)
    }

    /// Gives all threads real-time priority, those of its child processes included, but for the ones with that name.
    pub fn hurry(&self, but: &str) -> Result<()> {
        let id = self.child.id().to_string();
        let children = text(program("pgrep").args(["-P", &id])).unwrap_or_default();
        for process in children.split_whitespace().chain([id.as_str()]) {
            for task in fs::read_dir(format!("/proc/{process}/task"))? {
                let task = task?;
                if fs::read_to_string(task.path().join("comm"))?.trim() != but {
                    start(program("chrt").args(["-f", "-p", "1"]).arg(task.file_name()))?;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // SIGTERM, so that nginx takes its worker with it.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// One kind of request.
struct Request {
    title: &'static str,
    headers: Vec<String>,
    audio: bool,
    bars: [(Of, f64); 2],
}

/// 304, compressed feed, and a range of a file.
pub fn rows(rounds: usize) -> Result<Vec<Row>> {
    let (sound, feed) = (material::mp3(60)?, material::feed()?);
    let servers =
        [serve_ours(&sound, &feed, &[])?, nginx(&sound, &feed, Nginx::Plain)?, nginx(&sound, &feed, Nginx::Cached)?];
    let how = format!(
        "`wrk -t1 -c16 -d{RUN}` on loopback; every audio request is logged by all. Ours: `cargo run --release -p hearthcast-server --example serving`. Peers: nginx, one worker, as described in xtask/src/bench/serving.rs."
    );
    let names = ["Hearthcast", "nginx", "nginx, open_file_cache"];
    let cheap = [(Of::Cpu(1), 1.0), (Of::Cpu(2), 1.25)];
    let gzip = || vec!["Accept-Encoding: gzip".to_string()];
    let requests = [
        Request { title: "Feed, 304 by ETag", headers: vec![], audio: false, bars: cheap },
        Request { title: "Feed, gzip", headers: gzip(), audio: false, bars: cheap },
        Request {
            title: "Range of 64 KiB",
            headers: vec!["Range: bytes=1048576-1114111".into()],
            audio: true,
            bars: [(Of::Cpu(1), 1.25), (Of::Cpu(2), 1.25)],
        },
    ];
    requests
        .iter()
        .map(|request| {
            let row = Row::new(request.title, how.clone(), "µs per request", &names, &request.bars);
            row.interleave(rounds, |at| ask(&servers[at], request))
        })
        .collect()
}

fn ask(server: &Served, request: &Request) -> Result<Run> {
    let url = if request.audio { &server.audio } else { &server.feed };
    let mut headers = request.headers.clone();
    if request.title.contains("304") {
        headers.push(format!("If-None-Match: {}", etag(url)?));
    }
    let mut wrk = program("wrk");
    wrk.args(["-t1", "-c16", &format!("-d{RUN}")]);
    for header in &headers {
        wrk.args(["-H", header]);
    }
    let before = server.cpu_us()?;
    let printed = text(wrk.arg(url))?;
    let used = server.cpu_us()? - before;
    let requests = finished(&printed)?;
    Ok(Run { cpu: used / requests, wall: 3_000_000.0 / requests, peak_mib: None, requests: None })
}

/// What wrk counted; answers of another kind than asked for are no measurement.
pub(super) fn finished(printed: &str) -> Result<f64> {
    if printed.contains("Non-2xx or 3xx") || printed.contains("Socket errors") {
        bail!("wrk met errors:\n{printed}");
    }
    let line =
        printed.lines().find(|line| line.contains(" requests in ")).context("wrk printed no number of requests")?;
    let count: f64 =
        line.split_whitespace().next().and_then(|word| word.parse().ok()).context("wrk's number of requests")?;
    Ok(count.max(1.0))
}

fn etag(url: &str) -> Result<String> {
    let head = text(program("curl").args(["-sI", url]))?;
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("etag:")).context("no ETag")?;
    Ok(line.split_once(':').map(|(_, value)| value.trim().to_string()).unwrap_or_default())
}

/// Processor microseconds of a process, its threads and its children (nginx's worker).
pub(super) fn cpu_us(pid: u32) -> Result<f64> {
    let mut sum = 0.0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let path = task?.path();
        let stat = fs::read_to_string(path.join("schedstat"))?;
        let nanoseconds: f64 =
            stat.split_whitespace().next().and_then(|word| word.parse().ok()).context("schedstat")?;
        sum += nanoseconds / 1000.0;
        for child in fs::read_to_string(path.join("children")).unwrap_or_default().split_whitespace() {
            sum += cpu_us(child.parse()?)?;
        }
    }
    Ok(sum)
}

/// Memory of a process and its children, in KiB.
pub(super) fn pss_kib(pid: u32) -> Result<f64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).context("the server's memory")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("the server's memory")?;
    let mut sum: f64 = line.split_whitespace().next().and_then(|word| word.parse().ok()).context("PSS")?;
    for child in fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default().split_whitespace() {
        sum += pss_kib(child.parse()?)?;
    }
    Ok(sum)
}

/// Our public routes, with further words on the command line.
pub(super) fn serve_ours(sound: &Path, feed: &Path, words: &[&str]) -> Result<Served> {
    let mut command = ours("examples/serving");
    let log = material::scratch(&format!("serving-log{}", words.concat()))?;
    command.arg(sound).arg(feed).arg(log).args(words).stdout(Stdio::piped());
    let mut child = command.spawn().context("our server")?;
    let mut lines = BufReader::new(child.stdout.take().context("our server's addresses")?).lines();
    let mut next = || lines.next().context("our server's addresses")?.context("our server's addresses");
    let (feed, audio) = (next()?, next()?);
    Ok(Served { child, feed, audio })
}

/// How nginx is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nginx {
    /// With `sendfile on`.
    Plain,
    /// The same with `open_file_cache`.
    Cached,
    /// With `sendfile off`: it reads and writes, as we do.
    Reading,
}

/// nginx with one worker.
pub(super) fn nginx(sound: &Path, feed: &Path, how: Nginx) -> Result<Served> {
    let folder = material::scratch(&format!("nginx-{how:?}"))?;
    fs::copy(feed, folder.join("feed.xml"))?;
    start(program("gzip").args(["-k", "-6"]).arg(folder.join("feed.xml")))?;
    std::os::unix::fs::symlink(sound, folder.join("sound.mp3"))?;
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let config = folder.join("nginx.conf");
    fs::write(&config, settings(&folder, port, how))?;
    let child = program("nginx").arg("-c").arg(&config).arg("-p").arg(&folder).spawn().context("nginx")?;
    let origin = format!("http://127.0.0.1:{port}");
    let served = Served { child, feed: format!("{origin}/feed.xml"), audio: format!("{origin}/sound.mp3") };
    let until = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > until {
            bail!("nginx does not answer");
        }
        std::thread::yield_now();
    }
    Ok(served)
}

fn settings(folder: &Path, port: u16, how: Nginx) -> String {
    let here = PathBuf::from(folder);
    let root = here.display();
    let cache = match how {
        Nginx::Cached => "open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;",
        Nginx::Plain | Nginx::Reading => "",
    };
    let sendfile = if how == Nginx::Reading { "off" } else { "on" };
    format!(
        "daemon off; worker_processes 1; worker_rlimit_nofile 16384; error_log {root}/error.log; pid {root}/nginx.pid; user root;\n\
         events {{ worker_connections 8192; }}\n\
         http {{ access_log {root}/access.log combined; sendfile {sendfile}; tcp_nopush off; keepalive_requests 100000000; {cache}\n\
         types {{ application/rss+xml xml; audio/mpeg mp3; }}\n\
         server {{ listen 127.0.0.1:{port}; root {root}; gzip_static on; }} }}\n"
    )
}
