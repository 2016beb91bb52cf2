//! The one visibility rule: what may be seen by whom, at which time. Feed, API, site, search and media routes all ask here.

use crate::Episode;
use crate::record::Record;

/// Who is looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Anybody.
    Public,
    /// The author on the own machine.
    Author,
}

/// Returns the revision of an episode that `viewer` may see at `as_of_ms`, or `None`.
///
/// The public sees the released revision only, from its publication time on; drafts and deleted episodes never.
pub fn visible(record: &Record<Episode>, viewer: Viewer, as_of_ms: i64) -> Option<&Episode> {
    match viewer {
        Viewer::Author => record.deleted_ms.is_none().then_some(&record.body),
        Viewer::Public => record.released.as_ref().filter(|episode| released_by(episode, as_of_ms)),
    }
}

/// Whether the public sees an episode at `as_of_ms`. What it is known by (guid, address, names of files) is frozen from then
/// on; one that was handed over before its time may still change.
pub fn is_public(record: &Record<Episode>, as_of_ms: i64) -> bool {
    visible(record, Viewer::Public, as_of_ms).is_some()
}

/// Whether a released body is public at `as_of_ms`: no draft, and its time has come.
pub fn released_by(episode: &Episode, as_of_ms: i64) -> bool {
    !episode.draft && due(episode.publish_at_ms, as_of_ms)
}

/// Whether a publication time has come at `as_of_ms`; an unset one never comes.
pub fn due(publish_at_ms: Option<i64>, as_of_ms: i64) -> bool {
    publish_at_ms.is_some_and(|at| at <= as_of_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeviceId, Sha256, ShowId};

    fn record(released_at: Option<i64>) -> Record<Episode> {
        let id = "018f0000-0000-7000-8000-000000000001";
        let show = ShowId::parse(id).unwrap();
        let body = Episode::new(show, "g", "Working title", "s", 0);
        let released =
            released_at.map(|at| Episode { publish_at_ms: Some(at), title: "Public".into(), ..body.clone() });
        Record {
            id: id.into(),
            rev: 1,
            base_rev: 0,
            hash: Sha256::of(b""),
            deleted_ms: None,
            device: DeviceId::parse(id).unwrap(),
            body,
            released,
        }
    }

    #[test]
    fn public_sees_the_released_revision_from_its_time_on() {
        assert_eq!(visible(&record(Some(10)), Viewer::Public, 9), None);
        assert_eq!(visible(&record(Some(10)), Viewer::Public, 10).unwrap().title, "Public");
        assert_eq!(visible(&record(None), Viewer::Public, 10), None);
    }

    #[test]
    fn author_sees_the_working_copy() {
        assert_eq!(visible(&record(None), Viewer::Author, 0).unwrap().title, "Working title");
    }
}
