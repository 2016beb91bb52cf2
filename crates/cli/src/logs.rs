//! `hearthcast logs …`: logs of other servers, counted here.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::{Args, Subcommand, ValueEnum};
use hearthcast_model::Result;
use hearthcast_model::stats::LogImport;
use hearthcast_studio::{LogOptions, Studio};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What is to be done with logs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Count downloads from logs; the same file twice, or files that overlap, change nothing
    Import(Import),
    /// Have sync read the logs of a target by itself, each file once; without PREFIX they are listed
    Source(Source),
}

/// Formats of logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Server access logs of an S3 bucket
    S3,
    /// Standard logs of CloudFront
    #[value(name = "cloudfront")]
    CloudFront,
    /// nginx's or Apache's `combined`
    Nginx,
    /// Caddy's access log
    Caddy,
}

impl Format {
    fn word(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
    }
}

/// Which logs, and how they are read.
#[derive(Debug, Args)]
pub struct Import {
    /// Id or slug of the show
    show: String,
    /// Logs, plain or compressed with gzip
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What wrote them [default: told from their lines]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Network or address of a proxy whose X-Forwarded-For is believed; as often as needed
    #[arg(long = "trusted-proxy", value_name = "CIDR")]
    trusted_proxies: Vec<String>,
    /// Network or address that is never counted, such as your own; as often as needed
    #[arg(long, value_name = "CIDR")]
    exclude: Vec<String>,
    /// The target whose logs they are; needed where the show has feeds under the same path at several
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
}

/// Where logs lie.
#[derive(Debug, Args)]
pub struct Source {
    /// Id or slug of the show
    show: String,
    /// Name of the target
    #[arg(requires = "prefix")]
    target: Option<String>,
    /// What the names of the logs begin with, such as logs/
    prefix: Option<String>,
    /// What writes them
    #[arg(long, value_enum, default_value_t = Format::S3)]
    format: Format,
    /// Read them no longer
    #[arg(long, requires = "prefix")]
    remove: bool,
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: Verb, output: &Output) -> Result<Done> {
    match verb {
        Verb::Import(words) => import(studio, words, output).await,
        Verb::Source(words) => source(studio, words).await,
    }
}

async fn import(studio: &Studio, words: Import, output: &Output) -> Result<Done> {
    let Import { show, files, format, trusted_proxies, exclude, target } = words;
    let options = LogOptions { format: format.map(Format::word), trusted_proxies, exclude, target };
    let cancel = library::cancel_on_interrupt();
    let report = studio.import_logs(&show, &files, &options, &cancel, &output.sink()).await?;
    Done::with(&report, text(&report))
}

fn text(report: &LogImport) -> String {
    let mut rows = vec![
        vec!["new requests".to_string(), report.new_rows.to_string()],
        vec!["known already".into(), report.known_rows.to_string()],
    ];
    if report.late_rows > 0 {
        rows.push(vec!["too late: import all logs of their days again".into(), report.late_rows.to_string()]);
    }
    rows.extend(report.skipped.iter().map(|(reason, count)| vec![format!("- {reason}"), count.to_string()]));
    let days = match (report.days.first(), report.days.last()) {
        (Some(first), Some(last)) => {
            let downloads = words::count(report.downloads, "download");
            format!(
                "{first} to {last} (UTC): {downloads} by these logs. Where a Hearthcast server counted an episode on a day, its own number holds."
            )
        }
        _ => "No day was counted again.".into(),
    };
    let unread: u64 = ["garbage", "comment"].iter().filter_map(|reason| report.skipped.get(*reason)).sum();
    let days = match report.lines > 0 && unread == report.lines && report.skipped.contains_key("garbage") {
        true => "No line is one of this format. Without --format it is told from the lines.".into(),
        false => days,
    };
    let (files, lines) = (words::count(report.files, "file"), words::count(report.lines, "line"));
    let whose = match report.skipped.contains_key("several_places") {
        true => {
            "\nSeveral places have a feed under the same path: say with --target whose logs these are, and its readers are counted."
        }
        false => "",
    };
    format!("{files}, {lines}\n{}{days}{whose}", words::table(&rows))
}

async fn source(studio: &Studio, words: Source) -> Result<Done> {
    let Source { show, target, prefix, format, remove } = words;
    let sources = match (target.zip(prefix), remove) {
        (Some((target, prefix)), true) => studio.remove_log_source(&show, &target, &prefix).await?,
        (Some((target, prefix)), false) => studio.set_log_source(&show, &target, &prefix, &format.word()).await?,
        (None, _) => studio.log_sources(&show).await?,
    };
    let (mut rows, mut lines) = (Vec::<Value>::new(), vec![]);
    for source in sources {
        let name = studio.target_name(&source.target).await?;
        rows.push(json!({"target": name, "prefix": source.prefix, "format": source.format}));
        lines.push(vec![name, source.prefix, source.format]);
    }
    let text = if lines.is_empty() { "No logs are read by sync.".into() } else { words::table(&lines) };
    Done::list("sources", &rows, text)
}
