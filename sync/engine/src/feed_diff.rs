//! How two feeds differ, as listeners and their apps see it; and three feeds side by side, for a conflict. Pure.

use crate::feed_tree::{FeedItem, FeedTree, Tag, Tags};
use crate::published::PublishedFeed;
use hearthcast_model::history::{ConflictItem, FeedDiff, FetchedAgain, ItemChange, Moved, Side, TagChange, Turned};
use hearthcast_model::plan::ChangeKind;
use std::collections::{BTreeMap, BTreeSet};

/// Tags whose address a listener's app fetches.
const ADDRESSES: &[(&str, &str)] =
    &[("enclosure", "url"), ("itunes:image", "href"), ("podcast:transcript", "url"), ("podcast:chapters", "url")];

/// Longest words of a tag that are told, in characters.
const TOLD: usize = 400;

/// Compares two feeds with their pages; `None` where one of them cannot be read.
pub fn compare(before: &PublishedFeed, after: &PublishedFeed) -> Option<FeedDiff> {
    Some(of_trees(&FeedTree::whole(before)?, &FeedTree::whole(after)?))
}

pub(crate) fn of_trees(before: &FeedTree, after: &FeedTree) -> FeedDiff {
    let mut diff = FeedDiff::default();
    let (old, new) = (by_guid(before), by_guid(after));
    // Behind the last one that both have stands what a page that is not known may have had as well.
    let common = after.items.iter().rposition(|item| old.contains_key(item.guid.as_str()));
    for (at, item) in after.items.iter().enumerate() {
        match old.get(item.guid.as_str()) {
            Some(was) => same_guid(was, item, &mut diff),
            None if before.more && common.is_some_and(|common| at > common) => {}
            None => diff.items.push(changed(item, ChangeKind::Added)),
        }
    }
    let common = before.items.iter().rposition(|item| new.contains_key(item.guid.as_str()));
    for (at, item) in before.items.iter().enumerate() {
        let may_be_on_a_page = after.more && common.is_none_or(|common| at > common);
        if !new.contains_key(item.guid.as_str()) && !may_be_on_a_page {
            diff.items.push(changed(item, ChangeKind::Removed));
        }
    }
    diff.turned = turned(before, after);
    tags(None, &after.title, &before.tags, &after.tags, &mut diff);
    renamed(before, after, &mut diff);
    diff
}

/// What stood at the feed's own address and stands on a page behind it now.
fn turned(before: &FeedTree, after: &FeedTree) -> Option<Turned> {
    let first: BTreeSet<&str> = before.items.iter().take(before.newest).map(|item| item.guid.as_str()).collect();
    let behind = after.items.iter().skip(after.newest).map(|item| item.guid.as_str());
    let episodes = behind.filter(|guid| first.contains(guid)).count() as u64;
    (episodes > 0).then_some(Turned { episodes, newest: after.newest as u64 })
}

fn by_guid(feed: &FeedTree) -> BTreeMap<&str, &FeedItem> {
    // The first of several counts, so the last inserted must be the first.
    feed.items.iter().rev().map(|item| (item.guid.as_str(), item)).collect()
}

fn changed(item: &FeedItem, kind: ChangeKind) -> ItemChange {
    ItemChange { guid: item.guid.clone(), title: item.title.clone(), kind }
}

fn same_guid(was: &FeedItem, item: &FeedItem, diff: &mut FeedDiff) {
    if was.tags == item.tags {
        return;
    }
    diff.items.push(changed(item, ChangeKind::Changed));
    tags(Some(&item.guid), &item.title, &was.tags, &item.tags, diff);
    if let (Some(before), Some(after)) = (sound(was), sound(item))
        && before != after
    {
        diff.fetched_again.push(FetchedAgain {
            guid: item.guid.clone(),
            title: item.title.clone(),
            apps:
                "programs that remember files by their address; apps that go by the guid keep the sound they have and \
                   fetch the new one only where they have none"
                    .into(),
            why: "the address of its sound changed".into(),
            bytes: length(item),
        });
    }
}

/// Tags that differ, and addresses among them.
fn tags(guid: Option<&str>, title: &str, before: &Tags, after: &Tags, diff: &mut FeedDiff) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (was, is) = (before.get(name), after.get(name));
        if was == is {
            continue;
        }
        let (was, is) = only_differing(was.map_or(&[][..], Vec::as_slice), is.map_or(&[][..], Vec::as_slice));
        let (guid, title) = (guid.map(str::to_string), title.to_string());
        diff.tags.push(TagChange {
            guid: guid.clone(),
            title: title.clone(),
            tag: name.clone(),
            before: words(&was),
            after: words(&is),
        });
        let attribute = ADDRESSES.iter().find(|(tag, _)| tag == name).map(|(_, attribute)| *attribute);
        let Some(attribute) = attribute else { continue };
        for (was, is) in was.iter().zip(&is) {
            if let (Some(before), Some(after)) = (was.attribute(attribute), is.attribute(attribute))
                && before != after
            {
                let (before, after) = (before.to_string(), after.to_string());
                diff.moved.push(Moved { guid: guid.clone(), title: title.clone(), tag: name.clone(), before, after });
            }
        }
    }
}

fn only_differing<'a>(was: &'a [Tag], is: &'a [Tag]) -> (Vec<&'a Tag>, Vec<&'a Tag>) {
    let left = was.iter().filter(|tag| !is.contains(tag)).collect::<Vec<_>>();
    let right = is.iter().filter(|tag| !was.contains(tag)).collect::<Vec<_>>();
    // Only the order changed: all of it is told.
    if left.is_empty() && right.is_empty() { (was.iter().collect(), is.iter().collect()) } else { (left, right) }
}

fn words(tags: &[&Tag]) -> Option<String> {
    let words = tags.iter().map(|tag| tag.words()).collect::<Vec<_>>().join("\n");
    (!tags.is_empty()).then(|| words.chars().take(TOLD).collect())
}

fn address<'a>(tags: &'a Tags, name: &str, attribute: &str) -> Option<&'a str> {
    tags.get(name)?.first()?.attribute(attribute)
}

fn sound(item: &FeedItem) -> Option<&str> {
    address(&item.tags, "enclosure", "url")
}

fn length(item: &FeedItem) -> Option<u64> {
    address(&item.tags, "enclosure", "length")?.parse().ok()
}

/// An item that came with the sound or the title of one that went: apps take it for a new one.
fn renamed(before: &FeedTree, after: &FeedTree, diff: &mut FeedDiff) {
    let kind = |guid: &str, kind| diff.items.iter().any(|item| item.guid == guid && item.kind == kind);
    let gone: Vec<&FeedItem> = before.items.iter().filter(|item| kind(&item.guid, ChangeKind::Removed)).collect();
    let twin = |item: &FeedItem| gone.iter().any(|was| sound(was) == sound(item) || was.title == item.title);
    let new = after.items.iter().filter(|item| kind(&item.guid, ChangeKind::Added) && twin(item));
    let again: Vec<FetchedAgain> = new
        .map(|item| FetchedAgain {
            guid: item.guid.clone(),
            title: item.title.clone(),
            apps: "all apps".into(),
            why: "its guid changed: apps take it for a new episode".into(),
            bytes: length(item),
        })
        .collect();
    diff.fetched_again.extend(again);
}

/// Three feeds: the last one both sides know, the one that is public now, and ours. Only items that differ are told.
/// An item that may stand on a page which is not known is taken for unchanged.
pub fn three_way(
    known: Option<&PublishedFeed>,
    theirs: &PublishedFeed,
    ours: &PublishedFeed,
) -> Option<Vec<ConflictItem>> {
    let known = known.and_then(FeedTree::whole).unwrap_or_default();
    let (theirs, ours) = (FeedTree::whole(theirs)?, FeedTree::whole(ours)?);
    let (more, more_of_theirs) = (known.more, theirs.more);
    let [was, them, us] = [&known, &theirs, &ours].map(|feed| without_dates(&feed.tags));
    let show = side_by_side(None, &ours.title, Some(&was), Some(&them), Some(&us));
    let (was, them, us) = (by_guid(&known), by_guid(&theirs), by_guid(&ours));
    let guids: BTreeSet<&str> = was.keys().chain(them.keys()).chain(us.keys()).copied().collect();
    let items = guids.into_iter().filter_map(|guid| {
        let (was, them, us) = (was.get(guid), them.get(guid), us.get(guid));
        let was = was.or(us.filter(|_| more && them.is_none()));
        let them = them.or(was.filter(|_| more_of_theirs));
        let title = us.or(them).or(was).map_or("", |item| item.title.as_str());
        side_by_side(Some(guid), title, was.map(|i| &i.tags), them.map(|i| &i.tags), us.map(|i| &i.tags))
    });
    Some(show.into_iter().chain(items).collect())
}

/// When a feed was written, and its newest item: nobody changed that.
fn without_dates(tags: &Tags) -> Tags {
    tags.iter()
        .filter(|(name, _)| !matches!(name.as_str(), "lastBuildDate" | "pubDate"))
        .map(|(name, tags)| (name.clone(), tags.clone()))
        .collect()
}

fn side_by_side(
    guid: Option<&str>,
    title: &str,
    known: Option<&Tags>,
    theirs: Option<&Tags>,
    ours: Option<&Tags>,
) -> Option<ConflictItem> {
    let (them, us) = (side(known, theirs), side(known, ours));
    if them == Side::Same && us == Side::Same {
        return None;
    }
    let clash = them != Side::Same && us != Side::Same && theirs != ours;
    let what = if guid.is_some() { format!("\"{title}\"") } else { "What the feed says of the show".into() };
    let sentence = match (them, us) {
        (_, _) if !clash && them == us => format!("{what}: both sides did the same."),
        (Side::Same, us) => format!("{what}: {} here, and as it was there.", word(us)),
        (them, Side::Same) => format!("{what}: {} there, and as it was here.", word(them)),
        (them, us) => format!("{what}: {} there and {} here.", word(them), word(us)),
    };
    let (guid, title) = (guid.map(str::to_string), title.to_string());
    Some(ConflictItem { guid, title, theirs: them, ours: us, clash, sentence })
}

fn side(known: Option<&Tags>, now: Option<&Tags>) -> Side {
    match (known, now) {
        (None, Some(_)) => Side::Added,
        (Some(_), None) => Side::Removed,
        (Some(was), Some(is)) if was != is => Side::Changed,
        _ => Side::Same,
    }
}

fn word(side: Side) -> &'static str {
    match side {
        Side::Same => "unchanged",
        Side::Added => "new",
        Side::Changed => "changed",
        Side::Removed => "taken out",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(guid: &str, title: &str, url: &str) -> String {
        format!(
            "<item><title>{title}</title><guid>{guid}</guid><enclosure url=\"{url}\" length=\"9\" type=\"a\"/></item>"
        )
    }

    fn feed(items: &[String]) -> PublishedFeed {
        PublishedFeed::alone(format!("<rss><channel><title>T</title>{}</channel></rss>", items.concat()))
    }

    #[test]
    fn a_feed_is_as_itself() {
        let one = feed(&[item("a", "A", "u1")]);
        assert_eq!(compare(&one, &one).unwrap(), FeedDiff::default());
    }

    #[test]
    fn what_comes_goes_and_moves_is_told() {
        let before = feed(&[item("a", "A", "u1"), item("b", "B", "u2"), item("c", "C", "u3")]);
        let after = feed(&[item("d", "D", "u4"), item("a", "A", "u9"), item("b", "B!", "u2")]);
        let diff = compare(&before, &after).unwrap();
        let kinds: Vec<(&str, ChangeKind)> = diff.items.iter().map(|i| (i.guid.as_str(), i.kind)).collect();
        use ChangeKind::{Added, Changed, Removed};
        assert_eq!(kinds, [("d", Added), ("a", Changed), ("b", Changed), ("c", Removed)]);
        let tags: Vec<(&str, &str)> =
            diff.tags.iter().map(|t| (t.guid.as_deref().unwrap_or(""), t.tag.as_str())).collect();
        assert_eq!(tags, [("a", "enclosure"), ("b", "title")]);
        assert_eq!((diff.tags[1].before.as_deref(), diff.tags[1].after.as_deref()), (Some("B"), Some("B!")));
        assert_eq!((diff.moved[0].before.as_str(), diff.moved[0].after.as_str()), ("u1", "u9"));
        assert_eq!((diff.fetched_again[0].guid.as_str(), diff.fetched_again[0].bytes), ("a", Some(9)));
    }

    #[test]
    fn a_new_guid_for_an_old_sound_is_fetched_by_all() {
        let diff = compare(&feed(&[item("a", "A", "u1")]), &feed(&[item("z", "A", "u1")])).unwrap();
        assert_eq!(diff.fetched_again.len(), 1);
        assert_eq!((diff.fetched_again[0].guid.as_str(), diff.fetched_again[0].apps.as_str()), ("z", "all apps"));
    }

    #[test]
    fn when_a_feed_was_written_is_nobodys_change() {
        let dated = |date: &str| {
            PublishedFeed::alone(format!(
                "<rss><channel><title>S</title><lastBuildDate>{date}</lastBuildDate></channel></rss>"
            ))
        };
        let [known, theirs, ours] = ["Mon", "Tue", "Wed"].map(dated);
        assert_eq!(three_way(Some(&known), &theirs, &ours), Some(vec![]));
    }

    #[test]
    fn three_sides_are_told_apart() {
        let known = feed(&[item("a", "A", "1"), item("b", "B", "2"), item("c", "C", "3")]);
        let theirs = feed(&[item("a", "A theirs", "1"), item("b", "B", "2"), item("c", "C", "3"), item("x", "X", "9")]);
        let ours = feed(&[item("a", "A ours", "1"), item("b", "B ours", "2")]);
        let items = three_way(Some(&known), &theirs, &ours).unwrap();
        let told: Vec<(&str, Side, Side, bool)> =
            items.iter().map(|i| (i.guid.as_deref().unwrap_or(""), i.theirs, i.ours, i.clash)).collect();
        assert_eq!(
            told,
            [
                ("a", Side::Changed, Side::Changed, true),
                ("b", Side::Same, Side::Changed, false),
                ("c", Side::Same, Side::Removed, false),
                ("x", Side::Added, Side::Same, false),
            ]
        );
        assert_eq!(items[0].sentence, "\"A ours\": changed there and changed here.");
        assert_eq!(items[3].sentence, "\"X\": new there, and as it was here.");
    }

    fn turning(newest: &[&str], pages: &[&[&str]]) -> PublishedFeed {
        let link = |rel: &str| format!("<atom:link rel=\"{rel}\" href=\"https://a.example/{}\"/>", pages.len());
        let items =
            |guids: &[&str]| guids.iter().map(|guid| item(guid, guid, &format!("u-{guid}"))).collect::<String>();
        let own = "<atom:link rel=\"self\" href=\"https://a.example/\"/>";
        let of = |links: String, guids: &[&str]| {
            format!("<rss><channel><title>T</title>{own}{links}{}</channel></rss>", items(guids)).into_bytes()
        };
        let links = if pages.is_empty() { String::new() } else { ["first", "next", "last"].map(link).concat() };
        PublishedFeed { first: of(links, newest), pages: pages.iter().map(|guids| of(link("first"), guids)).collect() }
    }

    fn told(diff: &FeedDiff) -> Vec<(&str, ChangeKind)> {
        diff.items.iter().map(|item| (item.guid.as_str(), item.kind)).collect()
    }

    #[test]
    fn a_page_that_is_turned_takes_no_episode_away() {
        let before = turning(&["d", "c", "b"], &[&["a"]]);
        let after = turning(&["e"], &[&["a"], &["c", "b"], &["d"]]);
        let diff = compare(&before, &after).unwrap();
        assert_eq!(told(&diff), [("e", ChangeKind::Added)]);
        assert_eq!(diff.tags, [], "how it is cut is no news of the show");
        assert_eq!(diff.turned, Some(Turned { episodes: 3, newest: 1 }));
        let gone = turning(&["e"], &[&["a"], &["c"], &["d"]]);
        assert_eq!(told(&compare(&before, &gone).unwrap()), [("e", ChangeKind::Added), ("b", ChangeKind::Removed)]);
        assert_eq!(told(&compare(&before, &turning(&["d", "c", "b"], &[&["x"]])).unwrap()).len(), 2);
    }

    #[test]
    fn of_pages_that_are_not_known_nothing_is_told() {
        let whole = turning(&["d", "c"], &[&["a"], &["b"]]);
        let part = PublishedFeed::alone(turning(&["e", "d", "c"], &[&["a"], &["b"]]).first);
        assert_eq!(told(&compare(&part, &whole).unwrap()), [("e", ChangeKind::Removed)]);
        assert_eq!(told(&compare(&whole, &part).unwrap()), [("e", ChangeKind::Added)]);
        let alone = PublishedFeed::alone(turning(&["d"], &[&["a"]]).first);
        assert_eq!(told(&compare(&whole, &alone).unwrap()), []);
        assert_eq!(three_way(Some(&whole), &part, &whole).unwrap().len(), 1);
        assert_eq!(three_way(Some(&alone), &alone, &whole).unwrap(), []);
    }
}
