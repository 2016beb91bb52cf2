//! Adds a place to publish to; a server is paired on the way.

use crate::Studio;
use crate::edit_show::checked_text;
use crate::read::show_id;
use hearthcast_engine::line::Line;
use hearthcast_engine::pair::pair;
use hearthcast_fetch::Net;
use hearthcast_library::target;
use hearthcast_model::place::{Location, Remote, Role, Target, parse_location};
use hearthcast_model::view::TargetView;
use hearthcast_model::{Code, Error, Result, TargetId};
use std::path::Path;

/// A target to be added.
#[derive(Debug, Clone, Default)]
pub struct NewTarget {
    /// Name, unique in the library.
    pub name: String,
    /// Address (`file:///…`, `webdavs://…`, `server+https://…`).
    pub url: String,
    /// Address listeners use, for every place but a server.
    pub public_url: Option<String>,
    /// What it is for.
    pub role: Role,
    /// One-time code of `hearthcast-server pair`, for a server.
    pub pairing_code: Option<String>,
    /// Allows plain http to another machine.
    pub allow_insecure: bool,
}

impl Studio {
    /// Adds a target. A folder must exist or be makeable; a server must accept the pairing code.
    pub async fn add_target(&self, show: &str, new: NewTarget) -> Result<TargetView> {
        let (record, target) = (self.show(show).await?, self.made_target(show, new).await?);
        let mut tx = self.library().transact().await?;
        tx.put_target(&target).await?;
        self.commit(tx, "target").await?;
        self.target_view(&target, &record.body.slug).await
    }

    /// A target as it would be added; a server is paired, and nothing is kept here.
    pub(crate) async fn made_target(&self, show: &str, new: NewTarget) -> Result<Target> {
        let record = self.show(show).await?;
        let name = checked_text("name", &new.name, true)?;
        if target::find(self.library(), &name).await?.is_some() {
            return Err(Error::new(Code::Taken, format!("A target called \"{name}\" exists already."))
                .hint("Choose another name.")
                .about("target", name));
        }
        let location = parse_location(&new.url, new.public_url.as_deref(), new.allow_insecure)?;
        let id = TargetId::fresh(self.library().ids(), self.now_ms());
        let target = Target {
            insecure: new.allow_insecure,
            ..Target::new(id, show_id(&record)?, &name, &new.url, location, new.role)
        };
        match &target.location {
            Location::Folder { path, .. } => with_folder(path, target.clone()),
            Location::Remote(Remote::Sftp { .. }) => with_host_key(target, self.net().await?).await,
            Location::Bucket { .. } | Location::Remote(_) => Ok(target),
            Location::Server { .. } => self.paired(target, new.pairing_code.as_deref()).await,
        }
    }

    /// Forgets a target. Nothing is deleted at the place itself.
    pub async fn remove_target(&self, name: &str) -> Result<()> {
        let target = self.target(name).await?;
        self.not_a_store_in_use(&target).await?;
        self.nobody_hears_at(&target).await?;
        let mut tx = self.library().transact().await?;
        tx.remove_target(&target.id).await?;
        self.commit(tx, "target").await?;
        self.forget_access_key(&target).await;
        Ok(())
    }

    pub(crate) async fn target(&self, name: &str) -> Result<Target> {
        target::find(self.library(), name)
            .await?
            .ok_or_else(|| Error::not_found("target", name).hint("\"hearthcast target list\" names them."))
    }

    async fn paired(&self, target: Target, code: Option<&str>) -> Result<Target> {
        let Some(code) = code else {
            return Err(Error::new(Code::AuthRefused, "A server needs a pairing code the first time.")
                .hint("Run \"hearthcast-server pair --data DIR\" on the server and give the code it prints.")
                .about("target", target.name.clone()));
        };
        let line = Line::to(&target, self.device_key()?, self.net().await?)?;
        pair(&line, target, self.library().device(), code).await
    }
}

/// The key that a machine shows the first time is the one it must show from then on. An address may name it beforehand.
async fn with_host_key(mut target: Target, net: Net) -> Result<Target> {
    let name = target.name.clone();
    let Location::Remote(Remote::Sftp { login, host_key, .. }) = &mut target.location else { return Ok(target) };
    let shown = hearthcast_storage::sftp::host_key(login, net).await?;
    match host_key {
        Some(wanted) if *wanted != shown => {
            let what = format!("{} shows the host key {shown}, and {wanted} was wanted.", login.host);
            Err(Error::new(Code::TargetRefused, what)
                .hint("Nothing was sent. Ask whoever runs the server for its key's fingerprint.")
                .about("target", name))
        }
        _ => {
            *host_key = Some(shown);
            Ok(target)
        }
    }
}

fn with_folder(path: &str, target: Target) -> Result<Target> {
    let path = Path::new(path);
    let parent = path.parent().unwrap_or(path);
    if path.is_dir() || (!path.exists() && parent.is_dir()) {
        return Ok(target);
    }
    Err(Error::new(
        Code::TargetInvalid,
        format!("{} is not a folder and cannot be made: {} is not there.", path.display(), parent.display()),
    )
    .hint("Make the folder, or connect its disk.")
    .about("target", target.name))
}
