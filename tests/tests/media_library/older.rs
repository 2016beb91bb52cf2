//! Sounds that an older version of the program listened to: listened to again, unless listeners have them.

use super::{Scene, sha256, step, text};
use hearthcast_tests::files_below;
use serde_json::Value;
use std::path::PathBuf;

/// What today's program hears is asked of the program itself, before anything is changed.
#[test]
fn point_9_what_an_older_version_listened_to_is_listened_to_again_and_what_is_published_stays() {
    let scene = Scene::new();
    scene.laptop.episode(&scene.show, "Public", &scene.wav("public", 8));
    scene.laptop.ask(&["publish", &scene.show]);
    scene.laptop.episode(&scene.show, "Draft", &scene.wav("draft", 9));
    scene.set("draft", &["draft=true"]);
    let facts = |hash: &str| {
        let sql = format!(
            "SELECT json_extract(facts, '$.analyzer_version'), json_extract(facts, '$.levels') FROM media WHERE hash = '{hash}'"
        );
        scene.sql(&sql).trim().to_string()
    };
    let recordings = ["public.wav", "draft.wav"].map(|name| sha256(&scene.place(name)));
    let (public, draft) = (scene.audio("public"), scene.audio("draft"));
    let analyses = || scene.derive(&["--dry-run"]).into_iter().filter(|step| step.0 == "waveform").collect::<Vec<_>>();
    assert_eq!(analyses(), [], "today's version listened to all of them");
    let today = recordings.clone().map(|hash| facts(&hash));
    let of_draft = facts(&draft);
    assert!(today.iter().all(|facts| facts.len() > 100), "a waveform of 200 levels: {today:?}");
    let www: Vec<(PathBuf, String)> =
        files_below(&scene.place("www")).into_iter().map(|file| (file.clone(), sha256(&file))).collect();

    // An older version drew no levels.
    let older = "json_set(facts, '$.levels', '', '$.analyzer_version', json_extract(facts, '$.analyzer_version') - 1)";
    scene.sql(&format!("UPDATE media SET facts = {older} WHERE json_extract(facts, '$.kind') = 'audio'"));
    let [old_public, old_draft, old_recording] = [&public, &draft, &recordings[0]].map(|hash| facts(hash));
    assert!(old_draft != of_draft && old_recording != today[0], "{old_draft} {old_recording}");
    // The draft's two files and the public episode's recording; what listeners have keeps what was said of it.
    let mut planned = analyses();
    planned.sort_by(|one, other| one.1.cmp(&other.1));
    let step = |name: &str, fate: &str| step("waveform", name, &["analysis"], fate);
    let all = |fate: &str| [step("draft.wav", fate), step("draft.wav", fate), step("public.wav", fate)];
    assert_eq!(planned, all("planned"));
    assert_eq!((facts(&draft), facts(&recordings[0])), (old_draft, old_recording), "a dry run changes nothing");
    let mut done: Vec<_> = scene.derive(&[]).into_iter().filter(|step| step.0 == "waveform").collect();
    done.sort_by(|one, other| one.1.cmp(&other.1));
    assert_eq!(done, all("done"));
    assert_eq!(recordings.map(|hash| facts(&hash)), today);
    assert_eq!((facts(&draft), facts(&public)), (of_draft, old_public));
    assert_eq!(analyses(), [], "nothing is left to do");
    assert_eq!((scene.audio("public"), scene.audio("draft")), (public, draft), "no sound is another one");
    for (file, hash) in &www {
        assert_eq!(&sha256(file), hash, "{}", file.display());
    }
}

/// What was found in the microphones of a mix is found in no mix.
#[test]
fn point_9_a_mix_that_is_listened_to_again_keeps_what_was_said_of_its_microphones() {
    let scene = Scene::new();
    let (ada, bo) = (scene.wav("ada", 8), scene.wav("bo", 8));
    let file = std::fs::File::options().write(true).open(&bo).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    let [ada, bo] = [&ada, &bo].map(|file| file.to_str().unwrap());
    scene.laptop.ask(&["episode", "add", &scene.show, "--title", "Two", "--audio", ada, "--audio", bo]);
    let told = || {
        let view = scene.laptop.ask(&["episode", "get", &scene.show, "two"]);
        let findings = view["audio"]["made"]["findings"].as_array().cloned().unwrap_or_default();
        findings.iter().map(|finding: &Value| text(&finding["message"])).collect::<Vec<_>>()
    };
    let before = told();
    assert!(before.len() == 1 && before[0].starts_with("In the file \"bo.wav\": The file ends"), "{before:?}");
    let older = "json_set(facts, '$.analyzer_version', json_extract(facts, '$.analyzer_version') - 1)";
    scene.sql(&format!("UPDATE media SET facts = {older} WHERE json_extract(facts, '$.kind') = 'audio'"));
    let done = scene.derive(&[]).into_iter().filter(|step| step.0 == "waveform" && step.3 == "done").count();
    assert_eq!(done, 2, "the mix, and what was made of it");
    assert_eq!(told(), before);
}
