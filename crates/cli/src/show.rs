//! `hearthcast show …`.

use crate::library::cancel_on_interrupt;
use crate::output::{Done, Output};
use crate::publish::plan_text;
use crate::{fields, further, words};
use clap::{Args, Subcommand};
use hearthcast_model::clock::spoken;
use hearthcast_model::view::{ShowEdit, ShowView};
use hearthcast_model::{CommentPolicy, FeedHtml, Result};
use hearthcast_studio::Studio;

/// What is to be done with shows.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a show
    Add(Add),
    /// List all shows
    List,
    /// Change a show: title, slug, description, author, owner_name, owner_email, language, link, categories, explicit, kind, copyright, cover, cover_alt, locked,
    /// preset, medium, tagline, banner, banner_alt, favicon, font, name_size, notes_suffix, feed_html (full, directories, plain), comments (off, approved, open), funding,
    /// persons, links, seasons (lists as JSON), feed_page (episodes of a page of the feed), hub, variants.NAME (a further feed: last:10, season:2,
    /// format:audio/opus; nothing takes it out)
    Set {
        /// Id or slug
        show: String,
        /// key=value; key=@file reads a text from a file
        #[arg(required = true, value_name = "KEY=VALUE")]
        fields: Vec<String>,
    },
    /// What is done to every recording besides the preset: loudness, rumble, silences, intro and outro
    Recipe(crate::recipe::ShowRecipe),
    /// Look at a show
    Get {
        /// Id or slug
        show: String,
    },
    /// Remove a show from listeners: its feed says so everywhere, its files go after a grace time
    Remove {
        /// Id or slug
        show: String,
        /// Days until its files are deleted; until then it can come back
        #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
        /// Only say what would change
        #[arg(long)]
        plan: bool,
    },
    /// Bring a removed show back, within its grace time
    Restore {
        /// Id or slug
        show: String,
    },
    /// Let an imported show be here from now on: its feed says so, and the old host is told how to lead there
    Move(crate::moving::MoveIn),
    /// Every address the show had before: who serves it, where it leads now, and what dies with an account
    Addresses {
        /// Id or slug
        show: String,
        /// Ask each of them, as apps do
        #[arg(long)]
        look: bool,
    },
    /// Pages of episodes at a host that the show's server answers now: which they are, and letting their old addresses lead to the
    /// website's pages
    Links(crate::moving::Links),
    /// Make the copies in AVIF that the cover and the pictures of episodes have not got: about half as heavy as JPEG, some
    /// seconds each
    Pictures {
        /// Id or slug
        show: String,
    },
    /// Directories: where the show is submitted, and how far it is with each
    Directories(crate::moving::Directories),
    /// Show the owner's e-mail address in the feed for some days, while a directory sends a code there
    Verify(crate::moving::Verify),
}

/// A new show.
#[derive(Debug, Args)]
pub struct Add {
    /// Title
    #[arg(long)]
    title: String,
    /// Name in addresses: a-z 0-9 - [default: made from the title]
    #[arg(long)]
    slug: Option<String>,
    /// Who makes it
    #[arg(long)]
    author: Option<String>,
    /// What it is about, in Markdown
    #[arg(long)]
    description: Option<String>,
    /// Language tag, such as en or de-AT
    #[arg(long)]
    language: Option<String>,
    /// Web page of the show
    #[arg(long)]
    link: Option<String>,
    /// Apple categories, such as "Technology, Arts/Books"
    #[arg(long, alias = "categories")]
    category: Option<String>,
    /// JPEG or PNG to become the cover
    #[arg(long, value_name = "FILE", alias = "image")]
    cover: Option<String>,
    /// The show is explicit
    #[arg(long)]
    explicit: bool,
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: Verb, output: &Output) -> Result<Done> {
    match verb {
        Verb::Add(new) => add(studio, new).await,
        Verb::List => list(studio).await,
        Verb::Set { show, fields } => set(studio, &show, &fields).await,
        Verb::Recipe(asked) => crate::recipe::act(studio, asked).await,
        Verb::Get { show } => {
            let view = studio.show_view(&show).await?;
            Done::with(&view, card(&view))
        }
        Verb::Remove { show, plan: true, .. } => {
            let plans = studio.plan_removal(&show).await?;
            let text = plans.iter().map(plan_text).collect::<String>();
            Done::list("plans", &plans, if text.is_empty() { "It is public nowhere.".into() } else { text })
        }
        Verb::Remove { show, days, plan: false } => {
            let removal = studio.remove_show(&show, days, &cancel_on_interrupt(), output.sink()).await?;
            let until = spoken(removal.until_ms, None);
            let how = match removal.gone_at.len() {
                0 => "Its feed has no episodes any more and says that it was removed.",
                n if n == removal.versions.len() => "The server answers that it is gone (410).",
                _ => {
                    "The server answers that it is gone (410); elsewhere its feed has no episodes and says that it was removed."
                }
            };
            let text = format!(
                "{how} Until {until} \"hearthcast show restore {show}\" brings it back as it was; then a round of sync deletes \
                 its files."
            );
            Done::with(&removal, text)
        }
        Verb::Move(words) => crate::moving::move_in(studio, words, output).await,
        Verb::Addresses { show, look } => crate::moving::addresses(studio, &show, look).await,
        Verb::Links(words) => crate::moving::links(studio, words).await,
        Verb::Pictures { show } => {
            let made = studio.make_avif_copies(&show, &cancel_on_interrupt(), output.sink()).await?;
            let mut text = match made.pictures {
                0 => "No picture lacked copies in AVIF.".into(),
                n => {
                    let pictures = words::count(n, "picture");
                    format!("{pictures} got copies in AVIF. Listeners get them with the next publication.")
                }
            };
            if made.absent > 0 {
                let pictures = words::count(made.absent, "picture");
                text += &format!(" {pictures} stayed as before: the file it was made from is not on this disk.");
            }
            Done::with(&made, text)
        }
        Verb::Directories(words) => crate::moving::directories(studio, words).await,
        Verb::Verify(words) => crate::moving::verify(studio, words).await,
        Verb::Restore { show } => {
            studio.restore_show(&show, &cancel_on_interrupt(), output.sink()).await?;
            let view = studio.show_view(&show).await?;
            Done::with(&view, format!("\"{}\" is back for listeners, as it was.", view.show.title))
        }
    }
}

async fn add(studio: &Studio, new: Add) -> Result<Done> {
    let Add { title, slug, author, description, language, link, category, cover, explicit } = new;
    let explicit = explicit.then_some(true);
    let edit =
        ShowEdit { author, description, language, link, categories: category, cover, explicit, ..ShowEdit::default() };
    let view = studio.add_show_with(&title, slug.as_deref(), edit).await?;
    Done::with(&view, format!("\"{}\" is there. Its slug is {}.", view.show.title, view.show.slug))
}

async fn list(studio: &Studio) -> Result<Done> {
    let shows = studio.shows().await?;
    let row = |show: &hearthcast_model::view::ShowRow| {
        let pending = if show.pending == 0 { String::new() } else { words::count(show.pending, "pending change") };
        vec![show.slug.clone(), show.title.clone(), words::count(show.episodes, "episode"), pending]
    };
    let text = match shows.is_empty() {
        true => "No show yet. Make one: hearthcast show add --title \"My show\"".to_string(),
        false => words::table(&shows.iter().map(row).collect::<Vec<_>>()),
    };
    Done::list("shows", &shows, text)
}

async fn set(studio: &Studio, show: &str, words: &[String]) -> Result<Done> {
    let (variants, words): (Vec<String>, Vec<String>) =
        words.iter().cloned().partition(|word| word.starts_with(further::PREFIX));
    let mut edit: ShowEdit = fields::edit(studio, &words).await?;
    if !variants.is_empty() {
        edit.feed_variants = Some(further::named(&studio.show_view(show).await?.show.feed_variants, &edit, &variants)?);
    }
    let view = studio.edit_show(show, edit).await?;
    Done::with(&view, format!("\"{}\" is changed. Listeners see it after the next publication.", view.show.title))
}

fn card(view: &ShowView) -> String {
    let show = &view.show;
    let category = |c: &hearthcast_model::show::Category| match &c.sub {
        Some(sub) => format!("{}/{sub}", c.name),
        None => c.name.clone(),
    };
    let categories = show.categories.iter().map(category).collect::<Vec<_>>().join(", ");
    let targets = view.targets.iter().map(|t| format!("{} ({})", t.name, t.url)).collect::<Vec<_>>().join(", ");
    words::card(&[
        ("title", show.title.clone()),
        ("slug", show.slug.clone()),
        ("id", view.id.to_string()),
        ("author", show.author.clone()),
        ("description", show.description.source.clone()),
        ("language", show.language.clone()),
        ("link", show.link.clone()),
        ("categories", categories),
        ("explicit", show.explicit.to_string()),
        ("preset", show.preset.name().into()),
        ("medium", show.medium.clone()),
        ("comments", comments(show.comments).into()),
        ("prefix", show.prefix.clone()),
        ("feed_page", if show.feed_page == 0 { String::new() } else { show.feed_page.to_string() }),
        ("variants", show.feed_variants.iter().map(further::word).collect::<Vec<_>>().join(", ")),
        ("hub", show.hub.clone()),
        ("notes in apps", feed_html(show.feed_html).into()),
        ("people", show.persons.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ")),
        ("cover", show.cover.as_ref().map(|c| format!("{}.{}", c.name, c.ext)).unwrap_or_default()),
        ("targets", targets),
        ("state", state(view).to_string()),
    ])
}

fn comments(policy: CommentPolicy) -> &'static str {
    match policy {
        CommentPolicy::Off => "off",
        CommentPolicy::Approved => "shown once you approved them",
        CommentPolicy::Open => "shown at once",
    }
}

fn feed_html(html: FeedHtml) -> &'static str {
    match html {
        FeedHtml::Full => "all of the HTML",
        FeedHtml::Directories => "the HTML that directories name",
        FeedHtml::Plain => "plain text",
    }
}

fn state(view: &ShowView) -> &'static str {
    match (view.published, view.pending) {
        (false, _) => "not published yet",
        (true, true) => "published, with changes that are not",
        (true, false) => "published as it stands here",
    }
}
