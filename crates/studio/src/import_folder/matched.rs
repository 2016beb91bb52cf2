//! Which episode of a show a sound of a folder is of, by what its tags and its name say: by its guid, where it has one; else by
//! title and day or number; else by the name that the episode's sound had where it lay. What may be of several is of none. Pure.

use super::alike::{is_on, name_at, plain, words};
use super::said::Said;
use hearthcast_model::{Episode, EpisodeNumber};
use std::collections::{HashMap, HashSet};

/// What an episode is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Guid,
    Day,
    Number,
    Name,
}

impl By {
    /// In words, after "its".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Guid => "guid",
            Self::Day => "title and day",
            Self::Number => "title and number",
            Self::Name => "file name",
        }
    }
}

/// What a sound is of; episodes by their place among those that were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// No episode that is known.
    New,
    /// This one.
    One(usize, By),
    /// One that was removed here.
    Removed,
    /// Nobody can tell.
    Unclear(Unclear),
}

/// Why nobody can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclear {
    /// It may be of several, which are so many.
    Several(usize),
    /// It is titled as this one, and nothing says that it is this one.
    TitleAlone(usize),
    /// It is named as the sound of this one, and titled as another.
    Torn(usize),
    /// Another sound seems to be that of this one as well.
    NotAlone(usize),
}

/// What is compared of an episode.
struct Mark {
    lives: bool,
    has_sound: bool,
    season: Option<u32>,
    number: Option<EpisodeNumber>,
    at_ms: Option<i64>,
}

/// How an episode with the same title and a sound agree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agree {
    Both,
    Day,
    Number,
    /// Neither says what the other does.
    Silent,
    No,
}

impl Mark {
    fn agrees(&self, said: &Said) -> Agree {
        if matches!((self.season, said.season), (Some(one), Some(other)) if one != other) {
            return Agree::No;
        }
        let day = self.at_ms.zip(said.published_ms).map(|(at, day)| is_on(at, day));
        let number = self.number.zip(said.number).map(|(one, other)| one == other);
        match (day, number) {
            (Some(true), Some(true)) => Agree::Both,
            (Some(true), _) => Agree::Day,
            (_, Some(true)) => Agree::Number,
            (None, None) => Agree::Silent,
            _ => Agree::No,
        }
    }
}

/// The episodes of a show, by what a sound may be known by.
#[derive(Default)]
pub(super) struct Episodes {
    marks: Vec<Mark>,
    guids: HashMap<String, usize>,
    titles: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
}

impl Episodes {
    /// Of all episodes, each with whether it was not removed.
    pub(super) fn of<'a>(all: impl IntoIterator<Item = (&'a Episode, bool)>) -> Self {
        let mut found = Self::default();
        for (n, (episode, lives)) in all.into_iter().enumerate() {
            found.marks.push(Mark {
                lives,
                has_sound: episode.audio.is_some(),
                season: episode.season,
                number: episode.number,
                at_ms: episode.publish_at_ms,
            });
            // Of two with one guid the living one counts.
            let guid = episode.guid.trim();
            if lives || !found.guids.contains_key(guid) {
                found.guids.insert(guid.into(), n);
            }
            if episode.is_post() {
                continue;
            }
            let title = words(&episode.title);
            if !title.is_empty() {
                found.titles.entry(title).or_default().push(n);
            }
            if let Some(remote) = &episode.remote_audio {
                found.lay(n, &remote.url);
            }
        }
        found
    }

    /// The sound of an episode lay at an address.
    pub(super) fn lay(&mut self, n: usize, url: &str) {
        if !self.marks.get(n).is_some_and(|mark| mark.lives) {
            return;
        }
        if let Some(name) = name_at(url) {
            let of_name = self.names.entry(name).or_default();
            if !of_name.contains(&n) {
                of_name.push(n);
            }
        }
    }

    /// What each of a folder's sounds is of, by its name and by what it says.
    pub(super) fn matches(&self, sounds: &[(&str, &Said)]) -> Vec<Match> {
        let mut found: Vec<Match> = sounds.iter().map(|(name, said)| self.of_one(name, said)).collect();
        let (mut by_guid, mut others) = (HashSet::new(), HashMap::<usize, usize>::new());
        for one in &found {
            match one {
                Match::One(n, By::Guid) => {
                    by_guid.insert(*n);
                }
                Match::One(n, _) => *others.entry(*n).or_default() += 1,
                _ => (),
            }
        }
        for one in &mut found {
            let Match::One(n, by) = *one else { continue };
            let alone = others.get(&n).is_none_or(|count| *count < 2);
            // Where it has its sound, or gets it by guid, none of the others is it.
            if by != By::Guid && !alone && !by_guid.contains(&n) && !self.marks[n].has_sound {
                *one = Match::Unclear(Unclear::NotAlone(n));
            }
        }
        found
    }

    fn of_one(&self, name: &str, said: &Said) -> Match {
        if let Some(guid) = &said.guid {
            return match self.guids.get(guid.as_str()) {
                Some(n) if self.marks[*n].lives => Match::One(*n, By::Guid),
                Some(_) => Match::Removed,
                None => Match::New,
            };
        }
        let titled = self.titled(said, true);
        let agreed = agreed(&titled);
        if let [(n, by)] = agreed[..] {
            return Match::One(n, by);
        }
        let named = self.names.get(&plain(name)).map(Vec::as_slice).unwrap_or_default();
        let has_title = |n: &usize| titled.iter().any(|(titled, _)| titled == n);
        let both: Vec<usize> = named.iter().copied().filter(has_title).collect();
        match (named, &both[..]) {
            (_, [n]) => return Match::One(*n, By::Name),
            ([n], []) if titled.is_empty() => return Match::One(*n, By::Name),
            ([n], []) => return Match::Unclear(Unclear::Torn(*n)),
            ([], _) => (),
            (several, _) => return Match::Unclear(Unclear::Several(several.len())),
        }
        if agreed.len() > 1 {
            return Match::Unclear(Unclear::Several(agreed.len()));
        }
        match titled.iter().find(|(_, agree)| *agree == Agree::Silent) {
            Some((n, _)) => Match::Unclear(Unclear::TitleAlone(*n)),
            None if self::agreed(&self.titled(said, false)).is_empty() => Match::New,
            None => Match::Removed,
        }
    }

    /// The episodes with its title, among those that live or among those that were removed.
    fn titled(&self, said: &Said, lives: bool) -> Vec<(usize, Agree)> {
        let of_title = self.titles.get(&words(&said.title)).map(Vec::as_slice).unwrap_or_default();
        let meant = of_title.iter().filter(|n| self.marks[**n].lives == lives);
        meant.map(|n| (*n, self.marks[*n].agrees(said))).collect()
    }
}

/// Those that agree in the most.
fn agreed(titled: &[(usize, Agree)]) -> Vec<(usize, By)> {
    let of = |wanted: &[Agree]| -> Vec<(usize, By)> {
        let by = |agree: Agree| if agree == Agree::Number { By::Number } else { By::Day };
        titled.iter().filter(|(_, agree)| wanted.contains(agree)).map(|(n, agree)| (*n, by(*agree))).collect()
    };
    let both = of(&[Agree::Both]);
    if both.is_empty() { of(&[Agree::Day, Agree::Number]) } else { both }
}

#[cfg(test)]
mod tests {
    use super::super::alike::DAY_MS;
    use super::*;
    use hearthcast_model::episode::EpisodeKind;
    use hearthcast_model::{RemoteAudio, ShowId};

    /// `date -u -d 2024-03-01T10:00 +%s`
    const MARCH_AT_TEN: i64 = 1_709_287_200_000;
    /// `date -u -d 2024-03-01 +%s`
    const MARCH: i64 = 1_709_251_200_000;

    fn episode(guid: &str, title: &str, number: u32) -> Episode {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let mut made = Episode::new(show, guid, title, "s", 1);
        (made.number, made.publish_at_ms) = (Some(number.into()), Some(MARCH_AT_TEN));
        made
    }

    fn lay(url: &str, episode: Episode) -> Episode {
        Episode { remote_audio: Some(RemoteAudio { url: url.into(), ..RemoteAudio::default() }), ..episode }
    }

    fn named(title: &str) -> Said {
        Said { title: title.into(), ..Said::default() }
    }

    fn found(episodes: &[Episode], sounds: &[(&str, &Said)]) -> Vec<Match> {
        Episodes::of(episodes.iter().map(|episode| (episode, true))).matches(sounds)
    }

    fn one(episodes: &[Episode], name: &str, said: &Said) -> Match {
        found(episodes, &[(name, said)])[0]
    }

    #[test]
    fn a_guid_decides_alone() {
        let show = [episode(" a ", "The sea", 1), episode("b", "The hill", 2)];
        let said = |guid: &str| Said { guid: Some(guid.into()), number: Some(2.into()), ..named("The hill") };
        assert_eq!(one(&show, "x.mp3", &said("a")), Match::One(0, By::Guid));
        assert_eq!(
            one(&show, "x.mp3", &said("c")),
            Match::New,
            "another guid is another episode, however it is titled"
        );
        let removed = Episodes::of([(&show[0], false), (&show[1], true)]);
        assert_eq!(removed.matches(&[("x.mp3", &said("a"))]), [Match::Removed]);
    }

    #[test]
    fn a_title_needs_a_day_or_a_number() {
        let show = [episode("a", "Q & A: The sea", 1), Episode { season: Some(2), ..episode("b", "The hill", 2) }];
        let sea = named("Q & A_ the  SEA");
        for (day, number, season, wanted) in [
            (Some(MARCH), None, None, Match::One(0, By::Day)),
            (None, Some(1), None, Match::One(0, By::Number)),
            (Some(MARCH), Some(7), None, Match::One(0, By::Day)),
            (Some(MARCH - 40 * DAY_MS), Some(1), None, Match::One(0, By::Number)),
            (Some(MARCH - 40 * DAY_MS), None, None, Match::New),
            (None, Some(7), None, Match::New),
            (None, None, None, Match::Unclear(Unclear::TitleAlone(0))),
            (None, None, Some(4), Match::Unclear(Unclear::TitleAlone(0))),
        ] {
            let number = number.map(|number: u32| number.into());
            let said = Said { published_ms: day, number, season, ..sea.clone() };
            assert_eq!(one(&show, "x.mp3", &said), wanted, "{said:?}");
        }
        let of_season = |season| Said { season: Some(season), number: Some(2.into()), ..named("The hill") };
        assert_eq!(one(&show, "x.mp3", &of_season(2)), Match::One(1, By::Number));
        assert_eq!(one(&show, "x.mp3", &of_season(1)), Match::New, "the same number of another season");
        let post = Episode { kind: EpisodeKind::Post, ..episode("p", "The sea", 1) };
        let said = Said { number: Some(1.into()), ..named("The sea") };
        assert_eq!(one(&[post], "x.mp3", &said), Match::New, "a post has no sound");
        assert_eq!(Episodes::of([(&show[1], false)]).matches(&[("x.mp3", &of_season(2))]), [Match::Removed]);
    }

    #[test]
    fn of_several_with_one_title_day_and_number_together_count() {
        let next = Episode { publish_at_ms: Some(MARCH_AT_TEN + DAY_MS), ..episode("b", "News", 2) };
        let show = [episode("a", "News", 1), next];
        let day = Said { published_ms: Some(MARCH), ..named("News") };
        assert_eq!(one(&show, "x.mp3", &day), Match::Unclear(Unclear::Several(2)), "a day may end elsewhere");
        let both = Said { number: Some(1.into()), ..day };
        assert_eq!(one(&show, "x.mp3", &both), Match::One(0, By::Day));
        let torn = Said { published_ms: Some(MARCH - DAY_MS), number: Some(2.into()), ..named("News") };
        assert_eq!(
            one(&show, "x.mp3", &torn),
            Match::Unclear(Unclear::Several(2)),
            "the day of one, the other's number"
        );
    }

    #[test]
    fn the_name_of_the_old_sound_counts_last() {
        let show = [
            lay("https://op3.dev/e/pod.example/a/Sea%20%C3%BC.mp3?x=1", episode("a", "The sea", 1)),
            lay("https://pod.example/hill.mp3", episode("b", "The hill", 2)),
            lay("https://pod.example/c/audio.mp3", episode("c", "The quay", 3)),
            lay("https://pod.example/d/audio.mp3", episode("d", "The pier", 4)),
        ];
        let of = |name: &str, title: &str| one(&show, name, &named(title));
        assert_eq!(of("sea u\u{308}.MP3", "Tape"), Match::One(0, By::Name), "as a Mac writes it");
        assert_eq!(of("hill.mp3", "The hill"), Match::One(1, By::Name));
        assert_eq!(of("hill.mp3", "The sea"), Match::Unclear(Unclear::Torn(1)));
        assert_eq!(of("audio.mp3", "Tape"), Match::Unclear(Unclear::Several(2)));
        assert_eq!(of("audio.mp3", "The pier"), Match::One(3, By::Name));
        assert_eq!(of("other.mp3", "Tape"), Match::New);
        let said = Said { number: Some(1.into()), ..named("The sea") };
        assert_eq!(one(&show, "hill.mp3", &said), Match::One(0, By::Number), "what the tags say counts more");
        // One that was brought is known by where it lay before; a removed one is not.
        let brought = [episode("a", "The sea", 1), episode("b", "The hill", 2)];
        let mut episodes = Episodes::of([(&brought[0], true), (&brought[1], false)]);
        for n in [0, 0, 1] {
            episodes.lay(n, &format!("https://pod.example/{n}.mp3"));
        }
        let tape = named("Tape");
        let wanted = [Match::One(0, By::Name), Match::New];
        assert_eq!(episodes.matches(&[("0.mp3", &tape), ("1.mp3", &tape)]), wanted);
    }

    #[test]
    fn two_sounds_of_one_episode_are_both_left() {
        let said = Said { number: Some(1.into()), ..named("The sea") };
        let guid = Said { guid: Some("a".into()), ..Said::default() };
        let show = [episode("a", "The sea", 1)];
        let left = Match::Unclear(Unclear::NotAlone(0));
        assert_eq!(found(&show, &[("x.mp3", &said), ("y.mp3", &said)]), [left; 2]);
        let (by_number, by_guid) = (Match::One(0, By::Number), Match::One(0, By::Guid));
        let three = [("x.mp3", &said), ("y.mp3", &said), ("z.mp3", &guid)];
        assert_eq!(found(&show, &three), [by_number, by_number, by_guid], "whoever has the guid is it");
    }
}
