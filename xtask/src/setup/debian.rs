//! Debian and Ubuntu: which packages, for what, and the locale. Other systems are told what is missing.

use crate::shell::{answers, program, run};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Stdio;

/// All system packages of the project, by purpose; nothing else installs any.
const PACKAGES: &[(&str, &[&str])] = &[
    (
        "build the window",
        &["libwebkit2gtk-4.1-dev", "libayatana-appindicator3-dev", "librsvg2-dev", "libxdo-dev", "pkg-config"],
    ),
    ("build AWS-LC (signatures, TLS), LAME and Opus", &["cmake", "gcc", "make"]),
    ("sound in the window", &["gstreamer1.0-plugins-good", "gstreamer1.0-libav"]),
    (
        "sample sounds and pictures",
        &["ffmpeg", "lame", "opus-tools", "flac", "libheif-examples", "sox", "libsox-fmt-mp3", "espeak-ng", "mpg123"],
    ),
    (
        "tests: the real window",
        &["webkit2gtk-driver", "xvfb", "xauth", "dbus", "dbus-x11", "imagemagick", "fonts-dejavu-core"],
    ),
    ("tests: every route of the window in a browser", &["chromium"]),
    ("tests: other people's podcast programs", &["gpodder", "newsboat", "libxml2-utils", "curl", "python3-venv"]),
    ("tests: a folder of another machine", &["openssh-server", "openssh-client"]),
    ("tests: the server behind a proxy", &["nginx"]),
    (
        "tests: looking inside and breaking things",
        &["sqlite3", "strace", "procps", "systemd", "util-linux", "iproute2"],
    ),
    ("tests: a keychain that is locked", &["gnome-keyring", "dbus"]),
    ("tests: another language and another zone", &["locales", "tzdata"]),
];

/// The locale CI runs under: its `i` is not `I`, and its decimal sign is a comma.
const LOCALE: &str = "tr_TR.UTF-8";

/// Installs the missing packages.
pub fn packages() -> Result<()> {
    let wanted: Vec<&str> = PACKAGES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    install(&wanted)
}

/// Installs those of `wanted` that are missing.
pub fn install(wanted: &[&'static str]) -> Result<()> {
    let missing = missing(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    if !answers(program("apt-get").arg("--version")) {
        println!("   not a Debian or Ubuntu machine; install what corresponds to: {}", missing.join(" "));
        return Ok(());
    }
    println!("   installing {}", missing.join(" "));
    apt(&["update", "-q"])?;
    let mut words = vec!["install", "-q", "-y", "--no-install-recommends"];
    words.extend(missing);
    let new: Vec<&str> =
        SERVICES.iter().filter(|(package, _)| words.contains(package)).map(|(_, name)| *name).collect();
    without_services(&new, || apt(&words))
}

/// Packages that would run a server on this machine, and the service's name.
const SERVICES: &[(&str, &str)] = &[("openssh-server", "ssh.service"), ("nginx", "nginx.service")];

/// Where Debian's packages ask whether they may start the services they bring.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs without opening this machine: a server that tests start by themselves, on loopback, does not become a service.
fn without_services(new: &[&str], install: impl FnOnce() -> Result<()>) -> Result<()> {
    if Path::new(POLICY).exists() {
        return install();
    }
    as_root("sh", &["-c", &format!("printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}")])?;
    let installed = install();
    as_root("rm", &["-f", POLICY])?;
    installed?;
    // What would start with the machine next time.
    for service in new {
        let there = program("systemctl").args(["is-enabled", "--quiet", service]).stderr(Stdio::null()).status();
        if there.is_ok_and(|status| status.success()) {
            as_root("systemctl", &["disable", service])?;
        }
    }
    Ok(())
}

fn missing(wanted: &[&'static str]) -> Vec<&'static str> {
    let there = installed(wanted);
    wanted.iter().copied().filter(|name| !there.iter().any(|found| found == name)).collect()
}

/// Those of `packages` that are installed.
fn installed(packages: &[&str]) -> Vec<String> {
    let mut query = program("dpkg-query");
    query.args(["-W", "-f", "${Package} ${Status}\n"]).args(packages).stderr(Stdio::null());
    let listed = query.output().map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    listed.lines().filter_map(|line| line.strip_suffix(" install ok installed")).map(str::to_string).collect()
}

fn apt(words: &[&str]) -> Result<()> {
    as_root("apt-get", words)
}

/// Runs a command as root: as it is, or through sudo where that asks for no password.
fn as_root(name: &str, words: &[&str]) -> Result<()> {
    let root = std::process::Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0");
    let mut command = if root { program(name) } else { program("sudo") };
    if !root {
        if !answers(program("sudo").args(["-n", "true"])) {
            bail!("this needs root once; run: sudo {name} {}", words.join(" "));
        }
        command.args(["-n", "--preserve-env=DEBIAN_FRONTEND", name]);
    }
    run(command.args(words).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Generates the locale CI runs under, once.
pub fn locale() -> Result<()> {
    if has_locale() {
        return Ok(());
    }
    if installed(&["locales"]).is_empty() {
        apt(&["update", "-q"])?;
        apt(&["install", "-q", "-y", "--no-install-recommends", "locales", "tzdata"])?;
    }
    as_root("localedef", &["-i", "tr_TR", "-f", "UTF-8", LOCALE])?;
    if !has_locale() {
        bail!("the locale {LOCALE} was generated, but `locale -a` does not list it");
    }
    Ok(())
}

fn has_locale() -> bool {
    let listed = program("locale").arg("-a").stderr(Stdio::null()).output();
    listed.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).to_lowercase().contains("tr_tr.utf"))
}
