//! What ffmpeg says about the same file.

use super::fixtures::run;
use std::path::Path;
use std::process::Command;

/// Milliseconds of sound that ffmpeg decodes, counted in samples of 16 bits.
pub fn decoded_ms(path: &Path, sample_rate: u32, channels: u32) -> f64 {
    let args = ["-v", "quiet", "-i", path.to_str().unwrap(), "-f", "s16le", "-"];
    let bytes = run("ffmpeg", &args).len() as f64;
    bytes / 2.0 / f64::from(channels) / f64::from(sample_rate) * 1000.0
}

/// Packets of sound that ffprobe counts; a description in front of them is none.
pub fn packets(path: &Path) -> u64 {
    let args = ["-v", "quiet", "-select_streams", "a:0", "-count_packets", "-show_entries", "stream=nb_read_packets"];
    let said = run("ffprobe", &[&args[..], &["-of", "csv=p=0", path.to_str().unwrap()]].concat());
    String::from_utf8(said).unwrap().trim().parse().unwrap()
}

/// Integrated loudness, range and true peak by ffmpeg's `ebur128` filter.
pub fn loudness(path: &Path) -> (f64, f64, f64) {
    let filter = "ebur128=peak=true:metadata=1,ametadata=print:key=lavfi.r128.S:file=-";
    let args = ["-hide_banner", "-nostats", "-i", path.to_str().unwrap(), "-af", filter, "-f", "null", "-"];
    let output = Command::new("ffmpeg").args(args).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let summary = text.split("Summary:").last().unwrap();
    let value = |name: &str| -> f64 {
        let line = summary.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    (value("I:"), range(&String::from_utf8_lossy(&output.stdout)), value("Peak:"))
}

/// Momentary and short-term loudness, ten times a second, by ffmpeg's `ebur128` filter.
pub fn over_time(path: &Path) -> (Vec<f64>, Vec<f64>) {
    let filter = "ebur128=metadata=1,ametadata=print:file=-";
    let args = ["-v", "error", "-i", path.to_str().unwrap(), "-af", filter, "-f", "null", "-"];
    let printed = String::from_utf8(run("ffmpeg", &args)).unwrap();
    let all = |key: &str| printed.lines().filter_map(|line| line.strip_prefix(key)?.parse().ok()).collect();
    (all("lavfi.r128.M="), all("lavfi.r128.S="))
}

/// EBU Tech 3342 over the short-term loudness that ffmpeg prints ten times a second. (The range it sums up itself
/// takes the 10th percentile one step of its histogram too low in short files.)
fn range(printed: &str) -> f64 {
    let values = printed.lines().filter_map(|line| line.strip_prefix("lavfi.r128.S="));
    let mut passed: Vec<f64> = values.map(|value| value.parse().unwrap()).filter(|value| *value > -70.0).collect();
    let mean = passed.iter().map(|value| 10f64.powf(value / 10.0)).sum::<f64>() / passed.len() as f64;
    passed.retain(|value| *value >= 10.0 * mean.log10() - 20.0);
    passed.sort_by(f64::total_cmp);
    let at = |share: f64| passed[((passed.len() - 1) as f64 * share).round() as usize];
    at(0.95) - at(0.10)
}
