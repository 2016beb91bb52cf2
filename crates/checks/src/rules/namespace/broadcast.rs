//! Rules about broadcasts (`podcast:liveItem`).

use crate::Facts;
use crate::rule::{Look, NAMESPACE, Rule};
use crate::told::Told;
use hearthcast_model::namespace::LiveStatus;

/// A day, milliseconds.
const DAY_MS: i64 = 24 * 3600 * 1000;

pub(crate) const RULES: &[Rule] = &[
    Rule::warning(
        (
            "live_item_link",
            NAMESPACE,
            "A broadcast has a page.",
            "Add a link to where it can be heard: apps that cannot play the stream lead there.",
        ),
        Look::Show(live_item_link),
    ),
    Rule::advice(
        (
            "live_item_stream",
            NAMESPACE,
            "A broadcast has a stream.",
            "Add the address of the stream: apps play it themselves then.",
        ),
        Look::Show(live_item_stream),
    ),
    Rule::warning(
        ("live_item_times", NAMESPACE, "A broadcast ends after it begins.", "Correct its end, or leave it out."),
        Look::Show(live_item_times),
    ),
    Rule::warning(
        (
            "live_item_overdue",
            NAMESPACE,
            "A broadcast that is to come has not been.",
            "Say that it is over, or give it its new time: its status alone tells apps.",
        ),
        Look::Show(live_item_overdue),
    ),
];

fn live_item_link(facts: &Facts, told: &mut Told) {
    for live in facts.show.tags.live_items.iter().filter(|live| live.tags.content_links.is_empty()) {
        let title = &live.title;
        told.say("tags", format!("The broadcast \"{title}\" has no link."));
    }
}

fn live_item_stream(facts: &Facts, told: &mut Told) {
    for live in &facts.show.tags.live_items {
        if live.stream_url.trim().is_empty() && live.tags.alternate_enclosures.is_empty() {
            let title = &live.title;
            told.say("tags", format!("The broadcast \"{title}\" has no stream."));
        }
    }
}

fn live_item_times(facts: &Facts, told: &mut Told) {
    for live in facts.show.tags.live_items.iter().filter(|live| live.end_ms.is_some_and(|end| end <= live.start_ms)) {
        let title = &live.title;
        told.say("tags", format!("The broadcast \"{title}\" ends before it begins."));
    }
}

fn live_item_overdue(facts: &Facts, told: &mut Told) {
    let overdue = facts.now_ms.saturating_sub(DAY_MS);
    let lives = facts.show.tags.live_items.iter();
    for live in lives.filter(|live| live.status == LiveStatus::Pending && live.start_ms < overdue) {
        let title = &live.title;
        told.say("tags", format!("The broadcast \"{title}\" is said to come, and its time is over."));
    }
}
