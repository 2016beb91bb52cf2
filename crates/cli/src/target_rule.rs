//! `hearthcast target rules|rule|relay|redirects`: where files of each kind lie at a target, and where older addresses lead.

use crate::output::Done;
use crate::publish::consequences_text;
use crate::words;
use clap::{Args, ValueEnum};
use hearthcast_model::plan::Published;
use hearthcast_model::rule::{AudioMode, FileKind};
use hearthcast_model::view::{Redirect, RuleView, RuleWish};
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::Studio;

/// What a rule says.
#[derive(Debug, Args)]
pub struct RuleWords {
    /// Name of the target
    name: String,
    /// audio, cover, thumbnail, episode-image, chapters, transcript, feed, … (hearthcast target rules lists them)
    kind: String,
    /// Target that keeps these files (added with --role store), with its own access
    #[arg(long, value_name = "NAME")]
    store: Option<String>,
    /// Folder their names begin with
    #[arg(long, value_name = "FOLDER", default_value = "", hide_default_value = true)]
    prefix: String,
    /// Template of their names: {show} {slug} {season:02} {number:03} {year} {month} {day} {name} {kind} {hash8} {hash} {ext}
    #[arg(long, value_name = "TEMPLATE")]
    path: Option<String>,
    /// Cache-Control, where the storage keeps headers
    #[arg(long, value_name = "TEXT")]
    cache: Option<String>,
    /// Address under which listeners reach the place for these files
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// How listeners of a Hearthcast server get the sound: serve, redirect or direct (only for audio)
    #[arg(long, value_name = "MODE")]
    mode: Option<String>,
    /// What --plan asks to be typed, where feeds will name public sounds by another address
    #[arg(long, value_name = "TEXT")]
    confirm: Option<String>,
    /// Only say what would happen
    #[arg(long)]
    plan: bool,
}

/// How redirects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RedirectFormat {
    /// Lines of an nginx map, from path to address
    Nginx,
    /// Apache's Redirect lines (.htaccess)
    Apache,
    /// A _redirects file (Netlify, Cloudflare Pages)
    Netlify,
    /// Two columns, with a head
    Csv,
}

/// Lists the rules of a target.
pub async fn list(studio: &Studio, name: &str) -> Result<Done> {
    let rules = studio.rules(name).await?;
    let text: String = rules.iter().map(told).collect();
    Done::list("rules", &rules, text.trim_end().to_string())
}

/// Sets one, or says what it would do. Exit code 1 when it cannot be kept.
pub async fn set(studio: &Studio, words: RuleWords) -> Result<Done> {
    let RuleWords { name, kind, store, prefix, path, cache, public_url, mode, confirm, plan } = words;
    let kind = FileKind::parse(&kind).ok_or_else(|| {
        let all: Vec<&str> = FileKind::ALL.iter().map(|kind| kind.as_str()).collect();
        Error::new(Code::UsageInvalid, format!("\"{kind}\" is no kind of files."))
            .hint(format!("Kinds are: {}.", all.join(", ")))
    })?;
    let mode = mode.as_deref().map(audio_mode).transpose()?;
    let wish = RuleWish { kind, store, prefix, path, cache, public_url, mode, confirm };
    let view = match plan {
        true => studio.preview_rule(&name, wish).await?,
        false => studio.set_rule(&name, wish).await?,
    };
    if let Some(problem) = &view.problem {
        return Err(problem.clone());
    }
    let older = match view.older_names {
        0 => String::new(),
        n => format!(
            "{} public and {} the present address; hearthcast target relay {name} gives the new one.\n",
            words::count(n, "file"),
            if n == 1 { "keeps" } else { "keep" }
        ),
    };
    let apps = consequences_text(&view.consequences);
    let typed = match &view.confirm {
        Some(word) => format!("If that is meant, type what it is about: --confirm \"{word}\"\n"),
        None => String::new(),
    };
    Done::with(&view, format!("{}{older}{apps}{typed}", told(&view)).trim_end().to_string())
}

fn audio_mode(text: &str) -> Result<AudioMode> {
    let known =
        [AudioMode::Serve, AudioMode::Redirect, AudioMode::Direct].into_iter().find(|mode| mode.as_str() == text);
    known.ok_or_else(|| {
        Error::new(Code::UsageInvalid, format!("\"{text}\" is no way to get the sound."))
            .hint("It is one of: serve, redirect, direct.")
    })
}

/// A rule with its examples.
fn told(rule: &RuleView) -> String {
    let mut text = format!("{:<14}", rule.kind.as_str());
    if rule.usual {
        text += &format!("{}  (usual)\n", rule.usual_path);
    } else {
        let prefix = if rule.prefix.is_empty() { String::new() } else { format!("{}/", rule.prefix) };
        text += &format!("{prefix}{}", rule.path.as_deref().unwrap_or(&rule.usual_path));
        text += &rule.store.as_ref().map_or_else(String::new, |store| format!("  at \"{store}\""));
        text += &rule.mode.map_or_else(String::new, |mode| format!("  {}", mode.as_str()));
        text += &rule.cache.as_ref().map_or_else(String::new, |cache| format!("  Cache-Control: {cache}"));
        text.push('\n');
    }
    for example in &rule.examples {
        text += &format!("{:<14}  {}  {}\n", "", example.address, example.title);
        text += &example.public.as_ref().map_or_else(String::new, |now| format!("{:<14}  (public now: {now})\n", ""));
    }
    text
}

/// What laying out anew did.
pub fn relaid_text(published: &Published) -> String {
    match published.writes {
        0 => "Nothing to do: every file has the name that the rules give.".into(),
        _ => format!(
            "{} sent, {} verified; the feed names them now.\n{}",
            words::bytes(published.bytes_sent),
            words::count(published.verified.len().saturating_sub(1) as u64, "file"),
            published.feed_url
        ),
    }
}

/// Prints redirects.
pub async fn redirects(studio: &Studio, name: &str, format: RedirectFormat) -> Result<Done> {
    let redirects = studio.redirects(name).await?;
    let head = if format == RedirectFormat::Csv { "from,to\n" } else { "" };
    let text: String = redirects.iter().filter_map(|redirect| line(redirect, format)).collect();
    Done::list("redirects", &redirects, format!("{head}{text}").trim_end().to_string())
}

/// One line; addresses hold nothing that would have to be quoted.
fn line(redirect: &Redirect, format: RedirectFormat) -> Option<String> {
    let Redirect { from, to } = redirect;
    // https://host/path
    let path = format!("/{}", from.splitn(4, '/').nth(3)?);
    Some(match format {
        RedirectFormat::Nginx => format!("{path} {to};\n"),
        RedirectFormat::Apache => format!("Redirect 301 {path} {to}\n"),
        RedirectFormat::Netlify => format!("{path} {to} 301\n"),
        RedirectFormat::Csv => format!("{from},{to}\n"),
    })
}
