//! `hearthcast stats`: the number, why it is that number, tables of it, and numbers of other counters beside it.

use crate::output::Done;
use crate::words;
use clap::{Args, Subcommand, ValueEnum};
use hearthcast_model::clock::rfc3339;
use hearthcast_model::stats::{Breakdown, DayCount, Funnel, Source, Stats, Why};
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::{Studio, stats_csv, stats_rows, stats_shared};
use std::path::{Path, PathBuf};

/// Which numbers.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Words {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Id or slug of the show
    #[arg(required = true)]
    show: Option<String>,
    /// How to break the number down
    #[arg(long, value_enum, default_value_t = By::Episode)]
    by: By,
    /// First UTC day (2026-11-20)
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last UTC day
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Write the table to a file for spreadsheets; "-" prints it
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// For others to read: names of fewer than five downloads are told together as "other"
    #[arg(long)]
    shared: bool,
}

/// What else there is to be known.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Why the number of an episode on a UTC day is what it is
    Why {
        /// Id or slug of the show
        show: String,
        /// Id, slug or number of the episode
        episode: String,
        /// UTC day (2026-11-20)
        day: String,
    },
    /// Keep numbers of another counter (lines of period,number) beside the counted ones; they are never added
    ImportTotals {
        /// Id or slug of the show
        show: String,
        /// The table, as CSV
        file: PathBuf,
        /// What the series is called; one of the same name is replaced
        #[arg(long)]
        label: String,
    },
}

/// How to break a number down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// By UTC day
    Day,
    /// By UTC hour of the day
    Hour,
    /// By episode
    Episode,
    /// By podcast app
    App,
    /// By device
    Device,
    /// By the page that linked to the file, for browsers
    Referrer,
    /// By country, where the server knows countries
    Country,
    /// By days since release
    Age,
    /// Subscribers, estimated from who asks for the feed, by UTC day
    Subscribers,
    /// Subscribers by app or service, on the newest day that is over
    Reader,
    /// Requests for pages by kind
    Page,
}

impl From<By> for Breakdown {
    fn from(by: By) -> Self {
        match by {
            By::Day => Self::Day,
            By::Hour => Self::Hour,
            By::Episode => Self::Episode,
            By::App => Self::App,
            By::Device => Self::Device,
            By::Referrer => Self::Referrer,
            By::Country => Self::Country,
            By::Age => Self::Age,
            By::Subscribers => Self::Subscribers,
            By::Reader => Self::Reader,
            By::Page => Self::Page,
        }
    }
}

/// Most bytes of a table that is read.
const MOST_TABLE_BYTES: u64 = 16 << 20;

/// Reads what the last sync fetched; asks no server.
pub async fn act(studio: &Studio, what: Words) -> Result<Done> {
    match what.verb {
        Some(Verb::Why { show, episode, day }) => {
            let why = studio.why(&show, &episode, &day).await?;
            Done::with(&why, why_text(&why, &day))
        }
        Some(Verb::ImportTotals { show, file, label }) => {
            let series = studio.import_totals(&show, &table(&file)?, &label).await?;
            let rows: Vec<Vec<String>> =
                series.iter().map(|series| vec![series.label.clone(), series.downloads.to_string()]).collect();
            Done::list("series", &series, words::table(&rows))
        }
        None => numbers(studio, what).await,
    }
}

async fn numbers(studio: &Studio, what: Words) -> Result<Done> {
    let show = what.show.unwrap_or_default();
    let mut stats = studio.stats_between(&show, what.from.as_deref(), what.to.as_deref()).await?;
    let by = Breakdown::from(what.by);
    let (rows, csv) = (stats_rows(by, &stats, what.shared), stats_csv(by, &stats, what.shared));
    let mut text = text(&stats, &rows, matches!(by, Breakdown::Subscribers | Breakdown::Reader | Breakdown::Page));
    if let Some(file) = &what.csv {
        let wrong = |error| Error::new(Code::UsageInvalid, format!("{} cannot be written: {error}.", file.display()));
        match file.as_os_str() == "-" {
            true => text = csv.trim_end().into(),
            false => std::fs::write(file, csv).map_err(wrong)?,
        }
    }
    if what.shared {
        stats = stats_shared(stats);
    }
    Done::with(&stats, text)
}

fn table(path: &Path) -> Result<String> {
    let wrong = |why: String| Error::new(Code::UsageInvalid, format!("{} cannot be read: {why}.", path.display()));
    if std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len() > MOST_TABLE_BYTES {
        return Err(wrong(format!("it has more than {MOST_TABLE_BYTES} bytes")));
    }
    std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))
}

/// The number that was asked for stands first, with its table; the others follow.
fn text(stats: &Stats, rows: &[(String, u64)], of_feed: bool) -> String {
    let downloads = words::count(stats.downloads, "download");
    let subscribers = format!("About {}\n", words::count(stats.subscribers, "subscriber"));
    let table = words::table(&lines(rows));
    let mut text = if of_feed { format!("{subscribers}{table}{downloads}\n") } else { format!("{downloads}\n{table}") };
    if stats.unverified > 0 {
        text += &format!("and {} that were only redirected (unverified)\n", words::count(stats.unverified, "request"));
    }
    if !stats.feed_days.is_empty() && !of_feed {
        text += &subscribers;
    }
    text += &funnel(&stats.funnel, stats.unverified);
    for lost in &stats.lost {
        let rows = words::count(lost.rows, "answer");
        text += &format!(
            "{rows} of {} could not be logged by the server (no room on its disk?): that day's numbers are too low.\n",
            lost.day
        );
    }
    for series in &stats.series {
        text += &format!("Beside it, not added: {} ({})\n", words::count(series.downloads, "download"), series.label);
    }
    text + &match stats.pulled_ms {
        Some(ms) => format!("Fetched {} (UTC).", rfc3339(ms)),
        None => "Never fetched: hearthcast sync".into(),
    }
}

fn lines(rows: &[(String, u64)]) -> Vec<Vec<String>> {
    rows.iter().map(|(name, count)| vec![name.clone(), count.to_string()]).collect()
}

fn why_text(why: &Why, day: &str) -> String {
    let mut text = format!("{}, {day} (UTC)\n", why.title);
    if why.counts.is_empty() {
        text += "Nobody asked for it on this day.\n";
    }
    why.counts.iter().for_each(|count| text += &one(count, ""));
    why.set_aside.iter().for_each(|count| text += &one(count, ", which does not count beside it"));
    text.trim_end().to_string()
}

fn one(count: &DayCount, how: &str) -> String {
    let source = match count.source {
        Source::Served => "Bytes the server delivered",
        Source::Log => "The log of a bucket or another server",
    };
    let open = if count.provisional { " (the day is not over)" } else { "" };
    format!("{source}{how}{open}:\n{}", funnel(&count.funnel, count.unverified))
}

/// From requests to downloads: the lines add up. `redirected` were led to another place, where nobody sees what was heard.
fn funnel(funnel: &Funnel, redirected: u64) -> String {
    let mut rows = vec![vec!["requests".to_string(), funnel.requests.to_string()]];
    rows.extend(funnel.dropped.iter().map(|(reason, count)| vec![format!("- {}", reason.as_str()), count.to_string()]));
    rows.extend((redirected > 0).then(|| vec!["- only redirected".into(), redirected.to_string()]));
    rows.push(vec!["- repeats".into(), funnel.repeats.to_string()]);
    rows.push(vec!["= downloads".into(), funnel.downloads.to_string()]);
    words::table(&rows)
}
