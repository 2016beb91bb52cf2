//! Who is at the other end, and who we are: the server's key must be the one that was seen when the target was added, and
//! we log in by a key or a password. Nothing of ours is sent to a machine with another key.

use crate::StorageError;
use crate::far::Shared;
use crate::refusal::{AccessTo, Meaning};
use hearthcast_fetch::Net;
use hearthcast_model::place::Login;
use russh::MethodKind;
use russh::client::{self, AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::PublicKeyOrCertificate;
use russh::keys::{HashAlg, PrivateKeyWithHashAlg, load_secret_key};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Longest wait for a connection, and for the other side to say who it is.
const CONNECT: Duration = Duration::from_secs(15);

/// Silence after which the other side is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(15);

/// Rounds of questions that are answered with the password.
const ROUNDS: usize = 3;

/// Looks at the server's key.
pub(super) struct Doorkeeper {
    /// The fingerprint it must have; `None` takes any, to look at it only.
    known: Option<String>,
    seen: Arc<Mutex<Option<String>>>,
}

impl client::Handler for Doorkeeper {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let fingerprint = match shown {
            PublicKeyOrCertificate::PublicKey { key, .. } => key.fingerprint(HashAlg::Sha256),
            PublicKeyOrCertificate::Certificate(certificate) => certificate.public_key().fingerprint(HashAlg::Sha256),
        };
        let fingerprint = fingerprint.to_string();
        let right = self.known.as_ref().is_some_and(|known| *known == fingerprint);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprint);
        Ok(right)
    }
}

/// The fingerprint (`SHA256:…`) of the key that a server shows; nobody logs in.
pub async fn host_key(login: &Login, net: impl Into<Net>) -> Result<String, StorageError> {
    let shared = Shared::new(about(login), net.into());
    let seen = Arc::new(Mutex::new(None));
    let outcome = greet(&shared, login, Doorkeeper { known: None, seen: Arc::clone(&seen) }).await;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match (seen, outcome) {
        (Some(fingerprint), _) => Ok(fingerprint),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Err(shared.error(Meaning::Unreadable("it shows no host key".into()))),
    }
}

/// Whether a file with a private key is locked by a passphrase.
pub fn needs_passphrase(key_file: &Path) -> bool {
    matches!(load_secret_key(key_file, None), Err(russh::keys::Error::KeyIsEncrypted))
}

/// Whose refusals are told.
pub(super) fn about(login: &Login) -> AccessTo {
    AccessTo { name: login.path.clone(), origin: format!("sftp://{}:{}", login.host, login.port) }
}

/// Connects, checks the server's key, and logs in.
pub(super) async fn connect(
    shared: &Shared,
    login: &Login,
    key_file: Option<&str>,
    password: Option<&str>,
    known: Option<&str>,
) -> Result<Handle<Doorkeeper>, StorageError> {
    let Some(known) = known else {
        return Err(shared.error(Meaning::AnotherKey("none is known yet".into())));
    };
    let seen = Arc::new(Mutex::new(None));
    let doorkeeper = Doorkeeper { known: Some(known.to_string()), seen: Arc::clone(&seen) };
    let mut handle = match greet(shared, login, doorkeeper).await {
        Ok(handle) => handle,
        Err(error) => {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return Err(match seen {
                Some(seen) if seen != known => shared.error(Meaning::AnotherKey(format!("{seen} instead of {known}"))),
                _ => error,
            });
        }
    };
    let accepted = match key_file {
        Some(key_file) => by_key(shared, &mut handle, login, key_file, password).await?,
        None => by_password(shared, &mut handle, login, password.unwrap_or_default()).await?,
    };
    match accepted {
        true => Ok(handle),
        false => Err(shared.error(Meaning::Key(format!("for {}", login.user)))),
    }
}

async fn greet(shared: &Shared, login: &Login, doorkeeper: Doorkeeper) -> Result<Handle<Doorkeeper>, StorageError> {
    let config = client::Config {
        keepalive_interval: Some(SILENCE),
        keepalive_max: 4,
        nodelay: true,
        ..client::Config::default()
    };
    let work = async {
        let socket = shared.connect(login).await?;
        let greeted = client::connect_stream(Arc::new(config), socket, doorkeeper).await;
        greeted.map_err(|error| shared.lost(&error.to_string()))
    };
    tokio::time::timeout(CONNECT, work).await.unwrap_or_else(|_| Err(shared.lost("it takes too long")))
}

async fn by_key(
    shared: &Shared,
    handle: &mut Handle<Doorkeeper>,
    login: &Login,
    key_file: &str,
    passphrase: Option<&str>,
) -> Result<bool, StorageError> {
    let (path, passphrase) = (key_file.to_string(), passphrase.map(str::to_string));
    let loaded = tokio::task::spawn_blocking(move || load_secret_key(path, passphrase.as_deref())).await;
    let unusable = |why: String| shared.error(Meaning::Key(format!("the key in {key_file} cannot be used: {why}")));
    let key = match loaded {
        Ok(Ok(key)) => key,
        Ok(Err(error)) => return Err(unusable(error.to_string())),
        Err(error) => return Err(unusable(error.to_string())),
    };
    let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
    let answer = handle.authenticate_publickey(login.user.clone(), key).await;
    Ok(answer.map_err(|error| shared.lost(&error.to_string()))?.success())
}

/// By the password at once, or as the answer to what the server asks.
async fn by_password(
    shared: &Shared,
    handle: &mut Handle<Doorkeeper>,
    login: &Login,
    password: &str,
) -> Result<bool, StorageError> {
    let failed = |error: russh::Error| shared.lost(&error.to_string());
    let first = handle.authenticate_password(login.user.clone(), password).await.map_err(failed)?;
    match first {
        AuthResult::Success => return Ok(true),
        AuthResult::Failure { remaining_methods, .. } => {
            if !remaining_methods.contains(&MethodKind::KeyboardInteractive) {
                return Ok(false);
            }
        }
    }
    let mut answer =
        handle.authenticate_keyboard_interactive_start(login.user.clone(), None::<String>).await.map_err(failed)?;
    for _ in 0..ROUNDS {
        let KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } = &answer else { break };
        let answers = prompts.iter().map(|_| password.to_string()).collect();
        answer = handle.authenticate_keyboard_interactive_respond(answers).await.map_err(failed)?;
    }
    Ok(matches!(answer, KeyboardInteractiveAuthResponse::Success))
}
