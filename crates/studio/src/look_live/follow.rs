//! One question, and the redirects on the way to its answer: followed one by one, so that each address can be looked at.

use hearthcast_checks::Outcome;
use hearthcast_fetch::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use hearthcast_fetch::{FetchError, Foreign, HttpMethod, Looked, Net};
use hearthcast_model::place::is_loopback;
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Most redirects that apps follow (Apple).
const MOST_HOPS: usize = 5;
/// Longest header field that is kept, in characters.
const MOST_FIELD: usize = 500;
/// Most header fields that are kept.
const MOST_FIELDS: usize = 100;

/// A question.
pub(super) struct Asked<'a> {
    pub method: HttpMethod,
    pub fields: &'a [(&'static str, &'a str)],
    /// Bytes of the body that are read.
    pub most: u64,
    /// Whether the address is the owner's, and may be anywhere.
    pub own: bool,
}

/// What came of it.
pub(super) struct Followed {
    /// Addresses it led to, in order.
    pub hops: Vec<String>,
    pub outcome: Result<Answered, Outcome>,
}

/// The last answer.
pub(super) struct Answered {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    /// Bytes of the body, up to a little more than were read.
    pub bytes: u64,
    pub body: Vec<u8>,
    pub certificate_until_ms: Option<i64>,
}

/// Asks, and follows where it leads.
pub(super) async fn follow(net: &Net, url: &str, asked: &Asked<'_>) -> Followed {
    let mut followed = Followed { hops: vec![], outcome: Err(Outcome::RoundAndRound) };
    let Ok(first) = Url::parse(url) else {
        followed.outcome = Err(Outcome::Silence("it is no web address.".into()));
        return followed;
    };
    let (mut own, mut been) = (vec![], vec![first.clone()]);
    if asked.own {
        own.push(first.clone());
    }
    let mut at = first.clone();
    loop {
        // What is tried out on one machine leads to places on it.
        if asked.own && is_loopback(&first) && is_loopback(&at) {
            own.push(at.clone());
        }
        let (looked, body) = match ask(net, &own, &at, asked).await {
            Ok(answer) => answer,
            Err(outcome) => {
                followed.outcome = Err(outcome);
                return followed;
            }
        };
        let Some(next) = looked.location.clone() else {
            followed.outcome = Ok(answered(looked, body));
            return followed;
        };
        if been.contains(&next) {
            return followed;
        }
        if followed.hops.len() == MOST_HOPS {
            followed.outcome = Err(Outcome::TooManyHops);
            return followed;
        }
        followed.hops.push(next.to_string());
        been.push(next.clone());
        at = next;
    }
}

async fn ask(net: &Net, own: &[Url], at: &Url, asked: &Asked<'_>) -> Result<(Looked, Vec<u8>), Outcome> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for (name, value) in asked.fields {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let mut body = vec![];
    let foreign = Foreign::over(net, own);
    let looking = foreign.look(asked.method.clone(), at, headers, asked.most, |piece| body.extend_from_slice(piece));
    let looked = match tokio::time::timeout(PATIENCE, looking).await {
        Ok(looked) => looked.map_err(outcome)?,
        Err(_) => {
            let seconds = PATIENCE.as_secs();
            return Err(Outcome::Silence(format!("it did not answer within {seconds} seconds.")));
        }
    };
    Ok((looked, body))
}

fn outcome(error: FetchError) -> Outcome {
    match error {
        FetchError::Untrusted { why, .. } => Outcome::Untrusted(format!("{why}.")),
        FetchError::NotPublic(origin) => Outcome::Inward(origin),
        other => Outcome::Silence(format!("{other}.")),
    }
}

fn answered(looked: Looked, body: Vec<u8>) -> Answered {
    let Looked { status, headers, bytes, certificate_until_ms, .. } = looked;
    Answered { status, headers: named(&headers), bytes, body, certificate_until_ms }
}

fn named(headers: &HeaderMap) -> BTreeMap<String, String> {
    let shown = |value: &HeaderValue| {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        text.chars().filter(|c| !c.is_control()).take(MOST_FIELD).collect::<String>()
    };
    headers.iter().take(MOST_FIELDS).map(|(name, value)| (name.as_str().to_string(), shown(value))).collect()
}

/// The status of one answer; no redirect is followed.
pub(super) async fn once(net: &Net, url: &str, method: HttpMethod, headers: HeaderMap) -> Option<u16> {
    let at = Url::parse(url).ok()?;
    let own = [at.clone()];
    let foreign = Foreign::over(net, &own);
    let looked = tokio::time::timeout(PATIENCE, foreign.look(method, &at, headers, 0, |_| ())).await;
    looked.ok()?.ok().map(|looked| looked.status)
}
