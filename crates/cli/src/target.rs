//! `hearthcast target …`: where shows are published to. Secrets come from the environment, never from words.

use crate::args::RoleWord;
use crate::output::Done;
use crate::{find, words};
use clap::{Args, Subcommand};
use hearthcast_model::view::TargetView;
use hearthcast_model::{Error, Result};
use hearthcast_studio::{NewTarget, Studio};

/// What is to be done with targets.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Add a target: file:///folder, or server+https://host with HEARTHCAST_<NAME>_PAIRING_CODE set
    Add(Add),
    /// List targets
    List {
        /// Id or slug of a show [default: all shows]
        show: Option<String>,
    },
    /// Forget a target; what is published there stays
    Remove {
        /// Name
        name: String,
    },
}

/// A new target.
#[derive(Debug, Args)]
pub struct Add {
    /// Id or slug of the show
    show: String,
    /// A name for it, unique in the library
    name: String,
    /// file:///path, or server+https://host[:port]
    url: String,
    /// Address under which listeners reach the folder
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// What it is for
    #[arg(long, value_enum, default_value_t = RoleWord::Primary)]
    role: RoleWord,
    /// Allow plain http to another machine, on a network you trust
    #[arg(long)]
    allow_insecure: bool,
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: Verb) -> Result<Done> {
    match verb {
        Verb::Add(new) => add(studio, new).await,
        Verb::List { show } => list(studio, show.as_deref()).await,
        Verb::Remove { name } => remove(studio, &name).await,
    }
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
    let view = studio.add_target(&new.show, target).await?;
    let feed = view.feed_url.as_deref().map_or_else(String::new, |url| format!(" The feed will be {url}"));
    Done::with(&view, format!("\"{}\" is a target now.{feed}", view.name))
}

/// `HEARTHCAST_<NAME>_<WHAT>`: the name in capitals, everything but letters and digits an underline.
fn secret_name(target: &str, what: &str) -> String {
    let fold = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("HEARTHCAST_{}_{what}", target.chars().map(fold).collect::<String>())
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
    let unfinished = if target.unfinished { "unfinished: publish again" } else { "" };
    vec![
        target.name.clone(),
        target.url.clone(),
        version,
        target.feed_url.clone().unwrap_or_default(),
        unfinished.into(),
    ]
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
    fn names_of_secrets_are_the_contract() {
        assert_eq!(secret_name("home", "PAIRING_CODE"), "HEARTHCAST_HOME_PAIRING_CODE");
        assert_eq!(secret_name("my-site.2", "PAIRING_CODE"), "HEARTHCAST_MY_SITE_2_PAIRING_CODE");
        // Capitals are ASCII, whatever the machine's language: a Turkish i is I all the same.
        assert_eq!(secret_name("bitti", "PASSWORD"), "HEARTHCAST_BITTI_PASSWORD");
    }
}
