//! Addresses of services that count on the way (OP3 and others): listeners ask there first and are sent on to the sound.
//! What it is not: the test that a service really sends them on; the studio makes it before a publication.

use crate::place::is_loopback;
use crate::reach::is_public_name;
use crate::{Code, Error, Result};
use url::Url;

/// Longest prefix, bytes.
pub const MOST_BYTES: usize = 500;

/// A prefix as it is kept: https, a public host, a path that ends with `/`; empty stays empty. This machine itself may be
/// named, over plain http too, for trying things out: the test before a publication lets that through only for a show that
/// is on this machine as well.
///
/// Several services stand in one line, as each of them says: `https://one.example/e/two.example/track/`.
pub fn checked(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = Url::parse(text).map_err(|_| wrong("it is not a web address"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it must not contain a name or password: everybody can read the feed"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a ? or #, and the address of the sound could not follow"));
    }
    let here = is_loopback(&url);
    if url.scheme() != "https" && !(here && url.scheme() == "http") {
        return Err(wrong("it does not begin with https://"));
    }
    if !here && !url.host().is_some_and(|host| is_public_name(&host)) {
        return Err(wrong("its host cannot be reached by listeners"));
    }
    let mut prefix = url.to_string();
    if !prefix.ends_with('/') {
        prefix.push('/');
    }
    if prefix.len() > MOST_BYTES {
        return Err(wrong("it is longer than 500 bytes"));
    }
    Ok(prefix)
}

/// Where listeners ask for what lies at `url`. Services take the address without its scheme for https, and whole for others.
pub fn prefixed(prefix: &str, url: &str) -> String {
    let rest = url.strip_prefix("https://").unwrap_or(url);
    format!("{prefix}{rest}")
}

/// The address that a prefix was put before; `None` where it was not.
pub fn without<'a>(prefix: &str, url: &'a str) -> Option<std::borrow::Cow<'a, str>> {
    let rest = url.strip_prefix(prefix)?;
    Some(if rest.contains("://") { rest.into() } else { format!("https://{rest}").into() })
}

fn wrong(why: &str) -> Error {
    Error::new(Code::FieldInvalid, format!("The prefix cannot be used: {why}."))
        .hint("Take it from the service that counts, for example https://op3.dev/e/. Empty takes it away.")
        .about("field", "prefix")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_https_public_and_ends_with_a_slash() {
        for (typed, kept) in [
            (" https://op3.dev/e/ ", "https://op3.dev/e/"),
            ("https://op3.dev/e", "https://op3.dev/e/"),
            ("https://OP3.dev/e,pg=9b02/", "https://op3.dev/e,pg=9b02/"),
            ("https://one.example/e/two.example/track/X1/", "https://one.example/e/two.example/track/X1/"),
            ("https://one.example", "https://one.example/"),
            ("http://127.0.0.1:4080/e/", "http://127.0.0.1:4080/e/"),
            ("", ""),
        ] {
            assert_eq!(checked(typed).unwrap(), kept, "{typed}");
        }
    }

    #[test]
    fn what_listeners_cannot_use_or_would_betray_is_refused() {
        let long = format!("https://op3.example/{}/", "e".repeat(500));
        for bad in [
            "op3.dev/e/",
            "http://op3.dev/e/",
            "ftp://op3.dev/e/",
            "javascript:alert(1)",
            "https://user:word@op3.dev/e/",
            "https://user@op3.dev/e/",
            "https://op3.dev/e/?to=",
            "https://op3.dev/e/#",
            "https://10.0.0.1/e/",
            "https://192.168.1.1/e/",
            "https://169.254.169.254/e/",
            "https://[fd00::1]/e/",
            "https://[::ffff:10.0.0.1]/e/",
            "https://intranet/e/",
            "https://printer.local/e/",
            "https://db.internal/e/",
            "https://2130706433.1/e/",
            long.as_str(),
        ] {
            let error = checked(bad).expect_err(bad);
            assert_eq!((error.code, error.subject.unwrap().id.as_str()), (Code::FieldInvalid, "prefix"), "{bad}");
        }
    }

    /// As OP3's own setup page writes them (op3.dev/setup).
    #[test]
    fn the_rest_follows_as_services_ask() {
        let op3 = "https://op3.dev/e/";
        assert_eq!(prefixed(op3, "https://example.com/path/ep.mp3"), "https://op3.dev/e/example.com/path/ep.mp3");
        assert_eq!(prefixed(op3, "http://example.com/ep.mp3"), "https://op3.dev/e/http://example.com/ep.mp3");
        for url in ["https://example.com/path/ep.mp3", "http://example.com:8080/ep.mp3"] {
            assert_eq!(without(op3, &prefixed(op3, url)).as_deref(), Some(url));
        }
        assert_eq!(without(op3, "https://example.com/ep.mp3"), None);
    }
}
