//! A show that left a place for another one: where it is now, and how long its old files stay. What it is not: the moving;
//! `engine` plans it.

use super::Location;
use crate::TargetId;
use serde::{Deserialize, Serialize};

/// Where a show went from a target. Its old feed follows the new one word for word; its old files stay for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MovedTo {
    /// The target where the show is now.
    pub to: TargetId,
    /// The address of its feed there.
    pub feed_url: String,
    /// When listeners were sent there, Unix milliseconds.
    pub at_ms: i64,
    /// Until when the old files stay, Unix milliseconds.
    pub keep_until_ms: i64,
    /// The very same folder or bucket under another address: one feed and one set of files, so nothing is left behind.
    #[serde(default, skip_serializing_if = "is_false")]
    pub same_place: bool,
    /// When the old files were deleted, Unix milliseconds; a server sends askers on since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub cleared_ms: Option<i64>,
    /// When its author ended the old feed, Unix milliseconds: it is not brought up to date any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub ended_ms: Option<i64>,
    /// The feed that a server was last told to send askers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub sends_to: Option<String>,
}

/// Published files got new names at the same place; the older ones stay for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Relaid {
    /// When listeners were sent to the new names, Unix milliseconds.
    pub at_ms: i64,
    /// Until when the older ones stay, Unix milliseconds.
    pub keep_until_ms: i64,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl MovedTo {
    /// Whether old files wait to be deleted.
    pub fn leaves_files(&self) -> bool {
        !self.same_place && self.cleared_ms.is_none()
    }

    /// Whether askers are sent to where the show was before it moved once more.
    pub fn sends_astray(&self) -> bool {
        self.sends_to.as_ref().is_some_and(|told| *told != self.feed_url)
    }
}

impl Location {
    /// Whether both name the same files, under whatever address listeners know them.
    pub fn is_same_place(&self, other: &Self) -> bool {
        self.unaddressed() == other.unaddressed()
    }

    /// The place without the address listeners use and without what only says how it is reached.
    pub fn unaddressed(&self) -> Self {
        let mut place = self.clone();
        match &mut place {
            Self::Folder { public_url, .. } => public_url.clear(),
            Self::Bucket { public_url, ca, path_style, .. } => {
                public_url.clear();
                *ca = None;
                *path_style = false;
            }
            Self::Remote(remote) => remote.forget_address(),
            Self::Server { .. } => {}
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use crate::place::parse_location;

    #[test]
    fn the_same_files_under_two_addresses_are_one_place() {
        let read = |url: &str, public: &str| parse_location(url, Some(public), true).unwrap();
        for (one, other, same) in [
            ("file:///srv/www", "file:///srv/www", true),
            ("file:///srv/www", "file:///srv/www2", false),
            ("s3://pods/a", "s3://pods/a?path_style=true", true),
            ("s3://pods/a", "s3://pods/b", false),
            ("s3://pods/a", "s3://pods/a?endpoint=https://s3.example.org", false),
            ("webdavs://me@dav.example.org/a", "webdavs://dav.example.org/a", true),
            ("sftp://me@host/a", "sftp://me@host/a?key_file=/k", true),
            ("sftp://me@host/a", "sftp://you@host/a", false),
            ("sftp://me@host/a", "webdavs://me@host/a", false),
        ] {
            let (one, other) = (read(one, "https://a.example/"), read(other, "https://b.example/"));
            assert_eq!(one.is_same_place(&other), same, "{one:?} {other:?}");
        }
    }
}
