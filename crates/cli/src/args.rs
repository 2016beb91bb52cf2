//! The words `hearthcast` understands.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use hearthcast_model::place::Role;
use std::path::PathBuf;

/// Make and publish podcasts from your own machine.
#[derive(Debug, Parser)]
#[command(name = "hearthcast", version, max_term_width = 100)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
}

/// Understood by every verb.
#[derive(Debug, ClapArgs)]
pub struct Global {
    /// Folder of the library [default: this system's folder for data]
    #[arg(long, global = true, env = "HEARTHCAST_LIBRARY", value_name = "DIR")]
    pub library: Option<PathBuf>,
    /// Print JSON lines on standard output; the last one is the result or the error
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing that is not asked for: no progress, and no words about success
    #[arg(long, global = true)]
    pub quiet: bool,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make, change and look at shows
    Show {
        #[command(subcommand)]
        verb: crate::show::Verb,
    },
    /// Make, change and look at episodes
    Episode {
        #[command(subcommand)]
        verb: crate::episode::Verb,
    },
    /// Look at sounds, pictures and videos, and at the files of the library
    Media {
        #[command(subcommand)]
        verb: crate::media::Verb,
    },
    /// Turn transcripts into each other, and look them over
    Text {
        #[command(subcommand)]
        verb: crate::text::Verb,
    },
    /// Where shows are published to
    Target {
        #[command(subcommand)]
        verb: crate::target::Verb,
    },
    /// What directories and apps would refuse; exit code 1 if anything
    Check(crate::check::Check),
    /// Say what a publication would change for listeners; change nothing
    Plan(What),
    /// Publish: plan, apply, verify
    Publish(Publish),
    /// List published versions, or print the feed as it was
    History(Versions),
    /// Say how two published versions differ
    Diff(Between),
    /// Go back to an older version: its feed again, byte for byte
    Rollback(Rollback),
    /// Settle a conflict with another computer's publication, after looking at the plan
    Settle(Settle),
    /// Do everything that is due: unfinished publications, and fetching the numbers
    Sync(Sync),
    /// Take a show over from its feed, or bring an imported one up to date
    Import(crate::import::Import),
    /// Take a show out, whole, into a folder that any host and any Hearthcast reads
    Export(crate::export::Export),
    /// Logs of a bucket or another web server, counted like the bundled server counts
    Logs {
        #[command(subcommand)]
        verb: crate::logs::Verb,
    },
    /// Downloads, and why the number is what it is
    Stats(crate::stats::Words),
    /// What visitors wrote, and what becomes of it
    Comments(crate::comments::Comments),
    /// How Hearthcast goes about on the network: the limit for uploads, metered connections, a proxy
    Settings {
        #[command(subcommand)]
        verb: crate::settings::Verb,
    },
    /// Look for problems in the library
    Doctor(Doctor),
    /// Decode one file for another Hearthcast process (not for people)
    #[command(hide = true)]
    Worker,
}

/// What is to be published where.
#[derive(Debug, ClapArgs)]
pub struct What {
    /// Id or slug of the show
    pub show: String,
    /// Name of the target [default: the show's primary one]
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Only these episodes (id, slug or number), and what the show itself changed
    #[arg(long, value_name = "EPISODE", num_args = 1..)]
    pub only: Vec<String>,
}

/// What is to be published, and what its author means by it.
#[derive(Debug, ClapArgs)]
pub struct Publish {
    #[command(flatten)]
    pub what: What,
    /// What the plan asks to be typed, where apps lose what they know published episodes by
    #[arg(long, value_name = "TEXT")]
    pub confirm: Option<String>,
}

/// Which versions.
#[derive(Debug, ClapArgs)]
pub struct Versions {
    /// Id or slug of the show
    pub show: String,
    /// Name of the target [default: the show's primary one]
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Print the feed as it was: a version, a day or an instant
    #[arg(long, value_name = "VERSION|DATE")]
    pub as_of: Option<String>,
}

/// Which two versions.
#[derive(Debug, ClapArgs)]
pub struct Between {
    /// Id or slug of the show
    pub show: String,
    /// A version
    #[arg(value_name = "A")]
    pub from: u64,
    /// The version it is compared with
    #[arg(value_name = "B")]
    pub to: u64,
    /// Name of the target [default: the show's primary one]
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
}

/// Which version comes back.
#[derive(Debug, ClapArgs)]
pub struct Rollback {
    /// Id or slug of the show
    pub show: String,
    /// The version to go back to
    #[arg(long, value_name = "VERSION")]
    pub to: u64,
    /// Name of the target [default: the show's primary one]
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Only say what would change
    #[arg(long)]
    pub plan: bool,
    /// What the plan asks to be typed, where apps would lose what they know published episodes by
    #[arg(long, value_name = "TEXT")]
    pub confirm: Option<String>,
}

/// How a conflict is settled; nothing is published by it.
#[derive(Debug, ClapArgs)]
pub struct Settle {
    /// Id or slug of the show
    pub show: String,
    /// Name of the target [default: the show's primary one]
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Take what the other feed says of this item (its guid) into the episode here
    #[arg(long, value_name = "GUID", required_unless_present = "follow")]
    pub take: Option<String>,
    /// Follow the other version, named by its fence in the plan: the next publication from here replaces it
    #[arg(long, value_name = "FENCE", conflicts_with = "take")]
    pub follow: Option<String>,
}

/// What is to be brought up to date.
#[derive(Debug, ClapArgs)]
pub struct Sync {
    /// Id or slug of the show [default: all shows]
    pub show: Option<String>,
    /// Go on until stopped
    #[arg(long)]
    pub watch: bool,
    /// Sync by itself, by a systemd timer of this user, also when nothing of Hearthcast runs
    #[arg(long, value_enum, conflicts_with_all = ["watch", "show"])]
    pub timer: Option<crate::timer::Wish>,
    /// Nobody began this by hand: wait on a metered connection, as --watch and --timer do
    #[arg(long)]
    pub by_itself: bool,
    /// Seconds between two rounds of --watch or --timer
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: u64,
}

/// What is to be done about a damaged library.
#[derive(Debug, ClapArgs)]
pub struct Doctor {
    /// Save what can be read of a damaged library into a new one
    #[arg(long, conflicts_with = "use_copy")]
    pub salvage: bool,
    /// Go back to a safe copy of a damaged library
    #[arg(long, value_name = "FILE")]
    pub use_copy: Option<PathBuf>,
}

/// What a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Listeners use it
    Primary,
    /// Follows the primary
    Mirror,
    /// A copy for safety
    Backup,
    /// For trying things
    Staging,
    /// Keeps files of some kinds for another place, by its rules
    Store,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Primary => Role::Primary,
            RoleWord::Mirror => Role::Mirror,
            RoleWord::Backup => Role::Backup,
            RoleWord::Staging => Role::Staging,
            RoleWord::Store => Role::Store,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn global_words_may_stand_anywhere() {
        for words in [
            ["hearthcast", "--json", "--library", "/l", "plan", "a"],
            ["hearthcast", "plan", "a", "--library", "/l", "--json"],
        ] {
            let args = Args::try_parse_from(words).unwrap();
            assert!(args.global.json, "{words:?}");
            assert_eq!(args.global.library.as_deref(), Some(std::path::Path::new("/l")));
        }
    }

    #[test]
    fn several_episodes_follow_only() {
        let args = Args::try_parse_from(["hearthcast", "publish", "a", "--only", "1", "two", "--target", "t"]).unwrap();
        let Verb::Publish(what) = args.verb else { panic!("publish") };
        assert_eq!(what.what.only, ["1", "two"]);
    }
}
