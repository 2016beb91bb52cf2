//! The program itself: started, paired beside, killed, started twice, stopped.

use crate::http;
use crate::scene::{sound, url64};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::id::RandomIds;
use hearthcast_model::{Clock, DeviceId, Sha256};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearthcast-server"));
    command.env_remove("HEARTHCAST_SERVER_DATA").env("HEARTHCAST_SERVER_LOG", "warn");
    command
}

struct Running {
    child: Child,
    addr: SocketAddr,
}

impl Running {
    fn start(data: &Path) -> Self {
        Self::with(program(), data, Stdio::inherit())
    }
    fn with(mut command: Command, data: &Path, log: Stdio) -> Self {
        command.args(["serve", "--bind", "127.0.0.1:0", "--data"]).arg(data);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let addr = line.trim_end().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}"));
        Self { addr: addr.parse().unwrap(), child }
    }
    fn signal(&mut self, signal: rustix::process::Signal) -> std::process::ExitStatus {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pair_code(data: &Path) -> String {
    let output = program().arg("pair").arg("--data").arg(data).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).trim().to_string()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A laptop that knows only the wire.
struct Laptop {
    device: DeviceId,
    key: Ed25519KeyPair,
    server_id: String,
}

impl Laptop {
    fn pair(to: SocketAddr, code: &str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let device = DeviceId::fresh(&RandomIds, SystemClock.now_ms());
        let public_key = URL_SAFE_NO_PAD.encode(key.public_key());
        let body = json!({"proto": 1, "code": code, "device": device, "device_name": "d", "public_key": public_key});
        let answer = http::send(to, "POST", "/sync/v1/pair", &[], body.to_string().as_bytes()).expect(200).json();
        Self { device, key, server_id: answer["server_id"].as_str().unwrap().into() }
    }
    fn bearer(&self) -> String {
        let now = SystemClock.now_ms() / 1000;
        let head = json!({"alg": "EdDSA", "kid": self.device});
        let claims: Value = json!({"iss": self.device, "aud": self.server_id, "iat": now, "exp": now + 60});
        let text = format!("{}.{}", url64(&head), url64(&claims));
        format!("Bearer {text}.{}", URL_SAFE_NO_PAD.encode(self.key.sign(text.as_bytes()).as_ref()))
    }
    fn send(&self, to: SocketAddr, method: &str, path: &str, more: &[(&str, &str)], body: &[u8]) -> http::Reply {
        let bearer = self.bearer();
        let mut headers = vec![("Authorization", bearer.as_str()), ("Tus-Resumable", "1.0.0")];
        headers.extend_from_slice(more);
        http::send(to, method, path, &headers, body)
    }
}

#[test]
fn an_upload_goes_on_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Running::start(folder.path());
    let laptop = Laptop::pair(server.addr, &pair_code(folder.path()));
    let bytes = sound(5_000_000, 21);
    let hash = STANDARD.encode(Sha256::of(&bytes).as_str());
    let metadata = format!("sha256 {hash}");
    let create = [("Upload-Length", "5000000"), ("Upload-Metadata", metadata.as_str())];
    let path =
        laptop.send(server.addr, "POST", "/sync/v1/files", &create, b"").expect(201).header("location").to_string();
    let mut sent = 0;
    for kill_after in [1_000_000, 1_700_000, 0] {
        let (bearer, offset, length) = (laptop.bearer(), sent.to_string(), (bytes.len() - sent).to_string());
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Offset", offset.as_str()),
            ("Content-Type", "application/offset+octet-stream"),
            ("Content-Length", length.as_str()),
        ];
        let mut stream = http::connect(server.addr);
        stream.write_all(http::head("PATCH", &path, &headers).as_bytes()).unwrap();
        stream.write_all(&bytes[sent..][..kill_after]).unwrap();
        assert!(!server.signal(rustix::process::Signal::KILL).success());
        server = Running::start(folder.path());
        let seen = laptop.send(server.addr, "HEAD", &path, &[], b"").expect(200);
        let offset: usize = seen.header("upload-offset").parse().unwrap();
        assert!((sent..=sent + kill_after).contains(&offset), "{offset}");
        sent = offset;
    }
    let offset = sent.to_string();
    let headers = [("Upload-Offset", offset.as_str()), ("Content-Type", "application/offset+octet-stream")];
    laptop.send(server.addr, "PATCH", &path, &headers, &bytes[sent..]).expect(204);
    let whole =
        laptop.send(server.addr, "GET", &format!("/sync/v1/media/{}", Sha256::of(&bytes)), &[], b"").expect(200);
    assert_eq!(whole.body, bytes);
}

#[test]
fn one_folder_has_one_server_and_it_stops_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Running::start(folder.path());
    let second = serve(folder.path(), &[]);
    assert_eq!(second.status.code(), Some(3), "worth a retry");
    assert!(text(&second.stderr).contains("already using the data folder"), "{}", text(&second.stderr));
    let health = |addr: SocketAddr| program().args(["healthcheck", "--bind", &addr.to_string()]).status().unwrap();
    assert!(health(server.addr).success());
    let addr = server.addr;
    assert_eq!(server.signal(rustix::process::Signal::TERM).code(), Some(0));
    assert_eq!(health(addr).code(), Some(1));
    let nonsense = program().args(["healthcheck", "--bind", "nonsense"]).output().unwrap();
    assert!(text(&nonsense.stderr).contains("no address of a server"), "{}", text(&nonsense.stderr));
    let mut again = Running::start(folder.path());
    assert_eq!(again.signal(rustix::process::Signal::INT).code(), Some(0));
}

/// A start that should be refused; one that is not ends after a minute.
fn serve(data: &Path, more: &[&str]) -> Output {
    let mut command = Command::new("timeout");
    command.arg("60").arg(program().get_program()).args(["serve", "--bind", "127.0.0.1:0", "--data"]);
    command.env("HEARTHCAST_SERVER_LOG", "warn").arg(data).args(more).output().unwrap()
}

#[test]
fn a_newer_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    // A folder in which no server ever ran is none of a server's: a wrong path gives no code.
    let nothing = program().arg("pair").arg("--data").arg(folder.path()).output().unwrap();
    assert!(!nothing.status.success() && text(&nothing.stderr).contains("data folder"), "{}", text(&nothing.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(Running::start(folder.path()).signal(rustix::process::Signal::TERM).success());
    let path = folder.path().join("server.sqlite");
    let newer = "INSERT INTO _sqlx_migrations VALUES (29990101000000, 'later', '2999-01-01', 1, x'00', 0)";
    let sqlite = |sql: &str| {
        let output = Command::new("sqlite3").arg(&path).arg(sql).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    sqlite(newer);
    let before = std::fs::read(&path).unwrap();
    let refused = serve(folder.path(), &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("newer hearthcast-server"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(sqlite("PRAGMA integrity_check").trim(), "ok");
}

#[test]
fn a_damaged_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.sqlite");
    let garbage = vec![b'x'; 8192];
    std::fs::write(&path, &garbage).unwrap();
    let refused = serve(folder.path(), &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("damaged"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read(&path).unwrap(), garbage);
}

#[test]
fn codes_made_beside_the_running_server_work() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let codes: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..4).map(|_| scope.spawn(|| pair_code(folder.path()))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for code in &codes {
        Laptop::pair(server.addr, code);
    }
    // Nothing of a code is in the folder, only its hash.
    let database = std::fs::read(folder.path().join("server.sqlite")).unwrap();
    let log = std::fs::read(folder.path().join("server.sqlite-wal")).unwrap_or_default();
    for code in codes {
        let plain = code.replace('-', "");
        for bytes in [&database, &log] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()));
        }
    }
}

#[test]
fn wrong_settings_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let none = program().arg("serve").output().unwrap();
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("data folder"), "{}", text(&none.stderr));
    let config = folder.path().join("server.toml");
    std::fs::write(&config, "bnid = \"127.0.0.1:0\"\n").unwrap();
    let misspelt = serve(folder.path(), &["--config", config.to_str().unwrap()]);
    assert_eq!(misspelt.status.code(), Some(2));
    assert!(text(&misspelt.stderr).contains("bnid"), "{}", text(&misspelt.stderr));
    assert!(text(&misspelt.stderr).contains("Perhaps bind was meant"), "{}", text(&misspelt.stderr));
    let url = serve(folder.path(), &["--base-url", "https://me:secret@pod.example"]);
    assert_eq!(url.status.code(), Some(2));
    assert!(!text(&url.stderr).contains("secret"), "{}", text(&url.stderr));
    let flag = serve(folder.path(), &["--max-headers", "7"]);
    assert_eq!(flag.status.code(), Some(2));
    let told = text(&flag.stderr);
    assert!(told.contains("max_headers") && told.contains("\"7\"") && told.contains("from 8 to 1000"), "{told}");
    let variable = program().arg("serve").env("HEARTHCAST_SERVER_STALL_TIMEOUT_S", "soon").output().unwrap();
    assert_eq!(variable.status.code(), Some(2));
    assert!(text(&variable.stderr).contains("HEARTHCAST_SERVER_STALL_TIMEOUT_S"), "{}", text(&variable.stderr));
}

#[test]
fn the_log_is_json_lines_without_what_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program();
    command.env("HEARTHCAST_SERVER_LOG", "trace").env("HEARTHCAST_SERVER_LOG_FORMAT", "json");
    // The flag of `Running` wins.
    command.env("HEARTHCAST_SERVER_BIND", "nonsense");
    let mut server = Running::with(command, folder.path(), Stdio::piped());
    let laptop = Laptop::pair(server.addr, &pair_code(folder.path()));
    let agent = [("User-Agent", "CanaryAgent/1"), ("X-Forwarded-For", "203.0.113.77")];
    laptop.send(server.addr, "GET", "/sync/v1/metrics?since=canary-query", &agent, b"");
    http::send(server.addr, "GET", "/podcasts/?filter[search]=canary-query", &agent, b"");
    http::send(server.addr, "GET", "/nothing/canary-path", &[("Authorization", "Bearer canary-token")], b"");
    assert!(server.signal(rustix::process::Signal::TERM).success());
    let mut log = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let of = |name: &str| lines.iter().any(|line| line["route"].as_str() == Some(name) && line["status"].is_u64());
    assert!(of("/sync/v1/pair"), "{log}");
    for private in ["canary", "Canary", "203.0.113.77", "127.0.0.1", laptop.device.as_str(), "eyJ"] {
        assert!(!log.contains(private), "{private} is in the log:\n{log}");
    }
}

#[test]
fn a_case_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case.json");
    let minute = json!({
        "settings": {"window": "calendar", "mode": "serve"},
        "media": {"a": {"episode": "e", "size": 200_000, "header": 0, "trailer": 0, "duration": 120,
            "published": "2026-11-01T00:00:00Z"}},
        "requests": [{"t": "2026-11-20T12:00:00Z", "media": "a", "ip": "192.0.2.1", "ua": "AntennaPod/3.4.0",
            "method": "GET", "status": 200, "sent": 100_000}],
    });
    std::fs::write(&case, minute.to_string()).unwrap();
    let output = program().arg("count").arg(&case).arg("--json").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let counted: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(counted["downloads"], 1);
    // The same request as nginx would have logged it.
    let log = folder.path().join("access.log");
    let line = r#"192.0.2.1 - - [20/Nov/2026:12:00:00 +0000] "GET /a HTTP/1.1" 200 100000 "-" "AntennaPod/3.4.0""#;
    std::fs::write(&log, format!("{line}\nnonsense\n{line}\n")).unwrap();
    let count =
        || program().arg("count").arg(&case).arg("--log").arg(&log).args(["--format", "nginx"]).output().unwrap();
    let counted: Value = serde_json::from_slice(&count().stdout).unwrap();
    assert_eq!((&counted["downloads"], &counted["filtered"]["replayed_log_row"]), (&json!(1), &json!(1)));
    assert_eq!(counted["skipped"], json!({"garbage": 1}));
    assert_eq!(program().args(["count", "/no/such/file"]).output().unwrap().status.code(), Some(2));
}

/// What real programs did (tests/fixtures/counting/README.md), counted by the program itself.
#[test]
fn recorded_cases_are_counted_as_they_were_worked_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/counting");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let recorded = |path: &Path| path.file_name().unwrap().to_str().unwrap().starts_with("recorded-");
    let files: Vec<_> = files.filter(|path| recorded(path)).collect();
    assert!(files.len() >= 20, "{files:?}");
    for path in files {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let output = program().arg("count").arg(&path).arg("--json").output().unwrap();
        let counted: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(counted, case["expect"], "{}", path.display());
    }
}
