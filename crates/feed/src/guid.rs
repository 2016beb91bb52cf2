//! `podcast:guid`: the show's name for ever, made from its first feed address.

use uuid::{Uuid, uuid};

/// The podcast namespace's UUID for feeds.
const NAMESPACE: Uuid = uuid!("ead4c236-bf58-58c6-a2c6-a6b28d128cb6");

/// Returns the UUIDv5 of a feed address without its scheme and the slashes at its end.
pub fn podcast_guid(feed_url: &str) -> String {
    let name = feed_url.split_once("://").map_or(feed_url, |(_, rest)| rest);
    Uuid::new_v5(&NAMESPACE, name.trim_end_matches('/').as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::podcast_guid;

    #[test]
    fn guid_is_the_vector_of_the_podcast_namespace() {
        let expected = "9b024349-ccf0-5f69-a609-6b82873eab3c";
        for url in ["podnews.net/rss", "https://podnews.net/rss", "http://podnews.net/rss///"] {
            assert_eq!(podcast_guid(url), expected);
        }
        assert_ne!(podcast_guid("https://www.podnews.net/rss"), expected);
        assert_ne!(podcast_guid("https://podnews.net/RSS"), expected);
    }
}
