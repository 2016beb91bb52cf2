//! The place of a chapter (`location` of JSON chapters 1.2): its name, its coordinates as `podcast:location` has them, and what it is
//! at OpenStreetMap. Of a file what apps can read is kept, and the rest is named by `left_out`; of an editor it is refused.

use super::error::Place;
use super::{ChaptersError, MAX_TITLE, MAX_URL, one_line, shown};
use hearthcast_model::ChapterLocation;
use hearthcast_model::namespace::words::{is_geo, is_osm};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Members of a place, whatever they are.
pub(super) type Members = BTreeMap<String, Option<Said>>;

/// The value of a member, as far as it matters here.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Said {
    Words(String),
    Flag(bool),
    Other(IgnoredAny),
}

/// A `location` of a file, whatever it is.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum ReadLocation {
    Members(Members),
    Other(IgnoredAny),
}

impl ReadLocation {
    /// What is kept of it; `None` where that is nothing.
    pub(super) fn kept(&self) -> Option<ChapterLocation> {
        let members = match self {
            Self::Members(members) => members,
            Self::Other(IgnoredAny) => return None,
        };
        let words = |name: &str| match members.get(name) {
            Some(Some(Said::Words(words))) => kept(name, words).unwrap_or_default(),
            _ => String::new(),
        };
        saying(ChapterLocation { name: words("name"), geo: words("geo"), osm: words("osm") })
    }
}

/// The names of members that say something and are not kept.
pub(super) fn left_out(members: Members) -> impl Iterator<Item = String> {
    members.into_iter().filter_map(|(name, said)| {
        let lost = match said? {
            Said::Words(words) => !words.trim().is_empty() && kept(&name, &words).is_none(),
            Said::Flag(says) => says,
            Said::Other(IgnoredAny) => true,
        };
        lost.then_some(name)
    })
}

/// What an editor hands over, made fit to be kept; `None` where it says nothing.
pub(super) fn fit(given: &ChapterLocation, at: Place) -> Result<Option<ChapterLocation>, ChaptersError> {
    let ChapterLocation { name, geo, osm } = given;
    Ok(saying(ChapterLocation {
        name: kept("name", name).ok_or(ChaptersError::LongPlace { at, limit: MAX_TITLE })?,
        geo: kept("geo", geo).ok_or_else(|| ChaptersError::Coordinates { at, geo: shown(geo) })?,
        osm: kept("osm", osm).ok_or_else(|| ChaptersError::MapObject { at, osm: shown(osm) })?,
    }))
}

/// The words of a member as they are kept; `None` of what apps cannot read, and of members that a place has not.
fn kept(member: &str, words: &str) -> Option<String> {
    let words = one_line(words);
    let fits = match member {
        "name" => words.chars().count() <= MAX_TITLE,
        "geo" => words.is_empty() || (words.len() <= MAX_URL && is_geo(&words)),
        "osm" => words.is_empty() || is_osm(&words),
        _ => false,
    };
    fits.then_some(words)
}

fn saying(location: ChapterLocation) -> Option<ChapterLocation> {
    (location != ChapterLocation::default()).then_some(location)
}

#[cfg(test)]
mod tests {
    use super::super::{ChaptersError, Place, checked, read, write_json};
    use hearthcast_model::ChapterLocation;

    fn place(name: &str, geo: &str, osm: &str) -> Option<ChapterLocation> {
        Some(ChapterLocation { name: name.into(), geo: geo.into(), osm: osm.into() })
    }

    fn places(text: &str) -> Vec<Option<ChapterLocation>> {
        read(text.as_bytes()).unwrap().into_iter().map(|chapter| chapter.location).collect()
    }

    #[test]
    fn the_place_of_the_specification_comes_back_as_it_stood() {
        // jsonChapters.md of the podcast namespace, version 1.2, "More complex example", shortened to a silent chapter and one after
        // it; `osm` as in location.md.
        let silent = r#"{"startTime":4826,"toc":false,"location":{"name":"Eiffel Tower, Paris","geo":"geo:42.3417649,-70.9661596"}}"#;
        let after = r#"{"startTime":5510,"title":"The Big Players","location":{"name":"Austin, TX","geo":"geo:30.2672,97.7431","osm":"R113314"}}"#;
        let text = format!(r#"{{"version":"1.2.0","chapters":[{silent},{after}]}}"#);
        assert_eq!(
            places(&text),
            [
                place("Eiffel Tower, Paris", "geo:42.3417649,-70.9661596", ""),
                place("Austin, TX", "geo:30.2672,97.7431", "R113314")
            ]
        );
        assert_eq!(write_json(&read(text.as_bytes()).unwrap()), text);
    }

    #[test]
    fn of_a_place_that_is_not_as_specified_the_rest_is_kept() {
        for (location, expected) in [
            (r#"{"name":" Pier\n 7 ","geo":"54.35,18.65","osm":"W1#2"}"#, place("Pier 7", "", "W1#2")),
            (r#"{"geo":"geo:54.35,18.65","osm":"relation 1","country":"PL"}"#, place("", "geo:54.35,18.65", "")),
            (r#"{"name":7,"geo":null}"#, None),
            (r#"{"name":" "}"#, None),
            ("{}", None),
            ("null", None),
            (r#""Pier 7""#, None),
            ("[[[1]]]", None),
            (r#"["Pier 7","geo:1,2",""]"#, None),
        ] {
            let text = format!(r#"{{"chapters":[{{"startTime":0,"title":"a","location":{location}}}]}}"#);
            assert_eq!(places(&text), [expected], "{location}");
        }
        let long = format!(r#"{{"chapters":[{{"startTime":0,"location":{{"name":"{}"}}}}]}}"#, "x".repeat(501));
        assert_eq!(places(&long), [None]);
    }

    #[test]
    fn what_somebody_types_is_refused_where_apps_could_not_read_it() {
        let with = |location: Option<ChapterLocation>| {
            let mut chapters = read(b"0:00 Intro").unwrap();
            chapters[0].location = location;
            checked(chapters).map(|kept| kept[0].location.clone())
        };
        let at = Place::Chapter(1);
        assert_eq!(with(place(" Pier  7 ", " geo:54.35,18.65 ", " N5 ")), Ok(place("Pier 7", "geo:54.35,18.65", "N5")));
        assert_eq!(with(place(" ", "", "")), Ok(None));
        let geo = "geo:91,0".to_string();
        assert_eq!(with(place("North", &geo, "")), Err(ChaptersError::Coordinates { at, geo }));
        assert_eq!(with(place("x", "", "5")), Err(ChaptersError::MapObject { at, osm: "5".into() }));
        assert_eq!(with(place(&"x".repeat(501), "", "")), Err(ChaptersError::LongPlace { at, limit: 500 }));
    }
}
