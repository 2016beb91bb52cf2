//! `hearthcast episode …`.

use crate::output::{Done, Output};
use crate::{drafts, episode_tags, fields, library, sound_findings, words};
use clap::{Args, Subcommand};
use hearthcast_model::clock::{rfc3339, spoken};
use hearthcast_model::facts::Loudness;
use hearthcast_model::view::{EpisodeEdit, EpisodeRow, EpisodeState, EpisodeView, GoesOut, MadeFrom};
use hearthcast_model::{Code, EpisodeNumber, Error, Replace, Result};
use hearthcast_studio::Studio;
use std::path::PathBuf;

/// What is to be done with episodes.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make an episode, or a post of the show's website
    Add(Box<Add>),
    /// Change an episode: title, itunes_title, summary, slug, guid, notes, notes_form, season, season_name, number, kind, explicit, link, at, zone, draft, image, image_alt,
    /// persons, chapters, songs, videos, transcripts (lists as JSON); audio=FILE, chapters=FILE, transcript=FILE and
    /// alternate=FILE (another format of the sound, or a video) take files
    Set {
        /// Id or slug of the show
        show: String,
        /// Id, slug or number
        episode: String,
        /// key=value; key=@file reads a text from a file
        #[arg(required = true, value_name = "KEY=VALUE")]
        fields: Vec<String>,
        /// What becomes of a live episode whose sound is replaced: a new address and the same guid, a guid of its own, or the
        /// same address (only behind a Hearthcast server's address that stays)
        #[arg(long, value_name = "WAY", value_parser = replacing)]
        replace: Option<Replace>,
    },
    /// Look at an episode
    Get {
        /// Id or slug of the show
        show: String,
        /// Id, slug or number
        episode: String,
    },
    /// List the episodes of a show
    List {
        /// Id or slug of the show
        show: String,
    },
    /// Remove an episode; listeners lose it with the next publication
    Remove {
        /// Id or slug of the show
        show: String,
        /// Id, slug or number
        episode: String,
    },
    /// Cut passages out of an episode's recording, or bleep them; without more, list them
    Cut(crate::cut::Cut),
    /// Say which silences of an episode's recording the show's recipe shortens, or would with other settings; nothing is made
    Silences(crate::silences::OfEpisode),
    /// Transcripts of an episode: list them, offer them to apps in further forms, write one down from the sound, remove one
    Transcript(crate::transcript::TranscriptWords),
    /// Take the still of an episode's video anew: the first bright picture, or the one at a moment
    Poster(crate::poster::PosterWords),
    /// Refresh title, chapters and cover inside an episode's file, also where it is published; the sound stays as it is
    Tags {
        /// Id or slug of the show
        show: String,
        /// Id, slug or number
        episode: String,
        /// Only say what it would mean; changes nothing
        #[arg(long)]
        plan: bool,
        /// What becomes of the address of a live episode's sound: same-guid (a new one) or same-url
        #[arg(long, value_name = "WAY", value_parser = replacing)]
        replace: Option<Replace>,
        /// What the plan asks to be typed
        #[arg(long, value_name = "TEXT")]
        confirm: Option<String>,
    },
    /// Let somebody hear a draft: makes a secret address with a player, for a while
    Share(drafts::ShareWords),
    /// List who may hear what, with the addresses; asks no server
    Shares {
        /// Id or slug of the show
        show: String,
        /// Print the addresses as pictures for telephones, too
        #[arg(long)]
        qr: bool,
    },
    /// End a secret address at once
    Unshare {
        /// Id or slug of the show
        show: String,
        /// Id of the sharing, its address, or the episode (then all its addresses)
        #[arg(value_name = "SHARING")]
        which: String,
    },
    /// List what those who heard a draft remarked; `hearthcast sync` fetches it
    Remarks {
        /// Id or slug of the show
        show: String,
        /// Id, slug or number
        episode: String,
    },
    /// Call an episode back: out of the feed now, its files and kept feeds deleted everywhere. There is no way back
    Withdraw {
        /// Id or slug of the show
        show: String,
        /// Id, slug or number
        episode: String,
    },
}

/// A new episode.
#[derive(Debug, Args)]
pub struct Add {
    /// Id or slug of the show
    show: String,
    /// Title
    #[arg(long)]
    title: String,
    /// A post instead: words for the show's website, without sound
    #[arg(long, conflicts_with_all = ["audio", "chapters", "transcript", "season", "number"])]
    post: bool,
    /// The sound: MP3 or M4A as it is; WAV, FLAC, AIFF, Ogg or Opus become an MP3 with the show's preset. Several are microphones of one
    /// talk, and are mixed
    #[arg(long, value_name = "FILE")]
    audio: Vec<PathBuf>,
    /// Show notes: a Markdown file
    #[arg(long, value_name = "FILE")]
    notes: Option<PathBuf>,
    /// JPEG or PNG for this episode
    #[arg(long, value_name = "FILE")]
    image: Option<String>,
    /// Chapters: a JSON chapters file, a list of times and titles, or a sound that has some
    #[arg(long, value_name = "FILE")]
    chapters: Option<PathBuf>,
    /// Transcript: a WebVTT or SubRip file
    #[arg(long, value_name = "FILE")]
    transcript: Vec<PathBuf>,
    /// When it becomes public, such as 2026-12-01T06:00:00+01:00 [default: when it is published]
    #[arg(long, value_name = "RFC3339")]
    at: Option<String>,
    /// Season number
    #[arg(long)]
    season: Option<u32>,
    /// Episode number, such as 7 or 7.5
    #[arg(long)]
    number: Option<EpisodeNumber>,
    /// No publication takes it until this is taken back (episode set … draft=false)
    #[arg(long)]
    draft: bool,
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: Verb, output: &Output) -> Result<Done> {
    match verb {
        Verb::Add(new) => add(studio, *new, output).await,
        Verb::Set { show, episode, fields, replace } => set(studio, &show, &episode, &fields, replace, output).await,
        Verb::Get { show, episode } => {
            let view = studio.episode_view(&show, &episode).await?;
            Done::with(&view, card(&view))
        }
        Verb::List { show } => list(studio, &show).await,
        Verb::Remove { show, episode } => remove(studio, &show, &episode).await,
        Verb::Cut(cut) => crate::cut::act(studio, cut, output).await,
        Verb::Silences(asked) => crate::silences::of_episode(studio, asked).await,
        Verb::Poster(words) => crate::poster::act(studio, &words).await,
        Verb::Transcript(words) => crate::transcript::act(studio, words, output).await,
        Verb::Tags { show, episode, plan: true, .. } => episode_tags::plan(studio, &show, &episode).await,
        Verb::Tags { show, episode, replace, confirm, .. } => {
            episode_tags::refresh(studio, &show, &episode, replace, confirm.as_deref()).await
        }
        Verb::Share(words) => drafts::share(studio, words, output).await,
        Verb::Shares { show, qr } => drafts::list(studio, &show, qr).await,
        Verb::Unshare { show, which } => drafts::unshare(studio, &show, &which, output).await,
        Verb::Remarks { show, episode } => drafts::remarks(studio, &show, &episode).await,
        Verb::Withdraw { show, episode } => withdraw(studio, &show, &episode, output).await,
    }
}

async fn add(studio: &Studio, new: Add, output: &Output) -> Result<Done> {
    let notes = new.notes.as_deref().map(fields::file_text).transpose()?;
    let draft = new.draft.then_some(true);
    let Add { show, title, audio, image, at, season, number, chapters, transcript, .. } = new;
    let edit = EpisodeEdit { notes, image, at, season, number, draft, ..EpisodeEdit::default() };
    let made = match new.post {
        true => studio.add_post(&show, &title).await?,
        false => studio.add_episode(&show, &title).await?,
    };
    let files = Files { audio, chapters, transcripts: transcript, ..Files::default() };
    match fill(studio, &show, made.id.as_str(), edit, &files, output).await {
        Ok(view) => {
            Done::with(&view, format!("\"{}\" is there. Its slug is {}.", view.episode.title, view.episode.slug))
        }
        Err(error) => {
            // A wrong file leaves nothing behind.
            studio.remove_episode(&show, made.id.as_str()).await?;
            Err(error)
        }
    }
}

/// Files that an episode takes in.
#[derive(Debug, Default)]
struct Files {
    /// Several are mixed.
    audio: Vec<PathBuf>,
    chapters: Option<PathBuf>,
    transcripts: Vec<PathBuf>,
    /// What becomes of a live episode.
    replace: Option<Replace>,
    alternates: Vec<PathBuf>,
}

impl Files {
    /// Takes the words that name files out of `words`; returns the others.
    fn of(words: &[String]) -> (Self, Vec<String>) {
        let (mut files, mut others) = (Self::default(), vec![]);
        for word in words {
            match word.split_once('=') {
                Some(("audio", path)) => files.audio.push(path.into()),
                // A list in JSON begins with a bracket, a path does not.
                Some(("chapters", path)) if !path.trim().is_empty() && !path.trim_start().starts_with('[') => {
                    files.chapters = Some(path.strip_prefix('@').unwrap_or(path).into());
                }
                Some(("transcript", path)) => files.transcripts.push(path.into()),
                Some(("alternate", path)) => files.alternates.push(path.into()),
                _ => others.push(word.clone()),
            }
        }
        (files, others)
    }
}

/// The sound comes last: chapters and transcripts stand in its tags when it is made.
async fn fill(
    studio: &Studio,
    show: &str,
    episode: &str,
    mut edit: EpisodeEdit,
    files: &Files,
    output: &Output,
) -> Result<EpisodeView> {
    if let Some(path) = &files.chapters {
        let read = studio.read_chapters(path).await?;
        sound_findings::of_chapters(&read, output);
        edit.chapters = Some(read.chapters);
    }
    let mut id = episode.to_string();
    if edit != EpisodeEdit::default() {
        // With another title it may have another slug from now on.
        id = studio.edit_episode(show, episode, edit).await?.id.to_string();
    }
    let episode = id.as_str();
    for path in &files.transcripts {
        studio.add_transcript(show, episode, path, None).await?;
    }
    for path in &files.alternates {
        let (told, cancel) = (*output, library::cancel_on_interrupt());
        studio.attach_alternate(show, episode, path, cancel, move |progress| told.progress(&progress)).await?;
    }
    if let [path, tracks @ ..] = &files.audio[..] {
        let (told, cancel) = (*output, library::cancel_on_interrupt());
        let progress = move |progress| told.progress(&progress);
        studio.attach_audio(show, episode, (path, tracks), files.replace, cancel, progress).await?;
    }
    let view = studio.episode_view(show, episode).await?;
    if !files.audio.is_empty() {
        sound_findings::of_sound(&view, output);
    }
    if !files.alternates.is_empty() {
        sound_findings::of_further(&view, output);
    }
    Ok(view)
}

/// A way to replace the sound of a live episode.
pub fn replacing(text: &str) -> Result<Replace> {
    let known = Replace::ALL.iter().find(|replace| replace.as_str() == text);
    let all = || Replace::ALL.iter().map(|replace| replace.as_str()).collect::<Vec<_>>().join(", ");
    known.copied().ok_or_else(|| Error::new(Code::UsageInvalid, format!("it is one of: {}", all())))
}

async fn set(
    studio: &Studio,
    show: &str,
    episode: &str,
    words: &[String],
    replace: Option<Replace>,
    output: &Output,
) -> Result<Done> {
    let (files, others) = Files::of(words);
    if replace.is_some() && files.audio.is_empty() {
        return Err(Error::new(Code::UsageInvalid, "--replace is about a new sound, and none was given.")
            .hint("Add audio=FILE."));
    }
    // Nothing is changed when the sound cannot be replaced like that.
    if let [path, tracks @ ..] = &files.audio[..] {
        studio.may_be_replaced(show, episode, replace, (path, tracks)).await?;
    }
    let files = Files { replace, ..files };
    let edit: EpisodeEdit = fields::edit(studio, &others).await?;
    let view = fill(studio, show, episode, edit, &files, output).await?;
    let changed = format!("\"{}\" is changed. Listeners see it after the next publication.", view.episode.title);
    Done::with(&view, format!("{changed}{}", still_goes_out(view.goes_out.as_ref().filter(|out| out.changed))))
}

async fn list(studio: &Studio, show: &str) -> Result<Done> {
    let rows = studio.episodes(show).await?;
    let text = match rows.is_empty() {
        true => {
            format!("No episode yet. Make one: hearthcast episode add {show} --title \"The first\" --audio FILE")
        }
        false => words::table(&rows.iter().map(row).collect::<Vec<_>>()),
    };
    Done::list("episodes", &rows, text)
}

fn row(row: &EpisodeRow) -> Vec<String> {
    let number = row.number.map_or_else(String::new, |number| number.to_string());
    let downloads = row.downloads.map_or_else(String::new, |count| words::count(count, "download"));
    vec![
        number,
        row.slug.clone(),
        row.title.clone(),
        state(row.state).into(),
        if row.post { "post".into() } else { words::duration(row.duration_ms) },
        downloads,
    ]
}

fn state(state: EpisodeState) -> &'static str {
    match state {
        EpisodeState::Draft => "draft",
        EpisodeState::Ready => "ready",
        EpisodeState::Scheduled => "scheduled",
        EpisodeState::Published => "published",
        EpisodeState::Changed => "changed",
    }
}

async fn remove(studio: &Studio, show: &str, episode: &str) -> Result<Done> {
    let view = studio.episode_view(show, episode).await?;
    studio.remove_episode(show, episode).await?;
    Done::with(
        &view,
        format!(
            "\"{}\" is removed here. Listeners lose it with the next publication.{}",
            view.episode.title,
            still_goes_out(view.goes_out.as_ref())
        ),
    )
}

/// What was handed over before its time comes out as it was, until a publication says otherwise.
fn still_goes_out(goes_out: Option<&GoesOut>) -> String {
    goes_out.map_or_else(String::new, |out| {
        let when = spoken(out.at_ms, out.zone.as_deref());
        format!(" A server that has it still publishes it as it was, {when}, until you publish again.")
    })
}

/// Exit code 3 while something is left that could not be reached.
async fn withdraw(studio: &Studio, show: &str, episode: &str, output: &Output) -> Result<Done> {
    let report = studio.withdraw(show, episode, &library::cancel_on_interrupt(), output.sink()).await?;
    let mut text = format!("{}\n", report.sentence);
    for address in &report.addresses {
        text += &format!("{}\n", address.sentence);
    }
    for purged in &report.purged {
        text += &format!("{}\n", purged.sentence);
    }
    text += "What cannot be called back:\n";
    for sentence in &report.cannot_be_recalled {
        text += &format!("- {sentence}\n");
    }
    let mut done = Done::with(&report, text)?;
    done.exit = if report.complete { 0 } else { 3 };
    Ok(done)
}

/// `interview.wav, Speech mono 96k, -24.1 to -19.0 LUFS, peak -1.2 dBTP`.
fn made(made: &MadeFrom) -> String {
    let report = &made.report;
    let lufs = |loudness: &Loudness| loudness.integrated_lufs.map_or("silence".into(), |l| format!("{l:.1}"));
    let peak = report.after.true_peak_dbtp.map_or_else(String::new, |peak| format!(", peak {peak:.1} dBTP"));
    let gone = if made.here { "" } else { ", the recording is not on this disk" };
    let levels = format!("{} to {} LUFS", lufs(&report.before), lufs(&report.after));
    format!("{}, {}, {levels}{peak}{gone}", made.original_name, report.preset.name())
}

fn count(number: usize, noun: &str) -> String {
    if number == 0 { String::new() } else { words::count(number as u64, noun) }
}

/// Sound that lies with somebody else.
fn elsewhere(remote: &hearthcast_model::RemoteAudio) -> String {
    let size = if remote.size_bytes == 0 { String::new() } else { format!(", {}", words::bytes(remote.size_bytes)) };
    format!("{}, {}{size}", remote.url, words::duration(remote.duration_ms))
}

fn card(view: &EpisodeView) -> String {
    let episode = &view.episode;
    let audio = view.audio.as_ref().map(|audio| {
        let loud =
            audio.loudness.and_then(|l| l.integrated_lufs).map_or_else(String::new, |l| format!(", {l:.1} LUFS"));
        let here = if audio.here { "" } else { ", not on this disk" };
        let facts = &audio.facts;
        format!(
            "{}, {}{loud}, {}{here}",
            audio.original_name,
            words::duration(facts.duration_ms),
            words::bytes(facts.size_bytes)
        )
    });
    let transcript = |t: &hearthcast_model::Transcript| match t.language.as_str() {
        "" => t.file.ext.clone(),
        language => format!("{} ({language})", t.file.ext),
    };
    let transcripts: Vec<String> = episode.transcripts.iter().map(transcript).collect();
    words::card(&[
        ("title", episode.title.clone()),
        ("slug", episode.slug.clone()),
        ("id", view.id.to_string()),
        ("guid", episode.guid.clone()),
        ("season", episode.season.map(|n| n.to_string()).unwrap_or_default()),
        ("number", episode.number.map(|n| n.to_string()).unwrap_or_default()),
        ("audio", audio.or_else(|| episode.remote_audio.as_ref().map(elsewhere)).unwrap_or_default()),
        ("made", view.audio.as_ref().and_then(|audio| audio.made.as_ref()).map(made).unwrap_or_default()),
        ("other files", count(episode.tags.alternate_enclosures.len(), "file")),
        ("chapters", count(episode.chapters.len(), "chapter")),
        ("transcripts", transcripts.join(", ")),
        ("songs", count(episode.songs.len(), "song")),
        ("videos", count(episode.videos.len(), "video")),
        ("people", episode.persons.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ")),
        ("public from", episode.publish_at_ms.map(rfc3339).unwrap_or_default()),
        ("state", state(view.state).into()),
        ("goes out", view.goes_out.as_ref().map(|out| spoken(out.at_ms, out.zone.as_deref())).unwrap_or_default()),
        ("notes", episode.notes.source.clone()),
    ])
}
