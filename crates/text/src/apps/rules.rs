//! What podcast apps make of an episode, as data: one line a rule, each with where it is written. The newest that could be read
//! counts; apps change, and nobody promises anything. What nothing public says stands in `gaps.rs`.

use super::effects::{Effect, FEWEST_TAGS, Heading, Rule, SHORTEST_END, Where};
use hearthcast_model::app::{App, AppColours, AppList};

const PODNEWS: &str = "https://podnews.net/article/html-episode-notes-in-podcast-rss";
const TRANSISTOR: &str = "https://transistor.fm/rendering";
/// A test of 19 things in over 40 apps, of 2019.
const PODNEWS_TEST: &str = "https://podnews.net/article/how-podcast-show-notes-display";
const APPLE_CHAPTERS: &str = "https://podcasters.apple.com/support/5482-using-chapters-on-apple-podcasts";
const APPLE_ARTWORK: &str = "https://podcasters.apple.com/support/896-artwork-requirements";
/// The article by its number; its name changed with the service's (now Spotify for Creators).
const SPOTIFY_CHAPTERS: &str = "https://support.spotifyforpodcasters.com/hc/articles/360043932711";
const POCKET_CASTS: &str = "https://github.com/Automattic/pocket-casts-ios/blob/8b8db5450adbd5324ec9ce1db7b23dafe5941021/podcasts/ShowNotesFormatter.swift";
const POCKET_CASTS_ANDROID: &str = "https://github.com/Automattic/pocket-casts-android/blob/410ea942cdfb2e2f7756dae8395de77220d07195/modules/services/views/src/main/java/au/com/shiftyjelly/pocketcasts/views/helper/ShowNotesFormatter.kt";
const POCKET_CASTS_LIST: &str = "https://github.com/Automattic/pocket-casts-android/blob/065ecb006d6116fec6fe1881f0fa09dd4e437e8a/modules/features/podcasts/src/main/res/layout/adapter_episode.xml";
/// "Do not crop to target's size."
const POCKET_CASTS_ARTWORK: &str = "https://github.com/Automattic/pocket-casts-android/blob/4f08f2891793e478d5441f596d2b4edb5a1976f4/modules/services/utils/src/main/java/au/com/shiftyjelly/pocketcasts/utils/images/RoundedCornersTransformation.kt";
const POCKET_CASTS_CHAPTERS: &str = "https://github.com/Automattic/pocket-casts-ios/blob/a4df67e28f06e002281911f809ee120d008e6f6f/podcasts/ChapterManager.swift";
const ANTENNAPOD_LIST: &str = "https://github.com/AntennaPod/AntennaPod/blob/07324b4e5e19550d3be4952be63ba4fae681005a/app/src/main/res/layout/feeditemlist_item.xml";
const EPISODE_ART: &str = "https://blog.podbean.com/maximize-the-impact-of-your-episode-art-in-apple-podcasts/";
const ANTENNAPOD: &str = "https://github.com/AntennaPod/AntennaPod/blob/cc9b210e8f6ffc1e6fb0c3fe044c0451341b8ee2/core/src/main/java/de/danoeh/antennapod/core/util/gui/ShownotesCleaner.java";
const ANTENNAPOD_STYLE: &str = "https://github.com/AntennaPod/AntennaPod/blob/0fb09287cd1ad97ab7426965e69978b4e1e9bb32/app/src/main/assets/shownotes-style.css";
const ANTENNAPOD_CHAPTERS: &str = "https://github.com/AntennaPod/AntennaPod/blob/4664686bb328699529cb86d6cf0bdee7f7a21fa0/ui/chapters/src/main/java/de/danoeh/antennapod/ui/chapters/ChapterUtils.java";
/// "When a user has Dark Mode turned on, all apps built with the iOS 13 SDK will run in Dark Mode."
const APPLE_DARK: &str = "https://developer.apple.com/news/?id=0829019a";
/// Spotify's director of product, on why "the entire background is shades of black".
const SPOTIFY_DARK: &str = "https://www.fastcompany.com/3028603/inside-the-redesign-why-spotify-went-black";
const FILE_CHAPTERS: &str = "https://huge.fm/blog/how-to-add-chapters-to-podcast-episodes/";
/// "Overcast and several other podcast apps use the image inside your ID3 tags."
const FILE_ARTWORK: &str =
    "https://theaudacitytopodcast.com/how-to-make-episode-artwork-show-in-podcast-apps-even-in-apple-podcasts/";

/// A list without words of the notes.
const BARE: AppList =
    AppList { words: false, title_lines: None, corner_percent: 0, capitals: false, length_below: false, size: false };

/// All rules.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "apple.html",
        app: App::Apple,
        effect: Effect::Keeps(FEWEST_TAGS),
        says: "Shows paragraphs, lists and links; bold, italic, quotes, rulers and pictures are not shown, and headings look like text.",
        source: TRANSISTOR,
    },
    Rule {
        id: "apple.length",
        app: App::Apple,
        effect: Effect::Cuts(SHORTEST_END),
        says: "Notes end after 4,000 characters, tags among them.",
        source: PODNEWS,
    },
    Rule {
        id: "apple.addresses",
        app: App::Apple,
        effect: Effect::LinksAddresses,
        says: "Web addresses become links by themselves.",
        source: PODNEWS,
    },
    Rule {
        id: "apple.artwork",
        app: App::Apple,
        effect: Effect::Covers(20),
        says: "Progress and labels may cover the lowest fifth of a picture.",
        source: APPLE_ARTWORK,
    },
    Rule {
        id: "apple.show_art",
        app: App::Apple,
        effect: Effect::ShowArt,
        says: "On its page the episode's own picture is large, with the cover of the show under it; search and charts show the cover only.",
        source: EPISODE_ART,
    },
    Rule {
        id: "apple.chapters",
        app: App::Apple,
        effect: Effect::Chapters(Where::FeedOrNotes),
        says: "Takes chapters from the feed, the sound file or three or more times in the notes, the first of them 0:00; without any it makes some of its own.",
        source: APPLE_CHAPTERS,
    },
    Rule {
        id: "apple.dark",
        app: App::Apple,
        effect: Effect::Colours(AppColours::Chosen),
        says: "Is light or dark as the listener's device is.",
        source: APPLE_DARK,
    },
    Rule {
        id: "spotify.html",
        app: App::Spotify,
        effect: Effect::Keeps(FEWEST_TAGS),
        says: "Shows paragraphs, lists and links; bold, italic, quotes and pictures are not shown.",
        source: TRANSISTOR,
    },
    Rule {
        id: "spotify.headings",
        app: App::Spotify,
        effect: Effect::Headings(Heading::Bold),
        says: "Headings are bold, and as small as text.",
        source: TRANSISTOR,
    },
    Rule {
        id: "spotify.addresses",
        app: App::Spotify,
        effect: Effect::LinksAddresses,
        says: "Web addresses become links by themselves.",
        source: PODNEWS,
    },
    Rule {
        id: "spotify.chapters",
        app: App::Spotify,
        effect: Effect::Chapters(Where::FeedOrNotes),
        says: "Takes chapters from the feed (Podlove) or from times in the notes, not from the sound file.",
        source: SPOTIFY_CHAPTERS,
    },
    Rule {
        id: "spotify.dark",
        app: App::Spotify,
        effect: Effect::Colours(AppColours::Dark),
        says: "Is dark: pictures and words stand on black.",
        source: SPOTIFY_DARK,
    },
    Rule {
        id: "pocket_casts.html",
        app: App::PocketCasts,
        effect: Effect::KeepsAll,
        says: "Shows the HTML of the notes as a web page does; pictures can be turned off.",
        source: POCKET_CASTS_ANDROID,
    },
    Rule {
        id: "pocket_casts.headings",
        app: App::PocketCasts,
        effect: Effect::Headings(Heading::Plain),
        says: "Headings are as large as text, and not bold.",
        source: POCKET_CASTS,
    },
    Rule {
        id: "pocket_casts.length",
        app: App::PocketCasts,
        effect: Effect::Whole,
        says: "Shows the notes whole, however long they are.",
        source: POCKET_CASTS_ANDROID,
    },
    Rule {
        id: "pocket_casts.artwork",
        app: App::PocketCasts,
        effect: Effect::Tells,
        says: "Cuts nothing off a picture but its corners.",
        source: POCKET_CASTS_ARTWORK,
    },
    Rule {
        id: "pocket_casts.chapters",
        app: App::PocketCasts,
        effect: Effect::Chapters(Where::Feed),
        says: "Takes chapters from the feed (Podcasting 2.0, else Podlove) or from the sound file, wherever there are more.",
        source: POCKET_CASTS_CHAPTERS,
    },
    Rule {
        id: "pocket_casts.colours",
        app: App::PocketCasts,
        effect: Effect::LinkColour("#ff4444"),
        says: "Links in the notes are red as it comes; themes have colours of their own.",
        source: POCKET_CASTS_ANDROID,
    },
    Rule {
        id: "pocket_casts.dark",
        app: App::PocketCasts,
        effect: Effect::Colours(AppColours::Chosen),
        says: "Words and background of the notes have the colours of the theme that the listener chose, light or dark.",
        source: POCKET_CASTS_ANDROID,
    },
    Rule {
        id: "pocket_casts.times",
        app: App::PocketCasts,
        effect: Effect::LinksTimes,
        says: "Times in the notes become links into the sound, in the player.",
        source: POCKET_CASTS_ANDROID,
    },
    Rule {
        id: "pocket_casts.list",
        app: App::PocketCasts,
        effect: Effect::Lists(AppList { title_lines: Some(2), capitals: true, length_below: true, ..BARE }),
        says: "Its list shows the picture, the day in capitals, two lines of the title and the length; no words of the notes.",
        source: POCKET_CASTS_LIST,
    },
    Rule {
        id: "overcast.html",
        app: App::Overcast,
        effect: Effect::KeepsAll,
        says: "Shows more of the notes' HTML than most: one of the three best of over 40 apps in a test of 2019. All of it is shown here.",
        source: PODNEWS_TEST,
    },
    Rule {
        id: "overcast.artwork",
        app: App::Overcast,
        effect: Effect::Tells,
        says: "Takes the picture of an episode from the tags of its sound file.",
        source: FILE_ARTWORK,
    },
    Rule {
        id: "overcast.chapters",
        app: App::Overcast,
        effect: Effect::Chapters(Where::File),
        says: "Takes chapters from the sound file, not from the feed.",
        source: FILE_CHAPTERS,
    },
    Rule {
        id: "antennapod.html",
        app: App::AntennaPod,
        effect: Effect::KeepsAll,
        says: "Shows the HTML of the notes as a web page does; pictures are at most as wide as the screen.",
        source: ANTENNAPOD_STYLE,
    },
    Rule {
        id: "antennapod.length",
        app: App::AntennaPod,
        effect: Effect::Whole,
        says: "Shows the notes whole, however long they are.",
        source: ANTENNAPOD,
    },
    Rule {
        id: "antennapod.times",
        app: App::AntennaPod,
        effect: Effect::LinksTimes,
        says: "Times in the notes become links into the sound.",
        source: ANTENNAPOD,
    },
    Rule {
        id: "antennapod.list",
        app: App::AntennaPod,
        effect: Effect::Lists(AppList { length_below: true, size: true, ..BARE }),
        says: "Its list shows the picture, the day and the size of the file, the title and the length; no words of the notes.",
        source: ANTENNAPOD_LIST,
    },
    Rule {
        id: "antennapod.artwork",
        app: App::AntennaPod,
        effect: Effect::Corners(7),
        says: "Cuts a little off the corners of the picture in its list.",
        source: ANTENNAPOD_LIST,
    },
    Rule {
        id: "antennapod.chapters",
        app: App::AntennaPod,
        effect: Effect::Chapters(Where::Feed),
        says: "Takes chapters from the feed, from its chapters file (Podcasting 2.0) and, of a downloaded episode, from the sound file, and puts them together.",
        source: ANTENNAPOD_CHAPTERS,
    },
    Rule {
        id: "antennapod.dark",
        app: App::AntennaPod,
        effect: Effect::Colours(AppColours::Chosen),
        says: "Words of the notes have the colour of the theme, light or dark; colours that the notes bring along are dropped.",
        source: ANTENNAPOD,
    },
];
