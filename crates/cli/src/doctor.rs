//! `hearthcast doctor`: looks for problems, also in a library that does not open, and mends a damaged one when told to.

use crate::args::Doctor;
use crate::output::{Done, Output};
use hearthcast_model::Result;
use hearthcast_studio::{Examination, Options, examine, salvage, use_copy};
use serde_json::{Value, json};

/// Every problem is a finding; exit code 1 when there was one.
pub async fn act(options: Options, what: &Doctor, output: &Output) -> Result<Done> {
    if let Some(copy) = &what.use_copy {
        let beside = use_copy(options, copy).await?;
        let text = format!("The copy is the library now. The damaged file lies at {}.", beside.display());
        return Done::with(&json!({"damaged": beside}), text);
    }
    if what.salvage {
        return salvaged(options).await;
    }
    let found = examine(options).await;
    for finding in &found.findings {
        output.finding(&finding.code, &finding.message, "");
    }
    let mut done = Done::with(&fields(&found), text(&found))?;
    done.exit = u8::from(!found.findings.is_empty());
    Ok(done)
}

async fn salvaged(options: Options) -> Result<Done> {
    let salvage = salvage(options).await?;
    let saved: serde_json::Map<String, Value> = salvage.saved.iter().map(|(t, n)| (t.clone(), json!(n))).collect();
    let lost: Vec<Value> = salvage.lost.iter().map(|(table, why)| json!({"table": table, "why": why})).collect();
    let mut text = format!("What could be read is saved. The damaged file lies at {}.", salvage.damaged.display());
    for (table, why) in &salvage.lost {
        text += &format!("\nNot all of \"{table}\" could be read: {why}");
    }
    Done::with(&json!({"saved": saved, "lost": lost, "damaged": salvage.damaged}), text)
}

fn fields(found: &Examination) -> Value {
    let copies: Vec<Value> = found.copies.iter().map(|copy| json!({"path": copy.path, "good": copy.good})).collect();
    json!({"library": found.root, "findings": found.findings, "failure": found.failure, "copies": copies})
}

fn text(found: &Examination) -> String {
    if found.findings.is_empty() {
        return format!("No problem found in {}.", found.root.display());
    }
    let good = found.copies.iter().find(|copy| copy.good && found.failure.is_some());
    good.map_or_else(String::new, |copy| format!("The newest good copy: {}", copy.path.display()))
}
