//! A disk of a few hundred kilobytes that only the programs of one test see: a tmpfs in a mount namespace of its own, gone
//! with the value. Needs root, or a kernel that lets anybody make namespaces.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The mounted disk.
pub struct SmallDisk {
    /// Sleeps until its input ends; the namespace lives as long as it does.
    keeper: Child,
    at: PathBuf,
    own_user: bool,
}

impl SmallDisk {
    /// Mounts an empty disk of so many kilobytes on a folder.
    pub fn mount(at: &Path, kilobytes: usize) -> Self {
        std::fs::create_dir_all(at).expect("a folder to mount on");
        let root = crate::output(Command::new("id").arg("-u")).trim() == "0";
        let mut unshare = Command::new("unshare");
        unshare.arg(if root { "--mount" } else { "-rm" }).args(["sh", "-c"]);
        unshare.arg(r#"mount -t tmpfs -o size="$1"k,mode=0777 small "$0" && echo mounted && exec cat"#);
        unshare.arg(at).arg(kilobytes.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = unshare.spawn().expect("unshare (util-linux) starts");
        let mut said = BufReader::new(keeper.stdout.take().expect("piped")).lines();
        let mounted = said.next().and_then(Result::ok);
        assert_eq!(mounted.as_deref(), Some("mounted"), "a tmpfs can be mounted in a namespace");
        Self { keeper, at: at.into(), own_user: !root }
    }

    /// The words that start a program where the disk is seen.
    pub fn inside(&self) -> Vec<String> {
        let mut words = vec!["nsenter".into(), "--target".into(), self.keeper.id().to_string(), "--mount".into()];
        if self.own_user {
            words.extend(["--user".into(), "--preserve-credentials".into()]);
        }
        words.push("--".into());
        words
    }

    /// The disk as this process reaches it.
    pub fn path(&self) -> PathBuf {
        let below = self.at.strip_prefix("/").expect("an absolute path");
        PathBuf::from(format!("/proc/{}/root", self.keeper.id())).join(below)
    }

    /// Fills the disk with a file until only about so many kilobytes are left; the file before it goes first.
    pub fn leave(&self, kilobytes: usize) {
        let ballast = self.path().join("ballast");
        let _ = std::fs::remove_file(&ballast);
        let mut dd = Command::new("dd");
        dd.args(["if=/dev/zero", "bs=4096", "status=none"]).arg(format!("of={}", ballast.display()));
        // It ends badly when the disk is full; that is what it is for.
        let _ = dd.stderr(Stdio::null()).status().expect("dd starts");
        let full = std::fs::metadata(&ballast).expect("the ballast is there").len();
        let file = std::fs::File::options().write(true).open(&ballast).expect("the ballast is there");
        file.set_len(full.saturating_sub(kilobytes as u64 * 1024)).expect("it gets shorter");
    }

    /// Frees what the ballast took.
    pub fn clear(&self) {
        std::fs::remove_file(self.path().join("ballast")).expect("the ballast is there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // It ends with its input, too.
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}
