// The rule for sound at a server, from the kept one and what was chosen. Pure.
import type { AudioMode } from "../bindings/AudioMode";
import type { RuleView } from "../bindings/RuleView";
import type { RuleWish } from "../bindings/RuleWish";

/** The modes, the usual one first. */
export const modes: AudioMode[] = ["serve", "redirect", "direct"];

/** What is wished; names and addresses that belong to a storage go with it. */
export function wishOf(kept: RuleView | undefined, mode: AudioMode, store: string): RuleWish {
  const same = kept !== undefined && (kept.store ?? "") === store;
  return {
    kind: "audio", store: store === "" ? null : store, mode,
    prefix: same ? kept.prefix : "", path: same ? kept.path : null, cache: same ? kept.cache : null, public_url: same ? kept.public_url : null,
  };
}

/** What the feed will name: by way of the server an address that never changes, else where the file lies. */
export function named(mode: AudioMode, server: string, lies: string): string {
  if (mode !== "redirect") return lies;
  const ending = /\.([a-z0-9]+)$/i.exec(lies)?.[1] ?? "mp3";
  return `${server.replace(/^server\+/, "").replace(/\/$/, "")}/e/…/audio.${ending}`;
}
