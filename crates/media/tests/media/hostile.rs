//! Files changed at random: whatever comes out, no panic, no endless loop, and sums that hold.

use super::fixtures::{Bench, look};
use hearthcast_media::Probed;
use std::fs;

/// Numbers without a pattern, the same on every run (Numerical Recipes' generator).
pub struct Dice(pub u32);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % limit
    }
}

/// Overwrites, cuts out, doubles or cuts off.
pub fn mutate(dice: &mut Dice, bytes: &mut Vec<u8>) {
    for _ in 0..1 + dice.below(6) {
        let at = dice.below(bytes.len());
        let until = bytes.len().min(at + 1 + dice.below(40));
        match dice.below(6) {
            0 => bytes.truncate(at.max(20)),
            1 => drop(bytes.drain(at..until.min(bytes.len() - 1).max(at))),
            2 => {
                let piece = bytes[at..until].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => bytes[at..until].fill(0xff),
            // The tags and the first frame, where every byte means something.
            4 => {
                let front = dice.below(bytes.len().min(1500));
                bytes[front] = dice.below(256) as u8;
            }
            _ => bytes[at] = dice.below(256) as u8,
        }
    }
}

fn holds(probed: &Probed) {
    let facts = &probed.facts;
    assert!(facts.header_bytes + facts.trailer_bytes <= facts.size_bytes);
    assert!(facts.findings.len() <= 80, "{}", facts.findings.len());
    for value in facts.loudness.iter().flat_map(|l| [l.integrated_lufs, l.range_lu, l.true_peak_dbtp]).flatten() {
        assert!(value.is_finite());
    }
    if let Some(peaks) = &probed.peaks {
        assert_eq!(peaks.low.len(), peaks.high.len());
        assert!(peaks.low.iter().all(|low| *low <= 0) && peaks.high.iter().all(|high| *high >= 0));
        // 8 kHz, 8 kbit/s is the longest sound of a byte: 1 ms; a slice is 100 ms.
        assert!(peaks.low.len() as u64 <= facts.size_bytes / 100 + 20);
    }
    assert!(facts.chapters.iter().all(|chapter| chapter.title.chars().count() <= 500));
}

#[test]
fn changed_files_never_break_the_probe() {
    let bench = Bench::new();
    let wav = bench.sox("short.wav", 2, &["synth", "1", "pinknoise"]);
    let cover = bench.ffmpeg("cover.jpg", &["-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1"]);
    let list = bench.write("c.txt", ";FFMETADATA1\ntitle=T\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n");
    let with_chapters =
        ["-i", wav.to_str().unwrap(), "-i", list.to_str().unwrap(), "-map_metadata", "1", "-map", "0:a", "-b:a", "64k"];
    let lame = ["-V", "5", "--tt", "T", "--tc", "C", "--ti", cover.to_str().unwrap()];
    let seeds = [bench.lame(&wav, "a.mp3", &lame), bench.ffmpeg("b.mp3", &with_chapters), cover];
    let mut dice = Dice(2026);
    let mut usable = 0;
    for seed in &seeds {
        let original = fs::read(seed).unwrap();
        let name = if seed.extension().unwrap() == "jpg" { "changed.jpg" } else { "changed.mp3" };
        for _ in 0..250 {
            let mut bytes = original.clone();
            mutate(&mut dice, &mut bytes);
            if let Ok(probed) = look(&bench.write(name, &bytes)) {
                holds(&probed);
                usable += 1;
            }
        }
    }
    // A probe that refuses everything would pass the rest.
    assert!(usable > 400, "{usable} of 750");
}
