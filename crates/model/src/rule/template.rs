//! Templates of names in storage: `{show}/s{season:02}/{slug}-{hash8}.{ext}`. Only names come out that are safe in every
//! place and every address: letters, digits, `-`, `_`, `.` and `/`, never upwards, never hidden.

use super::FileKind;
use crate::clock::utc_day;
use crate::{Code, EpisodeNumber, Error, Result, Sha256};

/// Longest name, in bytes.
const MOST_BYTES: usize = 512;

/// Most folders and the file in one name.
const MOST_PARTS: usize = 12;

/// Longest part of a name, in bytes.
const MOST_PART_BYTES: usize = 128;

/// Variables that only files of an episode have.
const OF_EPISODE: [&str; 6] = ["slug", "season", "number", "year", "month", "day"];

/// Variables that every file has.
const OF_ALL: [&str; 6] = ["show", "name", "ext", "hash", "hash8", "kind"];

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    kind: FileKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A variable, and how many digits a number has at least.
    Variable(&'static str, usize),
}

/// What the variables stand for, for one file.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// Slug of the show.
    pub show: &'a str,
    /// Published name of the file, without extension.
    pub name: &'a str,
    /// Extension without dot.
    pub ext: &'a str,
    /// Content.
    pub hash: &'a Sha256,
    /// The episode it belongs to.
    pub episode: Option<&'a crate::Episode>,
}

impl Template {
    /// Reads a template for files of a kind.
    pub fn parse(text: &str, kind: FileKind) -> Result<Self> {
        let mut pieces = vec![];
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            pieces.extend((!before.is_empty()).then(|| Piece::Text(before.into())));
            let (variable, after) =
                after.split_once('}').ok_or_else(|| refused(kind, text, "a { has no } that ends it"))?;
            pieces.push(self::variable(variable, kind, text)?);
            rest = after;
        }
        pieces.extend((!rest.is_empty()).then(|| Piece::Text(rest.into())));
        let template = Self { pieces, kind };
        template.checked(text)
    }

    /// Whether the name of other content is another name, whatever else is the same.
    pub fn names_content(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Variable("hash" | "hash8", _)))
    }

    /// The name of one file.
    pub fn expand(&self, values: &Values) -> Result<String> {
        let name: String = self.pieces.iter().map(|piece| piece.of(self.kind, values)).collect();
        match is_safe_name(&name) {
            true => Ok(name),
            false => Err(refused(self.kind, &name, "it would not be safe in every storage and every address")),
        }
    }

    /// Tries the template with plain values: what is wrong then is wrong with its own text.
    fn checked(self, text: &str) -> Result<Self> {
        let ends_well = match self.kind {
            // One that was taken over may have no ending at all.
            FileKind::Feed => {
                let last = text.rsplit('/').next().unwrap_or_default();
                !last.contains('.') || last.ends_with(".xml") || last.ends_with(".rss")
            }
            _ => {
                matches!(self.pieces.as_slice(), [.., Piece::Text(dot), Piece::Variable("ext", _)] if dot.ends_with('.'))
            }
        };
        if !ends_well {
            let end = if self.kind == FileKind::Feed {
                "a feed's name ends in .xml or .rss, or has no ending"
            } else {
                "it must end in .{ext}"
            };
            return Err(refused(self.kind, text, end));
        }
        let hash = Sha256::of(b"");
        let name: String = self
            .pieces
            .iter()
            .map(|piece| piece.of(self.kind, &Values { show: "a", name: "a", ext: "a", hash: &hash, episode: None }))
            .collect();
        if !is_safe_name(&name) {
            let why = "it may hold letters, digits, dashes, underlines, dots and slashes, and no part may be empty or begin with a dot";
            return Err(refused(self.kind, text, why));
        }
        Ok(self)
    }
}

impl Piece {
    fn of(&self, kind: FileKind, values: &Values) -> String {
        let (variable, digits) = match self {
            Self::Text(text) => return text.clone(),
            Self::Variable(variable, digits) => (*variable, *digits),
        };
        let number = |n: Option<u32>| format!("{:0digits$}", n.unwrap_or(0));
        let date = |part| {
            utc_day(values.episode.and_then(|e| e.publish_at_ms).unwrap_or(0))
                .split('-')
                .nth(part)
                .unwrap_or_default()
                .to_string()
        };
        match variable {
            "show" => values.show.into(),
            "name" => values.name.into(),
            "ext" => values.ext.into(),
            "hash" => values.hash.short().into(),
            "hash8" => values.hash.short()[..8].into(),
            "kind" => kind.as_str().replace('_', "-"),
            "slug" => values.episode.map_or_else(|| values.name.into(), |episode| episode.slug.clone()),
            "season" => number(values.episode.and_then(|episode| episode.season)),
            "number" => match values.episode.and_then(|episode| episode.number) {
                // 2.5 is 002-5: no name has a dot of its own.
                Some(exact) if exact.whole().is_none() => {
                    format!("{}-{}", number(Some(exact.floor())), exact.fraction())
                }
                exact => number(exact.map(EpisodeNumber::floor)),
            },
            "year" => date(0),
            "month" => date(1),
            _ => date(2),
        }
    }
}

/// One variable of the template `whole`.
fn variable(text: &str, kind: FileKind, whole: &str) -> Result<Piece> {
    let no = |why: String| Err(refused(kind, whole, &why));
    let (name, digits) = match text.split_once(':') {
        Some((name, digits)) => (name, Some(digits)),
        None => (text, None),
    };
    let Some(known) = OF_ALL.iter().chain(&OF_EPISODE).find(|known| **known == name) else {
        return no(format!("{{{text}}} is not known; these are: {}", all_names(kind)));
    };
    if kind == FileKind::Feed && *known != "show" {
        return no("a feed's name knows {show} and nothing else".into());
    }
    if OF_EPISODE.contains(known) && !kind.is_of_episode() {
        return no(format!("{{{known}}} belongs to episodes, and a {kind} may belong to the show"));
    }
    match digits {
        None => Ok(Piece::Variable(known, 0)),
        Some(digits) if matches!(*known, "season" | "number") => match digits.parse::<usize>() {
            Ok(digits @ 1..=9) => Ok(Piece::Variable(known, digits)),
            _ => no(format!("{{{text}}}: after the colon stands how many digits, 1 to 9")),
        },
        Some(_) => no(format!("{{{text}}}: only {{season}} and {{number}} have digits")),
    }
}

/// The variables a kind knows, for people.
fn all_names(kind: FileKind) -> String {
    let of_episode = OF_EPISODE.iter().filter(|_| kind.is_of_episode());
    let names: Vec<String> = OF_ALL.iter().chain(of_episode).map(|name| format!("{{{name}}}")).collect();
    names.join(", ")
}

/// Whether a name in storage can stand in every place and every address as it is.
pub fn is_safe_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let part = |part: &str| {
        (1..=MOST_PART_BYTES).contains(&part.len())
            && part.bytes().all(plain)
            && !part.starts_with(['.', '-'])
            && !part.ends_with('.')
            && !part.ends_with(".part")
    };
    name.len() <= MOST_BYTES && name.split('/').count() <= MOST_PARTS && name.split('/').all(part)
}

fn refused(kind: FileKind, text: &str, why: &str) -> Error {
    Error::new(Code::TargetInvalid, format!("\"{text}\" cannot name files ({kind}): {why}."))
        .hint("One that always works: {show}/{name}-{hash8}.{ext}")
        .about("kind", kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Episode, ShowId};

    fn expand(text: &str, kind: FileKind) -> String {
        let show = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let episode = Episode {
            season: Some(3),
            number: Some(7.into()),
            // 2026-01-31 23:30 UTC.
            publish_at_ms: Some(1_769_902_200_000),
            ..Episode::new(show, "guid", "The Keeper", "the-keeper", 0)
        };
        let hash = Sha256::of(b"abc");
        let episode = kind.is_of_episode().then_some(&episode);
        let values = Values { show: "lantern-tide", name: "sound", ext: "mp3", hash: &hash, episode };
        Template::parse(text, kind).unwrap().expand(&values).unwrap()
    }

    #[test]
    fn variables_become_what_they_stand_for() {
        // FIPS 180-2, appendix B.1: "abc".
        for (template, kind, name) in [
            ("{show}/s{season:02}e{number:03}-{slug}.{ext}", FileKind::Audio, "lantern-tide/s03e007-the-keeper.mp3"),
            ("{year}/{month}/{day}/{name}.{ext}", FileKind::Audio, "2026/01/31/sound.mp3"),
            ("{kind}/{hash8}.{ext}", FileKind::EpisodeImage, "episode-image/ba7816bf.mp3"),
            ("{hash}.{ext}", FileKind::Cover, "ba7816bf8f01cfea414140de5dae2223.mp3"),
            ("{show}.xml", FileKind::Feed, "lantern-tide.xml"),
            ("rss.xml", FileKind::Feed, "rss.xml"),
        ] {
            assert_eq!(expand(template, kind), name, "{template}");
        }
    }

    #[test]
    fn what_came_between_two_has_a_name_of_its_own() {
        let show = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let episode = Episode { number: "2.5".parse().ok(), ..Episode::new(show, "guid", "Between", "between", 0) };
        let hash = Sha256::of(b"abc");
        let values = Values { show: "s", name: "n", ext: "mp3", hash: &hash, episode: Some(&episode) };
        let name = |text: &str| Template::parse(text, FileKind::Audio).unwrap().expand(&values).unwrap();
        assert_eq!(name("e{number:03}.{ext}"), "e002-5.mp3");
        assert_eq!(name("e{number}.{ext}"), "e2-5.mp3");
    }

    #[test]
    fn a_template_that_could_do_harm_is_refused_with_its_reason() {
        for (template, kind, why) in [
            ("../{name}.{ext}", FileKind::Audio, "begin with a dot"),
            ("/{name}.{ext}", FileKind::Audio, "no part may be empty"),
            ("a//{name}.{ext}", FileKind::Audio, "no part may be empty"),
            ("a b/{name}.{ext}", FileKind::Audio, "may hold letters"),
            ("a%2f{name}.{ext}", FileKind::Audio, "may hold letters"),
            ("a\\{name}.{ext}", FileKind::Audio, "may hold letters"),
            (".hearthcast/{name}.{ext}", FileKind::Audio, "begin with a dot"),
            ("{name}", FileKind::Audio, "must end in .{ext}"),
            ("{name}.mp3", FileKind::Audio, "must end in .{ext}"),
            ("{name.{ext}", FileKind::Audio, "is not known"),
            ("{name}.{ext}{", FileKind::Audio, "has no }"),
            ("{title}.{ext}", FileKind::Audio, "{slug}"),
            ("{slug}.{ext}", FileKind::Cover, "belongs to episodes"),
            ("{season:0}.{ext}", FileKind::Audio, "1 to 9"),
            ("{season:999999999999999999999}.{ext}", FileKind::Audio, "1 to 9"),
            ("{name:02}.{ext}", FileKind::Audio, "have digits"),
            ("{hash}.xml", FileKind::Feed, "nothing else"),
            ("feed.json", FileKind::Feed, "ends in .xml or .rss"),
        ] {
            let error = Template::parse(template, kind).unwrap_err();
            assert!(error.message.contains(why), "{template}: {}", error.message);
        }
        let long = format!("{}/{{name}}.{{ext}}", "a".repeat(129));
        assert!(Template::parse(&long, FileKind::Audio).is_err());
        let deep = format!("{}{{name}}.{{ext}}", "a/".repeat(12));
        assert!(Template::parse(&deep, FileKind::Audio).is_err());
    }

    #[test]
    fn the_usual_names_are_templates_like_any_other() {
        for kind in FileKind::ALL {
            assert!(Template::parse(kind.usual_path(), *kind).is_ok(), "{kind}");
        }
    }
}
