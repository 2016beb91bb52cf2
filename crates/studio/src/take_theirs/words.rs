//! Which words of the other side's feed are an episode's notes, and which its summary: a description alone is either.

use hearthcast_engine::said::Said;
use hearthcast_model::{Episode, FeedHtml};
use hearthcast_text::without_addresses;

/// What its notes and its summary become; `None` for what stays. `html` is how the show's feeds write notes, `None` for the feed of
/// another program.
pub(super) fn notes_and_summary(
    said: &Said,
    own: &Episode,
    html: Option<FeedHtml>,
) -> (Option<String>, Option<String>) {
    let ours = own.notes.safe.html.trim();
    let is_summary = |theirs: &&String| match html {
        // Notes would stand in `content:encoded`, too.
        Some(FeedHtml::Full | FeedHtml::Directories) => true,
        Some(FeedHtml::Plain) => ours.is_empty() && own.summary.trim() == theirs.as_str(),
        None => false,
    };
    let (notes, summary) = match said.lone.as_ref().filter(is_summary) {
        Some(summary) => ("", Some(summary)),
        None => (said.notes.as_str(), said.summary.as_ref()),
    };
    // The feed has no Markdown: notes that read the same stay as they were written.
    let theirs = without_addresses(notes, &own.notes.pictures);
    ((ours != theirs).then_some(theirs), summary.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_engine::said::said_of;
    use hearthcast_model::ShowId;

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
        let (full, directories, plain) = (Some(FeedHtml::Full), Some(FeedHtml::Directories), Some(FeedHtml::Plain));
        for (html, notes, summary, expected) in [
            // Nothing but the title differs.
            (full, "", "In short.", (None, Some("In short."))),
            (plain, "", "In short.", (None, Some("In short."))),
            (full, "", "Another account.", (None, Some("In short."))),
            (directories, "Words.", "", (Some(""), Some("In short."))),
            // Apps of a feed without HTML have the notes there.
            (plain, "", "Another account.", (Some("In short."), None)),
            (plain, "Words.", "In short.", (Some("In short."), None)),
            // Nobody knows how another program writes.
            (None, "", "In short.", (Some("In short."), None)),
        ] {
            let (notes, summary) = notes_and_summary(&said(LONE), &own(notes, summary), html);
            assert_eq!((notes.as_deref(), summary.as_deref()), expected, "{html:?}");
        }
    }

    #[test]
    fn a_description_that_the_summary_does_not_repeat_is_the_notes() {
        for words in [
            "<description>In short.</description>",
            "<description>In short.</description><itunes:summary>Else.</itunes:summary>",
        ] {
            let taken = notes_and_summary(&said(words), &own("", ""), Some(FeedHtml::Full));
            assert_eq!(taken, (Some("In short.".into()), None), "{words}");
        }
    }

    #[test]
    fn full_notes_stand_beside_the_summary() {
        let words = "<description>In short.</description><content:encoded>&lt;p&gt;Words.&lt;/p&gt;</content:encoded>";
        let taken = |notes: &str| notes_and_summary(&said(words), &own(notes, ""), Some(FeedHtml::Full));
        assert_eq!(taken("Words."), (None, Some("In short.".into())));
        assert_eq!(taken(""), (Some("<p>Words.</p>".into()), Some("In short.".into())));
        // They say neither: both go.
        let nothing = notes_and_summary(&said(""), &own("Words.", "In short."), Some(FeedHtml::Full));
        assert_eq!(nothing, (Some(String::new()), Some(String::new())));
    }
}
