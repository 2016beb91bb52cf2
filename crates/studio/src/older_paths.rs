//! Older paths of a show at its server: kept with the target, published with the show.

use crate::Studio;
use hearthcast_library::target;
use hearthcast_model::legacy::{LegacyPath, Paths, PathsImport};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Code, Error, Result, ShowId};
use std::collections::BTreeSet;
use std::path::Path;
use url::Url;

/// Longest table taken.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

impl Studio {
    /// The older paths of a server.
    pub async fn older_paths(&self, name: &str) -> Result<Vec<LegacyPath>> {
        Ok(self.server(name).await?.paths)
    }

    /// Keeps an older path. `was` is the one it stands for, where that had another name.
    pub async fn set_older_path(&self, name: &str, was: Option<&str>, path: LegacyPath) -> Result<Vec<LegacyPath>> {
        let server = self.server(name).await?;
        let known = self.known_origins(&server).await?;
        let mut paths = Paths::new(&server.paths, &known);
        if let Some(was) = was {
            paths.forget(was).ok_or_else(|| Error::not_found("path", was))?;
        }
        paths.take(path)?;
        self.keep_paths(server, paths.all()).await
    }

    /// Forgets an older path.
    pub async fn remove_older_path(&self, name: &str, from: &str) -> Result<Vec<LegacyPath>> {
        let server = self.server(name).await?;
        let none = BTreeSet::new();
        let mut paths = Paths::new(&server.paths, &none);
        paths.forget(from).ok_or_else(|| Error::not_found("path", from))?;
        self.keep_paths(server, paths.all()).await
    }

    /// Keeps these older paths and no others: takes an import back. All of them, or none.
    pub async fn replace_older_paths(&self, name: &str, all: Vec<LegacyPath>) -> Result<Vec<LegacyPath>> {
        let server = self.server(name).await?;
        let known = self.known_origins(&server).await?;
        let mut paths = Paths::new(&[], &known);
        all.into_iter().try_for_each(|path| paths.take(path))?;
        self.keep_paths(server, paths.all()).await
    }

    /// What the table in a file would do; changes nothing.
    pub async fn preview_older_paths(&self, name: &str, file: &Path) -> Result<PathsImport> {
        let server = self.server(name).await?;
        let known = self.known_origins(&server).await?;
        Ok(PathsImport::read(&text_of(file).await?, &server.paths, &known))
    }

    /// Keeps the older paths of a table, if no line of it is refused or such lines are to be left out.
    pub async fn import_older_paths(&self, name: &str, file: &Path, leave_out_refused: bool) -> Result<PathsImport> {
        let mut import = self.preview_older_paths(name, file).await?;
        import.kept = leave_out_refused || import.refused == 0;
        if import.kept {
            self.keep_paths(self.server(name).await?, import.paths.clone()).await?;
        }
        Ok(import)
    }

    async fn keep_paths(&self, server: Target, paths: Vec<LegacyPath>) -> Result<Vec<LegacyPath>> {
        let changed = Target { paths, ..server };
        let mut tx = self.library().transact().await?;
        tx.put_target(&changed).await?;
        self.commit(tx, "paths").await?;
        Ok(changed.paths)
    }

    async fn server(&self, name: &str) -> Result<Target> {
        let target = self.target(name).await?;
        if matches!(target.location, Location::Server { .. }) {
            return Ok(target);
        }
        let what = format!("\"{name}\" is no Hearthcast server: what its older paths answer is up to its web server.");
        Err(Error::new(Code::TargetInvalid, what)
            .hint("hearthcast target redirects writes the lines for nginx, Apache and others.")
            .about("target", name))
    }

    /// Where the show is: its website, and everything that is published of it.
    pub(crate) async fn known_origins(&self, server: &Target) -> Result<BTreeSet<String>> {
        let addresses = self.addresses_of(&server.show).await?;
        let origins = addresses.iter().filter_map(|address| Url::parse(address).ok());
        Ok(origins.filter(Url::has_host).map(|url| url.origin().ascii_serialization()).collect())
    }

    /// Addresses under which anything of a show is found.
    pub(crate) async fn addresses_of(&self, show: &ShowId) -> Result<Vec<String>> {
        let record = self.show(show.as_str()).await?;
        let mut addresses = vec![record.body.link, record.body.new_feed_url];
        for target in target::of_show(self.library(), show).await? {
            addresses.extend(target.base_url.clone());
            addresses.extend(target.location.public_url().map(str::to_string));
            addresses.extend(target.bases().map(|base| base.url));
            if let Location::Server { origin } = &target.location {
                addresses.push(origin.clone());
            }
        }
        Ok(addresses)
    }
}

/// The text of a file, if it is one and not too long.
async fn text_of(file: &Path) -> Result<String> {
    let unreadable = |why: &str| {
        Error::new(Code::UsageInvalid, format!("{} cannot be read: {why}.", file.display()))
            .hint("Save the table as CSV: from, to and, where it is not 301, the status.")
            .about("file", file.display().to_string())
    };
    let found = tokio::fs::metadata(file).await.map_err(|e| unreadable(&e.to_string()))?;
    if !found.is_file() || found.len() > MOST_BYTES {
        return Err(unreadable("it is no file, or larger than 16 MiB"));
    }
    let bytes = tokio::fs::read(file).await.map_err(|e| unreadable(&e.to_string()))?;
    String::from_utf8(bytes).map_err(|_| unreadable("it is not plain text in UTF-8"))
}
