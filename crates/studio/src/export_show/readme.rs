//! A few words in the folder, for people who open it and know no Hearthcast.

use hearthcast_model::export::ExportedShow;
use hearthcast_model::import::ImportNote;
use std::fmt::Write as _;

/// The words; of the feed it is said whether it is the public one, or that there is none.
pub(crate) fn readme(exported: &ExportedShow, feed_is_public: Option<bool>, left_out: &[ImportNote]) -> String {
    let title = exported.show.body.get("title").and_then(|title| title.as_str()).unwrap_or_default();
    let mut text = format!("{title}\n\nThis folder is a whole podcast, exported by Hearthcast.\n\n");
    text += match feed_is_public {
        Some(true) => {
            "feed.xml       the feed as listeners get it. Its addresses are those where the podcast is published now: any host\n               that moves podcasts in takes this file, or better that address, as long as it answers.\n"
        }
        Some(false) => {
            "feed.xml       the podcast was not published from here yet. This is the feed it would have, with addresses that\n               begin in this folder (media/..., images/...): put the folder on a web server, and it is a feed.\n"
        }
        None => "               There is no feed.xml: the podcast lacks something that every feed has (see below).\n",
    };
    text += "show.json      everything about the show and its episodes: drafts, scheduled ones, what is public and what was\n               changed since. Text in JSON, readable by any program.\nmedia/         the sounds; media/originals/ the recordings they were made of.\nimages/        covers and pictures; images/originals/ as their author chose them.\ntext/          chapters and transcripts.\nfonts/         the font of the website, if it has one.\nwaveforms/     pictures of the sounds, for editors.\nmanifest.json  every file with its length and SHA-256.\n\n";
    if !exported.feeds.is_empty() {
        text += "The podcast is published at:\n";
        for feed in &exported.feeds {
            let _ = writeln!(text, "  {feed}");
        }
        text += "\n";
    }
    text += "To bring all of it into Hearthcast: hearthcast import THIS-FOLDER\n\
        No password, no key and no numbers about listeners are in here.\n\
        What each file says: docs/guide/export.md of Hearthcast.\n";
    if !left_out.is_empty() {
        text += "\nNot in this folder:\n";
        for note in left_out {
            let about = if note.episode.is_empty() { String::new() } else { format!("{}: ", note.episode) };
            let _ = writeln!(text, "- {about}{}", note.message);
        }
    }
    text
}
