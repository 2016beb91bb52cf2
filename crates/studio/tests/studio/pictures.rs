//! The part of a picture the author chooses: shown, published, chosen again later, taken back.

use crate::scene::{Scene, ffmpeg, silent};
use hearthcast_library::{Library, files, show};
use hearthcast_media::PictureOrder;
use hearthcast_model::clock::{FixedClock, SystemClock};
use hearthcast_model::derived::DeriveFate;
use hearthcast_model::id::RandomIds;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::{EpisodeEdit, ShowEdit};
use hearthcast_model::{Cancel, Rendition, Show, Square};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// 3000 x 1500: the left half red, the right half blue. The format says TIFF, which no window shows.
fn flag(scene: &Scene) -> PathBuf {
    let file = scene.folder.path().join("flag.tiff");
    let halves = "color=c=red:s=1500x1500[l];color=c=blue:s=1500x1500[r];[l][r]hstack,format=rgb24";
    ffmpeg(&["-f", "lavfi", "-i", halves, "-frames:v", "1"], &file);
    file
}

/// Mean colour and size of a picture, by ffmpeg.
fn seen(file: &Path) -> ([u8; 3], String) {
    let mut mean = Command::new("ffmpeg");
    mean.args(["-nostdin", "-loglevel", "error", "-i"]).arg(file);
    mean.args(["-vf", "scale=1:1:flags=area,format=rgb24", "-f", "rawvideo", "-"]);
    let out = mean.output().unwrap();
    assert_eq!(out.stdout.len(), 3, "{}", String::from_utf8_lossy(&out.stderr));
    let size = crate::scene::ffprobe(file, "stream=width,height").replace('\n', "x");
    ([out.stdout[0], out.stdout[1], out.stdout[2]], size)
}

fn is(colour: [u8; 3], wanted: [u8; 3]) -> bool {
    colour.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 24)
}

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const BOTH: [u8; 3] = [128, 0, 128];

fn square(left: u32, top: u32, side: u32) -> Option<Square> {
    Some(Square { left, top, side })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_square_of_a_cover_is_the_authors_and_can_be_chosen_again() {
    // Edits are "in a row" by the clock, however long pictures take to be made here.
    let scene = Scene::at(Arc::new(FixedClock::at(1_795_154_400_000))).await;
    let cover = |show: &hearthcast_model::Show| scene.media(show.cover.clone().unwrap().hash.as_str());
    let edit = ShowEdit {
        cover: Some(flag(&scene).display().to_string()),
        cover_square: square(1500, 0, 1500),
        ..Default::default()
    };
    let show = scene.studio.edit_show("harbour", edit).await.unwrap().show;
    let (colour, size) = seen(&cover(&show));
    assert!(is(colour, BLUE) && size == "1500x1500", "{colour:?} {size}");

    let master = scene.studio.picture_master("harbour", None).await.unwrap().unwrap();
    assert_eq!((master.width_px, master.height_px, Some(master.square)), (3000, 1500, square(1500, 0, 1500)));
    let (colour, size) = seen(&scene.media(&master.view));
    assert!(is(colour, BOTH) && size == "1400x700", "whole, and small enough to look at: {colour:?} {size}");
    assert_eq!(scene.studio.media_file(&master.view).await.unwrap().1, "image/jpeg", "a window can show it");

    // Without the file: only the part is given, and one that hangs over the edge is moved in.
    std::fs::remove_file(scene.folder.path().join("flag.tiff")).unwrap();
    let other = ShowEdit { cover_square: square(0, 900, 1000), ..Default::default() };
    let show = scene.studio.edit_show("harbour", other).await.unwrap().show;
    let (colour, size) = seen(&cover(&show));
    assert!(is(colour, RED) && size == "1000x1000", "{colour:?} {size}");
    assert_eq!(show.cover_sizes.first().map(|one| one.width_px), Some(740), "its smaller copies are new too");

    let middle = ShowEdit { cover_square: square(0, 0, 0), ..Default::default() };
    let show = scene.studio.edit_show("harbour", middle).await.unwrap().show;
    assert!(is(seen(&cover(&show)).0, BOTH), "none chosen is the middle");
    scene.studio.undo().await.unwrap().unwrap();
    assert_eq!(scene.studio.picture_master("harbour", None).await.unwrap(), None, "edits in a row are one step");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_episodes_picture_is_whole_until_a_square_is_chosen_and_can_go() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let edit = |edit: EpisodeEdit| scene.studio.edit_episode("harbour", "talk", edit);
    let refused = edit(EpisodeEdit { image_square: square(0, 0, 9), ..Default::default() }).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.hint.as_str()), ("field.invalid", "Choose a picture first."));

    let path = Some(flag(&scene).display().to_string());
    let view = edit(EpisodeEdit { image: path, ..Default::default() }).await.unwrap();
    let image =
        |view: &hearthcast_model::view::EpisodeView| scene.media(view.episode.image.clone().unwrap().hash.as_str());
    assert_eq!(seen(&image(&view)).1, "3000x1500");
    let view = edit(EpisodeEdit { image_square: square(100, 0, 1400), ..Default::default() }).await.unwrap();
    let (colour, size) = seen(&image(&view));
    assert!(is(colour, RED) && size == "1400x1400", "{colour:?} {size}");
    let view = edit(EpisodeEdit { image_square: square(0, 0, 0), ..Default::default() }).await.unwrap();
    assert_eq!(seen(&image(&view)).1, "3000x1500", "whole again");
    let view = edit(EpisodeEdit { image: Some(String::new()), ..Default::default() }).await.unwrap();
    assert_eq!((view.episode.image, view.episode.image_from, view.episode.image_sizes.len()), (None, None, 0));
    assert_eq!(scene.studio.picture_master("harbour", Some("talk")).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_earlier_versions_made_stays_and_comes_back_when_the_disk_loses_it() {
    let scene = Scene::new().await;
    let file = scene.folder.path().join("cover.jpg");
    ffmpeg(&["-f", "lavfi", "-i", "testsrc2=s=700x700", "-frames:v", "1"], &file);
    let edit = ShowEdit { cover: Some(file.display().to_string()), ..Default::default() };
    let mut cover = scene.studio.edit_show("harbour", edit).await.unwrap().show;
    let widths = |show: &Show| -> Vec<u32> {
        show.cover_sizes.iter().filter(|size| size.file.ext == "jpg").map(|size| size.width_px).collect()
    };
    // 600 is more than 0.8 x 700.
    assert_eq!(widths(&cover), [300, 240, 160, 150, 80]);

    // A library of an earlier version has it.
    let order = PictureOrder::cover().as_formerly();
    let made = scene.studio.make_picture(&file, order, Cancel::default()).await.unwrap();
    let old = made.sizes.into_iter().find(|size| size.facts.width_px == Some(600)).unwrap();
    let root = scene.folder.path().join("library");
    files::take_in_from(&root, &mut old.bytes.as_slice()).unwrap();
    let hash = old.facts.sha256.clone();
    let attached = Attachment { hash: hash.clone(), name: "cover-600".into(), ext: "jpg".into() };
    cover.cover_sizes.insert(0, Rendition { width_px: 600, height_px: 600, file: attached });
    let library = Library::open(&root, Arc::new(SystemClock), Arc::new(RandomIds)).await.unwrap();
    let id = show::list(&library).await.unwrap().remove(0).id;
    let mut tx = library.transact().await.unwrap();
    tx.put_media(&old.facts, "cover.jpg").await.unwrap();
    tx.put(id.as_str(), &cover).await.unwrap();
    tx.commit().await.unwrap();

    std::fs::remove_file(scene.media(hash.as_str())).unwrap();
    let steps = scene.studio.derive_media("harbour", &Cancel::default(), silent()).await.unwrap();
    assert!(!steps.is_empty() && steps.iter().all(|step| step.fate == DeriveFate::Done), "{steps:?}");
    assert_eq!(std::fs::read(scene.media(hash.as_str())).unwrap(), old.bytes);
    let now = show::get(&library, &id).await.unwrap().unwrap().body;
    assert_eq!(widths(&now), [600, 300, 240, 160, 150, 80], "it stays in the record, once");
    let left = scene.studio.plan_derived("harbour").await.unwrap();
    assert!(left.is_empty(), "nothing is outdated for ever: {left:?}");
}
