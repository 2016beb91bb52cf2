//! What many rules look at: the lines, the addresses and the namespace's texts of a show and of its episodes, each with whose
//! it is and the field it stands in.

use crate::Facts;
use crate::told::Told;
use hearthcast_model::Person;
use hearthcast_model::namespace::{EpisodeTags, LiveItem, ShowTags, Txt};
use hearthcast_model::person::Funding;
use url::Url;

/// Longest text of the namespace, in characters.
const TEXT: usize = 128;
/// Longest title and group of an alternate enclosure, and longest words in place of a number.
const SHORT: usize = 32;

/// Whose a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    /// The show's.
    Show,
    /// The episode's at this index.
    Episode(usize),
}

impl Whose {
    /// Tells something about it.
    pub(crate) fn say(self, facts: &Facts, told: &mut Told, field: &str, message: String) {
        match self {
            Self::Show => told.say(field, message),
            Self::Episode(index) => {
                if let Some(one) = facts.episodes.get(index) {
                    told.say_of(index, one.id, field, message);
                }
            }
        }
    }
}

/// A value and where it stands.
pub(crate) struct Value<'a> {
    /// Whose it is.
    pub whose: Whose,
    /// Its field, as in `ShowEdit` and `EpisodeEdit`.
    pub field: &'static str,
    /// The value.
    pub text: &'a str,
}

/// Lines that stand in a tag of their own.
pub(crate) fn lines<'a>(facts: &Facts<'a>) -> impl Iterator<Item = Value<'a>> + use<'a> {
    let show = facts.show;
    let of_show = [
        ("title", &show.title),
        ("author", &show.author),
        ("owner_name", &show.owner_name),
        ("copyright", &show.copyright),
    ];
    let of_show = of_show.into_iter().map(|(field, text)| Value { whose: Whose::Show, field, text });
    let of_episodes = facts.episodes.iter().enumerate();
    let of_episodes =
        of_episodes.map(|(i, one)| Value { whose: Whose::Episode(i), field: "title", text: &one.episode.title });
    of_show.chain(of_episodes)
}

/// Addresses of web pages, pictures, sounds and feeds.
pub(crate) fn addresses<'a>(facts: &Facts<'a>) -> Vec<Value<'a>> {
    let show = facts.show;
    let mut all = Addresses { whose: Whose::Show, values: vec![] };
    all.add("link", [&show.link]);
    all.add("hub", [&show.hub]);
    all.persons(&show.persons);
    all.funding(&show.funding);
    all.show_tags(&show.tags);
    for (index, one) in facts.episodes.iter().enumerate() {
        let episode = one.episode;
        all.whose = Whose::Episode(index);
        all.add("link", [&episode.link]);
        all.persons(&episode.persons);
        all.add("chapters", episode.chapters.iter().map(|chapter| &chapter.url));
        all.add("audio", episode.remote_audio.iter().filter(|_| episode.audio.is_none()).map(|remote| &remote.url));
        all.episode_tags(&episode.tags);
    }
    all.values
}

struct Addresses<'a> {
    whose: Whose,
    values: Vec<Value<'a>>,
}

impl<'a> Addresses<'a> {
    fn add(&mut self, field: &'static str, texts: impl IntoIterator<Item = &'a String>) {
        let whose = self.whose;
        let texts = texts.into_iter().filter(|text| !text.trim().is_empty());
        self.values.extend(texts.map(|text| Value { whose, field, text: text.as_str() }));
    }

    fn persons(&mut self, persons: &'a [Person]) {
        self.add("persons", persons.iter().flat_map(|person| [&person.img, &person.href]));
    }

    fn funding(&mut self, funding: &'a [Funding]) {
        self.add("funding", funding.iter().map(|way| &way.url));
    }

    fn show_tags(&mut self, tags: &'a ShowTags) {
        self.add("tags", tags.license.iter().map(|license| &license.url));
        self.add("tags", tags.trailers.iter().map(|trailer| &trailer.url));
        self.add("tags", tags.images.iter().map(|image| &image.href));
        self.add("tags", tags.social.iter().map(|social| &social.account_url));
        let feeds = tags.remote_items.iter().chain(&tags.podroll).chain(&tags.publisher);
        self.add("tags", feeds.map(|item| &item.feed_url));
        for live in &tags.live_items {
            self.live(live);
        }
    }

    fn live(&mut self, live: &'a LiveItem) {
        self.add("tags", [&live.link, &live.stream_url, &live.chapters_url]);
        self.add("tags", live.transcripts.iter().map(|transcript| &transcript.url));
        self.persons(&live.persons);
        self.episode_tags(&live.tags);
    }

    fn episode_tags(&mut self, tags: &'a EpisodeTags) {
        self.funding(&tags.funding);
        self.add("tags", tags.license.iter().map(|license| &license.url));
        self.add("tags", tags.images.iter().map(|image| &image.href));
        self.add("tags", tags.social.iter().map(|social| &social.account_url));
        self.add("tags", tags.content_links.iter().map(|link| &link.href));
    }
}

/// Plain http is refused by apps that show only safe pages.
pub(crate) fn is_insecure(link: &str) -> bool {
    link.trim().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")) && !is_on_this_machine(link)
}

/// Whether an address leads to this machine itself.
pub(crate) fn is_on_this_machine(address: &str) -> bool {
    Url::parse(address.trim()).is_ok_and(|url| hearthcast_model::place::is_loopback(&url))
}

/// A text of the namespace.
pub(crate) struct TagText<'a> {
    /// Where it stands.
    pub value: Value<'a>,
    /// What it belongs to, in a word or two.
    pub what: &'static str,
    /// Most characters.
    pub most: usize,
    /// Whether it must say something.
    pub needed: bool,
}

/// Texts of the namespace's tags.
pub(crate) fn tag_texts<'a>(facts: &Facts<'a>) -> Vec<TagText<'a>> {
    let show = facts.show;
    let mut all = Texts { whose: Whose::Show, texts: vec![] };
    all.persons(&show.persons);
    all.needed("funding", "way to give", show.funding.iter().map(|way| &way.text));
    all.show_tags(&show.tags);
    for (index, one) in facts.episodes.iter().enumerate() {
        all.whose = Whose::Episode(index);
        all.persons(&one.episode.persons);
        all.add("season_name", "season", TEXT, false, [&one.episode.season_name]);
        all.episode_tags(&one.episode.tags);
    }
    all.texts
}

struct Texts<'a> {
    whose: Whose,
    texts: Vec<TagText<'a>>,
}

impl<'a> Texts<'a> {
    fn add(
        &mut self,
        field: &'static str,
        what: &'static str,
        most: usize,
        needed: bool,
        texts: impl IntoIterator<Item = &'a String>,
    ) {
        let whose = self.whose;
        let texts = texts.into_iter().map(|text| Value { whose, field, text: text.as_str() });
        self.texts.extend(texts.map(|value| TagText { value, what, most, needed }));
    }

    fn needed(&mut self, field: &'static str, what: &'static str, texts: impl IntoIterator<Item = &'a String>) {
        self.add(field, what, TEXT, true, texts);
    }

    fn persons(&mut self, persons: &'a [Person]) {
        self.needed("persons", "person", persons.iter().map(|person| &person.name));
    }

    fn show_tags(&mut self, tags: &'a ShowTags) {
        self.needed("tags", "place", tags.locations.iter().map(|location| &location.name));
        self.needed("tags", "licence", tags.license.iter().map(|license| &license.id));
        self.needed("tags", "trailer", tags.trailers.iter().map(|trailer| &trailer.title));
        self.needed("tags", "update frequency", tags.update_frequency.iter().map(|often| &often.text));
        self.txts(&tags.txts);
        for live in &tags.live_items {
            self.needed("tags", "broadcast", [&live.title]);
            self.persons(&live.persons);
            self.episode_tags(&live.tags);
        }
    }

    fn episode_tags(&mut self, tags: &'a EpisodeTags) {
        self.needed("tags", "way to give", tags.funding.iter().map(|way| &way.text));
        self.add("tags", "number", SHORT, false, [&tags.number_display]);
        self.add("tags", "soundbite", TEXT, false, tags.soundbites.iter().map(|bite| &bite.title));
        self.needed("tags", "place", tags.locations.iter().map(|location| &location.name));
        self.needed("tags", "licence", tags.license.iter().map(|license| &license.id));
        let others = tags.alternate_enclosures.iter().flat_map(|other| [&other.title, &other.rel]);
        self.add("tags", "alternate enclosure", SHORT, false, others);
        self.needed("tags", "link", tags.content_links.iter().map(|link| &link.text));
        self.txts(&tags.txts);
    }

    /// How long the words of a `txt` are is a rule of its own.
    fn txts(&mut self, txts: &'a [Txt]) {
        self.add("tags", "text for programs", usize::MAX, true, txts.iter().map(|txt| &txt.text));
        self.add("tags", "purpose of a text for programs", TEXT, false, txts.iter().map(|txt| &txt.purpose));
    }
}
