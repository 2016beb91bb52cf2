//! A look at a folder before a plan is made: how far its version numbers have come.

use hearthcast_model::place::{Location, Target};
use std::path::Path;

/// The highest version number ever claimed for a show at a target, as far as that can be seen without a network; 0 for none.
pub fn highest_version(target: &Target, slug: &str) -> u64 {
    let Location::Folder { path, .. } = &target.location else {
        return 0;
    };
    let folder = Path::new(path).join("feeds").join(slug).join("v");
    let names =
        std::fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".json").and_then(|digits| digits.parse().ok())).max().unwrap_or(0)
}
