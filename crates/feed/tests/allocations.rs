//! How often the writer asks for memory: a feed of ten thousand episodes is written in a tenth of a second only if what an
//! episode says goes straight into the document. Counted, because a count is the same on every machine and a time is not.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

#[allow(dead_code, reason = "shared with the tests that read feeds")]
mod scene;

use hearthcast_model::chapter::{Chapter, Transcript};
use hearthcast_model::person::Person;
use hearthcast_model::show::Attachment;
use hearthcast_model::{FeedHtml, Sha256};
use scene::Scene;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[expect(unsafe_code, reason = "an allocator has no safe form; every call is passed on as it is")]
// SAFETY: the system's allocator does everything; counting touches a number of the thread only.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn file(name: &str, ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: ext.into() }
}

/// A show with so many episodes that have what a careful author gives them.
fn show_of(episodes: usize) -> Scene {
    let mut scene = Scene::new();
    for n in 0..episodes {
        let episode = scene.episode("Salt and paper");
        episode.notes =
            hearthcast_text::notes("Words with [a link](https://ports.example/map).\n\n- and\n- more").unwrap();
        episode.link = format!("https://ports.example/{n}");
        (episode.season, episode.number) = (Some(1), Some(7.into()));
        episode.image = Some(file("picture", "jpg"));
        episode.chapters_file = Some(file("chapters", "json"));
        let chapter = |n: i64| Chapter {
            url: "https://ports.example/part".into(),
            ..Chapter::new(n * 60_000, format!("Part {n}"))
        };
        episode.chapters = (0..8).map(chapter).collect();
        for ext in ["vtt", "srt"] {
            episode.transcripts.push(Transcript { file: file("words", ext), language: "en".into(), captions: true });
        }
        for name in ["Ada Lund", "Mara Voss"] {
            let href = "https://ports.example/people".into();
            episode.persons.push(Person { name: name.into(), role: "host".into(), href, ..Person::default() });
        }
    }
    scene
}

/// Blocks of memory that one more episode takes, times a hundred.
fn asked_for_a_hundred_more(html: FeedHtml) -> usize {
    let asked = |episodes: usize| {
        let mut scene = show_of(episodes);
        scene.show.feed_html = html;
        let before = ASKED.get();
        let feed = scene.render().unwrap();
        let asked = ASKED.get() - before;
        assert!(feed.len() > episodes * 2_000, "the episodes are written");
        asked
    };
    asked(300) - asked(200)
}

#[test]
fn an_episode_goes_straight_into_the_document() {
    // The summary as plain text, and the list that chapters are put in order in; a few for lists that grow.
    let asked = asked_for_a_hundred_more(FeedHtml::Full);
    assert!(asked <= 210, "{asked} blocks for a hundred episodes of forty tags");
}
