//! Keys to targets: from the environment for unattended use, else from the system's keychain. Never in the library, an
//! address or a log.

use crate::Studio;
use hearthcast_model::error::Retry;
use hearthcast_model::place::{Location, Remote, Target};
use hearthcast_model::probe::Abilities;
use hearthcast_model::rule::FileKind;
use hearthcast_model::{Code, Error, Result, TargetId};
use hearthcast_storage::bucket::AccessKey;
use hearthcast_storage::sftp::needs_passphrase;
use hearthcast_storage::{Bucket, Folder, Place, Spread, open_remote};
use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Under which name the keychain shows our entries.
const SERVICE: &str = "Hearthcast";

/// Longest wait for a keychain. A locked one asks a person; where nobody is, nobody answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long work that nobody watches leaves a keychain alone that has refused: a locked one would ask every minute.
const LEFT_ALONE: Duration = Duration::from_secs(60 * 60);

/// When the keychain last refused in this process.
static REFUSED: Mutex<Option<Instant>> = Mutex::new(None);

tokio::task_local! {
    /// Set while nobody watches.
    static UNATTENDED: ();
}

/// Does work that nobody watches: it asks the keychain once and then leaves it alone for an hour.
pub(crate) async fn unattended<F: Future>(work: F) -> F::Output {
    UNATTENDED.scope((), work).await
}

/// `HEARTHCAST_<NAME>_<WHAT>`: the name in capitals, everything but letters and digits an underline.
pub fn secret_name(target: &str, what: &str) -> String {
    let fold = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("HEARTHCAST_{}_{what}", target.chars().map(fold).collect::<String>())
}

impl Studio {
    /// Keeps the access key of a bucket, or the password of a folder on another machine (with any id), in the system's
    /// keychain.
    pub async fn set_access_key(&self, target: &str, id: &str, secret: &str) -> Result<()> {
        let target = self.target(target).await?;
        let key = match opened_by(&target.location) {
            Opener::Nothing => {
                return Err(Error::new(Code::TargetInvalid, format!("\"{}\" needs no access key.", target.name))
                    .about("target", target.name));
            }
            Opener::Key => AccessKey::new(id, secret),
            Opener::Password => AccessKey::new(SOMEBODY, secret),
        };
        let Some(key) = key else {
            return Err(Error::new(Code::UsageInvalid, "An access key has two parts: its id and its secret.")
                .hint("The storage's settings show both when a key is made; the secret is shown only once.")
                .about("target", target.name));
        };
        let entry = name(&target.id);
        let text = format!("{}\n{}", key.id(), key.secret());
        in_keychain(&target, move || keyring::Entry::new(SERVICE, &entry)?.set_password(&text)).await
    }

    /// The place of a target, with the key to it where it needs one, and with the places that its rules put files to. The
    /// bundled server is none: it has its own line.
    pub(crate) async fn place(&self, target: &Target) -> Result<Arc<dyn Place>> {
        let own = self.own_place(target).await?;
        match target.bases().next() {
            None => Ok(own),
            Some(_) => self.spread(target, own).await,
        }
    }

    /// A place with those behind other addresses of its files; each is opened once.
    pub(crate) async fn spread(&self, target: &Target, own: Arc<dyn Place>) -> Result<Arc<dyn Place>> {
        let (mut opened, mut addresses) = (BTreeMap::<TargetId, Arc<dyn Place>>::new(), vec![]);
        let mut insecure = target.insecure || matches!(target.location, Location::Folder { .. });
        for base in target.bases() {
            let Some(id) = base.store else {
                addresses.push((base.url, None));
                continue;
            };
            let store = self.target(id.as_str()).await?;
            insecure |= store.insecure || matches!(store.location, Location::Folder { .. });
            if !opened.contains_key(&id) {
                opened.insert(id.clone(), self.own_place(&store).await?);
            }
            addresses.push((base.url, opened.get(&id).map(Arc::clone)));
        }
        Ok(Arc::new(Spread::new(own, addresses, insecure)?))
    }

    /// The places that keep sound of a show that a server publishes, as one; `None` where there is none.
    pub(crate) async fn stores(&self, target: &Target) -> Result<Option<Arc<dyn Place>>> {
        let Some(id) = target.bases().find_map(|base| base.store) else { return Ok(None) };
        // Only files under other addresses are asked for, so whose own place it is does not matter.
        let own = self.own_place(&self.target(id.as_str()).await?).await?;
        Ok(Some(self.spread(target, own).await?))
    }

    /// What the places behind other addresses of a target's files can do.
    pub(crate) async fn abilities_of_stores(&self, target: &Target) -> Result<BTreeMap<String, Abilities>> {
        let mut known = BTreeMap::new();
        for base in target.bases() {
            if let Some(id) = &base.store {
                let store = self.target(id.as_str()).await?;
                let place = self.own_place(&store).await?;
                known.insert(base.url, self.abilities(&store, &*place).await?);
            }
        }
        Ok(known)
    }

    async fn own_place(&self, target: &Target) -> Result<Arc<dyn Place>> {
        let feed_cache = target.rule(FileKind::Feed).and_then(|rule| rule.cache.as_deref());
        Ok(match &target.location {
            Location::Folder { path, public_url } => Arc::new(Folder::known(Path::new(path))?.shown_at(public_url)?),
            Location::Bucket { .. } => {
                let key = access_key(target).await?;
                let bucket = Bucket::open(&target.location, &key, target.insecure, self.net().await?)?;
                Arc::new(bucket.with_feed_cache(feed_cache))
            }
            Location::Remote(remote @ (Remote::Azure { .. } | Remote::Gcs { .. })) => {
                let (key, net) = (access_key(target).await?, self.net().await?);
                let bucket = match remote {
                    Remote::Gcs { .. } => Bucket::open_google(remote, &key, target.insecure, net)?,
                    _ => Bucket::open_azure(remote, &key, target.insecure, net)?,
                };
                Arc::new(bucket.with_feed_cache(feed_cache))
            }
            Location::Remote(remote) => {
                let key = match opened_by(&target.location) {
                    Opener::Nothing => None,
                    _ => Some(access_key(target).await?),
                };
                open_remote(remote, key.as_ref(), target.insecure, self.net().await?)?
            }
            Location::Server { .. } => {
                let what = format!("\"{}\" is a Hearthcast server, which keeps its files itself.", target.name);
                return Err(Error::new(Code::TargetInvalid, what).about("target", target.name.clone()));
            }
        })
    }

    /// Removes the key of a target that is forgotten. One that cannot be removed is left behind: it opens nothing here.
    pub(crate) async fn forget_access_key(&self, target: &Target) {
        if opened_by(&target.location) == Opener::Nothing || from_environment(target).is_some() {
            return;
        }
        let entry = name(&target.id);
        let outcome = in_keychain(target, move || keyring::Entry::new(SERVICE, &entry)?.delete_credential()).await;
        if outcome.is_err() {
            tracing::info!("the access key of a forgotten target could not be removed from the keychain");
        }
    }
}

/// What opens a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    Nothing,
    /// An id and its secret.
    Key,
    /// A password; who logs in stands in the address.
    Password,
}

/// Stands where a password has no id.
const SOMEBODY: &str = "-";

fn opened_by(location: &Location) -> Opener {
    match location {
        Location::Folder { .. } | Location::Server { .. } => Opener::Nothing,
        Location::Bucket { .. } | Location::Remote(Remote::Azure { .. }) => Opener::Key,
        Location::Remote(Remote::WebDav { user, .. }) if user.is_empty() => Opener::Nothing,
        // A key's file that is not locked needs nothing else.
        Location::Remote(Remote::Sftp { key_file: Some(file), .. }) if !needs_passphrase(Path::new(file)) => {
            Opener::Nothing
        }
        Location::Remote(_) => Opener::Password,
    }
}

async fn access_key(target: &Target) -> Result<AccessKey> {
    if let Some(key) = from_environment(target) {
        return Ok(key);
    }
    let entry = name(&target.id);
    let text = in_keychain(target, move || keyring::Entry::new(SERVICE, &entry)?.get_password()).await?;
    text.split_once('\n').and_then(|(id, secret)| AccessKey::new(id, secret)).ok_or_else(|| no_key(target))
}

fn from_environment(target: &Target) -> Option<AccessKey> {
    let variable = |what| std::env::var(secret_name(&target.name, what)).ok();
    match opened_by(&target.location) {
        Opener::Nothing => None,
        Opener::Key => AccessKey::new(&variable("ACCESS_KEY_ID")?, &variable("SECRET_ACCESS_KEY")?),
        Opener::Password => AccessKey::new(SOMEBODY, &variable("PASSWORD")?),
    }
}

fn name(target: &TargetId) -> String {
    format!("target {target}")
}

/// Asks the keychain in a thread of its own, which nobody waits for longer than [`PATIENCE`].
async fn in_keychain<T: Send + 'static>(
    target: &Target,
    ask: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T> {
    if UNATTENDED.try_with(|()| ()).is_ok() && refused().is_some_and(|at| at.elapsed() < LEFT_ALONE) {
        return Err(no_keychain(target, "it refused a while ago, and nobody was there to unlock it"));
    }
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // Nobody waits any more when the person took too long.
        let _ = tell.send(ask());
    });
    let why = match tokio::time::timeout(PATIENCE, told).await {
        Ok(Ok(Ok(value))) => return Ok(value),
        Ok(Ok(Err(keyring::Error::NoEntry))) => return Err(no_key(target)),
        Ok(Ok(Err(keyring::Error::NoStorageAccess(_)))) => "it is locked",
        Ok(Ok(Err(_))) | Ok(Err(_)) => "there is none on this system",
        Err(_) => "it does not answer; it may be locked",
    };
    *REFUSED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    Err(no_keychain(target, why))
}

fn refused() -> Option<Instant> {
    *REFUSED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn no_key(target: &Target) -> Error {
    let what = what(target);
    Error::new(Code::AuthRefused, format!("There is no {what} for \"{}\" on this computer.", target.name))
        .hint(hint(target))
        .retry(Retry::AfterAction)
        .about("target", target.name.clone())
}

fn no_keychain(target: &Target, why: &str) -> Error {
    let what = what(target);
    let what = format!("The {what} for \"{}\" could not be taken from the keychain: {why}.", target.name);
    Error::new(Code::AuthRefused, what)
        .hint(format!("Unlock the keychain. {}", hint(target)))
        .retry(Retry::AfterAction)
        .about("target", target.name.clone())
}

/// What opens the target, in words.
fn what(target: &Target) -> &'static str {
    match opened_by(&target.location) {
        _ if matches!(target.location, Location::Remote(Remote::Gcs { .. })) => "service account's key",
        Opener::Password => "password",
        _ => "access key",
    }
}

fn hint(target: &Target) -> String {
    if opened_by(&target.location) == Opener::Password {
        let password = secret_name(&target.name, "PASSWORD");
        let what = what(target);
        return format!("Give the {what} in the target's settings, or set {password}. Nothing is lost.");
    }
    let (id, secret) = (secret_name(&target.name, "ACCESS_KEY_ID"), secret_name(&target.name, "SECRET_ACCESS_KEY"));
    format!("Give the key in the target's settings, or set {id} and {secret}. Nothing is lost.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_the_contract() {
        assert_eq!(secret_name("home", "PAIRING_CODE"), "HEARTHCAST_HOME_PAIRING_CODE");
        assert_eq!(secret_name("my-site.2", "ACCESS_KEY_ID"), "HEARTHCAST_MY_SITE_2_ACCESS_KEY_ID");
        // Capitals are ASCII, whatever the machine's language: a Turkish i is I all the same.
        assert_eq!(secret_name("bitti", "PASSWORD"), "HEARTHCAST_BITTI_PASSWORD");
    }
}
