//! Targets: places the author publishes to.

mod moved;
mod remote;

pub use moved::{MovedTo, Relaid};
pub use remote::{Login, Remote};

use crate::legacy::LegacyPath;
use crate::rule::{Base, Rule};
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
    /// Keeps files of some kinds for the other places, by their rules; no feed is published there.
    Store,
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
    /// A bucket of an S3-compatible storage. Keys never stand here: keychain or environment.
    Bucket {
        /// Name of the bucket.
        bucket: String,
        /// Prefix of every key, without slashes at its ends; may be empty.
        prefix: String,
        /// Address of the storage (`https://s3.example.org`), without a trailing slash; empty means Amazon's of the region.
        endpoint: String,
        /// Region (`eu-central-1`, `auto`).
        region: String,
        /// `endpoint/bucket/key` instead of `bucket.endpoint/key`.
        path_style: bool,
        /// File with the certificate of an authority that this machine does not know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        ca: Option<String>,
        /// The address of bucket and prefix on the web, ending in `/`.
        public_url: String,
    },
    /// The bundled server.
    Server {
        /// Its address (`https://host[:port][/path]`), without a trailing slash.
        origin: String,
    },
    /// A place with a protocol of its own.
    Remote(Remote),
}

impl Location {
    /// The address of the place on the web, ending in `/`; the bundled server says it by itself.
    pub fn public_url(&self) -> Option<&str> {
        match self {
            Self::Folder { public_url, .. } | Self::Bucket { public_url, .. } => Some(public_url),
            Self::Remote(remote) => Some(remote.public_url()),
            Self::Server { .. } => None,
        }
    }

    /// Fingerprint of the machine's key, for a folder of an SSH server.
    pub fn host_key(&self) -> Option<&str> {
        match self {
            Self::Remote(Remote::Sftp { host_key, .. }) => host_key.as_deref(),
            _ => None,
        }
    }

    /// What the place is called in a list.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "folder",
            Self::Bucket { .. } => "bucket",
            Self::Server { .. } => "server",
            Self::Remote(remote) => remote.kind(),
        }
    }
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
    /// Set when the show left this place for another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub moved: Option<MovedTo>,
    /// What is different for files of some kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<Rule>>"))]
    pub rules: Vec<Rule>,
    /// Addresses that rules of the past gave to files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<Base>>"))]
    pub past_bases: Vec<Base>,
    /// Files that lie under older names since a rule was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub relaid: Option<Relaid>,
    /// Older paths of the show at a server, and where each leads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<LegacyPath>>"))]
    pub paths: Vec<LegacyPath>,
}

impl Target {
    /// A target that nothing was published to yet, and that is not paired.
    pub fn new(id: TargetId, show: ShowId, name: &str, url: &str, location: Location, role: Role) -> Self {
        Self {
            id,
            show,
            name: name.into(),
            url: url.into(),
            location,
            role,
            server_id: None,
            base_url: None,
            server_epoch: None,
            insecure: false,
            moved: None,
            rules: vec![],
            past_bases: vec![],
            relaid: None,
            paths: vec![],
        }
    }
}

/// Reads a target address (DESIGN §4). Plain http to anything but loopback needs `allow_insecure`.
pub fn parse_location(url: &str, public_url: Option<&str>, allow_insecure: bool) -> Result<Location> {
    if let Some(rest) = url.strip_prefix("server+") {
        return server(url, rest, allow_insecure);
    }
    let parsed = Url::parse(url).map_err(|e| invalid(url, &format!("it is not an address ({e})")))?;
    match parsed.scheme() {
        "file" => folder(url, &parsed, public_url),
        "s3" => bucket(url, &parsed, public_url, allow_insecure),
        other => match remote::read(url, &parsed, public_url, allow_insecure) {
            Some(read) => Ok(Location::Remote(read?)),
            None => Err(invalid(url, &format!("\"{other}:\" is not a kind of target this version knows"))),
        },
    }
}

fn folder(url: &str, parsed: &Url, public_url: Option<&str>) -> Result<Location> {
    let path = parsed.to_file_path().map_err(|()| invalid(url, "it does not name a folder on this machine"))?;
    let path = path.to_str().ok_or_else(|| invalid(url, "the path is not readable text"))?.to_string();
    Ok(Location::Folder { path, public_url: public_address(url, "folder", public_url)? })
}

/// The address listeners use, ending in a slash.
fn public_address(url: &str, what: &str, public_url: Option<&str>) -> Result<String> {
    let Some(public_url) = public_url else {
        return Err(invalid(url, &format!("a {what} needs the address under which listeners reach it"))
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
    Ok(public_url)
}

/// `s3://bucket/prefix?endpoint=…&region=…&path_style=true&ca=…` (DESIGN §4).
fn bucket(url: &str, parsed: &Url, public_url: Option<&str>, allow_insecure: bool) -> Result<Location> {
    let (bucket, prefix) = named_bucket(url, parsed)?;
    let (mut endpoint, mut region, mut path_style, mut ca) = (String::new(), "us-east-1".to_string(), false, None);
    for (key, value) in parsed.query_pairs() {
        match key.as_ref() {
            "endpoint" => endpoint = endpoint_of(url, &value, allow_insecure)?,
            "region" => region = value.into_owned(),
            "path_style" => path_style = value == "true",
            "ca" if !value.is_empty() => ca = Some(value.into_owned()),
            other => return Err(invalid(url, &format!("\"{other}\" is not something a storage address knows"))),
        }
    }
    if region.is_empty() || !region.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-') {
        return Err(invalid(url, "the region has letters, digits and dashes"));
    }
    let public_url = public_address(url, "bucket", public_url)?;
    Ok(Location::Bucket { bucket, prefix, endpoint, region, path_style, ca, public_url })
}

/// Name and prefix of a bucket's address.
fn named_bucket(url: &str, parsed: &Url) -> Result<(String, String)> {
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(invalid("the storage's address", "it must not contain a name or password")
            .hint("Give the access key by the environment or the keychain."));
    }
    let bucket = parsed.host_str().unwrap_or_default().to_string();
    let named = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'.' | b'_');
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(named) || bucket.contains("..") {
        return Err(invalid(url, "the name of a bucket has 3 to 63 small letters, digits, dots and dashes"));
    }
    let prefix = parsed.path().trim_matches('/').to_string();
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|c| named(c.to_ascii_lowercase())) && !part.starts_with('.');
    if !prefix.is_empty() && !prefix.split('/').all(plain) {
        return Err(invalid(url, "the prefix may hold letters, digits, dots, dashes and slashes"));
    }
    Ok((bucket, prefix))
}

fn endpoint_of(url: &str, text: &str, allow_insecure: bool) -> Result<String> {
    let parsed = Url::parse(text).map_err(|e| invalid(url, &format!("its endpoint is not an address ({e})")))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() || parsed.path() != "/" {
        return Err(invalid(url, "an endpoint is written https://host[:port]"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
        return Err(invalid("the storage's endpoint", "it must hold nothing but a host"));
    }
    if parsed.scheme() == "http" && !is_loopback(&parsed) && !allow_insecure {
        return Err(insecure(text));
    }
    Ok(parsed.origin().ascii_serialization())
}

fn server(url: &str, rest: &str, allow_insecure: bool) -> Result<Location> {
    let parsed = Url::parse(rest).map_err(|e| invalid(url, &format!("it is not an address ({e})")))?;
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(invalid("the server's address", "it must not contain a name or password"));
    }
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() {
        return Err(invalid(url, "a server is written server+https://host"));
    }
    if parsed.path().contains("//") || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(invalid(url, "a server address is only a host, perhaps with a port and a path"));
    }
    if parsed.scheme() == "http" && !is_loopback(&parsed) && !allow_insecure {
        return Err(insecure(url));
    }
    let path = parsed.path().trim_end_matches('/');
    Ok(Location::Server { origin: format!("{}{path}", parsed.origin().ascii_serialization()) })
}

fn insecure(url: &str) -> Error {
    let what = format!(
        "\"{url}\" is plain http to another machine: anybody on the way could read and change what you publish."
    );
    Error::new(Code::TargetInsecure, what)
        .hint("Use https, or add --allow-insecure for a network you trust.")
        .about("target", url)
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
    fn a_server_may_lie_below_a_path() {
        let origin = |url: &str| match parse_location(url, None, false) {
            Ok(Location::Server { origin }) => Ok(origin),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.code),
        };
        assert_eq!(origin("server+https://Example.org"), Ok("https://example.org".into()));
        assert_eq!(origin("server+https://example.org:8443/pods/"), Ok("https://example.org:8443/pods".into()));
        assert_eq!(origin("server+https://example.org/a/../b"), Ok("https://example.org/b".into()));
        for bad in ["server+https://example.org//a", "server+https://example.org/?a", "server+https://example.org/#a"] {
            assert_eq!(origin(bad), Err(Code::TargetInvalid), "{bad}");
        }
    }

    #[test]
    fn a_bucket_is_read_with_its_endpoint() {
        let read = |url: &str| parse_location(url, Some("https://cdn.example.org/show"), false);
        assert_eq!(
            read("s3://pods/a/b?endpoint=http://127.0.0.1:9000&region=eu-central-1&path_style=true").unwrap(),
            Location::Bucket {
                bucket: "pods".into(),
                prefix: "a/b".into(),
                endpoint: "http://127.0.0.1:9000".into(),
                region: "eu-central-1".into(),
                path_style: true,
                ca: None,
                public_url: "https://cdn.example.org/show/".into(),
            }
        );
        for (bad, code) in [
            ("s3://pods?endpoint=http://192.0.2.1", Code::TargetInsecure),
            ("s3://me:secret@pods", Code::TargetInvalid),
            ("s3://Po", Code::TargetInvalid),
            ("s3://pods/.hearthcast", Code::TargetInvalid),
            ("s3://pods?secret=x", Code::TargetInvalid),
            ("s3://pods?endpoint=https://host/path", Code::TargetInvalid),
        ] {
            let error = read(bad).unwrap_err();
            assert_eq!(error.code, code, "{bad}");
            assert!(!format!("{error:?}").contains("secret@"), "{bad}");
        }
        assert_eq!(parse_location("s3://pods", None, false).unwrap_err().code, Code::TargetInvalid);
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
