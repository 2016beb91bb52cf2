//! How a cache (CDN) before a place is told to forget an address that was withdrawn: a program of the author's, or a request.
//! What it is not: it runs nothing; `studio` does.

use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use url::Url;

/// Most words of a command, and most header fields of a request.
const MOST: usize = 50;
/// Longest template, in bytes.
const LONGEST: usize = 4096;

/// What is done for each withdrawn address. `{url}`, `{host}` and `{path}` stand for parts of it; in a header field,
/// `{secret}` for what the environment gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Purge {
    /// A program is started, without a shell: each word stays one word.
    Command {
        /// Its path or name.
        program: String,
        /// Its words.
        args: Vec<String>,
    },
    /// A request is sent.
    Request {
        /// `PURGE`, `POST`, `DELETE`, …
        method: String,
        /// Where to. Scheme, host and port are fixed; only what follows may hold parts of the address.
        url: String,
        /// Name and value of header fields.
        headers: Vec<(String, String)>,
        /// Body; may be empty.
        body: String,
    },
}

impl Purge {
    /// Refuses what could not be run, or could be led astray.
    pub fn checked(self) -> Result<Self> {
        let texts: Vec<&str> = match &self {
            Self::Command { program, args } => std::iter::once(program).chain(args).map(String::as_str).collect(),
            Self::Request { method, url, headers, body } => {
                let fields = headers.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
                [method.as_str(), url, body].into_iter().chain(fields).collect()
            }
        };
        if texts.len() > 2 * MOST || texts.iter().any(|text| text.len() > LONGEST || text.contains('\0')) {
            return Err(invalid("it is too long"));
        }
        match &self {
            Self::Command { program, .. } if program.is_empty() || program.contains('{') => {
                Err(invalid("the program must be named, and not by a part of the address"))
            }
            Self::Request { url, .. } => fixed_origin(url).map(|_| self),
            Self::Command { .. } => Ok(self),
        }
    }
}

/// The origin a request goes to; it must not depend on the address.
pub fn fixed_origin(template: &str) -> Result<Url> {
    // `{path}` begins with a slash.
    let template = template.replacen("{path}", "/{path}", 1);
    let url = Url::parse(&template).map_err(|_| invalid("its address is none"))?;
    let authority = template.split_once("://").map_or("", |(_, rest)| rest);
    let authority = &authority[..authority.find(['/', '?', '#']).unwrap_or(authority.len())];
    if !matches!(url.scheme(), "http" | "https") || authority.contains('{') {
        return Err(invalid("its address must begin with http:// or https:// and a fixed host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("its address holds a password; give it by the environment, as {secret} in a header field"));
    }
    Ok(url)
}

/// A template with the parts of one withdrawn address.
pub fn filled(template: &str, address: &Url) -> String {
    let path = address.query().map_or_else(|| address.path().into(), |query| format!("{}?{query}", address.path()));
    let host = match (address.host_str().unwrap_or_default(), address.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_string(),
    };
    template.replace("{url}", address.as_str()).replace("{host}", &host).replace("{path}", &path)
}

fn invalid(why: &str) -> Error {
    Error::new(Code::TargetInvalid, format!("The purge cannot be used: {why}."))
        .hint("Example: --request PURGE https://cdn.example{path} --header \"Api-Key: {secret}\".")
        .about("field", "purge")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Purge {
        Purge::Request { method: "PURGE".into(), url: url.into(), headers: vec![], body: String::new() }
    }

    #[test]
    fn a_request_goes_to_one_host_whatever_is_withdrawn() {
        for good in ["https://cdn.example{path}", "http://127.0.0.1:6081{path}", "https://api.example/purge?url={url}"]
        {
            assert!(request(good).checked().is_ok(), "{good}");
        }
        for bad in ["https://{host}/{path}", "{url}", "ftp://a/", "https://a:b@cdn.example/{path}", ""] {
            assert!(request(bad).checked().is_err(), "{bad}");
        }
    }

    #[test]
    fn templates_are_filled_and_words_stay_words() {
        let address = Url::parse("https://pods.example:8443/m/ab/a%20b.mp3").unwrap();
        assert_eq!(filled("{host} {path} {url}", &address), format!("pods.example:8443 /m/ab/a%20b.mp3 {address}"));
        assert!(Purge::Command { program: "{url}".into(), args: vec![] }.checked().is_err());
        let hostile = Url::parse("https://pods.example/'; rm -rf \"$HOME\" `x`").unwrap();
        let word = filled("{url}", &hostile);
        assert!(!word.contains([' ', '"', '`']), "{word}");
    }
}
