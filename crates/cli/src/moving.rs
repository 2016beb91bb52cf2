//! `hearthcast show move|addresses|directories|verify`: a show comes from elsewhere, and directories are told of it.

use crate::output::{Done, Output};
use crate::publish::plan_text;
use crate::{library, words};
use clap::Args;
use hearthcast_model::clock::spoken;
use hearthcast_model::directories::{DirectoryView, ListingState};
use hearthcast_model::moving::{MovedIn, OldAddresses, OldFeed, OldHost};
use hearthcast_model::page_links::{PageLinkState, PageLinks};
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::Studio;

/// A show that was imported is here from now on.
#[derive(Debug, Args)]
pub struct MoveIn {
    /// Id or slug
    show: String,
    /// Name of the target where it is [default: the show's primary one]
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Only say what would change, and what is to be done at the old host
    #[arg(long)]
    plan: bool,
    /// What the plan asks to be typed: the address name of the show
    #[arg(long, value_name = "TEXT")]
    confirm: Option<String>,
}

/// Pages of episodes at an old host.
#[derive(Debug, Args)]
pub struct Links {
    /// Id or slug
    show: String,
    /// Where the website shows an episode: https://www.example.org/episodes/{slug}/ ({slug}, {id}, {number}). The old addresses lead
    /// there, and the episodes name it
    #[arg(long, value_name = "PAGE")]
    redirect: Option<String>,
    /// Only say what would change
    #[arg(long, requires = "redirect")]
    plan: bool,
}

/// Directories of a show.
#[derive(Debug, Args)]
pub struct Directories {
    /// Id or slug
    show: String,
    /// Which directory is to be changed (apple, spotify, …) [default: all are listed]
    directory: Option<String>,
    /// How far the show is there: none, sent or listed
    #[arg(long, value_name = "STATE", requires = "directory")]
    state: Option<String>,
    /// The address of the listing there
    #[arg(long, value_name = "URL", requires = "directory")]
    url: Option<String>,
}

/// The owner's e-mail address in the feed.
#[derive(Debug, Args)]
pub struct Verify {
    /// Id or slug
    show: String,
    /// Which directory sends the code (apple, spotify, amazon, …)
    directory: String,
    /// The address [default: the one shown the time before]
    #[arg(long, value_name = "EMAIL", default_value = "")]
    email: String,
    /// How many days, at most 60; 0 takes it out with the next publication [default: 14]
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
}

/// Moves it in, or says what that would mean. Exit code 1 for a plan that cannot be applied yet.
pub async fn move_in(studio: &Studio, asked: MoveIn, output: &Output) -> Result<Done> {
    let (cancel, target) = (library::cancel_on_interrupt(), asked.target.as_deref());
    let moved = match asked.plan {
        true => studio.plan_move_in(&asked.show, target, &cancel).await?,
        false => studio.move_in(&asked.show, target, asked.confirm.as_deref(), &cancel, output.sink()).await?,
    };
    let mut done = Done::with(&moved, moved_text(&moved))?;
    done.exit = u8::from(moved.published.is_none() && !moved.plan.blockers.is_empty());
    Ok(done)
}

fn moved_text(moved: &MovedIn) -> String {
    let mut text = match &moved.published {
        Some(published) => format!("The show is here now, version {}.\n{}\n", published.version, moved.feed_url),
        None => plan_text(&moved.plan),
    };
    text += "\nAt the old host:\n";
    if moved.hosts.is_empty() {
        text += "The show was not imported from an address, so nothing has to lead here.\n";
    }
    for host in &moved.hosts {
        text += &host_text(host);
        text += &format!("  The new feed: {}\n", moved.feed_url);
    }
    for feed in &moved.feeds {
        text += &feed_text(feed);
    }
    text + "Look again when it is done: hearthcast show addresses SHOW --look\n"
}

fn host_text(host: &OldHost) -> String {
    let name = if host.name.is_empty() { "a host that is not known here" } else { &host.name };
    let source = if host.source.is_empty() { String::new() } else { format!(" <{}>", host.source) };
    format!("{} ({name})\n  {}{source}\n", host.domain, host.how)
}

fn feed_text(feed: &OldFeed) -> String {
    let sign = if feed.arrives { "good" } else { "note" };
    format!("{sign}  {}\n      {}\n", feed.url, feed.sentence)
}

/// Lists every old address.
pub async fn addresses(studio: &Studio, show: &str, look: bool) -> Result<Done> {
    let found = studio.old_addresses(show, look, &library::cancel_on_interrupt()).await?;
    Done::with(&found, addresses_text(&found))
}

fn addresses_text(found: &OldAddresses) -> String {
    if found.addresses.is_empty() {
        return "The show has no older address that is known here.".into();
    }
    let mut text = String::new();
    for host in &found.hosts {
        let counts = host.counts.iter().map(|(kind, n)| words::count(*n, kind.words())).collect::<Vec<_>>();
        let name = if host.name.is_empty() { "unknown host" } else { &host.name };
        text +=
            &format!("{} ({name}): {}\n  when its account is closed: {}\n", host.domain, counts.join(", "), host.dies);
    }
    for feed in &found.feeds {
        text += &feed_text(feed);
    }
    for own in &found.own {
        text += &format!("\"{}\" {}\n  {}\n", own.target, own.url, own.sentence);
    }
    for one in &found.addresses {
        let answered = one.answered.as_ref().map_or(String::new(), |answered| match answered.status {
            0 => format!("  {}", answered.why),
            status if answered.leads_to.is_empty() => format!("  {status}"),
            status => format!("  {status} at {}", answered.leads_to),
        });
        let used = if one.in_use { "*" } else { " " };
        text += &format!("{used} {:<8} {}{answered}\n", one.kind.words(), one.url);
    }
    text += "* is named by the feed of today\n";
    if found.unasked > 0 {
        text += &format!("{} were not asked in this look.\n", words::count(found.unasked, "address"));
    }
    text
}

/// Lists pages at the old host, or lets them lead on. Exit code 1 where some cannot.
pub async fn links(studio: &Studio, asked: Links) -> Result<Done> {
    let cancel = library::cancel_on_interrupt();
    let found = match (&asked.redirect, asked.plan) {
        (Some(page), false) => studio.redirect_page_links(&asked.show, page, &cancel).await?,
        (page, _) => studio.page_links(&asked.show, page.as_deref(), &cancel).await?,
    };
    let mut done = Done::with(&found, links_text(&found))?;
    let stays = found.links.iter().any(|link| link.state == PageLinkState::Stays);
    done.exit = u8::from(asked.redirect.is_some() && stays);
    Ok(done)
}

fn links_text(found: &PageLinks) -> String {
    let mut text = String::new();
    for link in &found.links {
        let (sign, more) = match link.state {
            PageLinkState::Open => (" ", String::new()),
            PageLinkState::Ready => ("+", format!(" -> {}", link.new)),
            PageLinkState::Done => ("=", format!(" -> {}", link.new)),
            PageLinkState::Stays => ("!", format!("\n    stays: {}", link.why)),
        };
        text += &format!("{sign} {}{more}\n", link.old);
    }
    let pages = |n: u64| words::count(n, "page");
    text += &match found.links.len() as u64 {
        0 => format!("No episode names a page that \"{}\" answers for.\n", found.target),
        n => format!("{} at {}, which \"{}\" answers.\n", pages(n), found.hosts.join(", "), found.target),
    };
    if found.there > 0 {
        text += &format!("{} named where it is already.\n", pages(found.there));
    }
    if found.elsewhere > 0 {
        text += &format!("{} at other hosts, which stay as they are.\n", pages(found.elsewhere));
    }
    if found.links.iter().any(|link| link.state == PageLinkState::Done) {
        text += "Publish the show, and the old addresses lead on: hearthcast publish SHOW\n";
    }
    text
}

/// Lists directories, or notes how far a show is with one.
pub async fn directories(studio: &Studio, asked: Directories) -> Result<Done> {
    let state = asked.state.as_deref().map(|text| {
        ListingState::parse(text).ok_or_else(|| {
            Error::new(Code::UsageInvalid, format!("\"{text}\" is no state.")).hint("There are none, sent and listed.")
        })
    });
    let state = state.transpose()?;
    let all = match (&asked.directory, state.is_some() || asked.url.is_some()) {
        (Some(directory), true) => studio.set_listing(&asked.show, directory, state, asked.url.as_deref()).await?,
        _ => studio.directories(&asked.show).await?,
    };
    let wanted: Vec<DirectoryView> = match &asked.directory {
        Some(id) => {
            hearthcast_model::directories::find(id)?;
            all.into_iter().filter(|view| view.directory.id == id.trim()).collect()
        }
        None => all,
    };
    let text = wanted.iter().map(directory_text).collect::<String>();
    Done::list("directories", &wanted, text)
}

fn directory_text(view: &DirectoryView) -> String {
    let DirectoryView { directory, submit_url, listing, verifying_until_ms } = view;
    let mut text = format!("{:<14} {:<26} {}\n", directory.id, directory.name, listing.state.words());
    match listing.url.as_str() {
        "" => text += &format!("  {submit_url}\n  {}\n", directory.how),
        url => text += &format!("  {url}\n"),
    }
    if let Some(until_ms) = verifying_until_ms {
        text += &format!("  The owner's e-mail address is in the feed until {}.\n", spoken(*until_ms, None));
    }
    text
}

/// Lets the feed show the owner's e-mail address for a while.
pub async fn verify(studio: &Studio, asked: Verify) -> Result<Done> {
    let view = studio.verify_at(&asked.show, &asked.directory, &asked.email, asked.days).await?;
    let text = match &view.show.verifying {
        Some(verifying) => format!(
            "With the next publication the feed shows {} until {}; the first one after that takes it out.",
            verifying.email,
            spoken(verifying.until_ms, None)
        ),
        None => "With the next publication the feed shows no e-mail address any more.".into(),
    };
    Done::with(&view, text)
}
