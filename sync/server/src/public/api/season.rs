//! Seasons: Hearthcast keeps a number with each episode, and what is said about them with the show; front ends want resources with a stable integer id.

use super::ids::number_of;
use super::picture::Pictures;
use super::shape::{Identifier, Season, SeasonAttributes};
use hearthcast_model::{self as model, ShowId};
use hearthcast_protocol::publish::ReleasedEpisode;
use std::collections::BTreeMap;

/// The seasons of one show, by number.
pub(super) struct Seasons<'a> {
    show: &'a ShowId,
    names: BTreeMap<u32, &'a str>,
    /// What the author says about seasons besides.
    told: &'a [model::Season],
}

impl<'a> Seasons<'a> {
    /// The seasons of these episodes, newest first: the newest that names its season names it for all, where the show does not.
    pub(super) fn of(show: &'a ShowId, told: &'a [model::Season], newest_first: &[&'a ReleasedEpisode]) -> Self {
        let mut names = BTreeMap::<u32, &str>::new();
        for body in newest_first.iter().map(|episode| &episode.body) {
            if let Some(number) = body.season {
                let name = names.entry(number).or_default();
                if name.is_empty() {
                    *name = body.season_name.trim();
                }
            }
        }
        for season in told.iter().filter(|season| !season.name.is_empty()) {
            if let Some(name) = names.get_mut(&season.number) {
                *name = season.name.as_str();
            }
        }
        Self { show, names, told }
    }

    /// A season's name, if it has one.
    pub(super) fn name(&self, number: Option<u32>) -> Option<&'a str> {
        self.names.get(&number?).copied().filter(|name| !name.is_empty())
    }

    /// All of them.
    pub(super) fn all(&self, pictures: &Pictures) -> Vec<Season> {
        self.names.keys().map(|number| self.one(*number, pictures)).collect()
    }

    fn one(&self, number: u32, pictures: &Pictures) -> Season {
        let told = self.told.iter().find(|season| season.number == number);
        let (image, small) = pictures.both(told.and_then(|season| season.picture.as_ref()));
        let attributes = SeasonAttributes {
            number,
            name: self.name(Some(number)).map(str::to_string),
            image: image.url,
            image_height: image.height,
            image_mimetype: image.mime,
            image_thumbnail: small.url,
            image_thumbnail_height: small.height,
            image_thumbnail_mimetype: small.mime,
            image_thumbnail_width: small.width,
            image_width: image.width,
        };
        Season { kind: KIND, id: id(self.show, number), attributes }
    }
}

/// The kind's name.
pub(super) const KIND: &str = "season";

/// The stable id of a season.
pub(super) fn id(show: &ShowId, number: u32) -> String {
    number_of("season", &format!("{show}:{number}"))
}

/// Names a season.
pub(super) fn identifier(id: &str) -> Identifier {
    Identifier { kind: KIND, id: id.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_never_changes() {
        let show = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        // `printf season:018f0000-0000-7000-8000-000000000001:1 | sha256sum`, its first 53 bits.
        assert_eq!(id(&show, 1), "7636183677737918");
        assert_ne!(id(&show, 1), id(&show, 2));
    }
}
