//! Shows the folder of an export in the system's file manager. Nothing else is opened: the page names a job, and the job the folder.

use crate::Studio;
use hearthcast_library::job;
use hearthcast_model::job::Job;
use hearthcast_model::{Code, Error, JobId, Result};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What opens a folder on this system.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

impl Studio {
    /// Opens the folder that an export wrote.
    pub async fn show_export(&self, id: &JobId) -> Result<()> {
        let job = job::get(self.library(), id).await?.ok_or_else(|| Error::not_found("job", id.as_str()))?;
        let folder = folder_of(&job).ok_or_else(|| Error::not_found("folder", id.as_str()))?;
        if !folder.is_dir() {
            return Err(Error::new(Code::NotFound, format!("{} is not there any more.", folder.display()))
                .about("folder", folder.display().to_string()));
        }
        let mut opener = Command::new(OPENER);
        opener.arg(&folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = opener.spawn().map_err(|error| {
            Error::new(Code::NotFound, format!("The folder could not be opened: {error}."))
                .hint(format!("It is {}.", folder.display()))
        })?;
        // Nobody waits for the file manager; its end is heard, so that no dead process stays.
        std::thread::spawn(move || child.wait());
        Ok(())
    }
}

/// The folder of an export that was done.
fn folder_of(job: &Job) -> Option<PathBuf> {
    Some(PathBuf::from(&job.outcome.as_ref()?.exported.as_ref()?.folder))
}
