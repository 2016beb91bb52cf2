//! One hour of the real server under load, with a published show, its database, its log and its rollups: does its memory grow?
//! Six windows of ten minutes are the runs of the row; memory is PSS at the end of each.

use super::material;
use super::measure::{Of, Row, Run};
use super::ours;
use crate::shell::{program, run, text};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Windows that the time is divided into.
const WINDOWS: u32 = 6;
/// Podcast apps at the same time, and the rest between two requests of one.
const APPS: u64 = 8;
const REST: Duration = Duration::from_millis(10);
/// Memory may differ by this from the second window to the last, in MiB.
const GROWTH: f64 = 4.0;

struct Scene {
    child: Child,
    folder: PathBuf,
    host: String,
    feed: String,
    audio: String,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = program("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// The row of the hour; `HEARTHCAST_BENCH_MINUTES` makes it another time, to try it.
pub fn rows(_rounds: usize) -> Result<Vec<Row>> {
    let minutes: u32 = std::env::var("HEARTHCAST_BENCH_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let scene = Scene::start()?;
    let how = format!(
        "`hearthcast-server` with a published show; {APPS} apps on loopback for {minutes} minutes, each from ever new addresses (X-Forwarded-For) and {} ms between requests: feed (304, gzip), ranges, pages of the API, now and then a file whole. The figures are those of {WINDOWS} windows; the log is rolled up every hour.",
        REST.as_millis()
    );
    let mut row = Row::new("One hour under load", how, "µs per request", &["Hearthcast"], &[(Of::OwnGrowth, GROWTH)]);
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let (scene, stop, done) = (&scene, &stop, &done);
        let apps: Vec<_> = (0..APPS).map(|app| scope.spawn(move || (app, scene.listen(app, stop, done)))).collect();
        for _ in 0..WINDOWS {
            let (begin, requests, cpu) = (Instant::now(), done.load(Ordering::Relaxed), scene.cpu_us());
            std::thread::sleep(Duration::from_secs(60) * minutes / WINDOWS);
            let asked = (done.load(Ordering::Relaxed) - requests) as f64;
            let run = scene.pss_mib().and_then(|pss| {
                let cpu = (scene.cpu_us()? - cpu?) / asked.max(1.0);
                let wall = begin.elapsed().as_secs_f64() * 1e6 / asked.max(1.0);
                Ok(Run { cpu, wall, peak_mib: Some(pss), requests: Some(asked) })
            });
            println!("   {run:?}");
            row.contenders[0].runs.extend(run);
        }
        stop.store(true, Ordering::Relaxed);
        for app in apps {
            let (app, outcome) = app.join().map_err(|_| anyhow::anyhow!("an app broke"))?;
            outcome.with_context(|| format!("app {app}"))?;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    let log = text(program("du").args(["-sk"]).arg(scene.folder.join("server/log")))?;
    row.how += &format!(" The log had {} KiB at the end.", log.split_whitespace().next().unwrap_or("?"));
    ensure!(row.contenders[0].runs.len() == WINDOWS as usize, "the server was gone before the end");
    Ok(vec![row])
}

impl Scene {
    /// A server, a laptop, and a show with ten episodes of a minute.
    fn start() -> Result<Self> {
        let folder = material::scratch("hour")?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let host = format!("127.0.0.1:{port}");
        let mut command = ours("hearthcast-server");
        command.arg("serve").arg("--data").arg(folder.join("server")).args(["--bind", &host]);
        command.args(["--trusted-proxy", "127.0.0.0/8"]).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("our server")?;
        let mut scene = Self { child, folder, host, feed: String::new(), audio: String::new() };
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(&scene.host).is_err() {
            ensure!(Instant::now() < until, "our server does not answer");
            std::thread::yield_now();
        }
        // The socket takes connections before the server's data is there.
        Line::to(&scene.host)?.get("/healthz", "10.0.0.1", "")?;
        scene.publish()?;
        Ok(scene)
    }

    fn publish(&mut self) -> Result<()> {
        let sound = self.folder.join("sound.mp3");
        run(program("sh")
            .args(["-c", r#"sox -R -n -r 44100 -c 1 -t wav - synth 60 pinknoise gain -9 | lame --quiet -b 128 - "$0""#])
            .arg(&sound))?;
        let code = text(ours("hearthcast-server").arg("pair").arg("--data").arg(self.folder.join("server")))?;
        let (cover, origin) = (material::cover()?, format!("server+http://{}", self.host));
        let laptop = |words: &[&str]| {
            let mut command = ours("hearthcast");
            command.arg("--library").arg(self.folder.join("library")).args(words);
            command.env("HOME", &self.folder).env("HEARTHCAST_HOME_PAIRING_CODE", code.trim());
            run(command.arg("--quiet"))
        };
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let (cover, sound) = (path(&cover), path(&sound));
        laptop(&[
            "show",
            "add",
            "--title",
            "Hour",
            "--author",
            "Ada",
            "--description",
            "One hour.",
            "--category",
            "Society & Culture",
            "--link",
            "https://example.org/",
            "--cover",
            &cover,
        ])?;
        for number in 1..=10 {
            laptop(&["episode", "add", "hour", "--title", &format!("Number {number}"), "--audio", &sound])?;
        }
        laptop(&["target", "add", "hour", "home", &origin])?;
        laptop(&["publish", "hour"])?;
        self.feed = "/podcasts/hour/rss/".into();
        let mut line = Line::to(&self.host)?;
        let feed = String::from_utf8(line.get(&self.feed, "10.0.0.1", "")?.1)?;
        let audio = feed.split("<enclosure url=\"").nth(1).and_then(|rest| rest.split('"').next());
        let audio = audio.context("an enclosure")?.split_once(&self.host).context("an enclosure here")?.1;
        self.audio = audio.into();
        Ok(())
    }

    /// One app's requests until the end.
    fn listen(&self, app: u64, stop: &AtomicBool, done: &AtomicU64) -> Result<()> {
        let mut line = Line::to(&self.host)?;
        let tag = line.get(&self.feed, "10.0.0.1", "")?.0;
        for round in 0u64.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            // A connection has a limit of requests; an address is met again on the same day now and then.
            if round % 500 == 499 {
                line = Line::to(&self.host)?;
            }
            let listener = (round / 8).wrapping_mul(2_654_435_761) % 60_000;
            let address = format!("10.{app}.{}.{}", listener / 250, listener % 250 + 1);
            let (path, more) = match round % 8 {
                0 | 4 => (self.feed.as_str(), "Accept-Encoding: gzip\r\n".to_string()),
                1 | 5 | 6 => (self.feed.as_str(), format!("If-None-Match: {tag}\r\n")),
                2 => (self.audio.as_str(), "Range: bytes=0-\r\n".to_string()),
                3 => (self.audio.as_str(), "Range: bytes=65536-131071\r\n".to_string()),
                _ => ("/episodes/?page[size]=5", String::new()),
            };
            line.get(path, &address, &more)?;
            done.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(REST);
        }
        Ok(())
    }

    fn cpu_us(&self) -> Result<f64> {
        super::serving::cpu_us(self.child.id())
    }

    fn pss_mib(&self) -> Result<f64> {
        Ok(super::serving::pss_kib(self.child.id())? / 1024.0)
    }
}

/// A kept connection.
struct Line {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Line {
    fn to(host: &str) -> Result<Self> {
        Ok(Self { host: host.into(), stream: BufReader::new(TcpStream::connect(host)?) })
    }

    /// Asks and reads the whole answer: its ETag, and its body.
    fn get(&mut self, path: &str, address: &str, more: &str) -> Result<(String, Vec<u8>)> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: AntennaPod/3.4.0\r\nX-Forwarded-For: {address}\r\n{more}\r\n",
            self.host
        );
        self.stream.get_mut().write_all(head.as_bytes())?;
        let (mut tag, mut length, mut line, mut changed) = (String::new(), 0, String::new(), true);
        loop {
            line.clear();
            ensure!(self.stream.read_line(&mut line)? > 0, "the server closed the connection");
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                ensure!(
                    line.trim().is_empty() || line.starts_with("HTTP/1.1 2") || line.starts_with("HTTP/1.1 304"),
                    "{line}"
                );
                if line.trim().is_empty() {
                    break;
                }
                changed = !line.starts_with("HTTP/1.1 304");
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "etag" => tag = value.into(),
                "content-length" => length = value.parse()?,
                _ => {}
            }
        }
        let mut body = vec![0; if changed { length } else { 0 }];
        self.stream.read_exact(&mut body)?;
        Ok((tag, body))
    }
}
