//! Programs of others on this machine: where they are, and how one is started.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Folders of Homebrew and MacPorts: what is begun from the Finder does not have them in its `PATH`.
const USUAL: &[&str] =
    if cfg!(target_os = "macos") { &["/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin"] } else { &[] };

/// Searches for one: what the variable names, beside this program, in the folders of `PATH` and the usual ones; of several names
/// the first.
pub(crate) fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable).filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named)).filter(|program| program.is_file());
    }
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = beside.into_iter().chain(std::env::split_paths(&path)).filter(|folder| folder.is_absolute());
    let folders: Vec<PathBuf> = folders.chain(USUAL.iter().map(PathBuf::from)).collect();
    let named = |name: &&str| {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        folders.iter().map(|folder| folder.join(&file)).find(|program| program.is_file())
    };
    names.iter().find_map(named)
}

/// Without standard input, without anything of this process's environment.
pub(crate) fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Memory is counted in addresses; one heap for all its threads needs few.
    command.env("LC_ALL", "C").env("MALLOC_ARENA_MAX", "1");
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
}
