// A library to look at: a show with everything, an empty one, one with a title of 200 letters, one written from right to
// left. Made by the commands the window itself uses; sound and picture by ffmpeg.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ui = join(fileURLToPath(import.meta.url), "../..");

const ffmpeg = (words, to) => execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", ...words, to]);

export const names = [
  "The keeper’s stair", "A harbour in three languages", "What the tide tables leave out", "Letters to a lightship", "Counting waves by ear",
  "Listener post, autumn", "The island with one bell", "Rope, tar and patience", "Salt on the window", "Borrowed weather", "The fog signal that sang", "Night ferry, empty",
];
const long = "The very long title of a show about everything that was ever said beside a harbour wall while somebody waited for a boat, for the weather, or for somebody who did not come, told slowly and with footnotes";
const notes = "## In this episode\nThe stair of the north light has 196 steps. The keeper counts them *aloud*, because the wind is louder.\n\n- How a lens of 1862 is cleaned\n- Two ships, one winter night\n- [the stair, drawn](https://example.org/stair)\n";
const rtl = ["المنارة القديمة", "رسائل إلى الميناء", "ليلة العاصفة"];

/** Waits for a job; fails with its sentence. */
async function done(call, id) {
  for (let tries = 0; tries < 600; tries += 1) {
    const job = (await call("jobs")).find((one) => one.id === id);
    if (job?.state === "done") return;
    if (job?.state === "failed") throw new Error(job.error?.message ?? "a job failed");
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error("a job did not end in a minute");
}

/** Makes the library; answers the ids of its shows and of some episodes. */
export async function sample(call, folder) {
  const cover = join(folder, "cover.jpg");
  const sound = join(folder, "keepers-stair.mp3");
  // A lamp over a dark sea: two ellipses and a beam, so that cuts and edges of covers can be judged.
  const lamp = "if(lt(hypot(X-700,(Y-520)*1.1),90),255,if(gt(Y,980)*lt(mod(Y+40*sin(X/90),70),14),110,if(lt(abs(Y-520),max(0,(700-X)*0.22))*lt(X,700),190,30+40*Y/1400)))";
  ffmpeg(["-i", `nullsrc=s=1400x1400,geq=r='${lamp}':g='${lamp.replaceAll("190", "150").replaceAll("30+40", "60+30")}':b='${lamp.replaceAll("255", "190").replaceAll("190,", "90,").replaceAll("30+40", "70+30")}'`, "-frames:v", "1", "-q:v", "3"], cover);
  ffmpeg(["-i", "aevalsrc='0.4*sin(2*PI*(180+40*sin(2*PI*0.3*t))*t)*(0.3+0.7*abs(sin(0.9*t)))*(0.4+0.6*abs(sin(0.13*t)))':s=44100:d=150", "-codec:a", "libmp3lame", "-b:a", "96k"], sound);

  const many = await call("add_show", { title: "Lantern & Tide", slug: null });
  await call("edit_show", { show: many.id, edit: { description: "Stories from lighthouses, harbours and the people who keep them lit.", author: "North Keeper", language: "en", categories: "Society & Culture/Places & Travel", link: "https://example.org/", cover } });
  const ids = [];
  for (let number = 1; number <= 48; number += 1) {
    const title = number === 20 ? long : `${names[number % names.length]}${number > names.length ? ` ${Math.ceil(number / names.length)}` : ""}`;
    const episode = await call("add_episode", { show: many.id, title });
    const at = new Date(Date.UTC(2026, 0, 6, 5) + number * 7 * 86_400_000).toISOString().replace(".000", "");
    await call("edit_episode", { show: many.id, episode: episode.id, edit: { number, season: Math.ceil(number / 16), ...(number < 45 ? { at, zone: "Europe/Berlin" } : {}), ...(number > 46 ? { draft: true } : {}) } });
    ids.push(episode.id);
  }
  const whole = ids[43];
  await call("edit_episode", { show: many.id, episode: whole, edit: { title: "The keeper’s stair", notes } });
  await done(call, await call("start_ingest", { show: many.id, episode: whole, path: sound, tracks: [] }));
  await call("edit_episode", {
    show: many.id, episode: whole,
    edit: { chapters: [[0, "Cold open"], [12_000, "One hundred and ninety-six steps"], [58_000, "Oil, wick, lens"], [110_000, "The winter of two ships"]].map(([start_ms, title]) => ({ start_ms, title })) },
  }).catch((why) => console.warn(`no chapters in the sample: ${why.message}`));
  const banner = join(folder, "banner.jpg");
  ffmpeg(["-i", "gradients=s=1600x400:c0=0x243f46:c1=0xb88a4a:x0=0:y0=0:x1=1600:y1=400:nb_colors=2:seed=7:speed=0.00001", "-frames:v", "1", "-q:v", "3"], banner);
  const font = join(ui, "node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2");
  const icon = await call("take_in_picture", { path: cover, usage: "link_icon" });
  const seasonPicture = await call("take_in_picture", { path: cover, usage: "season" });
  await call("edit_show", {
    show: many.id,
    edit: {
      tagline: "Light, seen from below", banner, favicon: cover, font, notes_suffix: "Write to *keeper@example.org*.",
      links: [
        { url: "https://www.patreon.com/lantern", label: "Oil for the lamp", icon: "patreon", theme: "primary" },
        { url: "https://discord.example.org/harbour", label: "The harbour bar", icon: "discord", theme: "secondary" },
        { url: "https://example.org/map", label: "The map of all lights", icon: "none", theme: "boring", picture: icon },
      ],
      seasons: [{ number: 1, name: "The north coast", picture: seasonPicture }, { number: 2, name: "Islands" }],
      tags: {
        license: { id: "cc-by-4.0" },
        locations: [{ name: "Kullen", rel: "creator", country: "SE" }, { name: "Rubjerg Knude", rel: "subject" }],
        live_items: [{
          guid: "live-1", title: "A night at the north light", status: "pending", start_ms: Date.UTC(2026, 11, 5, 19), content_links: [{ href: "https://video.example.org/light", text: "Watch" }],
          stream_url: "https://stream.example.org/light", mime: "audio/mpeg",
        }],
      },
    },
  });
  const post = await call("add_post", { show: many.id, title: "A lamp for the north light" });
  await call("edit_episode", { show: many.id, episode: post.id, edit: { notes: "The new lens came by boat on Tuesday. *Three people* carried it up, and nobody spoke.\n\nIt is lit from Friday on." } });
  const songPicture = await call("take_in_picture", { path: cover, usage: "chapter" });
  await call("edit_episode", {
    show: many.id, episode: whole,
    edit: {
      songs: [{ picture: songPicture, start_ms: 4_000, end_ms: 31_500, title: "Oil and Water", artists: ["The Tide Tables", "Ada Lund"], comment: "live", url: "https://example.org/oil" }, { start_ms: 121_000, title: "Night Ferry", artists: ["Bo Storm"] }],
      tags: { soundbites: [{ start_ms: 4_000, duration_ms: 31_500, title: "Ninety-six steps" }], social: [{ protocol: "activitypub", uri: "https://social.example.org/@keeper/1" }] },
      videos: [{ host: "youtube", video: "https://youtu.be/dQw4w9WgXcQ", title: "How the lens turns" }],
    },
  });
  await call("add_target", { show: many.id, name: "Own folder", url: `file://${join(folder, "public")}`, public_url: "https://example.org/podcast/", pairing_code: null, role: "primary", allow_insecure: false })
    .catch((why) => console.warn(`no place in the sample: ${why.message}`));

  const empty = await call("add_show", { title: "The Slow Kilometre", slug: null });
  const tall = await call("add_show", { title: long.slice(0, 200), slug: "long" });
  await call("add_episode", { show: tall.id, title: long });
  const right = await call("add_show", { title: "حكايات الميناء", slug: "harbour" });
  await call("edit_show", { show: right.id, edit: { language: "ar", description: "حكايات من المنارات والموانئ." } });
  for (const title of rtl) await call("add_episode", { show: right.id, title });
  // A show that was published twice, for the versions.
  const twice = await call("add_show", { title: "Night Bakery", slug: null });
  await call("edit_show", { show: twice.id, edit: { description: "Bread, slowly.", author: "Ada", categories: "Arts/Food", link: "https://example.org/bread", cover } });
  const flour = await call("add_episode", { show: twice.id, title: "Flour at four" });
  await done(call, await call("start_ingest", { show: twice.id, episode: flour.id, path: sound, tracks: [] }));
  const place = await call("add_target", { show: twice.id, name: "Web space", url: `file://${join(folder, "bakery")}`, public_url: "https://example.org/bakery/", pairing_code: null, role: "primary", allow_insecure: false });
  const publish = async () => done(call, await call("start_publish", { show: twice.id, target: place.name, only: [] }));
  await publish();
  await call("edit_episode", { show: twice.id, episode: flour.id, edit: { title: "Flour at five" } });
  await publish();
  return { twice: twice.id, place: place.id, many: many.id, empty: empty.id, tall: tall.id, right: right.id, whole, bare: ids[46], post: post.id };
}
