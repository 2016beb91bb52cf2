//! What each app makes of one nasty episode, explained rule by rule, and that nothing hostile gets through.

use super::*;
use std::collections::BTreeSet;

/// One episode with a little of everything.
fn nasty() -> (SafeHtml, Vec<Chapter>) {
    let html = format!(
        "<h2>Salt &amp; fog</h2><p>At 1:02:03 <strong>bold</strong>, at 12:34 <em>not</em>; see https://example.org/a?b=1&amp;c=2. \
         <a href=\"https://example.org/9:30\">9:30, linked</a>, no time: 1:2, 10:111, v1:23a.</p><blockquote><p>A quote</p></blockquote>\
         <ul><li>One</li></ul><hr><pre>code</pre><p>{}</p><p>Behind the end</p>",
        "long ".repeat(800)
    );
    let chapter = |start_ms, title: &str| Chapter {
        start_ms,
        end_ms: None,
        title: title.into(),
        url: String::new(),
        hidden: false,
        picture: None,
    };
    (clean_html(&html), vec![chapter(0, "Cold open"), chapter(60_000, "The stair")])
}

fn previews(chapters_in_file: bool) -> Vec<AppPreview> {
    let (notes, chapters) = nasty();
    in_apps(&Episode { notes: &notes, chapters: &chapters, chapters_in_file })
}

/// What is shown, in a few lines: the notes up to the long part, how long they are, and the rest.
fn shown(preview: &AppPreview) -> String {
    let (start, _) = preview.notes.split_once("long ").expect("the long part");
    let end = if preview.notes.contains("Behind the end") { "whole" } else { "cut" };
    let ids: Vec<&str> = preview.rules.iter().map(|rule| rule.id.as_str()).collect();
    let (chapters, covered) = (preview.chapters.len(), preview.covered_percent);
    let list = [
        (preview.list.words, "words"),
        (preview.list.capitals, "CAPITALS"),
        (preview.list.length_below, "length below"),
        (preview.list.size, "size"),
        (preview.list.corner_percent > 0, "round"),
        (preview.list.title_lines.is_some(), "two lines"),
        (preview.page.show_art, "show's cover"),
    ];
    let list: Vec<&str> = list.iter().filter(|(so, _)| *so).map(|(_, word)| *word).collect();
    let list = list.join(", ");
    format!(
        "{start}| {end}, {chapters} chapters, {covered} % covered, {:?} | {list} | {}",
        preview.link_colour,
        ids.join(" ")
    )
}

#[test]
fn point_6_one_nasty_episode_gives_five_snapshots_each_explained_by_its_rules() {
    let link = r#"<a href="https://example.org/9:30">9:30, linked</a>, no time: 1:2, 10:111, v1:23a.</p>"#;
    let address = r#"<a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>"#;
    let bare = "https://example.org/a?b=1&amp;c=2";
    let time = |time: &str| format!(r#"<a href="https://sound.invalid/?t={time}">{time}</a>"#);
    let lists = "<p>A quote</p><ul><li>One</li></ul><p>code</p><p>";
    let all = "<blockquote><p>A quote</p></blockquote><ul><li>One</li></ul><hr><pre>code</pre><p>";
    let expected = [
        format!(
            "<p>Salt &amp; fog</p><p>At 1:02:03 bold, at 12:34 not; see {address}. {link}{lists}| cut, 2 chapters, 20 % covered, None | words, show's cover | \
             apple.html apple.length apple.addresses apple.artwork apple.show_art"
        ),
        format!(
            "<p><b>Salt &amp; fog</b></p><p>At 1:02:03 bold, at 12:34 not; see {address}. {link}{lists}| whole, 2 chapters, 0 % covered, None | words | \
             spotify.html spotify.headings spotify.addresses"
        ),
        format!(
            "<p>Salt &amp; fog</p><p>At {} <strong>bold</strong>, at {} <em>not</em>; see {bare}. {link}{all}| whole, 2 chapters, \
             0 % covered, Some(\"#ff4444\") | CAPITALS, length below, two lines | \
             pocket_casts.headings pocket_casts.colours pocket_casts.times pocket_casts.list",
            time("1:02:03"),
            time("12:34")
        ),
        format!(
            "<h2>Salt &amp; fog</h2><p>At 1:02:03 <strong>bold</strong>, at 12:34 <em>not</em>; see {bare}. {link}{all}| whole, 0 chapters, \
             0 % covered, None | words | overcast.chapters"
        ),
        format!(
            "<h2>Salt &amp; fog</h2><p>At {} <strong>bold</strong>, at {} <em>not</em>; see {bare}. {link}{all}| whole, 2 chapters, \
             0 % covered, None | length below, size, round | antennapod.times antennapod.list",
            time("1:02:03"),
            time("12:34")
        ),
    ];
    let found: Vec<String> = previews(false).iter().map(shown).collect();
    assert_eq!(found, expected);
    let different: BTreeSet<&String> = found.iter().collect();
    assert_eq!(different.len(), App::ALL.len(), "five apps, five looks");
}

#[test]
fn what_a_rule_does_not_change_it_does_not_explain() {
    let notes = clean_html("<p>Fog.</p>");
    let plain = in_apps(&Episode { notes: &notes, chapters: &[], chapters_in_file: false });
    let told: Vec<&str> = plain.iter().flat_map(|one| &one.rules).map(|rule| rule.id.as_str()).collect();
    assert_eq!(
        told,
        ["apple.artwork", "apple.show_art", "pocket_casts.colours", "pocket_casts.list", "antennapod.list"]
    );
    assert!(plain.iter().all(|one| one.notes == "<p>Fog.</p>" && !one.shortened));
    let excerpts: Vec<&str> = plain.iter().map(|one| one.excerpt.as_str()).collect();
    assert_eq!(excerpts, ["Fog.", "Fog.", "", "Fog.", ""], "two lists have no words of the notes");
    let in_file = previews(true);
    assert!(in_file.iter().all(|one| one.chapters.len() == 2), "chapters in the file are for all");
}

#[test]
fn every_rule_has_its_source_and_an_id_of_its_app() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    for rule in RULES {
        assert!(rule.source.starts_with("https://") && rule.says.ends_with('.'), "{}", rule.id);
        let app = serde_json::to_value(rule.app).expect("a name");
        let of = rule.id.split('.').next().unwrap_or_default().replace('_', "");
        assert_eq!(app.as_str().unwrap_or_default().replace('_', ""), of, "{}", rule.id);
    }
}

#[test]
fn nothing_hostile_gets_through() {
    for html in [
        "<p>https://a.example/\"onclick=\"x</p>",
        "<p>see http://</p>",
        "<p>&lt;script&gt;1:23</p>",
        "<a href=\"https://a.example/\">12:34 https://b.example/</a>",
        &format!("<p>{}</p>", "&amp;".repeat(2000)),
        &format!("<p>{}</p>", "1:".repeat(5000)),
    ] {
        let notes = clean_html(html);
        for preview in in_apps(&Episode { notes: &notes, chapters: &[], chapters_in_file: false }) {
            assert_eq!(clean_html(&preview.notes).html, preview.notes, "{html}: {:?}", preview.app);
            // A quotation mark among words is one; in a tag it would end a value.
            let tags = preview.notes.split('<').skip(1).filter_map(|part| part.split('>').next());
            let harmless = |tag: &str| !tag.contains("onclick") && !tag.starts_with("script");
            assert!(tags.into_iter().all(harmless), "{}", preview.notes);
        }
    }
}

/// A megabyte, each word a link: the preview has the beginning, and says so.
#[test]
fn a_megabyte_of_notes_is_shown_from_its_beginning() {
    let notes = clean_html(
        &"<p>At 1:23 see <a href=\"https://a.example/\">https://b.example/</a> &amp; more</p>".repeat(14_000),
    );
    assert!(notes.html.len() > 1_000_000, "{}", notes.html.len());
    for preview in in_apps(&Episode { notes: &notes, chapters: &[], chapters_in_file: false }) {
        assert!(preview.shortened && preview.notes.len() < 150_000, "{:?}: {}", preview.app, preview.notes.len());
        assert_eq!(clean_html(&preview.notes).html, preview.notes, "{:?}: whole tags", preview.app);
    }
}
