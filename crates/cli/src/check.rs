//! `hearthcast check`: what directories and apps would refuse, the rules for it, and putting right what can be.

use crate::output::{Done, Output};
use crate::words;
use clap::Args;
use hearthcast_model::check::{CheckFinding, CheckLevel, CheckReport};
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::{Meant, Studio};
use std::collections::BTreeMap;

/// Which show, whether the network is asked, and what is put right.
#[derive(Debug, Args)]
pub struct Check {
    /// Id or slug of the show
    #[arg(required_unless_present = "rules")]
    pub show: Option<String>,
    /// Ask no network: look at what is here only
    #[arg(long)]
    pub offline: bool,
    /// Put right what these codes found, or "all-safe"; several with commas
    #[arg(long, value_name = "CODE", value_delimiter = ',', conflicts_with_all = ["offline", "rules"])]
    pub fix: Vec<String>,
    /// Take what this code found as it is, and say no more of it until it says something else; "--of" says of which episode
    #[arg(long, value_name = "CODE", conflicts_with_all = ["fix", "rules"])]
    pub accept: Option<String>,
    /// Tell what this code found again
    #[arg(long, value_name = "CODE", conflicts_with_all = ["fix", "rules", "accept"])]
    pub reconsider: Option<String>,
    /// Of this episode only: id, slug or number
    #[arg(long, value_name = "EPISODE")]
    pub of: Option<String>,
    /// List every rule: its code, its level, what it asks, whose it is
    #[arg(long, conflicts_with_all = ["show", "offline"])]
    pub rules: bool,
}

/// Does what was asked for.
pub async fn act(studio: &Studio, what: &Check, output: &Output) -> Result<Done> {
    let Some(show) = &what.show else { return rules(studio) };
    if what.of.is_some() && what.accept.is_none() && what.reconsider.is_none() {
        let error = Error::new(Code::UsageInvalid, "--of belongs to --accept and --reconsider.");
        return Err(error.hint("Say which finding: --accept CODE."));
    }
    let of = match &what.of {
        Some(episode) => Some(studio.episode_view(show, episode).await?.id.to_string()),
        None => None,
    };
    let meant = |code| Meant { code, subject: of.as_deref(), message: None };
    let report = match (&what.accept, &what.reconsider) {
        (Some(code), _) => studio.accept_findings(show, meant(code)).await?,
        (None, Some(code)) => studio.reconsider_findings(show, meant(code)).await?,
        (None, None) if !what.fix.is_empty() => return fix(studio, show, &what.fix).await,
        (None, None) if what.offline => studio.check_show_here(show).await?,
        (None, None) => studio.check_show(show).await?,
    };
    told(studio, show, &report, output).await
}

/// Lists every rule.
fn rules(studio: &Studio) -> Result<Done> {
    let rules = studio.check_rules();
    let mut lines = vec![];
    let mut group = "";
    for rule in &rules {
        if rule.group != group {
            group = &rule.group;
            lines.push(format!("{group}:"));
        }
        let fix = if rule.fix.is_some() { " Can be fixed." } else { "" };
        let (code, level, title, source) = (&rule.code, word(rule.level), &rule.title, &rule.source.name);
        lines.push(format!("  {code} ({level}): {title} ({source}){fix}"));
    }
    Done::list("rules", &rules, lines.join("\n"))
}

/// Puts right what was found. Exit code 1 when something that was asked for stays.
async fn fix(studio: &Studio, show: &str, codes: &[String]) -> Result<Done> {
    let fixed = studio.fix_show(show, codes).await?;
    let mut said = match fixed.fixed.len() {
        0 => vec!["Nothing was changed.".to_string()],
        _ => vec![format!("Put right: {}.", fixed.fixed.join(", "))],
    };
    if !fixed.left.is_empty() {
        said.push(format!("Still there: {}.", fixed.left.join(", ")));
    }
    let mut done = Done::with(&fixed, said.join("\n"))?;
    done.exit = u8::from(!fixed.left.is_empty());
    Ok(done)
}

/// Prints every finding. Exit code 1 when a directory would refuse the show.
async fn told(studio: &Studio, show: &str, report: &CheckReport, output: &Output) -> Result<Done> {
    let titles: BTreeMap<String, String> =
        studio.episodes(show).await?.into_iter().map(|row| (row.id.to_string(), row.title)).collect();
    for finding in &report.findings {
        output.checked(finding, &line(finding, titles.get(&finding.subject.id)));
    }
    let mut done = Done::with(report, summary(report))?;
    // Each was a line of its own.
    done.fields.remove("findings");
    done.exit = u8::from(report.errors > 0);
    Ok(done)
}

fn word(level: CheckLevel) -> &'static str {
    match level {
        CheckLevel::Error => "error",
        CheckLevel::Warning => "warning",
        CheckLevel::Advice => "advice",
    }
}

fn line(finding: &CheckFinding, title: Option<&String>) -> String {
    let level = word(finding.level);
    let hint = if finding.hint.is_empty() { String::new() } else { format!(" {}", finding.hint) };
    let about = title.map_or_else(String::new, |title| format!(" \"{title}\":"));
    let code = finding.code.strip_prefix("check.").unwrap_or(&finding.code);
    let fix = if finding.fix.is_some() { format!(" [--fix {code}]") } else { String::new() };
    format!("{level}:{about} {}{hint} ({}){fix}", finding.message, finding.source.name)
}

fn summary(report: &CheckReport) -> String {
    let asked = match report.asked.len() {
        0 => String::new(),
        many => format!(" {} asked.", words::count(many as u64, "address").replace("addresss", "addresses")),
    };
    let accepted = match report.accepted.len() {
        0 => String::new(),
        many => format!(" {} taken as they are.", words::count(many as u64, "finding")),
    };
    if report.findings.is_empty() {
        return format!("Nothing to mend: directories take the show as it is.{accepted}{asked}");
    }
    let counted = [
        words::count(report.errors, "error"),
        words::count(report.warnings, "warning"),
        format!("{} of advice", words::count(report.advice, "piece")),
    ];
    format!("{}.{accepted}{asked}", counted.join(", "))
}
