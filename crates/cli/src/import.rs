//! `hearthcast import …`: a show from somebody else's feed, its sounds, pictures and texts.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::{Args, ValueEnum};
use hearthcast_model::import::{
    ImportChange, ImportField, ImportMedia, ImportNote, ImportPrefix, ImportReport, ImportRequest, ImportedFiles,
};
use hearthcast_model::{Cancel, Code, Error, Result};
use hearthcast_studio::{Studio, Subscription, folder_of};
use serde_json::{Value, json};

/// What is imported, and how.
#[derive(Debug, Args)]
pub struct Import {
    /// Addresses of the show's feeds, or files with them; exports of WordPress (WXR), and folders: an exported show, or sounds
    #[arg(value_name = "FEED_URL_FILE_OR_DIR", required = true)]
    sources: Vec<String>,
    /// Which sounds are brought here: none, all, or last:N; the others stay where they are [default: as the time before, else all]
    #[arg(long, value_name = "none|all|last:N", value_parser = media)]
    media: Option<ImportMedia>,
    /// Id or slug of the show that gets the episodes [default: the one of the time before, else a new one]
    #[arg(long, value_name = "SHOW")]
    into: Option<String>,
    /// The feed's own server, or the one named here, may be on this machine or in its network
    #[arg(long, value_name = "ORIGIN", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    allow_local: Vec<String>,
    /// The feed is yours, although it says that nobody may import it
    #[arg(long)]
    unlock: bool,
    /// What becomes of services that count on the way: kept before all sounds, or dropped [default: as found]
    #[arg(long, value_enum)]
    prefix: Option<Prefix>,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
}

/// What becomes of services that count on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Prefix {
    /// They become the show's prefix
    Keep,
    /// They go
    Drop,
}

fn media(word: &str) -> Result<ImportMedia> {
    match (word, word.strip_prefix("last:").map(str::parse)) {
        ("none", _) => Ok(ImportMedia::None),
        ("all", _) => Ok(ImportMedia::All),
        (_, Some(Ok(episodes))) => Ok(ImportMedia::Last { episodes }),
        _ => Err(Error::new(Code::UsageInvalid, "there are none, all and last:N (last:10)")),
    }
}

impl Import {
    fn request(self) -> ImportRequest {
        let allow_local = self.allow_local.iter().any(String::is_empty);
        ImportRequest {
            source: self.sources.into_iter().next().unwrap_or_default(),
            media: self.media,
            into: self.into,
            allow_local,
            local: self.allow_local.into_iter().filter(|origin| !origin.is_empty()).collect(),
            unlock: self.unlock,
            prefix: self.prefix.map(|prefix| match prefix {
                Prefix::Keep => ImportPrefix::Keep,
                Prefix::Drop => ImportPrefix::Drop,
            }),
        }
    }
}

/// Does it.
pub async fn act(studio: &Studio, words: Import, output: &Output) -> Result<Done> {
    let (dry_run, cancel) = (words.dry_run, library::cancel_on_interrupt());
    let sources = words.sources.clone();
    let request = words.request();
    if sources.len() == 1 {
        return match studio.subscriptions(&request).await? {
            Some(feeds) => subscriptions(&feeds),
            None => one(studio, &request, dry_run, &cancel, output).await,
        };
    }
    let (mut reports, mut text, mut exit, mut into) = (vec![], String::new(), 0, None);
    for request in studio.import_requests(&sources, &request, &cancel).await? {
        let request = ImportRequest { into: request.into.clone().or(into.clone()), ..request };
        let done = one(studio, &request, dry_run, &cancel, output).await?;
        into = done.fields.get("show").and_then(Value::as_str).map(str::to_string);
        (text, exit) = (format!("{text}{}\n{}\n", request.source, done.text.trim_end()), exit.max(done.exit));
        reports.push(Value::Object(done.fields));
    }
    Ok(Done { exit, ..Done::list("imports", &reports, text)? })
}

/// Imports one source, or says what that would change.
async fn one(
    studio: &Studio,
    request: &ImportRequest,
    dry_run: bool,
    cancel: &Cancel,
    output: &Output,
) -> Result<Done> {
    if !dry_run && folder_of(&request.source).is_some() {
        let report = studio.import_folder(request, cancel.clone(), output.sink()).await?;
        tell(&report.findings, output);
        let text = format!("{}{}", summary(&report), changes(&report));
        return done(&report, &format!("{}\n{}", text.trim_end(), brought_text(&report)));
    }
    if dry_run {
        let report = studio.preview_import(request, cancel).await?;
        tell(&report.findings, output);
        return done(&report, &format!("{}\nNothing was changed.", preview(&report)));
    }
    let report = studio.import_show(request, cancel).await?;
    tell(&report.findings, output);
    let Some(show) = &report.show else { return done(&report, &summary(&report)) };
    output.note(&summary(&report));
    let brought = studio.bring_imported(show.as_str(), cancel.clone(), output.sink()).await;
    let ImportedFiles { files, findings, problems } = match brought {
        Ok(brought) => brought,
        Err(error) => return Err(in_show(error, &report)),
    };
    tell(&findings, output);
    let report = ImportReport {
        files,
        findings: report.findings.into_iter().chain(findings).collect(),
        problems: report.problems.into_iter().chain(problems).collect(),
        ..report
    };
    done(&report, &brought_text(&report))
}

/// A list of subscriptions names feeds; which of them is the author's own show, only the author knows.
fn subscriptions(feeds: &[Subscription]) -> Result<Done> {
    let rows: Vec<Value> =
        feeds.iter().map(|feed| json!({"title": feed.title, "url": feed.feed_url, "page": feed.page_url})).collect();
    let lines: Vec<Vec<String>> = feeds.iter().map(|feed| vec![feed.title.clone(), feed.feed_url.clone()]).collect();
    let text = format!("{}Import the one that is yours: hearthcast import ADDRESS", words::table(&lines));
    Done::list("feeds", &rows, text)
}

/// An import that was stopped says how it goes on.
fn in_show(error: Error, report: &ImportReport) -> Error {
    let hint = format!("The show {} and its episodes are here; the same command goes on with the files.", report.slug);
    error.hint(hint)
}

fn done(report: &ImportReport, text: &str) -> Result<Done> {
    let later = report.problems.iter().any(|problem| problem.later);
    let mut told = text.to_string();
    for problem in &report.problems {
        told += &format!("\n- {}", sentence(problem));
    }
    let exit = match (report.problems.is_empty(), later || report.files.waiting > 0) {
        (true, _) => 0,
        (false, true) => 3,
        (false, false) => 1,
    };
    Ok(Done { exit, ..Done::with(report, told)? })
}

fn tell(findings: &[ImportNote], output: &Output) {
    for finding in findings {
        output.finding(&finding.code, &sentence(finding), "");
    }
}

fn sentence(note: &ImportNote) -> String {
    let about = [note.episode.as_str(), note.url.as_str()].into_iter().find(|text| !text.is_empty());
    about.map_or_else(|| note.message.clone(), |about| format!("{about}: {}", note.message))
}

/// What became of the records.
fn summary(report: &ImportReport) -> String {
    let mut rows = vec![
        vec!["new".to_string(), words::count(report.episodes_new, "episode")],
        vec!["changed".into(), words::count(report.episodes_changed, "episode")],
        vec!["as before".into(), words::count(report.episodes_same, "episode")],
    ];
    if report.episodes_removed > 0 {
        rows.push(vec!["removed here, left out".into(), words::count(report.episodes_removed, "episode")]);
    }
    if report.comments > 0 {
        let seen = "seen with the episodes once the show is published to a Hearthcast server";
        rows.push(vec!["from visitors".into(), format!("{}, {seen}", words::count(report.comments, "comment"))]);
    }
    let repairs = report.repairs.iter().map(|repair| format!("mended: {}\n", sentence(repair)));
    let services = report.prefixes.iter().map(|service| {
        format!("counted by {}: {}\n", service.names.join(", "), words::count(service.episodes, "episode"))
    });
    let made = if report.made { "new show" } else { "show" };
    let extra: String = repairs.chain(services).collect();
    format!("{} ({made} {})\n{}{extra}", report.title, report.slug, words::table(&rows))
}

/// What would change, field by field.
fn preview(report: &ImportReport) -> String {
    let files = words::count(report.files.waiting, "file");
    format!("{}{}{files} to bring or look at", summary(report), changes(report))
}

/// What changes in what is here, a line for each episode.
fn changes(report: &ImportReport) -> String {
    let mut text = String::new();
    for ImportChange { episode, title, fields } in &report.changes {
        let what = if episode.is_some() { title.as_str() } else { "the show" };
        let named = |kept: bool| {
            let names = fields.iter().filter(|field| field.kept == kept).map(field_name);
            names.collect::<Vec<_>>().join(", ")
        };
        match (named(false), named(true)) {
            (new, kept) if kept.is_empty() => text += &format!("{what}: {new}\n"),
            (new, kept) if new.is_empty() => text += &format!("{what}: your own {kept} stays\n"),
            (new, kept) => text += &format!("{what}: {new}; your own {kept} stays\n"),
        }
    }
    text
}

/// A field, and which file of a folder becomes the sound.
fn field_name(field: &ImportField) -> String {
    match (field.field.as_str(), field.after.as_str()) {
        ("audio", Some(file)) => format!("audio ({file})"),
        (name, _) => name.to_string(),
    }
}

fn brought_text(report: &ImportReport) -> String {
    let files = report.files;
    let here = format!("{} here ({})", words::count(files.taken, "file"), words::bytes(files.bytes));
    let elsewhere = (files.elsewhere > 0).then(|| format!(", {} elsewhere", words::count(files.elsewhere, "file")));
    let missing = files.failed + files.waiting;
    let missing = (missing > 0).then(|| format!(", {} missing", words::count(missing, "file")));
    let left = [elsewhere, missing].into_iter().flatten().collect::<String>();
    format!(
        "{here}{left}. Nothing was published: \"hearthcast plan {}\" says what listeners would notice.",
        report.slug
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Verb};
    use clap::Parser as _;

    fn request(words: &[&str]) -> Result<ImportRequest, clap::Error> {
        let args = Args::try_parse_from(["hearthcast", "import"].iter().chain(words))?;
        let Verb::Import(import) = args.verb else { panic!("import") };
        Ok(import.request())
    }

    #[test]
    fn the_words_are_understood() {
        let plain = request(&["https://pod.example/feed"]).unwrap();
        assert_eq!(plain, ImportRequest { source: "https://pod.example/feed".into(), ..ImportRequest::default() });
        let local = request(&["--allow-local", "feed.xml", "--media", "last:10", "--prefix", "keep"]).unwrap();
        assert!(local.allow_local && local.local.is_empty());
        assert_eq!((local.source.as_str(), local.media), ("feed.xml", Some(ImportMedia::Last { episodes: 10 })));
        let named = request(&["feed.xml", "--allow-local=http://10.0.0.1:8000", "--unlock", "--into", "x"]).unwrap();
        assert_eq!((named.allow_local, named.local), (false, vec!["http://10.0.0.1:8000".to_string()]));
        for bad in ["last:", "last:-1", "some"] {
            assert!(request(&["feed.xml", "--media", bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn exit_codes_say_whether_another_try_helps() {
        let note = |later| ImportNote { later, ..ImportNote::default() };
        let of = |problems| done(&ImportReport { problems, ..ImportReport::default() }, "").unwrap().exit;
        assert_eq!((of(vec![]), of(vec![note(false)]), of(vec![note(false), note(true)])), (0, 1, 3));
    }

    #[test]
    fn a_sound_of_a_folder_is_told_with_its_name() {
        let of = |name: &str, after| ImportField { field: name.into(), before: Value::Null, after, kept: false };
        let fields = vec![of("audio", json!("1.mp3")), of("title", json!("New")), of("audio", json!({"hash": "x"}))];
        let change = ImportChange { episode: None, title: String::new(), fields };
        let report = ImportReport { changes: vec![change], ..ImportReport::default() };
        assert_eq!(changes(&report), "the show: audio (1.mp3), title, audio\n");
    }
}
