//! What apps make of one feed in the place of another one: of what they know published episodes by, and the word that has to
//! be typed first. Pure. What it is not: the guard of records (`guard`); here only what the feeds say counts.

use crate::feed_tree::{FeedItem, FeedTree};
use crate::guard::nothing_yet;
use crate::published::PublishedFeed;
use crate::said::date_of;
use hearthcast_model::guard::{Consequence, EXAMPLES, KnownBy, Swap};
use hearthcast_model::plan::Plan;
use hearthcast_model::{Code, Error};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Adds to a plan what apps make of the difference between two feeds; feeds that cannot be read differ in nothing.
pub fn told(plan: &mut Plan, before: &PublishedFeed, after: &PublishedFeed) {
    let (Some(was), Some(is)) = (FeedTree::whole(before), FeedTree::whole(after)) else { return };
    let found = between(&was, &is);
    let told = |what| found.iter().any(|one: &Consequence| one.what == what);
    plan.consequences.retain(|one| !told(one.what));
    plan.consequences.extend(found);
    plan.consequences.sort_by_key(|one| one.what);
}

/// Whether a plan changes something of what apps know episodes by that has to be confirmed.
pub fn must_be_confirmed(plan: &Plan) -> bool {
    plan.consequences.iter().any(|one| one.to_confirm)
}

/// Lets a plan wait until `word` was typed: `why` says what it changes, `how` what is typed again.
pub fn ask(plan: &mut Plan, word: &str, typed: Option<&str>, why: &str, how: &str) {
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty());
    if typed == Some(word) {
        return;
    }
    plan.blockers.retain(|blocker| blocker.code != Code::GuardConfirm);
    let what = match typed {
        Some(typed) => format!("\"{typed}\" is not what has to be typed: {word}. Nothing was changed."),
        None => why.to_string(),
    };
    let hint = format!("Read what changes; if that is meant, type: {how} --confirm \"{word}\"");
    plan.blockers.push(Error::new(Code::GuardConfirm, what).hint(hint).about("guard", word));
    plan.confirm = Some(word.into());
    plan.steps.clear();
    plan.manifest = None;
}

/// What apps know episodes by, and what of it is another one.
fn between(was: &FeedTree, is: &FeedTree) -> Vec<Consequence> {
    let mut found: BTreeMap<KnownBy, Consequence> = BTreeMap::new();
    let mut note = |what: KnownBy, title: &str, before: String, after: String| {
        let told = found
            .entry(what)
            .or_insert_with(|| Consequence { to_confirm: what != KnownBy::Sound, ..nothing_yet(what) });
        told.episodes = told.episodes.saturating_add(1);
        if told.examples.len() < EXAMPLES {
            told.examples.push(Swap { title: title.into(), before, after });
        }
    };
    let ours: HashMap<&str, &FeedItem> = is.items.iter().rev().map(|item| (item.guid.as_str(), item)).collect();
    let theirs: BTreeSet<&str> = was.items.iter().map(|item| item.guid.as_str()).collect();
    for item in &was.items {
        let Some(now) = ours.get(item.guid.as_str()) else {
            // The same sound or title under a guid that is new: apps take it for another episode.
            let same = |other: &&FeedItem| {
                let heard = sound(other, "url").is_some() && sound(other, "url") == sound(item, "url");
                !theirs.contains(other.guid.as_str()) && (heard || other.title == item.title)
            };
            if let Some(other) = is.items.iter().find(same) {
                note(KnownBy::Guid, &item.title, item.guid.clone(), other.guid.clone());
            }
            continue;
        };
        if let ((Some(before), text_before), (Some(after), text_after)) = (date_of(item), date_of(now))
            && before.div_euclid(1000) != after.div_euclid(1000)
        {
            note(KnownBy::Date, &item.title, text_before, text_after);
        }
        match (sound(item, "url"), sound(now, "url")) {
            (Some(before), Some(after)) if before != after => note(KnownBy::Address, &item.title, before, after),
            (Some(url), Some(_)) if sound(item, "length") != sound(now, "length") => {
                let length = |item| format!("{url} ({})", sound(item, "length").unwrap_or_default());
                note(KnownBy::Sound, &item.title, length(item), length(now));
            }
            _ => {}
        }
    }
    found.into_values().collect()
}

fn sound(item: &FeedItem, attribute: &str) -> Option<String> {
    Some(item.tags.get("enclosure")?.first()?.attribute(attribute)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Why, the feed that comes, and what apps make of it.
    type Case<'a> = (&'a str, Vec<(&'a str, &'a str, &'a str, u32)>, &'a [(KnownBy, bool)]);

    /// A feed; guid, date, address and length of each item.
    fn feed(items: &[(&str, &str, &str, u32)]) -> FeedTree {
        let item = |(guid, date, url, length): &(&str, &str, &str, u32)| {
            format!(
                "<item><title>T {url}</title><guid>{guid}</guid><pubDate>{date}</pubDate>\
                 <enclosure url=\"{url}\" length=\"{length}\" type=\"audio/mpeg\"/></item>"
            )
        };
        let items: String = items.iter().map(item).collect();
        FeedTree::read(format!("<rss><channel><title>S</title>{items}</channel></rss>").as_bytes()).unwrap()
    }

    #[test]
    fn what_apps_know_episodes_by_is_found_in_two_feeds() {
        const ONE: &str = "Mon, 01 Jan 2024 10:00:00 +0100";
        let was = [("g", ONE, "https://a/1.mp3", 7)];
        let cases: [Case; 7] = [
            (
                "the same instant in another zone",
                vec![("g", "Mon, 01 Jan 2024 09:00:00 GMT", "https://a/1.mp3", 7)],
                &[],
            ),
            ("another guid", vec![("h", ONE, "https://a/1.mp3", 7)], &[(KnownBy::Guid, true)]),
            (
                "another date",
                vec![("g", "Mon, 01 Jan 2024 10:00:01 +0100", "https://a/1.mp3", 7)],
                &[(KnownBy::Date, true)],
            ),
            ("another address", vec![("g", ONE, "https://b/1.mp3", 7)], &[(KnownBy::Address, true)]),
            ("another sound there", vec![("g", ONE, "https://a/1.mp3", 8)], &[(KnownBy::Sound, false)]),
            ("it leaves the feed", vec![], &[]),
            ("one more", vec![("g", ONE, "https://a/1.mp3", 7), ("n", ONE, "https://a/2.mp3", 7)], &[]),
        ];
        for (why, is, expected) in cases {
            let found = between(&feed(&was), &feed(&is));
            let kinds: Vec<_> = found.iter().map(|one| (one.what, one.to_confirm)).collect();
            assert_eq!(kinds, expected, "{why}");
        }
    }
}
