//! Servers that are broken or mean: whatever they answer, the laptop ends with a clear error, and soon.

use crate::scene::{NOW_MS, Scene, silent};
use hearthcast_engine::apply::TargetLock;
use hearthcast_engine::line::Line;
use hearthcast_engine::server::ServerDestination;
use hearthcast_engine::{Destination, DeviceKey, Work, comments, pull, push};
use hearthcast_fetch::{Net, Noted, Patience};
use hearthcast_library::Library;
use hearthcast_model::error::Retry;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::Step;
use hearthcast_model::{Cancel, Code, Comment, CommentId, CommentState, TargetId};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A server that answers every request with what `answer` makes of its first line.
fn server(answer: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let mut reader = BufReader::new(&socket);
            let (mut first, mut length) = (String::new(), 0);
            reader.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
                    break;
                }
                if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = bytes.trim().parse().unwrap();
                }
            }
            std::io::copy(&mut reader.take(length), &mut std::io::sink()).unwrap();
            let _ = (&socket).write_all(answer(&first).as_bytes());
        }
    });
    origin
}

fn json(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn target(scene: &Scene, origin: &str) -> Target {
    Target {
        id: TargetId::fresh(&*scene.ids, NOW_MS),
        name: "home".into(),
        location: Location::Server { origin: origin.into() },
        ..scene.target.clone()
    }
}

fn line(scene: &Scene, library: &Library, target: &Target) -> Line {
    let key = DeviceKey::load_or_make(library.root(), library.device()).unwrap();
    Line::to(target, Arc::new(key), scene.clock.clone()).unwrap()
}

/// The line of somebody who only notes how long is waited.
fn patient_line(scene: &Scene, library: &Library, target: &Target, noted: &Arc<Noted>) -> Line {
    let key = DeviceKey::load_or_make(library.root(), library.device()).unwrap();
    let net = Net::new(scene.clock.clone()).patient(Patience::with(Arc::<Noted>::clone(noted)));
    Line::to(target, Arc::new(key), net).unwrap()
}

/// A refusal that asks for a wait.
fn busy(seconds: u32) -> String {
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

/// A server that keeps a list of what it was asked.
fn listed(answer: impl Fn(usize, &str) -> String + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&asked);
    let origin = server(move |first| {
        let mut kept = kept.lock().unwrap();
        kept.push(first.split(' ').next().unwrap().to_string());
        answer(kept.len(), first)
    });
    (origin, asked)
}

/// As a server of the release before answers what it does not know.
#[tokio::test]
async fn a_server_that_cannot_be_told_that_a_show_left_is_told_from_one_that_lost_it() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let unknown = |what: &str| {
        let error = hearthcast_model::Error::new(Code::NotFound, what);
        json("404 Not Found", &serde_json::to_string(&error).unwrap())
    };
    for (knows_the_show, expected) in [(true, Code::VersionRefused), (false, Code::NotFound)] {
        let origin = server(move |first| match first.contains("/version ") && knows_the_show {
            true => json("200 OK", "{}"),
            false => unknown("This server has no such address."),
        });
        let target = target(&scene, &origin);
        let line = line(&scene, &library, &target);
        let error = hearthcast_engine::standing::gone(&line, &scene.show, 1).await.unwrap_err();
        assert_eq!(error.code, expected, "{error:?}");
    }
}

/// A comment as servers tell it.
fn comment(show: &hearthcast_model::ShowId, name: &str, text: &str) -> Comment {
    let id = CommentId::parse("018f0000-0000-7000-8000-0000000000aa").unwrap();
    let (name, text, about) = (name.to_string(), text.to_string(), "e".to_string());
    let state = CommentState::Waiting;
    Comment { id, number: 1, show: show.clone(), about, name, text, created_ms: 5, state, decided_ms: None }
}

/// As a server of the release before answers what it does not know.
#[tokio::test]
async fn a_server_without_comments_has_none_and_what_was_decided_waits() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let error = hearthcast_model::Error::new(Code::NotFound, "This server has no such address.");
    let unknown = json("404 Not Found", &serde_json::to_string(&error).unwrap());
    let target = target(&scene, &server(move |_| unknown.clone()));
    let line = line(&scene, &library, &target);
    assert_eq!(comments::pull(&line, &library, &target).await.unwrap(), 0);
    let mut tx = library.transact().await.unwrap();
    let one = comment(&target.show, "Dave", "Hi");
    tx.put_comments(&target.id, std::slice::from_ref(&one)).await.unwrap();
    tx.decide_comments(&target.show, &[(one.id.clone(), CommentState::Approved)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(comments::tell(&line, &library, &target).await.unwrap(), 0);
    assert_eq!(hearthcast_library::comment::unsent(&library, &target.id, 9).await.unwrap().len(), 1);
}

/// A comment that an import brought, of a show that is published at a target.
async fn brought(scene: &Scene, library: &Library, target: &Target) -> Comment {
    let episode = scene.episode(library, "One", "one").await;
    let mut one = comment(&target.show, "Carol", "Nice");
    (one.number, one.about, one.state) = (0, episode.to_string(), CommentState::Approved);
    let mut tx = library.transact().await.unwrap();
    tx.bring_comments(std::slice::from_ref(&one)).await.unwrap();
    assert!(!comments::any_to_bring(library, target).await.unwrap(), "the show is not there yet");
    sqlx::query("INSERT INTO target_state (target, manifest) VALUES ($1, '{\"version\": 1}')")
        .bind(target.id.as_str())
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    one
}

#[tokio::test]
async fn what_an_import_brought_waits_for_a_server_that_takes_it() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let error = hearthcast_model::Error::new(Code::NotFound, "This server has no such address.");
    let unknown = json("404 Not Found", &serde_json::to_string(&error).unwrap());
    let mut target = target(&scene, &server(move |_| unknown.clone()));
    let one = brought(&scene, &library, &target).await;
    assert_eq!(comments::bring(&line(&scene, &library, &target), &library, &target).await.unwrap(), 0);
    assert!(comments::any_to_bring(&library, &target).await.unwrap(), "a server of the release before");

    // One that tells of others only, or of nothing, is asked once and believed in nothing.
    let other = Comment { id: CommentId::fresh(&*scene.ids, NOW_MS), ..one.clone() };
    let foreign = Comment { show: hearthcast_model::ShowId::fresh(&*scene.ids, NOW_MS), ..one.clone() };
    let told = serde_json::to_string(&[other, foreign]).unwrap();
    let (origin, asked) = listed(move |_, _| json("200 OK", &format!(r#"{{"comments":{told}}}"#)));
    target.location = Location::Server { origin };
    assert_eq!(comments::bring(&line(&scene, &library, &target), &library, &target).await.unwrap(), 0);
    assert_eq!(*asked.lock().unwrap(), ["POST"]);
    assert!(comments::any_to_bring(&library, &target).await.unwrap());

    let told = serde_json::to_string(&[Comment { number: 7, ..one }]).unwrap();
    let (origin, asked) = listed(move |_, _| json("200 OK", &format!(r#"{{"comments":{told}}}"#)));
    target.location = Location::Server { origin };
    assert_eq!(comments::bring(&line(&scene, &library, &target), &library, &target).await.unwrap(), 1);
    assert_eq!(comments::bring(&line(&scene, &library, &target), &library, &target).await.unwrap(), 0);
    assert_eq!(asked.lock().unwrap().len(), 1, "what is there is not sent again");
}

#[tokio::test]
async fn comments_that_never_end_are_given_up_and_those_of_another_show_are_not_taken() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let foreign = comment(&hearthcast_model::ShowId::fresh(&*scene.ids, NOW_MS), "Dave", "Hi");
    let told = serde_json::to_string(&[foreign]).unwrap();
    let stuck = move |_: &str| json("200 OK", &format!(r#"{{"epoch":"e","comments":{told},"next":0,"more":true}}"#));
    let turn = std::sync::atomic::AtomicU64::new(0);
    let forgetful = move |_: &str| {
        let n = turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        json("200 OK", &format!(r#"{{"epoch":"{n}","comments":[],"next":{n},"more":true}}"#))
    };
    for origin in [server(stuck), server(forgetful)] {
        let target = target(&scene, &origin);
        let error = comments::pull(&line(&scene, &library, &target), &library, &target).await.unwrap_err();
        assert_eq!(error.code, Code::TargetRefused);
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM comment").fetch_one(library.readers()).await.unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_piece_that_is_not_answered_is_asked_for_before_it_is_sent_again() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    // It took the piece, and said that it has too much to do.
    let (origin, asked) = listed(|n, first| match first.split(' ').next() {
        Some("POST") => {
            "HTTP/1.1 201 Created\r\nLocation: /sync/v1/files/1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .into()
        }
        Some("PATCH") => busy(7),
        _ => format!(
            "HTTP/1.1 204 No Content\r\nUpload-Offset: {}\r\nConnection: close\r\n\r\n",
            if n == 2 { 0 } else { 1_000_000 }
        ),
    });
    let (target, noted) = (target(&scene, &origin), Arc::default());
    let planned = scene.plan_for(&library, &target, 0, &[]).await;
    let cancel = Cancel::default();
    let work = Work { plan: &planned.plan, payload: &planned.payload, cancel: &cancel };
    let line = patient_line(&scene, &library, &target, &noted);
    let mut server = ServerDestination::new(line, &library, &target, silent());
    server.perform(work, &Step::Upload { upload: 0 }).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), ["POST", "HEAD", "PATCH", "HEAD"], "it has arrived, so it is not sent again");
    assert_eq!(noted.taken(), [7_500]);
}

#[tokio::test]
async fn questions_are_asked_again_and_what_counts_once_is_not() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    for (seconds, tries) in [(3, 4), (3_600, 1)] {
        let (origin, asked) = listed(move |_, _| busy(seconds));
        let (target, noted) = (target(&scene, &origin), Arc::<Noted>::default());
        let line = patient_line(&scene, &library, &target, &noted);
        let error = pull::pull(&line, &library, &target).await.unwrap_err();
        assert_eq!(error.code, Code::TargetOffline, "{error:?}");
        let waits = [3_500, 4_000, 5_000];
        assert_eq!((asked.lock().unwrap().len(), noted.taken()), (tries, waits[..tries - 1].to_vec()));
        // Nobody knows whether what was sent counted; this is for whoever asked to find out.
        let before = asked.lock().unwrap().len();
        line.post_raw("/sync/v1/withdraw", &(), &[]).await.unwrap();
        assert_eq!(asked.lock().unwrap().len() - before, 1);
    }
}

#[tokio::test]
async fn numbers_that_never_end_are_given_up() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let stuck = |_: &str| json("200 OK", r#"{"epoch":"e","rows":[],"next":0,"more":true}"#);
    let turn = std::sync::atomic::AtomicU64::new(0);
    let forgetful = move |_: &str| {
        let n = turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        json("200 OK", &format!(r#"{{"epoch":"{n}","rows":[],"next":{n},"more":true}}"#))
    };
    for origin in [server(stuck), server(forgetful)] {
        let target = target(&scene, &origin);
        let error = pull::pull(&line(&scene, &library, &target), &library, &target).await.unwrap_err();
        assert_eq!(error.code, Code::TargetRefused);
    }
}

#[tokio::test]
async fn an_upload_that_gets_nowhere_is_given_up() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let origin = server(|first| {
        match first.split(' ').next() {
        Some("POST") => "HTTP/1.1 201 Created\r\nLocation: http://elsewhere.example/sync/v1/files/1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into(),
        _ => "HTTP/1.1 204 No Content\r\nUpload-Offset: 0\r\nConnection: close\r\n\r\n".into(),
    }
    });
    let target = target(&scene, &origin);
    let planned = scene.plan_for(&library, &target, 0, &[]).await;
    let cancel = Cancel::default();
    let work = Work { plan: &planned.plan, payload: &planned.payload, cancel: &cancel };
    let mut server = ServerDestination::new(line(&scene, &library, &target), &library, &target, silent());
    let error = server.perform(work, &Step::Upload { upload: 0 }).await.unwrap_err();
    assert_eq!(error.code, Code::TargetRefused);
    // A step of a damaged plan.
    let error = server.perform(work, &Step::Upload { upload: 9 }).await.unwrap_err();
    assert_eq!(error.code, Code::Internal);
}

#[tokio::test]
async fn what_a_refusal_says_can_be_shown_in_a_terminal() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let long = "x".repeat(100_000);
    let refusal = format!(
        r#"{{"v":1,"code":"target.full","message":"\u001b[2J{long}","hint":"\r","subject":null,"retry":"after_action"}}"#
    );
    for (origin, code, retry) in [
        (server(move |_| json("507 Insufficient Storage", &refusal)), Code::TargetFull, Retry::AfterAction),
        (server(|_| json("429 Too Many Requests", "{}")), Code::Busy, Retry::Later),
        (server(|_| json("502 Bad Gateway", "<html>")), Code::TargetOffline, Retry::Later),
        (server(|_| json("403 Forbidden", "")), Code::AuthRefused, Retry::AfterAction),
        (server(|_| json("200 OK", "no JSON")), Code::VersionRefused, Retry::No),
        (server(|_| "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".into()), Code::TargetOffline, Retry::Later),
        ("http://127.0.0.1:1".into(), Code::TargetOffline, Retry::Later),
    ] {
        let target = target(&scene, &origin);
        let error = push::hello(&line(&scene, &library, &target), &library).await.unwrap_err();
        assert_eq!((error.code, error.retry), (code, retry), "{error}");
        assert!(!error.message.contains('\u{1b}') && error.message.len() < 1000);
    }
}

#[tokio::test]
async fn one_publication_to_a_target_at_a_time() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let held = TargetLock::take(&library, &scene.target.id).unwrap();
    let error = TargetLock::take(&library, &scene.target.id).unwrap_err();
    assert_eq!((error.code, error.retry), (Code::Busy, Retry::Later));
    drop(held);
    TargetLock::take(&library, &scene.target.id).unwrap();
}
