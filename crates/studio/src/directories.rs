//! Directories that a show is told to: how far it is with each, kept in the library, and the owner's e-mail address that stands in
//! the feed only while one of them sends a code there.

use crate::Studio;
use crate::edit_show::checked_email;
use crate::read::show_id;
use hearthcast_engine::plan::feed_url;
use hearthcast_library::{meta, target};
use hearthcast_model::directories::{self, DirectoryView, Listing, ListingState, MOST_DAYS, USUAL_DAYS, Verifying};
use hearthcast_model::place::Role;
use hearthcast_model::view::ShowView;
use hearthcast_model::{Code, Error, Result, ShowId};

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Studio {
    /// All directories, and how far a show is with each.
    pub async fn directories(&self, show: &str) -> Result<Vec<DirectoryView>> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        let listings = self.listings(&id).await?;
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug);
        let targets = target::of_show(self.library(), &id).await?;
        let here = targets.iter().find(|target| target.role == Role::Primary && target.moved.is_none());
        let feed = here.map(|target| feed_url(target, slug)).unwrap_or_default();
        let views = directories::all().into_iter().map(|directory| {
            let kept = listings.iter().find(|listing| listing.directory == directory.id).cloned();
            let empty = || Listing {
                directory: directory.id.clone(),
                state: ListingState::default(),
                url: String::new(),
                changed_ms: 0,
            };
            let verifying = record.body.verifying.as_ref().filter(|verifying| verifying.directory == directory.id);
            DirectoryView {
                submit_url: directory.submit_at(&feed),
                listing: kept.unwrap_or_else(empty),
                verifying_until_ms: verifying.map(|verifying| verifying.until_ms),
                directory,
            }
        });
        Ok(views.collect())
    }

    /// Notes how far a show is with a directory. A listing's address alone says that it is listed.
    pub async fn set_listing(
        &self,
        show: &str,
        directory: &str,
        state: Option<ListingState>,
        url: Option<&str>,
    ) -> Result<Vec<DirectoryView>> {
        let id = show_id(&self.show(show).await?)?;
        let directory = directories::find(directory)?;
        let mut listings = self.listings(&id).await?;
        let before = listings.iter().position(|listing| listing.directory == directory.id);
        let before = before.map(|at| listings.remove(at));
        let url = match url {
            Some(url) => directory.listing(url)?,
            None => before.as_ref().map(|listing| listing.url.clone()).unwrap_or_default(),
        };
        let was = before.map(|listing| listing.state).unwrap_or_default();
        let state = state.unwrap_or(if url.is_empty() { was } else { ListingState::Listed });
        let url = if state == ListingState::NotSubmitted { String::new() } else { url };
        if state != ListingState::NotSubmitted {
            listings.push(Listing { directory: directory.id, state, url, changed_ms: self.now_ms() });
        }
        let text = serde_json::to_string(&listings).unwrap_or_default();
        let mut tx = self.library().transact().await?;
        tx.put_meta(&name(&id), &text).await?;
        tx.touch("show", id.as_str());
        self.commit_own(tx).await?;
        self.directories(show).await
    }

    /// Lets the feed show the owner's e-mail address for some days, because a directory sends a code there; no days take it out.
    /// Listeners get it with the next publication, and the first one after the last day takes it out.
    pub async fn verify_at(&self, show: &str, directory: &str, email: &str, days: Option<u32>) -> Result<ShowView> {
        let directory = directories::find(directory)?;
        let days = days.unwrap_or(USUAL_DAYS);
        if days > MOST_DAYS {
            let what = format!("The address is shown for at most {MOST_DAYS} days, not {days}.");
            return Err(Error::new(Code::FieldInvalid, what)
                .hint("Begin again when they are over.")
                .about("field", "days"));
        }
        let record = self.show(show).await?;
        let verifying = match days {
            0 => None,
            days => Some(Verifying {
                email: self.email_to_show(&record.body, email)?,
                directory: directory.id,
                until_ms: self.now_ms().saturating_add(i64::from(days) * DAY_MS),
            }),
        };
        let mut tx = self.library().transact().await?;
        let seen = tx.read::<hearthcast_model::Show>(&record.id).await?.unwrap_or(record);
        let changed = hearthcast_model::Show { verifying, changed_ms: self.now_ms(), ..seen.body };
        tx.put(&seen.id, &changed).await?;
        self.commit(tx, "edit").await?;
        self.show_view(show).await
    }

    /// The address that was typed, or the one shown for the directory before.
    fn email_to_show(&self, show: &hearthcast_model::Show, email: &str) -> Result<String> {
        if !show.owner_email.is_empty() {
            let what = format!("The feed shows the owner's e-mail address already: {}.", show.owner_email);
            return Err(Error::new(Code::FieldInvalid, what)
                .hint("Directories find it there. Take it out of the show's details to show it for some days only.")
                .about("field", "owner_email"));
        }
        let known = show.verifying.as_ref().map(|verifying| verifying.email.as_str()).unwrap_or_default();
        let email = checked_email(if email.trim().is_empty() { known } else { email })?;
        match email.is_empty() {
            true => Err(Error::new(Code::FieldInvalid, "Which e-mail address shall the feed show?")
                .hint("Name the one that the directory's code is to be sent to: --email me@example.org")
                .about("field", "email")),
            false => Ok(email),
        }
    }

    /// Directories that the show was told to.
    pub(crate) async fn listings(&self, show: &ShowId) -> Result<Vec<Listing>> {
        let kept = meta::get(self.library().readers(), &name(show)).await?;
        let unreadable = |error: serde_json::Error| {
            Error::new(Code::LibraryFailed, format!("What is known of directories cannot be read: {error}."))
                .hint("A newer Hearthcast wrote it; use that one. Nothing was changed.")
        };
        kept.map_or(Ok(vec![]), |text| serde_json::from_str(&text).map_err(unreadable))
    }
}

fn name(show: &ShowId) -> String {
    format!("directories {show}")
}
