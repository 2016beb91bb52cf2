//! `hearthcast history`, `hearthcast diff` and `hearthcast rollback`.

use crate::args::{Between, Rollback, Settle, Versions};
use crate::output::{Done, Output};
use crate::publish::{plan_text, published_text};
use crate::{library, words};
use hearthcast_model::clock::{parse_rfc3339, rfc3339};
use hearthcast_model::history::{History, VersionDiff, VersionRow};
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::{AsOf, Studio};

/// Lists versions, or prints the feed as it was.
pub async fn history(studio: &Studio, what: &Versions) -> Result<Done> {
    let target = what.target.as_deref();
    if let Some(as_of) = &what.as_of {
        let feed = studio.version_feed(&what.show, target, moment(as_of)?).await?;
        let text = feed.feed.clone();
        return Done::with(&feed, text);
    }
    let history = studio.history(&what.show, target).await?;
    Done::with(&history, history_text(&history))
}

/// A version's number, a day (its end, UTC) or an instant.
fn moment(text: &str) -> Result<AsOf> {
    if let Ok(version) = text.trim_start_matches('v').parse() {
        return Ok(AsOf::Version(version));
    }
    let instant = parse_rfc3339(text).or_else(|| parse_rfc3339(&format!("{text}T23:59:59Z")));
    instant.map(AsOf::Instant).ok_or_else(|| {
        Error::new(Code::UsageInvalid, format!("\"{text}\" is neither a version nor a date."))
            .hint("Write a version (12), a day (2026-11-20) or an instant (2026-11-20T06:00:00Z).")
    })
}

/// Says how two versions differ.
pub async fn diff(studio: &Studio, what: &Between) -> Result<Done> {
    let diff = studio.diff_versions(&what.show, what.target.as_deref(), what.from, what.to).await?;
    Done::with(&diff, diff_text(&diff))
}

/// Goes back to an older version, or says what that would change.
pub async fn rollback(studio: &Studio, what: &Rollback, output: &Output) -> Result<Done> {
    let target = what.target.as_deref();
    if what.plan {
        let plan = studio.plan_rollback(&what.show, target, what.to).await?;
        let mut done = Done::with(&plan, plan_text(&plan))?;
        done.exit = u8::from(!plan.blockers.is_empty());
        return Ok(done);
    }
    let cancel = library::cancel_on_interrupt();
    let published =
        studio.rollback(&what.show, target, (what.to, what.confirm.as_deref()), &cancel, output.sink()).await?;
    Done::with(&published, published_text(&published))
}

/// Settles a conflict the way its author chose.
pub async fn settle(studio: &Studio, what: &Settle) -> Result<Done> {
    let target = what.target.as_deref();
    if let Some(guid) = &what.take {
        let taken = studio.take_theirs(&what.show, target, guid).await?;
        let mut text = format!("\"{}\" says here what it says there; undo takes it back.", taken.episode.episode.title);
        for left in &taken.left {
            text += &format!("\nNot taken. {}", left.sentence);
        }
        let mut done = Done::with(&taken.episode, text)?;
        done.fields.insert("left".into(), serde_json::json!(taken.left));
        return Ok(done);
    }
    let fence = what.follow.as_deref().unwrap_or_default();
    studio.follow_theirs(&what.show, target, fence).await?;
    let plan = studio.plan(&what.show, target, &[]).await?;
    Done::with(
        &plan,
        format!("Their version is followed now. Publishing from here would change:\n{}", plan_text(&plan)),
    )
}

fn history_text(history: &History) -> String {
    let rows: Vec<Vec<String>> = history.versions.iter().map(version_line).collect();
    let mut text = words::table(&rows);
    for sentence in &history.unknown {
        text += &format!("{sentence}\n");
    }
    if history.versions.is_empty() && history.unknown.is_empty() {
        text += &format!("Nothing was published to \"{}\" yet.\n", history.target_name);
    }
    text
}

fn version_line(row: &VersionRow) -> Vec<String> {
    let mut said = match (row.restores, row.sentence.is_empty()) {
        (Some(older), _) => format!("back to version {older}"),
        (None, true) => "not known".into(),
        (None, false) => row.sentence.clone(),
    };
    if row.current {
        said += " (public now)";
    }
    if !row.withdrawn.is_empty() {
        said += " (an episode of it was withdrawn: it is never brought back)";
    }
    for sentence in &row.unknown {
        said += &format!(" {sentence}");
    }
    vec![row.version.to_string(), rfc3339(row.at_ms), words::count(row.files, "file"), said]
}

fn diff_text(diff: &VersionDiff) -> String {
    let mut text = format!("{}\n", diff.sentence);
    for change in &diff.changes {
        text += &crate::publish::change_line(change);
    }
    if let Some(feed) = &diff.feed {
        text += &crate::publish::feed_text(feed);
    }
    for (sign, files) in [("+", &diff.files_added), ("-", &diff.files_gone)] {
        for file in files {
            text += &format!("{sign} file {} ({})\n", file.key, words::bytes(file.bytes));
        }
    }
    for sentence in &diff.unknown {
        text += &format!("{sentence}\n");
    }
    text
}
