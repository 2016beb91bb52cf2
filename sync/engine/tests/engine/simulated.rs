//! Publications against the simulated store: whatever it does and wherever the program is killed, listeners never see a feed
//! that names what is not there, and the run after the last fault finishes.

use crate::rollback::plan_back_with;
use crate::scene::{Scene, silent};
use crate::store::{Fault, Killed, Simulated, Store};
use hearthcast_engine::apply::{begin, unfinished};
use hearthcast_engine::{Planned, apply};
use hearthcast_library::{Library, episode, target};
use hearthcast_model::plan::Step;
use hearthcast_model::{Cancel, Code, EpisodeId, Result};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// More runs than any script has faults.
const RUNS: usize = 200;

pub(crate) struct World {
    pub(crate) scene: Scene,
    pub(crate) store: Arc<Mutex<Store>>,
    pub(crate) script: Arc<Mutex<VecDeque<Fault>>>,
    /// Changes the order of a plan, for the planted fault.
    reorder: fn(&mut Planned),
}

/// How a run ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Ended {
    /// Nothing was left to do.
    Idle,
    /// Something was published.
    Published,
    Failed(Code),
    Killed,
}

impl World {
    pub(crate) async fn new(script: impl IntoIterator<Item = Fault>) -> Self {
        let scene = Scene::new().await;
        let script = Arc::new(Mutex::new(script.into_iter().collect()));
        Self { scene, store: Arc::default(), script, reorder: |_| () }
    }

    /// One start of the program: library from disk, unfinished publication first, then a plan, as the verb does it.
    pub(crate) async fn run(&self) -> Ended {
        let library = self.scene.library().await;
        let killed = Arc::new(Killed::default());
        let mut destination = Simulated {
            store: Arc::clone(&self.store),
            script: Arc::clone(&self.script),
            killed: Arc::clone(&killed),
            media_root: library.root().into(),
            writes: 0,
        };
        tokio::select! {
            ended = self.publish(&library, &mut destination) => match ended {
                Ok(true) => Ended::Published,
                Ok(false) => Ended::Idle,
                Err(error) => Ended::Failed(error.code),
            },
            () = killed.wait() => Ended::Killed,
        }
    }

    async fn publish(&self, library: &Library, destination: &mut Simulated) -> Result<bool> {
        let target = &self.scene.target;
        let mut done = false;
        if let Some(open) = unfinished(library, &target.id).await? {
            apply(library, &open, destination, &Cancel::default(), &silent()).await?;
            done = true;
        }
        let current = target::state(library.readers(), &target.id).await?.manifest;
        let highest = self.store.lock().unwrap().highest();
        let mut planned = self.scene.plan_from(library, target, current.as_ref(), highest, &[]).await;
        if planned.plan.is_empty() {
            return Ok(done);
        }
        (self.reorder)(&mut planned);
        {
            let mut store = self.store.lock().unwrap();
            let old = store.feed().into_bytes();
            store.allowed = [old, planned.payload.feed.clone().into_bytes()].into();
        }
        begin(library, &planned).await?;
        apply(library, &planned, destination, &Cancel::default(), &silent()).await?;
        Ok(true)
    }

    /// One start of the program that goes back to a version: what is unfinished first, as the verb does it.
    pub(crate) async fn run_back(&self, version: u64) -> Ended {
        let library = self.scene.library().await;
        let killed = Arc::new(Killed::default());
        let mut destination = Simulated {
            store: Arc::clone(&self.store),
            script: Arc::clone(&self.script),
            killed: Arc::clone(&killed),
            media_root: library.root().into(),
            writes: 0,
        };
        tokio::select! {
            ended = self.go_back(&library, &mut destination, version) => match ended {
                Ok(true) => Ended::Published,
                Ok(false) => Ended::Idle,
                Err(error) => Ended::Failed(error.code),
            },
            () = killed.wait() => Ended::Killed,
        }
    }

    async fn go_back(&self, library: &Library, destination: &mut Simulated, version: u64) -> Result<bool> {
        if let Some(open) = unfinished(library, &self.scene.target.id).await? {
            apply(library, &open, destination, &Cancel::default(), &silent()).await?;
            if open.plan.restores() {
                return Ok(true);
            }
        }
        let highest = self.store.lock().unwrap().highest();
        let planned = plan_back_with(&self.scene, library, version, &[], highest).await;
        if planned.plan.is_empty() {
            return Ok(false);
        }
        {
            let mut store = self.store.lock().unwrap();
            let old = store.feed().into_bytes();
            store.allowed = [old, planned.payload.feed.clone().into_bytes()].into();
        }
        begin(library, &planned).await?;
        apply(library, &planned, destination, &Cancel::default(), &silent()).await?;
        Ok(true)
    }

    /// Two versions without a fault; returns the first one's feed and the episode that changed.
    async fn two_versions(&self) -> (String, EpisodeId) {
        let id = two_episodes(self).await;
        let script = std::mem::take(&mut *self.script.lock().unwrap());
        self.converge(&id, &[]).await;
        let first = self.store.lock().unwrap().feed();
        let library = self.scene.library().await;
        self.scene.edit(&library, &id, |e| e.title = "Salt and rope".into()).await;
        self.converge(&id, &[]).await;
        *self.script.lock().unwrap() = script;
        (first, id)
    }

    /// What must hold after a rollback: the older bytes, what was undone is pending, and once more is nothing.
    async fn check_back(&self, first: &str, id: &EpisodeId) {
        assert_eq!(self.violations(), Vec::<String>::new());
        assert_eq!(self.store.lock().unwrap().feed(), first);
        let library = self.scene.library().await;
        let record = episode::get(&library, id).await.unwrap().unwrap();
        let released = record.released.clone().unwrap();
        assert_eq!((released.title.as_str(), record.body.title.as_str()), ("Salt", "Salt and rope"));
        assert!(record.pending());
        let before = self.store.lock().unwrap().changes;
        assert_eq!(self.run_back(1).await, Ended::Idle);
        assert_eq!(self.store.lock().unwrap().changes, before, "run again = 0 writes");
    }

    /// Runs until nothing is left to do, editing an episode before the runs that say so.
    pub(crate) async fn converge(&self, id: &EpisodeId, edits: &[bool]) {
        for run in 0..RUNS {
            if edits.get(run) == Some(&true) {
                let library = self.scene.library().await;
                self.scene.edit(&library, id, |e| e.title = format!("Edited before run {run}")).await;
            }
            if self.run().await == Ended::Idle && run >= edits.len() {
                return;
            }
        }
        panic!("after {RUNS} runs there is still something to do");
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        self.store.lock().unwrap().violations.clone()
    }

    /// What must hold in the end: listeners see what the author wrote, and one more run changes nothing.
    pub(crate) async fn check_end(&self, id: &EpisodeId) {
        assert_eq!(self.violations(), Vec::<String>::new());
        let library = self.scene.library().await;
        let record = episode::get(&library, id).await.unwrap().unwrap();
        assert!(!record.pending(), "everything is released: {record:?}");
        let feed = self.store.lock().unwrap().feed();
        assert!(feed.contains(&format!("<title>{}</title>", record.body.title)), "listeners see {}", record.body.title);
        let state = target::state(library.readers(), &self.scene.target.id).await.unwrap();
        let manifest = state.manifest.unwrap();
        assert_eq!(manifest.feed.sha256, hearthcast_model::Sha256::of(feed.as_bytes()));
        let before = self.store.lock().unwrap().changes;
        assert_eq!(self.run().await, Ended::Idle);
        assert_eq!(self.store.lock().unwrap().changes, before, "run again = 0 writes");
    }
}

pub(crate) async fn two_episodes(world: &World) -> EpisodeId {
    let library = world.scene.library().await;
    world.scene.episode(&library, "The keeper's stair", "the-keepers-stair").await;
    world.scene.episode(&library, "Salt", "salt").await
}

#[tokio::test]
async fn killed_before_and_after_every_single_call() {
    for kill in [Fault::KillBefore, Fault::KillAfter, Fault::Swallowed] {
        for call in 0.. {
            let script = std::iter::repeat_n(Fault::None, call).chain([kill]);
            let world = World::new(script).await;
            let id = two_episodes(&world).await;
            let first = world.run().await;
            if world.script.lock().unwrap().front().is_some() {
                assert_eq!(first, Ended::Published);
                assert!(call > 20, "a plan with three files has more than 20 calls, not {call}");
                break;
            }
            world.converge(&id, &[]).await;
            world.check_end(&id).await;
            let store = world.store.lock().unwrap();
            assert_eq!(store.claims.len(), 1, "killed at call {call}, one publication takes one number");
        }
    }
}

#[tokio::test]
async fn a_rollback_is_killed_before_and_after_every_single_call() {
    let mut points = 0;
    for kill in [Fault::KillBefore, Fault::KillAfter, Fault::Swallowed, Fault::Fails] {
        for call in 0.. {
            let script = std::iter::repeat_n(Fault::None, call).chain([kill]);
            let world = World::new(script).await;
            let (first, id) = world.two_versions().await;
            let ended = world.run_back(1).await;
            if world.script.lock().unwrap().front().is_some() {
                assert_eq!(ended, Ended::Published);
                assert!(call >= 10, "a rollback has 10 calls or more, not {call}");
                break;
            }
            points += 1;
            for _ in 0..RUNS {
                if world.run_back(1).await == Ended::Idle {
                    break;
                }
            }
            world.check_back(&first, &id).await;
            let claims = world.store.lock().unwrap().claims.clone();
            assert_eq!(claims.len(), 3, "killed at call {call}, one rollback takes one number: {claims:?}");
        }
    }
    println!("a rollback was interrupted at {points} points");
}

/// The planted fault: with the feed first, the listener sees it name what is not there.
#[tokio::test]
async fn the_listener_notices_a_feed_that_comes_first() {
    let mut world = World::new([]).await;
    world.reorder = |planned| planned.plan.steps.sort_by_key(|step| *step != Step::Switch);
    two_episodes(&world).await;
    world.run().await;
    let violations = world.violations();
    assert!(violations.iter().any(|v| v.contains("and missing")), "{violations:?}");
}

#[tokio::test]
async fn a_store_that_loses_every_write_ends_in_a_clear_error_and_changes_nothing() {
    let world = World::new(std::iter::repeat_n(Fault::Lost, 200)).await;
    two_episodes(&world).await;
    assert_eq!(world.run().await, Ended::Failed(Code::TargetMismatch));
    assert_eq!(world.store.lock().unwrap().changes, 0);
    let library = world.scene.library().await;
    assert!(unfinished(&library, &world.scene.target.id).await.unwrap().is_none(), "it makes room for the next plan");
}

#[tokio::test]
async fn a_file_that_turns_bad_after_it_was_seen_is_written_again() {
    // Looked for, written, seen; and then it rots.
    let world = World::new([Fault::None, Fault::None, Fault::Rots]).await;
    let id = two_episodes(&world).await;
    assert_eq!(world.run().await, Ended::Published);
    world.check_end(&id).await;
}

/// A feed that was written and never seen may be public: its publication stays, and goes on later.
#[tokio::test]
async fn a_feed_that_is_never_seen_is_not_given_up() {
    let world = World::new([]).await;
    let id = two_episodes(&world).await;
    // 3 files put and read back, number and copy, each as it should; then every look is an old one.
    let calls = 3 * 3 + 3 + 3 + 3;
    *world.script.lock().unwrap() =
        std::iter::repeat_n(Fault::None, calls).chain(std::iter::repeat_n(Fault::OldRead, 7)).collect();
    assert_eq!(world.run().await, Ended::Failed(Code::TargetMismatch));
    assert!(world.store.lock().unwrap().feed().contains("Salt"), "the feed is public by now");
    let library = world.scene.library().await;
    assert!(unfinished(&library, &world.scene.target.id).await.unwrap().is_some());
    world.scene.edit(&library, &id, |e| e.title = "Salt and rope".into()).await;
    world.converge(&id, &[]).await;
    world.check_end(&id).await;
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::Delay),
        1 => Just(Fault::Fails),
        1 => Just(Fault::Lost),
        1 => Just(Fault::OldRead),
        1 => Just(Fault::Swallowed),
        1 => Just(Fault::Rots),
        1 => Just(Fault::KillBefore),
        1 => Just(Fault::KillAfter),
    ]
}

fn not_old(fault: Fault) -> Fault {
    if fault == Fault::OldRead { Fault::Delay } else { fault }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_script_of_faults_shows_a_bad_feed(
        script in proptest::collection::vec(fault(), 0..80),
        edits in proptest::collection::vec(any::<bool>(), 0..6),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new(script).await;
            let id = two_episodes(&world).await;
            world.converge(&id, &edits).await;
            world.check_end(&id).await;
        });
    }

    /// Without old looks: the feed before the newest change is here the very one that is wanted, and no reading back tells
    /// an old look at it from a new one.
    #[test]
    fn no_script_of_faults_spoils_a_rollback(
        script in proptest::collection::vec(fault().prop_map(not_old), 0..60),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new(script).await;
            let (first, id) = world.two_versions().await;
            for _ in 0..RUNS {
                if world.run_back(1).await == Ended::Idle {
                    break;
                }
            }
            world.check_back(&first, &id).await;
            // The next publication starts from there.
            world.converge(&id, &[]).await;
            world.check_end(&id).await;
        });
    }
}
