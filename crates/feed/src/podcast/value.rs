//! `podcast:value` with its recipients and time splits, and `podcast:remoteItem`.

use super::tag::{MAX_TEXT, Owner, Tag};
use super::{is_medium, tag};
use crate::error::FeedError;
use crate::link;
use crate::xml::Document;
use hearthcast_model::namespace::{RemoteItem, TimeSplitTo, Value, ValueRecipient, ValueTimeSplit};

/// Longest address, key or value of a recipient, in characters.
const MAX_ADDRESS: usize = 1000;

pub(super) fn value(out: &mut Document, value: &Value, owner: Owner<'_>) -> Result<(), FeedError> {
    let amount = value.suggested.trim();
    let decimal = amount.is_empty() || amount.parse::<f64>().is_ok_and(|amount| amount.is_finite() && amount >= 0.0);
    let out = Tag::new(out, "value", "a way to pay while listening", owner)
        .needed("type", &value.kind)?
        .needed("method", &value.method)?
        .ensure(decimal, "suggests an amount that is no number")?
        .words("suggested", amount, MAX_TEXT)?
        .ensure(value.recipients.iter().any(|one| !one.fee), "has nobody who gets anything")?
        .open();
    for recipient in &value.recipients {
        value_recipient(out, recipient, owner)?;
    }
    for split in &value.time_splits {
        time_split(out, split, owner)?;
    }
    out.close();
    Ok(())
}

fn value_recipient(out: &mut Document, recipient: &ValueRecipient, owner: Owner<'_>) -> Result<(), FeedError> {
    Tag::new(out, "valueRecipient", "somebody who is paid", owner)
        .words("name", &recipient.name, MAX_TEXT)?
        .needed("type", &recipient.kind)?
        .ensure(!recipient.address.trim().is_empty(), "has no address")?
        .words("address", &recipient.address, MAX_ADDRESS)?
        .words("customKey", &recipient.custom_key, MAX_ADDRESS)?
        .words("customValue", &recipient.custom_value, MAX_ADDRESS)?
        .number("split", Some(recipient.split))
        .with_if(recipient.fee, "fee", "true")
        .done()
}

fn time_split(out: &mut Document, split: &ValueTimeSplit, owner: Owner<'_>) -> Result<(), FeedError> {
    let tag = Tag::new(out, "valueTimeSplit", "a passage that others share in", owner)
        .ensure(split.start_ms >= 0 && split.duration_ms > 0, "has times that are none")?
        .seconds("startTime", split.start_ms)
        .seconds("duration", split.duration_ms);
    let out = match &split.to {
        TimeSplitTo::RemoteItem { item, start_ms, percentage } => {
            let share = percentage.is_none_or(|share| (1..=100).contains(&share));
            let tag = tag.ensure(share, "gives a share that is not from 1 to 100")?;
            let tag = tag.number("remoteStartTime", start_ms.map(tag::seconds)).number("remotePercentage", *percentage);
            let out = tag.open();
            remote_item(out, item, owner)?;
            out
        }
        TimeSplitTo::Recipients(recipients) => {
            let out = tag.ensure(!recipients.is_empty(), "has nobody who gets anything")?.open();
            for recipient in recipients {
                value_recipient(out, recipient, owner)?;
            }
            out
        }
    };
    out.close();
    Ok(())
}

pub(super) fn remote_item(out: &mut Document, item: &RemoteItem, owner: Owner<'_>) -> Result<(), FeedError> {
    let medium = item.medium.trim();
    let mut tag = Tag::new(out, "remoteItem", "another feed", owner).needed("feedGuid", &item.feed_guid)?;
    if !item.feed_url.trim().is_empty() {
        // Feeds of others are where they are, with or without https.
        let url = link::written(&item.feed_url, &["https", "http"]);
        tag = match url {
            Some(url) => tag.with("feedUrl", &url),
            None => tag.ensure(false, "has an address that cannot be opened")?,
        };
    }
    tag.words("itemGuid", &item.item_guid, MAX_ADDRESS)?
        .ensure(medium.is_empty() || is_medium(medium), "is of a kind that podcast apps do not know")?
        .words("medium", medium, MAX_TEXT)?
        .words("title", &item.title, MAX_ADDRESS)?
        .done()
}
