//! Older paths of a show, from before it came to a Hearthcast server: where each leads now. What it is not: the server answers
//! by them only where nothing of its own does.

mod csv;

pub use csv::{PathsImport, RefusedLine};

use crate::{Code, Error, Result, ShowId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Most paths of a show.
pub const MOST_PATHS: usize = 10_000;

/// Longest path or address, in bytes.
const MOST_BYTES: usize = 1_000;

/// An older path and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LegacyPath {
    /// `/feed.xml`; with `*` at its end all that begin so.
    pub from: String,
    /// A path at the server or a whole address; `*` at its end stands for what the other `*` stood for.
    pub to: String,
    /// 301 for ever, 302 for now.
    pub status: u16,
}

impl LegacyPath {
    /// A path in its form; refused is what could not be answered, or would send listeners anywhere.
    pub fn checked(from: &str, to: &str, status: u16) -> Result<Self> {
        let (from, to) = (from.trim(), to.trim());
        if let Some(why) = wrong_from(from) {
            return Err(refused(from, why));
        }
        if let Some(why) = wrong_to(to, from.ends_with('*')) {
            return Err(told(from, format!("The older path \"{from}\" cannot lead to \"{to}\": {why}.")));
        }
        if !matches!(status, 301 | 302) {
            return Err(refused(from, "a path leads on with 301 (for ever) or 302 (for now)"));
        }
        Ok(Self { from: from.into(), to: to.into(), status })
    }

    /// Whether it leads to a path at the server, not to a whole address.
    fn leads_here(&self) -> bool {
        self.to.starts_with('/')
    }
}

fn wrong_from(from: &str) -> Option<&'static str> {
    match () {
        () if !from.starts_with('/') || from.starts_with("//") => Some("a path begins with one slash"),
        () if from.len() > MOST_BYTES => Some("it is longer than 1000 characters"),
        () if !from.bytes().all(plain) => Some("it has characters that no path has; write others as %C3%A4"),
        () if from.trim_end_matches('*').len() + 1 < from.len() || from[..from.len() - 1].contains('*') => {
            Some("a * stands at the end only")
        }
        () if from.split('/').any(is_dots) => Some("programs take . and .. out of a path, so nobody would ask for it"),
        () if matches!(from, "/" | "/*" | "/healthz") || from.starts_with("/sync/") => {
            Some("that is the server's own address")
        }
        () => None,
    }
}

/// Whether a segment is `.` or `..`, however it is written (RFC 3986 §5.2.4, WHATWG URL §4.1).
fn is_dots(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    matches!(plain.as_str(), "." | "..")
}

fn wrong_to(to: &str, wild: bool) -> Option<&'static str> {
    let (plain_part, stars) = (to.strip_suffix('*').unwrap_or(to), to.matches('*').count());
    let address = Url::parse(plain_part).ok();
    let web = address.as_ref().is_some_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    });
    let own = to.starts_with('/') && !to.starts_with("//");
    // What the star stands for comes after the host and its slash, or it could name another host.
    let host_is_whole = own || plain_part.splitn(4, '/').count() == 4;
    match () {
        () if to.len() > MOST_BYTES || !to.bytes().all(|b| plain(b) || b == b'?') => Some("it is no address"),
        () if !own && !web => Some("it is neither a path nor a web address"),
        () if stars > 1 || (stars == 1 && !to.ends_with('*')) => Some("a * stands at the end only"),
        () if stars == 1 && !wild => Some("its * stands for nothing"),
        () if stars == 1 && !host_is_whole => Some("its * could name another host"),
        () => None,
    }
}

/// What can stand in a path (RFC 3986 §3.3).
fn plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/".contains(&byte)
}

/// Older paths that go together: none leads to another one, or to a host that is not known.
pub struct Paths<'a> {
    paths: BTreeMap<String, LegacyPath>,
    known: &'a BTreeSet<String>,
}

impl<'a> Paths<'a> {
    /// Begins with those there are, and the origins they may lead to.
    pub fn new(before: &[LegacyPath], known: &'a BTreeSet<String>) -> Self {
        Self { paths: before.iter().map(|path| (path.from.clone(), path.clone())).collect(), known }
    }

    /// Takes a further one, or another for one there is; refused is what does not go with the others.
    pub fn take(&mut self, path: LegacyPath) -> Result<()> {
        let path = LegacyPath::checked(&path.from, &path.to, path.status)?;
        if self.paths.len() >= MOST_PATHS && !self.paths.contains_key(&path.from) {
            return Err(Error::new(Code::TargetInvalid, format!("There are more than {MOST_PATHS} older paths.")));
        }
        match Url::parse(path.to.trim_end_matches('*')) {
            Ok(url) if !self.known.contains(&url.origin().ascii_serialization()) => {
                let hosts: Vec<&str> = self.known.iter().map(String::as_str).collect();
                let LegacyPath { from, to, .. } = &path;
                let what =
                    format!("The older path \"{from}\" cannot lead to \"{to}\", which is no address of this show.");
                return Err(
                    told(from, what).hint(format!("An older path leads to one of these only: {}.", hosts.join(", ")))
                );
            }
            _ => self.no_chain(&path)?,
        }
        self.paths.insert(path.from.clone(), path);
        Ok(())
    }

    /// Forgets one; `None` if there is none.
    pub fn forget(&mut self, from: &str) -> Option<LegacyPath> {
        self.paths.remove(from)
    }

    /// The one with this name.
    pub fn get(&self, from: &str) -> Option<&LegacyPath> {
        self.paths.get(from)
    }

    /// All of them, in order.
    pub fn all(self) -> Vec<LegacyPath> {
        self.paths.into_values().collect()
    }

    /// Refuses a path that leads to an older one, or stands where one leads.
    fn no_chain(&self, path: &LegacyPath) -> Result<()> {
        let others = || self.paths.values().filter(|other| other.from != path.from);
        let next = others().chain([path]).find(|other| path.leads_here() && overlap(&path.to, &other.from));
        let before = others().find(|other| other.leads_here() && overlap(&other.to, &path.from));
        let from = &path.from;
        let what = match (next, before) {
            (Some(next), _) => {
                format!("The older path \"{from}\" leads to \"{}\", which is an older path itself.", next.from)
            }
            (_, Some(before)) => {
                format!("The older path \"{from}\" is where the older path \"{}\" leads already.", before.from)
            }
            (None, None) => return Ok(()),
        };
        Err(told(from, what).hint("Say where it leads in the end."))
    }
}

/// Whether one address can be meant by both.
fn overlap(one: &str, other: &str) -> bool {
    let (a, b) = (one.trim_end_matches('*'), other.trim_end_matches('*'));
    match (one.ends_with('*'), other.ends_with('*')) {
        (false, false) => a == b,
        (true, false) => b.starts_with(a),
        (false, true) => a.starts_with(b),
        (true, true) => a.starts_with(b) || b.starts_with(a),
    }
}

fn refused(from: &str, why: &str) -> Error {
    told(from, format!("The older path \"{from}\" cannot be kept: {why}."))
}

fn told(from: &str, what: String) -> Error {
    Error::new(Code::TargetInvalid, what).about("path", from)
}

/// Older paths, ready to be looked up.
#[derive(Debug, Clone, Default)]
pub struct LegacyPaths {
    exact: BTreeMap<String, (String, u16, ShowId)>,
    /// By what stands before the star.
    wild: BTreeMap<String, (String, u16, ShowId)>,
}

impl LegacyPaths {
    /// Adds one of a show; the same path again is replaced. Paths at the server begin with `base_url`.
    pub fn add(&mut self, path: &LegacyPath, base_url: &str, show: &ShowId) {
        let to = if path.to.starts_with('/') { format!("{base_url}{}", path.to) } else { path.to.clone() };
        match path.from.strip_suffix('*') {
            Some(from) => self.wild.insert(from.into(), (to, path.status, show.clone())),
            None => self.exact.insert(path.from.clone(), (to, path.status, show.clone())),
        };
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.wild.is_empty()
    }

    /// Where a path leads, how, and of which show it is: by itself, else by the longest beginning.
    pub fn find(&self, path: &str) -> Option<(String, u16, ShowId)> {
        if let Some(found) = self.exact.get(path) {
            return Some(found.clone());
        }
        let ends = (0..=path.len()).rev().filter(|end| path.is_char_boundary(*end));
        // Nearly always there is none; a path is at most a few thousand bytes.
        let mut ends = ends.filter(|_| !self.wild.is_empty());
        let (end, (to, status, show)) = ends.find_map(|end| Some((end, self.wild.get(&path[..end])?)))?;
        let to = to.strip_suffix('*').map_or_else(|| to.clone(), |to| format!("{to}{}", &path[end..]));
        Some((to, *status, show.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(from: &str, to: &str) -> Result<LegacyPath> {
        LegacyPath::checked(from, to, 301)
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        for (from, to) in [
            ("/feed.xml", "/podcasts/a/rss/"),
            ("/feed/*", "/podcasts/a/rss/"),
            ("/media/*", "https://cdn.example/old/*"),
            ("/caf%C3%A9", "https://cdn.example/?p=1"),
        ] {
            assert!(path(from, to).is_ok(), "{from} {to}");
        }
        for (from, to) in [
            ("feed.xml", "/a"),
            ("//evil.example", "/a"),
            ("/a*b", "/a"),
            ("/a**", "/a"),
            ("/", "/a"),
            ("/*", "/a"),
            ("/sync/v1/hello", "/a"),
            ("/files/../a", "/a"),
            ("/files/%2e%2E/a", "/a"),
            ("/files/.", "/a"),
            ("/a b", "/a"),
            ("/a?b", "/a"),
            ("/café", "/a"),
            ("/a", "//evil.example"),
            ("/a", "evil.example"),
            ("/a", "javascript:alert(1)"),
            ("/a", "https://me:word@cdn.example/"),
            ("/a", "https://cdn.example/\r\nSet-Cookie: a"),
            ("/a", "/b*"),
            ("/a*", "https://cdn.example*"),
            ("/a*", "https://cdn.example.*"),
            ("/a*", "https://*"),
            ("/a*", "/b*c"),
        ] {
            assert!(path(from, to).is_err(), "{from} {to}");
        }
        assert!(LegacyPath::checked("/a", "/b", 307).is_err());
    }

    #[test]
    fn loops_chains_and_strangers_are_refused() {
        let known = BTreeSet::from(["https://pod.example".to_string()]);
        let all = |pairs: &[(&str, &str)]| {
            let paths: Vec<_> = pairs.iter().map(|(from, to)| path(from, to).unwrap()).collect();
            let mut together = Paths::new(&[], &known);
            paths.into_iter().try_for_each(|path| together.take(path))
        };
        assert!(all(&[("/a", "/b"), ("/c/*", "/d/*"), ("/e", "https://pod.example/x")]).is_ok());
        for bad in [
            &[("/a", "/a")][..],
            &[("/a", "/b"), ("/b", "/a")],
            &[("/a", "/b"), ("/b", "/c")],
            &[("/a/*", "/a/b/*")],
            &[("/a/*", "/b/*"), ("/b/c", "/a/c")],
            &[("/a", "/b/c"), ("/b/*", "/d")],
            &[("/a", "https://evil.example/")],
            &[("/a", "http://pod.example/")],
            &[("/a", "https://pod.example.evil.org/")],
        ] {
            assert!(all(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_path_itself_wins_then_the_longest_beginning() {
        let mut paths = LegacyPaths::default();
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        for (from, to) in [("/a/*", "/x/*"), ("/a/b/*", "/y/*"), ("/a/b/c", "/z"), ("/m*", "https://cdn.example/m")] {
            paths.add(&path(from, to).unwrap(), "https://pod.example/p", &show);
        }
        let to = |path: &str| {
            paths.find(path).map(|(to, _, of)| (to, of == show)).map(|(to, own)| own.then_some(to).unwrap())
        };
        for (from, expected) in [
            ("/a/b/c", Some("https://pod.example/p/z")),
            ("/a/b/d", Some("https://pod.example/p/y/d")),
            ("/a/c", Some("https://pod.example/p/x/c")),
            ("/a/", Some("https://pod.example/p/x/")),
            ("/a///evil.example", Some("https://pod.example/p/x///evil.example")),
            ("/m/anything", Some("https://cdn.example/m")),
            ("/a", None),
            ("/b", None),
            ("", None),
        ] {
            assert_eq!(to(from).as_deref(), expected, "{from}");
        }
    }
}
