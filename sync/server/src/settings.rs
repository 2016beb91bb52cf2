//! What the server is told at its start, checked before anything else happens. Flags win over the environment, which wins over
//! the file; docs/guide/server.md explains every setting.

mod given;
mod storages;
mod table;

pub use given::{Given, Source};
pub use storages::{KeySource, StorageSetting};
pub use table::{ALL, Kind, Setting, VARIABLES};

use crate::conn::ConnOptions;
use crate::front::{BasePath, Front};
use crate::public::api::{EVERY_SITE, origin};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::id::{Ids, RandomIds};
use hearthcast_model::{Clock, Code, Error, Result};
use hearthcast_protocol::media::MAX_FILE_BYTES;
use hearthcast_store::log_row::DAYS_KEPT;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

const MIB: u64 = 1024 * 1024;

/// Free bytes that uploads must leave on the disk, unless set otherwise.
const RESERVE_BYTES: u64 = 256 * MIB;

/// Largest message from a laptop, unless set otherwise.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

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
    /// Further host names, in small letters.
    pub hosts: Vec<String>,
    /// Whether requests for any host are answered.
    pub any_host: bool,
    /// What a proxy does with the path of the public address.
    pub base_path: BasePath,
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
    /// Days that pseudonymous rows are kept; 0: nothing is noted.
    pub keep_log_days: i64,
    /// Database of countries.
    pub geo_database: Option<PathBuf>,
    /// Folder of opawg's lists.
    pub user_agents: Option<PathBuf>,
    /// Free bytes that uploads must leave on the disk.
    pub reserve_bytes: u64,
    /// Largest message from a laptop, files apart.
    pub max_body_bytes: usize,
    /// Largest file a laptop may bring.
    pub max_file_bytes: u64,
    /// Storages beside the server, where sound may lie.
    pub storages: Vec<StorageSetting>,
    /// Limits of connections and requests.
    pub connections: ConnOptions,
    /// Where Prometheus may ask, if it may.
    pub metrics_bind: Option<SocketAddr>,
    /// What is logged: a filter of `tracing`.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn Ids>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Given {
    /// Checks everything; the first mistake is named.
    pub fn check(&self) -> Result<Settings> {
        let data = self.text(&table::DATA).map(PathBuf::from).ok_or_else(no_data)?;
        let bind = self.address(&table::BIND)?.map_or_else(|| self.parsed(&table::BIND, DEFAULT_BIND), Ok)?;
        let base_url = self.text(&table::BASE_URL).map(|text| self.base_url(text)).transpose()?;
        if base_url.is_none() && bind.ip().is_unspecified() {
            let message =
                format!("Listening on all addresses ({bind}) needs base_url: the address that listeners use.");
            return Err(Error::new(Code::UsageInvalid, message)
                .hint("Give --base-url https://pod.example, or base_url in the settings file.")
                .about("field", "base_url"));
        }
        let trusted_proxies = self.networks(&table::TRUSTED_PROXIES)?;
        let mib = |setting, usual| self.number(setting).map_or(usual, |mib| mib.saturating_mul(MIB));
        Ok(Settings {
            bind,
            base_path: self.base_path(base_url.as_deref())?,
            base_url,
            hosts: self.hosts()?,
            any_host: self.any_host()?,
            connections: self.connections(&trusted_proxies),
            trusted_proxies,
            api_origins: self.origins()?,
            exclude: self.networks(&table::EXCLUDE)?,
            allow: self.networks(&table::ALLOW)?,
            max_downloads_per_ip_per_day: self.number(&table::MAX_DOWNLOADS),
            keep_log_days: self
                .number(&table::KEEP_LOG_DAYS)
                .map_or(DAYS_KEPT, |days| i64::try_from(days).unwrap_or(DAYS_KEPT)),
            geo_database: self.text(&table::GEO_DATABASE).map(PathBuf::from),
            user_agents: self.text(&table::USER_AGENTS).map(PathBuf::from),
            reserve_bytes: mib(&table::RESERVE_MIB, RESERVE_BYTES),
            max_body_bytes: usize::try_from(mib(&table::MAX_BODY_MIB, MAX_BODY_BYTES as u64)).unwrap_or(MAX_BODY_BYTES),
            max_file_bytes: mib(&table::MAX_FILE_MIB, MAX_FILE_BYTES).min(MAX_FILE_BYTES),
            metrics_bind: self.metrics_bind(bind)?,
            storages: self.storages()?,
            log: self.log()?,
            log_format: self.log_format()?,
            ..Settings::new(data)
        })
    }

    fn connections(&self, trusted_proxies: &[IpNet]) -> ConnOptions {
        let usual = ConnOptions::default();
        let count = |setting, usual| self.number(setting).map_or(usual, |n| usize::try_from(n).unwrap_or(usize::MAX));
        let time = |setting, usual| self.number(setting).map_or(usual, Duration::from_secs);
        ConnOptions {
            stall: time(&table::STALL_TIMEOUT_S, usual.stall),
            header_timeout: time(&table::HEADER_TIMEOUT_S, usual.header_timeout),
            max_connections: count(&table::MAX_CONNECTIONS, usual.max_connections),
            max_per_address: count(&table::MAX_CONNECTIONS_PER_ADDRESS, usual.max_per_address),
            without_limit: usual.without_limit.iter().chain(trusted_proxies).copied().collect(),
            max_requests: self.number(&table::MAX_REQUESTS).unwrap_or(usual.max_requests),
            grace: time(&table::STOP_GRACE_S, usual.grace),
            max_uri_bytes: count(&table::MAX_URI_BYTES, usual.max_uri_bytes),
            max_headers: count(&table::MAX_HEADERS, usual.max_headers),
            max_head_bytes: count(&table::MAX_HEAD_BYTES, usual.max_head_bytes),
            ..usual
        }
    }

    fn address(&self, setting: &Setting) -> Result<Option<SocketAddr>> {
        self.text(setting).map(|text| self.parsed(setting, text)).transpose()
    }

    fn parsed(&self, setting: &Setting, text: &str) -> Result<SocketAddr> {
        let why = "it must be an address and port to listen on, such as 127.0.0.1:8080";
        text.parse().map_err(|_| self.wrong(setting, text, why))
    }

    fn metrics_bind(&self, public: SocketAddr) -> Result<Option<SocketAddr>> {
        let metrics = self.address(&table::METRICS_BIND)?;
        if metrics.is_some_and(|metrics| metrics.port() != 0 && metrics == public) {
            let text = self.text(&table::METRICS_BIND).unwrap_or_default();
            return Err(self.wrong(&table::METRICS_BIND, text, "the public server listens there"));
        }
        Ok(metrics)
    }

    /// Checks the address listeners use and drops its trailing slashes.
    fn base_url(&self, text: &str) -> Result<String> {
        let wrong = |shown: &str, why: &str| self.wrong(&table::BASE_URL, shown, why);
        let url = url::Url::parse(text).map_err(|e| wrong(text, &format!("it is no address ({e})")))?;
        if !url.username().is_empty() || url.password().is_some() {
            // The value may hold a password: it is not repeated.
            return Err(wrong("…", "it must not contain a name or password"));
        }
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong(text, "it must begin with http:// or https:// and a host"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(text, "it must be only scheme, host and perhaps a path"));
        }
        Ok(url.as_str().trim_end_matches('/').to_string())
    }

    fn hosts(&self) -> Result<Vec<String>> {
        let parse = |text: &String| {
            let why = "it must be a host name or address without a port, such as feeds.example.org";
            let host = url::Host::parse(text.trim_end_matches('.')).map(|host| host.to_string());
            host.map_err(|_| self.wrong(&table::HOSTS, text, why))
        };
        self.list(&table::HOSTS).iter().map(parse).collect()
    }

    fn any_host(&self) -> Result<bool> {
        match self.text(&table::UNKNOWN_HOSTS) {
            None | Some("refuse") => Ok(false),
            Some("answer") => Ok(true),
            Some(other) => Err(self.wrong(&table::UNKNOWN_HOSTS, other, "it must be refuse or answer")),
        }
    }

    fn base_path(&self, base_url: Option<&str>) -> Result<BasePath> {
        let base_path = match self.text(&table::BASE_PATH) {
            None | Some("either") => BasePath::Either,
            Some("kept") => BasePath::Kept,
            Some("stripped") => BasePath::Stripped,
            Some(other) => return Err(self.wrong(&table::BASE_PATH, other, "it must be kept, stripped or either")),
        };
        let front = Front::under(base_url.unwrap_or_default(), base_path);
        if base_path == BasePath::Either && OWN_PATHS.contains(&front.prefix().split('/').nth(1).unwrap_or_default()) {
            let why = "its path begins like an address of the server itself: say what the proxy does with it \
                       (base_path = \"kept\" or \"stripped\")";
            return Err(self.wrong(&table::BASE_URL, base_url.unwrap_or_default(), why));
        }
        Ok(base_path)
    }

    fn origins(&self) -> Result<Vec<String>> {
        let parse = |text: &String| {
            let known = if text == EVERY_SITE { Some(text.clone()) } else { origin(text) };
            let why = "it must be a site (https://example.org, without a path), or \"*\" for all";
            known.ok_or_else(|| self.wrong(&table::API_ORIGINS, text, why))
        };
        self.list(&table::API_ORIGINS).iter().map(parse).collect()
    }

    fn networks(&self, setting: &Setting) -> Result<Vec<IpNet>> {
        let parse = |text: &String| {
            let why = "it must be a network (192.0.2.0/24) or an address";
            hearthcast_counting::address::parse_network(text).ok_or_else(|| self.wrong(setting, text, why))
        };
        self.list(setting).iter().map(parse).collect()
    }

    fn log(&self) -> Result<String> {
        let text = self.text(&table::LOG).unwrap_or(LOG);
        let why = "it must be error, warn, info, debug, trace or a filter such as info,hearthcast_server=debug";
        EnvFilter::try_new(text).map(|_| text.to_string()).map_err(|_| self.wrong(&table::LOG, text, why))
    }

    fn log_format(&self) -> Result<LogFormat> {
        match self.text(&table::LOG_FORMAT) {
            None | Some("text") => Ok(LogFormat::Text),
            Some("json") => Ok(LogFormat::Json),
            Some(other) => Err(self.wrong(&table::LOG_FORMAT, other, "it must be text or json")),
        }
    }
}

/// What the server's own addresses begin with.
const OWN_PATHS: &[&str] =
    &["podcasts", "episodes", "categories", "posts", "font-faces", "api", "m", "e", "p", "sync", "healthz"];

/// What is logged, unless set otherwise.
const LOG: &str = "info";

impl Settings {
    /// Settings for a data folder, listening on a free loopback port, with the machine's clock.
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            base_url: None,
            hosts: vec![],
            any_host: false,
            base_path: BasePath::Either,
            trusted_proxies: vec![],
            api_origins: vec![],
            exclude: vec![],
            allow: vec![],
            max_downloads_per_ip_per_day: None,
            keep_log_days: DAYS_KEPT,
            geo_database: None,
            user_agents: None,
            reserve_bytes: RESERVE_BYTES,
            max_body_bytes: MAX_BODY_BYTES,
            max_file_bytes: MAX_FILE_BYTES,
            storages: vec![],
            connections: ConnOptions::default(),
            metrics_bind: None,
            log: LOG.into(),
            log_format: LogFormat::Text,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        }
    }
}

fn no_data() -> Error {
    Error::new(Code::UsageInvalid, "The server needs a data folder.")
        .hint("Give --data FOLDER, or data in the settings file.")
        .about("field", "data")
}

/// What is wrong with a setting: its name, the value, where it was said.
fn wrong(setting: &Setting, value: &str, source: Option<&Source>, why: &str) -> Error {
    let place = source.map(|source| format!(" ({})", source.place(setting))).unwrap_or_default();
    Error::new(Code::UsageInvalid, format!("The setting {} cannot be \"{value}\"{place}: {why}.", setting.name))
        .hint(setting.about)
        .about("field", setting.name)
}

#[cfg(test)]
mod tests;
