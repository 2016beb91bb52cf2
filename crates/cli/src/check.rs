//! `hearthcast check`: what directories and apps would refuse.

use crate::output::{Done, Output};
use crate::words;
use clap::Args;
use hearthcast_model::Result;
use hearthcast_model::check::{CheckFinding, CheckLevel, CheckReport};
use hearthcast_studio::Studio;
use std::collections::BTreeMap;

/// Which show, and whether the network is asked.
#[derive(Debug, Args)]
pub struct Check {
    /// Id or slug of the show
    pub show: String,
    /// Ask no network: look at what is here only
    #[arg(long)]
    pub offline: bool,
}

/// Prints every finding. Exit code 1 when a directory would refuse the show.
pub async fn act(studio: &Studio, what: &Check, output: &Output) -> Result<Done> {
    let report = match what.offline {
        true => studio.check_show_here(&what.show).await?,
        false => studio.check_show(&what.show).await?,
    };
    let titles: BTreeMap<String, String> =
        studio.episodes(&what.show).await?.into_iter().map(|row| (row.id.to_string(), row.title)).collect();
    for finding in &report.findings {
        output.checked(finding, &line(finding, titles.get(&finding.subject.id)));
    }
    let mut done = Done::with(&report, summary(&report))?;
    // Each was a line of its own.
    done.fields.remove("findings");
    done.exit = u8::from(report.errors > 0);
    Ok(done)
}

fn line(finding: &CheckFinding, title: Option<&String>) -> String {
    let level = match finding.level {
        CheckLevel::Error => "error",
        CheckLevel::Warning => "warning",
        CheckLevel::Advice => "advice",
    };
    let hint = if finding.hint.is_empty() { String::new() } else { format!(" {}", finding.hint) };
    let about = title.map_or_else(String::new, |title| format!(" \"{title}\":"));
    format!("{level}:{about} {}{hint} ({})", finding.message, finding.source.name)
}

fn summary(report: &CheckReport) -> String {
    let asked = match report.asked.len() {
        0 => String::new(),
        many => format!(" {} asked.", words::count(many as u64, "address").replace("addresss", "addresses")),
    };
    if report.findings.is_empty() {
        return format!("Nothing to mend: directories take the show as it is.{asked}");
    }
    let counted = [
        words::count(report.errors, "error"),
        words::count(report.warnings, "warning"),
        format!("{} of advice", words::count(report.advice, "piece")),
    ];
    format!("{}.{asked}", counted.join(", "))
}
