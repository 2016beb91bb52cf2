//! Which words of the other side's feed are an episode's notes, and which its summary: a description alone is either.

use hearthcast_engine::said::Said;
use hearthcast_feed::current;
use hearthcast_model::{Episode, FeedHtml, SafeHtml, Show};
use hearthcast_text::{directory_html, plain_with_links, without_addresses};

/// What its notes and its summary become; `None` for what stays. `show` is the show whose feed it is as it was published, `None` for
/// the feed of another program.
pub(super) fn notes_and_summary(said: &Said, own: &Episode, show: Option<&Show>) -> (Option<String>, Option<String>) {
    let ours = own.notes.safe.html.trim();
    let is_summary = |theirs: &&String| match show.map(|show| show.feed_html) {
        // Notes would stand in `content:encoded`, too, unless the other side writes its feeds without HTML by now.
        Some(FeedHtml::Full | FeedHtml::Directories) => said.has_full_notes || ours.is_empty(),
        Some(FeedHtml::Plain) => ours.is_empty() && own.summary.trim() == theirs.as_str(),
        None => false,
    };
    let (notes, summary) = match said.lone.as_ref().filter(is_summary) {
        Some(summary) => ("", Some(summary)),
        None => (said.notes.as_str(), said.summary.as_ref()),
    };
    let pictures = own.notes.pictures.iter().chain(show.iter().flat_map(|show| &show.notes_suffix.pictures));
    let pictures: Vec<_> = pictures.cloned().collect();
    let theirs = without_addresses(notes, &pictures);
    let theirs = show.map_or(theirs.as_str(), |show| without_suffix(&theirs, show));
    // The feed has no Markdown, and some have less than HTML: notes that it would say just so stay as they were written.
    let stays = theirs == show.map_or_else(|| ours.to_string(), |show| as_written(&own.notes.safe, show));
    ((!stays).then(|| theirs.to_string()), summary.cloned())
}

/// Notes without the show's words, which its feed says after them.
fn without_suffix<'a>(notes: &'a str, show: &Show) -> &'a str {
    let suffix = as_written(&show.notes_suffix.safe, show);
    if suffix.is_empty() { notes } else { notes.strip_suffix(suffix.as_str()).map_or(notes, str::trim_end) }
}

/// Notes as the show's feeds say them.
fn as_written(notes: &SafeHtml, show: &Show) -> String {
    let notes = current(notes);
    let written = match show.feed_html {
        FeedHtml::Full => notes.html.clone(),
        FeedHtml::Directories => directory_html(&notes),
        FeedHtml::Plain => plain_with_links(&notes),
    };
    written.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_engine::said::said_of;
    use hearthcast_model::ShowId;

    fn show(feed_html: FeedHtml) -> Show {
        Show { feed_html, ..Show::new("S", "s", 0) }
    }

    const LONE: &str = "<description>In short.</description><itunes:summary>In short.</itunes:summary>";

    fn said(words: &str) -> Said {
        let feed = format!("<rss><channel><item><title>T</title><guid>g</guid>{words}</item></channel></rss>");
        said_of(feed.as_bytes(), "g").unwrap()
    }

    fn own(notes: &str, summary: &str) -> Episode {
        let show = ShowId::parse("018f0000-0000-7000-8000-0000000000ff").unwrap();
        let mut own = Episode::new(show, "g", "T", "t", 0);
        own.notes = hearthcast_text::notes(notes).unwrap();
        own.summary = summary.into();
        own
    }

    #[test]
    fn a_lone_description_is_the_summary_or_the_notes() {
        let (full, plain) = (Some(FeedHtml::Full), Some(FeedHtml::Plain));
        for (html, notes, summary, expected) in [
            // Nothing but the title differs.
            (full, "", "In short.", (None, Some("In short."))),
            (plain, "", "In short.", (None, Some("In short."))),
            (full, "", "Another account.", (None, Some("In short."))),
            // The other side may have no HTML by now: what is here are notes, and so are those.
            (full, "In short.", "", (Some("In short."), None)),
            // Apps of a feed without HTML have the notes there.
            (plain, "", "Another account.", (Some("In short."), None)),
            (plain, "Words.", "In short.", (Some("In short."), None)),
            // Nobody knows how another program writes.
            (None, "", "In short.", (Some("In short."), None)),
        ] {
            let (notes, summary) = notes_and_summary(&said(LONE), &own(notes, summary), html.map(show).as_ref());
            assert_eq!((notes.as_deref(), summary.as_deref()), expected, "{html:?}");
        }
    }

    #[test]
    fn a_lone_description_in_a_feed_with_full_notes_is_the_summary() {
        let another = "</item><item><title>U</title><guid>h</guid><content:encoded>Full.</content:encoded>";
        for html in [FeedHtml::Full, FeedHtml::Directories] {
            let (notes, summary) =
                notes_and_summary(&said(&[LONE, another].concat()), &own("Words.", ""), Some(&show(html)));
            assert_eq!((notes.as_deref(), summary.as_deref()), (Some(""), Some("In short.")));
        }
    }

    #[test]
    fn a_description_that_the_summary_does_not_repeat_is_the_notes() {
        for words in [
            "<description>In short.</description>",
            "<description>In short.</description><itunes:summary>Else.</itunes:summary>",
        ] {
            let taken = notes_and_summary(&said(words), &own("", ""), Some(&show(FeedHtml::Full)));
            assert_eq!(taken, (Some("In short.".into()), None), "{words}");
        }
    }

    #[test]
    fn full_notes_stand_beside_the_summary() {
        let words = "<description>In short.</description><content:encoded>&lt;p&gt;Words.&lt;/p&gt;</content:encoded>";
        let taken = |notes: &str| notes_and_summary(&said(words), &own(notes, ""), Some(&show(FeedHtml::Full)));
        assert_eq!(taken("Words."), (None, Some("In short.".into())));
        assert_eq!(taken(""), (Some("<p>Words.</p>".into()), Some("In short.".into())));
        // They say neither: both go.
        let nothing = notes_and_summary(&said(""), &own("Words.", "In short."), Some(&show(FeedHtml::Full)));
        assert_eq!(nothing, (Some(String::new()), Some(String::new())));
    }

    #[test]
    fn the_words_of_the_show_stay_its_own() {
        let suffix = "Write to [us](https://a.example/us).";
        let notes = "## Salt\n\n*Fog* and `rope`, [more](https://a.example/).";
        for (html, description) in [
            (
                FeedHtml::Full,
                "<h2>Salt</h2>\n<p><em>Fog</em> and <code>rope</code>, <a href=\"https://a.example/\">more</a>.</p>\n<p>Write to <a href=\"https://a.example/us\">us</a>.</p>",
            ),
            (
                FeedHtml::Directories,
                "<p><strong>Salt</strong></p>\n<p><em>Fog</em> and rope, <a href=\"https://a.example/\">more</a>.</p>\n<p>Write to <a href=\"https://a.example/us\">us</a>.</p>",
            ),
            (
                FeedHtml::Plain,
                "Salt\n\nFog and rope, more (https://a.example/).\n\nWrite to us (https://a.example/us).",
            ),
        ] {
            let show = Show { notes_suffix: hearthcast_text::notes(suffix).unwrap(), ..show(html) };
            let words = |description: &str| {
                let full = (html != FeedHtml::Plain)
                    .then(|| format!("<content:encoded><![CDATA[{description}]]></content:encoded>"));
                said(&format!("<description><![CDATA[{description}]]></description>{}", full.unwrap_or_default()))
            };
            // Only its title differs: its notes stay as they were written.
            let (taken, _) = notes_and_summary(&words(description), &own(notes, ""), Some(&show));
            assert_eq!(taken, None, "{html:?}");
            let (taken, _) =
                notes_and_summary(&words(&description.replace("Fog", "Ice")), &own(notes, ""), Some(&show));
            let taken = taken.unwrap();
            assert!(taken.contains("Ice") && !taken.contains("Write to"), "{html:?}: {taken}");
        }
    }
}
