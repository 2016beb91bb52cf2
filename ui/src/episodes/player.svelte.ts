// What plays, and where it stands: one for the audio card, the chapters and the transcript of an episode.

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

  /** Takes hold of the element that plays. For `{@attach}`. */
  readonly attach = (sound: HTMLAudioElement): (() => void) => {
    this.#sound = sound;
    this.mute = false;
    sound.playbackRate = this.speed;
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      if (!sound.seeking) this.atMs = sound.currentTime * 1000;
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
    if (!sound) return;
    if (sound.paused) sound.play().catch(() => (this.mute = sound.error !== null));
    else sound.pause();
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
