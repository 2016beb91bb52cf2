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

#[cfg(test)]
mod tests {
    use super::*;

    const OFF_CATALOGUE: &str =
        "It plays only what is in its own catalogue, and follows no feed by its address. Use the browser.";
    const NO_PICTURE: &str = "Without a picture the draft has no feed. Use the browser.";
    const UNREACHABLE: &str = "Its servers read feeds, and cannot reach this computer. Use the browser.";

    /// Overcast follows "any podcast with a public feed URL" (overcast.fm/podcasterinfo), and what lies in the own network is not public;
    /// AntennaPod asks for it itself; Spotify follows no address. Of the others the rows are what this table has said so far.
    #[test]
    fn what_apps_can_follow_depends_on_where_the_draft_lies_and_on_its_picture() {
        let apps = ["Apple Podcasts", "AntennaPod", "Overcast", "Pocket Casts", "Spotify"];
        for (kind, has_feed, follow) in [
            (ShareKind::Server, true, [true, true, true, true, false]),
            (ShareKind::Place, true, [true, true, true, true, false]),
            (ShareKind::Lan, true, [true, true, false, false, false]),
            (ShareKind::Server, false, [false; 5]),
            (ShareKind::Place, false, [false; 5]),
            (ShareKind::Lan, false, [false; 5]),
        ] {
            let told: Vec<(String, bool)> =
                hearing_apps(kind, has_feed).into_iter().map(|app| (app.name, app.follows)).collect();
            let expected: Vec<(String, bool)> = apps.map(String::from).into_iter().zip(follow).collect();
            assert_eq!(told, expected, "{kind:?}, feed: {has_feed}");
        }
    }

    #[test]
    fn an_app_that_cannot_follow_says_why() {
        let said = |kind, has_feed, name: &str| {
            let app = hearing_apps(kind, has_feed).into_iter().find(|app| app.name == name);
            app.expect("the app is known").how
        };
        for kind in [ShareKind::Server, ShareKind::Place, ShareKind::Lan] {
            for name in ["Apple Podcasts", "AntennaPod", "Overcast", "Pocket Casts"] {
                assert_eq!(said(kind, false, name), NO_PICTURE, "{kind:?}: {name}");
            }
            for has_feed in [true, false] {
                assert_eq!(said(kind, has_feed, "Spotify"), OFF_CATALOGUE, "{kind:?}, feed: {has_feed}");
            }
        }
        for name in ["Overcast", "Pocket Casts"] {
            assert_eq!(said(ShareKind::Lan, true, name), UNREACHABLE, "{name}");
        }
        for (kind, name, word) in [
            (ShareKind::Server, "Overcast", "\"Add URL\""),
            (ShareKind::Place, "Pocket Casts", "Its servers read the feed"),
            (ShareKind::Lan, "Apple Podcasts", "\"Follow a Show by URL\""),
            (ShareKind::Lan, "AntennaPod", "this works in your own network, too"),
        ] {
            let how = said(kind, true, name);
            assert!(how.contains(word), "{kind:?}: {name}: {how}");
        }
    }
}
