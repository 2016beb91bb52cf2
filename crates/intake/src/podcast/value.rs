//! `podcast:value` with its recipients and time splits, and `podcast:remoteItem`.

use super::each;
use crate::node::Node;
use crate::space::Space;
use crate::tag::{MAX_TEXT, Reading, Tag};
use hearthcast_model::namespace::words::is_medium;
use hearthcast_model::namespace::{RemoteItem, TimeSplitTo, Value, ValueRecipient, ValueTimeSplit};

/// Longest address, key or value of a recipient, in characters.
const MAX_ADDRESS: usize = 1000;

pub(crate) fn value(node: &Node, reading: &mut Reading) -> Option<Value> {
    let recipients = each(node, "valueRecipient", reading, recipient);
    let time_splits = each(node, "valueTimeSplit", reading, time_split);
    let mut tag = Tag::new(node, "a way to pay while listening", reading);
    let (kind, method) = (tag.words("type", MAX_TEXT), tag.words("method", MAX_TEXT));
    if kind.is_empty() || method.is_empty() || recipients.iter().all(|one| one.fee) {
        return tag.left_out("does not say how and to whom");
    }
    let suggested = tag.words("suggested", MAX_TEXT);
    let decimal = suggested.parse::<f64>().is_ok_and(|amount| amount.is_finite() && amount >= 0.0);
    let suggested = if decimal { suggested } else { String::new() };
    Some(Value { kind, method, suggested, recipients, time_splits })
}

fn recipient(node: &Node, reading: &mut Reading) -> Option<ValueRecipient> {
    let mut tag = Tag::new(node, "somebody who is paid", reading);
    let recipient = ValueRecipient {
        name: tag.words("name", MAX_TEXT),
        kind: tag.words("type", MAX_TEXT),
        address: tag.words("address", MAX_ADDRESS),
        custom_key: tag.words("customKey", MAX_ADDRESS),
        custom_value: tag.words("customValue", MAX_ADDRESS),
        split: tag.number("split").unwrap_or(0),
        fee: tag.yes("fee"),
    };
    if recipient.kind.is_empty() || recipient.address.is_empty() {
        return tag.left_out("has no address, or one of no kind");
    }
    Some(recipient)
}

fn time_split(node: &Node, reading: &mut Reading) -> Option<ValueTimeSplit> {
    let item = node.first(Space::Podcast, "remoteItem").and_then(|item| remote_item(item, reading));
    let recipients = each(node, "valueRecipient", reading, recipient);
    let mut tag = Tag::new(node, "a passage that others share in", reading);
    let to = match item {
        Some(item) => TimeSplitTo::RemoteItem {
            item,
            start_ms: tag.time("remoteStartTime"),
            percentage: tag.number("remotePercentage").filter(|share| (1..=100).contains(share)),
        },
        None if recipients.is_empty() => return tag.left_out("has nobody who gets anything"),
        None => TimeSplitTo::Recipients(recipients),
    };
    match (tag.time("startTime"), tag.time("duration").filter(|ms| *ms > 0)) {
        (Some(start_ms), Some(duration_ms)) => Some(ValueTimeSplit { start_ms, duration_ms, to }),
        _ => tag.left_out("has times that are none"),
    }
}

pub(crate) fn remote_item(node: &Node, reading: &mut Reading) -> Option<RemoteItem> {
    let mut tag = Tag::new(node, "another feed", reading);
    let feed_guid = tag.words("feedGuid", MAX_TEXT);
    if feed_guid.is_empty() {
        return tag.left_out("has no guid");
    }
    let medium = tag.words("medium", MAX_TEXT);
    Some(RemoteItem {
        feed_guid,
        // Feeds of others are where they are, with or without https.
        feed_url: tag.web("feedUrl"),
        item_guid: tag.words("itemGuid", MAX_ADDRESS),
        medium: if is_medium(&medium) { medium } else { String::new() },
        title: tag.words("title", MAX_ADDRESS),
    })
}
