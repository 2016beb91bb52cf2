//! Targets: places the author publishes to.

use crate::{Code, Error, Result, ShowId, TargetId};
use serde::{Deserialize, Serialize};
use url::Url;

/// What a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Listeners use it.
    #[default]
    Primary,
    /// Follows the primary.
    Mirror,
    /// A copy for safety.
    Backup,
    /// For trying things.
    Staging,
}

/// Where a target lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Location {
    /// A folder that some web server shows under `public_url`.
    Folder {
        /// Absolute path of the folder.
        path: String,
        /// The address of the folder on the web, ending in `/`.
        public_url: String,
    },
    /// The bundled server.
    Server {
        /// Its address (`https://host[:port]`), without a trailing slash.
        origin: String,
    },
}

/// A target of a show. Never holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Target {
    /// Id.
    pub id: TargetId,
    /// The show it publishes.
    pub show: ShowId,
    /// Name, unique in the library.
    pub name: String,
    /// Address as given (`file:///srv/www`, `server+https://host`).
    pub url: String,
    /// Where it lies.
    pub location: Location,
    /// What it is for.
    pub role: Role,
    /// Set by pairing: the server's id, which device tokens are made out to.
    pub server_id: Option<String>,
    /// Set by pairing: the address listeners use.
    pub base_url: Option<String>,
    /// Set by pairing: id of the server's history, which manifests carry.
    #[serde(default)]
    pub server_epoch: Option<String>,
    /// Set for a server on plain http that is not this machine, which the author allowed by a flag.
    pub insecure: bool,
}

/// Reads a target address (DESIGN §4). Plain http to anything but loopback needs `allow_insecure`.
pub fn parse_location(url: &str, public_url: Option<&str>, allow_insecure: bool) -> Result<Location> {
    if let Some(rest) = url.strip_prefix("server+") {
        return server(url, rest, allow_insecure);
    }
    let parsed = Url::parse(url).map_err(|e| invalid(url, &format!("it is not an address ({e})")))?;
    match parsed.scheme() {
        "file" => folder(url, &parsed, public_url),
        other => Err(invalid(url, &format!("\"{other}:\" is not a kind of target this version knows"))),
    }
}

fn folder(url: &str, parsed: &Url, public_url: Option<&str>) -> Result<Location> {
    let path = parsed.to_file_path().map_err(|()| invalid(url, "it does not name a folder on this machine"))?;
    let path = path.to_str().ok_or_else(|| invalid(url, "the path is not readable text"))?.to_string();
    let Some(public_url) = public_url else {
        return Err(invalid(url, "a folder needs the address under which listeners reach it")
            .hint("Add --public-url https://example.org/podcast/."));
    };
    let public = Url::parse(public_url).map_err(|e| invalid(public_url, &format!("it is not an address ({e})")))?;
    if !matches!(public.scheme(), "http" | "https") || public.query().is_some() || public.fragment().is_some() {
        return Err(invalid(public_url, "listeners need a plain http or https address"));
    }
    if !public.username().is_empty() || public.password().is_some() {
        return Err(invalid("the public address", "it must not contain a name or password"));
    }
    let mut public_url = public.to_string();
    if !public_url.ends_with('/') {
        public_url.push('/');
    }
    Ok(Location::Folder { path, public_url })
}

fn server(url: &str, rest: &str, allow_insecure: bool) -> Result<Location> {
    let parsed = Url::parse(rest).map_err(|e| invalid(url, &format!("it is not an address ({e})")))?;
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(invalid("the server's address", "it must not contain a name or password"));
    }
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() {
        return Err(invalid(url, "a server is written server+https://host"));
    }
    if parsed.path() != "/" || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(invalid(url, "a server address ends after the host and port"));
    }
    if parsed.scheme() == "http" && !is_loopback(&parsed) && !allow_insecure {
        return Err(Error::new(
            Code::TargetInsecure,
            format!(
                "\"{url}\" is plain http to another machine: anybody on the way could read and change what you publish."
            ),
        )
        .hint("Use server+https://, or add --allow-insecure for a network you trust.")
        .about("target", url));
    }
    Ok(Location::Server { origin: parsed.origin().ascii_serialization() })
}

/// Whether an address names this machine: 127.0.0.0/8, ::1 or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

fn invalid(url: &str, why: &str) -> Error {
    Error::new(Code::TargetInvalid, format!("\"{url}\" cannot be a target: {why}.")).about("target", url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_needs_a_public_address() {
        assert_eq!(parse_location("file:///srv/www", None, false).unwrap_err().code, Code::TargetInvalid);
        assert_eq!(
            parse_location("file:///srv/www", Some("https://example.org/p"), false).unwrap(),
            Location::Folder { path: "/srv/www".into(), public_url: "https://example.org/p/".into() }
        );
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for ok in ["server+http://127.0.0.1:8080", "server+http://[::1]:8080", "server+http://localhost:1"] {
            assert!(parse_location(ok, None, false).is_ok(), "{ok}");
        }
        for bad in ["server+http://192.168.1.2:8080", "server+http://example.org", "server+http://localhost.evil.org"] {
            assert_eq!(parse_location(bad, None, false).unwrap_err().code, Code::TargetInsecure, "{bad}");
            assert!(parse_location(bad, None, true).is_ok(), "{bad}");
        }
    }

    #[test]
    fn no_passwords_in_addresses() {
        assert_eq!(
            parse_location("server+https://me:secret@example.org", None, false).unwrap_err().code,
            Code::TargetInvalid
        );
        let error = parse_location("server+https://me:secret@example.org", None, false).unwrap_err();
        assert!(!format!("{error:?}").contains("secret"));
    }
}
