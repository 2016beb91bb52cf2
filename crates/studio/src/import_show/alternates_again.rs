//! Other files of an episode that imports brought, when its feed is read again: they stand beside what it says anew, which never holds
//! them. Pure.

use super::alternates::{elsewhere, has};
use super::three_way::Fields;
use super::wanted::address;
use hearthcast_model::namespace::{AlternateEnclosure, EpisodeTags};
use hearthcast_model::{Episode, Sha256};

/// A file that an import brought, its place among the episode's, its address, and what the feed said of it the last time.
pub(crate) struct Came<'a> {
    at: usize,
    mine: &'a AlternateEnclosure,
    url: String,
    said: AlternateEnclosure,
}

impl Came<'_> {
    /// Whether it is the sound of the episode, which lies at this address.
    pub(crate) fn is_sound(&self, url: &str) -> bool {
        self.said.default || address(&self.url) == address(url)
    }
}

/// Files of an episode that imports brought; `base` is what the feed said the last time, `lay` where files of this hash lay.
pub(crate) fn came<'a, 'b>(mine: &'a Episode, base: &Fields, lay: impl Fn(&Sha256) -> Vec<&'b str>) -> Vec<Came<'a>> {
    let mut own = vec![];
    for (at, other) in mine.tags.alternate_enclosures.iter().enumerate() {
        let urls = other.file.as_ref().map(|file| lay(&file.hash)).unwrap_or_default();
        if !urls.is_empty() {
            own.push((at, other, urls));
        }
    }
    if own.is_empty() {
        return vec![];
    }
    let tags = base.get("tags").and_then(|tags| serde_json::from_value::<EpisodeTags>(tags.clone()).ok());
    let mut said = tags.unwrap_or_default().alternate_enclosures;
    let mut came = vec![];
    for (at, mine, urls) in own {
        let url_in = |said: &AlternateEnclosure| {
            said.sources.iter().find(|source| urls.contains(&source.uri.as_str())).map(|source| source.uri.clone())
        };
        let found = said.iter().enumerate().find_map(|(place, said)| Some((place, url_in(said)?)));
        if let Some((place, url)) = found {
            // Of several with the same bytes each is one that the feed names.
            came.push(Came { at, mine, url, said: said.remove(place) });
        }
    }
    came
}

/// Makes the tags of an episode what its feed said: without the files that imports brought.
pub(crate) fn as_said(tags: &mut EpisodeTags, came: &[Came<'_>]) {
    for one in came {
        if let Some(other) = tags.alternate_enclosures.get_mut(one.at) {
            let AlternateEnclosure { lang, title, rel, default, .. } = std::mem::take(other);
            *other = AlternateEnclosure { lang, title, rel, default, ..one.said.clone() };
        }
    }
}

/// Gives tags the files back that imports brought, where the feed still names them, and no other length.
pub(crate) fn put_back(tags: &mut EpisodeTags, came: &[Came<'_>]) {
    for other in &mut tags.alternate_enclosures {
        let is_it = |one: &&Came<'_>| {
            other.file.is_none() && has(other, &one.url) && other.length_bytes == one.said.length_bytes
        };
        if let Some(one) = came.iter().find(is_it) {
            let AlternateEnclosure { lang, title, rel, default, sources, .. } = std::mem::take(other);
            let sources =
                if sources == one.said.sources { one.mine.sources.clone() } else { elsewhere(sources, &one.url) };
            *other = AlternateEnclosure { lang, title, rel, default, sources, ..one.mine.clone() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::alternates::tests::{OPUS, other, source, with};
    use super::super::three_way::{bring, fields_of};
    use super::*;
    use hearthcast_model::namespace::Soundbite;
    use hearthcast_model::show::Attachment;

    #[test]
    fn what_came_stays_beside_other_words_and_goes_with_another_file() {
        let said = with(vec![other("audio/opus", vec![source(OPUS, ""), source("ipfs://QmX", "")])]);
        let base = fields_of(&said).unwrap();
        let file = Attachment { hash: Sha256::of(b"opus"), name: "s".into(), ext: "opus".into() };
        let mine = with(vec![AlternateEnclosure {
            length_bytes: None,
            codecs: "opus".into(),
            file: Some(file.clone()),
            ..other("audio/opus", vec![source("ipfs://QmX", "")])
        }]);
        let again = |theirs: &Episode| {
            let came = came(&mine, &base, |hash| if *hash == file.hash { vec![OPUS] } else { vec![] });
            let mut bare = mine.clone();
            as_said(&mut bare.tags, &came);
            assert_eq!(bare, said, "as the feed said it");
            let mut brought = bring(&base, &bare, theirs).unwrap();
            put_back(&mut brought.body.tags, &came);
            (brought.is_new(), brought.body)
        };
        assert_eq!(again(&said), (false, mine.clone()));
        let with_one = |change: fn(&mut AlternateEnclosure), episode: &Episode| {
            let mut episode = episode.clone();
            change(&mut episode.tags.alternate_enclosures[0]);
            episode
        };
        let title: fn(&mut AlternateEnclosure) = |one| one.title = "Small".into();
        assert_eq!(again(&with_one(title, &said)), (true, with_one(title, &mine)));
        let longer = with_one(|one| one.length_bytes = Some(10), &said);
        assert_eq!(again(&longer), (true, longer.clone()), "another file is to be brought");
        assert_eq!(again(&with(vec![])), (true, with(vec![])), "what the feed takes away goes");
    }

    /// A file of these bytes.
    fn file(bytes: &[u8], ext: &str) -> Attachment {
        Attachment { hash: Sha256::of(bytes), name: "s".into(), ext: ext.into() }
    }

    #[test]
    fn of_several_with_the_same_bytes_each_is_one_that_the_feed_names() {
        let [sound, mirror, copy] =
            ["https://old.example/1.mp3", "https://m.example/1.mp3", "https://m.example/1.opus"];
        let named = |mime: &str, url: &str| other(mime, vec![source(url, "")]);
        let said = with(vec![named("audio/mpeg", mirror), named("audio/opus", OPUS), named("audio/opus", copy)]);
        let base = fields_of(&said).unwrap();
        let (mp3, opus) = (file(b"mp3", "mp3"), file(b"opus", "opus"));
        let mut mine = said.clone();
        for (one, file) in mine.tags.alternate_enclosures.iter_mut().zip([&mp3, &opus, &opus]) {
            (one.length_bytes, one.file, one.sources) = (None, Some(file.clone()), vec![]);
        }
        let came = came(&mine, &base, |hash| if *hash == mp3.hash { vec![mirror, sound] } else { vec![copy, OPUS] });
        let mut bare = mine.clone();
        as_said(&mut bare.tags, &came);
        assert_eq!(bare, said, "nothing of it is a change of one's own");
        let mut theirs = said.clone();
        theirs.tags.soundbites.push(Soundbite { start_ms: 1, duration_ms: 15_000, title: "Best".into() });
        let mut brought = bring(&base, &bare, &theirs).unwrap();
        put_back(&mut brought.body.tags, &came);
        let mut wanted = mine.clone();
        wanted.tags.soundbites = theirs.tags.soundbites;
        assert!(brought.is_new() && brought.fields.iter().all(|field| !field.kept));
        assert_eq!(brought.body, wanted);
    }

    #[test]
    fn the_sound_itself_is_known_by_its_address_or_by_the_word_of_the_feed() {
        let mut said = with(vec![other("audio/mpeg", vec![source("https://old.example/1.mp3", "")])]);
        let mut mine = said.clone();
        mine.tags.alternate_enclosures[0].file = Some(file(b"mp3", "mp3"));
        let is_sound = |said: &Episode, url: &str| {
            let came = came(&mine, &fields_of(said).unwrap(), |_| vec!["https://old.example/1.mp3"]);
            came[0].is_sound(url)
        };
        assert!(is_sound(&said, "https://op3.dev/e/old.example/1.mp3"), "behind a service that counts");
        assert!(!is_sound(&said, "https://old.example/2.mp3"));
        said.tags.alternate_enclosures[0].default = true;
        assert!(is_sound(&said, "https://old.example/2.mp3"));
    }
}
