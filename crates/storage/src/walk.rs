//! The way through a place's folders to the files whose keys begin with some letters, folder by folder. What it is not: a
//! connection; whoever walks reads each folder and hands in what lies there.

use crate::StorageKey;
use crate::far::Entry;
use crate::place::Listed;

/// Most files of one listing.
pub(crate) const MOST_LISTED: usize = 1_000_000;

/// Names in the longest key.
const DEPTH: usize = 4;

/// The folders below which keys lie.
const TOPS: [&str; 4] = ["feeds", "images", "media", "text"];

/// A walk under way.
pub(crate) struct Walk<'a> {
    prefix: &'a str,
    /// Folders that are still to be read.
    folders: Vec<String>,
    found: Vec<Listed>,
}

impl<'a> Walk<'a> {
    /// To the files whose keys begin with `prefix`.
    pub(crate) fn to(prefix: &'a str) -> Self {
        let tops = TOPS.into_iter().filter(|top| prefix.starts_with(top) || top.starts_with(prefix));
        Self { prefix, folders: tops.map(str::to_string).collect(), found: vec![] }
    }

    /// The next folder to read, without a slash at its end.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.folders.pop()
    }

    /// Takes in what lies in a folder; says whether there is room for more.
    pub(crate) fn take(&mut self, folder: &str, entries: impl IntoIterator<Item = Entry>) -> bool {
        for entry in entries {
            let path = format!("{folder}/{}", entry.name);
            let on_the_way = || path.starts_with(self.prefix) || self.prefix.starts_with(&path);
            if entry.is_folder {
                if on_the_way() && path.split('/').count() < DEPTH {
                    self.folders.push(path);
                }
            } else if path.starts_with(self.prefix) {
                self.found.extend(StorageKey::parse(&path).map(|key| Listed { key, bytes: entry.bytes, tag: None }));
            }
        }
        self.found.len() <= MOST_LISTED
    }

    /// What was found, in order.
    pub(crate) fn found(mut self) -> Vec<Listed> {
        self.found.sort();
        self.found
    }
}
