//! Seasons: Hearthcast keeps a number and a name with each episode; front ends want resources with a stable integer id.

use super::shape::{Identifier, Season, SeasonAttributes};
use hearthcast_model::{Sha256, ShowId};
use hearthcast_protocol::publish::ReleasedEpisode;
use std::collections::BTreeMap;

/// Bits of an id: whole numbers that JavaScript keeps exactly.
const ID_BITS: u32 = 53;

/// The seasons of one show, by number.
pub(super) struct Seasons<'a> {
    show: &'a ShowId,
    names: BTreeMap<u32, &'a str>,
}

impl<'a> Seasons<'a> {
    /// The seasons of these episodes, newest first: the newest that names its season names it for all.
    pub(super) fn of(show: &'a ShowId, newest_first: &[&'a ReleasedEpisode]) -> Self {
        let mut names = BTreeMap::<u32, &str>::new();
        for body in newest_first.iter().map(|episode| &episode.body) {
            if let Some(number) = body.season {
                let name = names.entry(number).or_default();
                if name.is_empty() {
                    *name = body.season_name.trim();
                }
            }
        }
        Self { show, names }
    }

    /// A season's name, if it has one.
    pub(super) fn name(&self, number: Option<u32>) -> Option<&'a str> {
        self.names.get(&number?).copied().filter(|name| !name.is_empty())
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Season> {
        self.names.keys().map(|number| self.one(*number)).collect()
    }

    fn one(&self, number: u32) -> Season {
        let attributes = SeasonAttributes {
            number,
            name: self.name(Some(number)).map(str::to_string),
            image: None,
            image_height: None,
            image_mimetype: None,
            image_thumbnail: None,
            image_thumbnail_height: None,
            image_thumbnail_mimetype: None,
            image_thumbnail_width: None,
            image_width: None,
        };
        Season { kind: KIND, id: id(self.show, number), attributes }
    }
}

/// The kind's name.
pub(super) const KIND: &str = "season";

/// The stable id of a season: made from show and number, so that it is the same on every server and after every restore.
/// 53 bits keep ten thousand seasons apart with a chance of one in a hundred million of failing.
pub(super) fn id(show: &ShowId, number: u32) -> String {
    let hash = Sha256::of(format!("season:{show}:{number}").as_bytes());
    let wide = u64::from_str_radix(&hash.as_str()[..16], 16).unwrap_or_default();
    (wide >> (u64::BITS - ID_BITS)).max(1).to_string()
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
