//! A flag for every setting, made from the table of settings.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use hearthcast_server::Given;
use hearthcast_server::settings::{ALL, Kind, Setting, Source};

/// Settings as the flags give them.
pub struct Flags(pub Given);

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        ALL.iter().fold(command, |command, setting| command.arg(flag(setting)))
    }
    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(setting: &Setting) -> Arg {
    let about = setting.about.trim_end_matches('.');
    let help = match setting.kind {
        Kind::List => format!("{about}; several times for several [{}]", setting.variable()),
        _ => format!("{about} [{}]", setting.variable()),
    };
    let arg = Arg::new(setting.name).long(setting.flag).help(help);
    match setting.kind {
        Kind::List => arg.action(ArgAction::Append).value_name("TEXT"),
        Kind::Text => arg.value_name("TEXT"),
        Kind::Number { .. } => arg.value_name("N").allow_negative_numbers(true),
        Kind::Switch => arg.value_name("true|false").num_args(0..=1).default_missing_value("true"),
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Given::default();
        for setting in ALL {
            let texts: Vec<String> = matches.get_many::<String>(setting.name).into_iter().flatten().cloned().collect();
            let told = given.tell(setting, &texts, Source::Flag);
            told.map_err(|error| clap::Error::raw(ErrorKind::ValueValidation, format!("{}\n", error.message)))?;
        }
        Ok(Self(given))
    }
    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
