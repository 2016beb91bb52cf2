//! What the server is told at its start, checked before anything else happens. Flags and environment win over the file.

use crate::public::api::{EVERY_SITE, origin};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::id::{Ids, RandomIds};
use hearthcast_model::{Clock, Code, Error, Result};
use ipnet::IpNet;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Free bytes that uploads must leave on the disk, unless set otherwise.
const RESERVE_BYTES: u64 = 256 * 1024 * 1024;

/// Where the server listens, unless told otherwise.
pub const DEFAULT_BIND: &str = "127.0.0.1:8080";

/// Checked settings.
#[derive(Clone)]
pub struct Settings {
    /// The data folder: database, media, log.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Address listeners use, without a trailing slash; `None` means `http://<bind>`.
    pub base_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Sites that may read the JSON:API from a browser: origins as browsers send them, or `*`.
    pub api_origins: Vec<String>,
    /// Addresses that are never counted.
    pub exclude: Vec<IpNet>,
    /// Addresses that are always counted.
    pub allow: Vec<IpNet>,
    /// More downloads than this from one address and day and none of them counts.
    pub max_downloads_per_ip_per_day: Option<u64>,
    /// Free bytes that uploads must leave on the disk.
    pub reserve_bytes: u64,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn Ids>,
}

/// Settings as the file and the flags give them, all optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// The data folder.
    pub data: Option<PathBuf>,
    /// Where to listen.
    pub bind: Option<String>,
    /// Address listeners use.
    pub base_url: Option<String>,
    /// Networks or addresses of trusted proxies.
    pub trusted_proxies: Vec<String>,
    /// Sites that may read the JSON:API from a browser (`https://example.org`), or `*` for all.
    pub api_origins: Vec<String>,
    /// Networks or addresses that are never counted.
    pub exclude_cidrs: Vec<String>,
    /// Networks or addresses that are always counted.
    pub allow_cidrs: Vec<String>,
    /// Cap of downloads per address and day.
    pub max_downloads_per_ip_per_day: Option<u64>,
    /// Free MiB that uploads must leave on the disk.
    pub reserve_mib: Option<u64>,
}

impl Given {
    /// Reads a TOML file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| invalid("config", format!("The settings file {} cannot be read: {e}.", path.display())))?;
        toml::from_str(&text).map_err(|e| {
            invalid("config", format!("The settings file {} has a mistake: {}.", path.display(), e.message()))
        })
    }

    /// These settings, and where they are silent, those of `other`.
    pub fn or(self, other: Given) -> Given {
        let first = |a: Vec<String>, b| if a.is_empty() { b } else { a };
        Given {
            data: self.data.or(other.data),
            bind: self.bind.or(other.bind),
            base_url: self.base_url.or(other.base_url),
            trusted_proxies: first(self.trusted_proxies, other.trusted_proxies),
            api_origins: first(self.api_origins, other.api_origins),
            exclude_cidrs: first(self.exclude_cidrs, other.exclude_cidrs),
            allow_cidrs: first(self.allow_cidrs, other.allow_cidrs),
            max_downloads_per_ip_per_day: self.max_downloads_per_ip_per_day.or(other.max_downloads_per_ip_per_day),
            reserve_mib: self.reserve_mib.or(other.reserve_mib),
        }
    }

    /// Checks everything; the first mistake is named.
    pub fn check(self) -> Result<Settings> {
        let data = self.data.ok_or_else(|| invalid("data", "The server needs a data folder.".into()))?;
        let bind = self.bind.as_deref().unwrap_or(DEFAULT_BIND);
        let bind: SocketAddr = bind.parse().map_err(|_| {
            invalid("bind", format!("\"{bind}\" is not an address and port to listen on, such as 127.0.0.1:8080."))
        })?;
        let base_url = self.base_url.as_deref().map(base_url).transpose()?;
        if base_url.is_none() && bind.ip().is_unspecified() {
            return Err(invalid(
                "base_url",
                format!("Listening on all addresses ({bind}) needs --base-url: the address that listeners use."),
            ));
        }
        Ok(Settings {
            bind,
            base_url,
            trusted_proxies: networks("trusted_proxies", &self.trusted_proxies)?,
            api_origins: origins(&self.api_origins)?,
            exclude: networks("exclude_cidrs", &self.exclude_cidrs)?,
            allow: networks("allow_cidrs", &self.allow_cidrs)?,
            max_downloads_per_ip_per_day: self.max_downloads_per_ip_per_day,
            reserve_bytes: self.reserve_mib.map_or(RESERVE_BYTES, |mib| mib.saturating_mul(1024 * 1024)),
            ..Settings::new(data)
        })
    }
}

impl Settings {
    /// Settings for a data folder, listening on a free loopback port, with the machine's clock.
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            base_url: None,
            trusted_proxies: vec![],
            api_origins: vec![],
            exclude: vec![],
            allow: vec![],
            max_downloads_per_ip_per_day: None,
            reserve_bytes: RESERVE_BYTES,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        }
    }
}

/// Checks the address listeners use and drops its trailing slashes.
fn base_url(text: &str) -> Result<String> {
    let wrong = |why: &str| invalid("base_url", format!("\"{text}\" cannot be the address listeners use: {why}."));
    let url = url::Url::parse(text).map_err(|e| wrong(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("it must begin with http:// or https:// and a host"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it must be only scheme, host and perhaps a path"));
    }
    Ok(url.as_str().trim_end_matches('/').to_string())
}

fn origins(texts: &[String]) -> Result<Vec<String>> {
    let parse = |text: &String| {
        let known = if text == EVERY_SITE { Some(text.clone()) } else { origin(text) };
        known.ok_or_else(|| {
            let shape = "neither a site (https://example.org, without a path) nor \"*\" for all";
            invalid("api_origins", format!("\"{text}\" in api_origins is {shape}."))
        })
    };
    texts.iter().map(parse).collect()
}

fn networks(field: &str, texts: &[String]) -> Result<Vec<IpNet>> {
    let parse = |text: &String| {
        hearthcast_counting::address::parse_network(text).ok_or_else(|| {
            invalid(field, format!("\"{text}\" in {field} is neither a network (192.0.2.0/24) nor an address."))
        })
    };
    texts.iter().map(parse).collect()
}

fn invalid(field: &str, message: String) -> Error {
    Error::new(Code::UsageInvalid, message).about("field", field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        Given { data: Some("/d".into()), ..Given::default() }
    }

    #[test]
    fn flags_win_over_the_file() {
        let flags = Given { bind: Some("127.0.0.1:1".into()), ..Given::default() };
        let file: Given = toml::from_str("data = '/x'\nbind = '127.0.0.1:2'\nexclude_cidrs = ['10.0.0.0/8']").unwrap();
        let settings = flags.or(file).check().unwrap();
        assert_eq!((settings.bind.port(), settings.data, settings.exclude.len()), (1, "/x".into(), 1));
    }

    #[test]
    fn mistakes_are_named() {
        let field = |given: Given| given.check().err().unwrap().subject.unwrap().id;
        assert_eq!(field(Given::default()), "data");
        assert_eq!(field(Given { bind: Some("here".into()), ..given() }), "bind");
        assert_eq!(field(Given { bind: Some("0.0.0.0:80".into()), ..given() }), "base_url");
        for bad in ["pod.example", "ftp://x", "http://a:b@x", "https://x/?q", "https://x/#f"] {
            assert_eq!(field(Given { base_url: Some(bad.into()), ..given() }), "base_url", "{bad}");
        }
        assert_eq!(field(Given { allow_cidrs: vec!["10.0.0.0/99".into()], ..given() }), "allow_cidrs");
        assert_eq!(field(Given { api_origins: vec!["example.org/x".into()], ..given() }), "api_origins");
        assert!(toml::from_str::<Given>("bnid = 'x'").is_err(), "a misspelt setting is not silently ignored");
    }

    #[test]
    fn the_base_address_has_no_trailing_slash() {
        let settings = Given { base_url: Some("https://pod.example/x/".into()), ..given() }.check().unwrap();
        assert_eq!(settings.base_url.as_deref(), Some("https://pod.example/x"));
    }
}
