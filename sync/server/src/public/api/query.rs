//! The parameters of a request, read whole and strictly: what is not known here is refused, not ignored.

use super::error::ApiError;
use std::collections::{BTreeMap, BTreeSet};
use url::form_urlencoded;

/// Most parameters looked at.
const MAX_PARAMETERS: usize = 32;
/// Most names in one list (`include`, `sort`, `fields`, `filter[id]`).
const MAX_NAMES: usize = 200;
/// Most things on one page; more is quietly this many, and the answer says so.
const MAX_PAGE_SIZE: usize = 100;
/// Most words of free text looked for, and the most bytes of them.
pub(super) const MAX_WORDS: usize = 16;
pub(super) const MAX_TEXT_BYTES: usize = 500;
/// Kinds that `fields[…]` may speak of.
const KINDS: [&str; 12] = [
    "artist",
    "category",
    "challenge",
    "comment",
    "episode",
    "episode-song",
    "font-face",
    "podcast",
    "podcast-link",
    "post",
    "season",
    "video",
];

/// What an endpoint understands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// Names of filters.
    pub filters: &'static [&'static str],
    /// Fields to sort by; empty: cannot be sorted.
    pub sorts: &'static [&'static str],
    /// Paths to include.
    pub includes: &'static [&'static str],
    /// Whether it can be had in pages.
    pub pages: bool,
}

/// The parameters of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Paths to include, with all that lead to them; `None` when nothing was said.
    pub include: Option<BTreeSet<String>>,
    /// Fields to sort by, each with whether the largest comes first.
    pub sort: Vec<(String, bool)>,
    /// Wanted fields by kind.
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// Filters with their values; empty values are no filter.
    pub filters: BTreeMap<String, String>,
    /// Wanted page, from 1.
    pub page_number: Option<usize>,
    /// Things on a page; `None`: everything on one.
    pub page_size: Option<usize>,
}

impl Query {
    /// Reads the part of an address behind `?`. Of a parameter that is there twice, the last one counts.
    pub fn read(text: &str, known: &Known) -> Result<Self, ApiError> {
        let mut query = Self::default();
        for (n, (name, value)) in form_urlencoded::parse(text.as_bytes()).enumerate() {
            if n >= MAX_PARAMETERS {
                return Err(ApiError::TooMany);
            }
            query.take(&name, &value, known)?;
        }
        Ok(query)
    }

    /// The value of a filter.
    pub fn filter(&self, name: &str) -> Option<&str> {
        self.filters.get(name).map(String::as_str)
    }

    fn take(&mut self, name: &str, value: &str, known: &Known) -> Result<(), ApiError> {
        let unknown = || Err(ApiError::about(ApiError::Parameter, name));
        match in_brackets(name) {
            None if name == "include" => self.include = include(value, known)?,
            None if name == "sort" && !known.sorts.is_empty() => self.sort = sort(value, known)?,
            Some(("fields", kind)) if KINDS.contains(&kind) => {
                let wanted = names(name, value)?.map(str::to_string).collect();
                self.fields.insert(kind.to_string(), wanted);
            }
            Some(("filter", filter)) if known.filters.contains(&filter) => {
                self.filters.insert(filter.to_string(), value.to_string());
                self.filters.retain(|_, value| !value.trim().is_empty());
            }
            Some(("filter", filter)) => return Err(ApiError::about(ApiError::Filter, filter)),
            Some(("page", "number")) if known.pages => self.page_number = Some(page_number(value)?),
            Some(("page", "size")) if known.pages => self.page_size = Some(page_size(name, value)?),
            _ => return unknown(),
        }
        Ok(())
    }
}

/// The value of `page[number]`. A page beyond all numbers is a page that is not there.
pub(super) fn page_number(value: &str) -> Result<usize, ApiError> {
    number(value).ok_or(ApiError::Page)
}

/// The value of `page[size]`.
pub(super) fn page_size(name: &str, value: &str) -> Result<usize, ApiError> {
    let size = number(value).ok_or_else(|| ApiError::about(ApiError::Value, name))?;
    Ok(size.min(MAX_PAGE_SIZE))
}

/// `filter[id]` as `("filter", "id")`.
fn in_brackets(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix(']')?.split_once('[')
}

/// A whole number from 1; one too large to count is the largest.
fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(usize::MAX)).filter(|n| *n > 0)
}

/// The names of a list with commas.
fn names<'a>(parameter: &str, list: &'a str) -> Result<impl Iterator<Item = &'a str> + use<'a>, ApiError> {
    if list.bytes().filter(|b| *b == b',').count() >= MAX_NAMES {
        return Err(ApiError::about(ApiError::Value, parameter));
    }
    Ok(list.split(',').map(str::trim).filter(|name| !name.is_empty()))
}

/// Ids of `filter[id]`.
pub fn ids(list: &str) -> Result<BTreeSet<&str>, ApiError> {
    Ok(names("filter[id]", list)?.collect())
}

/// The words of `filter[freetext]`, in small letters.
pub fn free_text(text: &str) -> Result<Vec<String>, ApiError> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let bearable = words.len() <= MAX_WORDS && text.len() <= MAX_TEXT_BYTES;
    bearable.then_some(words).ok_or_else(|| ApiError::about(ApiError::Value, "filter[freetext]"))
}

/// Paths to include; `songs.artists` includes the songs too. Nothing named is the same as no parameter.
fn include(list: &str, known: &Known) -> Result<Option<BTreeSet<String>>, ApiError> {
    let mut paths = BTreeSet::new();
    for path in names("include", list)? {
        if !known.includes.contains(&path) {
            return Err(ApiError::about(ApiError::Include, path));
        }
        paths.extend(path.match_indices('.').map(|(dot, _)| path[..dot].to_string()));
        paths.insert(path.to_string());
    }
    Ok((!paths.is_empty()).then_some(paths))
}

fn sort(list: &str, known: &Known) -> Result<Vec<(String, bool)>, ApiError> {
    let one = |name: &str| {
        let (field, down) = name.strip_prefix('-').map_or((name, false), |field| (field, true));
        let field = field.replace('_', "-");
        let good = known.sorts.contains(&field.as_str());
        good.then_some((field, down)).ok_or_else(|| ApiError::about(ApiError::Sort, name.trim_start_matches('-')))
    };
    names("sort", list)?.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known {
        filters: &["id", "podcast"],
        sorts: &["name", "duration-seconds"],
        includes: &["season", "songs", "songs.artists"],
        pages: true,
    };

    fn read(text: &str) -> Result<Query, ApiError> {
        Query::read(text, &KNOWN)
    }

    #[test]
    fn what_browsers_write_is_read() {
        let text = "include=songs.artists%2Cseason&sort=-duration_seconds,name&fields%5Bepisode%5D=name%2Cslug\
                    &filter%5Bpodcast%5D=a+b&page%5Bsize%5D=500&page[number]=2&filter[id]=";
        let query = read(text).unwrap();
        let set = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        assert_eq!(query.include, Some(set(&["season", "songs", "songs.artists"])));
        assert_eq!(query.sort, [("duration-seconds".to_string(), true), ("name".to_string(), false)]);
        assert_eq!(query.fields["episode"], set(&["name", "slug"]));
        assert_eq!((query.filter("podcast"), query.filter("id")), (Some("a b"), None));
        assert_eq!((query.page_number, query.page_size), (Some(2), Some(100)));
        assert_eq!(read("include=").unwrap(), Query::default());
    }

    #[test]
    fn everything_else_is_refused() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(error("foo=1"), "invalid query parameter: foo");
        assert_eq!(error("fields[nosuch]=a"), "invalid query parameter: fields[nosuch]");
        assert_eq!(error("page[offset]=1"), "invalid query parameter: page[offset]");
        assert_eq!(error("filter[nosuch]=1"), "invalid filter[nosuch]");
        assert_eq!(error("filter=1"), "invalid query parameter: filter");
        assert_eq!(error("sort=-nosuch"), "invalid sort parameter: nosuch");
        assert_eq!(error("include=season,x"), "This endpoint does not support the include parameter for path x");
        assert_eq!(error("page[number]=0"), "Invalid page.");
        for size in ["0", "-1", "1.5", "x", "", "１"] {
            assert_eq!(error(&format!("page[size]={size}")), "invalid value of page[size]", "{size}");
        }
        assert_eq!(error(&"a=1&".repeat(40)), "invalid query parameter: a");
        assert_eq!(error(&"include=season&".repeat(40)), "too many query parameters");
        assert_eq!(error(&format!("filter[id]=&include={}", ",".repeat(300))), "invalid value of include");
        assert_eq!(
            Query::read("sort=name", &Known::default()).unwrap_err().to_string(),
            "invalid query parameter: sort"
        );
        assert!(read("page[number]=99999999999999999999").unwrap().page_number > Some(1_000_000));
    }
}
