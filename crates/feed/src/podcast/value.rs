//! `podcast:value` with its recipients and time splits, and `podcast:remoteItem`.

use super::tag::{MAX_TEXT, Owner, Tag};
use super::{is_medium, tag};
use crate::error::FeedError;
use crate::link;
use crate::xml::Element;
use hearthcast_model::namespace::{RemoteItem, TimeSplitTo, Value, ValueRecipient, ValueTimeSplit};

/// Longest address, key or value of a recipient, in characters.
const MAX_ADDRESS: usize = 1000;

pub(super) fn value<'a>(value: &'a Value, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let amount = value.suggested.trim();
    let decimal = amount.is_empty() || amount.parse::<f64>().is_ok_and(|amount| amount.is_finite() && amount >= 0.0);
    let mut tag = Tag::new("value", "a way to pay while listening", owner)
        .needed("type", &value.kind)?
        .needed("method", &value.method)?
        .ensure(decimal, "suggests an amount that is no number")?
        .words("suggested", amount, MAX_TEXT)?
        .ensure(value.recipients.iter().any(|one| !one.fee), "has nobody who gets anything")?;
    for recipient in &value.recipients {
        tag = tag.child(value_recipient(recipient, owner)?);
    }
    for split in &value.time_splits {
        tag = tag.child(time_split(split, owner)?);
    }
    Ok(tag.done())
}

fn value_recipient<'a>(recipient: &'a ValueRecipient, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let tag = Tag::new("valueRecipient", "somebody who is paid", owner)
        .words("name", &recipient.name, MAX_TEXT)?
        .needed("type", &recipient.kind)?
        .ensure(!recipient.address.trim().is_empty(), "has no address")?
        .words("address", &recipient.address, MAX_ADDRESS)?
        .words("customKey", &recipient.custom_key, MAX_ADDRESS)?
        .words("customValue", &recipient.custom_value, MAX_ADDRESS)?
        .number("split", Some(recipient.split));
    Ok(if recipient.fee { tag.with("fee", "true").done() } else { tag.done() })
}

fn time_split<'a>(split: &'a ValueTimeSplit, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let tag = Tag::new("valueTimeSplit", "a passage that others share in", owner)
        .ensure(split.start_ms >= 0 && split.duration_ms > 0, "has times that are none")?
        .seconds("startTime", split.start_ms)
        .seconds("duration", split.duration_ms);
    match &split.to {
        TimeSplitTo::RemoteItem { item, start_ms, percentage } => {
            let share = percentage.is_none_or(|share| (1..=100).contains(&share));
            let tag = tag.ensure(share, "gives a share that is not from 1 to 100")?;
            let tag = tag.number("remoteStartTime", start_ms.map(tag::seconds)).number("remotePercentage", *percentage);
            Ok(tag.child(remote_item(item, owner)?).done())
        }
        TimeSplitTo::Recipients(recipients) => {
            let mut tag = tag.ensure(!recipients.is_empty(), "has nobody who gets anything")?;
            for recipient in recipients {
                tag = tag.child(value_recipient(recipient, owner)?);
            }
            Ok(tag.done())
        }
    }
}

pub(super) fn remote_item<'a>(item: &'a RemoteItem, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let medium = item.medium.trim();
    let mut tag = Tag::new("remoteItem", "another feed", owner).needed("feedGuid", &item.feed_guid)?;
    if !item.feed_url.trim().is_empty() {
        // Feeds of others are where they are, with or without https.
        let url = link::written(&item.feed_url, &["https", "http"]);
        tag = match url {
            Some(url) => tag.with("feedUrl", url),
            None => tag.ensure(false, "has an address that cannot be opened")?,
        };
    }
    Ok(tag
        .words("itemGuid", &item.item_guid, MAX_ADDRESS)?
        .ensure(medium.is_empty() || is_medium(medium), "is of a kind that podcast apps do not know")?
        .words("medium", medium, MAX_TEXT)?
        .words("title", &item.title, MAX_ADDRESS)?
        .done())
}
