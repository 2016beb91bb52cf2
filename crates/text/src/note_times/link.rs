//! Links with a time: into the episode's own sound (`#t=754`, W3C Media Fragments URI 1.0 §4.2.1), or into somebody else's.

use std::ops::Range;
use url::Url;

/// What a link has to do with times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leads {
    /// Nothing.
    Nowhere,
    /// To a time of the own sound.
    Own,
    /// To a time of another sound or film.
    Elsewhere,
}

/// Where a link leads. `own` are the hosts of own addresses.
pub(super) fn leads(target: &str, own: &[String]) -> Leads {
    let target = target.replace("&amp;", "&");
    let (page, fragment) = target.split_once('#').unwrap_or((target.as_str(), ""));
    let timed = fragment.split('&').any(|part| part.starts_with("t="));
    let host = match Url::parse(page) {
        Ok(url) => Some(url.host_str().unwrap_or_default().to_ascii_lowercase()),
        Err(_) => None,
    };
    let is_own = host.as_ref().is_none_or(|host| own.iter().any(|own| own.eq_ignore_ascii_case(host)));
    let asks = page.split_once('?').is_some_and(|(_, query)| {
        let name = |part: &str| part.split('=').next().unwrap_or_default().to_ascii_lowercase();
        query.split('&').any(|part| matches!(name(part).as_str(), "t" | "start" | "time_continue"))
    });
    match (timed, is_own) {
        (true, true) => Leads::Own,
        (true, false) => Leads::Elsewhere,
        (false, _) if asks => Leads::Elsewhere,
        (false, _) => Leads::Nowhere,
    }
}

/// The times in the last `#t=` of some words: the beginning, and the end where one is said.
pub(super) fn fragments(source: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let Some(text) = source.get(within.clone()) else { return vec![] };
    let Some(at) = text.rfind("#t=").or_else(|| text.rfind("&t=")) else { return vec![] };
    let mut start = within.start + at + 3;
    let rest = &source[start..within.end];
    if rest.starts_with("npt:") {
        start += 4;
    }
    let value = &source[start..within.end];
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(value.len());
    let mut found = vec![];
    for part in value[..end].split(',') {
        if !part.is_empty() {
            found.push(start..start + part.len());
        }
        start += part.len() + 1;
    }
    found.truncate(2);
    found
}
