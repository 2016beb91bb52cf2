//! Rules about the tags of the podcast namespace (FEED.md §1): what a tag may hold, so that no app drops it without a word.

pub(crate) mod broadcast;
mod others;
mod said;

use crate::Facts;
use crate::rule::{Look, NAMESPACE, Rule};
use crate::told::Told;
use crate::values::{Whose, tag_texts};
use hearthcast_model::Person;
use hearthcast_model::namespace::IntegrityKind;
use hearthcast_model::namespace::words::{is_geo, is_osm};
use others::{
    block_id, chat_server, frequency_rule, frequency_start, image_ratio, publisher_medium, remote_item_guid,
    social_address, social_disabled, txt_long, txt_verify, value_recipients, value_split, value_time_split,
};
use said::everywhere;

const fn warning(id: &'static str, title: &'static str, hint: &'static str, look: fn(&Facts, &mut Told)) -> Rule {
    Rule::warning((id, NAMESPACE, title, hint), Look::Show(look))
}

pub(crate) const RULES: &[Rule] = &[
    warning("tag_blank", "Tags that need words have some.", "Write something, or take it out.", tag_blank),
    warning(
        "tag_long",
        "Texts of the namespace have at most 128 characters, a few 32.",
        "Shorten it: the feed cannot be written with it.",
        tag_long,
    ),
    warning("person_repeated", "A person stands once in a role.", "Take one of the two out.", person_repeated)
        .fixed_if_asked("Leaves each person once."),
    warning(
        "location_geo",
        "Coordinates are written as geo: addresses (RFC 5870).",
        "Write them like geo:53.55,9.99.",
        location_geo,
    ),
    warning("location_osm", "Ids of OpenStreetMap are N, W or R and a number.", "Write it like R62782.", location_osm),
    warning("location_country", "Countries are two letters (ISO 3166).", "Write it like DE.", location_country),
    warning(
        "license_address",
        "A licence of one's own says where it stands.",
        "Give the address of its words, or use a name of the SPDX list such as cc-by-4.0.",
        license_address,
    ),
    Rule::advice(
        (
            "license_case",
            NAMESPACE,
            "Names of licences are in small letters.",
            "Write it in small letters, as the namespace's list does.",
        ),
        Look::Show(license_case),
    )
    .fixed("Writes the licence in small letters."),
    warning(
        "alternate_source",
        "An alternate enclosure says where it lies.",
        "Give it a file or an address.",
        alternate_source,
    ),
    warning("alternate_type", "An alternate enclosure says its type.", "Write it like audio/opus.", alternate_type),
    warning(
        "integrity_form",
        "Integrity is a hash as browsers write it (sha256-…).",
        "Leave it empty for files of your own: Hearthcast knows their hashes.",
        integrity_form,
    ),
    warning("value_recipients", "Somebody is paid.", "Add who gets it.", value_recipients),
    warning("value_split", "Those who are paid have shares.", "Give each of them a share.", value_split),
    warning(
        "value_time_split",
        "Passages that others share in lie within the sound.",
        "Check where it begins, and its length.",
        value_time_split,
    ),
    warning(
        "social_address",
        "A place to talk has an address.",
        "Give the address of the post that talk hangs on.",
        social_address,
    ),
    warning("social_disabled", "Talk is either switched off or somewhere.", "Take one of them out.", social_disabled),
    warning(
        "block_id",
        "Platforms are named as the namespace's list does.",
        "Names are in small letters without spaces, such as amazon.",
        block_id,
    ),
    warning("txt_long", "Words for programs have at most 4,000 characters.", "Shorten it.", txt_long),
    warning(
        "txt_verify",
        "A code for verifying is a code.",
        "Put in what the directory gave you, and nothing else.",
        txt_verify,
    ),
    warning(
        "remote_item_guid",
        "Other feeds are named by their podcast:guid.",
        "Put in the podcast:guid of that feed; its address has a place of its own.",
        remote_item_guid,
    ),
    warning(
        "publisher_medium",
        "The publisher's feed is of the medium publisher.",
        "Say publisher there: apps follow no other.",
        publisher_medium,
    ),
    warning(
        "frequency_rule",
        "Rules about how often it comes out begin with FREQ (RFC 5545).",
        "Write it like FREQ=WEEKLY;INTERVAL=2.",
        frequency_rule,
    ),
    warning(
        "frequency_start",
        "A rule that counts says from when on.",
        "Say when it begins, or leave COUNT out.",
        frequency_start,
    ),
    warning("chat_server", "A chat names its server.", "Write the name only, such as irc.example.org.", chat_server),
    warning("image_ratio", "Aspect ratios are two numbers.", "Write it like 16/9.", image_ratio),
];

fn tag_blank(facts: &Facts, told: &mut Told) {
    for text in tag_texts(facts).iter().filter(|text| text.needed && text.value.text.trim().is_empty()) {
        let what = text.what;
        text.value.whose.say(facts, told, text.value.field, format!("The {what} has no words."));
    }
}

fn tag_long(facts: &Facts, told: &mut Told) {
    for text in tag_texts(facts) {
        let (what, most, length) = (text.what, text.most, text.value.text.trim().chars().count());
        if length > most {
            let message = format!("The text of the {what} has {length} characters; {most} are the most.");
            text.value.whose.say(facts, told, text.value.field, message);
        }
    }
}

fn person_repeated(facts: &Facts, told: &mut Told) {
    let of_episodes = facts.episodes.iter().enumerate();
    let of_episodes = of_episodes.map(|(index, one)| (Whose::Episode(index), &one.episode.persons));
    for (whose, persons) in std::iter::once((Whose::Show, &facts.show.persons)).chain(of_episodes) {
        for (index, person) in persons.iter().enumerate() {
            let same = |before: &&Person| is_same(before, person);
            if persons.iter().take(index).find(same).is_some() {
                let name = &person.name;
                whose.say(facts, told, "persons", format!("{name} stands there twice."));
            }
        }
    }
}

/// Whether two entries are one person in one role.
pub(crate) fn is_same(a: &Person, b: &Person) -> bool {
    a.name == b.name && a.role == b.role && a.group == b.group
}

fn location_geo(facts: &Facts, told: &mut Told) {
    for (whose, location) in everywhere(facts).iter().flat_map(|said| said.each(said.locations)) {
        let geo = location.geo.trim();
        if !geo.is_empty() && !is_geo(geo) {
            whose.say(facts, told, "tags", format!("\"{geo}\" are no coordinates that apps read."));
        }
    }
}

fn location_osm(facts: &Facts, told: &mut Told) {
    for (whose, location) in everywhere(facts).iter().flat_map(|said| said.each(said.locations)) {
        let osm = location.osm.trim();
        if !osm.is_empty() && !is_osm(osm) {
            whose.say(facts, told, "tags", format!("\"{osm}\" is no id of OpenStreetMap."));
        }
    }
}

fn location_country(facts: &Facts, told: &mut Told) {
    for (whose, location) in everywhere(facts).iter().flat_map(|said| said.each(said.locations)) {
        let country = location.country.trim();
        let fits = country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic());
        if !country.is_empty() && !fits {
            whose.say(facts, told, "tags", format!("\"{country}\" is no country in two letters."));
        }
    }
}

/// Whether it has the form of an identifier of SPDX; what else stands there are words of one's own.
pub(crate) fn is_identifier(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+'))
}

fn license_address(facts: &Facts, told: &mut Told) {
    for said in everywhere(facts) {
        if let Some(license) = said.license {
            let id = license.id.trim();
            if !id.is_empty() && !is_identifier(id) && license.url.trim().is_empty() {
                said.whose.say(facts, told, "tags", format!("Nobody can read the licence \"{id}\" anywhere."));
            }
        }
    }
}

fn license_case(facts: &Facts, told: &mut Told) {
    for said in everywhere(facts) {
        let id = said.license.map(|license| license.id.trim()).unwrap_or_default();
        if is_identifier(id) && id.bytes().any(|b| b.is_ascii_uppercase()) {
            said.whose.say(facts, told, "tags", format!("The licence {id} is written in capitals."));
        }
    }
}

fn alternate_source(facts: &Facts, told: &mut Told) {
    for (whose, other) in everywhere(facts).iter().flat_map(|said| said.each(said.alternates)) {
        if other.file.is_none() && other.sources.iter().all(|source| source.uri.trim().is_empty()) {
            whose.say(facts, told, "tags", "An alternate enclosure has neither a file nor an address.".into());
        }
    }
}

fn alternate_type(facts: &Facts, told: &mut Told) {
    let is_type = |mime: &str| mime.split_once('/').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty());
    for (whose, _) in
        everywhere(facts).iter().flat_map(|said| said.each(said.alternates)).filter(|(_, other)| !is_type(&other.mime))
    {
        whose.say(facts, told, "tags", "An alternate enclosure does not say its type.".into());
    }
}

fn integrity_form(facts: &Facts, told: &mut Told) {
    let is_hash = |value: &str| ["sha256-", "sha384-", "sha512-"].iter().any(|kind| value.starts_with(kind));
    for (whose, other) in everywhere(facts).iter().flat_map(|said| said.each(said.alternates)) {
        let hash = other.integrity.as_ref().filter(|integrity| integrity.kind == IntegrityKind::Sri);
        if let Some(value) = hash.map(|hash| hash.value.trim()).filter(|value| !is_hash(value)) {
            whose.say(facts, told, "tags", format!("\"{value}\" is no hash that apps compare."));
        }
    }
}
