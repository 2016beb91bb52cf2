//! How listeners of a Hearthcast server get the sound of a show: from the server, by way of it, or past it. Part of what is
//! released; the feed and the server go by it alike.

use crate::show::Attachment;
use crate::{EpisodeId, Sha256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How listeners get the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AudioMode {
    /// The server sends it and knows what arrived.
    #[default]
    Serve,
    /// An address of the server's own that leads to where the sound lies now. What arrives is not known.
    Redirect,
    /// The address of the storage stands in the feed. The server sees nothing.
    Direct,
}

impl AudioMode {
    /// The mode as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Redirect => "redirect",
            Self::Direct => "direct",
        }
    }

    /// Whether it is the usual one, which is not written.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// The sound of a show: the mode, and what of it lies in a storage beside the server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sound {
    /// How listeners get it.
    #[serde(default, skip_serializing_if = "AudioMode::is_usual")]
    pub mode: AudioMode,
    /// Keys of what lies elsewhere: the storage's address, its own slash, and the name there (`https://cdn.example/a//media/…`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub elsewhere: BTreeMap<Sha256, String>,
}

impl Sound {
    /// Whether everything is as usual: on the server, sent by it.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The address in the storage of a sound that lies there.
    pub fn stored_at(&self, sha256: &Sha256) -> Option<String> {
        let (address, name) = self.elsewhere.get(sha256)?.rsplit_once("//")?;
        Some(format!("{address}/{name}"))
    }

    /// The address listeners get an episode's sound from, where it is another one than that of the server's files.
    pub fn heard_at(&self, base_url: &str, episode: &EpisodeId, edition: u32, audio: &Attachment) -> Option<String> {
        match self.mode {
            AudioMode::Serve => None,
            AudioMode::Redirect => {
                let name = stable_name(edition, &audio.ext);
                Some(format!("{}/e/{episode}/{name}", base_url.trim_end_matches('/')))
            }
            AudioMode::Direct => self.stored_at(&audio.hash),
        }
    }
}

/// The last part of an episode's address at a server that leads on from there: `audio.mp3`, and `audio-1.mp3` once its sound
/// was replaced under a new address.
fn stable_name(edition: u32, ext: &str) -> String {
    match edition {
        0 => format!("audio.{ext}"),
        edition => format!("audio-{edition}.{ext}"),
    }
}

/// Whether that is, or was, such a name of a sound that ends in `.ext`. All of them lead to the sound of today.
pub fn is_stable_name(name: &str, ext: &str) -> bool {
    let Some(edition) = name.strip_prefix("audio").and_then(|rest| rest.strip_suffix(ext)?.strip_suffix('.')) else {
        return false;
    };
    edition.is_empty()
        || edition.strip_prefix('-').and_then(|n| n.parse().ok()).is_some_and(|n| stable_name(n, ext) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_sound_has_an_address_of_its_own() {
        for (edition, name) in [(0, "audio.mp3"), (1, "audio-1.mp3"), (12, "audio-12.mp3")] {
            assert_eq!(stable_name(edition, "mp3"), name);
            assert!(is_stable_name(name, "mp3"), "{name}");
        }
        for bad in ["audio-0.mp3", "audio-01.mp3", "audio-+1.mp3", "audio-.mp3", "audio1.mp3", "audio.m4a", "audiomp3"]
        {
            assert!(!is_stable_name(bad, "mp3"), "{bad}");
        }
    }

    #[test]
    fn each_mode_has_its_address() {
        let (here, there) = (Sha256::of(b"here"), Sha256::of(b"there"));
        let key = "https://cdn.example/a//media/abc/one.mp3".to_string();
        let sound = |mode| Sound { mode, elsewhere: BTreeMap::from([(there.clone(), key.clone())]) };
        let id = EpisodeId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let heard = |mode, hash: &Sha256| {
            let audio = Attachment { hash: hash.clone(), name: "one".into(), ext: "m4a".into() };
            sound(mode).heard_at("https://pod.example/x/", &id, 0, &audio)
        };
        let stable = format!("https://pod.example/x/e/{id}/audio.m4a");
        assert_eq!((heard(AudioMode::Serve, &here), heard(AudioMode::Serve, &there)), (None, None));
        assert_eq!(heard(AudioMode::Redirect, &here), Some(stable.clone()));
        assert_eq!(heard(AudioMode::Redirect, &there), Some(stable));
        assert_eq!(heard(AudioMode::Direct, &here), None, "what lies on the server has no other address");
        assert_eq!(heard(AudioMode::Direct, &there).as_deref(), Some("https://cdn.example/a/media/abc/one.mp3"));
        assert_eq!(serde_json::to_string(&Sound::default()).unwrap(), "{}", "the usual is not written");
    }
}
