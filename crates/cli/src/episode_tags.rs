//! `hearthcast episode tags`: what stands inside an episode's file is brought up to what the episode says.

use crate::output::Done;
use crate::{library, words};
use hearthcast_model::view::TagsPlan;
use hearthcast_model::{Replace, Result};
use hearthcast_studio::Studio;

/// Says what it would mean; changes nothing.
pub async fn plan(studio: &Studio, show: &str, episode: &str) -> Result<Done> {
    let plan = studio.tags_plan(show, episode).await?;
    Done::with(&plan, text(&plan, show))
}

/// Does it.
pub async fn refresh(
    studio: &Studio,
    show: &str,
    episode: &str,
    replace: Option<Replace>,
    confirm: Option<&str>,
) -> Result<Done> {
    let cancel = library::cancel_on_interrupt();
    let done = studio.refresh_tags(show, episode, replace, confirm, &cancel).await?;
    let said = match (done.changed, done.plan.published) {
        (false, _) => format!("The tags in {} say what the episode says already.", done.plan.file),
        (true, true) => {
            format!("The tags in {} are refreshed. Listeners get them with the next publication.", done.plan.file)
        }
        (true, false) => format!("The tags in {} are refreshed.", done.plan.file),
    };
    Done::with(&done, said)
}

fn text(plan: &TagsPlan, show: &str) -> String {
    if plan.up_to_date {
        return format!("The tags in {} say what the episode says already.", plan.file);
    }
    let mut said = format!(
        "{} ({}) would get the title, chapters and cover that \"{}\" has now.\n",
        plan.file,
        words::bytes(plan.size_bytes),
        plan.title
    );
    if !plan.further.is_empty() {
        said += &format!("So would {}.\n", plan.further.join(", "));
    }
    for consequence in &plan.consequences {
        said += &format!("- {consequence}\n");
    }
    for offer in &plan.offers {
        said += &format!("--replace {}: {}\n", offer.replace.as_str(), offer.replace.words());
        match &offer.refused {
            Some(why) => said += &format!("  cannot be chosen here: {why}\n"),
            None => {
                for effect in &offer.effects {
                    said += &format!("  {}: {} ({})\n", effect.apps, effect.effect, effect.source);
                }
            }
        }
    }
    if plan.published {
        let word = &plan.to_type;
        said += &format!("To do it: hearthcast episode tags {show} {word} --replace same-guid --confirm \"{word}\"\n");
    }
    said
}
