//! What is opened in haste in its middle: the samples that decoding everything gives, and few packets decoded for them.

use super::{Block, Recording};
use crate::probe;
use hearthcast_model::Cancel;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds of the fixture.
const SECONDS: u64 = 240;

fn run(program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Noise that is the same on every run, and sweeps that go up on one side and down on the other.
fn fixture(folder: &Path) -> PathBuf {
    let wav = folder.join("long.wav");
    let sound = "synth 240 pinknoise synth 240 sine mix 100-9000 sine mix 9000-100 gain -n -12";
    let head = ["-R", "-n", "-r", "44100", "-b", "16", "-c", "2", wav.to_str().unwrap()];
    run("sox", &head.into_iter().chain(sound.split(' ')).collect::<Vec<_>>());
    wav
}

/// Packs it with ffmpeg.
fn packed(folder: &Path, wav: &Path, name: &str, args: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let front = ["-v", "error", "-y", "-i", wav.to_str().unwrap()];
    run("ffmpeg", &front.iter().chain(args).copied().chain([path.to_str().unwrap()]).collect::<Vec<_>>());
    path
}

fn open(path: &Path) -> Recording {
    probe::open(path, &Cancel::default(), &mut |_| ()).unwrap()
}

/// Samples from one on, by channel.
struct Heard {
    planes: Vec<Vec<f32>>,
    /// The sample that the stream was opened at.
    begun: u64,
    /// Packets decoded for them.
    packets: u64,
}

fn heard(recording: &Recording, from: u64, length: usize) -> Heard {
    let mut stream = recording.stream_from(from, None).unwrap();
    let (begun, mut block, mut planes) = (stream.frames(), Block::default(), vec![Vec::<f32>::new(); 2]);
    while planes[0].len() < length && stream.read(&mut block).unwrap() {
        planes.iter_mut().zip(&block.planes).for_each(|(plane, more)| plane.extend_from_slice(more));
    }
    planes.iter_mut().for_each(|plane| plane.truncate(length));
    Heard { planes, begun, packets: stream.decoded_packets() }
}

/// The largest difference between what was heard and the same place of the whole.
fn worst(heard: &Heard, whole: &Heard, from: u64, length: usize) -> f32 {
    let mut worst = 0.0f32;
    for (heard, whole) in heard.planes.iter().zip(&whole.planes) {
        let whole = &whole[from as usize..];
        assert_eq!(heard.len(), whole.len().min(length), "from {from}");
        worst = heard.iter().zip(whole).map(|(a, b)| (a - b).abs()).fold(worst, f32::max);
    }
    worst
}

#[test]
fn late_samples_are_those_of_the_whole_and_little_is_decoded_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let wav = fixture(folder.path());
    let aac = ["-c:a", "aac", "-b:a", "128k", "-aac_pns", "0"];
    let fragments = [&aac[..], &["-movflags", "+frag_keyframe+empty_moov", "-frag_duration", "5000000"]].concat();
    let opus = ["-c:a", "libopus", "-b:a", "96k"];
    // Bit for bit, but for Opus: its decoder forgets a difference, half of it every packet, and never all of it.
    for (name, args, tolerance, is_searched) in [
        ("a.flac", &["-c:a", "flac"][..], 0.0, true),
        ("a.m4a", &aac, 0.0, true),
        ("alac.m4a", &["-c:a", "alac"], 0.0, true),
        ("fragments.mp4", &fragments, 0.0, false),
        ("a.aac", &aac, 0.0, false),
        ("flac.ogg", &["-c:a", "flac"], 0.0, false),
        ("vorbis.ogg", &["-c:a", "libvorbis"], 0.0, false),
        ("a.opus", &opus, 1e-4, false),
        ("a.webm", &opus, 1e-4, false),
    ] {
        let path = packed(folder.path(), &wav, name, args);
        let whole = heard(&open(&path), 0, usize::MAX);
        let recording = open(&path).in_haste();
        let rate = u64::from(recording.shape.sample_rate);
        let ten = 10 * rate as usize;
        // The last of them ends with the recording.
        for from in [70 * rate + 777, 151 * rate + 1, 233 * rate + 12_345] {
            let late = heard(&recording, from, ten);
            let worst = worst(&late, &whole, from, ten);
            assert!(worst <= tolerance, "{name} from {from}: {worst}");
            let energy = late.planes[0].iter().map(|sample| sample * sample).sum::<f32>();
            assert!(energy > 1.0, "{name} from {from}: silence");
            // Those seconds, the second before them, the first of the recording, and what a packet is longer.
            let most = whole.packets * 14 / SECONDS;
            assert!(late.packets <= most, "{name} from {from}: {} of {} packets", late.packets, whole.packets);
            let walked = from - late.begun;
            assert_eq!(walked < 10 * rate, is_searched, "{name} from {from}: {walked} samples were walked");
        }
        // On from a stream of the same recording: a little, far, and back.
        let mut stream = recording.stream_from(65 * rate, None).unwrap();
        let mut block = Block::default();
        for from in [80 * rate + 5, 200 * rate + 7, 90 * rate + 9] {
            stream = recording.stream_from(from, Some(stream)).unwrap();
            while stream.read(&mut block).unwrap() && block.frames() == 0 {}
            let whole = &whole.planes[1][from as usize..];
            assert!(block.frames() > 0, "{name} on to {from}");
            let worst = block.planes[1].iter().zip(whole).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst <= tolerance, "{name} on to {from}: {worst}");
        }
    }
}

#[test]
fn where_a_place_is_not_sure_everything_before_it_is_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let wav = fixture(folder.path());
    let both = |name: &str, codec: &str, first: &str, second: &str| {
        // The second is louder, so that it has more bytes.
        let parts = [("one", ["-af", "volume=0.3", "-t", first]), ("two", ["-af", "volume=1", "-ss", second])];
        let [first, second] = parts.map(|(part, cut)| {
            let args = [&cut[..], &["-c:a", codec]].concat();
            std::fs::read(packed(folder.path(), &wav, &format!("{part}.{name}"), &args)).unwrap()
        });
        let path = folder.path().join(name);
        std::fs::write(&path, [first, second].concat()).unwrap();
        path
    };
    // A second Ogg begins in the middle; a second FLAC, as long as the first, whose frames begin to count anew; Vorbis in
    // Matroska does not say how many samples a packet has.
    let webm = packed(folder.path(), &wav, "vorbis.webm", &["-c:a", "libvorbis"]);
    for (path, least) in
        [(both("joined.ogg", "libvorbis", "80", "80"), 60), (both("joined.flac", "flac", "120", "120"), 0), (webm, 120)]
    {
        // Both sides of the places where the second begins; of the second FLAC little can be decoded.
        let (whole, recording) = (heard(&open(&path), 0, usize::MAX), open(&path).in_haste());
        for seconds in [75, 100, 150].into_iter().filter(|seconds| least > 0 || *seconds < 110) {
            let (from, ten) = (seconds * 44_100 + 99, 441_000);
            let late = heard(&recording, from, ten);
            assert_eq!(worst(&late, &whole, from, ten), 0.0, "{} from {from}", path.display());
        }
        let packets = heard(&recording, 150 * 44_100, 44_100).packets;
        let least_packets = whole.packets * least / SECONDS;
        assert!(packets >= least_packets, "{}: {packets} of {}", path.display(), whole.packets);
    }
}

#[test]
fn noise_that_a_decoder_makes_is_as_loud_as_in_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let wav = fixture(folder.path());
    let path = packed(folder.path(), &wav, "noise.m4a", &["-c:a", "aac", "-b:a", "96k", "-aac_pns", "1"]);
    let whole = heard(&open(&path), 0, usize::MAX);
    let late = heard(&open(&path).in_haste(), 180 * 44_100, 441_000);
    let energy = |sound: &[f32]| sound.iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
    let there = &whole.planes[0][180 * 44_100..180 * 44_100 + 441_000];
    let ratio = energy(&late.planes[0]) / energy(there);
    assert!((0.97..1.03).contains(&ratio), "{ratio}");
    assert!(late.packets * 15 < whole.packets);
}
