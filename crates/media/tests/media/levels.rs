//! Issue 7, point 2: the loudness array that front ends draw: 200 numbers from 0 to 100, evenly in decibels over the 60 below
//! the loudest part. What is expected comes from how the sounds were made.

use super::fixtures::{Bench, known};
use hearthcast_model::facts::read_levels;

/// Steps of ten seconds each, decibels below the loudest; the last one is digital silence.
const STEPS_DB: [Option<f64>; 5] = [Some(20.0), Some(0.0), Some(40.0), Some(50.0), None];

/// A tone of 440 Hz that is so loud, in samples, at its loudest step.
fn steps(loudest_dbfs: f64) -> String {
    let mut amplitude = "0".to_string();
    for (at, below) in STEPS_DB.into_iter().enumerate().rev() {
        let height = below.map_or(0.0, |below| 10f64.powf((loudest_dbfs - below) / 20.0));
        amplitude = format!("if(lt(t\\,{}0)\\,{height:.9}\\,{amplitude})", at + 1);
    }
    format!("aevalsrc=({amplitude})*sin(2*PI*440*t):s=48000:d=50")
}

/// What the levels of those steps are: 100 for the loudest, a sixtieth of that less for each decibel.
fn meant(below: Option<f64>) -> f64 {
    below.map_or(0.0, |below| 100.0 * (1.0 - below / 60.0))
}

#[test]
fn point_2_levels_are_those_the_sound_was_made_with() {
    let bench = Bench::new();
    for loudest in [-1.0, -24.0] {
        let film = ["-f", "lavfi", "-i", &steps(loudest), "-c:a", "pcm_s24le"];
        let wav = bench.ffmpeg("steps.wav", &film);
        let words = ["-i", wav.to_str().unwrap()];
        let flac = bench.ffmpeg("steps.flac", &words);
        let mp3 = bench.ffmpeg("steps.mp3", &[&words[..], &["-b:a", "192k"]].concat());
        for file in [wav, flac, mp3] {
            let levels = read_levels(&known(&file).facts.levels);
            assert_eq!(levels.len(), 200, "{file:?}");
            for (step, below) in STEPS_DB.into_iter().enumerate() {
                // A part is a quarter of a second; where one step goes over into the next, an MP3 smears.
                let meant = meant(below);
                for found in &levels[step * 40 + 1..step * 40 + 39] {
                    let step_wide = (f64::from(*found) - meant).abs();
                    assert!(step_wide <= 1.0, "{file:?}, {loudest} dBFS, step {step}: {found}, not {meant}");
                }
            }
        }
    }
}

#[test]
fn point_2_levels_of_short_sounds_and_of_silence() {
    let bench = Bench::new();
    // A second: five parts are one slice of 20 ms after another.
    let half = "aevalsrc=if(lt(t\\,0.5)\\,0.5\\,0.05)*sin(2*PI*1000*t):s=48000:d=1";
    let levels = read_levels(&known(&bench.ffmpeg("short.wav", &["-f", "lavfi", "-i", half])).facts.levels);
    assert_eq!((levels.len(), levels[10], levels[90]), (200, 100, 100));
    assert!(levels[110..].iter().all(|level| (66..=68).contains(level)), "{levels:?}");
    let silence = known(&bench.ffmpeg("silence.wav", &["-f", "lavfi", "-i", "anullsrc=d=5"]));
    assert_eq!(read_levels(&silence.facts.levels), [0; 200]);
}
