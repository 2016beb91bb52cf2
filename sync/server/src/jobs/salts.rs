//! Salts of listeners' pseudonyms: one per UTC day, made ahead, deleted when the day is closed.

use super::rollup::{first_open_day, next_day};
use crate::app::App;
use hearthcast_model::clock::utc_day;
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::salt;

/// Sees that today and tomorrow have a salt and that closed days have none.
pub async fn keep(app: &App, now_ms: i64) -> Result<()> {
    let mut writer = app.store.write().await?;
    let mut agreed = vec![];
    for day in [utc_day(now_ms), next_day(now_ms)] {
        let value = salt::agree(&mut writer, &day, random()?).await?;
        agreed.push((day, value));
    }
    salt::delete_before(&mut writer, &first_open_day(now_ms)).await?;
    writer.commit().await?;
    for (day, value) in agreed {
        app.salts.insert(&day, value);
    }
    app.salts.forget_before(now_ms);
    Ok(())
}

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::new(Code::Internal, "The system gives no random bytes."))?;
    Ok(bytes)
}
