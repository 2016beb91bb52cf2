//! `hearthcast plan` and `hearthcast publish`.

use crate::args::{Publish, What};
use crate::output::{Done, Output};
use crate::{find, library, words};
use hearthcast_model::Consequence;
use hearthcast_model::Result;
use hearthcast_model::clock::spoken;
use hearthcast_model::history::{Conflict, FeedDiff, Turned};
use hearthcast_model::plan::{Change, ChangeKind, Plan, Published, Scheduled};
use hearthcast_studio::{Asked, Studio};

/// Says what a publication would change; changes nothing. Exit code 1 when it could not be applied.
pub async fn plan(studio: &Studio, what: &What) -> Result<Done> {
    let only = find::episodes(studio, &what.show, &what.only).await?;
    let plan = studio.plan(&what.show, what.target.as_deref(), &only).await?;
    let mut done = Done::with(&plan, plan_text(&plan))?;
    done.exit = u8::from(!plan.blockers.is_empty());
    Ok(done)
}

/// Plans, applies, verifies. What is unfinished is finished first.
pub async fn publish(studio: &Studio, words: &Publish, output: &Output) -> Result<Done> {
    let Publish { what, confirm } = words;
    let only = find::episodes(studio, &what.show, &what.only).await?;
    let (target, cancel) = (what.target.as_deref(), library::cancel_on_interrupt());
    let asked = Asked { only: &only, confirm: confirm.as_deref(), ..Asked::default() };
    let published = studio.publish_asked(&what.show, target, asked, &cancel, output.sink()).await?;
    Done::with(&published, published_text(&published))
}

pub(crate) fn plan_text(plan: &Plan) -> String {
    let mut text = format!("{}\n", plan.sentence);
    for change in &plan.changes {
        text += &change_line(change);
    }
    if let Some(feed) = &plan.feed {
        text += &feed_text(feed);
    }
    text += &consequences_text(&plan.consequences);
    for file in &plan.unreferenced {
        text += &format!("no longer named: {} ({}); it stays where it is\n", file.key, words::bytes(file.bytes));
    }
    if let Some(conflict) = &plan.conflict {
        text += &conflict_text(conflict);
    }
    for blocker in &plan.blockers {
        text += &format!("cannot be published: {} {}\n", blocker.message, blocker.hint);
    }
    text
}

/// What apps make of what changes that they know published episodes by, each with where that is written.
pub(crate) fn consequences_text(consequences: &[Consequence]) -> String {
    let mut text = String::new();
    for one in consequences {
        text += &format!("{} changes of {}:\n", one.what.words(), words::count(u64::from(one.episodes), "episode"));
        for swap in &one.examples {
            text += &format!("  \"{}\": {} -> {}\n", swap.title, swap.before, swap.after);
        }
        for effect in &one.effects {
            text += &format!("  {}: {} <{}>\n", effect.apps, effect.effect, effect.source);
        }
    }
    text
}

/// What listeners and their apps will notice, tag by tag.
pub(crate) fn feed_text(feed: &FeedDiff) -> String {
    let mut text = String::new();
    for tag in &feed.tags {
        let side = |words: &Option<String>| words.clone().unwrap_or_else(|| "nothing".into());
        let (before, after) = (side(&tag.before), side(&tag.after));
        text += &format!("  <{}> of \"{}\": {before} -> {after}\n", tag.tag, tag.title);
    }
    if let Some(Turned { episodes, newest }) = feed.turned {
        text += &format!(
            "  {episodes} go to pages behind the feed: apps that follow no pages show the newest {newest} to new listeners\n"
        );
    }
    for again in &feed.fetched_again {
        let bytes = again.bytes.map(|bytes| format!(" ({})", words::bytes(bytes))).unwrap_or_default();
        text += &format!("fetched again: \"{}\"{bytes}, {}, by {}\n", again.title, again.why, again.apps);
    }
    text
}

fn conflict_text(conflict: &Conflict) -> String {
    let mut text = format!("{}\n", conflict.sentence);
    for item in &conflict.items {
        text += &format!("{} {}\n", if item.clash { "!" } else { " " }, item.sentence);
    }
    for way in &conflict.ways_out {
        text += &format!("you can: {way}\n");
    }
    text
}

pub(crate) fn change_line(change: &Change) -> String {
    let sign = match change.kind {
        ChangeKind::Added => "+",
        ChangeKind::Changed => "~",
        ChangeKind::Removed => "-",
    };
    let fields = change.fields.iter().map(|f| field_name(&f.field)).collect::<Vec<_>>().join(", ");
    let fields = if fields.is_empty() { fields } else { format!(" ({fields})") };
    let when = change.at_ms.map(|at_ms| match change.kind {
        ChangeKind::Removed => format!(", taken back before {}", spoken(at_ms, change.zone.as_deref())),
        _ => format!(", goes out {}", spoken(at_ms, change.zone.as_deref())),
    });
    format!("{sign} {} \"{}\"{fields}{}\n", change.table.name(), change.title, when.unwrap_or_default())
}

/// A field as people call it; `--json` has the names of the model.
fn field_name(field: &str) -> &str {
    match field {
        "persons" => "people",
        "publish_at_ms" => "date",
        "season_name" => "name of the season",
        "itunes_title" => "title for Apple",
        "cover_alt" => "what the cover shows",
        "image_alt" => "what the picture shows",
        "owner_name" | "owner_email" => "owner",
        "verifying" => "the owner's e-mail address, shown while a directory verifies",
        "podcast_guid" => "the show's guid",
        "prefix" => "the way to every sound, by the prefix",
        "feed_page" => "pages of the feed",
        "feed_variants" => "further feeds",
        "new_feed_url" => "the address apps are sent to",
        other => other,
    }
}

pub(crate) fn published_text(published: &Published) -> String {
    let later = later_text(published);
    if published.writes == 0 {
        let (version, url) = (published.version, &published.feed_url);
        return format!("Nothing to do: version {version} is what listeners see.\n{later}{url}");
    }
    let said = published.prefix.iter().chain(&published.hub).map(|said| format!("{said}\n"));
    let said = said.collect::<String>();
    format!(
        "Version {} is public; {} sent, {} verified.\n{said}{later}{}",
        published.version,
        words::bytes(published.bytes_sent),
        words::count(published.verified.len() as u64, "file"),
        published.feed_url
    )
}

/// What comes out later, and who has to be awake for it.
fn later_text(published: &Published) -> String {
    let line = |scheduled: &Scheduled| {
        format!("\"{}\" goes out {}.\n", scheduled.title, spoken(scheduled.at_ms, scheduled.zone.as_deref()))
    };
    let mut text: String = published.scheduled.iter().map(line).collect();
    if published.needs_this_computer {
        text += "This computer must be on and online then, with the window or `hearthcast sync` running.\n";
    } else if !published.scheduled.is_empty() {
        text += "The server does that by itself; this computer may be off.\n";
    }
    text
}
