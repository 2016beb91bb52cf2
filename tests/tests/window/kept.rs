//! What was typed is kept: all of it when the window is closed, all but a second when the program ends by `kill -9` in the
//! middle of a word.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::scratch;
use std::time::{Duration, Instant};

/// What may be lost.
const LOST: Duration = Duration::from_secs(1);

/// How long somebody types before the program is killed.
const TYPING: Duration = Duration::from_secs(6);

#[tokio::test]
async fn closing_the_window_keeps_the_last_word() {
    alone(async {
        let place = scratch();
        let window = Window::open(place.path()).await;
        window.part("start-show").await;
        window.press("1").await;
        window.enter("new-show-title", "Night Bakery").await;
        window.read("show-title", |title| title == "Night Bakery").await;
        window.ctrl('n').await;
        window.enter("episode-title", "Flour at four").await;
        window.click("notes").await;
        window.type_in("kept to the very last word").await;
        let folder = window.close_by_the_bar().await;

        let window = Window::open(&folder).await;
        window.value("episode-title", |title| title == "Flour at four").await;
        window.read("notes", |notes| notes.trim() == "kept to the very last word").await;
        window.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_start_while_the_window_closes_opens_another() {
    alone(async {
        let place = scratch();
        let window = Window::open(place.path()).await;
        window.part("start-show").await;
        window.close_busy_and_start_again().await;
    })
    .await;
}

#[tokio::test]
async fn a_kill_while_typing_loses_at_most_a_second() {
    alone(async {
        let place = scratch();
        let window = Window::open(place.path()).await;
        window.part("start-show").await;
        window.press("1").await;
        window.enter("new-show-title", "Night Bakery").await;
        window.read("show-title", |title| title == "Night Bakery").await;
        window.ctrl('n').await;
        window.enter("episode-title", "Flour at four").await;
        window.click("notes").await;

        // Without a pause: the program has to keep it while the keys go on.
        let (begin, mut typed) = (Instant::now(), vec![]);
        while begin.elapsed() < TYPING {
            let word = format!("word{}", typed.len());
            window.type_in(&format!("{word} ")).await;
            typed.push((word, Instant::now()));
        }
        let killed = Instant::now();
        let folder = window.kill().await;

        let due: Vec<&str> =
            typed.iter().filter(|(_, at)| *at + LOST <= killed).map(|(word, _)| word.as_str()).collect();
        assert!(due.len() > 3, "enough was typed to lose something: {}", typed.len());
        let window = Window::open(&folder).await;
        window.value("episode-title", |title| title == "Flour at four").await;
        let last = (*due.last().expect("there are words")).to_string();
        window.read("notes", |notes| notes.split_whitespace().any(|word| word == last)).await;
        window.close().await;
    })
    .await;
}
