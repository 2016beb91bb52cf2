//! Tries a prefix before listeners are led through it: asked for a sound of the show, its service must send them on to that
//! very sound. A prefix that does not keeps the publication from beginning.

use crate::Studio;
use hearthcast_engine::Planned;
use hearthcast_fetch::{FetchError, Foreign, Hop, Net};
use hearthcast_model::place::is_loopback;
use hearthcast_model::prefix::without;
use hearthcast_model::{Code, Error, Result};
use url::Url;

/// Most times a listener is sent on.
const MOST_HOPS: usize = 5;

impl Studio {
    /// Tries the prefix that a publication brings, if it brings one that listeners do not know yet; says what was found.
    pub(crate) async fn try_prefix(&self, show: &str, planned: &Planned) -> Result<Option<String>> {
        let prefix = &planned.payload.show.prefix;
        let record = self.show(show).await?;
        let known = record.released.as_ref().is_some_and(|released| released.prefix == *prefix);
        if prefix.is_empty() || known {
            return Ok(None);
        }
        // Sounds that lie with others are not led through it.
        let sounds: Vec<_> =
            planned.payload.sounds().into_iter().filter(|(led, _)| without(prefix, led).is_some()).collect();
        let Some((newest, _)) = sounds.first() else {
            return Ok(Some("The prefix could not be tried: the feed has no sound yet.".into()));
        };
        let net = self.net().await?;
        // The oldest sound is there already, if any is: what a publication brings is new.
        for (led, bytes) in sounds.iter().rev().take(1).chain(sounds.iter().take(1)) {
            let trying = Trying::of(&net, prefix, led)?;
            if trying.own_bytes().await.is_some_and(|found| found.is_none_or(|found| found == *bytes)) {
                trying.arrives(Some(*bytes)).await?;
                return Ok(Some("The prefix was tried: it leads to the sound, whole.".into()));
            }
        }
        Trying::of(&net, prefix, newest)?.arrives(None).await?;
        let said = "The prefix was tried as far as possible: it leads to where the first sound is published now; nothing lay there to be measured.";
        Ok(Some(said.into()))
    }
}

/// One sound, and the way to it.
struct Trying<'a> {
    net: &'a Net,
    prefix: &'a str,
    /// What listeners will ask.
    led: Url,
    /// Where the sound lies.
    sound: Url,
    /// Origins that may be anywhere.
    own: Vec<Url>,
}

impl<'a> Trying<'a> {
    fn of(net: &'a Net, prefix: &'a str, led: &str) -> Result<Self> {
        let address = |text: &str| Url::parse(text).map_err(|_| refused(prefix, "the address it makes cannot be read"));
        let sound = address(&without(prefix, led).unwrap_or_default())?;
        let (led, mut own) = (address(led)?, vec![sound.clone()]);
        // On this machine a prefix is for trying things out, with a show that nobody else can hear either.
        if is_loopback(&led) && is_loopback(&sound) {
            own.push(led.clone());
        }
        Ok(Self { net, prefix, led, sound, own })
    }

    /// Whether the sound is there already, and how long it is if its place says so.
    async fn own_bytes(&self) -> Option<Option<u64>> {
        match Foreign::over(self.net, &self.own).ask(&self.sound).await {
            Ok(Hop { status: 200 | 206, length, .. }) => Some(length),
            // A server of the author's own that leads to a storage.
            Ok(Hop { location: Some(_), .. }) => Some(None),
            // A place that does not answer is the publication's own trouble, not the prefix's.
            Ok(_) | Err(_) => None,
        }
    }

    /// Follows the prefix to the sound; with a length, what lies there must have it.
    async fn arrives(&self, bytes: Option<u64>) -> Result<()> {
        let foreign = Foreign::over(self.net, &self.own);
        let mut at = self.led.clone();
        for _ in 0..=MOST_HOPS {
            let hop = foreign.ask(&at).await.map_err(|error| self.silent(&error))?;
            if is_same(&at, &self.sound) {
                return self.arrived(&hop, bytes);
            }
            let Some(next) = hop.location else {
                return Err(self.refused(&format!(
                    "{} answers {} instead of leading to the sound",
                    shown(&at),
                    hop.status
                )));
            };
            if bytes.is_none() && is_same(&next, &self.sound) {
                return Ok(());
            }
            at = next;
        }
        Err(self.refused("it leads on more than five times"))
    }

    fn arrived(&self, hop: &Hop, bytes: Option<u64>) -> Result<()> {
        match (hop, bytes) {
            (Hop { location: Some(_), .. }, _) | (_, None) => Ok(()),
            (Hop { status: 200 | 206, length, .. }, Some(bytes)) if length.is_none_or(|length| length == bytes) => {
                Ok(())
            }
            (Hop { status, .. }, _) => {
                Err(self.refused(&format!("the sound it leads to is not the one published ({status})")))
            }
        }
    }

    fn silent(&self, error: &FetchError) -> Error {
        let refused = self.refused(&error.to_string());
        match error {
            FetchError::Offline { .. } | FetchError::Proxy { .. } => {
                refused.retry(hearthcast_model::error::Retry::Later)
            }
            _ => refused,
        }
    }

    fn refused(&self, why: &str) -> Error {
        refused(self.prefix, why)
    }
}

fn refused(prefix: &str, why: &str) -> Error {
    let what = format!("Listeners would not get the sound through the prefix {prefix}: {why}. Nothing was published.");
    let hint =
        "Mend the prefix, or take it away: hearthcast show set SHOW prefix= (and the show's details in the window).";
    Error::new(Code::PublishIncomplete, what).hint(hint).about("field", "prefix")
}

/// Whether a listener who was sent there asks for the sound. Services may add what they call it by, behind a `?`.
fn is_same(at: &Url, sound: &Url) -> bool {
    at.origin() == sound.origin()
        && at.path() == sound.path()
        && (sound.query().is_none() || at.query() == sound.query())
}

/// An address without what services add.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_behind_the_address_is_the_same_sound() {
        let url = |text: &str| Url::parse(text).unwrap();
        let sound = url("https://pod.example/m/a.mp3");
        for same in ["https://pod.example/m/a.mp3", "https://pod.example:443/m/a.mp3?via=op3#x"] {
            assert!(is_same(&url(same), &sound), "{same}");
        }
        for other in ["http://pod.example/m/a.mp3", "https://pod.example/m/b.mp3", "https://evil.example/m/a.mp3"] {
            assert!(!is_same(&url(other), &sound), "{other}");
        }
        assert!(!is_same(&sound, &url("https://pod.example/m/a.mp3?token=1")));
    }
}
