//! What a publication, a rule or another layout changes of what apps know published episodes by, and the word that has to be
//! typed first. Pure. What it is not: what apps make of it; that is data of `hearthcast_model::guard`.

use crate::feed_tree::FeedTree;
use crate::layout::Layout;
use crate::plan::urls;
use hearthcast_feed::dates::rfc2822;
use hearthcast_model::guard::{Consequence, EXAMPLES, KnownBy, Swap};
use hearthcast_model::manifest::Object;
use hearthcast_model::place::Target;
use hearthcast_model::prefix::prefixed;
use hearthcast_model::visible::is_public;
use hearthcast_model::{Code, Episode, EpisodeId, Error, Record, Result, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An episode as feeds had it, and as they will.
pub(crate) struct Pair<'a> {
    pub(crate) id: &'a EpisodeId,
    pub(crate) before: &'a Episode,
    pub(crate) after: &'a Episode,
}

/// Addresses of sounds in a feed.
pub(crate) type Addresses = HashMap<EpisodeId, String>;

/// What changes of what apps know episodes by.
#[derive(Debug, Default)]
pub struct Guarded {
    /// Each kind of change once, the worst first.
    pub consequences: Vec<Consequence>,
    /// Episodes with a change that has to be confirmed, by their slugs.
    slugs: BTreeSet<String>,
}

impl Guarded {
    /// Compares. `prefix`: the way to all sounds changes, whether they are replaced or not.
    pub(crate) fn of(pairs: &[Pair], before: &Addresses, after: &Addresses, prefix: bool) -> Self {
        let mut found: BTreeMap<KnownBy, Consequence> = BTreeMap::new();
        let mut slugs = BTreeSet::new();
        for pair in pairs {
            for (what, was, is, to_confirm) in changes(pair, before, after, prefix) {
                if to_confirm {
                    slugs.insert(pair.before.slug.clone());
                }
                let told = found.entry(what).or_insert_with(|| nothing_yet(what));
                told.episodes = told.episodes.saturating_add(1);
                told.to_confirm |= to_confirm;
                if told.examples.len() < EXAMPLES {
                    told.examples.push(Swap { title: pair.before.title.clone(), before: was, after: is });
                }
            }
        }
        Self { consequences: found.into_values().collect(), slugs }
    }

    /// What has to be typed: the slug of the episode, or how many there are and the slug of the show.
    pub fn word(&self, show: &str) -> Option<String> {
        match self.slugs.len() {
            0 => None,
            1 => self.slugs.first().cloned(),
            n => Some(format!("{n} {show}")),
        }
    }

    /// Why it cannot be done before that was typed; `None` when `typed` is just that, or nothing has to be.
    pub fn refusal(&self, show: &str, typed: Option<&str>, how: &str) -> Option<Error> {
        let word = self.word(show)?;
        let typed = typed.map(str::trim).filter(|typed| !typed.is_empty());
        if typed == Some(word.as_str()) {
            return None;
        }
        let what = match typed {
            Some(typed) => format!("\"{typed}\" is not what has to be typed: {word}. Nothing was changed."),
            None => self.told(),
        };
        let hint = format!("If that is meant, type what it is about: {how} --confirm \"{word}\"");
        Some(Error::new(Code::GuardConfirm, what).hint(hint).about("guard", word))
    }

    /// In one sentence.
    fn told(&self) -> String {
        let changes = self.consequences.iter().filter(|one| one.to_confirm).map(|one| {
            let title = one.examples.first().map_or("", |example| example.title.as_str());
            match one.episodes {
                1 => format!("{} of \"{title}\"", one.what.words()),
                n => format!("{} of {n} episodes", one.what.words()),
            }
        });
        let changes = changes.collect::<Vec<_>>().join(", and ");
        format!("Apps know published episodes by what would change: {changes}.")
    }
}

/// A kind of change that nothing was found of yet.
pub(crate) fn nothing_yet(what: KnownBy) -> Consequence {
    Consequence { what, episodes: 0, examples: vec![], effects: what.effects(), to_confirm: false }
}

/// What differs, with both sides, and whether it has to be confirmed. Who replaces a sound chose then what becomes of its address.
fn changes(
    Pair { id, before, after }: &Pair,
    old: &Addresses,
    new: &Addresses,
    prefix: bool,
) -> Vec<(KnownBy, String, String, bool)> {
    let mut changes = vec![];
    if before.guid != after.guid {
        changes.push((KnownBy::Guid, before.guid.clone(), after.guid.clone(), true));
    }
    // The second is the smallest thing that a feed can say.
    let [was, is] = [before, after].map(|episode| episode.publish_at_ms.and_then(rfc2822).unwrap_or_default());
    if was != is {
        changes.push((KnownBy::Date, was, is, true));
    }
    let replaced = before.audio.as_ref().map(|file| &file.hash) != after.audio.as_ref().map(|file| &file.hash);
    match (old.get(*id), new.get(*id)) {
        (Some(was), Some(is)) if was != is => {
            changes.push((KnownBy::Address, was.clone(), is.clone(), prefix || !replaced));
        }
        (Some(was), Some(_)) if replaced => {
            let side = |episode: &Episode| episode.audio.as_ref().map(|file| file.hash.to_string()).unwrap_or_default();
            changes.push((KnownBy::Sound, format!("{was} ({})", side(before)), side(after), false));
        }
        _ => {}
    }
    changes
}

/// The addresses of sounds that a feed has at a target.
pub(crate) fn addresses(
    target: &Target,
    show: &Show,
    layout: &Layout,
    episodes: &[ReleasedEpisode],
) -> Result<Addresses> {
    let laid = layout.files(show, &episodes.iter().collect::<Vec<_>>())?;
    let urls = urls(target, show, layout, &laid, episodes.iter().map(|one| (&one.id, &one.body)));
    let address = |episode: &Episode| match (&episode.audio, &episode.remote_audio) {
        (Some(audio), _) if show.prefix.is_empty() => urls.get(audio).map(|url| url.into_owned()),
        (Some(audio), _) => urls.get(audio).map(|url| prefixed(&show.prefix, &url)),
        (None, remote) => remote.as_ref().map(|remote| remote.url.clone()),
    };
    let pairs = episodes.iter().filter_map(|one| Some((one.id.clone(), address(&one.body)?)));
    Ok(pairs.collect())
}

/// A feed that is public at a place, and what is to be there.
#[derive(Debug, Clone, Copy)]
pub struct NewAddresses<'a> {
    /// The feed of today; of one in pages what stands at its own address.
    pub feed: &'a [u8],
    /// The place with the rules of today, and the files that are public there: where the sounds of older pages are.
    pub before: (&'a Target, &'a [Object]),
    /// Its files, whose names stay; none where they get the names of the rules.
    pub there: &'a [Object],
    /// The place with the rules of tomorrow.
    pub after: &'a Target,
    /// The show.
    pub show: &'a Record<Show>,
    /// Its episodes.
    pub episodes: &'a [Record<Episode>],
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// What other rules, another layout or another place makes of the addresses of sounds that are public.
pub fn of_rules(input: &NewAddresses) -> Result<Guarded> {
    let NewAddresses { after, episodes, now_ms, .. } = *input;
    let (Some(show), Some(feed)) = (&input.show.released, FeedTree::read(input.feed)) else {
        return Ok(Guarded::default());
    };
    let heard = feed.items.iter().filter_map(|item| {
        let address = item.tags.get("enclosure")?.first()?.attribute("url")?;
        Some((item.guid.as_str(), address.to_string()))
    });
    let heard: HashMap<&str, String> = heard.collect();
    let public = episodes.iter().filter(|record| is_public(record, now_ms));
    let public: Vec<ReleasedEpisode> = public
        .filter_map(|record| {
            let body = record.released.clone().filter(Episode::is_in_feeds)?;
            Some(ReleasedEpisode { id: EpisodeId::parse(&record.id)?, body })
        })
        .collect();
    let (before, named) = input.before;
    let mut old = addresses(before, show, &Layout::of(before, &show.slug, named.iter())?, &public)?;
    // What the feed says counts more than what it would say today.
    let was = |one: &ReleasedEpisode| Some((one.id.clone(), heard.get(one.body.guid.as_str())?.clone()));
    old.extend(public.iter().filter_map(was));
    let layout = Layout::of(after, &show.slug, input.there.iter())?;
    let new = addresses(after, show, &layout, &public)?;
    let pairs: Vec<Pair> = public.iter().map(|one| Pair { id: &one.id, before: &one.body, after: &one.body }).collect();
    Ok(Guarded::of(&pairs, &old, &new, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::show::Attachment;
    use hearthcast_model::{Sha256, ShowId};

    const MONDAY_MS: i64 = 1_767_592_800_000;

    fn episode(slug: &str) -> (EpisodeId, Episode) {
        let id = EpisodeId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let show = ShowId::parse("018f0000-0000-7000-8000-000000000002").unwrap();
        let mut episode = Episode::new(show, slug, slug, slug, 0);
        episode.audio = Some(Attachment { hash: Sha256::of(b"one"), name: "one".into(), ext: "mp3".into() });
        episode.publish_at_ms = Some(MONDAY_MS);
        (id, episode)
    }

    fn compared(change: impl Fn(&mut Episode), urls: [&str; 2], prefix: bool) -> Guarded {
        let (id, before) = episode("fog");
        let mut after = before.clone();
        change(&mut after);
        let [old, new] = urls.map(|url| Addresses::from([(id.clone(), url.to_string())]));
        Guarded::of(&[Pair { id: &id, before: &before, after: &after }], &old, &new, prefix)
    }

    fn kinds(guarded: &Guarded) -> Vec<(KnownBy, bool)> {
        guarded.consequences.iter().map(|one| (one.what, one.to_confirm)).collect()
    }

    #[test]
    fn guid_date_and_address_have_to_be_confirmed() {
        let other = |episode: &mut Episode| episode.audio.as_mut().unwrap().hash = Sha256::of(b"two");
        type Case<'a> = (&'a str, Guarded, &'a [(KnownBy, bool)]);
        let cases: [Case; 7] = [
            ("nothing", compared(|e| e.title = "Mist".into(), ["u", "u"], false), &[]),
            ("the guid", compared(|e| e.guid = "g".into(), ["u", "u"], false), &[(KnownBy::Guid, true)]),
            (
                "a minute later",
                compared(|e| e.publish_at_ms = Some(MONDAY_MS + 60_000), ["u", "u"], false),
                &[(KnownBy::Date, true)],
            ),
            ("no second later", compared(|e| e.publish_at_ms = Some(MONDAY_MS + 999), ["u", "u"], false), &[]),
            ("the way there", compared(|_| (), ["u", "p/u"], true), &[(KnownBy::Address, true)]),
            ("another sound, elsewhere", compared(other, ["u", "v"], false), &[(KnownBy::Address, false)]),
            ("another sound, there", compared(other, ["u", "u"], false), &[(KnownBy::Sound, false)]),
        ];
        for (why, guarded, expected) in &cases {
            assert_eq!(kinds(guarded), *expected, "{why}");
            let asked = expected.iter().any(|(_, confirm)| *confirm);
            assert_eq!(guarded.word("harbour").as_deref(), asked.then_some("fog"), "{why}");
        }
    }

    #[test]
    fn only_the_very_word_is_taken() {
        let guarded = compared(|e| e.guid = "g".into(), ["u", "u"], false);
        let refused = |typed: Option<&str>| guarded.refusal("harbour", typed, "hearthcast publish harbour");
        assert!(refused(Some(" fog ")).is_none());
        for typed in [None, Some(""), Some("Fog"), Some("harbour"), Some("yes")] {
            let error = refused(typed).expect("refused");
            assert_eq!((error.code, error.hint.contains("--confirm \"fog\"")), (Code::GuardConfirm, true), "{typed:?}");
        }
        assert!(compared(|_| (), ["u", "u"], false).refusal("harbour", Some("x"), "").is_none(), "nothing is asked");
    }

    #[test]
    fn of_many_the_number_is_typed() {
        let all: Vec<(EpisodeId, Episode)> = (0..5)
            .map(|n| {
                let id = format!("018f0000-0000-7000-8000-00000000001{n}");
                (EpisodeId::parse(&id).unwrap(), episode(&format!("part-{n}")).1)
            })
            .collect();
        let pairs: Vec<Pair> = all.iter().map(|(id, e)| Pair { id, before: e, after: e }).collect();
        let at = |base: &str| all.iter().map(|(id, e)| (id.clone(), format!("{base}{}", e.slug))).collect();
        let guarded = Guarded::of(&pairs, &at("a/"), &at("b/"), true);
        assert_eq!(guarded.word("harbour").as_deref(), Some("5 harbour"));
        assert_eq!((guarded.consequences[0].episodes, guarded.consequences[0].examples.len()), (5, EXAMPLES));
    }
}
