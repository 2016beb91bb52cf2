//! Findings that the author takes as they are, and takes back.

use crate::Studio;
use crate::read::show_id;
use hearthcast_checks::rule;
use hearthcast_model::check::{Accepted, CheckFinding, CheckReport};
use hearthcast_model::{Code, Error, Result};

/// What one rule found, by its code (with or without `check.`).
#[derive(Debug, Clone, Copy)]
pub struct Meant<'a> {
    /// The code.
    pub code: &'a str,
    /// Of the show or the episode with this id only.
    pub subject: Option<&'a str>,
    /// This sentence only.
    pub message: Option<&'a str>,
}

impl Studio {
    /// Takes findings as they are. What a directory would refuse cannot be taken, nor what a place answers. Answers what is found
    /// then.
    pub async fn accept_findings(&self, show: &str, meant: Meant<'_>) -> Result<CheckReport> {
        let code = known_code(meant.code)?;
        let report = self.check_show_here(show).await?;
        let is_meant = |finding: &&CheckFinding| {
            finding.code == code
                && meant.subject.is_none_or(|subject| finding.subject.id == subject)
                && meant.message.is_none_or(|message| finding.message == message)
        };
        let found: Vec<&CheckFinding> = report.findings.iter().filter(is_meant).collect();
        if let Some(refused) = found.iter().find(|finding| !finding.may_be_accepted()) {
            let message = format!("{} This cannot be taken as it is: a directory would refuse it.", refused.message);
            return Err(Error::new(Code::FieldInvalid, message).hint(&refused.hint).about("rule", &code));
        }
        if found.is_empty() {
            return Err(Error::not_found("finding", &code)
                .hint("\"hearthcast check SHOW --offline\" tells what can be taken; what a place answers cannot."));
        }
        let now = |finding: &CheckFinding| {
            let CheckFinding { code, message, subject, .. } = finding.clone();
            Accepted { subject: subject.id, code, message }
        };
        let all: Vec<Accepted> = found.into_iter().map(now).collect();
        let id = show_id(&self.show(show).await?)?;
        let mut tx = self.library().transact().await?;
        tx.accept(&id, &all).await?;
        self.commit_own(tx).await?;
        self.check_show_here(show).await
    }

    /// Takes that back: what a rule found is told again.
    pub async fn reconsider_findings(&self, show: &str, meant: Meant<'_>) -> Result<CheckReport> {
        let code = known_code(meant.code)?;
        let id = show_id(&self.show(show).await?)?;
        let mut tx = self.library().transact().await?;
        tx.reconsider(&id, &code, (meant.subject, meant.message)).await?;
        self.commit_own(tx).await?;
        self.check_show_here(show).await
    }
}

fn known_code(code: &str) -> Result<String> {
    let known =
        rule(code).ok_or_else(|| Error::not_found("rule", code).hint("\"hearthcast check --rules\" lists them."))?;
    Ok(known.code())
}
