//! Tools from the language registries, kept in one folder (`HEARTHCAST_TOOLS`) between runs.

use crate::shell::{answers, cargo, program, root, run, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Programs cargo installs: name, version requirement.
const CARGO_TOOLS: &[(&str, &str)] = &[("cargo-deny", "^0.20")];

/// Installs the programs that tests start; `cargo nextest` only where cargo does not have it.
pub fn cargo_tools() -> Result<()> {
    for (name, version) in CARGO_TOOLS {
        if !tools().join("bin").join(name).exists() {
            install(name, version)?;
        }
    }
    if !answers(&mut cargo(["nextest", "--version"])) {
        install("cargo-nextest", "^0.9")?;
    }
    Ok(())
}

fn install(name: &str, version: &str) -> Result<()> {
    let folder = tools();
    let mut command = cargo(["install", "--quiet", "--locked", name, "--version", version, "--root"]);
    run(command.arg(&folder).env("CARGO_TARGET_DIR", folder.join("build")))?;
    fs::remove_dir_all(folder.join("build")).context("could not remove the tools' build folder")
}

/// Garage, a storage that only slow tests ask; it takes a quarter of an hour to build.
pub fn garage() -> Result<()> {
    let folder = tools().join("garage");
    if folder.join("bin/garage").exists() {
        return Ok(());
    }
    let mut command = cargo(["install", "--quiet", "--locked", "--debug", "garage", "--version", "=2.5.0", "--root"]);
    command.arg(&folder).env("CARGO_TARGET_DIR", folder.join("build")).env("CARGO_PROFILE_DEV_DEBUG", "0");
    run(&mut command)?;
    fs::remove_dir_all(folder.join("build")).context("could not remove Garage's build folder")
}

/// A Python environment with the feed readers that tests ask.
pub fn python_readers() -> Result<()> {
    python_programs("readers", "venv")
}

/// The Python storages that tests publish to.
pub fn python_storages() -> Result<()> {
    python_programs("storages", "storages-python")
}

/// The Python program that holds the API against its description.
pub fn python_checkers() -> Result<()> {
    python_programs("checkers", "checkers-python")
}

/// Other people's Python programs, as a list in a folder of the tests says, in an environment of their own.
fn python_programs(name: &str, place: &str) -> Result<()> {
    let list = root().join("tests").join(name).join("requirements.txt");
    let venv = tools().join(place);
    once(&list, &venv, || {
        run(program("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
        let mut pip = program(&venv.join("bin/python").to_string_lossy());
        run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&list))
    })
}

/// The Node feed readers that tests ask.
pub fn node_readers() -> Result<()> {
    node_programs("readers")
}

/// The Node storages that tests publish to.
pub fn node_storages() -> Result<()> {
    node_programs("storages")
}

/// Other people's Node programs, as the lock file in a folder of the tests says.
fn node_programs(name: &str) -> Result<()> {
    let folder = tools().join(name);
    let list = root().join("tests").join(name).join("package.json");
    let lock = list.with_file_name("package-lock.json");
    once(if lock.exists() { &lock } else { &list }, &folder, || {
        fs::create_dir_all(&folder)?;
        fs::copy(&list, folder.join("package.json"))?;
        if lock.exists() {
            fs::copy(&lock, folder.join("package-lock.json"))?;
        }
        npm(&folder, if lock.exists() { "ci" } else { "install" })
    })
}

/// The window's packages, exactly as its lock file says.
pub fn window_packages() -> Result<()> {
    let ui = root().join("ui");
    once(&ui.join("package-lock.json"), &ui.join("node_modules"), || npm(&ui, "ci"))
}

fn npm(folder: &Path, verb: &str) -> Result<()> {
    let mut command: Command = program("npm");
    run(command.args([verb, "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))
}

/// Does `work` unless `place` was made from exactly this `list` before. The mark is written last, so that broken-off
/// work is done again.
fn once(list: &Path, place: &Path, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if !list.exists() {
        return Ok(());
    }
    let wanted = fs::read(list).with_context(|| format!("could not read {}", list.display()))?;
    let mark = place.join(".made-from");
    if fs::read(&mark).is_ok_and(|made_from| made_from == wanted) {
        return Ok(());
    }
    work()?;
    fs::write(&mark, wanted).with_context(|| format!("could not write {}", mark.display()))
}
