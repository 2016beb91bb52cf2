//! Places beside folders, S3 buckets and the bundled server, and how their addresses are read. No credential ever stands here.

use super::{insecure, invalid, is_loopback, public_address};
use crate::Result;
use serde::{Deserialize, Serialize};
use url::Url;

/// A place that is spoken to by a protocol of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "protocol", rename_all = "snake_case")]
pub enum Remote {
    /// A folder of a WebDAV server.
    WebDav {
        /// Address of the folder (`https://host/path`), without a trailing slash.
        address: String,
        /// Who logs in; empty where nobody has to.
        user: String,
        /// File with the certificate of an authority that this machine does not know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        ca: Option<String>,
        /// The address of the folder on the web, ending in `/`.
        public_url: String,
    },
    /// A folder of an SSH server.
    Sftp {
        /// Who and where.
        login: Login,
        /// File with the private key; without one, the password counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        key_file: Option<String>,
        /// Fingerprint of the server's key (`SHA256:…`), kept since the target was added.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        host_key: Option<String>,
        /// The address of the folder on the web, ending in `/`.
        public_url: String,
    },
    /// A folder of an FTP server, over TLS.
    Ftps {
        /// Who and where.
        login: Login,
        /// File with the certificate of an authority that this machine does not know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        ca: Option<String>,
        /// The address of the folder on the web, ending in `/`.
        public_url: String,
    },
    /// A container of Azure Blob Storage. The account is the name of its access key.
    Azure {
        /// Name of the container.
        container: String,
        /// Prefix of every key, without slashes at its ends; may be empty.
        prefix: String,
        /// Address of the storage, without a trailing slash; empty means Microsoft's of the account.
        endpoint: String,
        /// The address of container and prefix on the web, ending in `/`.
        public_url: String,
    },
    /// A bucket of Google Cloud Storage, opened by the key of a service account.
    Gcs {
        /// Name of the bucket.
        bucket: String,
        /// Prefix of every key, without slashes at its ends; may be empty.
        prefix: String,
        /// Address of the storage, without a trailing slash; empty means Google's.
        endpoint: String,
        /// The address of bucket and prefix on the web, ending in `/`.
        public_url: String,
    },
}

/// Who logs in where, and the folder there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Login {
    /// Name or number of the machine.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// Path of the folder, without a trailing slash; one that does not begin with `/` lies in the user's own folder.
    pub path: String,
}

impl Remote {
    /// The address of the place on the web, ending in `/`.
    pub fn public_url(&self) -> &str {
        match self {
            Self::WebDav { public_url, .. }
            | Self::Sftp { public_url, .. }
            | Self::Ftps { public_url, .. }
            | Self::Azure { public_url, .. }
            | Self::Gcs { public_url, .. } => public_url,
        }
    }

    /// Leaves only what says which files are meant: not the address listeners use, nor how the door is opened.
    pub(super) fn forget_address(&mut self) {
        match self {
            Self::WebDav { user, ca, public_url, .. } => {
                user.clear();
                *ca = None;
                public_url.clear();
            }
            Self::Sftp { key_file, host_key, public_url, .. } => {
                *key_file = None;
                *host_key = None;
                public_url.clear();
            }
            Self::Ftps { ca, public_url, .. } => {
                *ca = None;
                public_url.clear();
            }
            Self::Azure { public_url, .. } | Self::Gcs { public_url, .. } => public_url.clear(),
        }
    }

    /// What the place is called in a list.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WebDav { .. } => "webdav",
            Self::Sftp { .. } => "sftp",
            Self::Ftps { .. } => "ftps",
            Self::Azure { .. } => "azure",
            Self::Gcs { .. } => "gcs",
        }
    }
}

/// Reads an address of one of these; `None` when its scheme is another one's.
pub(super) fn read(url: &str, parsed: &Url, public_url: Option<&str>, allow_insecure: bool) -> Option<Result<Remote>> {
    Some(match parsed.scheme() {
        "webdav" | "webdavs" => webdav(url, parsed, public_url, allow_insecure),
        "sftp" => sftp(url, parsed, public_url),
        "ftps" => ftps(url, parsed, public_url),
        "az" => azure(url, parsed, public_url, allow_insecure),
        "gcs" | "gs" => gcs(url, parsed, public_url, allow_insecure),
        _ => return None,
    })
}

fn webdav(url: &str, parsed: &Url, public_url: Option<&str>, allow_insecure: bool) -> Result<Remote> {
    no_password(parsed)?;
    let rest = url.trim_start_matches("webdav").trim_start_matches('s');
    let scheme = if parsed.scheme() == "webdavs" { "https" } else { "http" };
    let read = Url::parse(&format!("{scheme}{rest}"));
    let mut address = read.map_err(|e| invalid(url, &format!("it is not an address ({e})")))?;
    if address.host().is_none() {
        return Err(invalid(url, "a WebDAV folder is written webdavs://user@host/path"));
    }
    let [ca] = words(url, parsed, ["ca"])?;
    if scheme == "http" && !is_loopback(&address) && !allow_insecure {
        return Err(insecure(url));
    }
    let user = decoded(url, address.username())?;
    let forgotten = address.set_username("").and_then(|()| address.set_password(None));
    forgotten.map_err(|()| invalid(url, "it cannot be read"))?;
    address.set_query(None);
    address.set_fragment(None);
    let address = address.as_str().trim_end_matches('/').to_string();
    Ok(Remote::WebDav { address, user, ca, public_url: public_address(url, "folder", public_url)? })
}

fn sftp(url: &str, parsed: &Url, public_url: Option<&str>) -> Result<Remote> {
    let [key_file, host_key] = words(url, parsed, ["key_file", "host_key"])?;
    // In a query, `+` stands for a space; fingerprints have it as a letter.
    let host_key = host_key.map(|text| text.replace(' ', "+"));
    if host_key.as_ref().is_some_and(|text| !text.starts_with("SHA256:")) {
        return Err(invalid(url, "a host key's fingerprint begins with SHA256:"));
    }
    let login = login(url, parsed, 22)?;
    Ok(Remote::Sftp { login, key_file, host_key, public_url: public_address(url, "folder", public_url)? })
}

fn ftps(url: &str, parsed: &Url, public_url: Option<&str>) -> Result<Remote> {
    let [ca] = words(url, parsed, ["ca"])?;
    let login = login(url, parsed, 21)?;
    Ok(Remote::Ftps { login, ca, public_url: public_address(url, "folder", public_url)? })
}

fn azure(url: &str, parsed: &Url, public_url: Option<&str>, allow_insecure: bool) -> Result<Remote> {
    let (container, prefix, endpoint) = bucket(url, parsed, allow_insecure)?;
    Ok(Remote::Azure { container, prefix, endpoint, public_url: public_address(url, "container", public_url)? })
}

fn gcs(url: &str, parsed: &Url, public_url: Option<&str>, allow_insecure: bool) -> Result<Remote> {
    let (bucket, prefix, endpoint) = bucket(url, parsed, allow_insecure)?;
    Ok(Remote::Gcs { bucket, prefix, endpoint, public_url: public_address(url, "bucket", public_url)? })
}

/// Name, prefix and endpoint of a bucket.
fn bucket(url: &str, parsed: &Url, allow_insecure: bool) -> Result<(String, String, String)> {
    let (name, prefix) = super::named_bucket(url, parsed)?;
    let [endpoint] = words(url, parsed, ["endpoint"])?;
    let endpoint = endpoint.map(|text| super::endpoint_of(url, &text, allow_insecure)).transpose()?;
    Ok((name, prefix, endpoint.unwrap_or_default()))
}

fn login(url: &str, parsed: &Url, port: u16) -> Result<Login> {
    no_password(parsed)?;
    let host = parsed.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| invalid(url, "it names no machine"))?;
    let user = decoded(url, parsed.username())?;
    if user.is_empty() {
        return Err(invalid(url, "it must say who logs in: user@host"));
    }
    let path = decoded(url, parsed.path())?;
    // `/~/pods` lies in the user's own folder.
    let path = path.strip_prefix("/~/").unwrap_or(&path).trim_end_matches('/');
    if path.split('/').any(|name| name == ".." || name == "~") || path.chars().any(char::is_control) {
        return Err(invalid(url, "the path must name a folder plainly"));
    }
    let host = host.trim_start_matches('[').trim_end_matches(']').to_string();
    Ok(Login { host, port: parsed.port().unwrap_or(port), user, path: path.to_string() })
}

/// A password in an address would stand in the library and in lists.
fn no_password(parsed: &Url) -> Result<()> {
    match parsed.password() {
        None => Ok(()),
        Some(_) => Err(invalid("the target's address", "it must not contain a password")
            .hint("Give the password by the environment or the keychain.")),
    }
}

/// The values of these words of a query; any other word is refused.
fn words<const N: usize>(url: &str, parsed: &Url, names: [&str; N]) -> Result<[Option<String>; N]> {
    let mut found = [const { None }; N];
    for (name, value) in parsed.query_pairs() {
        match names.iter().position(|known| *known == name) {
            Some(at) if !value.is_empty() => found[at] = Some(value.into_owned()),
            _ => return Err(invalid(url, &format!("\"{name}\" is not something its address knows"))),
        }
    }
    Ok(found)
}

/// Text with its `%41` read.
fn decoded(url: &str, text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        bytes.push(match byte {
            b'%' => match (hex(rest.next()), hex(rest.next())) {
                (Some(high), Some(low)) => high * 16 + low,
                _ => return Err(invalid(url, "a % in it is not followed by two hex digits")),
            },
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| invalid(url, "it is not readable text"))
}

#[cfg(test)]
mod tests {
    use crate::Code;
    use crate::place::{Location, Login, Remote, parse_location};

    fn read(url: &str) -> crate::Result<Location> {
        parse_location(url, Some("https://pods.example.org/show"), false)
    }

    const PUBLIC: &str = "https://pods.example.org/show/";

    #[test]
    fn every_kind_of_place_is_read() {
        let login =
            |path: &str, port| Login { host: "host.example.org".into(), port, user: "me".into(), path: path.into() };
        let public_url = PUBLIC.to_string();
        for (url, expected) in [
            (
                "webdavs://me%40home@dav.example.org/remote.php/pods/",
                Remote::WebDav {
                    address: "https://dav.example.org/remote.php/pods".into(),
                    user: "me@home".into(),
                    ca: None,
                    public_url: public_url.clone(),
                },
            ),
            (
                "sftp://me@host.example.org:2222/srv/www?key_file=/home/me/.ssh/id&host_key=SHA256:ab+c/d",
                Remote::Sftp {
                    login: login("/srv/www", 2222),
                    key_file: Some("/home/me/.ssh/id".into()),
                    host_key: Some("SHA256:ab+c/d".into()),
                    public_url: public_url.clone(),
                },
            ),
            (
                "sftp://me@host.example.org/~/www",
                Remote::Sftp {
                    login: login("www", 22),
                    key_file: None,
                    host_key: None,
                    public_url: public_url.clone(),
                },
            ),
            (
                "ftps://me@host.example.org/~/www?ca=/etc/own.pem",
                Remote::Ftps {
                    login: login("www", 21),
                    ca: Some("/etc/own.pem".into()),
                    public_url: public_url.clone(),
                },
            ),
            (
                "az://pods/show?endpoint=http://127.0.0.1:10000",
                Remote::Azure {
                    container: "pods".into(),
                    prefix: "show".into(),
                    endpoint: "http://127.0.0.1:10000".into(),
                    public_url: public_url.clone(),
                },
            ),
            (
                "gcs://pods.example.org/show",
                Remote::Gcs {
                    bucket: "pods.example.org".into(),
                    prefix: "show".into(),
                    endpoint: String::new(),
                    public_url: public_url.clone(),
                },
            ),
            (
                // As Google's own tools write it.
                "gs://pods?endpoint=http://127.0.0.1:4443",
                Remote::Gcs {
                    bucket: "pods".into(),
                    prefix: String::new(),
                    endpoint: "http://127.0.0.1:4443".into(),
                    public_url: public_url.clone(),
                },
            ),
        ] {
            let location = read(url).unwrap();
            assert_eq!(location, Location::Remote(expected), "{url}");
            assert_eq!(location.public_url(), Some(PUBLIC));
            let json = serde_json::to_string(&location).unwrap();
            assert_eq!(serde_json::from_str::<Location>(&json).unwrap(), location, "{json}");
        }
    }

    #[test]
    fn passwords_plain_http_and_unknown_words_are_refused() {
        for (bad, code) in [
            ("webdav://dav.example.org/pods", Code::TargetInsecure),
            ("webdavs://me:secret@dav.example.org/pods", Code::TargetInvalid),
            ("sftp://me:secret@host/pods", Code::TargetInvalid),
            ("sftp://host/pods", Code::TargetInvalid),
            ("sftp://me@host/srv/%2e%2e%2fetc", Code::TargetInvalid),
            ("sftp://me@host/pods?key=x", Code::TargetInvalid),
            ("sftp://me@host/%zz", Code::TargetInvalid),
            ("ftps://me:secret@host/pods", Code::TargetInvalid),
            ("ftps://me@host/pods?tls=no", Code::TargetInvalid),
            ("az://pods?sas=secret", Code::TargetInvalid),
            ("gcs://pods?key=secret", Code::TargetInvalid),
            ("gcs://pods?endpoint=http://storage.example.org", Code::TargetInsecure),
            ("ftp://me@host/pods", Code::TargetInvalid),
        ] {
            let error = read(bad).unwrap_err();
            assert_eq!(error.code, code, "{bad}");
            assert!(!format!("{error:?}").contains("secret@"), "{bad}");
        }
    }
}
