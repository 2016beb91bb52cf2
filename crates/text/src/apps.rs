//! Shapes an episode as podcast apps do. Pure: the same episode gives the same previews, and each tells which rules made it so.
//! What it is not: an app. Fonts and sizes are ours; what is shown at all, and how much of it, is theirs.

mod effects;
mod gaps;
mod notes;
mod rules;

use crate::note_times::listed_lines;
use crate::plain::plain_of;
use crate::sanitize::{SANITIZER_VERSION, clean_html};
use effects::{Effect, FEWEST_TAGS, Heading, Rule, SHORTEST_END, Where};
use gaps::GAPS;
use hearthcast_model::app::{App, AppChapters, AppColours, AppList, AppPage, AppPreview, AppRule};
use hearthcast_model::{Chapter, SafeHtml};
use notes::{Tags, cut, link_addresses, link_times};
use rules::RULES;

/// Longest beginning of notes in a list, characters.
const EXCERPT: usize = 200;

/// Longest notes that are previewed, characters with tags: no screen shows more, and each rule is tried on all of them.
const LONGEST: usize = 60_000;

/// Fewer times in notes make no chapters.
const FEWEST_TIMES: usize = 3;

/// A list of which nothing is known: the beginning of the notes, and ours for the rest.
const USUAL: AppList =
    AppList { words: true, title_lines: None, corner_percent: 0, capitals: false, length_below: false, size: false };

/// What apps get of an episode.
#[derive(Debug, Clone, Copy)]
pub struct Episode<'a> {
    /// Its notes as the feed has them.
    pub notes: &'a SafeHtml,
    /// Its chapters, hidden ones left out.
    pub chapters: &'a [Chapter],
    /// Whether the chapters stand in the sound file, too.
    pub chapters_in_file: bool,
}

/// The episode in every app.
pub fn in_apps(episode: &Episode) -> Vec<AppPreview> {
    let short = cut(&episode.notes.html, LONGEST);
    let shortened = short.len() < episode.notes.html.len();
    let notes = if shortened { clean_html(&short) } else { episode.notes.clone() };
    let episode = Episode { notes: &notes, ..*episode };
    let of = |app: &App| shaped(*app, &episode, RULES.iter().filter(|rule| rule.app == *app));
    App::ALL.iter().map(|app| AppPreview { shortened, ..of(app) }).collect()
}

fn shaped<'a>(app: App, episode: &Episode, rules: impl Iterator<Item = &'a Rule>) -> AppPreview {
    let rules: Vec<&Rule> = rules.collect();
    let mut preview = made(app, episode, &rules);
    // A rule that changes nothing of this episode explains nothing of it.
    let html = &episode.notes.html;
    let matters = |rule: &&Rule| match rule.effect {
        Effect::Tells => true,
        // What shows everything explains something where another app shows less.
        Effect::KeepsAll => Tags { kept: Some(FEWEST_TAGS), headings: None }.applied(html) != *html,
        Effect::Whole => html.chars().nth(SHORTEST_END).is_some(),
        _ => {
            let without: Vec<&Rule> = rules.iter().copied().filter(|other| other.id != rule.id).collect();
            made(app, episode, &without) != preview
        }
    };
    let told = rules.iter().copied().filter(matters);
    let told = told.map(|rule| (rule.id, rule.says, Some(rule.source)));
    let gaps = GAPS.iter().filter(|gap| gap.app == app).map(|gap| (gap.id, gap.says, None));
    preview.rules = told.chain(gaps).map(explained).collect();
    preview
}

fn explained((id, says, source): (&str, &str, Option<&str>)) -> AppRule {
    AppRule { id: id.into(), says: says.into(), source: source.map(str::to_string) }
}

/// The preview without its explanation.
fn made(app: App, episode: &Episode, rules: &[&Rule]) -> AppPreview {
    let mut notes = episode.notes.html.clone();
    let mut tags = Tags::default();
    let (mut chapters, mut covered_percent, mut link_colour) = (episode.chapters.to_vec(), 0, None);
    let (mut chapters_from, mut colours) = (None, AppColours::default());
    let (mut addresses, mut times) = (false, false);
    let (mut list, mut page, mut corner_percent) = (USUAL, AppPage::default(), 0);
    for rule in rules {
        match rule.effect.clone() {
            Effect::Keeps(kept) => tags.kept = Some(kept),
            Effect::Headings(heading) => tags.headings = Some(heading == Heading::Bold),
            Effect::Cuts(most) => notes = cut(&notes, most),
            Effect::KeepsAll | Effect::Whole | Effect::Tells => {}
            Effect::LinksAddresses => addresses = true,
            Effect::LinksTimes => times = true,
            Effect::Chapters(place) => {
                let (shown, from) = taken(episode, place);
                (chapters, chapters_from) = (shown, Some(from));
            }
            Effect::Colours(known) => colours = known,
            Effect::Covers(percent) => covered_percent = percent,
            Effect::Corners(percent) => corner_percent = percent,
            Effect::LinkColour(colour) => link_colour = Some(colour.to_string()),
            Effect::Lists(shape) => list = shape,
            Effect::ShowArt => page.show_art = true,
        }
    }
    let mut notes = tags.applied(&notes);
    if addresses {
        notes = link_addresses(&notes);
    }
    if times {
        notes = link_times(&notes);
    }
    // Cleaned once more: what was cut is closed, and nothing above is trusted to write HTML.
    let safe = clean_html(&notes);
    let plain = plain_of(&SafeHtml { html: safe.html.clone(), sanitizer_version: SANITIZER_VERSION });
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let excerpt = if list.words { words.chars().take(EXCERPT).collect() } else { String::new() };
    AppPreview {
        app,
        name: app.name().into(),
        notes: safe.html,
        excerpt,
        shortened: false,
        list: AppList { corner_percent, ..list },
        page,
        chapters_from: chapters_from.filter(|_| !chapters.is_empty()),
        chapters,
        covered_percent,
        colours,
        link_colour,
        rules: vec![],
    }
}

/// Chapters that an app takes from a place, and where they stood there.
fn taken(episode: &Episode, place: Where) -> (Vec<Chapter>, AppChapters) {
    match place {
        Where::File if episode.chapters_in_file => (episode.chapters.to_vec(), AppChapters::File),
        Where::File => (vec![], AppChapters::File),
        Where::FeedOrNotes if episode.chapters.is_empty() => (of_times(episode.notes), AppChapters::Notes),
        Where::Feed | Where::FeedOrNotes => (episode.chapters.to_vec(), AppChapters::Feed),
    }
}

/// Chapters made of times in notes: of three or more in their order, the first where the sound begins.
fn of_times(notes: &SafeHtml) -> Vec<Chapter> {
    let lines = listed_lines(notes);
    let begins = lines.first().is_some_and(|(at_ms, _)| *at_ms == 0);
    let ordered = lines.iter().zip(lines.iter().skip(1)).all(|(before, after)| before.0 < after.0);
    if lines.len() < FEWEST_TIMES || !begins || !ordered {
        return vec![];
    }
    lines.into_iter().map(|(start_ms, title)| Chapter::new(start_ms, title)).collect()
}

#[cfg(test)]
mod tests;
