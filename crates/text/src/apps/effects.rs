//! What a rule of an app is and can do, and what a gap in them is. What it is not: the rules, which are data of their own.

use hearthcast_model::app::{App, AppColours, AppList};

/// Tags that the apps which show fewest show.
pub(super) const FEWEST_TAGS: &[&str] = &["p", "ul", "ol", "li", "a", "br"];

/// Where notes end in the app that shows fewest of them, characters with tags.
pub(super) const SHORTEST_END: usize = 4000;

/// A rule of one app.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Stable id: the app, a dot, what it is about.
    pub(super) id: &'static str,
    pub(super) app: App,
    pub(super) effect: Effect,
    /// What the app does, in a sentence for people.
    pub(super) says: &'static str,
    /// Where that is written.
    pub(super) source: &'static str,
}

/// What nothing public says of one app.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    /// The id that a rule about it would have.
    pub(super) id: &'static str,
    pub(super) app: App,
    /// That it is not known, and what is shown instead, in a sentence for people.
    pub(super) says: &'static str,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// Of the notes' tags only these are shown; the words of the others stay.
    Keeps(&'static [&'static str]),
    /// Headings look like this.
    Headings(Heading),
    /// All tags are shown.
    KeepsAll,
    /// Notes end after so many characters, tags among them.
    Cuts(usize),
    /// Notes are shown to their end.
    Whole,
    /// Web addresses become links by themselves.
    LinksAddresses,
    /// Times (`12:34`) become links into the sound.
    LinksTimes,
    /// Only chapters that stand here are shown.
    Chapters(Where),
    /// Light or dark.
    Colours(AppColours),
    /// So much of a picture, in percent from below, may be covered.
    Covers(u8),
    /// So much of each corner of a picture in its list is cut off, in percent of its width.
    Corners(u8),
    /// It is told, and changes nothing that is shown here.
    Tells,
    /// Links have this colour.
    LinkColour(&'static str),
    /// Its list shows an episode like this.
    Lists(AppList),
    /// The show's picture stands under that of the episode on its page.
    ShowArt,
}

/// How headings look that are no headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    /// As a paragraph.
    Plain,
    /// As a paragraph in bold.
    Bold,
}

/// Where chapters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In the sound file only.
    File,
    /// In the feed; the sound file has the same ones, or none.
    Feed,
    /// In the feed; where it has none, in the notes, as a list of times.
    FeedOrNotes,
}
