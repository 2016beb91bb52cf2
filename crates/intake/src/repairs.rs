//! What was mended while reading, each told once.

use crate::feed::Repair;
use std::collections::HashSet;

/// Most repairs that are told; a feed with more is broken all over.
pub(crate) const MOST: usize = 20_000;

/// Repairs in the making, and the episode they are about just now.
#[derive(Debug, Default)]
pub(crate) struct Repairs {
    list: Vec<Repair>,
    told: HashSet<(&'static str, String, String)>,
    episode: String,
}

impl Repairs {
    /// From now on an episode is meant; empty is the show.
    pub fn about(&mut self, episode: &str) {
        self.episode = shown(episode);
    }

    /// Tells what was mended in what is meant just now.
    pub fn tell(&mut self, code: &'static str, message: impl Into<String>) {
        let (episode, message) = (self.episode.clone(), message.into());
        if self.list.len() < MOST && self.told.insert((code, episode.clone(), message.clone())) {
            self.list.push(Repair { code, episode, message });
        }
    }

    /// Tells what was mended all over, once for this code.
    pub fn once(&mut self, code: &'static str, message: impl Into<String>) {
        self.once_for(code, "", message);
    }

    /// Tells what was mended all over, once for this code and thing.
    pub fn once_for(&mut self, code: &'static str, thing: &str, message: impl Into<String>) {
        if self.list.len() < MOST && self.told.insert((code, "\u{0}".into(), thing.into())) {
            self.list.push(Repair { code, episode: String::new(), message: message.into() });
        }
    }

    /// All of them, in the order they were told.
    pub fn done(self) -> Vec<Repair> {
        self.list
    }
}

/// The beginning of somebody's text, for a sentence.
pub(crate) fn shown(text: &str) -> String {
    let text = text.split_whitespace().take(40).collect::<Vec<_>>().join(" ");
    match hearthcast_text::chars::cut(&text, 120) {
        all if all.len() == text.len() => text,
        cut => format!("{cut}…"),
    }
}
