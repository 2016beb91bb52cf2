//! `hearthcast sync --timer`: a systemd user timer that does everything due, also when no window is open.
//!
//! What it is not: the syncing itself. The timer starts `hearthcast sync`, whose exit code 3 (offline, busy) is no failure:
//! the next round tries again.

use crate::output::Done;
use hearthcast_model::{Code, Error, Result};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

const SERVICE: &str = "hearthcast-sync.service";
const TIMER: &str = "hearthcast-sync.timer";

/// What is to become of the timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Wish {
    /// Sync by itself from now on
    On,
    /// No longer
    Off,
    /// Say how it is
    Status,
}

/// Carries the wish out.
pub fn act(wish: Wish, library: &Path, every: u64) -> Result<Done> {
    let folder = folder()?;
    match wish {
        Wish::On => {
            let program = std::env::current_exe().map_err(|e| failed("This program's own file is unknown", &e))?;
            write(&folder, &Units::of(&program, library, every)?)?;
            systemctl(&["daemon-reload"])?;
            systemctl(&["enable", "--now", TIMER])?;
        }
        Wish::Off => {
            if folder.join(TIMER).exists() {
                systemctl(&["disable", "--now", TIMER])?;
            }
            for name in [TIMER, SERVICE] {
                remove(&folder.join(name))?;
            }
            systemctl(&["daemon-reload"])?;
        }
        Wish::Status => {}
    }
    let on = folder.join(TIMER).exists();
    let text = if on {
        "Hearthcast syncs by itself, with or without a window."
    } else {
        "Hearthcast syncs only when it is told to."
    };
    Done::with(&json!({ "timer": on }), text)
}

/// The two files of the timer.
#[derive(Debug, PartialEq, Eq)]
struct Units {
    service: String,
    timer: String,
}

impl Units {
    /// For this program and this library, every so many seconds.
    fn of(program: &Path, library: &Path, every: u64) -> Result<Self> {
        let (program, library) = (word(program)?, word(library)?);
        let service = format!(
            "[Unit]\nDescription=Hearthcast: everything that is due\n\n\
             [Service]\nType=oneshot\nExecStart={program} --quiet --library {library} sync --by-itself\nSuccessExitStatus=3\nNice=10\n"
        );
        let timer = format!(
            "[Unit]\nDescription=Hearthcast syncs by itself\n\n\
             [Timer]\nOnBootSec=2min\nOnUnitActiveSec={every}s\nRandomizedDelaySec=30s\n\n\
             [Install]\nWantedBy=timers.target\n"
        );
        Ok(Self { service, timer })
    }
}

/// A path as one word of a command line in a unit (systemd.service(5), "Command lines").
fn word(path: &Path) -> Result<String> {
    let text = path.to_str().filter(|text| !text.contains(['\n', '\r']));
    let Some(text) = text else {
        let what = format!("{} cannot stand in a timer: its name is not plain text.", path.display());
        return Err(Error::new(Code::UsageInvalid, what).hint("Use a folder whose name is plain text."));
    };
    let safe = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    Ok(format!("\"{safe}\""))
}

/// Where units of this user lie (systemd.unit(5)).
fn folder() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")));
    config
        .map(|config| config.join("systemd/user"))
        .ok_or_else(|| Error::new(Code::UsageInvalid, "This user has no folder for settings.").hint("Set HOME."))
}

fn write(folder: &Path, units: &Units) -> Result<()> {
    let write = || {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join(SERVICE), &units.service)?;
        std::fs::write(folder.join(TIMER), &units.timer)
    };
    write().map_err(|e| failed(&format!("The timer could not be written into {}", folder.display()), &e))
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(failed(&format!("{} could not be removed", path.display()), &e))
        }
        _ => Ok(()),
    }
}

fn systemctl(words: &[&str]) -> Result<()> {
    let out = Command::new("systemctl").arg("--user").args(words).output();
    let why = match &out {
        Ok(out) if out.status.success() => return Ok(()),
        Ok(out) => String::from_utf8_lossy(&out.stderr).trim().to_string(),
        Err(error) => error.to_string(),
    };
    Err(Error::new(Code::UsageInvalid, format!("systemd did not take the timer: {why}."))
        .hint("Where no systemd runs for you, let cron start it: */15 * * * * hearthcast --quiet sync"))
}

fn failed(what: &str, error: &std::io::Error) -> Error {
    Error::new(Code::UsageInvalid, format!("{what}: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The judge is systemd's own reader of units.
    #[test]
    fn systemd_takes_the_units_with_any_folder() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("it's \"mine\" 100% $HOME \\ ü");
        write(folder.path(), &Units::of(Path::new("/bin/true"), &library, 900).unwrap()).unwrap();
        let judged = Command::new("systemd-analyze")
            .env("XDG_RUNTIME_DIR", folder.path())
            .args(["verify", "--user", "--man=no", "--recursive-errors=no"])
            .args([folder.path().join(TIMER), folder.path().join(SERVICE)])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&judged.stderr).into_owned();
        assert!(judged.status.success() && !said.contains("hearthcast"), "{said}");
    }

    #[test]
    fn a_name_of_two_lines_is_refused() {
        assert!(Units::of(Path::new("/bin/true"), Path::new("/tmp/a\nExecStart=/bin/sh"), 900).is_err());
    }

    /// Quoting by systemd.service(5): backslash, quote and both signs that systemd itself would fill in.
    #[test]
    fn a_path_is_one_word() {
        assert_eq!(word(Path::new("/a b/\"c\"/d%/e$/f\\")).unwrap(), r#""/a b/\"c\"/d%%/e$$/f\\""#);
    }
}
