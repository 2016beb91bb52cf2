//! Sounds with known properties, made in a folder of the test's own.

use hearthcast_media::{Cancel, MediaError, Probed, probe};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder that goes away with the test.
pub struct Bench {
    folder: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// 20.5 s of a 997 Hz sine at −23 dBFS on both channels: −23.0 LUFS by EBU Tech 3341, test 1.
    pub fn sine(&self) -> PathBuf {
        self.sox("sine.wav", 2, &["synth", "20.5", "sine", "997", "vol", "-23dB"])
    }

    /// 20.5 s of pink noise that swells every 8 s: bit rates of a VBR file differ, loudness has a range.
    pub fn swell(&self) -> PathBuf {
        self.sox("swell.wav", 2, &["synth", "20.5", "pinknoise", "tremolo", "0.125", "90", "vol", "-6dB"])
    }

    /// Makes a WAV; `-R` makes sox's noise the same on every run.
    pub fn sox(&self, name: &str, channels: u32, effects: &[&str]) -> PathBuf {
        let path = self.path(name);
        let channels = channels.to_string();
        let mut args = vec!["-R", "-n", "-r", "44100", "-b", "16", "-c", &channels, path.to_str().unwrap()];
        args.extend(effects);
        run("sox", &args);
        path
    }

    /// Encodes a WAV with `lame` (writes the Xing/Info frame and its LAME extension unless told `-t`).
    pub fn lame(&self, wav: &Path, name: &str, args: &[&str]) -> PathBuf {
        let path = self.path(name);
        let mut all = vec!["--quiet"];
        all.extend(args);
        all.extend([wav.to_str().unwrap(), path.to_str().unwrap()]);
        run("lame", &all);
        path
    }

    /// Runs ffmpeg into a file of that name.
    pub fn ffmpeg(&self, name: &str, args: &[&str]) -> PathBuf {
        let path = self.path(name);
        let mut all = vec!["-v", "error", "-y"];
        all.extend(args);
        all.push(path.to_str().unwrap());
        run("ffmpeg", &all);
        path
    }
}

/// Runs a program that must succeed; its standard output. In the language of machines: under a Turkish locale ImageMagick
/// writes its own word `gradient` with a dotted capital and does not know it.
pub fn run(program: &str, args: &[impl AsRef<OsStr>]) -> Vec<u8> {
    let output = Command::new(program)
        .args(args)
        .env("LC_ALL", "C")
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Probes in this process.
pub fn look(path: &Path) -> Result<Probed, MediaError> {
    probe(path, &Cancel::default(), &mut |_| ())
}

/// Probes a file that must be usable.
pub fn known(path: &Path) -> Probed {
    look(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Codes of the findings.
pub fn codes(probed: &Probed) -> Vec<&str> {
    probed.facts.findings.iter().map(|finding| finding.code.as_str()).collect()
}
