//! The plan in one sentence.

use hearthcast_model::clock::spoken;
use hearthcast_model::plan::{Change, ChangeKind, Scheduled};
use hearthcast_model::record::Table;

/// What a plan does, as far as the sentence tells it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What listeners will see.
    pub changes: &'a [Change],
    /// Bytes to send.
    pub bytes: u64,
    /// Whether nothing is to be done.
    pub nothing: bool,
    /// Whether records are released, if only in what listeners do not notice.
    pub releases: bool,
    /// Who writes the feed anew ("a newer Hearthcast"), if the last one was written by another version.
    pub rewritten_by: Option<&'a str>,
    /// Whether the feed names the same files as before.
    pub same_files: bool,
    /// What comes out later.
    pub scheduled: &'a [Scheduled],
    /// Whether this computer must be on then.
    pub needs_this_computer: bool,
    /// How long after its minute an episode comes out now, if it is late.
    pub late_by_ms: Option<i64>,
}

/// "1 new episode, 1 changed; 38.2 MB to send; nothing removed."
pub fn of(told: Told) -> String {
    let awake = if told.needs_this_computer { " This computer must be on and online then." } else { "" };
    if told.nothing {
        let later = later(told.scheduled).map(|later| format!("{later}; ")).unwrap_or_default();
        return format!("Everything is published; {later}nothing to do.{awake}");
    }
    let removed = match count(told.changes, Table::Episode, ChangeKind::Removed) {
        0 => "nothing removed".to_string(),
        n => format!("{n} removed"),
    };
    format!("{}; {} to send; {removed}.{awake}", parts(told).join(", "), amount(told.bytes))
}

/// What comes out later, and when: `"Fog" goes out Friday, 27 November 2026, 09:00 (Europe/Berlin)`.
pub fn later(scheduled: &[Scheduled]) -> Option<String> {
    let first = scheduled.iter().min_by_key(|scheduled| scheduled.at_ms)?;
    let when = spoken(first.at_ms, first.zone.as_deref());
    Some(match scheduled.len() {
        1 => format!("\"{}\" goes out {when}", first.title),
        n => format!("{n} episodes go out later, the first \"{}\" {when}", first.title),
    })
}

/// "3 hours", in the largest unit that says enough.
fn duration(ms: i64) -> String {
    let minutes = ms / 60_000;
    let (n, unit) = match minutes {
        0..120 => (minutes, "minute"),
        120..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

fn parts(told: Told) -> Vec<String> {
    let mut parts = changes(told.changes);
    if let Some(late_by_ms) = told.late_by_ms {
        parts.push(format!("made up {} after its time", duration(late_by_ms)));
    }
    parts.extend(coming(told));
    if let Some(by) = told.rewritten_by {
        parts.push(format!("the feed is written anew by {by}"));
        if parts.len() == 1 && told.same_files {
            parts.push("listeners see the same episodes".into());
        }
    }
    if parts.is_empty() {
        let quiet = match told.releases {
            true => "no change that listeners notice",
            false => "no new change; this place catches up with what is released",
        };
        parts.push(quiet.into());
    }
    parts
}

fn changes(changes: &[Change]) -> Vec<String> {
    let mut parts = vec![];
    let posts =
        changes.iter().filter(|change| change.post && change.kind == ChangeKind::Added && change.at_ms.is_none());
    let posts = posts.count();
    match count(changes, Table::Episode, ChangeKind::Added) - posts {
        0 => {}
        1 => parts.push("1 new episode".to_string()),
        n => parts.push(format!("{n} new episodes")),
    }
    match posts {
        0 => {}
        1 => parts.push("1 new post".to_string()),
        n => parts.push(format!("{n} new posts")),
    }
    match count(changes, Table::Episode, ChangeKind::Changed) {
        0 => {}
        n => parts.push(format!("{n} changed")),
    }
    match count(changes, Table::Show, ChangeKind::Added) {
        0 if changes.iter().any(|c| c.table == Table::Show) => parts.push("the show's page changed".into()),
        0 => {}
        _ => parts.push("a new show".into()),
    }
    parts
}

/// What is handed over before its time, or changed or taken back before it.
fn coming(told: Told) -> Vec<String> {
    let of = |kind| told.changes.iter().filter(move |change| change.kind == kind && change.at_ms.is_some());
    let new: Vec<Scheduled> = told
        .scheduled
        .iter()
        .filter(|scheduled| of(ChangeKind::Added).any(|change| change.id == scheduled.episode.as_str()))
        .cloned()
        .collect();
    let mut parts: Vec<String> = later(&new).into_iter().collect();
    let now = |table| count(told.changes, table, ChangeKind::Added);
    if now(Table::Show) > 0 && now(Table::Episode) == 0 && !new.is_empty() {
        parts.push("until then its feed has no episode".into());
    }
    match of(ChangeKind::Changed).count() {
        0 => {}
        1 => parts.push("1 change of what goes out later".into()),
        n => parts.push(format!("{n} changes of what goes out later")),
    }
    match of(ChangeKind::Removed).count() {
        0 => {}
        1 => parts.push("1 episode taken back before its time".into()),
        n => parts.push(format!("{n} episodes taken back before their time")),
    }
    parts
}

/// How many changes there are of a kind that listeners notice at once.
fn count(changes: &[Change], table: Table, kind: ChangeKind) -> usize {
    let now = changes.iter().filter(|change| change.at_ms.is_none());
    now.filter(|change| change.table == table && change.kind == kind).count()
}

/// Decimal megabytes with one digit, as storage bills count them.
pub(crate) fn amount(bytes: u64) -> String {
    if bytes == 0 {
        return "nothing".into();
    }
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Told = Told {
        changes: &[],
        bytes: 0,
        nothing: false,
        releases: false,
        rewritten_by: None,
        same_files: true,
        scheduled: &[],
        needs_this_computer: false,
        late_by_ms: None,
    };

    fn change(table: Table, kind: ChangeKind) -> Change {
        Change {
            table,
            id: String::new(),
            title: String::new(),
            kind,
            fields: vec![],
            at_ms: None,
            zone: None,
            post: false,
        }
    }

    const EPISODE: &str = "018f0000-0000-7000-8000-000000000001";

    /// Friday, 27 November 2026, 09:00 in Berlin (GNU date).
    fn friday() -> Scheduled {
        Scheduled {
            episode: hearthcast_model::EpisodeId::parse(EPISODE).unwrap(),
            title: "Fog".into(),
            at_ms: 1_795_766_400_000,
            zone: Some("Europe/Berlin".into()),
            body: hearthcast_model::Sha256::of(b""),
            objects: vec![],
        }
    }

    #[test]
    fn says_what_goes_out_later_and_who_must_be_awake() {
        let later =
            |kind| Change { id: EPISODE.into(), at_ms: Some(1_795_766_400_000), ..change(Table::Episode, kind) };
        let when = "Friday, 27 November 2026, 09:00 (Europe/Berlin)";
        let (added, scheduled) = ([later(ChangeKind::Added)], [friday()]);
        let told = Told { changes: &added, bytes: 1, scheduled: &scheduled, needs_this_computer: true, ..NOTHING };
        assert_eq!(
            of(told),
            format!(
                "\"Fog\" goes out {when}; 0.1 MB to send; nothing removed. This computer must be on and online then."
            )
        );
        let told = Told { needs_this_computer: false, nothing: true, ..told };
        assert_eq!(of(told), format!("Everything is published; \"Fog\" goes out {when}; nothing to do."));
        let changes = [later(ChangeKind::Changed), later(ChangeKind::Removed)];
        let told = Told { changes: &changes, ..NOTHING };
        assert_eq!(
            of(told),
            "1 change of what goes out later, 1 episode taken back before its time; nothing to send; nothing removed."
        );
        let made_up = [change(Table::Episode, ChangeKind::Added)];
        let told = Told { changes: &made_up, late_by_ms: Some(3 * 3_600_000), ..NOTHING };
        assert_eq!(of(told), "1 new episode, made up 3 hours after its time; nothing to send; nothing removed.");
    }

    #[test]
    fn says_what_listeners_see() {
        let changes = [
            change(Table::Show, ChangeKind::Added),
            change(Table::Episode, ChangeKind::Added),
            change(Table::Episode, ChangeKind::Changed),
            change(Table::Episode, ChangeKind::Removed),
        ];
        assert_eq!(
            of(Told { changes: &changes, bytes: 38_120_000, ..NOTHING }),
            "1 new episode, 1 changed, a new show; 38.2 MB to send; 1 removed."
        );
        let posts = [Change { post: true, ..change(Table::Episode, ChangeKind::Added) }];
        assert_eq!(of(Told { changes: &posts, ..NOTHING }), "1 new post; nothing to send; nothing removed.");
        let told = Told { changes: &changes[2..3], ..NOTHING };
        assert_eq!(of(told), "1 changed; nothing to send; nothing removed.");
        assert_eq!(of(Told { nothing: true, ..NOTHING }), "Everything is published; nothing to do.");
    }

    #[test]
    fn says_why_a_feed_is_written_where_nothing_changed() {
        let catches_up =
            "no new change; this place catches up with what is released; nothing to send; nothing removed.";
        assert_eq!(of(NOTHING), catches_up);
        let quiet = Told { releases: true, ..NOTHING };
        assert_eq!(of(quiet), "no change that listeners notice; nothing to send; nothing removed.");
        let anew = Told { rewritten_by: Some("a newer Hearthcast"), ..quiet };
        assert_eq!(
            of(anew),
            "the feed is written anew by a newer Hearthcast, listeners see the same episodes; nothing to send; nothing removed."
        );
        let with_file = Told { same_files: false, bytes: 1, ..anew };
        assert_eq!(of(with_file), "the feed is written anew by a newer Hearthcast; 0.1 MB to send; nothing removed.");
        let changes = [change(Table::Episode, ChangeKind::Changed)];
        assert_eq!(
            of(Told { changes: &changes, ..anew }),
            "1 changed, the feed is written anew by a newer Hearthcast; nothing to send; nothing removed."
        );
    }
}
