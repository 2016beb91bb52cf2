//! How a WebDAV server wants to be told who asks: Basic (RFC 7617), or Digest (RFC 7616) where the line is not private or
//! nothing else is offered. Nothing is sent before the server asks for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_fetch::header::{HeaderMap, WWW_AUTHENTICATE};
use md5::Md5;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// Who logs in, and how, as far as that is known.
pub(super) struct Login {
    user: String,
    password: String,
    /// Nobody on the way can read along.
    private: bool,
    way: Mutex<Option<Way>>,
}

/// A way to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Basic,
    Digest { challenge: Challenge, count: u32 },
}

/// What a server offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Challenge {
    /// `basic` or `digest`.
    scheme: String,
    /// Its words, names in small letters.
    words: HashMap<String, String>,
}

impl Login {
    pub(super) fn new(user: &str, password: &str, private: bool) -> Self {
        Self { user: user.into(), password: password.into(), private, way: Mutex::default() }
    }

    /// Whether somebody logs in and no way is known yet.
    pub(super) fn unknown(&self) -> bool {
        !self.user.is_empty() && self.way().is_none()
    }

    /// Takes up what a server offers; says whether asking again makes sense.
    pub(super) fn learn(&self, offered: Vec<Challenge>) -> bool {
        if self.user.is_empty() {
            return false;
        }
        let mut digests: Vec<&Challenge> = offered.iter().filter(|one| one.scheme == "digest" && one.known()).collect();
        digests.sort_by_key(|one| one.word("algorithm").to_ascii_uppercase().starts_with("SHA-256"));
        let basic = offered.iter().any(|one| one.scheme == "basic");
        let chosen = match digests.pop() {
            Some(_) if basic && self.private => Way::Basic,
            Some(challenge) => Way::Digest { challenge: challenge.clone(), count: 0 },
            None if basic => Way::Basic,
            None => return false,
        };
        let mut way = self.way();
        let again = match (&*way, &chosen) {
            // Refused with it already.
            (Some(Way::Basic), Way::Basic) => false,
            // A number used once has aged; everything else means that the password is wrong.
            (Some(Way::Digest { .. }), Way::Digest { challenge, .. }) => {
                challenge.word("stale").eq_ignore_ascii_case("true")
            }
            _ => true,
        };
        *way = Some(chosen);
        again
    }

    /// The value of the header that proves who asks.
    pub(super) fn proof(&self, method: &str, url: &Url) -> Option<String> {
        match &mut *self.way() {
            None => None,
            Some(Way::Basic) => Some(format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))),
            Some(Way::Digest { challenge, count }) => {
                *count += 1;
                Some(self.digest(challenge, *count, method, url))
            }
        }
    }

    fn digest(&self, challenge: &Challenge, count: u32, method: &str, url: &Url) -> String {
        let (realm, nonce) = (challenge.word("realm"), challenge.word("nonce"));
        let hash = hash_of(challenge.word("algorithm"));
        let count = format!("{count:08x}");
        // Nobody can foresee it who does not have the password.
        let own = format!("{:x}", Sha256::digest(format!("{}:{nonce}:{count}", self.password)));
        let own = &own[..16];
        let uri = url.path();
        let who = hash(&format!("{}:{realm}:{}", self.user, self.password));
        let what = hash(&format!("{method}:{uri}"));
        let qop = challenge.word("qop").split(',').any(|one| one.trim().eq_ignore_ascii_case("auth"));
        let response = match qop {
            true => hash(&format!("{who}:{nonce}:{count}:{own}:auth:{what}")),
            false => hash(&format!("{who}:{nonce}:{what}")),
        };
        let mut text = format!(
            "Digest username=\"{}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\"",
            self.user.replace('\\', "\\\\").replace('"', "\\\"")
        );
        if qop {
            text += &format!(", qop=auth, nc={count}, cnonce=\"{own}\"");
        }
        for (name, quote) in [("algorithm", ""), ("opaque", "\"")] {
            if let Some(value) = challenge.words.get(name) {
                text += &format!(", {name}={quote}{value}{quote}");
            }
        }
        text
    }

    fn way(&self) -> std::sync::MutexGuard<'_, Option<Way>> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Challenge {
    fn word(&self, name: &str) -> &str {
        self.words.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether it is one that can be answered.
    fn known(&self) -> bool {
        let algorithm = self.word("algorithm").to_ascii_uppercase();
        let plain = |name| !self.word(name).contains(['"', '\\', '\r', '\n']);
        matches!(algorithm.as_str(), "" | "MD5" | "SHA-256")
            && !self.word("nonce").is_empty()
            && ["realm", "nonce", "opaque"].into_iter().all(plain)
    }
}

fn hash_of(algorithm: &str) -> fn(&str) -> String {
    match algorithm.eq_ignore_ascii_case("SHA-256") {
        true => |text| format!("{:x}", Sha256::digest(text)),
        false => |text| format!("{:x}", Md5::digest(text)),
    }
}

/// What an answer offers (RFC 9110 §11.6.1): several in one header or in several.
pub(super) fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = vec![];
    for text in headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok()) {
        for piece in outside_quotes(text) {
            let (before, value) = piece.split_once('=').unwrap_or((piece, ""));
            let mut names = before.split_whitespace();
            let (first, second) = (names.next().unwrap_or_default(), names.next());
            let name = match (second, piece.contains('=')) {
                (Some(name), _) => name,
                (None, true) => first,
                (None, false) => "",
            };
            if second.is_some() || !piece.contains('=') {
                found.push(Challenge { scheme: first.to_ascii_lowercase(), ..Challenge::default() });
            }
            if let Some(challenge) = found.last_mut().filter(|_| !name.is_empty()) {
                challenge.words.insert(name.to_ascii_lowercase(), value.trim().trim_matches('"').to_string());
            }
        }
    }
    found
}

/// The pieces between commas that stand in no quotes.
fn outside_quotes(text: &str) -> Vec<&str> {
    let (mut pieces, mut from, mut quoted) = (vec![], 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                pieces.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(text[from..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(text: &'static str) -> Vec<Challenge> {
        challenges(&HeaderMap::from_iter([(
            WWW_AUTHENTICATE,
            hearthcast_fetch::header::HeaderValue::from_static(text),
        )]))
    }

    #[test]
    fn several_offers_in_one_header_are_told_apart() {
        let found = offered("Digest realm=\"a, b\", qop=\"auth,auth-int\", nonce=abc, Basic realm=\"c\", Negotiate");
        let schemes: Vec<&str> = found.iter().map(|one| one.scheme.as_str()).collect();
        assert_eq!(schemes, ["digest", "basic", "negotiate"]);
        assert_eq!((found[0].word("realm"), found[0].word("nonce")), ("a, b", "abc"));
        assert_eq!(found[1].word("realm"), "c");
    }

    /// The example of RFC 7616 §3.9.1, but for the client's own nonce, which is taken out of the answer.
    #[test]
    fn digests_are_those_of_the_standard() {
        let login = Login::new("Mufasa", "Circle of Life", false);
        let text = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        assert!(login.learn(offered(text)));
        let url = Url::parse("http://www.example.org/dir/index.html").unwrap();
        let proof = login.proof("GET", &url).unwrap();
        let word = |name: &str| {
            let rest = proof.split_once(&format!("{name}=")).unwrap().1;
            rest.split(',').next().unwrap().trim_matches('"').to_string()
        };
        let ha1 = format!("{:x}", Md5::digest("Mufasa:http-auth@example.org:Circle of Life"));
        // The value the standard's own example comes to with its client nonce.
        let ha2 = format!("{:x}", Md5::digest("GET:/dir/index.html"));
        let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
        let of = |own: &str| format!("{:x}", Md5::digest(format!("{ha1}:{nonce}:00000001:{own}:auth:{ha2}")));
        assert_eq!(of("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"), "8ca523f5e9506fed4657c9700eebdbec");
        assert_eq!(word("response"), of(&word("cnonce")));
        assert_eq!((word("nc"), word("qop")), ("00000001".into(), "auth".into()));
        assert!(!proof.contains("Circle"));
    }

    #[test]
    fn the_password_goes_in_the_clear_only_where_nobody_reads_along() {
        let both = "Basic realm=\"a\", Digest realm=\"a\", nonce=\"n\", qop=\"auth\"";
        let url = Url::parse("https://example.org/").unwrap();
        for (private, begins) in [(true, "Basic "), (false, "Digest ")] {
            let login = Login::new("me", "secret", private);
            assert!(login.learn(offered(both)));
            assert!(login.proof("GET", &url).unwrap().starts_with(begins));
            assert!(!login.learn(offered(both)), "refused with it: asking again makes no sense");
        }
        assert!(!Login::new("", "", true).learn(offered(both)), "nobody logs in");
    }
}
