//! `hearthcast settings …`: how Hearthcast goes about on the network, for all shows together.

use crate::fields::pair;
use crate::output::Done;
use clap::Subcommand;
use hearthcast_model::settings::Settings;
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::Studio;

/// What is to be done with the settings.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what is set
    Get,
    /// Change settings: upload_kb_per_second (a number, or none), on_metered (true or false), proxy (an address, or none)
    Set {
        /// key=value
        #[arg(required = true, value_name = "KEY=VALUE")]
        settings: Vec<String>,
    },
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: Verb) -> Result<Done> {
    let mut settings = studio.settings().await?;
    if let Verb::Set { settings: words } = verb {
        for word in &words {
            let (key, value) = pair(word)?;
            set(&mut settings, key, value)?;
        }
        settings = studio.set_settings(settings).await?;
    }
    Done::with(&settings, text(&settings))
}

fn set(settings: &mut Settings, key: &str, value: &str) -> Result<()> {
    let value = Some(value).filter(|value| !matches!(*value, "" | "none"));
    match key {
        "upload_kb_per_second" => settings.upload_kb_per_second = value.map(|text| number(key, text)).transpose()?,
        "on_metered" => settings.on_metered = truth(key, value.unwrap_or("false"))?,
        "proxy" => settings.proxy = value.map(str::to_string),
        "speech_program" => settings.speech_program = value.map(str::to_string),
        "speech_model" => settings.speech_model = value.map(str::to_string),
        _ => {
            let known = "Settings are upload_kb_per_second, on_metered, proxy, speech_program and speech_model.";
            return Err(Error::new(Code::UsageInvalid, format!("There is no setting \"{key}\".")).hint(known));
        }
    }
    Ok(())
}

fn number(key: &str, text: &str) -> Result<u32> {
    text.parse().map_err(|_| Error::new(Code::UsageInvalid, format!("\"{key}\" is a whole number, not \"{text}\".")))
}

fn truth(key: &str, text: &str) -> Result<bool> {
    match text {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(Error::new(Code::UsageInvalid, format!("\"{key}\" is true or false, not \"{text}\"."))),
    }
}

fn text(settings: &Settings) -> String {
    let limit = match settings.upload_kb_per_second {
        Some(kb) => format!("Uploads take at most {kb} kB a second, all places together."),
        None => "Uploads go as fast as the line.".into(),
    };
    let metered = match settings.on_metered {
        true => "Syncing by itself also goes on where the connection is metered.",
        false => "Syncing by itself waits where the connection is metered.",
    };
    let proxy =
        settings.proxy.as_ref().map_or_else(String::new, |proxy| format!("\nPlaces are reached through {proxy}."));
    let program = settings
        .speech_program
        .as_ref()
        .map_or_else(String::new, |path| format!("\nSpeech is written down by {path}."));
    let model = settings.speech_model.as_ref().map_or_else(String::new, |path| format!("\nIts model is {path}."));
    format!("{limit}\n{metered}{proxy}{program}{model}")
}
