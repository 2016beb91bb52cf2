//! What nothing public says of podcast apps, as data, so that the window can say so. What becomes known moves to `rules.rs`.

use super::effects::Gap;
use hearthcast_model::app::App;

/// All gaps.
pub(super) const GAPS: &[Gap] = &[
    Gap {
        id: "spotify.length",
        app: App::Spotify,
        says: "Where Spotify ends long notes is not known: nothing public says it. They are shown whole.",
    },
    Gap {
        id: "spotify.artwork",
        app: App::Spotify,
        says: "What Spotify cuts off or covers of a picture is not known: nothing public says it. It is shown whole.",
    },
    Gap {
        id: "overcast.length",
        app: App::Overcast,
        says: "Where Overcast ends long notes is not known: nothing public says it. They are shown whole.",
    },
    Gap {
        id: "overcast.dark",
        app: App::Overcast,
        says: "Whether Overcast is light or dark is not known: nothing public says it. Choose either.",
    },
];
