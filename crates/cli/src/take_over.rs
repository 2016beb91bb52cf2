//! `hearthcast target take-over …`: a show is taken over where another program serves it.

use crate::output::{Done, Output};
use crate::publish::plan_text;
use crate::{library, words};
use clap::Args;
use hearthcast_model::Result;
use hearthcast_model::taking::TakenInPlace;
use hearthcast_studio::{NewTarget, Studio, TakeOver};

/// The place that serves the show.
#[derive(Debug, Args)]
pub struct TakeOverWords {
    /// Id or slug of the show, imported before
    show: String,
    /// A name for the place, unique in the library
    name: String,
    /// Where it lies: file:///path, s3://…, az://…, gcs://…, webdavs://…, sftp://… or ftps://…, as for `target add`
    url: String,
    /// Address under which listeners reach it
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Address that listeners subscribe to [default: the one the show was imported from]
    #[arg(long, value_name = "URL")]
    feed: Option<String>,
    /// Only say what would stay and what the first publication would change
    #[arg(long)]
    plan: bool,
    /// Allow plain http to another machine, on a network you trust
    #[arg(long)]
    allow_insecure: bool,
}

/// Takes it over, or says what that would mean. Exit code 1 when it cannot be done.
pub async fn run(studio: &Studio, words: TakeOverWords, output: &Output) -> Result<Done> {
    let TakeOverWords { show, name, url, public_url, feed, plan, allow_insecure } = words;
    let target = NewTarget { name, url, public_url, allow_insecure, ..NewTarget::default() };
    let (wish, cancel) = (TakeOver { target, feed }, library::cancel_on_interrupt());
    let taken = match plan {
        true => studio.plan_take_over(&show, wish, &cancel).await?,
        false => studio.take_over(&show, wish, &cancel, output.sink()).await?,
    };
    let mut done = Done::with(&taken, text(&taken))?;
    done.exit = u8::from(!taken.blockers.is_empty());
    Ok(done)
}

fn text(taken: &TakenInPlace) -> String {
    let mut text = format!("{}\n{}\n", taken.sentence, taken.feed_url);
    if taken.read_bytes > 0 {
        text += &format!("{} were read there to compare.\n", words::bytes(taken.read_bytes));
    }
    for one in &taken.again {
        text += &format!("comes anew: \"{}\" {}: {}\n", one.title, one.url, one.why);
    }
    if taken.elsewhere > 0 {
        let sounds = words::count(taken.elsewhere, "sound");
        text += &format!("At addresses elsewhere, where nothing changes: {sounds}.\n");
    }
    text += "\nThe first publication:\n";
    text + &plan_text(&taken.next)
}
