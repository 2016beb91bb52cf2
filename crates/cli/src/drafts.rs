//! `hearthcast episode share`, `shares`, `unshare` and `remarks`: who may hear a draft, and what they said.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::Args;
use hearthcast_commands::lan::Lan;
use hearthcast_model::clock::spoken;
use hearthcast_model::share::{ShareKind, ShareView};
use hearthcast_model::{Code, Error, Remark, Result};
use hearthcast_studio::{Sharing, Studio, qr_text};
use std::net::IpAddr;
use std::time::Duration;

/// Who shall hear what, and for how long.
#[derive(Debug, Args)]
pub struct ShareWords {
    /// Id or slug of the show
    pub show: String,
    /// Id, slug or number
    pub episode: String,
    /// For how many days, 1 to 90 [default: 7]
    #[arg(long, value_name = "N", conflicts_with = "lan")]
    pub days: Option<u32>,
    /// At which target [default: the show's Hearthcast server, or else its first place]
    #[arg(long, value_name = "NAME", conflicts_with = "lan")]
    pub target: Option<String>,
    /// From this computer, for those in the same network, until this command is stopped; at this address of it
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "")]
    pub lan: Option<String>,
    /// Print the address as a picture for telephones, too
    #[arg(long)]
    pub qr: bool,
}

/// Shares an episode.
pub async fn share(studio: &Studio, asked: ShareWords, output: &Output) -> Result<Done> {
    if let Some(at) = &asked.lan {
        return here(studio, &asked, at, output).await;
    }
    let how = Sharing { days: asked.days, target: asked.target.as_deref() };
    let cancel = library::cancel_on_interrupt();
    let view = studio.share_draft(&asked.show, &asked.episode, how, &cancel, &output.sink()).await?;
    Done::with(&view, told(&view, asked.qr))
}

/// Shows it from this computer until the person stops the command.
async fn here(studio: &Studio, asked: &ShareWords, at: &str, output: &Output) -> Result<Done> {
    let wrong = |_| {
        Error::new(Code::UsageInvalid, format!("\"{at}\" is no address of a computer."))
            .hint("Such as 192.168.1.20; without one, the network's own is taken.")
            .about("field", "lan")
    };
    let ip = if at.is_empty() { None } else { Some(at.parse::<IpAddr>().map_err(wrong)?) };
    let cancel = library::cancel_on_interrupt();
    let lan = Lan::open(studio, &asked.show, &asked.episode, ip).await?;
    let text = told(lan.view(), asked.qr);
    output.checked(lan.view(), &format!("{text}It can be heard until you stop this command (Ctrl-C)."));
    let left = lan.view().share.expires_ms - lan.view().share.made_ms;
    let over = tokio::time::Instant::now() + Duration::from_millis(left.unsigned_abs());
    while !cancel.is_cancelled() && tokio::time::Instant::now() < over {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let ended = ShareView { live: false, ..lan.view().clone() };
    drop(lan);
    Done::with(&ended, "Nobody can hear it any more.")
}

/// Lists sharings.
pub async fn list(studio: &Studio, show: &str, qr: bool) -> Result<Done> {
    let all = studio.shares(show, None).await?;
    let text = match all.is_empty() {
        true => format!("Nobody was given a draft of this show. Share one: hearthcast episode share {show} EPISODE"),
        false => all.iter().map(|view| told(view, qr && view.live)).collect::<Vec<_>>().join("\n"),
    };
    Done::list("shares", &all, text)
}

/// Ends sharings.
pub async fn unshare(studio: &Studio, show: &str, which: &str, output: &Output) -> Result<Done> {
    let ended = studio.unshare(show, which).await?;
    for view in ended.iter().filter(|view| view.waits) {
        let place = &view.target_name;
        let message = format!("\"{place}\" does not answer: the draft can still be heard there.");
        output.finding("target.offline", &message, "The next sync ends it: hearthcast sync");
    }
    let waits = ended.iter().any(|view| view.waits);
    let text = match (ended.len(), waits) {
        (0, _) => "Nobody could hear it anyway.".to_string(),
        (count, false) => {
            format!("{} ended: nobody can hear it there any more.", words::count(count as u64, "address"))
        }
        (count, true) => format!("{} ended here.", words::count(count as u64, "address")),
    };
    let mut done = Done::list("shares", &ended, text)?;
    done.exit = if waits { 3 } else { 0 };
    Ok(done)
}

/// Lists remarks.
pub async fn remarks(studio: &Studio, show: &str, episode: &str) -> Result<Done> {
    let all = studio.remarks(show, episode).await?;
    let text = match all.is_empty() {
        true => "Nobody remarked anything that was fetched: hearthcast sync".to_string(),
        false => all.iter().map(remark).collect::<String>(),
    };
    Done::list("remarks", &all, text)
}

fn remark(one: &Remark) -> String {
    let at = one.at_ms.map_or_else(|| "-".to_string(), |ms| words::duration(Some(ms)));
    let name = if one.name.is_empty() { "somebody" } else { &one.name };
    let text: String = one.text.lines().map(|line| format!("    {line}\n")).collect();
    format!("{at}  {name}, {}\n{text}\n", spoken(one.created_ms, None))
}

/// Where it is heard, until when, and by what.
fn told(view: &ShareView, qr: bool) -> String {
    let share = &view.share;
    if !view.live {
        let why = if share.revoked_ms.is_some() { "ended" } else { "over" };
        let waits = if view.waits { ", but its place does not know yet: hearthcast sync" } else { "" };
        return format!("\"{}\" ({}): {why}{waits}\n", view.title, share.id);
    }
    let place = match share.kind {
        ShareKind::Lan => "in this network".to_string(),
        _ => format!("at \"{}\", until {}", view.target_name, spoken(share.expires_ms, None)),
    };
    let mut text = format!("\"{}\" can be heard {place}:\n  {}\n", view.title, share.address);
    if !share.feed.is_empty() {
        text += &format!("For podcast apps that follow a feed by its address:\n  {}\n", share.feed);
    }
    if view.remarks > 0 {
        text += &format!("{}.\n", words::count(view.remarks.into(), "remark"));
    }
    if share.kind == ShareKind::Place {
        text += "The place does not end it by itself: hearthcast sync takes it away when its time is over.\n";
    }
    if let Some(picture) = qr.then(|| qr_text(&share.address)).flatten() {
        text += &format!("\n{picture}\n\nAny browser plays it. Apps:\n");
        for app in &view.apps {
            text += &format!("  {}: {}\n", app.name, app.how);
        }
    }
    text
}
