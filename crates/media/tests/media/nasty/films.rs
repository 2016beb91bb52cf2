//! Films as browsers, telephones and cameras make them today: VP9, HEVC, AV1. Their sound is taken as any recording's, and their
//! pictures are looked at. Sizes and lengths are those they were made with; names of codecs are ffprobe's.

use super::super::process::ffprobe;
use super::{Lab, MS, Meant, NEAR, Row};
use hearthcast_media::Cancel;
use hearthcast_media::video::{Poster, VideoFacts};
use hearthcast_media::worker::Worker;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What is seen in a film.
pub struct Film {
    /// Its codec as ffprobe calls it (nothing where it has no name), and as the file's own headers do.
    codec: (&'static str, &'static str),
    /// As it is shown.
    size: (u32, u32),
    /// Codes of the findings. There is a still, unless one of them says that there is none.
    findings: &'static [&'static str],
}

const UNDRAWN: &str = "media.no_poster";

impl Film {
    /// What is wrong with what is seen; `None`: nothing.
    pub fn fault(&self, file: &Path, worker: &Worker) -> Option<String> {
        let look = |worker: &Worker| worker.video(file, Poster::Bright, &Cancel::default(), &mut |_| ());
        let (seen, alone) = match (look(worker), look(&worker.clone().with_ffmpeg(None))) {
            (Ok(seen), Ok(alone)) => (seen, alone.facts),
            (Err(error), _) | (_, Err(error)) => return Some(format!("no film: {error}")),
        };
        let found: BTreeSet<&str> = seen.facts.findings.iter().map(|finding| finding.code.as_str()).collect();
        let still = seen.poster.as_ref().map(|still| {
            let mut path = file.as_os_str().to_owned();
            path.push(".jpg");
            fs::write(&path, &still.bytes).unwrap();
            let said = ffprobe(Path::new(&path));
            let drawn = &said["streams"][0];
            (drawn["width"].as_u64(), drawn["height"].as_u64())
        });
        let (width, height) = self.size;
        let meant = (!self.findings.contains(&UNDRAWN)).then_some((Some(u64::from(width)), Some(u64::from(height))));
        let right = self.is(&seen.facts, self.codec.0)
            && self.is(&alone, self.codec.1)
            && found == self.findings.iter().copied().collect()
            && still == meant;
        (!right).then(|| format!("seen as {:?}, still {still:?}; by its headers {alone:?}", seen.facts))
    }

    fn is(&self, facts: &VideoFacts, codec: &str) -> bool {
        (facts.width_px, facts.height_px) == (Some(self.size.0), Some(self.size.1))
            && facts.codec == codec
            && facts.duration_ms.is_some_and(|ms| (ms - MS).abs() <= NEAR)
    }
}

/// 320 by 180, 25 pictures a second, as long as the sound.
const PICTURES: [&str; 8] = ["-f", "lavfi", "-i", "testsrc=s=320x180:d=6.1:r=25", "-map", "0:a", "-map", "1:v"];
const WIDE: (u32, u32) = (320, 180);

const VP9: &[&str] = &["-pix_fmt", "yuv420p", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"];
/// x265 writes 2 KB of its settings into the description of the pictures.
const X265: &[&str] = &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"];
const AV1: &[&str] = &["-pix_fmt", "yuv420p", "-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8"];
const SVT: &[&str] = &["-pix_fmt", "yuv420p", "-c:v", "libsvtav1", "-preset", "12"];
/// The table of contents of an MP4 in front.
const FAST: &[&str] = &["-movflags", "+faststart", "-c:a", "aac"];
const OPUS: &[&str] = &["-c:a", "libopus"];

/// A row: how pictures, sound and the rest are made; container and codec of the sound; what is seen.
fn film(
    name: &'static str,
    args: [&'static [&'static str]; 3],
    (container, sound): (&'static str, &'static str),
    film: Film,
) -> Row {
    let make = move |lab: &Lab| lab.ffmpeg(name, &[&PICTURES[..], &args.concat()].concat());
    Row(name, Box::new(make), Meant::Film(container, sound, film))
}

/// Pictures of a codec with one name for all, and a still.
fn plain(codec: &'static str, size: (u32, u32)) -> Film {
    Film { codec: (codec, codec), size, findings: &[] }
}

pub fn rows() -> Vec<Row> {
    let (mp4, mkv) = (("mp4", "aac"), ("matroska", "opus"));
    vec![
        film("vp9.webm", [VP9, OPUS, &[]], mkv, plain("vp9", WIDE)),
        film("vp9.mp4", [VP9, FAST, &[]], mp4, plain("vp9", WIDE)),
        film("hevc.mp4", [X265, FAST, &["-pix_fmt", "yuv420p", "-tag:v", "hvc1"]], mp4, plain("hevc", WIDE)),
        film("hevc-hev1.mp4", [X265, FAST, &["-pix_fmt", "yuv420p"]], mp4, plain("hevc", WIDE)),
        film("hevc.mkv", [X265, OPUS, &["-pix_fmt", "yuv420p"]], mkv, plain("hevc", WIDE)),
        // As telephones make them that are held upright.
        Row(
            "hevc-10-bit-upright.mov",
            Box::new(|lab| {
                let args = [&PICTURES[..], X265, FAST, &["-pix_fmt", "yuv420p10le"]].concat();
                let lying = lab.ffmpeg("lying.mov", &args);
                let turn = ["-c", "copy", "-tag:v", "hvc1", "-metadata:s:v", "rotate=90", "-movflags", "+faststart"];
                let args = [&["-i", lying.to_str().unwrap()][..], &turn].concat();
                lab.bench.ffmpeg("hevc-10-bit-upright.mov", &args)
            }),
            Meant::Film("mp4", "aac", plain("hevc", (180, 320))),
        ),
        film("av1.webm", [AV1, OPUS, &[]], mkv, plain("av1", WIDE)),
        film("av1.mp4", [AV1, FAST, &[]], mp4, plain("av1", WIDE)),
        film("av1-svt.mkv", [SVT, OPUS, &[]], mkv, plain("av1", WIDE)),
        // A codec that nobody here decodes (VVC by its name).
        Row(
            "pictures-of-tomorrow.mp4",
            Box::new(|lab| {
                let today = lab.ffmpeg("pictures-of-today.mp4", &[&PICTURES[..], VP9, FAST].concat());
                lab.changed("pictures-of-tomorrow.mp4", &today, |bytes| {
                    let name = bytes.windows(4).position(|four| four == b"vp09").unwrap();
                    bytes[name..name + 4].copy_from_slice(b"vvc1");
                })
            }),
            Meant::Film("mp4", "aac", Film { codec: ("", "vvc1"), size: WIDE, findings: &[UNDRAWN] }),
        ),
    ]
}
