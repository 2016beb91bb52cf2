//! What the tags of a show and of an episode hold, field by field.

use super::{CHANNEL, ITEM, is_said, stands};
use crate::full::everything;
use crate::scene::Scene;
use hearthcast_model::namespace::{
    AlternateEnclosure, Block, Chat, ContentLink, Image, Integrity, License, Location, RemoteItem, SocialInteract,
    Soundbite, Source, TimeSplitTo, Trailer, Txt, UpdateFrequency, Value, ValueRecipient, ValueTimeSplit,
};

#[test]
fn every_field_of_files_of_others_has_its_rows() {
    let Scene { show, episodes, .. } = everything();
    let tags = &episodes[0].1.tags;
    compared!(
        CHANNEL,
        &show.tags.images[0],
        Image {
            href: ["p:image[last()]/@href"],
            alt: ["p:image[last()]/@alt"],
            aspect_ratio: ["p:image[last()]/@aspect-ratio"],
            width_px: ["p:image[last()]/@width"],
            height_px: ["p:image[last()]/@height"],
            mime: ["p:image[last()]/@type"],
            purpose: ["p:image[last()]/@purpose"],
        }
    );
    compared!(
        CHANNEL,
        &show.tags.trailers[0],
        Trailer {
            title: ["p:trailer"],
            url: ["p:trailer/@url"],
            published_ms: ["p:trailer/@pubdate"],
            length_bytes: ["p:trailer/@length"],
            mime: ["p:trailer/@type"],
            season: ["p:trailer/@season"],
        }
    );
    compared!(
        ITEM,
        &tags.soundbites[0],
        Soundbite {
            start_ms: ["p:soundbite[1]/@startTime"],
            duration_ms: ["p:soundbite[1]/@duration"],
            title: ["p:soundbite[1]"],
        }
    );
    compared!(
        ITEM,
        &tags.alternate_enclosures[0],
        AlternateEnclosure {
            mime: ["p:alternateEnclosure[1]/@type"],
            length_bytes: ["p:alternateEnclosure[1]/@length"],
            bitrate_bps: ["p:alternateEnclosure[1]/@bitrate"],
            height_px: ["p:alternateEnclosure[1]/@height"],
            lang: ["p:alternateEnclosure[1]/@lang"],
            title: ["p:alternateEnclosure[1]/@title"],
            rel: ["p:alternateEnclosure[1]/@rel"],
            codecs: ["p:alternateEnclosure[1]/@codecs"],
            default: ["p:alternateEnclosure[1]/@default"],
            file: "of the second one, p:alternateEnclosure[2]/p:source/@uri",
            poster: "of the second one, p:image[@purpose='poster']/@href",
            sources: ["p:alternateEnclosure[1]/p:source[1]/@uri"],
            integrity: ["p:alternateEnclosure[1]/p:integrity/@value"],
        }
    );
    compared!(
        ITEM,
        &tags.alternate_enclosures[0].sources[1],
        Source {
            uri: ["p:alternateEnclosure[1]/p:source[2]/@uri"],
            mime: ["p:alternateEnclosure[1]/p:source[2]/@contentType"],
        }
    );
    compared!(
        ITEM,
        tags.alternate_enclosures[0].integrity.as_ref().unwrap(),
        Integrity {
            kind: ["p:alternateEnclosure[1]/p:integrity/@type"],
            value: ["p:alternateEnclosure[1]/p:integrity/@value"],
        }
    );
}

#[test]
fn every_field_of_payments_has_its_rows() {
    let Scene { show, .. } = everything();
    let value = &show.tags.values[0];
    compared!(
        CHANNEL,
        value,
        Value {
            kind: ["p:value/@type"],
            method: ["p:value/@method"],
            suggested: ["p:value/@suggested"],
            recipients: ["p:value/p:valueRecipient[1]/@name", "p:value/p:valueRecipient[2]/@split"],
            time_splits: ["p:value/p:valueTimeSplit[1]/@startTime", "p:value/p:valueTimeSplit[2]/@startTime"],
        }
    );
    // The second takes a fee.
    compared!(
        CHANNEL,
        &value.recipients[1],
        ValueRecipient {
            name: ["p:value/p:valueRecipient[1]/@name"],
            kind: ["p:value/p:valueRecipient[1]/@type"],
            address: ["p:value/p:valueRecipient[1]/@address"],
            custom_key: ["p:value/p:valueRecipient[1]/@customKey"],
            custom_value: ["p:value/p:valueRecipient[1]/@customValue"],
            split: ["p:value/p:valueRecipient[2]/@split"],
            fee: ["p:value/p:valueRecipient[2]/@fee"],
        }
    );
    compared!(
        CHANNEL,
        &value.time_splits[0],
        ValueTimeSplit {
            start_ms: ["p:value/p:valueTimeSplit[1]/@startTime"],
            duration_ms: ["p:value/p:valueTimeSplit[1]/@duration"],
            to: ["p:value/p:valueTimeSplit[1]/p:remoteItem/@feedGuid"],
        }
    );
    for split in &value.time_splits {
        let told = |field, said, row| stands(CHANNEL, field, said, &[row]);
        match &split.to {
            TimeSplitTo::RemoteItem { item, start_ms, percentage } => {
                told("to.item", is_said(item), "p:value/p:valueTimeSplit[1]/p:remoteItem/@itemGuid");
                told("to.start_ms", is_said(start_ms), "p:value/p:valueTimeSplit[1]/@remoteStartTime");
                told("to.percentage", is_said(percentage), "p:value/p:valueTimeSplit[1]/@remotePercentage");
            }
            TimeSplitTo::Recipients(to) => {
                told("to.recipients", is_said(to), "p:value/p:valueTimeSplit[2]/p:valueRecipient/@name");
            }
        }
    }
    compared!(
        CHANNEL,
        &show.tags.remote_items[0],
        RemoteItem {
            feed_guid: ["p:remoteItem/@feedGuid"],
            feed_url: ["p:remoteItem/@feedUrl"],
            item_guid: ["p:remoteItem/@itemGuid"],
            medium: ["p:remoteItem/@medium"],
            title: ["p:remoteItem/@title"],
        }
    );
}

#[test]
fn every_field_of_words_has_its_rows() {
    let Scene { show, episodes, .. } = everything();
    let tags = &show.tags;
    compared!(
        CHANNEL,
        &tags.locations[0],
        Location {
            name: ["p:location[1]"],
            rel: ["p:location[1]/@rel"],
            geo: ["p:location[1]/@geo"],
            osm: ["p:location[1]/@osm"],
            country: ["p:location[1]/@country"],
        }
    );
    compared!(CHANNEL, tags.license.as_ref().unwrap(), License { id: ["p:license"], url: ["p:license/@url"] });
    compared!(
        CHANNEL,
        &tags.social[0],
        SocialInteract {
            protocol: ["p:socialInteract/@protocol"],
            uri: ["p:socialInteract/@uri"],
            account_id: ["p:socialInteract/@accountId"],
            account_url: ["p:socialInteract/@accountUrl"],
            priority: ["p:socialInteract/@priority"],
        }
    );
    compared!(CHANNEL, &tags.blocks[2], Block { id: ["p:block[3]/@id"], blocked: ["p:block[3]"] });
    compared!(CHANNEL, &tags.txts[0], Txt { text: ["p:txt"], purpose: ["p:txt/@purpose"] });
    compared!(
        CHANNEL,
        tags.chat.as_ref().unwrap(),
        Chat {
            server: ["p:chat/@server"],
            protocol: ["p:chat/@protocol"],
            account_id: ["p:chat/@accountId"],
            space: ["p:chat/@space"],
        }
    );
    compared!(
        CHANNEL,
        tags.update_frequency.as_ref().unwrap(),
        UpdateFrequency {
            text: ["p:updateFrequency"],
            rrule: ["p:updateFrequency/@rrule"],
            dtstart_ms: ["p:updateFrequency/@dtstart"],
            complete: ["p:updateFrequency/@complete"],
        }
    );
    compared!(
        ITEM,
        &episodes[0].1.tags.content_links[0],
        ContentLink { href: ["p:contentLink/@href"], text: ["p:contentLink"] }
    );
}
