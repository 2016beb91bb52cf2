//! Rules of directories that read more, or less, out of a feed than others. Each speaks only where the author noted that the show was
//! told to the directory ([`Facts::listing`]): nobody else has to do as it asks.

use crate::rule::{AMAZON, Look, Rule, SPOTIFY_CHAPTERS, SPOTIFY_EMAIL, YOUTUBE, YOUTUBE_CHAPTERS, YOUTUBE_DETAILS};
use crate::told::Told;
use crate::{EpisodeFacts, Facts};
use hearthcast_model::SafeHtml;
use hearthcast_model::directories::ListingState;
use hearthcast_text::{listed_times, plain_of};

/// A directory's id, and its name in findings.
type Directory = (&'static str, &'static str);

const AT_SPOTIFY: Directory = ("spotify", "Spotify");
const AT_AMAZON: Directory = ("amazon", "Amazon");
const AT_YOUTUBE: Directory = ("youtube", "YouTube");
/// Longest title of a video, in characters.
const MOST_TITLE: usize = 100;
/// Shortest chapter of a video.
const SHORTEST_CHAPTER_MS: i64 = 10_000;
/// What begins later than this is a programme, or single places: no list of chapters whose first line was forgotten.
const LATEST_FIRST_MS: i64 = 300_000;
/// What to do where a directory writes to the owner.
const SHOW_EMAIL: &str = "Let the feed show it for some days, under Moving and directories, and publish. Note the listing there once it is known.";

pub(crate) const RULES: &[Rule] = &[
    Rule::warning(
        (
            "spotify_email",
            SPOTIFY_EMAIL,
            "While Spotify is to list the show, the feed shows the owner's e-mail address.",
            SHOW_EMAIL,
        ),
        Look::Show(spotify_email),
    ),
    Rule::advice(
        (
            "spotify_chapters",
            SPOTIFY_CHAPTERS,
            "Spotify can make chapters of the times in show notes.",
            "List three or more in their order, each at the beginning of a line, from 00:00 on; or give the episode chapters.",
        ),
        Look::Episode(spotify_chapters),
    ),
    Rule::warning(
        (
            "amazon_email",
            AMAZON,
            "While Amazon is to list the show, the feed shows the owner's e-mail address.",
            SHOW_EMAIL,
        ),
        Look::Show(amazon_email),
    ),
    Rule::warning(
        (
            "youtube_email",
            YOUTUBE,
            "While YouTube is to list the show, the feed shows the owner's e-mail address.",
            SHOW_EMAIL,
        ),
        Look::Show(youtube_email),
    ),
    Rule::advice(
        (
            "youtube_video",
            YOUTUBE,
            "YouTube gets sounds by the feed, and videos otherwise.",
            "Upload the videos in YouTube Studio: of what a feed has, YouTube makes a still picture with its sound.",
        ),
        Look::Show(youtube_video),
    ),
    Rule::advice(
        (
            "youtube_title",
            YOUTUBE_DETAILS,
            "Titles have at most 100 characters where YouTube shows them.",
            "Shorten it, or put what matters first. What YouTube has already is changed in YouTube Studio.",
        ),
        Look::Episode(youtube_title),
    ),
    Rule::warning(
        (
            "youtube_brackets",
            YOUTUBE,
            "Titles and show notes have no < and no > where YouTube shows them.",
            "Write it in words, or with another character, such as → or ‹ ›. What YouTube has already is changed in YouTube Studio.",
        ),
        Look::Episode(youtube_brackets),
    ),
    Rule::advice(
        (
            "youtube_chapters",
            YOUTUBE_CHAPTERS,
            "YouTube can make chapters of the times in show notes.",
            "List three or more in their order, each at the beginning of a line, from 00:00 on and at least 10 seconds apart. What YouTube has already is changed in YouTube Studio.",
        ),
        Look::Episode(youtube_chapters),
    ),
];

fn is_sent(facts: &Facts, (id, _): Directory) -> bool {
    facts.listing(id) == ListingState::Sent
}

fn is_told(facts: &Facts, (id, _): Directory) -> bool {
    facts.listing(id) != ListingState::NotSubmitted
}

/// Whether the next feed shows the owner's e-mail address; one that was shown for some days goes out after them.
fn shows_email(facts: &Facts) -> bool {
    let show = facts.show;
    let for_some_days = show.verifying.as_ref().is_some_and(|verifying| verifying.until_ms > facts.now_ms);
    !show.owner_email.trim().is_empty() || for_some_days
}

fn waits_for_email(facts: &Facts, directory: Directory) -> bool {
    is_sent(facts, directory) && !shows_email(facts)
}

/// Whether one of these rules tells that the owner's e-mail address is missing.
pub(crate) fn is_email_awaited(facts: &Facts) -> bool {
    [AT_SPOTIFY, AT_AMAZON, AT_YOUTUBE].into_iter().any(|directory| waits_for_email(facts, directory))
}

fn email(facts: &Facts, told: &mut Told, directory: Directory) {
    if waits_for_email(facts, directory) {
        let (_, name) = directory;
        told.say(
            "owner_email",
            format!("{name} writes to the owner's e-mail address in the feed, and the feed shows none."),
        );
    }
}

fn spotify_email(facts: &Facts, told: &mut Told) {
    email(facts, told, AT_SPOTIFY);
}

fn amazon_email(facts: &Facts, told: &mut Told) {
    email(facts, told, AT_AMAZON);
}

fn youtube_email(facts: &Facts, told: &mut Told) {
    email(facts, told, AT_YOUTUBE);
}

fn chapters(facts: &Facts, one: &EpisodeFacts, told: &mut Told, directory: Directory, shortest_ms: i64) {
    if !is_told(facts, directory) || !one.is_heard() {
        return;
    }
    let mut times = listed_times(&one.episode.notes.safe);
    times.retain(|at_ms| one.length_ms().is_none_or(|length| *at_ms < length));
    if let Some(why) = NoChapters::because_of(&times, shortest_ms) {
        let (_, name) = directory;
        told.say("notes", why.told(name));
    }
}

/// What keeps a directory from making chapters of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoChapters {
    Few,
    Late,
    Unordered,
    Near,
}

impl NoChapters {
    /// One time alone, or two that do not begin with the sound, may be anything.
    fn because_of(times: &[i64], shortest_ms: i64) -> Option<Self> {
        let pairs = || times.iter().zip(times.iter().skip(1));
        match times {
            [] | [_] => None,
            [first, _] => (*first == 0).then_some(Self::Few),
            [first, ..] if *first > LATEST_FIRST_MS => None,
            [first, ..] if *first != 0 => Some(Self::Late),
            _ if pairs().any(|(before, after)| after <= before) => Some(Self::Unordered),
            _ if pairs().any(|(before, after)| after - before < shortest_ms) => Some(Self::Near),
            _ => None,
        }
    }

    fn told(self, name: &str) -> String {
        match self {
            Self::Few => {
                format!(
                    "{name} makes no chapters of the times in the show notes: fewer than three are within the sound."
                )
            }
            Self::Late => format!("{name} makes no chapters of the times in the show notes: the first is not 0:00."),
            Self::Unordered => {
                format!("{name} makes no chapters of the times in the show notes: they are not in order.")
            }
            Self::Near => {
                format!("{name} makes no chapters of the times in the show notes: two are less than 10 seconds apart.")
            }
        }
    }
}

/// Chapters of the feed itself (Podlove) reach Spotify without any times in the notes.
fn spotify_chapters(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let mut shown = one.episode.chapters.iter().filter(|chapter| !chapter.hidden && !chapter.title.trim().is_empty());
    if shown.next().is_none() && one.episode.songs.is_empty() {
        chapters(facts, one, told, AT_SPOTIFY, 0);
    }
}

fn youtube_chapters(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    chapters(facts, one, told, AT_YOUTUBE, SHORTEST_CHAPTER_MS);
}

/// Told while the show is on its way: who made its videos by hand has them there.
fn youtube_video(facts: &Facts, told: &mut Told) {
    let is_video = |one: &EpisodeFacts| one.is_heard() && one.mime().is_some_and(|mime| mime.starts_with("video/"));
    let videos = facts.episodes.iter().filter(|one| is_video(one)).count();
    if videos > 0 && is_sent(facts, AT_YOUTUBE) {
        told.say("", format!("Videos among the episodes that YouTube gets by the feed: {videos}."));
    }
}

fn youtube_title(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let length = one.episode.title.trim().chars().count();
    if length > MOST_TITLE && is_told(facts, AT_YOUTUBE) && one.is_heard() {
        told.say("title", format!("The title has {length} characters; YouTube has room for 100."));
    }
}

fn youtube_brackets(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if !is_told(facts, AT_YOUTUBE) || !one.is_heard() {
        return;
    }
    if one.episode.title.contains(['<', '>']) {
        told.say("title", "The title has a < or a >, which YouTube does not take.");
    }
    // Plain text has one only where its HTML names one.
    let is_bracketed = |notes: &SafeHtml| {
        (notes.html.contains("&lt;") || notes.html.contains("&gt;")) && plain_of(notes).contains(['<', '>'])
    };
    if is_bracketed(&one.episode.notes.safe) || is_bracketed(&facts.show.notes_suffix.safe) {
        told.say("notes", "The show notes have a < or a >, which YouTube does not take.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_made_of_three_times_in_order_from_the_beginning() {
        let why = |seconds: &[i64], shortest_ms| {
            NoChapters::because_of(&seconds.iter().map(|second| second * 1000).collect::<Vec<_>>(), shortest_ms)
        };
        for (seconds, spotify, youtube) in [
            (&[] as &[i64], None, None),
            (&[90], None, None),
            (&[60, 90], None, None),
            (&[0, 90], Some(NoChapters::Few), Some(NoChapters::Few)),
            (&[0, 10, 20], None, None),
            (&[0, 9, 20], None, Some(NoChapters::Near)),
            (&[301, 400, 500], None, None),
            (&[1, 30, 60], Some(NoChapters::Late), Some(NoChapters::Late)),
            (&[0, 60, 30], Some(NoChapters::Unordered), Some(NoChapters::Unordered)),
            (&[0, 60, 60], Some(NoChapters::Unordered), Some(NoChapters::Unordered)),
        ] {
            assert_eq!((why(seconds, 0), why(seconds, SHORTEST_CHAPTER_MS)), (spotify, youtube), "{seconds:?}");
        }
    }
}
