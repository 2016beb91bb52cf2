//! Which podcast apps can do what with the address of a draft. Data with its sources; the browser is not among them, for it
//! always can.

use hearthcast_model::share::{HearingApp, ShareKind};

struct Known {
    name: &'static str,
    follows: bool,
    how: &'static str,
    source: &'static str,
}

const APPS: &[Known] = &[
    Known {
        name: "Apple Podcasts",
        follows: true,
        how: "Library, the three dots, \"Follow a Show by URL\" (on a Mac: File, \"Follow a Show by URL\"); paste the feed's address.",
        source: "https://www.macworld.com/article/3566301/how-to-add-a-podcast-by-url-feed-to-podcasts-app-castro-overcast-pocketcasts.html",
    },
    Known {
        name: "AntennaPod",
        follows: true,
        how: "Add podcast, \"Add podcast by RSS address\"; paste the feed's address. The app asks for it itself, so this works in your own network, too.",
        source: "https://antennapod.org/documentation/getting-started/subscribe",
    },
    Known {
        name: "Overcast",
        follows: true,
        how: "Add podcast, \"Add URL\"; paste the feed's address. Addresses that Apple does not know stay out of its search.",
        source: "https://overcast.fm/podcasterinfo",
    },
    Known {
        name: "Pocket Casts",
        follows: true,
        how: "Paste the feed's address into the search. Its servers read the feed; because the feed says so, it stays out of their search.",
        source: "https://www.macworld.com/article/3566301/how-to-add-a-podcast-by-url-feed-to-podcasts-app-castro-overcast-pocketcasts.html",
    },
    Known {
        name: "Spotify",
        follows: false,
        how: "It plays only what is in its own catalogue, and follows no feed by its address. Use the browser.",
        source: "https://support.spotify.com/us/article/podcasts/",
    },
];

/// Apps that read feeds on their own servers, which cannot come into somebody's home.
const FROM_OUTSIDE: &[&str] = &["Overcast", "Pocket Casts"];

/// What they can do with a draft that lies at such a place.
pub(crate) fn hearing_apps(kind: ShareKind, has_feed: bool) -> Vec<HearingApp> {
    APPS.iter()
        .map(|app| {
            let outside = kind == ShareKind::Lan && FROM_OUTSIDE.contains(&app.name);
            let how = match (app.follows, has_feed, outside) {
                (true, false, _) => "Without a picture the draft has no feed. Use the browser.",
                (true, true, true) => "Its servers read feeds, and cannot reach this computer. Use the browser.",
                _ => app.how,
            };
            let follows = app.follows && has_feed && !outside;
            HearingApp { name: app.name.into(), follows, how: how.into(), source: app.source.into() }
        })
        .collect()
}
