//! Tells a cache before a place to forget withdrawn addresses, as the author set it up: a program, or a request through the
//! guarded client. What it is not: a promise; what the cache answered is told, and the address is asked afterwards.

use crate::Studio;
use crate::access::secret_name;
use bytes::Bytes;
use hearthcast_fetch::{HttpMethod, Net, Owned};
use hearthcast_library::withdrawal;
use hearthcast_model::history::Purged;
use hearthcast_model::place::Target;
use hearthcast_model::purge::{Purge, filled, fixed_origin};
use hearthcast_model::{Error, Result};
use http_body_util::{BodyExt as _, Full};
use std::process::Stdio;
use std::time::Duration;
use url::Url;

/// Longest wait for one purge.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most characters of what a program says that are told.
const MOST_SAID: usize = 300;

/// Why a cache was not told.
#[derive(Debug, thiserror::Error)]
enum PurgeError {
    /// The program did not start or did not end well.
    #[error("{program}: {why}")]
    Program { program: String, why: String },
    /// The request could not be made or was not taken.
    #[error("{0}")]
    Request(String),
    /// Nobody answered.
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Silence,
}

impl PurgeError {
    /// An error may quote the request; a secret is told to nobody.
    fn without(self, secret: &str) -> Self {
        match self {
            Self::Request(why) if !secret.is_empty() => Self::Request(why.replace(secret, "…")),
            other => other,
        }
    }
}

fn unsent(why: impl std::fmt::Display) -> PurgeError {
    PurgeError::Request(why.to_string())
}

impl Studio {
    /// How the cache before a target is told to forget an address.
    pub async fn purge(&self, target: &str) -> Result<Option<Purge>> {
        let target = self.target(target).await?;
        Ok(withdrawal::purge(self.library(), &target.id).await?)
    }

    /// Sets it, or that nothing is told.
    pub async fn set_purge(&self, target: &str, purge: Option<Purge>) -> Result<()> {
        let target = self.target(target).await?;
        let purge = purge.map(Purge::checked).transpose()?;
        let mut tx = self.library().transact().await?;
        tx.put_purge(&target.id, purge.as_ref()).await?;
        self.commit(tx, "target").await
    }

    /// Tells the cache before a target, address by address.
    pub(crate) async fn purge_addresses(&self, target: &Target, addresses: &[String]) -> Result<Vec<Purged>> {
        let Some(purge) = withdrawal::purge(self.library(), &target.id).await? else { return Ok(vec![]) };
        let (net, mut told) = (self.net().await?, vec![]);
        for address in addresses {
            let outcome = match Url::parse(address) {
                Ok(parsed) => tokio::time::timeout(PATIENCE, run(&net, &purge, &target.name, &parsed)).await,
                Err(_) => Ok(Err(unsent("the address cannot be read"))),
            };
            let outcome = outcome.unwrap_or(Err(PurgeError::Silence));
            told.push(Purged {
                target: target.name.clone(),
                url: address.clone(),
                done: outcome.is_ok(),
                sentence: match &outcome {
                    Ok(()) => format!("The cache was told to forget {address}."),
                    Err(why) => format!("The cache could not be told to forget {address}: {why}."),
                },
            });
        }
        Ok(told)
    }
}

async fn run(net: &Net, purge: &Purge, target: &str, address: &Url) -> std::result::Result<(), PurgeError> {
    match purge {
        Purge::Command { program, args } => command(program, args, address).await,
        Purge::Request { method, url, headers, body } => {
            let secret = std::env::var(secret_name(target, "PURGE_SECRET")).unwrap_or_default();
            let sent = request(net, method, url, headers, body, &secret, address).await;
            sent.map_err(|error| error.without(&secret))
        }
    }
}

/// Starts the program itself; nothing reads its words as a shell would. It gets none of Hearthcast's secrets.
async fn command(program: &str, args: &[String], address: &Url) -> std::result::Result<(), PurgeError> {
    let mut command = tokio::process::Command::new(program);
    command.args(args.iter().map(|arg| filled(arg, address)));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEARTHCAST_")) {
        command.env_remove(name);
    }
    let failed = |why: String| PurgeError::Program { program: program.into(), why };
    let out = command.stdin(Stdio::null()).kill_on_drop(true).output().await.map_err(|e| failed(e.to_string()))?;
    if out.status.success() {
        return Ok(());
    }
    let said: String = String::from_utf8_lossy(&out.stderr).chars().take(MOST_SAID).collect();
    let code = out.status.code().map_or_else(|| "it was ended".into(), |code| format!("it ended with {code}"));
    Err(failed(format!("{code} {}", said.trim().replace('\n', " ")).trim_end().to_string()))
}

async fn request(
    net: &Net,
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: &str,
    secret: &str,
    address: &Url,
) -> std::result::Result<(), PurgeError> {
    let told = |error: Error| unsent(error.message);
    let origin = fixed_origin(url).map_err(told)?;
    let to = Url::parse(&filled(url, address)).map_err(unsent)?;
    // Exactly the origin the author configured, whatever stands in the address.
    let fetch = Owned::over(net, std::slice::from_ref(&origin), false, None).map_err(unsent)?;
    let method = HttpMethod::from_bytes(method.as_bytes()).map_err(|_| unsent("its method is none"))?;
    let mut request = http::Request::builder().method(method).uri(to.as_str());
    for (name, value) in headers {
        request = request.header(name.as_str(), filled(value, address).replace("{secret}", secret));
    }
    let body = Full::new(Bytes::from(filled(body, address)));
    let request = request.body(body).map_err(|_| unsent("a header field cannot be sent"))?;
    let answer = fetch.exchange(request).await.map_err(unsent)?;
    let status = answer.status();
    // Read to its end, at most a little of it: the connection may be used again.
    let mut body = answer.into_body();
    let _ = body.frame().await;
    match status.is_success() {
        true => Ok(()),
        false => Err(unsent(format_args!("the answer is {}", status.as_u16()))),
    }
}

/// A purge that failed keeps a withdrawal from being complete.
pub(crate) fn all_done(purged: &[Purged]) -> bool {
    purged.iter().all(|purged| purged.done)
}
