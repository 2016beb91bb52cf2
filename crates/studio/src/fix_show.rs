//! Puts right what checks found, as far as a program can: nothing is lost, nothing becomes public, and one step of undo takes
//! all of it back. What is to be done is decided by `hearthcast-checks`; here addresses are tried, and covers made.

use crate::Studio;
use crate::check_show::Checked;
use crate::picture_master::from_of;
use crate::pictures::{AskedPicture, Picture};
use hearthcast_checks::{Mended, check, insecure_addresses, mend, rule};
use hearthcast_fetch::{Foreign, Net};
use hearthcast_library::accepted;
use hearthcast_media::PictureOrder;
use hearthcast_model::check::{Accepted, CheckFinding, CheckFixed};
use hearthcast_model::{Code, Episode, Error, Result, Show, Square};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// What asks for everything that nobody has to think about.
const ALL_SAFE: &str = "all-safe";
/// Rules that making the cover again obeys.
const COVERS: [&str; 6] =
    ["cover_not_square", "cover_large", "picture_format", "picture_ending", "picture_turned", "picture_print_colours"];
/// Most addresses that are tried at once.
const MOST_TRIED: usize = 200;

impl Studio {
    /// Puts findings right, by the codes of their rules (with or without `check.`), or `all-safe` of them. Findings that the
    /// network has to be asked about are not looked at, but an address becomes https only after it has answered so.
    pub async fn fix_show(&self, show: &str, codes: &[String]) -> Result<CheckFixed> {
        let checked = self.gathered(show).await?;
        let accepted = accepted::all(self.library(), &checked.id).await?;
        let wanted = self.wanted(&checked, codes, &accepted)?;
        let secure = match wanted.contains("check.address_insecure") {
            true => self.answering(&checked).await?,
            false => BTreeMap::new(),
        };
        let cover = match COVERS.iter().any(|id| wanted.contains(&format!("check.{id}"))) {
            true => self.cover_again(&checked.record.body).await?,
            false => None,
        };
        let codes: Vec<String> = wanted.iter().cloned().collect();
        let mended = checked.with_facts(None, self.now_ms(), |facts| mend(facts, &codes, &secure))?;
        let episodes = mended.episodes.len() as u64;
        let show_changed = mended.show.is_some() || cover.is_some();
        self.keep_mended(&checked, mended, cover).await?;
        let after = self.gathered(checked.id.as_str()).await?;
        let findings = after.with_facts(None, self.now_ms(), check)?;
        let offered = |code: &String| findings.iter().any(|finding| finding.code == *code && finding.fix.is_some());
        let (left, fixed) = wanted.into_iter().partition(offered);
        Ok(CheckFixed { fixed, left, episodes, show: show_changed })
    }

    /// Codes of what was found and can be put right, among those that are asked for.
    fn wanted(&self, checked: &Checked, codes: &[String], accepted: &[Accepted]) -> Result<BTreeSet<String>> {
        let mut asked = BTreeSet::new();
        for code in codes.iter().filter(|code| *code != ALL_SAFE) {
            let known = rule(code).ok_or_else(|| {
                Error::not_found("rule", code).hint("\"hearthcast check --rules\" lists them, with their fixes.")
            })?;
            if known.fix.is_none() {
                return Err(Error::new(
                    Code::FieldInvalid,
                    format!("Nothing can mend \"{}\" by itself.", known.code()),
                )
                .hint(known.hint)
                .about("field", known.code()));
            }
            asked.insert(known.code());
        }
        let all_safe = codes.iter().any(|code| code == ALL_SAFE);
        let findings = checked.with_facts(None, self.now_ms(), check)?;
        let is_wanted = |finding: &&CheckFinding| {
            let fix = finding.fix.as_ref();
            // What the author takes as it is is changed only when its rule is named.
            let told = || !accepted.iter().any(|accepted| accepted.is(finding));
            fix.is_some_and(|fix| asked.contains(&finding.code) || (all_safe && fix.safe && told()))
        };
        Ok(findings.iter().filter(is_wanted).map(|finding| finding.code.clone()).collect())
    }

    /// Addresses that answer over https, too, with what to write in their place.
    async fn answering(&self, checked: &Checked) -> Result<BTreeMap<String, String>> {
        let net = self.net().await?;
        let insecure = checked.with_facts(None, self.now_ms(), insecure_addresses)?;
        let mut secure = BTreeMap::new();
        for address in insecure.into_iter().take(MOST_TRIED) {
            if let Some(https) = https_of(&address)
                && answers(&net, &https).await
            {
                secure.insert(address, https.to_string());
            }
        }
        Ok(secure)
    }

    /// The cover, made again from the picture it came from.
    async fn cover_again(&self, show: &Show) -> Result<Option<Picture>> {
        let from = from_of(show.cover.as_ref(), show.cover_from.clone());
        let part = from.as_ref().and_then(|from| from.square).unwrap_or(Square { left: 0, top: 0, side: 0 });
        let asked = AskedPicture { path: None, square: Some(part), from, order: PictureOrder::cover() };
        self.picture_asked(asked).await
    }

    /// Writes what changed in one transaction, unless somebody else changed it meanwhile.
    async fn keep_mended(&self, checked: &Checked, mended: Mended, cover: Option<Picture>) -> Result<()> {
        let now_ms = self.now_ms();
        let mut tx = self.library().transact().await?;
        if mended.show.is_some() || cover.is_some() {
            let record = &checked.record;
            let current = tx.read::<Show>(&record.id).await?;
            current.filter(|current| current.body == record.body).ok_or_else(changed_meanwhile)?;
            let mut show = mended.show.unwrap_or_else(|| record.body.clone());
            if let Some(picture) = &cover {
                picture.note(&mut tx).await?;
                picture.put_on_show(&mut show);
            }
            show.changed_ms = now_ms;
            tx.put(&record.id, &show).await?;
        }
        for (id, mut episode) in mended.episodes {
            let before = checked.records.iter().find(|record| record.id == id.as_str());
            let current = tx.read::<Episode>(id.as_str()).await?;
            let same = current.zip(before).is_some_and(|(current, before)| current.body == before.body);
            same.then_some(()).ok_or_else(changed_meanwhile)?;
            if before.is_some_and(|before| before.body.chapters != episode.chapters)
                && let Some(kept) = self.keep_chapters_file(&mut episode).await?
            {
                tx.put_media(&kept.facts, "chapters").await?;
            }
            episode.changed_ms = now_ms;
            tx.put(id.as_str(), &episode).await?;
        }
        self.commit(tx, "fix").await
    }
}

fn changed_meanwhile() -> Error {
    Error::new(Code::Busy, "The show was changed while it was put right. Nothing was changed by it.").hint("Try again.")
}

/// The same address over https; `None` with a port of its own, where https would be another server.
fn https_of(address: &str) -> Option<Url> {
    let mut url = Url::parse(address.trim()).ok()?;
    if url.scheme() != "http" || url.port().is_some() {
        return None;
    }
    url.set_scheme("https").ok()?;
    Some(url)
}

/// Whether something is there, itself or by leading on to https.
async fn answers(net: &Net, https: &Url) -> bool {
    match Foreign::over(net, &[]).ask(https).await {
        Ok(hop) => match hop.location {
            Some(next) => next.scheme() == "https",
            None => matches!(hop.status, 200..=299),
        },
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_of_an_address_is_on_the_same_host_and_the_usual_port() {
        let of = |text: &str| https_of(text).map(String::from);
        assert_eq!(of("http://example.org/a?b#c").as_deref(), Some("https://example.org/a?b#c"));
        for text in ["https://example.org/", "http://example.org:8080/", "ftp://example.org/", "about.html"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
