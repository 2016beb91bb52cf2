//! How much memory hostile transcripts take. One test alone in its program: what is measured is the most that the whole process
//! ever took.
#![cfg(target_os = "linux")]

use hearthcast_text::transcript::{Care, MAX_BYTES, handed};

/// A file a quarter as long as files may be: enough to tell, and soon read.
fn full(before: &str, entry: &str, after: &str) -> String {
    let entries = (MAX_BYTES / 4 - before.len() - after.len()) / (entry.len() + 1) - 1;
    format!("{before}{}{entry}{after}", format!("{entry},").repeat(entries))
}

fn peak_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the most that was taken");
    line.trim_end_matches("kB").trim().parse().expect("a number")
}

#[test]
fn no_json_takes_much_more_memory_than_its_length() {
    let line = r#"{"start":0,"end":9000000,"text":"a","#;
    for (before, entry, after) in [
        ("\"words\":[", r#"{"start":1,"end":2,"word":"a"}"#, "]}]}"),
        ("\"words\":[", r#"{"start":1}"#, "]}]}"),
        ("\"words\":[", "{}", "]}]}"),
        ("\"tokens\":[", "1", "]}]}"),
        ("\"speaker\":[", "1", "]}]}"),
        ("\"start_ms\":[", "1", "]}]}"),
        ("\"x\":0}],\"lines\":[", "{}", "]}"),
    ] {
        // Begins anew with what is taken now (proc_pid_clear_refs(5)); where it cannot, the worst of all is measured.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let json = full(&format!(r#"{{"segments":[{line}{before}"#), entry, after);
        let _ = handed(json.as_bytes(), None, None, Care::Taken);
        let peak = peak_kib() / 1024;
        assert!(peak < 48, "{before}{entry}: {peak} MiB for a file of 4");
    }
}
