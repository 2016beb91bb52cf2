//! `hearthcast stats`: the number, and why it is that number.

use crate::args::{By, Stats as Words};
use crate::output::Done;
use crate::words;
use hearthcast_model::Result;
use hearthcast_model::clock::rfc3339;
use hearthcast_model::stats::{Funnel, Stats};
use hearthcast_studio::Studio;

/// Reads what the last sync fetched; asks no server.
pub async fn act(studio: &Studio, what: &Words) -> Result<Done> {
    let stats = studio.stats(&what.show).await?;
    Done::with(&stats, text(&stats, what.by))
}

fn text(stats: &Stats, by: By) -> String {
    let rows: Vec<Vec<String>> = match by {
        By::Day => stats.by_day.iter().map(|row| vec![row.day.clone(), row.downloads.to_string()]).collect(),
        By::Episode => stats.by_episode.iter().map(|row| vec![row.title.clone(), row.downloads.to_string()]).collect(),
        By::App => stats.by_app.iter().map(|(app, count)| vec![app.clone(), count.to_string()]).collect(),
    };
    let fetched = match stats.pulled_ms {
        Some(ms) => format!("Fetched {} (UTC).", rfc3339(ms)),
        None => "Never fetched: hearthcast sync".into(),
    };
    format!("{}\n{}{}{fetched}", words::count(stats.downloads, "download"), words::table(&rows), funnel(&stats.funnel))
}

fn funnel(funnel: &Funnel) -> String {
    let mut rows = vec![vec!["requests".to_string(), funnel.requests.to_string()]];
    rows.extend(funnel.dropped.iter().map(|(reason, count)| vec![format!("- {}", reason.as_str()), count.to_string()]));
    rows.push(vec!["- repeats".into(), funnel.repeats.to_string()]);
    rows.push(vec!["= downloads".into(), funnel.downloads.to_string()]);
    words::table(&rows)
}
