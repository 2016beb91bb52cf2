//! Who serves an address, by name, and how a feed is led away from there. Data, each line with its source. What it is not: a
//! guess; a host that is not listed is called unknown.

use serde::{Deserialize, Serialize};
use url::{Host as UrlHost, Url};

/// Somebody who serves feeds or files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: &'static str,
    /// Domains it serves from; those below them, too.
    pub domains: &'static [&'static str],
    /// How its customer leads a feed to a new address.
    pub how: &'static str,
    /// Where that is written.
    pub source: &'static str,
    /// What it keeps of a closed account, as far as its terms say.
    pub closing: Closing,
}

/// What becomes of addresses when the account behind them is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// Feed and files stop answering.
    Dies,
    /// The feed's redirect stays where one was set before; files stop answering.
    RedirectStays,
    /// Nobody but the host knows.
    Unknown,
}

const HOSTS: &[Host] = &[
    host(
        "Acast",
        &["acast.com"],
        "In the show's settings set the redirect to the new feed, or ask Acast's support for it.",
        "https://learn.acast.com/en/articles/5264910-what-is-a-redirect",
    ),
    host(
        "Amazon S3",
        &["amazonaws.com"],
        "A bucket with static website hosting answers 301 for an object that has the metadata x-amz-website-redirect-location; other buckets cannot, so let the last feed there carry itunes:new-feed-url.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html",
    ),
    host(
        "Buzzsprout",
        &["buzzsprout.com"],
        "In the podcast's settings choose to transfer away from Buzzsprout and enter the new feed.",
        "https://www.buzzsprout.com/help/9-transfer-away-from-buzzsprout",
    ),
    host(
        "Captivate",
        &["captivate.fm"],
        "In the show's settings set the redirect of the feed to the new address.",
        "https://help.captivate.fm/",
    ),
    host(
        "Cloudflare Pages",
        &["pages.dev"],
        "Put a line into the file _redirects of the site: /feed.xml NEW 301.",
        "https://developers.cloudflare.com/pages/configuration/redirects/",
    ),
    Host {
        closing: Closing::RedirectStays,
        ..host(
            "FeedBurner",
            &["feedburner.com", "feeds.feedburner.com", "feedproxy.google.com"],
            "In the feed's settings enter the new address as the original feed; FeedBurner's own address then serves it.",
            "https://support.google.com/feedburner/",
        )
    },
    host(
        "GitHub Pages",
        &["github.io", "raw.githubusercontent.com"],
        "GitHub Pages answers no 301 for a feed: let the last feed there carry itunes:new-feed-url and stay.",
        "https://docs.github.com/en/pages",
    ),
    host(
        "Internet Archive",
        &["archive.org"],
        "The Internet Archive leads no address away: files stay where they are, and feeds cannot be redirected.",
        "https://help.archive.org/",
    ),
    host(
        "Libsyn",
        &["libsyn.com", "libsynpro.com"],
        "In the show's feed destination set the redirect to the new feed.",
        "https://support.libsyn.com/kb/changing-your-feed-url-in-itunes/",
    ),
    host(
        "Megaphone",
        &["megaphone.fm", "megaphone.spotifycdn.com"],
        "In the podcast's settings set the redirect of the feed, or ask Megaphone's support for it.",
        "https://support.megaphone.fm/",
    ),
    host(
        "Netlify",
        &["netlify.app", "netlify.com"],
        "Put a line into the file _redirects of the site: /feed.xml NEW 301.",
        "https://docs.netlify.com/routing/redirects/",
    ),
    host(
        "Podbean",
        &["podbean.com"],
        "In the settings of the feed enter the new feed's address as its redirect.",
        "https://help.podbean.com/support/home",
    ),
    host(
        "Simplecast",
        &["simplecast.com"],
        "In the show's settings for distribution enter the new feed as a 301 redirect.",
        "https://support.transistor.fm/en/article/how-to-forward-your-simplecast-podcast-feed-301-redirect-1w0p84x/",
    ),
    host(
        "SoundCloud",
        &["soundcloud.com", "sndcdn.com"],
        "In the settings for content enter the new feed as the subscriber redirect.",
        "http://podcasting.help.soundcloud.com/customer/portal/articles/2162171-redirecting-your-rss-feed-to-another-host",
    ),
    host(
        "Spotify for Creators (Anchor)",
        &["anchor.fm", "creators.spotify.com", "podcasters.spotify.com"],
        "In the podcast's settings choose to redirect the podcast and enter the new feed.",
        "https://support.spotify.com/us/creators/",
    ),
    host(
        "Spreaker",
        &["spreaker.com"],
        "In the show's settings for distribution enter the new feed as its redirect.",
        "https://help.spreaker.com/",
    ),
    host(
        "Transistor",
        &["transistor.fm"],
        "In the show's settings enter the new feed as its redirect.",
        "https://support.transistor.fm/",
    ),
    host(
        "WordPress.com",
        &["wordpress.com"],
        "Leave a redirect of the whole site at WordPress.com (Site Redirect); a feed alone cannot be led away there.",
        "https://wordpress.com/support/site-redirect/",
    ),
];

const fn host(name: &'static str, domains: &'static [&'static str], how: &'static str, source: &'static str) -> Host {
    Host { name, domains, how, source, closing: Closing::Dies }
}

/// What is done at a host that is not known.
pub const UNKNOWN_HOW: &str = "This host is not known here. Ask it, or whoever runs its web server, to answer the feed's address with a permanent redirect (301) to the new one; where it cannot, let the last feed there carry itunes:new-feed-url.";

/// The host that serves an address, where it is known.
pub fn host_of(url: &str) -> Option<&'static Host> {
    let url = Url::parse(url).ok()?;
    let Some(UrlHost::Domain(name)) = url.host() else { return None };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let below = |domain: &str| name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    HOSTS.iter().find(|host| host.domains.iter().any(|domain| below(domain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_by_their_domains_and_no_others() {
        for (url, name) in [
            ("https://feeds.buzzsprout.com/123.rss", Some("Buzzsprout")),
            ("https://FEEDS.Libsyn.com/1/rss", Some("Libsyn")),
            ("https://pods.s3.eu-central-1.amazonaws.com/a.mp3", Some("Amazon S3")),
            ("https://anchor.fm/s/1/podcast/rss", Some("Spotify for Creators (Anchor)")),
            ("https://notbuzzsprout.com/1.rss", None),
            ("https://buzzsprout.com.evil.example/1.rss", None),
            ("https://203.0.113.9/feed.xml", None),
            ("nonsense", None),
        ] {
            assert_eq!(host_of(url).map(|host| host.name), name, "{url}");
        }
    }

    #[test]
    fn every_host_says_how_and_where_that_is_written_and_each_domain_once() {
        let mut seen = std::collections::BTreeSet::new();
        for host in HOSTS {
            assert!(host.how.len() > 20 && host.how.ends_with('.'), "{}", host.name);
            assert!(Url::parse(host.source).is_ok_and(|url| url.has_host()), "{}", host.name);
            assert!(host.domains.iter().all(|domain| seen.insert(*domain)), "{}", host.name);
        }
    }
}
