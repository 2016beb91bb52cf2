//! Tests that every folder at the other end of a connection passes, whatever is spoken on it. The judge is the folder itself,
//! on the server's disk.

use crate::StorageKey;
use crate::place::{Place, part_name};
use crate::probe::probe_place;
use crate::suite::{LARGE, Memory, keeps_the_promises, keeps_to_conditions, media, source, walk};
use hearthcast_fetch::{Net, Noted, Patience};
use hearthcast_model::{Cancel, Code, Error, Sha256};
use hearthcast_testkit::{ConnectProxy, FAR_NAME, SocksProxy};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An address where nobody is.
pub(crate) const NOBODY: &str = "http://127.0.0.1:1/";

pub(crate) fn feed() -> StorageKey {
    StorageKey::Feed("lantern-tide".into())
}

/// The whole suite, and nothing is left behind but what was stopped.
pub(crate) async fn keeps_all_promises(place: &dyn Place, scratch: &Path, folder: &Path) {
    keeps_the_promises(place, scratch).await;
    keeps_to_conditions(place).await;
    let half = |path: &PathBuf| path.to_string_lossy().contains(".part");
    // What was stopped stays, to be gone on with.
    let left: Vec<_> = walk(folder).into_iter().filter(half).collect();
    assert!(left.iter().all(|path| path.to_string_lossy().contains("stopped.mp3")), "{left:?}");
    assert!(!walk(folder).is_empty(), "it is this server that has the files");
}

/// Half a file is gone on with where its bytes are right, and sent anew where they are not.
pub(crate) async fn goes_on_with_half_a_file(place: &dyn Place, scratch: &Path, folder: &Path) {
    let source = source(scratch, LARGE);
    let key = media(&source.sha256);
    let half = folder.join(part_name(&key, &source.sha256));
    let whole = std::fs::read(&source.path).unwrap();
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    for (there, kept) in
        [(whole[..10_000_000].to_vec(), true), (vec![7; 5_000_000], false), (vec![7; LARGE + 1], false)]
    {
        std::fs::write(&half, there).unwrap();
        let told = std::sync::Mutex::new(vec![]);
        let progress = |bytes: u64| told.lock().unwrap().push(bytes);
        place.put_file(&key, &source, None, &Memory::default(), &Cancel::default(), &progress).await.unwrap();
        let told = told.into_inner().unwrap();
        assert_eq!((told.iter().sum::<u64>(), told[0] == 10_000_000), (LARGE as u64, kept));
        let there = std::fs::read(folder.join(key.to_string())).unwrap();
        assert_eq!(Sha256::of(&there), source.sha256);
        assert!(!half.exists());
    }
}

/// The probe of a folder that a web server shows, too.
pub(crate) async fn is_said_to_be_advisory(place: &dyn Place, folder: &Path) {
    let findings = probe_place(place, 7).await;
    assert_eq!(findings.failure, None, "{:#?}", findings.lines);
    assert!(findings.abilities.create_if_absent && findings.abilities.public_ranges, "{:#?}", findings.lines);
    assert!(!findings.abilities.conditional_put, "to look and to write are two steps: {:#?}", findings.lines);
    assert_eq!(walk(folder), Vec::<PathBuf>::new(), "the probe removed what it wrote");
}

/// Every connection goes through the proxy that is set, and one that does not lead there is named. Returns where a proxy was
/// asked to go.
pub(crate) async fn is_reached_through_proxies(
    open: impl Fn(Net) -> Box<dyn Place>,
    scratch: &Path,
    folder: &Path,
) -> Vec<String> {
    let (socks, connect) = (SocksProxy::to_ports(), ConnectProxy::to_ports());
    let source = source(scratch, 100_000);
    for proxy in [socks.url(), connect.url()] {
        let place = open(Net::default().through(&proxy).unwrap());
        place.put_bytes(&feed(), proxy.as_bytes()).await.unwrap();
        let key = media(&source.sha256);
        place.put_file(&key, &source, None, &Memory::default(), &Cancel::default(), &|_| ()).await.unwrap();
        let there = std::fs::read(folder.join(feed().to_string())).unwrap();
        assert_eq!(there, proxy.as_bytes());
        assert_eq!(place.read(&feed(), 100).await.unwrap().unwrap().0, there);
    }
    for asked in [socks.asked(), connect.asked()] {
        let far = |name: &String| name.starts_with(&format!("{FAR_NAME}:"));
        assert!(!asked.is_empty() && asked.iter().all(far), "{asked:?}");
    }
    let noted = Arc::new(Noted::default());
    let net = Net::default().patient(Patience::with(Arc::<Noted>::clone(&noted)));
    let error = Error::from(open(net.through("socks5h://127.0.0.1:1").unwrap()).head(&feed()).await.unwrap_err());
    assert_eq!((error.code, noted.taken()), (Code::TargetOffline, vec![500, 1_000, 2_000]), "{error:?}");
    assert!(error.message.contains("proxy socks5h://127.0.0.1:1"), "{}", error.message);
    connect.asked()
}
