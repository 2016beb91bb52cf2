//! Several sources of one show in one go: feeds of its years, a saved copy, the export of its site, folders. They are read in an
//! order of their own, so that the order in which they were named says nothing: the newest is read last, and counts. Folders come
//! after it: they give what it names no sound of.

use super::source::{Place, local};
use crate::Studio;
use crate::import_folder::folder_of;
use hearthcast_fetch::Foreign;
use hearthcast_library::import;
use hearthcast_model::import::ImportRequest;
use hearthcast_model::{Cancel, Code, Error, Result, ShowId};

/// Most sources that are named together.
const MOST: usize = 100;

impl Studio {
    /// One request for each source, in the order in which they are to be imported. Where one of them was imported before, all
    /// go into its show.
    pub async fn import_requests(
        &self,
        sources: &[String],
        like: &ImportRequest,
        cancel: &Cancel,
    ) -> Result<Vec<ImportRequest>> {
        let of = |source: &String| ImportRequest { source: source.clone(), ..like.clone() };
        if let [source] = sources {
            return Ok(vec![of(source)]);
        }
        if sources.is_empty() || sources.len() > MOST {
            return Err(Error::new(Code::UsageInvalid, "Between 1 and 100 sources can be imported together.")
                .hint("Name the addresses of feeds, files with them, or folders."));
        }
        let (net, known) = (self.net().await?, import::sources(self.library()).await?);
        let (mut dated, mut folders, mut into) = (vec![], vec![], like.into.clone());
        for source in sources {
            cancel.check()?;
            let request = of(source);
            if let Some(folder) = folder_of(source) {
                into = into.or(self.show_for(&request, &folder).await?.map(|show| show.id));
                folders.push((folder, request));
                continue;
            }
            let place = Place::of(source)?;
            let before = self.before(&request, &place, &known).await?;
            into = into.or(before.map(|(_, show)| show.id));
            let own = local(&request, &place)?;
            let show = ShowId::fresh(self.library().ids(), self.now_ms());
            let read = self.first_page(&place, &Foreign::over(&net, &own), &show, cancel).await?.read;
            let newest = read.items.iter().filter_map(|item| item.episode.publish_at_ms).max();
            dated.push((newest, place.name().to_string(), request));
        }
        dated.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        folders.sort_by(|a, b| a.0.cmp(&b.0));
        let requests = dated.into_iter().map(|(_, _, request)| request);
        let all = requests.chain(folders.into_iter().map(|(_, request)| request));
        Ok(all.map(|request| ImportRequest { into: into.clone(), ..request }).collect())
    }
}
