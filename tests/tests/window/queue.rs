//! Issue 4, point 3: the one queue in the window. An upload is seen file by file, held, let go on, left without a line until
//! it is tried again, and its end is told. The judge is the line to the place, which counts, and a listener.

use crate::alone;
use crate::driver::Window;
use hearthcast_testkit::{CutLine, DAV_PASSWORD, WebDavServer};
use hearthcast_tests::{Laptop, Listener, free_port, scratch, sound};
use std::net::SocketAddr;

/// Enough sound to be met at work.
const LONG_SECONDS: usize = 1_200;

const PASSWORD: (&str, &str) = ("HEARTHCAST_PODS_PASSWORD", DAV_PASSWORD);

/// Slow enough for that.
const SLOW: &str = "upload_kb_per_second=1500";

/// Enough to be sure that a file is on its way.
const UNDER_WAY: u64 = 2_000_000;

#[tokio::test]
async fn point_3_the_queue_is_seen_held_and_goes_on() {
    alone(async {
        let folder = scratch();
        let server = WebDavServer::start(&folder.path().join("web"), false);
        let line = CutLine::to(server.address());
        let mut laptop = Laptop::new(folder.path());
        laptop.secret(PASSWORD.0, PASSWORD.1);
        let show = laptop.show("Harbour Light");
        let file = folder.path().join("1.mp3");
        sound::mp3(&file, LONG_SECONDS, "Number one");
        laptop.episode(&show, "Number one", &file);
        let url = server.url().replace(&server.address().to_string(), line.origin().trim_start_matches("http://"));
        laptop.ask(&["target", "add", &show, "pods", &url, "--public-url", &server.public_url()]);
        laptop.ask(&["target", "probe", "pods"]);
        laptop.ask(&["settings", "set", SLOW]);
        let feed_url = format!("{}feeds/{show}/feed.xml", server.public_url());

        let window = Window::open_with(folder.path(), &[PASSWORD]).await;
        window.click("nav-publishing").await;
        window.read("plan-sentence", |sentence| sentence.contains("1 new episode")).await;
        window.click("publish").await;
        window.ctrl('j').await;
        seen_and_held(&window, &line).await;
        without_a_line(&window, &line, server.address()).await;
        assert_eq!(Listener::fast("a").get(&feed_url).map(|answer| answer.status).ok(), Some(404), "nobody sees it");
        laptop.ask(&["settings", "set", "upload_kb_per_second=none"]);
        window.click("try-now").await;
        window.attribute("job", "data-state", |state| state == "done").await;
        window.read("job-result", |words| words.starts_with("version 1 is public") && words.contains("sent")).await;
        window.picture("queue-done").await;
        assert_eq!(Listener::fast("a").get(&feed_url).expect("an answer").status, 200);
        window.close().await;
    })
    .await;
}

/// File, bytes and rate are told; held, nothing is sent any more; let go on, the rest is.
async fn seen_and_held(window: &Window, line: &CutLine) {
    window.read("job-file", |words| words.contains(".mp3") && words.contains(" of ")).await;
    window.read("job-rate", |words| words.ends_with("a second")).await;
    window.picture("queue-running").await;
    window.click("pause-all").await;
    window.attribute("job", "data-state", |state| state == "paused").await;
    window.read("job-facts", |words| words == "held by you").await;
    window.picture("queue-held").await;
    let held = line.sent();
    window.click("resume-all").await;
    window.attribute("job", "data-state", |state| state == "running").await;
    hearthcast_tests::until("the rest is sent", || (line.sent() > held + UNDER_WAY).then_some(()));
}

/// The place does not answer any more: the job waits, and says why and until when.
async fn without_a_line(window: &Window, line: &CutLine, server: SocketAddr) {
    line.lead_to(SocketAddr::from(([127, 0, 0, 1], free_port())));
    window.read("job-facts", |words| words.starts_with("tries again in ")).await;
    window.read("job-cause", |words| !words.is_empty()).await;
    window.picture("queue-rests").await;
    line.lead_to(server);
}
