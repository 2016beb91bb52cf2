//! Services that count on the way, recognised in the addresses of sounds: `https://dts.podtrac.com/redirect.mp3/host/sound.mp3`.
//! Several stand in one line. What it is not: a guess; only names that are known are taken for such services.

use hearthcast_model::prefix::MOST_BYTES;
use url::Url;

/// A service: its host, what its path begins with, how many parts of its own follow, and its name.
struct Service(&'static str, &'static [&'static str], usize, &'static str);

/// As their own pages say how to set them up.
const SERVICES: [Service; 27] = [
    Service("op3.dev", &["e"], 0, "OP3"),
    Service("dts.podtrac.com", &["redirect.mp3"], 0, "Podtrac"),
    Service("dts.podtrac.com", &["redirect.m4a"], 0, "Podtrac"),
    Service("dts.podtrac.com", &["pts", "redirect.mp3"], 0, "Podtrac"),
    Service("www.podtrac.com", &["pts", "redirect.mp3"], 0, "Podtrac"),
    Service("www.podtrac.com", &["pts", "redirect.m4a"], 0, "Podtrac"),
    Service("play.podtrac.com", &[], 1, "Podtrac"),
    Service("pdst.fm", &["e"], 0, "Podsights"),
    Service("chrt.fm", &["track"], 1, "Chartable"),
    Service("chtbl.com", &["track"], 1, "Chartable"),
    Service("pscrb.fm", &["rss", "p"], 0, "Podscribe"),
    Service("verifi.podscribe.com", &["rss", "p"], 0, "Podscribe"),
    Service("mgln.ai", &["e"], 1, "Magellan AI"),
    Service("arttrk.com", &["p"], 1, "ArtsAI"),
    Service("prfx.byspotify.com", &["e"], 0, "Spotify"),
    Service("claritaspod.com", &["measure"], 0, "Claritas"),
    Service("clrtpod.com", &["m"], 0, "Claritas"),
    Service("tracking.swap.fm", &["track"], 1, "SWAP.FM"),
    Service("swap.fm", &["l"], 1, "SWAP.FM"),
    Service("media.blubrry.com", &[], 1, "Blubrry"),
    Service("2.gum.fm", &[], 0, "Gumball"),
    Service("p.podderapp.com", &[], 1, "Podder"),
    Service("pfx.vpixl.com", &[], 1, "Veritonic"),
    Service("pfx.veritonicmetrics.com", &[], 1, "Veritonic"),
    Service("r.zen.ai", &["r"], 0, "zenai"),
    Service("cohst.app", &["pcp"], 1, "CoHost"),
    Service("growx.podkite.com", &["https"], 1, "Podkite"),
];

/// An address that services stand before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    /// All that stands before it, with a `/` at its end.
    pub(crate) prefix: String,
    /// The services, outermost first.
    pub(crate) names: Vec<&'static str>,
    /// The address of the sound itself.
    pub(crate) inner: String,
}

/// What stands before the address of a sound; `None` where nothing known does.
pub(crate) fn counted(address: &str) -> Option<Counted> {
    let mut names = vec![];
    let mut inner = Url::parse(address).ok()?;
    while let Some((name, rest)) = led(&inner) {
        names.push(name);
        inner = rest;
        if names.len() > 10 {
            return None;
        }
    }
    let tail = inner.as_str();
    let tail = tail.split_once("://").map_or(tail, |(_, rest)| rest);
    // Services say whole addresses for plain http: then the scheme is no part of the prefix.
    let before = address.strip_suffix(tail)?;
    let before = before.strip_suffix("http://").or(before.strip_suffix("https://")).unwrap_or(before);
    let usable = !names.is_empty() && before.ends_with('/') && before.len() <= MOST_BYTES;
    usable.then(|| Counted { prefix: before.into(), names, inner: inner.into() })
}

/// The service of an address, and what it leads to.
fn led(url: &Url) -> Option<(&'static str, Url)> {
    let host = url.host_str()?;
    let path = url.path().strip_prefix('/')?;
    let parts: Vec<&str> = path.split('/').collect();
    SERVICES.iter().find_map(|Service(of, fixed, own, name)| {
        let begins = parts.iter().zip(*fixed).filter(|(part, wanted)| is_part(part, wanted)).count() == fixed.len();
        let rest = parts.get(fixed.len() + own..).filter(|_| host == *of && begins)?.join("/");
        Some((*name, sound(&rest, url)?))
    })
}

/// OP3 takes words behind a comma (`e,pg=…`).
fn is_part(part: &str, wanted: &str) -> bool {
    part.split(',').next() == Some(wanted)
}

/// The address that a service was told: whole, or without its scheme, which is https then.
fn sound(rest: &str, of: &Url) -> Option<Url> {
    let whole = rest.starts_with("http://") || rest.starts_with("https://");
    let (host, path) = rest.split_once('/')?;
    let is_host = host.contains('.') && !host.starts_with('.') && !path.is_empty();
    let text = match (whole, is_host) {
        (true, _) => rest.to_string(),
        (false, true) => format!("https://{rest}"),
        (false, false) => return None,
    };
    let mut url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.set_query(of.query());
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_recognised_whole() {
        for (address, prefix, names, inner) in [
            ("https://op3.dev/e/pod.example/a.mp3", "https://op3.dev/e/", vec!["OP3"], "https://pod.example/a.mp3"),
            (
                "https://op3.dev/e,pg=9b02/pod.example/a.mp3?x=1",
                "https://op3.dev/e,pg=9b02/",
                vec!["OP3"],
                "https://pod.example/a.mp3?x=1",
            ),
            (
                "https://dts.podtrac.com/redirect.mp3/pdst.fm/e/chrt.fm/track/AB12/pscrb.fm/rss/p/mgln.ai/e/42/traffic.pod.example/s/a.mp3",
                "https://dts.podtrac.com/redirect.mp3/pdst.fm/e/chrt.fm/track/AB12/pscrb.fm/rss/p/mgln.ai/e/42/",
                vec!["Podtrac", "Podsights", "Chartable", "Podscribe", "Magellan AI"],
                "https://traffic.pod.example/s/a.mp3",
            ),
            (
                "http://www.podtrac.com/pts/redirect.mp3/http://pod.example/a.mp3",
                "http://www.podtrac.com/pts/redirect.mp3/",
                vec!["Podtrac"],
                "http://pod.example/a.mp3",
            ),
            (
                "https://media.blubrry.com/myshow/pod.example/a.mp3",
                "https://media.blubrry.com/myshow/",
                vec!["Blubrry"],
                "https://pod.example/a.mp3",
            ),
        ] {
            let wanted = Counted { prefix: prefix.into(), names, inner: inner.into() };
            assert_eq!(counted(address), Some(wanted), "{address}");
        }
    }

    #[test]
    fn what_is_no_chain_is_left_alone() {
        for address in [
            "https://pod.example/e/other.example/a.mp3",
            "https://op3.dev/api/1/a.mp3",
            "https://op3.dev/e/",
            "https://op3.dev/e/a.mp3",
            "https://chrt.fm/track/AB12/a.mp3",
            "https://op3.dev/e/file:///etc/passwd",
            "ftp://op3.dev/x",
            "nonsense",
        ] {
            assert_eq!(counted(address), None, "{address}");
        }
    }
}
