//! What the show, its broadcasts and its episodes say in the tags that all of them may have.

use crate::Facts;
use crate::values::Whose;
use hearthcast_model::namespace::{
    AlternateEnclosure, Chat, EpisodeTags, Image, License, Location, SocialInteract, Txt, Value,
};

/// The common tags of one of them.
pub(super) struct Said<'a> {
    pub whose: Whose,
    /// How long the sound is, if it is known.
    pub length_ms: Option<i64>,
    pub locations: &'a [Location],
    pub license: Option<&'a License>,
    pub images: &'a [Image],
    pub alternates: &'a [AlternateEnclosure],
    pub values: &'a [Value],
    pub social: &'a [SocialInteract],
    pub txts: &'a [Txt],
    pub chat: Option<&'a Chat>,
}

impl<'a> Said<'a> {
    fn of(whose: Whose, length_ms: Option<i64>, tags: &'a EpisodeTags) -> Self {
        Self {
            whose,
            length_ms,
            locations: &tags.locations,
            license: tags.license.as_ref(),
            images: &tags.images,
            alternates: &tags.alternate_enclosures,
            values: &tags.values,
            social: &tags.social,
            txts: &tags.txts,
            chat: tags.chat.as_ref(),
        }
    }

    /// Each of several tags, with whose it is.
    pub fn each<T>(&self, tags: &'a [T]) -> impl Iterator<Item = (Whose, &'a T)> + use<'a, T> {
        let whose = self.whose;
        tags.iter().map(move |tag| (whose, tag))
    }
}

/// Everything that is said, the show's first. Those who say nothing are left out.
pub(super) fn everywhere<'a>(facts: &Facts<'a>) -> Vec<Said<'a>> {
    let tags = &facts.show.tags;
    let show = Said {
        whose: Whose::Show,
        length_ms: None,
        locations: &tags.locations,
        license: tags.license.as_ref(),
        images: &tags.images,
        alternates: &[],
        values: &tags.values,
        social: &tags.social,
        txts: &tags.txts,
        chat: tags.chat.as_ref(),
    };
    let broadcasts = tags.live_items.iter().map(|live| Said::of(Whose::Show, None, &live.tags));
    let episodes = facts.episodes.iter().enumerate().filter(|(_, one)| !one.episode.tags.is_empty());
    let episodes = episodes.map(|(index, one)| Said::of(Whose::Episode(index), one.length_ms(), &one.episode.tags));
    std::iter::once(show).chain(broadcasts).chain(episodes).collect()
}
