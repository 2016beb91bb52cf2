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
    (clean_html(&html), vec![Chapter::new(0, "Cold open"), Chapter::new(60_000, "The stair")])
}

fn previews(chapters_in_file: bool) -> Vec<AppPreview> {
    let (notes, chapters) = nasty();
    in_apps(&Episode { notes: &notes, chapters: &chapters, chapters_in_file })
}

/// What a rule is called; what is not known has a question mark.
fn told(rule: &AppRule) -> String {
    format!("{}{}", rule.id, if rule.source.is_some() { "" } else { "?" })
}

/// What is shown, in a few lines: the notes up to the long part, how long they are, and the rest.
fn shown(preview: &AppPreview) -> String {
    let (start, _) = preview.notes.split_once("long ").expect("the long part");
    let end = if preview.notes.contains("Behind the end") { "whole" } else { "cut" };
    let ids: Vec<String> = preview.rules.iter().map(told).collect();
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
    let from = preview.chapters_from.map(|from| format!(" of the {from:?}")).unwrap_or_default();
    format!(
        "{start}| {end}, {chapters} chapters{from}, {covered} % covered, {:?}, {:?} | {list} | {}",
        preview.colours,
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
            "<p>Salt &amp; fog</p><p>At 1:02:03 bold, at 12:34 not; see {address}. {link}{lists}| cut, 2 chapters of the Feed, 20 % covered, Chosen, None | words, show's cover | \
             apple.html apple.length apple.addresses apple.artwork apple.show_art apple.chapters apple.dark"
        ),
        format!(
            "<p><b>Salt &amp; fog</b></p><p>At 1:02:03 bold, at 12:34 not; see {address}. {link}{lists}| whole, 2 chapters of the Feed, 0 % covered, Dark, None | words | \
             spotify.html spotify.headings spotify.addresses spotify.chapters spotify.dark \
             spotify.length? spotify.artwork?"
        ),
        format!(
            "<p>Salt &amp; fog</p><p>At {} <strong>bold</strong>, at {} <em>not</em>; see {bare}. {link}{all}| whole, 2 chapters of the Feed, \
             0 % covered, Chosen, Some(\"#ff4444\") | CAPITALS, length below, two lines | \
             pocket_casts.html pocket_casts.headings pocket_casts.length pocket_casts.artwork pocket_casts.chapters pocket_casts.colours pocket_casts.dark pocket_casts.times pocket_casts.list",
            time("1:02:03"),
            time("12:34")
        ),
        format!(
            "<h2>Salt &amp; fog</h2><p>At 1:02:03 <strong>bold</strong>, at 12:34 <em>not</em>; see {bare}. {link}{all}| whole, 0 chapters, \
             0 % covered, Unknown, None | words | overcast.html overcast.artwork overcast.chapters overcast.length? overcast.dark?"
        ),
        format!(
            "<h2>Salt &amp; fog</h2><p>At {} <strong>bold</strong>, at {} <em>not</em>; see {bare}. {link}{all}| whole, 2 chapters of the Feed, \
             0 % covered, Chosen, None | length below, size, round | antennapod.html antennapod.length antennapod.times \
             antennapod.list antennapod.artwork antennapod.chapters antennapod.dark",
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
    let ids: Vec<String> = plain.iter().flat_map(|one| &one.rules).map(told).collect();
    assert_eq!(
        ids,
        [
            "apple.artwork",
            "apple.show_art",
            "apple.dark",
            "spotify.dark",
            "spotify.length?",
            "spotify.artwork?",
            "pocket_casts.artwork",
            "pocket_casts.colours",
            "pocket_casts.dark",
            "pocket_casts.list",
            "overcast.artwork",
            "overcast.length?",
            "overcast.dark?",
            "antennapod.list",
            "antennapod.artwork",
            "antennapod.dark"
        ]
    );
    assert!(plain.iter().all(|one| one.notes == "<p>Fog.</p>" && !one.shortened));
    let excerpts: Vec<&str> = plain.iter().map(|one| one.excerpt.as_str()).collect();
    assert_eq!(excerpts, ["Fog.", "Fog.", "", "Fog.", ""], "two lists have no words of the notes");
    let in_file = previews(true);
    assert!(in_file.iter().all(|one| one.chapters.len() == 2), "chapters in the file are for all");
}

#[test]
fn point_6_chapters_come_from_where_the_rule_of_the_app_says() {
    let of = |app: App, notes: &str, chapters: &[Chapter], chapters_in_file: bool| {
        let notes = clean_html(notes);
        let all = in_apps(&Episode { notes: &notes, chapters, chapters_in_file });
        let one = all.into_iter().find(|one| one.app == app).expect("every app");
        let titles: Vec<String> =
            one.chapters.into_iter().map(|one| format!("{} {}", one.start_ms, one.title)).collect();
        let is_told = one.rules.iter().any(|rule| rule.id.ends_with(".chapters"));
        (titles.join(", "), one.chapters_from, is_told)
    };
    let (_, known) = nasty();
    let times = "<p>0:00 Cold open<br>(0:30) - The stair</p><ul><li>1:02:03 Fog</li></ul>";
    let listed = "0 Cold open, 30000 The stair, 3723000 Fog".to_string();
    for reads_times in [App::Spotify, App::Apple] {
        let shown = of(reads_times, times, &[], false);
        assert_eq!(shown, (listed.clone(), Some(AppChapters::Notes), true), "times make chapters");
    }
    for reads_none in [App::PocketCasts, App::AntennaPod] {
        assert_eq!(of(reads_none, times, &[], false), (String::new(), None, false), "{reads_none:?} reads no times");
    }
    let own = "0 Cold open, 60000 The stair".to_string();
    for reads_feed in [App::Apple, App::PocketCasts, App::AntennaPod] {
        let shown = of(reads_feed, times, &known, false);
        assert_eq!(shown, (own.clone(), Some(AppChapters::Feed), true), "{reads_feed:?} reads the feed");
    }
    assert_eq!(of(App::Spotify, times, &known, true), (own.clone(), Some(AppChapters::Feed), true), "the feed's first");
    for no_list in [
        "<p>0:00 One<br>0:30 Two</p>",
        "<p>0:01 One<br>0:30 Two<br>1:00 Three</p>",
        "<p>0:00 One<br>1:00 Two<br>0:30 Three</p>",
        "<p>Of fog.</p>",
    ] {
        assert_eq!(of(App::Spotify, no_list, &[], false), (String::new(), None, false), "{no_list}");
    }
    assert_eq!(of(App::Overcast, times, &known, true), (own, Some(AppChapters::File), true), "in the file");
    assert_eq!(of(App::Overcast, times, &known, false), (String::new(), None, true), "not in the file");
    assert_eq!(of(App::Overcast, times, &[], false), (String::new(), None, false), "Overcast reads no times");
}

#[test]
fn point_6_there_are_rules_of_every_kind() {
    let effects = || RULES.iter().map(|rule| &rule.effect);
    for (kind, is_there) in [
        ("allowed HTML", effects().any(|effect| matches!(effect, Effect::Keeps(_)))),
        ("truncation", effects().any(|effect| matches!(effect, Effect::Cuts(_)))),
        ("artwork", effects().any(|effect| matches!(effect, Effect::Covers(_)))),
        ("chapters", effects().any(|effect| matches!(effect, Effect::Chapters(_)))),
        ("light and dark", effects().any(|effect| matches!(effect, Effect::Colours(_)))),
    ] {
        assert!(is_there, "no rule is about {kind}");
    }
    let dark: Vec<App> =
        RULES.iter().filter(|rule| matches!(rule.effect, Effect::Colours(_))).map(|rule| rule.app).collect();
    assert_eq!(
        dark,
        [App::Apple, App::Spotify, App::PocketCasts, App::AntennaPod],
        "of Overcast nothing public is known"
    );
}

/// Five kinds of rules in five apps: of each there is a rule, or it says that nothing is known, and never both.
#[test]
fn point_6_all_25_cells_have_a_rule_with_its_source_or_say_that_nothing_is_known() {
    type About = fn(&Effect) -> bool;
    let kinds: [(&str, About); 5] = [
        ("html", |effect| matches!(effect, Effect::Keeps(_) | Effect::KeepsAll)),
        ("length", |effect| matches!(effect, Effect::Cuts(_) | Effect::Whole)),
        ("artwork", |effect| matches!(effect, Effect::Covers(_) | Effect::Corners(_) | Effect::Tells)),
        ("chapters", |effect| matches!(effect, Effect::Chapters(_))),
        ("dark", |effect| matches!(effect, Effect::Colours(_))),
    ];
    let names = ["apple", "spotify", "pocket_casts", "overcast", "antennapod"];
    assert_eq!(names.len(), App::ALL.len());
    let mut open = vec![];
    for (app, name) in App::ALL.iter().zip(names) {
        for (kind, is_about) in &kinds {
            let id = format!("{name}.{kind}");
            let rule = RULES.iter().find(|rule| rule.id == id);
            let gap = GAPS.iter().find(|gap| gap.id == id);
            assert!(rule.is_some() || gap.is_some(), "{id}: neither a rule nor told to be open");
            assert!(rule.is_none() || gap.is_none(), "{id}: a rule, and told to be open");
            if let Some(rule) = rule {
                assert!(rule.app == *app && is_about(&rule.effect), "{id}: about something else");
                assert!(rule.source.starts_with("https://"), "{id}: no source");
            }
            if let Some(gap) = gap {
                assert!(gap.app == *app && gap.says.contains(" is not known: nothing public says it. "), "{id}");
                open.push(gap.id);
            }
        }
    }
    assert_eq!(open, ["spotify.length", "spotify.artwork", "overcast.length", "overcast.dark"]);
    assert_eq!(open.len(), GAPS.len(), "a gap that is no cell");
}

#[test]
fn what_is_not_known_is_told_with_every_episode_and_has_no_source() {
    let notes = clean_html("<p>Fog.</p>");
    for preview in in_apps(&Episode { notes: &notes, chapters: &[], chapters_in_file: false }) {
        let open = preview.rules.iter().filter(|rule| rule.source.is_none());
        let open: Vec<&str> = open.map(|rule| rule.says.as_str()).collect();
        let all: Vec<&str> = GAPS.iter().filter(|gap| gap.app == preview.app).map(|gap| gap.says).collect();
        assert_eq!(open, all, "{:?}", preview.app);
    }
}

#[test]
fn every_rule_has_its_source_and_an_id_of_its_app() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).chain(GAPS.iter().map(|gap| gap.id)).collect();
    assert_eq!(ids.len(), RULES.len() + GAPS.len());
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
        "<script src=\"https://a.example/x.js\">let a = 1;</script><style>p { background: url(https://a.example/b.png) }</style><p>c</p>",
        "<p style=\"background: url(https://a.example/b.png)\" onmouseover=\"x()\">d</p><svg onload=\"x()\"><use href=\"https://a.example/\"/></svg>",
        "<img src=\"https://a.example/b.png\" onerror=\"x()\" srcset=\"https://a.example/c.png 2x\" style=\"width: 1px\" alt=\"e\">",
        "<iframe src=\"https://a.example/\"></iframe><video src=\"https://a.example/\" poster=\"https://a.example/\"></video><link rel=\"stylesheet\" href=\"https://a.example/\"><p>f</p>",
        &format!("<p>{}</p>", "&amp;".repeat(2000)),
        &format!("<p>{}</p>", "1:".repeat(5000)),
    ] {
        let notes = clean_html(html);
        for preview in in_apps(&Episode { notes: &notes, chapters: &[], chapters_in_file: false }) {
            assert_eq!(clean_html(&preview.notes).html, preview.notes, "{html}: {:?}", preview.app);
            // A quotation mark among words is one; in a tag it would end a value.
            let tags = preview.notes.split('<').skip(1).filter_map(|part| part.split('>').next());
            // Pictures are taken out, or come from the library, before a frame shows them (`notesPictures.ts`).
            let known = |name: &str| !["script", "style", "svg", "iframe", "video", "link", "use"].contains(&name);
            let quiet = |tag: &str| {
                !["onclick", "onerror", "onload", "onmouse", "style=", "srcset"].iter().any(|word| tag.contains(word))
            };
            let harmless = |tag: &str| known(tag.split(' ').next().unwrap_or_default()) && quiet(tag);
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
