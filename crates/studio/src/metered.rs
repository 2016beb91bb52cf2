//! Whether the network costs by what goes over it. NetworkManager tells, over the system's bus; where nobody tells, it does
//! not.

/// Whether the connection is metered, or NetworkManager guesses so (as on a telephone's hotspot).
pub(crate) async fn is_metered() -> bool {
    #[cfg(target_os = "linux")]
    {
        matches!(linux::asked().await, Some(linux::YES | linux::GUESSED))
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;
    use zbus::Connection;
    use zbus::proxy::{MethodFlags, Proxy};
    use zbus::zvariant::OwnedValue;

    /// `NM_METERED_YES` and `NM_METERED_GUESS_YES` of NetworkManager's D-Bus reference.
    pub(super) const YES: u32 = 1;
    pub(super) const GUESSED: u32 = 3;

    const MANAGER: &str = "org.freedesktop.NetworkManager";
    const PATH: &str = "/org/freedesktop/NetworkManager";

    /// Longest wait for an answer: it comes from this machine.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// What NetworkManager says; `None` where there is no bus, no NetworkManager, or no answer.
    pub(super) async fn asked() -> Option<u32> {
        tokio::time::timeout(PATIENCE, ask())
            .await
            .ok()?
            .inspect_err(|error| tracing::debug!(%error, "metered?"))
            .ok()?
    }

    /// Nobody is started only to be asked.
    async fn ask() -> zbus::Result<Option<u32>> {
        let bus = Connection::system().await?;
        let properties = Proxy::new(&bus, MANAGER, PATH, "org.freedesktop.DBus.Properties").await?;
        let said: Option<OwnedValue> =
            properties.call_with_flags("Get", MethodFlags::NoAutoStart.into(), &(MANAGER, "Metered")).await?;
        Ok(said.and_then(|value| u32::try_from(value).ok()))
    }
}
