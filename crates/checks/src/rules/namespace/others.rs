//! What rules look at where a show speaks of others: payments, talk, platforms, directories, other feeds; how often it comes
//! out, its chat and its pictures.

use super::said::everywhere;
use crate::Facts;
use crate::rules::feed::is_uuid;
use crate::told::Told;
use hearthcast_model::namespace::{TimeSplitTo, ValueRecipient};

/// Longest `podcast:txt`, in characters.
const MOST_TXT: usize = 4000;
/// How often a rule of RFC 5545 may say something is.
const FREQUENCIES: [&str; 7] = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

/// Those who get a share of the sum, and no fee before it.
fn sharers(recipients: &[ValueRecipient]) -> impl Iterator<Item = &ValueRecipient> {
    recipients.iter().filter(|recipient| !recipient.fee)
}

pub(super) fn value_recipients(facts: &Facts, told: &mut Told) {
    for (whose, value) in everywhere(facts).iter().flat_map(|said| said.each(said.values)) {
        let nobody = |to: &TimeSplitTo| matches!(to, TimeSplitTo::Recipients(list) if sharers(list).next().is_none());
        let of_passage = value.time_splits.iter().any(|split| nobody(&split.to));
        if sharers(&value.recipients).next().is_none() || of_passage {
            whose.say(facts, told, "tags", "A way to pay while listening has nobody who gets anything.".into());
        }
    }
}

pub(super) fn value_split(facts: &Facts, told: &mut Told) {
    for (whose, value) in everywhere(facts).iter().flat_map(|said| said.each(said.values)) {
        let mut all = sharers(&value.recipients).peekable();
        if all.peek().is_some() && all.all(|recipient| recipient.split == 0) {
            whose.say(facts, told, "tags", "All shares of a way to pay are 0.".into());
        }
    }
}

pub(super) fn value_time_split(facts: &Facts, told: &mut Told) {
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

pub(super) fn social_address(facts: &Facts, told: &mut Told) {
    for (whose, social) in everywhere(facts).iter().flat_map(|said| said.each(said.social)) {
        let protocol = social.protocol.trim();
        if protocol != "disabled" && social.uri.trim().is_empty() {
            whose.say(facts, told, "tags", format!("The place to talk ({protocol}) has no address."));
        }
    }
}

pub(super) fn social_disabled(facts: &Facts, told: &mut Told) {
    for said in everywhere(facts) {
        let off = said.social.iter().filter(|social| social.protocol.trim() == "disabled").count();
        if off > 0 && said.social.len() > off {
            said.whose.say(facts, told, "tags", "Talk is switched off, and a place to talk is named.".into());
        }
    }
}

pub(super) fn block_id(facts: &Facts, told: &mut Told) {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    for block in &facts.show.tags.blocks {
        let id = block.id.trim();
        if !id.bytes().all(fits) {
            told.say("tags", format!("\"{id}\" is a platform that nobody knows by this name."));
        }
    }
}

pub(super) fn txt_long(facts: &Facts, told: &mut Told) {
    for (whose, txt) in everywhere(facts).iter().flat_map(|said| said.each(said.txts)) {
        let length = txt.text.trim().chars().count();
        if length > MOST_TXT {
            let message = format!("Words for programs have {length} characters; 4,000 are the most.");
            whose.say(facts, told, "tags", message);
        }
    }
}

pub(super) fn txt_verify(facts: &Facts, told: &mut Told) {
    for (whose, txt) in everywhere(facts).iter().flat_map(|said| said.each(said.txts)) {
        if txt.purpose.contains("verify") && txt.text.trim().contains(char::is_whitespace) {
            whose.say(facts, told, "tags", "The code for verifying the show has spaces in it.".into());
        }
    }
}

pub(super) fn remote_item_guid(facts: &Facts, told: &mut Told) {
    let tags = &facts.show.tags;
    for item in tags.remote_items.iter().chain(&tags.podroll).chain(&tags.publisher) {
        let guid = item.feed_guid.trim();
        if !is_uuid(guid) {
            told.say("tags", format!("\"{guid}\" is no podcast:guid of another feed."));
        }
    }
}

pub(super) fn publisher_medium(facts: &Facts, told: &mut Told) {
    if facts.show.tags.publisher.as_ref().is_some_and(|publisher| publisher.medium != "publisher") {
        told.say("tags", "The publisher's feed is not said to be one of a publisher.");
    }
}

pub(super) fn frequency_rule(facts: &Facts, told: &mut Told) {
    let rule = facts.show.tags.update_frequency.as_ref().map(|often| often.rrule.trim()).unwrap_or_default();
    let frequency = rule.split(';').find_map(|part| part.strip_prefix("FREQ="));
    if !rule.is_empty() && !frequency.is_some_and(|frequency| FREQUENCIES.contains(&frequency)) {
        told.say("tags", format!("\"{rule}\" is no rule that apps read."));
    }
}

pub(super) fn frequency_start(facts: &Facts, told: &mut Told) {
    let Some(often) = &facts.show.tags.update_frequency else { return };
    if often.rrule.split(';').any(|part| part.starts_with("COUNT=")) && often.dtstart_ms.is_none() {
        told.say("tags", "The rule about how often it comes out counts, and does not say from when on.");
    }
}

pub(super) fn chat_server(facts: &Facts, told: &mut Told) {
    for said in everywhere(facts) {
        let server = said.chat.map(|chat| chat.server.trim());
        let strange = |server: &&str| server.is_empty() || server.contains([' ', '/']);
        if let Some(server) = server.filter(strange) {
            said.whose.say(facts, told, "tags", format!("\"{server}\" is no name of a server for chats."));
        }
    }
}

pub(super) fn image_ratio(facts: &Facts, told: &mut Told) {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok_and(|number| number > 0.0 && number.is_finite());
    let is_ratio = |text: &str| text.split_once(['/', ':']).is_some_and(|(w, h)| is_number(w) && is_number(h));
    for (whose, image) in everywhere(facts).iter().flat_map(|said| said.each(said.images)) {
        let ratio = image.aspect_ratio.trim();
        if !ratio.is_empty() && !is_ratio(ratio) {
            whose.say(facts, told, "tags", format!("\"{ratio}\" is no aspect ratio."));
        }
    }
}
