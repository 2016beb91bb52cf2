//! What Hearthcast can do about findings by itself, as new bodies of records; nothing is written here. Making a cover again
//! and trying an address need more than facts: the studio does that, and hands in what came of it.

use crate::rules::namespace::{is_identifier, is_same};
use crate::values::{addresses, is_insecure};
use crate::{EpisodeFacts, Facts};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::feed_shape::FeedHtml;
use hearthcast_model::{Episode, EpisodeId, EpisodeNumber, Person, Show};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Episodes of a page of a large feed.
const PAGE: u32 = 100;
/// Fields that hold addresses, in all records; guids are none of them.
const ADDRESS_FIELDS: [&str; 9] =
    ["link", "hub", "img", "href", "url", "account_url", "feed_url", "chapters_url", "stream_url"];
/// What is not looked into: other people's elements stay as they were.
const LEFT_ALONE: [&str; 3] = ["foreign", "notes", "description"];

/// What records would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    /// The show, if it would change.
    pub show: Option<Show>,
    /// The episodes that would change.
    pub episodes: Vec<(EpisodeId, Episode)>,
}

/// What the rules' fixes make of a show, for rules by id or code. `secure` names addresses that answer over https, too, with
/// what to put in their place. Rules without a fix, and those the studio mends, change nothing.
pub fn mend(facts: &Facts, codes: &[String], secure: &BTreeMap<String, String>) -> Mended {
    let mut mending =
        Mending { show: facts.show.clone(), episodes: facts.episodes.iter().map(|one| one.episode.clone()).collect() };
    for code in codes {
        mending.apply(facts, code.strip_prefix("check.").unwrap_or(code), secure);
    }
    let changed = facts.episodes.iter().zip(mending.episodes).filter(|(before, after)| before.episode != after);
    Mended {
        episodes: changed.map(|(before, after)| (before.id.clone(), after)).collect(),
        show: Some(mending.show).filter(|show| show != facts.show),
    }
}

/// Addresses that are not https, each once.
pub fn insecure_addresses(facts: &Facts) -> BTreeSet<String> {
    let all = addresses(facts);
    all.iter().filter(|value| is_insecure(value.text)).map(|value| value.text.to_string()).collect()
}

struct Mending {
    show: Show,
    episodes: Vec<Episode>,
}

impl Mending {
    fn apply(&mut self, facts: &Facts, id: &str, secure: &BTreeMap<String, String>) {
        match id {
            "language_case" => self.show.language.make_ascii_lowercase(),
            "text_spaces" => self.lines(|text| text.trim().to_string()),
            "text_control" => self.lines(without_controls),
            "category_repeated" => once(&mut self.show.categories, |a, b| a == b),
            "explicit_show" => self.show.explicit = true,
            "description_missing" => self.describe(),
            "owner_name_missing" => self.show.owner_name = self.show.author.clone(),
            "feed_large" => self.show.feed_page = PAGE,
            "notes_html" => self.show.feed_html = FeedHtml::Directories,
            "podcast_guid_changed" => {
                self.show.podcast_guid = facts.released.and_then(|released| released.podcast_guid.clone());
            }
            "number_missing" => self.number(),
            "person_repeated" => {
                let same = |a: &Person, b: &Person| is_same(a, b);
                once(&mut self.show.persons, same);
                self.each(|episode, _| once(&mut episode.persons, same), facts);
            }
            "license_case" => self.small_licenses(facts),
            "guid_changed" => self.each(take_guid, facts),
            "guid_not_address" => self.each(not_address, facts),
            "date_moved" => self.each(take_date, facts),
            "chapter_order" => self.each(|one, _| one.chapters.sort_by_key(|chapter| chapter.start_ms), facts),
            "address_insecure" => self.secure(secure),
            _ => (),
        }
    }

    fn each(&mut self, change: impl Fn(&mut Episode, &EpisodeFacts), facts: &Facts) {
        for (episode, one) in self.episodes.iter_mut().zip(facts.episodes) {
            change(episode, one);
        }
    }

    fn lines(&mut self, clean: impl Fn(&str) -> String) {
        let show = &mut self.show;
        for text in [&mut show.title, &mut show.author, &mut show.owner_name, &mut show.copyright] {
            *text = clean(text);
        }
        for episode in &mut self.episodes {
            episode.title = clean(&episode.title);
        }
    }

    /// The words under the name, if there are any and they can be notes.
    fn describe(&mut self) {
        if let Ok(notes) = hearthcast_text::notes(&self.show.tagline)
            && !self.show.tagline.trim().is_empty()
        {
            self.show.description = notes;
        }
    }

    /// The next numbers of each season, by date; those without a date come last.
    fn number(&mut self) {
        let counted = |one: &&mut Episode| one.kind == EpisodeKind::Full;
        let mut last: BTreeMap<Option<u32>, u32> = BTreeMap::new();
        for one in self.episodes.iter_mut().filter(counted) {
            let highest = last.entry(one.season).or_default();
            *highest = (*highest).max(one.number.map_or(0, EpisodeNumber::floor));
        }
        let mut bare: Vec<&mut Episode> = self
            .episodes
            .iter_mut()
            .filter(counted)
            .filter(|one| one.number.is_none_or(EpisodeNumber::is_zero))
            .collect();
        bare.sort_by_key(|one| one.publish_at_ms.unwrap_or(i64::MAX));
        for one in bare {
            let highest = last.entry(one.season).or_default();
            *highest = highest.saturating_add(1);
            one.number = Some((*highest).into());
        }
    }

    fn small_licenses(&mut self, facts: &Facts) {
        let small = |id: &mut String| {
            if is_identifier(id.trim()) {
                id.make_ascii_lowercase();
            }
        };
        if let Some(license) = &mut self.show.tags.license {
            small(&mut license.id);
        }
        for live in &mut self.show.tags.live_items {
            if let Some(license) = &mut live.tags.license {
                small(&mut license.id);
            }
        }
        self.each(
            |episode, _| {
                if let Some(license) = &mut episode.tags.license {
                    small(&mut license.id);
                }
            },
            facts,
        );
    }

    fn secure(&mut self, secure: &BTreeMap<String, String>) {
        if secure.is_empty() {
            return;
        }
        self.show = with_addresses(&self.show, secure);
        for episode in &mut self.episodes {
            *episode = with_addresses(episode, secure);
        }
    }
}

fn without_controls(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || !hearthcast_text::chars::is_xml(c) { ' ' } else { c }).collect()
}

fn take_guid(episode: &mut Episode, one: &EpisodeFacts) {
    if let Some(released) = one.released.filter(|released| !released.guid.is_empty()) {
        episode.guid = released.guid.clone();
    }
}

fn take_date(episode: &mut Episode, one: &EpisodeFacts) {
    if let Some(at) = one.released.and_then(|released| released.publish_at_ms) {
        episode.publish_at_ms = Some(at);
    }
}

fn not_address(episode: &mut Episode, _: &EpisodeFacts) {
    if !episode.guid.starts_with("http") {
        episode.guid_is_permalink = false;
    }
}

/// Leaves the first of several that are the same.
fn once<T>(list: &mut Vec<T>, same: impl Fn(&T, &T) -> bool) {
    let mut kept: Vec<T> = vec![];
    for one in list.drain(..) {
        if !kept.iter().any(|before| same(before, &one)) {
            kept.push(one);
        }
    }
    *list = kept;
}

/// A record with other addresses in it; as it is where that cannot be.
fn with_addresses<T: Serialize + DeserializeOwned + Clone>(record: &T, others: &BTreeMap<String, String>) -> T {
    let Ok(mut value) = serde_json::to_value(record) else { return record.clone() };
    replace(&mut value, others);
    serde_json::from_value(value).unwrap_or_else(|_| record.clone())
}

fn replace(value: &mut Value, others: &BTreeMap<String, String>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| replace(one, others)),
        Value::Object(fields) => {
            for (name, inside) in fields.iter_mut().filter(|(name, _)| !LEFT_ALONE.contains(&name.as_str())) {
                match inside {
                    Value::String(text) if ADDRESS_FIELDS.contains(&name.as_str()) => {
                        if let Some(other) = others.get(text.as_str()) {
                            text.clone_from(other);
                        }
                    }
                    other => replace(other, others),
                }
            }
        }
        _ => (),
    }
}
