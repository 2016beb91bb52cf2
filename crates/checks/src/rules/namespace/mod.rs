//! Rules about the tags of the podcast namespace (FEED.md §1): what a tag may hold, so that no app drops it without a word.

pub(crate) mod broadcast;
mod said;

use crate::Facts;
use crate::rule::{Look, NAMESPACE, Rule};
use crate::rules::feed::is_uuid;
use crate::told::Told;
use crate::values::{Whose, tag_texts};
use hearthcast_model::Person;
use hearthcast_model::namespace::{IntegrityKind, TimeSplitTo, ValueRecipient};
use said::everywhere;

/// Longest `podcast:txt`, in characters.
const MOST_TXT: usize = 4000;
/// How often a rule of RFC 5545 may say something is.
const FREQUENCIES: [&str; 7] = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

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
        .fixed("Leaves each person once."),
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

/// RFC 5870: two or three numbers, and parameters.
fn is_geo(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("geo:") else { return false };
    let numbers: Option<Vec<f64>> =
        rest.split(';').next().unwrap_or_default().split(',').map(|number| number.parse().ok()).collect();
    numbers.is_some_and(|numbers| match numbers[..] {
        [latitude, longitude] | [latitude, longitude, _] => {
            (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)
        }
        _ => false,
    })
}

fn location_osm(facts: &Facts, told: &mut Told) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_osm = |text: &str| {
        let number = text.strip_prefix(['N', 'W', 'R']);
        number.is_some_and(|number| number.split('#').count() <= 2 && number.split('#').all(is_number))
    };
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

/// Those who get a share of the sum, and no fee before it.
fn sharers(recipients: &[ValueRecipient]) -> impl Iterator<Item = &ValueRecipient> {
    recipients.iter().filter(|recipient| !recipient.fee)
}

fn value_recipients(facts: &Facts, told: &mut Told) {
    for (whose, value) in everywhere(facts).iter().flat_map(|said| said.each(said.values)) {
        let nobody = |to: &TimeSplitTo| matches!(to, TimeSplitTo::Recipients(list) if sharers(list).next().is_none());
        let of_passage = value.time_splits.iter().any(|split| nobody(&split.to));
        if sharers(&value.recipients).next().is_none() || of_passage {
            whose.say(facts, told, "tags", "A way to pay while listening has nobody who gets anything.".into());
        }
    }
}

fn value_split(facts: &Facts, told: &mut Told) {
    for (whose, value) in everywhere(facts).iter().flat_map(|said| said.each(said.values)) {
        let mut all = sharers(&value.recipients).peekable();
        if all.peek().is_some() && all.all(|recipient| recipient.split == 0) {
            whose.say(facts, told, "tags", "All shares of a way to pay are 0.".into());
        }
    }
}

fn value_time_split(facts: &Facts, told: &mut Told) {
    for said in everywhere(facts) {
        for split in said.values.iter().flat_map(|value| &value.time_splits) {
            let end = split.start_ms.saturating_add(split.duration_ms);
            let outside = said.length_ms.is_some_and(|length| end > length);
            if outside || split.start_ms < 0 || split.duration_ms <= 0 {
                let second = split.start_ms / 1000;
                let message =
                    format!("The passage at second {second} that others share in lies where there is no sound.");
                said.whose.say(facts, told, "tags", message);
            }
        }
    }
}

fn social_address(facts: &Facts, told: &mut Told) {
    for (whose, social) in everywhere(facts).iter().flat_map(|said| said.each(said.social)) {
        let protocol = social.protocol.trim();
        if protocol != "disabled" && social.uri.trim().is_empty() {
            whose.say(facts, told, "tags", format!("The place to talk ({protocol}) has no address."));
        }
    }
}

fn social_disabled(facts: &Facts, told: &mut Told) {
    for said in everywhere(facts) {
        let off = said.social.iter().filter(|social| social.protocol.trim() == "disabled").count();
        if off > 0 && said.social.len() > off {
            said.whose.say(facts, told, "tags", "Talk is switched off, and a place to talk is named.".into());
        }
    }
}

fn block_id(facts: &Facts, told: &mut Told) {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    for block in &facts.show.tags.blocks {
        let id = block.id.trim();
        if !id.bytes().all(fits) {
            told.say("tags", format!("\"{id}\" is a platform that nobody knows by this name."));
        }
    }
}

fn txt_long(facts: &Facts, told: &mut Told) {
    for (whose, txt) in everywhere(facts).iter().flat_map(|said| said.each(said.txts)) {
        let length = txt.text.trim().chars().count();
        if length > MOST_TXT {
            let message = format!("Words for programs have {length} characters; 4,000 are the most.");
            whose.say(facts, told, "tags", message);
        }
    }
}

fn txt_verify(facts: &Facts, told: &mut Told) {
    for (whose, txt) in everywhere(facts).iter().flat_map(|said| said.each(said.txts)) {
        if txt.purpose.contains("verify") && txt.text.trim().contains(char::is_whitespace) {
            whose.say(facts, told, "tags", "The code for verifying the show has spaces in it.".into());
        }
    }
}

fn remote_item_guid(facts: &Facts, told: &mut Told) {
    let tags = &facts.show.tags;
    for item in tags.remote_items.iter().chain(&tags.podroll).chain(&tags.publisher) {
        let guid = item.feed_guid.trim();
        if !is_uuid(guid) {
            told.say("tags", format!("\"{guid}\" is no podcast:guid of another feed."));
        }
    }
}

fn publisher_medium(facts: &Facts, told: &mut Told) {
    if facts.show.tags.publisher.as_ref().is_some_and(|publisher| publisher.medium != "publisher") {
        told.say("tags", "The publisher's feed is not said to be one of a publisher.");
    }
}

fn frequency_rule(facts: &Facts, told: &mut Told) {
    let rule = facts.show.tags.update_frequency.as_ref().map(|often| often.rrule.trim()).unwrap_or_default();
    let frequency = rule.split(';').find_map(|part| part.strip_prefix("FREQ="));
    if !rule.is_empty() && !frequency.is_some_and(|frequency| FREQUENCIES.contains(&frequency)) {
        told.say("tags", format!("\"{rule}\" is no rule that apps read."));
    }
}

fn frequency_start(facts: &Facts, told: &mut Told) {
    let Some(often) = &facts.show.tags.update_frequency else { return };
    if often.rrule.split(';').any(|part| part.starts_with("COUNT=")) && often.dtstart_ms.is_none() {
        told.say("tags", "The rule about how often it comes out counts, and does not say from when on.");
    }
}

fn chat_server(facts: &Facts, told: &mut Told) {
    for said in everywhere(facts) {
        let server = said.chat.map(|chat| chat.server.trim());
        let strange = |server: &&str| server.is_empty() || server.contains([' ', '/']);
        if let Some(server) = server.filter(strange) {
            said.whose.say(facts, told, "tags", format!("\"{server}\" is no name of a server for chats."));
        }
    }
}

fn image_ratio(facts: &Facts, told: &mut Told) {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok_and(|number| number > 0.0 && number.is_finite());
    let is_ratio = |text: &str| text.split_once(['/', ':']).is_some_and(|(w, h)| is_number(w) && is_number(h));
    for (whose, image) in everywhere(facts).iter().flat_map(|said| said.each(said.images)) {
        let ratio = image.aspect_ratio.trim();
        if !ratio.is_empty() && !is_ratio(ratio) {
            whose.say(facts, told, "tags", format!("\"{ratio}\" is no aspect ratio."));
        }
    }
}
