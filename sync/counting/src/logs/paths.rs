//! Which file a logged path means: exact addresses first, then names that only Hearthcast gives.

use super::text::percent_decoded;
use std::collections::BTreeMap;

/// Longest path looked up.
pub const MAX_PATH_BYTES: usize = 4_096;

/// Hexadecimal digits that make a name unmistakable: `media/<32 hex>/…`, `/m/<64 hex>/…`.
const TELLING_DIGITS: usize = 32;

/// Paths and keys under which files were reached, each with what it leads to.
#[derive(Debug, Clone, Default)]
pub struct Paths(BTreeMap<String, String>);

impl Paths {
    /// Adds a path or key, with or without a slash before it.
    pub fn add(&mut self, path: &str, leads_to: &str) {
        let path = percent_decoded(path.trim_start_matches('/'));
        if !path.is_empty() && path.len() <= MAX_PATH_BYTES {
            self.0.entry(path).or_insert_with(|| leads_to.to_owned());
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a logged path leads to. Logs escape paths not at all, once or twice. Whatever stands before a name that
    /// holds a hash is the business of a proxy.
    pub fn find(&self, logged: &str) -> Option<&str> {
        if logged.len() > MAX_PATH_BYTES {
            return None;
        }
        let (once, plain) = (percent_decoded(logged), logged.trim_start_matches('/'));
        let twice = percent_decoded(&once);
        [plain, once.trim_start_matches('/'), twice.trim_start_matches('/')]
            .into_iter()
            .find_map(|path| self.known(path))
    }

    fn known(&self, path: &str) -> Option<&str> {
        if let Some(found) = self.0.get(path) {
            return Some(found);
        }
        let tails = path.match_indices('/').take(16).map(|(at, _)| &path[at + 1..]);
        tails.filter(|tail| telling(tail)).find_map(|tail| self.0.get(tail)).map(String::as_str)
    }
}

/// Whether a part of the path is a hash.
fn telling(path: &str) -> bool {
    path.split('/').any(|part| part.len() >= TELLING_DIGITS && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_as_it_was_published_and_behind_a_proxy() {
        let hashed = format!("media/{}/one.mp3", "0a".repeat(16));
        let mut paths = Paths::default();
        paths.add(&hashed, "one");
        paths.add("/shows/two four.mp3", "two");
        for (logged, leads_to) in [
            (format!("/{hashed}"), Some("one")),
            (hashed.clone(), Some("one")),
            (format!("/cdn/a/{hashed}"), Some("one")),
            (format!("/x{hashed}"), None),
            ("/shows/two%20four.mp3".into(), Some("two")),
            ("shows/two%2520four.mp3".into(), Some("two")),
            ("/else/shows/two%20four.mp3".into(), None),
            ("/".into(), None),
            ("".into(), None),
            (format!("/{}/{hashed}", "a/".repeat(40)), None),
            ("/".repeat(MAX_PATH_BYTES + 1), None),
        ] {
            assert_eq!(paths.find(&logged), leads_to, "{logged}");
        }
    }
}
