//! Tells a cache before a place to forget withdrawn addresses, as the author set it up: a program, or a request through the
//! guarded client. What it is not: a promise; what the cache answered is told, and the address is asked afterwards.

use crate::Studio;
use crate::access::secret_name;
use bytes::Bytes;
use hearthcast_fetch::{HttpMethod, Owned};
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
        let mut told = vec![];
        for address in addresses {
            let outcome = match Url::parse(address) {
                Ok(parsed) => tokio::time::timeout(PATIENCE, run(&purge, &target.name, &parsed)).await,
                Err(_) => Ok(Err("the address cannot be read".into())),
            };
            let outcome = outcome.unwrap_or_else(|_| Err(format!("no answer within {} seconds", PATIENCE.as_secs())));
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

async fn run(purge: &Purge, target: &str, address: &Url) -> std::result::Result<(), String> {
    match purge {
        Purge::Command { program, args } => command(program, args, address).await,
        Purge::Request { method, url, headers, body } => {
            let secret = std::env::var(secret_name(target, "PURGE_SECRET")).unwrap_or_default();
            let sent = request(method, url, headers, body, &secret, address).await;
            // An error may quote the request; a secret is told to nobody.
            sent.map_err(|why| if secret.is_empty() { why } else { why.replace(&secret, "…") })
        }
    }
}

/// Starts the program itself; nothing reads its words as a shell would. It gets none of Hearthcast's secrets.
async fn command(program: &str, args: &[String], address: &Url) -> std::result::Result<(), String> {
    let mut command = tokio::process::Command::new(program);
    command.args(args.iter().map(|arg| filled(arg, address)));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEARTHCAST_")) {
        command.env_remove(name);
    }
    let out = command.stdin(Stdio::null()).kill_on_drop(true).output().await.map_err(|e| format!("{program}: {e}"))?;
    if out.status.success() {
        return Ok(());
    }
    let said: String = String::from_utf8_lossy(&out.stderr).chars().take(MOST_SAID).collect();
    let code = out.status.code().map_or_else(|| "it was ended".into(), |code| format!("it ended with {code}"));
    Err(format!("{program}: {code} {}", said.trim().replace('\n', " ")).trim_end().to_string())
}

async fn request(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: &str,
    secret: &str,
    address: &Url,
) -> std::result::Result<(), String> {
    let told = |error: Error| error.message;
    let origin = fixed_origin(url).map_err(told)?;
    let to = Url::parse(&filled(url, address)).map_err(|e| e.to_string())?;
    // Exactly the origin the author configured, whatever stands in the address.
    let fetch = Owned::new(std::slice::from_ref(&origin), false).map_err(|e| e.to_string())?;
    let method = HttpMethod::from_bytes(method.as_bytes()).map_err(|_| "its method is none".to_string())?;
    let mut request = http::Request::builder().method(method).uri(to.as_str());
    for (name, value) in headers {
        request = request.header(name.as_str(), filled(value, address).replace("{secret}", secret));
    }
    let body = Full::new(Bytes::from(filled(body, address)));
    let request = request.body(body).map_err(|_| "a header field cannot be sent".to_string())?;
    let answer = fetch.exchange(request).await.map_err(|e| e.to_string())?;
    let status = answer.status();
    // Read to its end, at most a little of it: the connection may be used again.
    let mut body = answer.into_body();
    let _ = body.frame().await;
    match status.is_success() {
        true => Ok(()),
        false => Err(format!("the answer is {}", status.as_u16())),
    }
}

/// A purge that failed keeps a withdrawal from being complete.
pub(crate) fn all_done(purged: &[Purged]) -> bool {
    purged.iter().all(|purged| purged.done)
}
