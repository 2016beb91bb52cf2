//! Who may use whom: the table of docs/ARCHITECTURE.md as data, compared with what the manifests say.

use super::Fault;
use anyhow::{Context, Result};
use serde_json::Value;

/// Package (without `hearthcast-`) and the packages it may use. Dev-dependencies are free: tests may build scenes.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("text", &["model"]),
    ("counting", &["model"]),
    ("media", &["model", "text"]),
    ("feed", &["model", "text"]),
    ("intake", &["model", "text"]),
    ("checks", &["model", "text"]),
    ("library", &["model", "text"]),
    ("site", &["model", "text", "feed"]),
    ("fetch", &["model"]),
    ("serve", &["model"]),
    ("storage", &["model", "fetch"]),
    ("protocol", &["model", "fetch"]),
    ("store", &["model", "protocol"]),
    ("engine", &["model", "feed", "site", "protocol", "storage", "library", "fetch"]),
    ("server", &["model", "text", "feed", "site", "serve", "counting", "protocol", "storage", "store", "fetch"]),
    (
        "studio",
        &[
            "model", "text", "media", "library", "feed", "intake", "checks", "site", "serve", "counting", "storage",
            "engine", "fetch",
        ],
    ),
    ("commands", &["model", "studio"]),
    ("cli", &["commands", "studio", "model"]),
    ("desktop", &["commands", "studio", "model"]),
    ("testkit", &["model"]),
    ("xtask", &[]),
];

/// The package of journeys, which may use everything: it stands above the house.
const JOURNEYS: &str = "tests";

/// What the nouns may not depend on: they do no I/O.
const NOT_IN_MODEL: &[&str] = &["tokio", "sqlx", "reqwest", "hyper", "axum"];

/// Crates that send HTTP requests; only `fetch` may depend on one.
const HTTP_CLIENTS: &[&str] = &[
    "reqwest",
    "ureq",
    "isahc",
    "surf",
    "curl",
    "attohttpc",
    "minreq",
    "awc",
    "http_req",
    "hyper-tls",
    "hyper-rustls",
    "rusoto_core",
];

/// Crates that decode sounds and pictures; only `media`, whose worker has a process of its own, may depend on one.
pub(super) const DECODERS: &[&str] = &[
    "claxon",
    "flac-codec",
    "gif",
    "hound",
    "image",
    "jpeg-decoder",
    "lewton",
    "minimp3",
    "mp3lame-encoder",
    "opusic-c",
    "png",
    "symphonia",
    "symphonia-adapter-libopus",
    "tiff",
    "webp",
    "zune-image",
    "zune-jpeg",
];

/// A workspace package and what it depends on.
pub struct Package {
    name: String,
    /// Names of what it depends on for building and running (not for its tests).
    uses: Vec<String>,
}

/// Reads the output of `cargo metadata --no-deps`.
pub fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let list = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    Ok(list.iter().map(package).collect())
}

fn package(value: &Value) -> Package {
    let dependencies = value["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    let uses = dependencies.iter().filter(|d| d["kind"] != "dev").filter_map(|d| d["name"].as_str());
    Package { name: value["name"].as_str().unwrap_or_default().into(), uses: uses.map(Into::into).collect() }
}

/// Edges the table does not allow, HTTP clients outside `fetch`, and decoders outside `media`.
pub fn faults(packages: &[Package]) -> Vec<Fault> {
    packages.iter().flat_map(package_faults).collect()
}

fn package_faults(package: &Package) -> Vec<Fault> {
    let name = short(&package.name);
    if name == JOURNEYS {
        return vec![];
    }
    let Some((_, allowed)) = MAY_USE.iter().find(|(who, _)| *who == name) else {
        return vec![Fault::new(
            &package.name,
            "is not in the table of layers (xtask/src/tidy/layers.rs): say whom it may use",
        )];
    };
    let mut faults = Vec::new();
    for used in &package.uses {
        if used.starts_with("hearthcast-") && !allowed.contains(&short(used)) {
            faults.push(Fault::new(&package.name, format!("may not use {used} (docs/ARCHITECTURE.md, layers)")));
        }
        if name != "fetch" && HTTP_CLIENTS.contains(&used.as_str()) {
            faults.push(Fault::new(
                &package.name,
                format!("may not depend on {used}: only hearthcast-fetch sends requests"),
            ));
        }
        if name != "media" && DECODERS.contains(&used.as_str()) {
            let rule = format!("may not depend on {used}: only hearthcast-media's worker decodes");
            faults.push(Fault::new(&package.name, rule));
        }
        if name == "model" && NOT_IN_MODEL.contains(&used.as_str()) {
            faults.push(Fault::new(&package.name, format!("may not depend on {used}: the nouns do no I/O")));
        }
    }
    faults
}

fn short(name: &str) -> &str {
    name.strip_prefix("hearthcast-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults_of(name: &str, dependency: &str, kind: Value) -> Vec<Fault> {
        let metadata = json!({"packages": [{"name": name, "dependencies": [{"name": dependency, "kind": kind}]}]});
        faults(&packages(&metadata).unwrap())
    }

    #[test]
    fn an_edge_of_the_table_passes() {
        assert_eq!(faults_of("hearthcast-studio", "hearthcast-engine", Value::Null), vec![]);
        assert_eq!(faults_of("hearthcast-fetch", "reqwest", Value::Null), vec![]);
        assert_eq!(faults_of("hearthcast-tests", "hearthcast-studio", Value::Null), vec![]);
    }

    #[test]
    fn a_planted_edge_is_found() {
        for (who, whom) in [
            ("hearthcast-server", "hearthcast-media"),
            ("hearthcast-model", "hearthcast-text"),
            ("hearthcast-cli", "hearthcast-library"),
            ("hearthcast-model", "tokio"),
            ("hearthcast-engine", "reqwest"),
            ("hearthcast-studio", "symphonia"),
            ("hearthcast-server", "image"),
            ("hearthcast-unheard-of", "serde"),
        ] {
            assert_eq!(faults_of(who, whom, Value::Null).len(), 1, "{who} -> {whom}");
            assert_eq!(faults_of(who, whom, json!("build")).len(), 1, "{who} -> {whom} (build)");
        }
    }

    #[test]
    fn tests_may_build_scenes() {
        assert_eq!(faults_of("hearthcast-engine", "hearthcast-store", json!("dev")), vec![]);
    }
}
