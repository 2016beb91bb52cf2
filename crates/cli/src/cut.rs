//! `hearthcast episode cut`: what is cut out of a recording, or bleeped.

use crate::library::cancel_on_interrupt;
use crate::media_recipe::{bleeped, removed};
use crate::output::{Done, Output};
use crate::words;
use clap::Args;
use hearthcast_model::edit::EditView;
use hearthcast_model::recipe::{Passage, PassageKind};
use hearthcast_model::{Code, Error, Replace, Result};
use hearthcast_studio::Studio;

/// Passages of an episode's recording.
#[derive(Debug, Args)]
pub struct Cut {
    /// Id or slug of the show
    show: String,
    /// Id, slug or number
    episode: String,
    /// Cut out a passage, on the recording's clock: 1:02:03.5-1:02:07
    #[arg(long, value_name = "FROM-TO", value_parser = removed)]
    remove: Vec<Passage>,
    /// Let a tone be heard instead of a passage
    #[arg(long, value_name = "FROM-TO", value_parser = bleeped)]
    bleep: Vec<Passage>,
    /// Forget the passages that were marked before
    #[arg(long)]
    clear: bool,
    /// Make the sound again now
    #[arg(long)]
    make: bool,
    /// What becomes of a live episode whose sound is replaced
    #[arg(long, value_name = "WAY", value_parser = crate::episode::replacing, requires = "make")]
    replace: Option<Replace>,
}

/// Does it.
pub async fn act(studio: &Studio, cut: Cut, output: &Output) -> Result<Done> {
    let Cut { show, episode, .. } = &cut;
    let Some(before) = studio.edit_of(show, episode).await? else {
        return Err(Error::new(Code::MediaAbsent, "There is no recording on this disk to cut.")
            .hint("Give the episode its recording first: hearthcast episode set … audio=FILE"));
    };
    let given = [&cut.remove[..], &cut.bleep].concat();
    let mut view = before;
    if cut.clear || !given.is_empty() {
        let kept = if cut.clear { vec![] } else { view.passages.clone() };
        let passages: Vec<Passage> = kept.into_iter().chain(given).collect();
        view = studio.set_passages(show, episode, &passages).await?;
    }
    if cut.make {
        let told = *output;
        studio
            .make_again(show, episode, cut.replace, cancel_on_interrupt(), move |progress| told.progress(&progress))
            .await?;
        view = studio.edit_of(show, episode).await?.unwrap_or(view);
    }
    Done::with(&view, card(&view))
}

fn card(view: &EditView) -> String {
    let time = |ms: i64| words::duration(Some(ms));
    let row = |one: &Passage| {
        let what = match one.kind {
            PassageKind::Remove => "cut out",
            PassageKind::Bleep => "bleeped",
        };
        let seconds = (one.end_ms - one.start_ms) as f64 / 1000.0;
        vec![time(one.start_ms), time(one.end_ms), format!("{seconds:.3} s"), what.into()]
    };
    let mut lines = vec![match view.passages.is_empty() {
        true => "Nothing is cut out of the recording.".into(),
        false => words::table(&view.passages.iter().map(row).collect::<Vec<_>>()),
    }];
    if !view.aside.is_empty() {
        lines.push(format!("Laid aside with it: {}.", view.aside.join(", ")));
    }
    if view.waits {
        lines.push("The sound was made without that. Make it again: hearthcast episode cut … --make".into());
    }
    lines.join("\n")
}
