//! `hearthcast target …`: where shows are published to. Secrets come from the environment, never from words.

use crate::args::RoleWord;
use crate::output::{Done, Output};
use crate::publish::plan_text;
use crate::{find, library, target_rule, words};
use clap::{Args, Subcommand};
use hearthcast_model::clock::rfc3339;
use hearthcast_model::plan::{Plan, Published};
use hearthcast_model::probe::{ProbeOutcome, ProbeReport};
use hearthcast_model::purge::Purge;
use hearthcast_model::view::TargetView;
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::{GRACE_DAYS, LINK_SECONDS, NewTarget, Studio, secret_name};
use std::io::{self, BufRead, IsTerminal as _, Read as _};

/// What is to be done with targets.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Add a target: a folder, a bucket, a folder of another machine, or a Hearthcast server with its pairing code
    Add(Add),
    /// Try what a target can do: write, read and remove a few small files
    Probe {
        /// Name
        name: String,
    },
    /// List targets
    List {
        /// Id or slug of a show [default: all shows]
        show: Option<String>,
    },
    /// Take a show over where another program serves it: feed and files keep their addresses, and nothing is sent again
    TakeOver(crate::take_over::TakeOverWords),
    /// Move a show from one target to another: every file, then the feed; the old feed sends apps to the new one
    Move {
        /// Id or slug of the show
        show: String,
        /// Target it leaves
        from: String,
        /// Target it goes to
        to: String,
        /// Only say what would happen
        #[arg(long)]
        plan: bool,
        /// Days the old files stay
        #[arg(long, value_name = "DAYS", default_value_t = GRACE_DAYS)]
        grace: u32,
        /// What the plan asks to be typed: the address name of the show
        #[arg(long, value_name = "TEXT")]
        confirm: Option<String>,
    },
    /// End the old feed at a target that the show left: it hears of nothing new any more
    End {
        /// Name
        name: String,
        /// What is asked to be typed: the address name of the show
        #[arg(long, value_name = "TEXT")]
        confirm: Option<String>,
    },
    /// Delete the files that a move left at a target, once their days are over (sync does it by itself)
    Clear {
        /// Name
        name: String,
        /// Only list them
        #[arg(long)]
        plan: bool,
    },
    /// Print an address that opens one file of a private bucket in a browser, for some minutes
    Link {
        /// Name
        name: String,
        /// Address, name in storage or its end (two.mp3); feed.xml means the feed
        file: String,
        /// How long it works
        #[arg(long, value_name = "SECONDS", default_value_t = LINK_SECONDS)]
        seconds: u32,
    },
    /// Where files of each kind lie, and under which names; with examples from the show
    Rules {
        /// Name
        name: String,
    },
    /// Change the rule for one kind of files; without options it is put back to the usual one
    Rule(crate::target_rule::RuleWords),
    /// Give public files the names that the rules of today give; the older ones stay for a while
    Relay {
        /// Name
        name: String,
        /// Only say what would happen
        #[arg(long)]
        plan: bool,
        /// Days the older files stay
        #[arg(long, value_name = "DAYS", default_value_t = GRACE_DAYS)]
        grace: u32,
        /// What the plan asks to be typed, where public sounds get other addresses
        #[arg(long, value_name = "TEXT")]
        confirm: Option<String>,
    },
    /// Print where each address that was ever published at a target leads now, for its web server
    Redirects {
        /// Name
        name: String,
        /// For which web server
        #[arg(long, value_enum, default_value_t = crate::target_rule::RedirectFormat::Nginx)]
        format: crate::target_rule::RedirectFormat,
    },
    /// Where older paths lead at a Hearthcast server, from before the show came to it
    Paths(crate::older_paths::PathWords),
    /// Forget a target; what is published there stays
    Remove {
        /// Name
        name: String,
    },
    /// How a cache (CDN) before a target is told to forget what was withdrawn; without options it is shown
    Purge(PurgeWords),
}

/// A program or a request, for each withdrawn address; {url}, {host} and {path} stand for it.
#[derive(Debug, Args)]
pub struct PurgeWords {
    /// Name of the target
    name: String,
    /// Start this program, without a shell
    #[arg(long, value_name = "PROGRAM", conflicts_with_all = ["request", "off"])]
    command: Option<String>,
    /// A word of it, as often as needed: --command purge-tool --arg --url --arg {url}
    #[arg(long, value_name = "WORD", allow_hyphen_values = true, requires = "command")]
    arg: Vec<String>,
    /// Send this request: --request PURGE https://cdn.example{path}
    #[arg(long, num_args = 2, value_names = ["METHOD", "URL"], conflicts_with = "off")]
    request: Vec<String>,
    /// A header field of the request: "Api-Key: {secret}", where HEARTHCAST_<NAME>_PURGE_SECRET holds the secret
    #[arg(long, value_name = "FIELD", requires = "request")]
    header: Vec<String>,
    /// The body of the request
    #[arg(long, default_value = "", requires = "request")]
    body: String,
    /// Tell no cache
    #[arg(long)]
    off: bool,
}

/// A new target.
#[derive(Debug, Args)]
pub struct Add {
    /// Id or slug of the show
    show: String,
    /// A name for it, unique in the library
    name: String,
    /// file:///path, s3://bucket/prefix?endpoint=URL&region=R&path_style=true, az://container/prefix, gcs://bucket/prefix,
    /// webdavs://user@host/path, sftp://user@host/path, ftps://user@host/path, or server+https://host[:port]
    url: String,
    /// Address under which listeners reach the folder or the bucket
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// What it is for
    #[arg(long, value_enum, default_value_t = RoleWord::Primary)]
    role: RoleWord,
    /// Id of a bucket's access key; its secret is read from standard input and kept in the keychain
    #[arg(long, value_name = "ID")]
    access_key_id: Option<String>,
    /// Read the password of a folder on another machine, or the JSON key of a Google service account, from standard input
    /// and keep it in the keychain
    #[arg(long, conflicts_with = "access_key_id")]
    password: bool,
    /// Allow plain http to another machine, on a network you trust
    #[arg(long)]
    allow_insecure: bool,
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: Verb, output: &Output) -> Result<Done> {
    match verb {
        Verb::Add(new) => add(studio, new).await,
        Verb::TakeOver(words) => crate::take_over::run(studio, words, output).await,
        Verb::Probe { name } => probe(studio, &name).await,
        Verb::List { show } => list(studio, show.as_deref()).await,
        Verb::Move { show, from, to, plan: true, grace, .. } => {
            planned(studio.plan_move(&show, &from, &to, grace).await?)
        }
        Verb::Move { show, from, to, grace, confirm, .. } => {
            let (cancel, asked) = (library::cancel_on_interrupt(), (grace, confirm.as_deref()));
            let published = studio.move_show(&show, &from, &to, asked, &cancel, output.sink()).await?;
            Done::with(&published, moved_text(&published))
        }
        Verb::End { name, confirm } => {
            let ended = studio.end_old_feed(&name, confirm.as_deref()).await?;
            Done::with(&ended, format!("{}\n{}", ended.url, ended.sentence))
        }
        Verb::Clear { name, plan: true } => planned(studio.plan_clear(&name).await?),
        Verb::Clear { name, .. } => {
            let plan = studio.clear_target(&name, &library::cancel_on_interrupt(), &output.sink()).await?;
            let files = plan.deletes.as_ref().map_or(0, Vec::len);
            Done::with(&plan, format!("{} deleted at \"{name}\".", words::count(files as u64, "file")))
        }
        Verb::Link { name, file, seconds } => link(studio, &name, &file, seconds).await,
        Verb::Rules { name } => target_rule::list(studio, &name).await,
        Verb::Rule(words) => target_rule::set(studio, words).await,
        Verb::Relay { name, plan: true, grace, .. } => planned(studio.plan_relay(&name, grace).await?),
        Verb::Relay { name, grace, confirm, .. } => {
            let (cancel, confirm) = (library::cancel_on_interrupt(), confirm.as_deref());
            let published = studio.relay(&name, grace, confirm, &cancel, &output.sink()).await?;
            Done::with(&published, target_rule::relaid_text(&published))
        }
        Verb::Redirects { name, format } => target_rule::redirects(studio, &name, format).await,
        Verb::Paths(words) => crate::older_paths::run(studio, words).await,
        Verb::Remove { name } => remove(studio, &name).await,
        Verb::Purge(words) => purge(studio, words).await,
    }
}

async fn link(studio: &Studio, name: &str, file: &str, seconds: u32) -> Result<Done> {
    let link = studio.link_file(name, file, seconds).await?;
    let until = rfc3339(link.until_ms);
    let text = format!("{}\nWhoever has this address may read the file until {until}.", link.address);
    Done::with(&link, text)
}

/// Exit code 1 when it could not be done.
fn planned(plan: Plan) -> Result<Done> {
    let mut text = plan_text(&plan);
    for file in plan.deletes.iter().flatten() {
        text += &format!("- {} ({})\n", file.key, words::bytes(file.bytes));
    }
    let mut done = Done::with(&plan, text)?;
    done.exit = u8::from(!plan.blockers.is_empty());
    Ok(done)
}

fn moved_text(published: &Published) -> String {
    if published.writes == 0 {
        return format!("Nothing to do: the show is there already.\n{}", published.feed_url);
    }
    format!(
        "The show is there; {} sent, {} verified. The old feed sends apps to the new one.\n{}",
        words::bytes(published.bytes_sent),
        words::count(published.verified.len() as u64, "file"),
        published.feed_url
    )
}

async fn add(studio: &Studio, new: Add) -> Result<Done> {
    let pairing_code =
        std::env::var(secret_name(&new.name, "PAIRING_CODE")).ok().filter(|code| !code.trim().is_empty());
    let target = NewTarget {
        name: new.name,
        url: new.url,
        public_url: new.public_url,
        role: new.role.into(),
        allow_insecure: new.allow_insecure,
        pairing_code,
    };
    let id = new.access_key_id.or_else(|| new.password.then(String::new));
    let key = id.map(|id| Ok::<_, Error>((id, secret()?))).transpose()?;
    let view = studio.add_target(&new.show, target).await?;
    if let Some((id, secret)) = key
        && let Err(error) = studio.set_access_key(&view.name, &id, &secret).await
    {
        studio.remove_target(&view.name).await?;
        return Err(error);
    }
    let feed = view.feed_url.as_deref().map_or_else(String::new, |url| format!(" The feed will be {url}"));
    let machine = view.host_key.as_deref().map_or_else(String::new, |key| {
        format!(" Its machine shows the host key {key}; compare it with what its owner tells you. Another one will be refused.")
    });
    Done::with(&view, format!("\"{}\" is a target now.{feed}{machine}", view.name))
}

/// Most bytes of a secret.
const SECRET_LIMIT: u64 = 16 * 1024;

/// One line from standard input, or a whole key in JSON. A terminal shows what is typed, so it is better piped from a
/// password program.
fn secret() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint_prompt();
    }
    one_secret(input.lock()).map_err(|error| {
        Error::new(Code::UsageInvalid, format!("The secret could not be read from standard input: {error}."))
    })
}

fn one_secret(input: impl BufRead) -> io::Result<String> {
    let (mut input, mut text) = (input.take(SECRET_LIMIT), String::new());
    input.read_line(&mut text)?;
    if text.trim_start().starts_with('{') {
        input.read_to_string(&mut text)?;
    }
    Ok(text)
}

#[expect(clippy::print_stderr, reason = "a question, before anything else is said")]
fn eprint_prompt() {
    eprint!("Secret (it is shown as you type; piping it in is better): ");
}

async fn purge(studio: &Studio, words: PurgeWords) -> Result<Done> {
    let PurgeWords { name, command, arg, request, header, body, off } = words;
    let wanted = match (command, request.as_slice()) {
        (Some(program), _) => Some(Purge::Command { program, args: arg }),
        (None, [method, url]) => {
            let headers = header.iter().map(|field| split_field(field)).collect::<Result<_>>()?;
            Some(Purge::Request { method: method.clone(), url: url.clone(), headers, body })
        }
        _ => None,
    };
    if off || wanted.is_some() {
        studio.set_purge(&name, wanted).await?;
    }
    let now = studio.purge(&name).await?;
    let text = match &now {
        None => format!("No cache is told what is withdrawn from \"{name}\"."),
        Some(Purge::Command { program, .. }) => {
            format!("{program} is started for each address withdrawn from \"{name}\".")
        }
        Some(Purge::Request { method, url, .. }) => {
            format!("{method} {url} is sent for each address withdrawn from \"{name}\".")
        }
    };
    Done::with(&serde_json::json!({ "target": name, "purge": now }), text)
}

fn split_field(field: &str) -> Result<(String, String)> {
    let (name, value) = field
        .split_once(':')
        .ok_or_else(|| Error::new(Code::UsageInvalid, format!("\"{field}\" is no header field: Name: value.")))?;
    Ok((name.trim().to_string(), value.trim().to_string()))
}

/// Exit code 1 when the target cannot be used.
async fn probe(studio: &Studio, name: &str) -> Result<Done> {
    let report = studio.probe_target(name).await?;
    let mut done = Done::with(&report, report_text(name, &report))?;
    done.exit = u8::from(!report.usable);
    Ok(done)
}

fn report_text(name: &str, report: &ProbeReport) -> String {
    let mut text = String::new();
    for line in &report.lines {
        let sign = match line.outcome {
            ProbeOutcome::Good => "good",
            ProbeOutcome::Advisory => "note",
            ProbeOutcome::Bad => "BAD ",
            ProbeOutcome::Untried => "-   ",
        };
        text += &format!("{sign}  {}", line.message);
        text += &if line.hint.is_empty() { "\n".to_string() } else { format!(" {}\n", line.hint) };
    }
    let verdict = match report.usable {
        true => "can be published to",
        false => "cannot be published to",
    };
    format!("{text}\"{name}\" {verdict}.")
}

async fn list(studio: &Studio, show: Option<&str>) -> Result<Done> {
    let targets = find::targets(studio, show).await?;
    let text = match targets.is_empty() {
        true => "No target yet. Add one: hearthcast target add SHOW NAME URL".to_string(),
        false => words::table(&targets.iter().map(row).collect::<Vec<_>>()),
    };
    Done::list("targets", &targets, text)
}

fn row(target: &TargetView) -> Vec<String> {
    let version = if target.version == 0 { "nothing published".into() } else { format!("version {}", target.version) };
    let unfinished = match (&target.moved, target.unfinished) {
        (_, true) => "unfinished: publish again".into(),
        (Some(moved), _) if moved.leaves_files() => {
            format!("the show left for {}; old files stay until {}", moved.feed_url, rfc3339(moved.keep_until_ms))
        }
        (Some(moved), _) => format!("the show left for {}", moved.feed_url),
        (None, _) => String::new(),
    };
    vec![target.name.clone(), target.url.clone(), version, target.feed_url.clone().unwrap_or_default(), unfinished]
}

async fn remove(studio: &Studio, name: &str) -> Result<Done> {
    let targets = find::targets(studio, None).await?;
    let found = targets.into_iter().find(|target| target.name == name || target.id.as_str() == name);
    let target =
        found.ok_or_else(|| Error::not_found("target", name).hint("hearthcast target list names them all."))?;
    studio.remove_target(&target.name).await?;
    Done::with(&target, format!("\"{}\" is forgotten. What is published there stays.", target.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_line_or_a_whole_key() {
        let read = |text: &str| one_secret(text.as_bytes()).unwrap();
        assert_eq!(read("hush\nwhat comes after it\n"), "hush\n");
        let key = "{\n  \"type\": \"service_account\",\n  \"private_key\": \"…\"\n}\n";
        assert_eq!(read(key), key);
        assert_eq!(read(&format!("{{{}", "x".repeat(1_000_000))).len() as u64, SECRET_LIMIT);
    }
}
