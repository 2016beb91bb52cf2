//! Where the stories of the kill sweep take place: real servers that are started once, and a plot on each that is empty at
//! the beginning of every story; and the eyes of a listener who reads them as anybody can.

use super::fetch_at;
use hearthcast_model::Sha256;
use hearthcast_model::clock::FixedClock;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_model::probe::Abilities;
use hearthcast_storage::bucket::AccessKey;
use hearthcast_storage::{Bucket, Folder, Place, open_remote};
use hearthcast_testkit::{
    ACCESS_KEY_ID, DAV_PASSWORD, S3Server, SECRET_ACCESS_KEY, SftpServer, WebDavServer, bucket_url, public_url,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Folder,
    Bucket,
    WebDav,
    Sftp,
    Server,
}

/// Servers and folders that the stories of one sweep take turns at.
pub struct Ground {
    folder: tempfile::TempDir,
    s3: Option<S3Server>,
    dav: Option<WebDavServer>,
    sftp: Option<SftpServer>,
}

impl Ground {
    pub fn of(kinds: &[Kind]) -> Self {
        // In memory where there is such a place: the sweep waits for disks otherwise.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let at = |name: &str| folder.path().join(name);
        let s3 = kinds.contains(&Kind::Bucket).then(|| S3Server::start(&at("s3")));
        let sftp = kinds.contains(&Kind::Sftp);
        let dav = (sftp || kinds.contains(&Kind::WebDav)).then(|| WebDavServer::start(&at("dav"), false));
        let sftp = sftp.then(|| SftpServer::start(&at("ssh"), dav.as_ref().unwrap().folder()));
        Self { folder, s3, dav, sftp }
    }

    /// The folder of the story itself: the library, and what lies on this disk.
    pub fn story(&self) -> PathBuf {
        self.folder.path().join("story")
    }

    /// A copy of the beginning, so that it is told once.
    pub fn template(&self) -> PathBuf {
        self.folder.path().join("template")
    }

    /// Where a plot lies on the disk of its server.
    pub fn plot(&self, kind: Kind, name: &str) -> PathBuf {
        match kind {
            Kind::Folder | Kind::Server => self.story().join(name),
            Kind::Bucket => self.s3.as_ref().unwrap().bucket().join(name),
            Kind::WebDav | Kind::Sftp => self.dav.as_ref().unwrap().folder().join(name),
        }
    }

    /// Makes the plots empty.
    pub fn sweep(&self, plots: &[(Kind, &str)]) {
        let _ = std::fs::remove_dir_all(self.story());
        for (kind, name) in plots {
            let plot = self.plot(*kind, name);
            let _ = std::fs::remove_dir_all(&plot);
            match kind {
                Kind::Bucket => self.forget_notes(),
                Kind::WebDav | Kind::Sftp => std::fs::create_dir_all(plot).unwrap(),
                Kind::Folder | Kind::Server => {}
            }
        }
        std::fs::create_dir_all(self.story()).unwrap();
    }

    /// What the S3 server keeps about objects beside them.
    fn forget_notes(&self) {
        for entry in std::fs::read_dir(self.notes()).unwrap().flatten() {
            if entry.path().is_file() {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// The folder with the notes of the S3 server.
    pub fn notes(&self) -> PathBuf {
        self.folder.path().join("s3")
    }

    /// A place as the author's program knows it; a server says itself where it is.
    pub fn location(&self, kind: Kind, name: &str) -> Location {
        let (url, public) = match kind {
            Kind::Folder | Kind::Server => {
                let folder = self.story().join(name);
                (format!("file://{}", folder.display()), format!("https://{name}.example/"))
            }
            Kind::Bucket => {
                let origin = self.s3.as_ref().unwrap().origin();
                (bucket_url(&origin, name), public_url(&origin, name))
            }
            Kind::WebDav => {
                let dav = self.dav.as_ref().unwrap();
                (format!("{}/{name}", dav.url()), format!("{}{name}/", dav.public_url()))
            }
            Kind::Sftp => {
                let (sftp, dav) = (self.sftp.as_ref().unwrap(), self.dav.as_ref().unwrap());
                let url = sftp.url().replacen('?', &format!("/{name}?"), 1);
                (format!("{url}&host_key={}", sftp.host_key()), format!("{}{name}/", dav.public_url()))
            }
        };
        parse_location(&url, Some(&public), false).unwrap()
    }
}

/// Opens a place that is no bundled server.
pub fn place(location: &Location, clock: &Arc<FixedClock>) -> Arc<dyn Place> {
    match location {
        Location::Folder { path, public_url } => {
            Arc::new(Folder::known(Path::new(path)).unwrap().shown_at(public_url).unwrap())
        }
        Location::Bucket { .. } => {
            let key = AccessKey::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
            Arc::new(Bucket::open(location, &key, false, clock.clone()).unwrap())
        }
        Location::Remote(remote) => {
            let key = AccessKey::new("somebody", DAV_PASSWORD).unwrap();
            open_remote(remote, Some(&key), false, clock.clone()).unwrap()
        }
        Location::Server { .. } => panic!("a server is no place for files"),
    }
}

/// What a probe of it finds (tests/tests/places.rs).
pub fn abilities(location: &Location) -> Abilities {
    let bucket = matches!(location, Location::Bucket { .. });
    let guarded = bucket || location.kind() == "webdav";
    Abilities {
        create_if_absent: guarded,
        conditional_put: guarded,
        headers_kept: bucket,
        hash_kept: bucket,
        multipart: bucket,
        public_ranges: true,
    }
}

/// A listener: feeds, and whether each must be there already.
#[derive(Clone, Default)]
pub struct Eyes {
    /// Folders that some web server shows under an address.
    pub folders: Vec<(String, PathBuf)>,
    /// Addresses of feeds; the first was there before, others come while the story goes on, and never go.
    pub feeds: Vec<String>,
    /// How many of the feeds were there at the last look.
    pub seen: Arc<std::sync::Mutex<BTreeSet<String>>>,
}

impl Eyes {
    pub async fn get(&self, address: &str) -> Option<Vec<u8>> {
        for (public, folder) in &self.folders {
            if let Some(key) = address.strip_prefix(public.as_str()) {
                return std::fs::read(folder.join(key)).ok();
            }
        }
        let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let (head, body) = fetch_at(host.parse().unwrap(), &format!("/{path}")).await;
        if head.starts_with("HTTP/1.1 301") {
            let to = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
            // Sent on once, never in a circle.
            assert!(to != address && !to.contains("/podcasts/"), "{to}");
            return Box::pin(self.get(to)).await;
        }
        head.starts_with("HTTP/1.1 200").then_some(body)
    }

    /// Reads every feed and every file it names; says what is wrong.
    pub async fn read(&self, allowed: &[Vec<u8>]) -> (u64, Vec<String>) {
        let (mut reads, mut wrong, mut files) = (0, vec![], BTreeMap::new());
        for (n, address) in self.feeds.iter().enumerate() {
            reads += 1;
            let Some(feed) = self.get(address).await else {
                if n == 0 || self.seen.lock().unwrap().contains(address) {
                    wrong.push(format!("the feed {address} is missing"));
                }
                continue;
            };
            self.seen.lock().unwrap().insert(address.clone());
            if !allowed.contains(&feed) {
                wrong.push(format!("the feed {address} is neither the old nor the new one"));
            }
            for named in named(&String::from_utf8(feed).unwrap()) {
                files.entry(named).or_insert(());
            }
        }
        for address in files.into_keys() {
            reads += 1;
            let hash = address.rsplit('/').nth(1).unwrap().to_string();
            match self.get(&address).await {
                Some(bytes) if Sha256::of(&bytes).as_str().starts_with(&hash) && hash.len() >= 32 => {}
                Some(_) => wrong.push(format!("{address} has other bytes")),
                None => wrong.push(format!("{address} is named and missing")),
            }
        }
        (reads, wrong)
    }
}

/// Addresses of files in a feed, cut out of its text.
fn named(feed: &str) -> Vec<String> {
    let parts = feed.split('"').filter(|part| part.starts_with("http"));
    let parts = parts.filter(|part| ["/media/", "/images/", "/m/"].iter().any(|folder| part.contains(folder)));
    parts.map(str::to_string).collect()
}

/// Everything below a folder but what is private.
pub fn files(folder: &Path, name: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), format!("{name}/{}", entry.file_name().to_string_lossy()));
        match path.is_dir() {
            true => files(&path, &name, found),
            false if !name.contains(".hearthcast") => {
                found.insert(name, std::fs::read(path).unwrap());
            }
            false => {}
        }
    }
}
