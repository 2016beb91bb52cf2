//! Rules about the show itself.

use crate::Facts;
use crate::finding::{APPLE, About, Found, NAMESPACE, PRACTICE, PSP1, RSS, Source};
use crate::language::{Tag, judge};
use hearthcast_model::Show;
use hearthcast_text::plain_of;

/// Longest value of a tag (PSP-1, "Value lengths").
const MOST_CHARACTERS: usize = 255;
/// Longest description, in bytes (Apple, PSP-1).
pub const MOST_DESCRIPTION_BYTES: usize = 4000;

/// Looks at a show.
pub fn check(facts: &Facts, found: &mut Found) {
    let mut about = found.about("show", facts.id.as_str());
    texts(facts.show, &mut about);
    description(facts.show, &mut about);
    language(facts.show, &mut about);
    categories(facts, &mut about);
    people(facts.show, &mut about);
    address(&mut about, "link", &facts.show.link, PSP1);
    if facts.show.link.is_empty() {
        let hint = "Give the address of the show's page; until then the feed names itself.";
        about.warning("link_missing", "link", PSP1, "The show has no web page.", hint);
    }
    place(facts, &mut about);
    if facts.episodes.iter().all(|one| one.audio.is_none() || one.episode.is_post()) {
        let hint = "Add an episode with audio that is not a draft; a trailer is enough.";
        about.error("nothing_to_hear", "", APPLE, "No episode can be heard yet: directories refuse empty shows.", hint);
    }
}

fn texts(show: &Show, about: &mut About) {
    if show.title.trim().is_empty() {
        about.error("title_missing", "title", RSS, "The show has no title.", "Give it one.");
    }
    if show.author.trim().is_empty() {
        let hint = "Write who makes the show: apps print it under the title.";
        about.warning("author_missing", "author", PSP1, "The show has no author.", hint);
    }
    if show.owner_email.is_empty() {
        let message = "The feed names no e-mail address of an owner.";
        let hint = "Some directories send a code there when you claim the show. It is public, so leaving it empty is fine \
                    until one asks.";
        about.advice("owner_email_missing", "owner_email", PRACTICE, message, hint);
    }
    let lines = [
        ("title", &show.title),
        ("author", &show.author),
        ("owner_name", &show.owner_name),
        ("copyright", &show.copyright),
    ];
    for (field, text) in lines {
        short_enough(about, field, text);
    }
}

/// No value of a tag may be longer than 255 characters.
pub fn short_enough(about: &mut About, field: &str, text: &str) {
    let length = text.chars().count();
    if length > MOST_CHARACTERS {
        let message = format!("The {} has {length} characters; feeds have room for 255.", field.replace('_', " "));
        about.warning("text_long", field, PSP1, message, "Shorten it: apps cut it off.");
    }
}

fn description(show: &Show, about: &mut About) {
    let length = plain_of(&show.description.safe).len();
    if length == 0 {
        let hint = "Say in a few sentences what the show is about; until then the feed repeats the title.";
        about.error("description_missing", "description", APPLE, "The show has no description.", hint);
    }
    if length > MOST_DESCRIPTION_BYTES {
        let message = format!("The description has {length} bytes; directories take 4,000.");
        about.warning(
            "description_long",
            "description",
            APPLE,
            message,
            "Shorten it: the rest is cut off in the feed.",
        );
    }
}

fn language(show: &Show, about: &mut About) {
    match judge(&show.language) {
        Tag::Known => (),
        Tag::Unusual => {
            let message = format!("\"{}\" is a language that not every directory knows.", show.language);
            about.warning("language_unusual", "language", APPLE, message, "Use a code of two letters if there is one.");
        }
        Tag::Invalid => {
            let message = format!("\"{}\" is no language code.", show.language);
            about.error("language_invalid", "language", APPLE, message, "Examples: en, de, pt-br.");
        }
    }
}

fn categories(facts: &Facts, about: &mut About) {
    if facts.show.categories.is_empty() {
        let hint = "Choose one of Apple's categories, such as Technology.";
        about.error("category_missing", "categories", APPLE, "The show has no category.", hint);
    }
    for name in facts.unknown_categories {
        let message = format!("\"{name}\" is not a category that Apple knows.");
        about.error("category_unknown", "categories", APPLE, message, "Choose one of the list.");
    }
}

fn people(show: &Show, about: &mut About) {
    for person in &show.persons {
        address(about, "persons", &person.img, NAMESPACE);
        address(about, "persons", &person.href, NAMESPACE);
    }
    for way in &show.funding {
        address(about, "funding", &way.url, NAMESPACE);
    }
}

/// Plain http is refused by apps that show only safe pages.
pub fn address(about: &mut About, field: &str, link: &str, source: Source) {
    if link.starts_with("http://") && !on_this_machine(link) {
        let message = format!("{link} is not https.");
        about.warning("address_insecure", field, source, message, "Use the https address if there is one.");
    }
}

fn place(facts: &Facts, about: &mut About) {
    let Some(feed) = facts.feed_url else {
        let hint = "Add a folder that a web server shows, a bucket, or your Hearthcast server.";
        about.warning("no_target", "", PRACTICE, "The show has no place to be published to yet.", hint);
        return;
    };
    if on_this_machine(feed) {
        let message = format!("{feed} can be reached on this machine only.");
        about.advice("address_local", "", PRACTICE, message, "Directories need an address that everybody can reach.");
    } else if feed.starts_with("http://") {
        let message = format!("The feed's address {feed} is not https.");
        about.error("feed_insecure", "", PSP1, message, "Put the place behind https: directories ask for it.");
    }
}

fn on_this_machine(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| hearthcast_model::place::is_loopback(&url))
}
