//! What the author chose for all shows together: how this program goes about on the network. What it is not: how the window
//! looks, which the window keeps itself, and anything about one show.

use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use url::Url;

/// Fewest kB a second that make sense: less, and a line looks dead to the other side.
pub const LEAST_KB_PER_SECOND: u32 = 8;

/// The author's choices; none is as it was before there were any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Settings {
    /// Most kilobytes (1,000 bytes) that leave in a second, for all places together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub upload_kb_per_second: Option<u32>,
    /// Whether what nobody began by hand also goes on where the connection is metered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub on_metered: bool,
    /// Proxy on the way to every place (`http://host:port`, `socks5h://host:port`); without one, that of the environment for
    /// what speaks HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub proxy: Option<String>,
    /// The program that writes down speech (whisper.cpp), where it is not found by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub speech_program: Option<String>,
    /// The model of that program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub speech_model: Option<String>,
}

impl Settings {
    /// The limit in bytes.
    pub fn bytes_per_second(&self) -> Option<u64> {
        self.upload_kb_per_second.map(|kb| u64::from(kb) * 1_000)
    }

    /// Refuses what cannot work.
    pub fn check(&self) -> Result<()> {
        if self.upload_kb_per_second.is_some_and(|kb| kb < LEAST_KB_PER_SECOND) {
            let what = format!("An upload needs at least {LEAST_KB_PER_SECOND} kB a second.");
            return Err(Error::new(Code::FieldInvalid, what).about("setting", "upload_kb_per_second"));
        }
        self.proxy.as_deref().map_or(Ok(()), proxy)
    }
}

fn proxy(text: &str) -> Result<()> {
    let refused = |why: &str| {
        Err(Error::new(Code::FieldInvalid, format!("That cannot be a proxy: {why}."))
            .hint("Write for example http://proxy.example.org:3128 or socks5h://127.0.0.1:9050.")
            .about("setting", "proxy"))
    };
    let Ok(url) = Url::parse(text) else { return refused("it is not an address") };
    if !url.username().is_empty() || url.password().is_some() {
        return refused("a name or password must not stand in it");
    }
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || url.host_str().is_none_or(str::is_empty) {
        return refused("it begins with http://, https://, socks5:// or socks5h:// and names a machine");
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return refused("it ends after the host and port");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_without_choices_are_empty_and_keep_to_that() {
        assert_eq!(serde_json::to_string(&Settings::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
        assert_eq!(
            Settings { upload_kb_per_second: Some(500), ..Settings::default() }.bytes_per_second(),
            Some(500_000)
        );
    }

    #[test]
    fn what_cannot_work_is_refused() {
        let with = |proxy: &str| Settings { proxy: Some(proxy.into()), ..Settings::default() }.check();
        for good in ["http://proxy.example.org:3128", "https://proxy.example.org", "socks5h://127.0.0.1:9050/"] {
            assert_eq!(with(good), Ok(()), "{good}");
        }
        for bad in ["proxy:3128", "ftp://proxy:21", "http://me:secret@proxy:3128", "http://proxy/path", "socks5:"] {
            let error = with(bad).unwrap_err();
            assert_eq!(error.code, Code::FieldInvalid, "{bad}");
            assert!(!format!("{error:?}").contains("secret"), "{bad}");
        }
        for (kb, good) in [(0, false), (7, false), (8, true)] {
            let settings = Settings { upload_kb_per_second: Some(kb), ..Settings::default() };
            assert_eq!(settings.check().is_ok(), good, "{kb}");
        }
    }
}
