//! The recorded feed of spodcat 0.11.0 against ours, element by element and attribute by attribute. Both become lists of facts. What
//! may differ is one of the rules below and nothing else: an extra or missing element fails, and so does a rule that nothing needs.

use crate::golden::renamed;
use crate::recorded::{act, fixture};
use crate::table::rows_of;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;

/// A fact: where it stands (`channel/item[0]/enclosure@type`), and what it says.
type Fact = (String, String);

/// What may differ, by the end of the place.
enum Rule {
    /// Only spodcat writes it, and what is inside.
    Theirs(&'static str, &'static str),
    /// Only we write it, and what is inside.
    Ours(&'static str, &'static str),
    /// Both write it; the recorded value becomes ours by this.
    Becomes(&'static str, fn(&str) -> String, &'static str),
    /// Both write it; the value is another one.
    Other(&'static str, &'static str),
}

const RULES: [Rule; 22] = [
    Rule::Theirs("channel/docs", "where RSS is described"),
    Rule::Theirs("channel/image", "RSS's own picture of at most 144 pixels; apps read itunes:image"),
    Rule::Theirs("podcast:images", "deprecated by the namespace"),
    Rule::Theirs("item/author", "an e-mail address for everybody's eyes; persons have podcast:person"),
    Rule::Theirs("item/itunes:author", "as the channel's"),
    Rule::Ours("channel/pubDate", "the newest episode's"),
    Rule::Ours("channel/itunes:explicit", "Apple and PSP-1 want it"),
    Rule::Ours("channel/podcast:locked", "whether other hosts may take the feed"),
    Rule::Ours("item/itunes:title", "Apple reads it"),
    Rule::Ours("item/podcast:season", "the namespace's"),
    Rule::Ours("item/psc:chapters", "chapters for apps that load no file"),
    Rule::Ours("item[1]/itunes:episode", "golden's rule 4: the episode is 2"),
    Rule::Becomes("item[1]/podcast:episode", |_| "2".into(), "golden's rule 4: the episode is 2"),
    Rule::Becomes("channel/generator", |_| "Hearthcast".into(), "who wrote it"),
    Rule::Becomes(
        "channel/description",
        |_| ABOUT.into(),
        "the show's words, which apps show, in place of its tagline",
    ),
    Rule::Becomes("item/description", html_of, "HTML, which apps show, in place of Markdown with its marks"),
    Rule::Becomes("item/content:encoded", sanitised, "golden's rule 5: no pictures, no target"),
    Rule::Becomes("item/itunes:summary", without_marks, "plain words in place of Markdown with its marks"),
    Rule::Other("channel/podcast:guid", "of our own address (golden's rule 1)"),
    Rule::Other("channel/lastBuildDate", "the newest change, which is the publication's"),
    Rule::Other("enclosure@length", "another file of the same name: the recorded sounds are not kept"),
    Rule::Other("podcast:chapters@url", "a file of the show (golden's rule 2)"),
];

/// The show's description in plain words.
const ABOUT: &str = "About\n\nA podcast about radio & feeds.\n\nsite";

/// Of spodcat's notes, the Markdown of the scene's.
fn html_of(markdown: &str) -> String {
    hearthcast_text::notes(markdown).unwrap().safe.html.trim().into()
}

fn sanitised(html: &str) -> String {
    let picture = html.find("<p><img").map(|at| at..at + html[at..].find("</p>\n").unwrap() + "</p>\n".len());
    let mut html = html.to_string();
    picture.into_iter().for_each(|range| html.replace_range(range, ""));
    html.replace(" target=\"_blank\"", "").replace("</ul><p>", "</ul>\n<p>")
}

fn without_marks(markdown: &str) -> String {
    let mut words = markdown.replace("**", "");
    while let Some(at) = words.find("](") {
        let end = at + words[at..].find(')').unwrap();
        words.replace_range(at..=end, "");
    }
    words.replace('[', "")
}

#[test]
pub fn the_recorded_feed_comes_out_the_same() {
    let act = act();
    let body = act.get("/podcasts/test-podcast/rss/").expect(200).body;
    let ours = facts(&String::from_utf8_lossy(&body));
    let theirs = facts(&renamed(&act, &fixture("rss.xml")));
    let mut needed = BTreeSet::new();
    let theirs = side(theirs, &mut needed, true);
    let ours = side(ours, &mut needed, false);
    assert_eq!(ours, theirs);
    let unused: Vec<String> = (0..RULES.len()).filter(|n| !needed.contains(n)).map(|n| RULES[n].to_string()).collect();
    assert!(unused.is_empty(), "rules that nothing needs: {unused:?}");
    let compared = ["rss", "rss-accept-html"].map(String::from);
    assert_eq!(rows_of("feed::the_recorded_feed_comes_out_the_same"), BTreeSet::from(compared));
    // The second one says what it would like; it gets the feed.
    assert_eq!(fixture("rss-accept-html.xml"), fixture("rss.xml"));
    assert_eq!(act.scene.get("/podcasts/test-podcast/rss/", &[("Accept", "text/html")]).expect(200).body, body);
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (place, why) = self.said();
        write!(f, "{place}: {why}")
    }
}

impl Rule {
    /// Where it holds, and why.
    fn said(&self) -> (&'static str, &'static str) {
        match self {
            Rule::Theirs(place, why) | Rule::Ours(place, why) => (place, why),
            Rule::Becomes(place, _, why) | Rule::Other(place, why) => (place, why),
        }
    }

    /// Whether it is about this fact. `item/` stands for any item.
    fn holds(&self, place: &str) -> bool {
        let unnumbered = (0..9).fold(place.to_string(), |place, n| place.replace(&format!("item[{n}]"), "item"));
        let (rule, whole) = (self.said().0, matches!(self, Rule::Theirs(..) | Rule::Ours(..)));
        let within = |place: &str| ["/", "@"].into_iter().any(|next| place.contains(&format!("{rule}{next}")));
        [place, &unnumbered].into_iter().any(|place| place.ends_with(rule) || (whole && within(place)))
    }
}

/// The facts of one side after the rules, in no order: RSS gives none to a show's or an item's elements.
fn side(facts: Vec<Fact>, needed: &mut BTreeSet<usize>, recorded: bool) -> Vec<Fact> {
    let mut kept = vec![];
    for (place, value) in facts {
        let rule = RULES.iter().enumerate().find(|(_, rule)| rule.holds(&place));
        needed.extend(rule.map(|(n, _)| n));
        let value = match rule.map(|(_, rule)| rule) {
            Some(Rule::Theirs(..)) if recorded => continue,
            Some(Rule::Ours(..)) if !recorded => continue,
            Some(Rule::Becomes(_, map, _)) if recorded => map(&value),
            Some(Rule::Other(..)) => "another".into(),
            _ => value,
        };
        kept.push((place, value));
    }
    kept.sort();
    kept
}

/// Every text and every attribute of a feed. Items are numbered; an element without either is a fact, too.
fn facts(feed: &str) -> Vec<Fact> {
    let (mut reader, mut path, mut facts) = (Reader::from_str(feed), Vec::<String>::new(), vec![]);
    let mut items = 0;
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                note(&mut path, &mut items, &tag, &mut facts);
                text.clear();
            }
            Event::Empty(tag) => {
                note(&mut path, &mut items, &tag, &mut facts);
                path.pop();
            }
            Event::End(_) => {
                if !text.trim().is_empty() {
                    facts.push((path.join("/"), text.trim().to_string()));
                }
                text.clear();
                path.pop();
            }
            Event::Text(piece) => text.push_str(&piece.xml_content(quick_xml::XmlVersion::Implicit1_0)),
            Event::GeneralRef(name) => text.push_str(match &name.xml_content(quick_xml::XmlVersion::Implicit1_0)[..] {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                other => panic!("&{other};"),
            }),
            Event::CData(piece) => text.push_str(&piece.xml_content(quick_xml::XmlVersion::Implicit1_0)),
            Event::Eof => return facts,
            _ => {}
        }
    }
}

fn note(path: &mut Vec<String>, items: &mut usize, tag: &BytesStart, facts: &mut Vec<Fact>) {
    let mut name = tag.name().as_ref().to_string();
    if name == "item" {
        name = format!("item[{items}]");
        *items += 1;
    }
    path.push(name);
    let here = path.join("/");
    for attribute in tag.attributes().map(Result::unwrap) {
        let key = attribute.key.as_ref().to_string();
        if !key.starts_with("xmlns") {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
            facts.push((format!("{here}@{key}"), value.into_owned()));
        }
    }
}
