//! The local HTTP host and the loopback address for media, asked over real sockets: who has no token, another Host or
//! another Origin gets nothing.
#![cfg(feature = "http-host")]

use hearthcast_commands::{Loopback, Options, Studio, Token, host};
use serde_json::{Value, json};
use std::process::Command;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A host on an empty library.
struct Scene {
    address: String,
    token: Token,
    studio: Studio,
    folder: tempfile::TempDir,
}

async fn scene() -> Scene {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let page = folder.path().join("dist");
    std::fs::create_dir(&page).expect("a folder for the page");
    std::fs::write(page.join("index.html"), "<!doctype html><title>Hearthcast</title>").expect("the page");
    std::fs::write(folder.path().join("secret"), "not for the page").expect("a file beside it");
    // The host's program looks at files when called as a worker, as the packaged programs do.
    let worker = env!("CARGO_BIN_EXE_hearthcast-host").into();
    let options = Options { worker, ..Options::new(folder.path().join("library")) };
    let studio = Studio::open(options).await.expect("a library can be made");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has free ports");
    let (address, token) = (listener.local_addr().expect("bound").to_string(), Token::fresh());
    tokio::spawn(host::serve(listener, studio.clone(), token.clone(), Some(page)));
    Scene { address, token, studio, folder }
}

/// One request, written by hand; status, head and body of the answer.
async fn ask(address: &str, head: &[String], body: &str) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).await.expect("the host listens");
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let text = format!("{}\r\nConnection: close\r\n{length}\r\n{body}", head.join("\r\n"));
    stream.write_all(text.as_bytes()).await.expect("the host reads");
    let mut answer = vec![];
    stream.read_to_end(&mut answer).await.expect("the host answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("an answer has a status");
    (status, head, answer[end + 4..].to_vec())
}

/// A command as the page calls it, with changes to its head.
async fn call(scene: &Scene, name: &str, arguments: &Value, change: impl Fn(&mut Vec<String>)) -> (u16, Value) {
    let mut head = vec![
        format!("POST /command/{name} HTTP/1.1"),
        format!("Host: {}", scene.address),
        format!("Authorization: Bearer {}", scene.token.as_str()),
        "Content-Type: application/json".into(),
    ];
    change(&mut head);
    let (status, _, body) = ask(&scene.address, &head, &arguments.to_string()).await;
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_run_for_the_page_alone() {
    let scene = scene().await;
    let title = json!({ "title": "Harbour & Sea", "slug": null });
    for (who, status, change) in [
        ("nobody", 401, Box::new(|head: &mut Vec<String>| drop(head.remove(2))) as Box<dyn Fn(&mut Vec<String>)>),
        ("a guess", 401, Box::new(|head| head[2] = "Authorization: Bearer 0".into())),
        ("a rebound name", 403, Box::new(|head| head[1] = "Host: evil.example".into())),
        ("a foreign page", 403, Box::new(|head| head.push("Origin: https://evil.example".into()))),
        ("a form", 415, Box::new(|head| head[3] = "Content-Type: text/plain".into())),
    ] {
        assert_eq!(call(&scene, "add_show", &title, change).await.0, status, "{who}");
    }
    assert_eq!(call(&scene, "shows", &json!({}), |_| ()).await, (200, json!([])), "nothing was made so far");

    let (status, made) = call(&scene, "add_show", &title, |_| ()).await;
    assert_eq!((status, &made["show"]["slug"]), (200, &json!("harbour-sea")));
    let (_, shows) = call(&scene, "shows", &json!({}), |_| ()).await;
    assert_eq!(shows[0]["title"], "Harbour & Sea");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_calls_are_told_in_the_shape_of_errors() {
    let scene = scene().await;
    let wrong = [
        ("no_such_command", json!({}), "library.not_found"),
        ("add_show", json!({ "titel": "x" }), "usage.invalid"),
        ("add_show", json!("x"), "usage.invalid"),
        ("show_view", json!({ "show": "nowhere" }), "library.not_found"),
        ("peaks", json!({ "media": "../../etc/passwd" }), "library.not_found"),
        ("loudness_curve", json!({ "media": "../../etc/passwd" }), "library.not_found"),
        ("waveform", json!({ "media": "00", "from_ms": 0, "to_ms": 1, "slices": 1 }), "library.not_found"),
    ];
    for (name, arguments, code) in wrong {
        let (status, error) = call(&scene, name, &arguments, |_| ()).await;
        assert_eq!((status, &error["code"]), (422, &json!(code)), "{name} {arguments}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_served_and_nothing_beside_it() {
    let scene = scene().await;
    let get = |path: &str| vec![format!("GET {path} HTTP/1.1"), format!("Host: {}", scene.address)];
    let (status, head, body) = ask(&scene.address, &get("/"), "").await;
    assert_eq!((status, String::from_utf8_lossy(&body).contains("Hearthcast")), (200, true));
    assert!(head.to_ascii_lowercase().contains("content-security-policy: default-src 'self'"), "{head}");
    for path in ["/../secret", "/%2e%2e/secret", "/./../secret", "//etc/passwd", "/secret"] {
        assert_eq!(ask(&scene.address, &get(path), "").await.0, 404, "{path}");
    }
}

/// A file of the library, put there as an author does.
async fn picture(scene: &Scene) -> String {
    let file = scene.folder.path().join("cover.jpg");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args([
        "-nostdin",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=c=teal:size=1400x1400",
        "-frames:v",
        "1",
    ]);
    assert!(ffmpeg.arg(&file).status().expect("ffmpeg starts").success());
    let show = scene.studio.add_show("Harbour & Sea", None).await.expect("a show");
    let edit = hearthcast_model::view::ShowEdit { cover: Some(file.display().to_string()), ..Default::default() };
    let view = scene.studio.edit_show(show.id.as_str(), edit).await.expect("a cover");
    view.show.cover.expect("the show has a cover").hash.as_str().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn media_is_served_in_ranges_to_who_knows_the_token() {
    let scene = scene().await;
    let hash = picture(&scene).await;
    let bytes = std::fs::read(scene.folder.path().join("cover.jpg")).expect("the picture");
    let loopback = Loopback::open(scene.studio.clone()).await.expect("an address");
    let origin = loopback.origin().to_string();
    let rest = origin.strip_prefix("http://").expect("plain HTTP on this machine");
    let (address, token) = rest.split_once('/').expect("address and token");
    let get =
        |method: &str, path: &str, host: &str| vec![format!("{method} /{path} HTTP/1.1"), format!("Host: {host}")];

    let path = format!("{token}/picture/{hash}");
    let (status, head, body) = ask(address, &get("GET", &path, address), "").await;
    assert_eq!((status, body == bytes), (200, true));
    assert!(head.to_ascii_lowercase().contains("content-type: image/jpeg"), "{head}");
    let mut part = get("GET", &path, address);
    part.push("Range: bytes=2-5".into());
    assert_eq!(ask(address, &part, "").await.2, bytes[2..=5]);
    assert_eq!(ask(address, &get("HEAD", &path, address), "").await.2, b"");

    let guess = "0".repeat(64);
    let unknown = format!("{token}/picture/{guess}");
    for (path, host, why) in [
        (format!("{guess}/picture/{hash}"), address, "a guessed token"),
        (path.clone(), "evil.example", "a rebound name"),
        (unknown, address, "a file that is not there"),
        (format!("{token}/picture/..%2f..%2fsecret"), address, "a path"),
        (format!("picture/{hash}"), address, "no token"),
    ] {
        let (status, _, body) = ask(address, &get("GET", &path, host), "").await;
        assert_eq!(status, 404, "{why}");
        assert!(!body.starts_with(&bytes[..16]), "{why}");
    }
    assert_eq!(ask(address, &get("POST", &path, address), "").await.0, 405);

    drop(loopback);
    let gone = async { while TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone).await.expect("the address closes with its value");
}
