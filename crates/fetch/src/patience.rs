//! When something that did not work is asked again: after how long, how often, and when not at all. What it is not: the
//! decision whether asking again is safe; whoever asked knows that.

use async_trait::async_trait;
use hearthcast_model::Clock;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often one thing is asked in all.
pub const TRIES: u32 = 4;

/// Bound of the first wait; doubled each time.
const FIRST: Duration = Duration::from_millis(500);

/// Longest wait of our own choice.
const LONGEST: Duration = Duration::from_secs(20);

/// Longest wait that the other side may ask for and still be asked again in the same run.
pub const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// Chance and waiting, which tests bring themselves.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Any length of time up to this one, each as likely as the other.
    fn up_to(&self, most: Duration) -> Duration;

    /// Waits so long.
    async fn wait(&self, time: Duration);
}

/// Real waiting.
struct Asleep;

#[async_trait]
impl Pause for Asleep {
    fn up_to(&self, most: Duration) -> Duration {
        most.mul_f64(rand::random::<f64>())
    }

    async fn wait(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// Waits for nothing and only writes down how long it would have been; chance always comes to the most. For tests, as
/// [`hearthcast_model::clock::FixedClock`] is.
#[derive(Debug, Default)]
pub struct Noted(Mutex<Vec<Duration>>);

impl Noted {
    /// The waits since this was asked last, in milliseconds.
    pub fn taken(&self) -> Vec<u128> {
        let waits = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        waits.iter().map(Duration::as_millis).collect()
    }
}

#[async_trait]
impl Pause for Noted {
    fn up_to(&self, most: Duration) -> Duration {
        most
    }

    async fn wait(&self, time: Duration) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(time);
    }
}

/// Waits between tries: twice as long each time at most, and never as long as everybody else ("full jitter"), so that
/// clients which failed together do not come back together.
#[derive(Clone)]
pub struct Patience(Arc<dyn Pause>);

impl Default for Patience {
    fn default() -> Self {
        Self(Arc::new(Asleep))
    }
}

impl std::fmt::Debug for Patience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Patience")
    }
}

impl Patience {
    /// Waits as `pause` does.
    pub fn with(pause: Arc<dyn Pause>) -> Self {
        Self(pause)
    }

    /// Waits before the next try and says yes; says no at once when it was tried often enough, or when the other side
    /// `asked` to be left alone for longer than anybody waits here.
    pub async fn again(&self, tried: u32, asked: Option<Duration>) -> bool {
        let asked = asked.unwrap_or_default();
        if tried >= TRIES || asked > LONGEST_ASKED {
            return false;
        }
        self.0.wait(asked + self.0.up_to(bound(tried))).await;
        true
    }
}

/// The most that is waited after so many tries.
fn bound(tried: u32) -> Duration {
    FIRST.saturating_mul(2u32.saturating_pow(tried.saturating_sub(1))).min(LONGEST)
}

/// How long an answer asks to be left alone (RFC 9110 §10.2.3): seconds, or a date, which counts from the answer's own date
/// where it has one, for clocks differ.
pub fn retry_after(headers: &HeaderMap, clock: &dyn Clock) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if !asked.is_empty() && asked.bytes().all(|c| c.is_ascii_digit()) {
        return Some(Duration::from_secs(asked.parse().unwrap_or(u64::MAX)));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let ours = || UNIX_EPOCH + Duration::from_millis(u64::try_from(clock.now_ms()).unwrap_or_default());
    let now: SystemTime = text(DATE).and_then(date).unwrap_or_else(ours);
    Some(date(asked)?.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::clock::FixedClock;

    #[tokio::test]
    async fn waits_double_and_end() {
        let noted = Arc::new(Noted::default());
        let patience = Patience::with(Arc::<Noted>::clone(&noted));
        for tried in 1..TRIES {
            assert!(patience.again(tried, None).await);
        }
        assert!(!patience.again(TRIES, None).await, "often enough");
        assert_eq!(noted.taken(), [500, 1000, 2000]);
        assert_eq!(bound(40), LONGEST);
    }

    #[tokio::test]
    async fn what_the_other_side_asks_for_is_kept_to_or_it_is_left_alone() {
        let noted = Arc::new(Noted::default());
        let patience = Patience::with(Arc::<Noted>::clone(&noted));
        assert!(patience.again(1, Some(Duration::from_secs(7))).await);
        assert!(!patience.again(1, Some(LONGEST_ASKED + Duration::from_secs(1))).await);
        assert_eq!(noted.taken(), [7_500], "never earlier than asked, and not all at once");
    }

    #[test]
    fn chance_stays_below_the_bound() {
        let draws: Vec<Duration> = (0..200).map(|_| Asleep.up_to(Duration::from_secs(1))).collect();
        assert!(draws.iter().all(|draw| *draw <= Duration::from_secs(1)));
        let low = draws.iter().filter(|draw| **draw < Duration::from_millis(500)).count();
        assert!((40..160).contains(&low), "from nothing on, not from half on: {low} of 200");
    }

    /// The two forms of RFC 9110 §10.2.3, with its own examples.
    #[test]
    fn both_forms_of_retry_after_are_read() {
        // 1999-12-31T23:59:00Z
        let clock = FixedClock::at(946_684_740_000);
        let read = |pairs: &[(HeaderName, &str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            retry_after(&headers, &clock).map(|wait| wait.as_secs())
        };
        assert_eq!(read(&[(RETRY_AFTER, "120")]), Some(120));
        let date = "Fri, 31 Dec 1999 23:59:59 GMT";
        assert_eq!(read(&[(RETRY_AFTER, date)]), Some(59));
        assert_eq!(
            read(&[(RETRY_AFTER, date), (DATE, "Fri, 31 Dec 1999 23:59:50 GMT")]),
            Some(9),
            "its clock, not ours"
        );
        assert_eq!(read(&[(RETRY_AFTER, "Fri, 31 Dec 1999 23:58:00 GMT")]), Some(0), "over already");
        assert_eq!(read(&[(RETRY_AFTER, "99999999999999999999999")]), Some(u64::MAX));
        for nonsense in ["", "-1", "soon", "1.5"] {
            assert_eq!(read(&[(RETRY_AFTER, nonsense)]), None, "{nonsense}");
        }
    }
}
