//! Rules about the feed as a whole: its address, its size, what identifies it, further feeds.

use crate::Facts;
use crate::rule::{APPLE, APPLE_REMOVED, Look, NAMESPACE, PSP1, RFC5005, Rule, WEB};
use crate::rules::show::is_verified;
use crate::told::Told;
use crate::values::is_on_this_machine;
use hearthcast_model::feed_shape::FeedPart;

/// Larger feeds are more than some readers take (FeedBurner's limit; FEED.md §7, 14).
const MOST_FEED_BYTES: u64 = 1_000_000;

pub(crate) const RULES: &[Rule] = &[
    Rule::warning(
        (
            "no_target",
            APPLE,
            "The show has a place to be published to.",
            "Add a folder that a web server shows, a bucket, or your Hearthcast server.",
        ),
        Look::Show(no_target),
    ),
    Rule::error(
        ("feed_insecure", PSP1, "The feed's address is https.", "Put the place behind https: directories ask for it."),
        Look::Show(feed_insecure),
    ),
    Rule::advice(
        (
            "address_local",
            APPLE,
            "Everybody can reach the feed.",
            "Directories need an address that everybody can reach.",
        ),
        Look::Show(address_local),
    ),
    Rule::advice(
        (
            "feed_large",
            RFC5005,
            "A feed of more than 1 MB comes in pages.",
            "Turn on pages: apps that know them get all episodes, others the newest.",
        ),
        Look::Show(feed_large),
    )
    .fixed_if_asked("Writes the feed in pages of 100 episodes."),
    Rule::warning(
        (
            "new_feed_elsewhere",
            APPLE,
            "The new address that the feed names is its own.",
            "Finish the move, or take the new address out: apps follow it and leave.",
        ),
        Look::Show(new_feed_elsewhere),
    ),
    Rule::error(
        (
            "podcast_guid_shared",
            NAMESPACE,
            "Each show has a podcast:guid of its own.",
            "Give one of the two another one before it is published: apps take them for one show.",
        ),
        Look::Show(podcast_guid_shared),
    ),
    Rule::warning(
        (
            "podcast_guid_form",
            NAMESPACE,
            "The podcast:guid is a UUID.",
            "Take the one from the feed you came from, or leave it empty: then it is made once.",
        ),
        Look::Show(podcast_guid_form),
    ),
    Rule::error(
        (
            "podcast_guid_changed",
            NAMESPACE,
            "A podcast:guid never changes.",
            "Take the published one again: to apps it would be another show.",
        ),
        Look::Show(podcast_guid_changed),
    )
    .fixed("Takes the published podcast:guid again."),
    Rule::advice(
        (
            "locked_without_owner",
            NAMESPACE,
            "A locked feed names the owner who can unlock it.",
            "Give the owner's e-mail address, or unlock the feed while you move: hosts ask there before they import it. It is public.",
        ),
        Look::Show(locked_without_owner),
    ),
    Rule::warning(
        (
            "variant_empty",
            APPLE_REMOVED,
            "Each further feed has an episode.",
            "Take it out, or publish what belongs there: directories refuse empty feeds.",
        ),
        Look::Show(variant_empty),
    ),
    Rule::warning(
        (
            "variant_repeated",
            WEB,
            "Each further feed has a name of its own.",
            "Give one of the two another name: they have one address.",
        ),
        Look::Show(variant_repeated),
    ),
];

fn no_target(facts: &Facts, told: &mut Told) {
    if facts.feed_url.is_none() {
        told.say("", "The show has no place to be published to yet.");
    }
}

fn feed_insecure(facts: &Facts, told: &mut Told) {
    let Some(feed) = facts.feed_url else { return };
    if feed.starts_with("http://") && !is_on_this_machine(feed) {
        told.say("", format!("The feed's address {feed} is not https."));
    }
}

fn address_local(facts: &Facts, told: &mut Told) {
    let Some(feed) = facts.feed_url else { return };
    if is_on_this_machine(feed) {
        told.say("", format!("{feed} can be reached on this machine only."));
    }
}

fn feed_large(facts: &Facts, told: &mut Told) {
    if let Some(bytes) = facts.feed_bytes.filter(|bytes| *bytes > MOST_FEED_BYTES && facts.show.feed_page == 0) {
        let size = bytes / 1000;
        told.say("feed_page", format!("The feed has {size} kB; some apps read 1 MB at most."));
    }
}

fn new_feed_elsewhere(facts: &Facts, told: &mut Told) {
    let new = facts.show.new_feed_url.trim();
    if !new.is_empty() && facts.feed_url.is_some_and(|feed| feed != new) {
        told.say("", format!("The feed tells apps to go to {new}, which is not its address."));
    }
}

fn guid<'a>(facts: &Facts<'a>) -> &'a str {
    facts.show.podcast_guid.as_deref().unwrap_or_default()
}

fn podcast_guid_shared(facts: &Facts, told: &mut Told) {
    let own = guid(facts);
    if let Some(other) = facts.others.iter().find(|other| !own.is_empty() && other.podcast_guid == own) {
        let title = &other.title;
        told.say("", format!("The show has the same podcast:guid as \"{title}\"."));
    }
}

fn podcast_guid_form(facts: &Facts, told: &mut Told) {
    let own = guid(facts);
    if !own.is_empty() && !is_uuid(own) {
        told.say("", format!("The podcast:guid \"{own}\" is no UUID."));
    }
}

/// Whether a text has the form of a UUID (RFC 9562 §4).
pub(crate) fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn podcast_guid_changed(facts: &Facts, told: &mut Told) {
    let before = facts.released.and_then(|released| released.podcast_guid.as_deref()).unwrap_or_default();
    let own = guid(facts);
    if !before.is_empty() && !own.is_empty() && own != before {
        told.say("", format!("The podcast:guid is {own}, and {before} was published."));
    }
}

/// A show without any way to its owner has a rule of its own.
fn locked_without_owner(facts: &Facts, told: &mut Told) {
    if is_verified(facts) && facts.show.locked && facts.show.owner_email.is_empty() {
        told.say("owner_email", "The feed is locked and names no owner.");
    }
}

fn variant_empty(facts: &Facts, told: &mut Told) {
    for variant in &facts.show.feed_variants {
        let mut heard = facts.episodes.iter().filter(|one| one.is_heard());
        let has_one = match &variant.part {
            FeedPart::Last { episodes } => *episodes > 0,
            FeedPart::Season { season } => heard.any(|one| one.episode.season == Some(*season)),
            FeedPart::Format { mime } => heard.any(|one| {
                let others = one.episode.tags.alternate_enclosures.iter().map(|other| other.mime.as_str());
                one.mime().into_iter().chain(others).any(|other| other == mime)
            }),
        };
        if !has_one {
            let name = &variant.name;
            told.say("feed_variants", format!("No episode belongs into the further feed \"{name}\"."));
        }
    }
}

fn variant_repeated(facts: &Facts, told: &mut Told) {
    let all = &facts.show.feed_variants;
    for (index, variant) in all.iter().enumerate() {
        if all.iter().take(index).any(|before| before.name == variant.name) {
            let name = &variant.name;
            told.say("feed_variants", format!("Two further feeds are called \"{name}\"."));
        }
    }
}
