//! The episode screen as a screen reader has it: every stop has a name and a role, and they come in the order of the page.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{scratch, sound};

/// Parts in the order in which they are read.
const ORDER: &[&str] = &[
    "episode-title",
    "episode-state",
    "waveform",
    "play",
    "mark-chapter",
    "zoom-out",
    "zoom-in",
    "audio-more",
    "notes",
    "chapters-import",
    "add-chapter",
    "transcript-add",
    "add-person",
    "episode-picture",
];

#[tokio::test]
async fn every_stop_of_an_episode_has_a_name_and_its_place() {
    alone(async {
        let place = scratch();
        let audio = place.path().join("bells.mp3");
        sound::mp3(&audio, 60, "Bells at low tide");
        let window = Window::open(place.path()).await;
        window.part("start-show").await;
        window.press("1").await;
        window.enter("new-show-title", "Harbour & Sea").await;
        window.read("show-title", |title| title == "Harbour & Sea").await;
        window.ctrl('n').await;
        window.enter("audio-path", &audio.display().to_string()).await;
        window.value("episode-title", |title| title == "Bells at low tide").await;
        window.part("play").await;
        window.css("[data-testid='notes']").await;

        let stops = window.stops().await;
        let nameless: Vec<_> = stops.iter().filter(|stop| stop.label.trim().is_empty()).collect();
        assert!(nameless.is_empty(), "without a name: {nameless:?}");
        let parts: Vec<&str> =
            stops.iter().map(|stop| stop.part.as_str()).filter(|part| ORDER.contains(part)).collect();
        let begin = parts.iter().position(|part| *part == ORDER[0]).unwrap_or(0);
        let round: Vec<&str> = parts[begin..].iter().chain(&parts[..begin]).copied().collect();
        assert_eq!(round, ORDER, "the focus goes as the page reads: {stops:#?}");
        window.close().await;
    })
    .await;
}
