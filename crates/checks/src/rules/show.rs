//! Rules about the show itself.

use crate::language::{Tag, judge};
use crate::rule::{APPLE, Look, NAMESPACE, PSP1, RSS, Rule, SPOTIFY_EMAIL};
use crate::rules::directories::is_email_awaited;
use crate::told::Told;
use crate::{EpisodeFacts, Facts};
use hearthcast_model::foreign::ForeignElement;
use hearthcast_model::visible::released_by;
use hearthcast_text::plain_of;

/// Longest description, in bytes (Apple, PSP-1).
pub(crate) const MOST_DESCRIPTION_BYTES: usize = 4000;
/// Kinds of feeds (`podcast:medium`), each but `mixed` also with an `L` behind it.
const MEDIA: [&str; 9] =
    ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"];
/// Kinds that need nothing to hear.
const WITHOUT_SOUND: [&str; 3] = ["newsletter", "blog", "publisher"];

pub(crate) const RULES: &[Rule] = &[
    Rule::error(("title_missing", RSS, "The show has a title.", "Give it one."), Look::Show(title_missing)),
    Rule::error(
        (
            "description_missing",
            APPLE,
            "The show has a description.",
            "Say in a few sentences what the show is about; until then the feed repeats the title.",
        ),
        Look::Show(description_missing),
    )
    .fixed_if_asked("Takes the words under the show's name as its description."),
    Rule::warning(
        (
            "description_long",
            APPLE,
            "The description has at most 4,000 bytes.",
            "Shorten it: the rest is cut off in the feed.",
        ),
        Look::Show(description_long),
    ),
    Rule::advice(
        (
            "description_title",
            PSP1,
            "The description says more than the title.",
            "Say in a few sentences what the show is about.",
        ),
        Look::Show(description_title),
    ),
    Rule::warning(
        (
            "author_missing",
            PSP1,
            "The show names its author.",
            "Write who makes the show: apps print it under the title.",
        ),
        Look::Show(author_missing),
    ),
    Rule::advice(
        (
            "owner_email_missing",
            SPOTIFY_EMAIL,
            "The feed names an e-mail address of its owner, or has a code in its place.",
            "Some directories send a code there when you claim the show. It is public, so leaving it empty is fine until one asks.",
        ),
        Look::Show(owner_email_missing),
    ),
    Rule::warning(
        (
            "owner_email_invalid",
            APPLE,
            "The owner's e-mail address is one.",
            "Correct it: directories send their codes there.",
        ),
        Look::Show(owner_email_invalid),
    ),
    Rule::advice(
        (
            "owner_name_missing",
            APPLE,
            "The owner with an e-mail address has a name, too.",
            "Write whose address it is.",
        ),
        Look::Show(owner_name_missing),
    )
    .fixed_if_asked("Takes the author's name as the owner's."),
    Rule::warning(
        (
            "link_missing",
            PSP1,
            "The show has a web page.",
            "Give the address of the show's page; until then the feed names itself.",
        ),
        Look::Show(link_missing),
    ),
    Rule::error(
        ("language_invalid", APPLE, "The language is a code of ISO 639.", "Examples: en, de, pt-br."),
        Look::Show(language_invalid),
    ),
    Rule::warning(
        (
            "language_unusual",
            APPLE,
            "The language has a code of two letters.",
            "Use a code of two letters if there is one.",
        ),
        Look::Show(language_unusual),
    ),
    Rule::advice(
        (
            "language_case",
            RSS,
            "The language code is in small letters.",
            "Write it in small letters, as RSS lists them.",
        ),
        Look::Show(language_case),
    )
    .fixed("Writes the language in small letters."),
    Rule::error(
        (
            "category_missing",
            APPLE,
            "The show has a category.",
            "Choose one of Apple's categories, such as Technology.",
        ),
        Look::Show(category_missing),
    ),
    Rule::error(
        ("category_unknown", APPLE, "Categories are those of Apple's list.", "Choose one of the list."),
        Look::Show(category_unknown),
    ),
    Rule::advice(
        ("category_repeated", APPLE, "A category stands once.", "Take one of the two out."),
        Look::Show(category_repeated),
    )
    .fixed("Leaves each category once."),
    Rule::warning(
        (
            "explicit_show",
            APPLE,
            "A show whose episodes are explicit is explicit itself.",
            "Mark the show as explicit: Apple may hide it otherwise.",
        ),
        Look::Show(explicit_show),
    )
    .fixed_if_asked("Marks the show as explicit."),
    Rule::warning(
        (
            "blocked_all",
            APPLE,
            "Directories may list an episode.",
            "Show the episodes that directories may list, or hide the whole show.",
        ),
        Look::Show(blocked_all),
    ),
    Rule::warning(
        (
            "complete_early",
            APPLE,
            "A show that is complete has no episodes to come.",
            "Mark it as complete after its last episode: Apple stops looking.",
        ),
        Look::Show(complete_early),
    ),
    Rule::advice(
        (
            "tag_dropped",
            APPLE,
            "The feed has no tags that Apple reads no more.",
            "It does no harm; nobody needs it any more.",
        ),
        Look::Show(tag_dropped),
    ),
    Rule::warning(
        (
            "medium_unknown",
            NAMESPACE,
            "The kind of feed is one that apps know.",
            "Use podcast, music, video, film, audiobook, newsletter, blog, publisher, course or mixed.",
        ),
        Look::Show(medium_unknown),
    ),
    Rule::warning(
        ("medium_video", NAMESPACE, "A show of videos has videos.", "Add the videos, or say that it is a podcast."),
        Look::Show(medium_video),
    ),
    Rule::error(
        (
            "nothing_to_hear",
            APPLE,
            "An episode can be heard.",
            "Add an episode with audio that is not a draft; a trailer is enough.",
        ),
        Look::Show(nothing_to_hear),
    ),
];

fn title_missing(facts: &Facts, told: &mut Told) {
    if facts.show.title.trim().is_empty() {
        told.say("title", "The show has no title.");
    }
}

fn description_missing(facts: &Facts, told: &mut Told) {
    if plain_of(&facts.show.description.safe).trim().is_empty() {
        let message = "The show has no description.";
        match facts.show.tagline.trim() {
            "" => told.say_unfixed("description", message),
            _ => told.say("description", message),
        }
    }
}

fn description_long(facts: &Facts, told: &mut Told) {
    let length = plain_of(&facts.show.description.safe).len();
    if length > MOST_DESCRIPTION_BYTES {
        told.say("description", format!("The description has {length} bytes; directories take 4,000."));
    }
}

fn description_title(facts: &Facts, told: &mut Told) {
    let description = plain_of(&facts.show.description.safe);
    if !description.trim().is_empty() && description.trim() == facts.show.title.trim() {
        told.say("description", "The description only repeats the title.");
    }
}

fn author_missing(facts: &Facts, told: &mut Told) {
    if facts.show.author.trim().is_empty() {
        told.say("author", "The show has no author.");
    }
}

/// A code in a `podcast:txt` does what the address does.
pub(crate) fn is_verified(facts: &Facts) -> bool {
    facts.show.tags.txts.iter().any(|txt| txt.purpose.contains("verify"))
}

/// A directory that waits for it has a rule of its own.
fn owner_email_missing(facts: &Facts, told: &mut Told) {
    if facts.show.shown_email().is_empty() && !is_verified(facts) && !is_email_awaited(facts) {
        told.say("owner_email", "The feed names no e-mail address of an owner.");
    }
}

fn owner_email_invalid(facts: &Facts, told: &mut Told) {
    let email = facts.show.shown_email().trim();
    let fits = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !email.contains(char::is_whitespace)
    });
    if !email.is_empty() && !fits {
        told.say("owner_email", format!("\"{email}\" is no e-mail address."));
    }
}

fn owner_name_missing(facts: &Facts, told: &mut Told) {
    if !facts.show.shown_email().is_empty() && facts.show.owner_name.trim().is_empty() {
        told.say("owner_name", "The owner has an e-mail address and no name.");
    }
}

fn link_missing(facts: &Facts, told: &mut Told) {
    if facts.show.link.trim().is_empty() {
        told.say("link", "The show has no web page.");
    }
}

fn language_invalid(facts: &Facts, told: &mut Told) {
    let language = &facts.show.language;
    if judge(language) == Tag::Invalid {
        told.say("language", format!("\"{language}\" is no language code."));
    }
}

fn language_unusual(facts: &Facts, told: &mut Told) {
    let language = &facts.show.language;
    if judge(language) == Tag::Unusual {
        told.say("language", format!("\"{language}\" is a language that not every directory knows."));
    }
}

fn language_case(facts: &Facts, told: &mut Told) {
    let language = &facts.show.language;
    if judge(language) != Tag::Invalid && language.bytes().any(|b| b.is_ascii_uppercase()) {
        told.say("language", format!("The language code \"{language}\" has capitals."));
    }
}

fn category_missing(facts: &Facts, told: &mut Told) {
    if facts.show.categories.is_empty() {
        told.say("categories", "The show has no category.");
    }
}

fn category_unknown(facts: &Facts, told: &mut Told) {
    for name in facts.unknown_categories {
        told.say("categories", format!("\"{name}\" is not a category that Apple knows."));
    }
}

fn category_repeated(facts: &Facts, told: &mut Told) {
    let all = &facts.show.categories;
    for (index, category) in all.iter().enumerate() {
        if all.iter().take(index).any(|before| before == category) {
            let name = &category.name;
            told.say("categories", format!("The category {name} stands there twice."));
        }
    }
}

fn heard<'a>(facts: &'a Facts) -> impl Iterator<Item = &'a EpisodeFacts<'a>> {
    facts.episodes.iter().filter(|one| one.is_heard())
}

fn explicit_show(facts: &Facts, told: &mut Told) {
    let all = heard(facts).all(|one| one.episode.explicit == Some(true));
    if !facts.show.explicit && all && heard(facts).next().is_some() {
        told.say("explicit", "Every episode is explicit, and the show is not.");
    }
}

fn blocked_all(facts: &Facts, told: &mut Told) {
    if !facts.show.blocked && heard(facts).all(|one| one.episode.blocked) && heard(facts).next().is_some() {
        told.say("blocked", "Every episode is hidden from directories, and the show is not.");
    }
}

fn complete_early(facts: &Facts, told: &mut Told) {
    let to_come = |one: &EpisodeFacts| one.episode.publish_at_ms.is_some() && !released_by(one.episode, facts.now_ms);
    if facts.show.complete && heard(facts).any(to_come) {
        told.say("complete", "The show is marked as complete, and an episode is to come.");
    }
}

fn tag_dropped(facts: &Facts, told: &mut Told) {
    let dropped = |element: &ForeignElement| {
        element.namespace.to_ascii_lowercase().contains("itunes.com/dtds/podcast")
            && matches!(element.name.as_str(), "keywords" | "subtitle")
    };
    let of_episodes = facts.episodes.iter().flat_map(|one| &one.episode.foreign);
    for element in facts.show.foreign.iter().chain(of_episodes).filter(|element| dropped(element)) {
        let name = &element.name;
        told.say("", format!("The feed has itunes:{name}, which Apple reads no more."));
    }
}

fn medium_unknown(facts: &Facts, told: &mut Told) {
    let medium = facts.show.medium.as_str();
    if !medium.is_empty() && medium != "mixed" && !MEDIA.contains(&medium.strip_suffix('L').unwrap_or(medium)) {
        told.say("medium", format!("\"{medium}\" is not a kind of feed that podcast apps know."));
    }
}

fn medium_video(facts: &Facts, told: &mut Told) {
    let is_video = |one: &EpisodeFacts| {
        let others = one.episode.tags.alternate_enclosures.iter().map(|other| other.mime.as_str());
        one.mime().into_iter().chain(others).any(|mime| mime.starts_with("video/"))
    };
    let medium = facts.show.medium.as_str();
    if matches!(medium, "video" | "film") && heard(facts).next().is_some() && !heard(facts).any(is_video) {
        told.say("medium", format!("The kind of feed is {medium}, and no episode is a video."));
    }
}

fn nothing_to_hear(facts: &Facts, told: &mut Told) {
    let medium = facts.show.medium.as_str();
    let needless = WITHOUT_SOUND.contains(&medium.strip_suffix('L').unwrap_or(medium));
    if !needless && heard(facts).next().is_none() {
        told.say("", "No episode can be heard yet: directories refuse empty shows.");
    }
}
