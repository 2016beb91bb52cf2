//! What becomes of each sound of a folder: asked before anything is done, in the same way by who only looks and by who does it. A
//! known episode without a sound of its own gets it; what is here stays.

use super::known::Known;
use super::matched::{By, Match, Unclear};
use super::said::{Said, said};
use crate::Studio;
use crate::pictures::file_name;
use crate::read::episode_id;
use hearthcast_library::job;
use hearthcast_model::import::{ImportChange, ImportField, ImportNote, ImportReport};
use hearthcast_model::job::JobKind;
use hearthcast_model::{Cancel, Code, Episode, Error, Record, Result, Sha256};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Most changed episodes that are told one by one.
const MOST_TOLD: usize = 500;
/// How a person says whose sound a file is.
const WAY: &str = "If it is, say so: hearthcast episode set SHOW EPISODE audio=FILE";

/// What the sounds of a folder say, by their content.
#[derive(Default)]
pub(super) struct Meant {
    found: HashMap<Sha256, (Said, Match)>,
    unreadable: HashMap<Sha256, Error>,
}

/// What becomes of a sound.
pub(super) enum Fate {
    /// It is here already, by its content.
    Here(Option<Box<Record<Episode>>>),
    /// Its episode was removed here.
    Removed,
    /// Its episode stays as it is.
    Stays(ImportNote),
    /// Nobody can tell of which episode it is: it is left.
    Unclear(ImportNote),
    /// It becomes the sound of this episode.
    Fills(Box<Record<Episode>>),
    /// It becomes an episode.
    New,
}

impl Fate {
    /// Counts and tells what changes nothing.
    pub(super) fn tell(self, report: &mut ImportReport) {
        match self {
            Self::Here(Some(there)) if there.deleted_ms.is_some() => report.episodes_removed += 1,
            Self::Here(_) => report.episodes_same += 1,
            Self::Removed => report.episodes_removed += 1,
            Self::Stays(note) => {
                report.episodes_same += 1;
                report.findings.push(note);
            }
            Self::Unclear(note) => report.findings.push(note),
            Self::Fills(_) | Self::New => (),
        }
    }
}

impl Studio {
    /// Reads the tags of all sounds that are not here, and finds out of which episodes they are.
    pub(super) async fn meant(
        &self,
        (paths, hashes): (&[PathBuf], &[Sha256]),
        known: &Known,
        cancel: &Cancel,
    ) -> Result<Meant> {
        let (mut meant, mut seen, mut asked) = (Meant::default(), HashSet::new(), vec![]);
        for (path, hash) in paths.iter().zip(hashes) {
            cancel.check()?;
            if known.sounds.contains_key(hash) || !seen.insert(hash) {
                continue;
            }
            match self.said_by(path, cancel).await {
                Ok(said) => asked.push((hash, file_name(path), said)),
                Err(error) if ends_all(&error) => return Err(error),
                Err(error) => {
                    meant.unreadable.insert(hash.clone(), error);
                }
            }
        }
        let sounds: Vec<(&str, &Said)> = asked.iter().map(|(_, name, said)| (name.as_str(), said)).collect();
        let matches = known.episodes.matches(&sounds);
        for ((hash, _, said), of) in asked.into_iter().zip(matches) {
            meant.found.insert(hash.clone(), (said, of));
        }
        Ok(meant)
    }

    async fn said_by(&self, path: &Path, cancel: &Cancel) -> Result<Said> {
        let (file, stopped) = (path.to_path_buf(), cancel.clone());
        let tags = self.ask_worker(move |worker| worker.tags(&file, &stopped)).await?;
        Ok(said(&tags, &stem(path)))
    }

    /// What becomes of one sound, after those before it.
    pub(super) async fn fate(&self, meant: &Meant, known: &Known, (path, hash): (&Path, &Sha256)) -> Result<Fate> {
        if known.would_take.contains(hash) {
            return Ok(Fate::Here(None));
        }
        if let Some(there) = known.sounds.get(hash) {
            return Ok(Fate::Here(Some(Box::new(there.clone()))));
        }
        if let Some(error) = meant.unreadable.get(hash) {
            return Err(error.clone());
        }
        let Some((said, of)) = meant.found.get(hash) else { return Ok(Fate::New) };
        let name = file_name(path);
        Ok(match of {
            Match::New => match said.guid.as_ref().and_then(|guid| known.made.get(guid)) {
                Some(title) => Fate::Stays(stays(By::Guid, title, &name, SOUND_STAYS)),
                None => Fate::New,
            },
            Match::Removed => Fate::Removed,
            Match::Unclear(why) => Fate::Unclear(unclear(*why, known, said, &name)),
            Match::One(n, by) => {
                let there = &known.all[*n];
                // Another sound of the folder may be its sound meanwhile.
                let record = self.episode(there.body.show.as_str(), &there.id).await?;
                match self.why_its_sound_stays(&record, known).await? {
                    Some(why) => Fate::Stays(stays(*by, &record.body.title, &name, why)),
                    None => Fate::Fills(Box::new(record)),
                }
            }
        })
    }

    /// Why an episode does not get its sound from a folder, in the words after what it is known by; `None` when it does.
    async fn why_its_sound_stays(&self, record: &Record<Episode>, known: &Known) -> Result<Option<&'static str>> {
        if record.body.is_post() {
            return Ok(Some(", and a post has no sound."));
        }
        let is_making = |open: &job::Open| open.job.kind == JobKind::Process && open.job.subject.id == record.id;
        let has_sound = record.body.audio.is_some() || known.would_fill.contains(&record.id);
        if has_sound || job::open(self.library()).await?.iter().any(is_making) {
            return Ok(Some(SOUND_STAYS));
        }
        Ok(self.may_replace(record, None).await.err().map(|_| {
            ", and listeners have another sound already: what is here stays. Another sound of a live episode says how: \
             hearthcast episode set SHOW EPISODE audio=FILE --replace …"
        }))
    }
}

const SOUND_STAYS: &str = ", and another sound is already there: what is here stays.";

impl Meant {
    /// What a sound says of its guid and title.
    pub(super) fn said(&self, hash: &Sha256) -> Option<&Said> {
        self.found.get(hash).map(|(said, _)| said)
    }
}

/// Whether an error ends the whole import; others are told, sound by sound.
pub(crate) fn ends_all(error: &Error) -> bool {
    matches!(error.code, Code::Cancelled | Code::LibraryFailed | Code::Internal)
}

/// An episode got its sound, or would.
pub(super) fn fills(record: &Record<Episode>, path: &Path, report: &mut ImportReport) -> Result<()> {
    report.episodes_changed += 1;
    if report.changes.len() < MOST_TOLD {
        let (before, after) = (Value::Null, Value::String(file_name(path)));
        report.changes.push(ImportChange {
            episode: Some(episode_id(record)?),
            title: record.body.title.clone(),
            fields: vec![ImportField { field: "audio".into(), before, after, kept: false }],
        });
    }
    Ok(())
}

/// A file's name without its ending.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn stays(by: By, episode: &str, name: &str, why: &str) -> ImportNote {
    let code = if by == By::Guid { "guid_known" } else { "already_there" };
    let message = format!("{name} has its {}{why}", by.words());
    ImportNote { code: code.into(), episode: episode.into(), message, ..ImportNote::default() }
}

fn unclear(why: Unclear, known: &Known, said: &Said, name: &str) -> ImportNote {
    let title = |n: usize| known.all[n].body.title.clone();
    let (episode, what) = match why {
        Unclear::Several(count) => (said.title.clone(), format!("it may be of any of {count} episodes")),
        Unclear::TitleAlone(n) => {
            (title(n), "it has its title, and neither a day nor a number says that it is its sound".into())
        }
        Unclear::Torn(n) => (title(n), "it is named as its sound was, and titled as another episode".into()),
        Unclear::NotAlone(n) => (title(n), "another file of the folder seems to be its sound as well".into()),
    };
    let message = format!("{name} was left out: {what}. {WAY}");
    ImportNote { code: "unclear".into(), episode, message, ..ImportNote::default() }
}
