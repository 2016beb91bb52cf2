//! Every setting there is: its name in the file, its flag, its bounds, what it is for. Nothing here decides; the names of the
//! environment and the help of the program are made from this.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the file. In the environment: `HEARTHCAST_SERVER_<NAME>`.
    pub name: &'static str,
    /// What can be said.
    pub kind: Kind,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// Its flag, without the two dashes.
    pub flag: &'static str,
}

/// What can be said of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One text.
    Text,
    /// Several texts: an array in the file, commas in the environment, the flag several times.
    List,
    /// A whole number within bounds.
    Number {
        /// Lowest.
        least: u64,
        /// Highest.
        most: u64,
    },
    /// Yes or no.
    Switch,
}

impl Setting {
    const fn text(name: &'static str, flag: &'static str, about: &'static str) -> Self {
        Self { name, kind: Kind::Text, about, flag }
    }

    const fn list(name: &'static str, flag: &'static str, about: &'static str) -> Self {
        Self { name, kind: Kind::List, about, flag }
    }

    const fn number(name: &'static str, flag: &'static str, least: u64, most: u64, about: &'static str) -> Self {
        Self { name, kind: Kind::Number { least, most }, about, flag }
    }

    /// Its name in the environment.
    pub fn variable(&self) -> String {
        format!("{VARIABLES}{}", self.name.to_ascii_uppercase())
    }
}

/// What the names of all settings begin with in the environment.
pub const VARIABLES: &str = "HEARTHCAST_SERVER_";

macro_rules! settings {
    ($($constant:ident = $setting:expr;)*) => {
        $(#[allow(missing_docs, reason = "its own sentence says it")] pub const $constant: Setting = $setting;)*
        /// All settings, in the order they are explained.
        pub const ALL: &[Setting] = &[$($constant),*];
    };
}

settings! {
    DATA = Setting::text("data", "data", "Folder for database, media and log.");
    BIND = Setting::text("bind", "bind", "Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080].");
    BASE_URL = Setting::text("base_url", "base-url", "Address listeners use, such as https://pod.example [default: http://<bind>].");
    HOSTS = Setting::list("hosts", "host", "Further host name that is answered like that of base_url.");
    UNKNOWN_HOSTS = Setting::text("unknown_hosts", "unknown-hosts",
        "What a request for another host gets: refuse (421, nothing else) or answer [default: refuse].");
    BASE_PATH = Setting::text("base_path", "base-path",
        "What a proxy does with the path of base_url: kept, stripped, or either [default: either].");
    TRUSTED_PROXIES = Setting::list("trusted_proxies", "trusted-proxy",
        "Network or address of a proxy whose X-Forwarded-For is believed.");
    API_ORIGINS = Setting::list("api_origins", "api-origin",
        "Site that may read the JSON:API from a browser, such as https://example.org; * for all.");
    EXCLUDE = Setting::list("exclude_cidrs", "exclude-cidr", "Network or address that is never counted.");
    ALLOW = Setting::list("allow_cidrs", "allow-cidr", "Network or address that is always counted.");
    MAX_DOWNLOADS = Setting::number("max_downloads_per_ip_per_day", "max-downloads-per-ip-per-day", 1, 1_000_000,
        "More downloads than this from one address and day and none of them counts [default: no cap].");
    KEEP_LOG_DAYS = Setting::number("keep_log_days", "keep-log-days", 0, 3_650,
        "Days that pseudonymous rows are kept, so that days can be counted again; 0: nothing is noted or counted [default: 90].");
    GEO_DATABASE = Setting::text("geo_database", "geo-database",
        "File in MaxMind's format (.mmdb) that knows countries; downloads are then broken down by them [default: none].");
    USER_AGENTS = Setting::text("user_agents", "user-agents",
        "Folder with the lists of opawg/user-agents-v2, asked before Hearthcast's own table [default: none].");
    RESERVE_MIB = Setting::number("reserve_mib", "reserve-mib", 0, 1 << 30, "MiB that uploads must leave free on the disk [default: 256].");
    MAX_BODY_MIB = Setting::number("max_body_mib", "max-body-mib", 1, 64, "Largest message from a laptop, files apart [default: 64].");
    MAX_FILE_MIB = Setting::number("max_file_mib", "max-file-mib", 1, 4_096, "Largest file a laptop may bring, in MiB [default: 4096].");
    MAX_CONNECTIONS = Setting::number("max_connections", "max-connections", 1, 1_000_000,
        "Connections at one time; the next one waits [default: 8192].");
    MAX_CONNECTIONS_PER_ADDRESS = Setting::number("max_connections_per_address", "max-connections-per-address", 0, 1_000_000,
        "Connections at one time from one address (IPv6: one /64); 0 is no limit. This machine and trusted proxies have \
         none [default: 256].");
    MAX_REQUESTS = Setting::number("max_requests_per_connection", "max-requests-per-connection", 1, 1_000_000_000,
        "Requests on one connection; after the last one it is closed [default: 10000].");
    MAX_URI_BYTES = Setting::number("max_uri_bytes", "max-uri-bytes", 256, 65_536, "Longest path and query of a request [default: 4096].");
    MAX_HEADERS = Setting::number("max_headers", "max-headers", 8, 1_000, "Most header fields of a request [default: 64].");
    MAX_HEAD_BYTES = Setting::number("max_head_bytes", "max-head-bytes", 8_192, 65_536, "Longest head of a request [default: 32768].");
    HEADER_TIMEOUT_S = Setting::number("header_timeout_s", "header-timeout-s", 1, 3_600,
        "Seconds for a request's head to arrive, and for a kept connection to lie idle [default: 30].");
    STALL_TIMEOUT_S = Setting::number("stall_timeout_s", "stall-timeout-s", 1, 3_600,
        "Seconds without progress after which a slow listener or upload is cut [default: 30].");
    STOP_GRACE_S = Setting::number("stop_grace_s", "stop-grace-s", 0, 3_600, "Seconds that running answers have at a stop [default: 10].");
    METRICS_BIND = Setting::text("metrics_bind", "metrics-bind",
        "Address and port for Prometheus, apart from the public ones [default: none].");
    LOG = Setting::text("log", "log", "What is logged: error, warn, info, debug, trace, or a filter by part [default: info].");
    LOG_FORMAT = Setting::text("log_format", "log-format", "How: text, or json for one object a line [default: text].");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_settings_share_a_name_or_a_flag() {
        let names: BTreeSet<&str> = ALL.iter().map(|setting| setting.name).collect();
        let flags: BTreeSet<&str> = ALL.iter().map(|setting| setting.flag).collect();
        assert_eq!((names.len(), flags.len()), (ALL.len(), ALL.len()));
        assert!(!flags.contains("config") && !flags.contains("help"), "flags of the program itself");
        let one = |setting: &&Setting| setting.flag == setting.name.replace('_', "-");
        assert!(ALL.iter().filter(|setting| setting.kind != Kind::List).all(|setting| one(&setting)));
        assert_eq!(BASE_URL.variable(), "HEARTHCAST_SERVER_BASE_URL");
    }
}
