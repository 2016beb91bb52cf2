//! Telling a WebSub hub that a feed is another one (<https://www.w3.org/TR/websub/> §6 leaves the way to publisher and hub; this
//! is the one that public hubs take): a small form, whose answer is a status. The hub then reads the feed itself.

use crate::{FetchError, Foreign, Net};
use hearthcast_model::place::is_loopback;
use url::{Url, form_urlencoded};

/// Why a hub was not told.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// One of the addresses cannot be read.
    #[error("{0} cannot be read as an address")]
    Address(String),
    /// It could not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It did not take it.
    #[error("{hub} answers {status}")]
    Refused {
        /// The hub's origin.
        hub: String,
        /// Its answer.
        status: u16,
    },
}

/// Tells a hub that the feed at `topic` is another one. A hub on this machine is told only of a feed on this machine, which
/// nobody else can read either.
pub async fn tell_hub(net: &Net, hub: &str, topic: &str) -> Result<(), HubError> {
    let read = |text: &str| Url::parse(text).map_err(|_| HubError::Address(text.to_string()));
    let (hub, feed) = (read(hub)?, read(topic)?);
    let own = if is_loopback(&hub) && is_loopback(&feed) { vec![hub.clone()] } else { vec![] };
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("hub.mode", "publish")
        .append_pair("hub.url", topic)
        .append_pair("hub.topic", topic)
        .finish();
    match Foreign::over(net, &own).tell(&hub, form).await? {
        200..=299 => Ok(()),
        status => Err(HubError::Refused { hub: hub.origin().ascii_serialization(), status }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hub_on_this_machine_hears_of_no_public_feed() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let hub = format!("http://{}/", listener.local_addr().unwrap());
        let told = tell_hub(&Net::default(), &hub, "https://pod.example/feed.xml").await;
        assert!(matches!(told, Err(HubError::Fetch(FetchError::NotPublic(_)))), "{told:?}");
        assert!(listener.accept().is_err(), "nobody came");
    }
}
