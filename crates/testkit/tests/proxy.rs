//! The fault proxy does what its script says: seen from outside, by curl and by a server of Python that writes down what it
//! got.

use hearthcast_testkit::{Fault, FaultProxy, Moment, Reply};
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const PUT: Moment = Moment { method: "PUT", path: "/one" };
const GET: Moment = Moment { method: "GET", path: "/one" };

/// Keeps what was put, gives it back, and prints a line for each whole request.
const SERVER: &str = "
import http.server, sys
kept = {}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def say(self, body):
        print(self.command, len(body), flush=True)
    def answer(self, body):
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_PUT(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        if len(body) == int(self.headers['Content-Length']):
            kept[self.path] = body
            self.say(body)
            self.answer(b'kept' * 1000)
    def do_GET(self):
        self.say(b'')
        self.answer(kept.get(self.path, b''))
    def log_message(self, *words):
        pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
";

struct Scene {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    folder: tempfile::TempDir,
    proxy: FaultProxy,
}

impl Scene {
    fn new() -> Self {
        let mut python = Command::new("python3");
        let mut child = python.args(["-c", SERVER]).stdout(Stdio::piped()).spawn().expect("python3 is installed");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port: u16 = lines.next().expect("a port").expect("a port").parse().expect("a port");
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("body"), "x".repeat(100_000)).expect("a file");
        Self { child, lines, folder, proxy: FaultProxy::to(([127, 0, 0, 1], port).into()) }
    }

    /// What curl says: its exit code and what it printed.
    fn curl(&self, words: &[&str], path: &str) -> (i32, String) {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--max-time", "20", "-H", "Expect:"])
            .args(words)
            .arg(format!("{}{path}", self.proxy.origin()));
        let out = curl.output().expect("curl is installed");
        let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        (out.status.code().expect("it ends"), said)
    }

    fn put(&self, path: &str) -> (i32, String) {
        let file = format!("@{}", self.folder.path().join("body").display());
        self.curl(&["-X", "PUT", "-w", " %{http_code}", "--data-binary", &file], path)
    }

    /// Whole requests the server has had so far: it is asked last for something else, and says so.
    fn reached(&mut self) -> Vec<String> {
        assert_eq!(self.curl(&[], "/mark").0, 0);
        let said = self.lines.by_ref().map(|line| line.expect("it goes on"));
        said.take_while(|line| !line.starts_with("GET")).collect()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_fault_is_met_once_and_then_the_line_is_good() {
    let mut scene = Scene::new();
    // Exit codes: curl.se/docs/manpage.html (18 a part came, 52 nothing came, 55 sending failed, 56
    // receiving failed).
    for (fault, codes, reached) in [
        (Fault::CutUp(30_000), &[52, 55, 56][..], 0),
        (Fault::Reset, &[52, 55, 56], 0),
        (Fault::Swallow, &[52, 56], 1),
        (Fault::CutDown(1_000), &[18], 1),
        (Fault::Replay, &[0], 2),
        (Fault::Delay(Duration::from_millis(200)), &[0], 1),
        (Fault::Throttle(400_000), &[0], 1),
        (Fault::Answer(Reply::s3_error(503, "SlowDown", "later")), &[0], 0),
        (Fault::Skew(-7200), &[0], 1),
    ] {
        let (what, begin) = (format!("{fault:?}"), Instant::now());
        let slow = matches!(fault, Fault::Delay(_) | Fault::Throttle(_));
        let refused = matches!(fault, Fault::Answer(_));
        scene.proxy.plan(PUT, fault, 1);
        let (code, said) = scene.put("/one");
        assert!(codes.contains(&code), "{what}: {code} {said}");
        assert!(!slow || begin.elapsed() >= Duration::from_millis(200), "{what}: it takes its time");
        assert_eq!(refused, said.contains("503") && said.contains("SlowDown"), "{what}: {said}");
        assert_eq!(scene.reached(), vec!["PUT 100000"; reached], "{what}");
        assert_eq!(scene.proxy.forget(), 0, "{what}: it was met");
        let (code, said) = scene.put("/one");
        assert!(code == 0 && said.ends_with("kept 200"), "{what}: the next one passes: {code} {said}");
        scene.reached();
    }
    let (code, body) = scene.curl(&[], "/one");
    assert_eq!((code, body.len()), (0, 100_000));
    assert_eq!(scene.proxy.met(), 9);
}

#[test]
fn dates_move_and_the_spared_meet_nothing() {
    let scene = Scene::new();
    scene.put("/one");
    assert_eq!((scene.proxy.asked(), scene.proxy.sent()), (1, 100_000));
    scene.proxy.spare("HearthcastJourney");
    scene.proxy.plan(GET, Fault::Skew(-30 * 86_400), 1);
    let day = |words: &[&str]| {
        let (_, said) = scene.curl(&[words, &["-o", "/dev/null", "-D", "-"]].concat(), "/one");
        let date = said.lines().find_map(|line| line.strip_prefix("Date: ").or(line.strip_prefix("date: ")));
        let date = date.expect("a date").trim().to_string();
        let out = Command::new("date").args(["-u", "+%s", "-d", &date]).output().expect("date is there");
        String::from_utf8_lossy(&out.stdout).trim().parse::<i64>().expect("seconds") / 86_400
    };
    let (spared, moved) = (day(&["-A", "HearthcastJourney/1.0"]), day(&[]));
    assert_eq!(spared - moved, 30);
    assert_eq!((scene.proxy.asked(), scene.proxy.met()), (2, 1), "the spared one is not counted");
}
