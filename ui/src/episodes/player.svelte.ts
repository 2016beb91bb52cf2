// What plays, and where it stands: one for the audio card, the chapters and the transcript of an episode.

import { untrack } from "svelte";

const speeds = [1, 1.25, 1.5, 2, 0.75];

export class Player {
  atMs = $state(0);
  lengthMs = $state(0);
  paused = $state(true);
  speed = $state(1);
  /** The machine could not play the file. */
  mute = $state(false);
  /** Grows with every jump somebody asked for, so that the picture can follow it. */
  jumps = $state(0);
  #sound: HTMLAudioElement | undefined;
  /** Somebody asked to hear it before the sound was there. */
  #wanted = false;

  /** Takes hold of the element that plays. For `{@attach}`. */
  readonly attach = (sound: HTMLAudioElement): (() => void) => {
    this.#sound = sound;
    this.mute = false;
    // Read once: another speed or place must not take hold anew, which stops what plays.
    untrack(() => {
      sound.playbackRate = this.speed;
      if (this.atMs > 0) sound.currentTime = this.atMs / 1000;
    });
    if (this.#wanted) this.#play(sound);
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      if (!sound.seeking && sound.readyState > HTMLMediaElement.HAVE_NOTHING) this.atMs = sound.currentTime * 1000;
    };
    // The playhead moves twelve times a second while it plays, and costs nothing while it does not.
    const turned = () => {
      this.paused = sound.paused;
      clearInterval(timer);
      if (!sound.paused) timer = setInterval(follow, 80);
    };
    const broke = () => (this.mute = true);
    const heard: [string, () => void][] = [
      ["play", turned], ["pause", turned], ["ended", turned], ["timeupdate", follow], ["seeked", follow], ["error", broke],
    ];
    for (const [name, run] of heard) sound.addEventListener(name, run);
    return () => {
      clearInterval(timer);
      for (const [name, run] of heard) sound.removeEventListener(name, run);
      sound.pause();
      if (this.#sound === sound) this.#sound = undefined;
      this.paused = true;
    };
  };

  toggle(): void {
    const sound = this.#sound;
    if (!sound) this.#wanted = !this.#wanted;
    else if (sound.paused) this.#play(sound);
    else sound.pause();
  }

  #play(sound: HTMLAudioElement): void {
    this.#wanted = false;
    sound.play().catch(() => (this.mute = sound.error !== null));
  }

  seek(ms: number): void {
    this.atMs = Math.max(0, Math.min(this.lengthMs, ms));
    this.jumps += 1;
    if (this.#sound) this.#sound.currentTime = this.atMs / 1000;
  }

  step(ms: number): void {
    this.seek(this.atMs + ms);
  }

  faster(): void {
    this.speed = speeds[(speeds.indexOf(this.speed) + 1) % speeds.length] ?? 1;
    if (this.#sound) this.#sound.playbackRate = this.speed;
  }
}
