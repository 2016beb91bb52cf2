//! What a person should know about how a file was made. It belongs to the making and stays with its report, whatever tags the
//! file gets afterwards.

use super::plan::{MOST_GAIN_DB, Plan};
use super::rounds::Made;
use hearthcast_model::facts::Finding;
use std::path::Path;

/// Loudness further from the target than this is told.
const FAR_LU: f64 = 0.5;

/// What is said of the level, and what the encoder said.
pub fn of(plan: &Plan, made: &Made) -> Vec<Finding> {
    let finding = |code: &str, message: String| Finding { code: code.into(), message, at_ms: None };
    let after = made.probed.facts.loudness.and_then(|loudness| loudness.integrated_lufs);
    let capped = plan.gain_db().1;
    let mut remarks = vec![];
    if capped {
        let message = format!(
            "The recording is so quiet that it was made louder by {MOST_GAIN_DB} dB and no more; what is left is mostly noise."
        );
        remarks.push(finding("media.gain_capped", message));
    }
    if let (Some(target), Some(after), false) = (plan.target, after, capped)
        && (target - after).abs() > FAR_LU
    {
        let message = format!("The result has {after:.1} LUFS instead of {target}: its peaks leave no room.");
        remarks.push(finding("media.loudness_missed", message));
    }
    remarks.extend(made.said.clone());
    remarks
}

/// What is said of a file that is heard with another one.
pub fn named(path: &Path, findings: &[Finding]) -> Vec<Finding> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    findings.iter().map(|finding| finding.clone().of_file(&name)).collect()
}
