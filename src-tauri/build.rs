//! Build script of the desktop program: names the commands that need a permission, and where capabilities lie.

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    // The page is part of the program; Tauri itself does not look whether it changed.
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(&[
        "call",
        "audio_origin",
        "open_reports",
        "save_table",
        "background",
        "set_background",
        "tray_words",
        "notify",
        "leave",
    ]);
    let attributes = tauri_build::Attributes::new()
        .app_manifest(manifest)
        .capabilities_path_pattern("src-tauri/capabilities/*.json");
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities are valid");
}
